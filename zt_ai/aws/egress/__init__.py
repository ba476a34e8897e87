"""The one way out: firewall and egress proxy."""
