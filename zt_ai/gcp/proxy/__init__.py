"""The egress proxy: instances, and the load balancer in front of them."""
