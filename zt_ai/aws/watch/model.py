"""What `Watch` is told about the parts it watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class ProxyWatch:
    """The egress proxy: `EgressProxy.watched` gives one."""

    log_group_name: str
    cluster_name: str
    service_name: str
    load_balancer: pulumi.Input[str]
    """ARN suffix of the load balancer, as CloudWatch names it."""
    target_groups: Mapping[str, pulumi.Input[str]]
    """ARN suffixes of the target groups, by entrance."""


@dataclass(frozen=True, kw_only=True)
class DnsWatch:
    """The DNS firewall: its rule group, and the domain list of the rule that blocks every name not allowed."""

    rule_group_id: pulumi.Input[str]
    blocked_list_id: pulumi.Input[str]
