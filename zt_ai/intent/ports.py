"""Ports of the egress proxy. Apart from the intent's model, because the command line's help needs no model."""

PROXY_CONNECT_PORT = 3128  # HTTP CONNECT behind mTLS; the port that squid made usual for forward proxies
PROXY_GATEWAY_PORT = 8443  # base-URL mode
PROXY_HEALTH_PORT = 8081  # only the load balancer in front asks it
