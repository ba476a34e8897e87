"""Who workloads are, and what they may do with the services they reach."""
