"""The network: subnets, firewall policy, names, and the way out."""
