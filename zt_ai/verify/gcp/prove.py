"""The proof about a plan for Google Cloud: from a resource graph and an intent to claims."""

from __future__ import annotations

from zt_ai.graph import ResourceGraph
from zt_ai.intent.model import Intent
from zt_ai.spec.clouds import Gcp
from zt_ai.verify.gcp.audit import audit_claim
from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.data_zones import data_zone_claim
from zt_ai.verify.gcp.inspection import inspection_claim
from zt_ai.verify.gcp.internet import internet_claim
from zt_ai.verify.gcp.providers import providers
from zt_ai.verify.gcp.quotas import quota_claim
from zt_ai.verify.gcp.reach import Reach
from zt_ai.verify.gcp.reachability import compare
from zt_ai.verify.gcp.read import read_world
from zt_ai.verify.gcp.services import services
from zt_ai.verify.gcp.world import World
from zt_ai.verify.model import Claim, Proof, ProvedAccess
from zt_ai.verify.selectors import Selectors

TITLE = "Reachability between workloads, networks and services equals the intent"


def prove(graph: ResourceGraph, intent: Intent, settings: Gcp, selectors: Selectors | None = None) -> Proof:
    """Prove or refute every claim about a plan for Google Cloud.

    Nothing but the resources and the intent is read. Without `selectors` the labels and marks of zt-ai say what belongs
    to which zone and workload.
    """
    world = read_world(graph, settings, selectors)
    claims, accesses = network_claims(world, intent)
    rest = (inspection_claim(world, intent), audit_claim(world, intent), quota_claim(world))
    return Proof("gcp", (*claims, *rest), accesses, world.coverage)


def network_claims(world: World, intent: Intent) -> tuple[tuple[Claim, ...], tuple[ProvedAccess, ...]]:
    """Claims 1, 2 and 3, and every access that the plan permits."""
    reach = Reach(world, intent)
    found = Collector()
    permitted = compare(reach, found)
    over = (*services(reach, found), *providers(reach, found))
    reasons = undecided(world)
    for reason in reasons:
        found.doubt(reason)
    beside = [network.key for network in world.networks.values() if network.adopted]
    outside = f"; what else is in {', '.join(beside)} counts as outside" if beside else ""
    covered = (
        f"{len(reach.roll.parties)} parties in {len(world.subnets)} subnets, {permitted.pairs} connected pairs, "
        f"{len(reach.expected.pairs)} expected ones, {len(world.rules)} firewall rules, "
        f"{len(reach.spaces.addresses)} address and {len(reach.spaces.services)} service classes{outside}"
    )
    data = data_zone_claim(reach, reasons)
    claims = (found.claim("reachability", 1, TITLE, covered), data, internet_claim(reach, reasons))
    return claims, tuple(dict.fromkeys((*permitted.accesses, *over)))


def undecided(world: World) -> tuple[str, ...]:
    """Why claims about the network cannot be decided: values that are not known and types that are not modelled."""
    reasons = [str(gap) for gap in dict.fromkeys((*world.gaps, *world.context.gaps))]
    for type_, urns in world.coverage.unmodelled.items():
        reasons.append(f"{len(urns)} of the type {type_}, which is not modelled: {', '.join(urns[:3])}")
    return tuple(dict.fromkeys(reasons))
