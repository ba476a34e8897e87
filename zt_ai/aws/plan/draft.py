"""What the network of a specification needs, before quotas are applied to it. Pure.

`zt_ai.aws.plan.limits` says whether it fits, `zt_ai.aws.plan.plan` makes it fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.endpoint_policy import EndpointPlan, endpoint_plans
from zt_ai.aws.plan.group_rules import Group, GroupRule, group_rules
from zt_ai.aws.plan.layout import Layout, SubnetRole, layout, transit_zone
from zt_ai.aws.plan.service_actions import endpoints
from zt_ai.aws.plan.zone_acls import GATEWAY_ENDPOINTS, Passages, passages, transit_routes
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.clouds import Aws
from zt_ai.spec.model import ZoneSpec


@dataclass(frozen=True, slots=True)
class Draft:
    """The unfitted network of one specification."""

    scope: Scope
    settings: Aws
    layout: Layout
    passages: Passages
    rules: Mapping[Group, tuple[GroupRule, ...]]
    endpoints: Mapping[str, EndpointPlan]
    gateway_zones: Mapping[str, tuple[str, ...]]  # gateway endpoint → zones whose route tables have it
    transit_routes: Mapping[str, tuple[str, ...]]  # access zone → ranges reached through the transit gateway


def draft(spec: ZoneSpec, intent: Intent) -> Draft:
    """Compute what the network needs.

    Raises:
        BlockConflictError, ValueError: the address ranges do not work out; `zt_ai.spec.load` finds this first.
    """
    aws = aws_settings(spec)
    scope = Scope(spec.name, aws.account, aws.region)
    placed = plan_layout(spec, intent)
    return Draft(
        scope=scope,
        settings=aws,
        layout=placed,
        passages=passages(intent, placed, shared_vpc=aws.adopt is not None),
        rules=group_rules(intent),
        endpoints=endpoint_plans(intent, scope, aws.organization),
        gateway_zones=gateway_zones(intent),
        transit_routes=transit_routes(intent) if placed.has(SubnetRole.TRANSIT) else {},
    )


def aws_settings(spec: ZoneSpec) -> Aws:
    """The AWS settings of a specification.

    Raises:
        ValueError: the specification does not build on AWS.
    """
    if spec.clouds.aws is None:
        raise ValueError(f"'{spec.name}' has no `clouds.aws`: add it to build on AWS")
    return spec.clouds.aws


def plan_layout(spec: ZoneSpec, intent: Intent) -> Layout:
    """Subnets of a specification: firewall, NAT, transit and endpoint subnets only where something goes that way."""
    aws = aws_settings(spec)
    return layout(
        aws.cidr,
        aws.availability_zones,
        {name: zone.kind for name, zone in intent.zones.items()},
        pinned={name: zone.placement.aws.cidr for name, zone in spec.zones.items() if zone.placement.aws},
        internet=bool(intent.provider_domains()),
        transit_zone=transit_zone(intent) if aws.transit_gateway else None,
        endpoints=any(a.destination_party is Party.SERVICE for a in intent.accesses),
    )


def gateway_zones(intent: Intent) -> dict[str, tuple[str, ...]]:
    """Zones that use each gateway endpoint."""
    found: dict[str, set[str]] = {}
    for access in intent.accesses:
        if access.destination_party is Party.SERVICE:
            for endpoint in endpoints(intent.services[access.destination].kind):
                if endpoint in GATEWAY_ENDPOINTS:
                    found.setdefault(endpoint, set()).add(intent.workloads[access.source].zone)
    return {endpoint: tuple(sorted(zones)) for endpoint, zones in found.items()}
