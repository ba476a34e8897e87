"""Which logs are records, and how long they are kept. Pure.

[Cloud Logging, "Cloud Audit Logs overview"; VPC, "VPC Flow Logs" and "Firewall rules logging"; Cloud DNS, "Logging and
monitoring"; Cloud NAT, "Logs and metrics"; Docker documentation, "Google Cloud Logging driver": the name of its log.]
"""

from __future__ import annotations

from collections.abc import Iterable

AUDIT_LOGS = (
    "cloudaudit.googleapis.com/activity",
    "cloudaudit.googleapis.com/data_access",
    "cloudaudit.googleapis.com/policy",
    "cloudaudit.googleapis.com/system_event",
)
"""What was done through Google's APIs, and what a perimeter refused (`policy`)."""
TRAFFIC_LOGS = (
    "compute.googleapis.com/firewall",
    "compute.googleapis.com/nat_flows",
    "compute.googleapis.com/vpc_flows",
    "dns.googleapis.com/dns_queries",
)
"""What went through the network, and which names were asked for."""
PROXY_LOG = "gcplogs-docker-driver"
"""What the egress proxy's container writes, by Docker's own driver."""
MOST_DAYS = 3650
"""The longest retention of a log bucket [Cloud Logging, "Quotas and limits"]."""


def sink_filter(logs: Iterable[str]) -> str:
    """Filter of a sink that takes these logs and no others [Cloud Logging, "Logging query language": log_id]."""
    return " OR ".join(f'log_id("{log}")' for log in sorted(set(logs)))
