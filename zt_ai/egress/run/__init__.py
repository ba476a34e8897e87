"""Running the egress path on one machine: Envoy, inspector workers, certificates, reload, health."""
