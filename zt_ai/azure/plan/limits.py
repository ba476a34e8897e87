"""Quotas and other sizes, computed from the plan before anything is sent. Pure.

Numbers: Azure documentation, "Azure subscription and service limits, quotas, and constraints" (networking, Private
Link, Azure RBAC, virtual machine scale sets), written down in `zt_ai.spec.clouds.azure.AzureQuotas`.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from zt_ai.azure.egress.host import PolicySizeError, check_policy
from zt_ai.azure.plan.layout import SubnetRole
from zt_ai.azure.plan.rights import rights
from zt_ai.azure.plan.rules import CLOSED, Group, SecurityRule
from zt_ai.intent.model import Intent
from zt_ai.spec.problems import Problem

if TYPE_CHECKING:
    from zt_ai.azure.plan.plan import NetworkPlan

RESERVED_ADDRESSES = 5
"""Addresses that Azure keeps in every subnet [Virtual Network FAQ]."""
FRONTS = 1
"""Addresses that the proxy's load balancer takes in the egress zone's subnet."""
ENDPOINT_ADDRESSES = 12
"""Addresses of the endpoint that needs the most: that of Azure Monitor has one for each of its names [Azure Monitor
documentation, "Configure your private link": "Review and validate your private link setup"]."""
_NAMED = 8  # flows that an error lists before it counts the rest


def found_in(plan: NetworkPlan, intent: Intent) -> tuple[Problem, ...]:
    """Every quota that the specification's network would break on Azure; empty when it fits."""
    checks: tuple[Callable[[NetworkPlan, Intent], Iterable[Problem]], ...] = (
        _rules,
        _groups,
        _subnets,
        _routes,
        _endpoints,
        _rights,
        _proxy,
    )
    return tuple(problem for check in checks for problem in check(plan, intent))


def _problem(quota: str, message: str, hint: str) -> Problem:
    return Problem("quota", ("clouds", "azure", "quotas", quota), message, hint)


def _flows(rules: Iterable[SecurityRule]) -> str:
    """The flows to change: those named most often come first, what zt-ai itself adds is left out."""
    counted = Counter(c.name for rule in rules for c in rule.clauses if c.id.startswith("flow:"))
    names = [name for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more if names else "none (it is what zt-ai itself needs)"


def _rules(plan: NetworkPlan, _intent: Intent) -> Iterator[Problem]:
    quotas = plan.settings.quotas
    for key, rules in plan.rules.by_segment.items():
        if len(rules) > quotas.rules_per_network_security_group:
            yield _problem(
                "rules_per_network_security_group",
                f"the network security group of {key} needs {len(rules)} rules ({CLOSED} ones included) and holds "
                f"{quotas.rules_per_network_security_group}; they come from flows {_flows(rules)}",
                "split the zone, merge flows that say nearly the same, or have the quota raised (1000 at most)",
            )
        named = {end for rule in rules for end in (rule.source, rule.destination) if isinstance(end, Group)}
        if len(named) > quotas.application_security_groups_per_network_security_group:
            yield _problem(
                "application_security_groups_per_network_security_group",
                f"the rules of {key} name {len(named)} application security groups, and Azure takes "
                f"{quotas.application_security_groups_per_network_security_group}; flows {_flows(rules)}",
                "split the zone",
            )


def _groups(plan: NetworkPlan, _intent: Intent) -> Iterator[Problem]:
    quotas = plan.settings.quotas
    if len(plan.rules.groups) > quotas.application_security_groups:
        yield _problem(
            "application_security_groups",
            f"{len(plan.rules.groups)} application security groups are needed and the region holds "
            f"{quotas.application_security_groups}",
            "use fewer workloads, or have the quota raised",
        )
    if len(plan.rules.by_segment) > quotas.network_security_groups:
        yield _problem(
            "network_security_groups",
            f"{len(plan.rules.by_segment)} network security groups are needed and the region holds "
            f"{quotas.network_security_groups}",
            "use fewer zones, or have the quota raised",
        )


def _subnets(plan: NetworkPlan, intent: Intent) -> Iterator[Problem]:
    quotas, segments = plan.settings.quotas, plan.layout.segments
    if len(segments) > min(quotas.subnets_per_virtual_network, quotas.route_tables):
        quota = (
            "route_tables"
            if quotas.route_tables <= quotas.subnets_per_virtual_network
            else "subnets_per_virtual_network"
        )
        yield _problem(quota, f"{len(segments)} subnets are needed, each with a route table", "use fewer zones")
    for segment in segments:
        room = ipaddress.IPv4Network(segment.cidr).num_addresses - RESERVED_ADDRESSES
        if segment.role is SubnetRole.ENDPOINTS:
            needed = ENDPOINT_ADDRESSES * len(plan.accounts)
        elif segment.role is SubnetRole.ZONE and segment.zone == intent.egress_zone:
            # While machines are replaced, old and new ones stand side by side.
            needed = FRONTS + 2 * plan.settings.proxy.maximum
        else:
            continue
        if needed > room:
            message = f"subnet {segment.key} needs {needed} addresses and {segment.cidr} has {room}"
            yield Problem(
                "quota", ("clouds", "azure", "cidr"), message, "enlarge clouds.azure.cidr, or lower `maximum`"
            )


def _routes(plan: NetworkPlan, _intent: Intent) -> Iterator[Problem]:
    quota = plan.settings.quotas.routes_per_route_table
    for key, table in plan.tables.items():
        if len(table.routes) > quota:
            message = f"the route table of {key} needs {len(table.routes)} routes and holds {quota}"
            yield _problem("routes_per_route_table", message, "give networks and hub fewer ranges")


def _endpoints(plan: NetworkPlan, _intent: Intent) -> Iterator[Problem]:
    quota = plan.settings.quotas.private_endpoints_per_virtual_network
    if len(plan.accounts) > quota:
        message = f"{len(plan.accounts)} private endpoints are needed and a virtual network holds {quota}"
        yield _problem("private_endpoints_per_virtual_network", message, "use fewer services")


def _rights(plan: NetworkPlan, intent: Intent) -> Iterator[Problem]:
    quota = plan.settings.quotas.role_assignments
    count = len(rights(intent, plan.scope, plan.accounts))
    if count > quota:
        message = f"{count} role assignments are needed and the subscription holds {quota}"
        yield _problem("role_assignments", message, "let fewer workloads reach fewer resources")


def _proxy(plan: NetworkPlan, _intent: Intent) -> Iterator[Problem]:
    quota, most = plan.settings.quotas.instances_per_scale_set, plan.settings.proxy.maximum
    if most > quota:
        message = f"{most} proxy machines do not fit into one scale set, which holds {quota}"
        yield _problem("instances_per_scale_set", message, "lower clouds.azure.proxy.maximum")
    if plan.policy is not None:
        try:
            check_policy(plan.policy)
        except PolicySizeError as error:
            yield Problem("proxy-size", ("flows",), str(error), "")
