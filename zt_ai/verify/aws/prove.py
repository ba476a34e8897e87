"""The proof about a plan for AWS: from a resource graph and an intent to claims."""

from __future__ import annotations

from collections.abc import Iterator

from zt_ai.graph import ResourceGraph
from zt_ai.intent.model import Intent
from zt_ai.spec.clouds import Aws
from zt_ai.verify.aws.accesses import named
from zt_ai.verify.aws.audit import audit_claim
from zt_ai.verify.aws.borders import borders
from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.connections import connections
from zt_ai.verify.aws.data_zones import data_zone_claim
from zt_ai.verify.aws.expect import Expected
from zt_ai.verify.aws.inspection import inspection_claim
from zt_ai.verify.aws.internet import Internet
from zt_ai.verify.aws.missing import missing
from zt_ai.verify.aws.names import missing_names
from zt_ai.verify.aws.onesided import one_sided
from zt_ai.verify.aws.providers import missing_providers
from zt_ai.verify.aws.quotas import quota_claim
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.read import read_world
from zt_ai.verify.aws.services import Policies, services
from zt_ai.verify.aws.world import World
from zt_ai.verify.model import Claim, Proof, ProvedAccess
from zt_ai.verify.selectors import Selectors

TITLE = "Reachability between workloads, networks and services equals the intent"


def prove(graph: ResourceGraph, intent: Intent, settings: Aws, selectors: Selectors | None = None) -> Proof:
    """Prove or refute every claim about a plan for AWS.

    Nothing but the resources and the intent is read. Without `selectors` the tags of zt-ai say what belongs to which
    zone and workload.
    """
    world = read_world(graph, settings, selectors)
    claims, accesses = network_claims(world, intent)
    return Proof(
        "aws",
        (
            *claims,
            inspection_claim(graph, world, intent, settings),
            audit_claim(graph, intent, settings),
            quota_claim(graph, intent, settings),
        ),
        named(accesses, intent),
        world.coverage,
    )


def network_claims(world: World, intent: Intent) -> tuple[tuple[Claim, ...], tuple[ProvedAccess, ...]]:
    """Claims 1, 2 and 3, and every access that the plan permits, in AWS's own terms."""
    reach = Reach(world, intent)
    expected = Expected(intent, reach.spaces)
    reasons = undecided(world)
    internet = Internet(reach, expected)
    found = Collector()
    for reason in reasons:
        found.doubt(reason)
    permitted = connections(reach, expected, found)
    policies = Policies(world, expected)
    over = services(reach, expected, policies, found)
    asked = missing(reach, expected, found)
    missing_names(reach, expected, found)
    missing_providers(reach, expected, found)
    rules = one_sided(reach, expected, found)
    sides = borders(reach, expected, found)
    adopted = [vpc.key for vpc in world.vpcs.values() if vpc.adopted]
    beside = f"; what else is in {', '.join(adopted)} counts as outside" if adopted else ""
    covered = (
        f"{len(reach.roll.parties)} parties in {len(world.subnets)} subnets, {permitted.pairs} connected pairs, "
        f"{asked} expected ones, {rules} group rules, {sides} directions of zone borders, "
        f"{len(reach.spaces.addresses)} address and {len(reach.spaces.services)} service classes{beside}"
    )
    claims = (
        found.claim("reachability", 1, TITLE, covered),
        data_zone_claim(reach, expected, policies, reasons),
        internet.claim(reasons),
    )
    return claims, tuple(dict.fromkeys((*permitted.accesses, *over, *internet.accesses)))


def undecided(world: World) -> tuple[str, ...]:
    """Why claims about the network cannot be decided: values that are not known and types that are not modelled."""
    reasons = [str(gap) for gap in world.gaps]
    for type_, urns in world.coverage.unmodelled.items():
        reasons.append(f"{len(urns)} of the type {type_}, which is not modelled: {', '.join(urns[:3])}")
    for vpc in world.vpcs.values():
        if (
            vpc.adopted
            and not any(g.default and g.known for g in world.groups.values() if g.vpc == vpc.key)
            and not any(s.vpc == vpc.key for s in world.subnets.values())
        ):
            reasons.append(f"{vpc.key} is referred to and not in the plan")
    for gateway in dict.fromkeys(_lost(world)):
        reasons.append(f"{world.name(gateway)} is routed to, and not all subnets that it is in are in the plan")
    return tuple(dict.fromkeys(reasons))


def _lost(world: World) -> Iterator[str]:
    """NAT gateways and firewalls that routes lead to and of which the plan does not say where they are."""
    for table in world.route_tables.values():
        for key in (route.hop.key for route in table.routes if route.hop.kind in ("nat", "firewall")):
            gateway = world.gateways.get(key)
            if gateway is None or not gateway.subnets or any(place not in world.subnets for place in gateway.subnets):
                yield key
