"""The proof about a plan for Azure: from a resource graph and an intent to claims."""

from __future__ import annotations

from zt_ai.graph import ResourceGraph
from zt_ai.intent.model import Intent
from zt_ai.spec.clouds import Azure
from zt_ai.verify.azure.arm import Ids
from zt_ai.verify.azure.audit import audit_claim
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.connections import connections
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.data_zones import data_zone_claim
from zt_ai.verify.azure.expect import Expected
from zt_ai.verify.azure.firewall_rules import FirewallRules, read_policy
from zt_ai.verify.azure.inspection import inspection_claim
from zt_ai.verify.azure.internet import Internet
from zt_ai.verify.azure.missing import missing
from zt_ai.verify.azure.names import wanted_names
from zt_ai.verify.azure.quotas import quota_claim
from zt_ai.verify.azure.reach import Reach
from zt_ai.verify.azure.read import read_world
from zt_ai.verify.azure.roles import judge_roles
from zt_ai.verify.azure.spaces import Spaces
from zt_ai.verify.azure.world import World
from zt_ai.verify.model import Claim, Proof, ProvedAccess
from zt_ai.verify.selectors import Selectors

TITLE = "Reachability between workloads, networks and services equals the intent"


def prove(graph: ResourceGraph, intent: Intent, settings: Azure, selectors: Selectors | None = None) -> Proof:
    """Prove or refute every claim about a plan for Azure.

    Nothing but the resources, the intent and the settings is read. Without `selectors` the tags and marks of zt-ai say
    what belongs to which zone and workload.
    """
    context = Context(graph, settings, selectors or Selectors(), Ids(graph))
    world = read_world(context)
    claims, accesses = network_claims(context, world, intent)
    seen = len(context.gaps)
    others = (inspection_claim(context, world, intent), audit_claim(context, world, intent))
    # What only these had to read, and could not.
    reasons = tuple(str(gap) for gap in context.gaps[seen:])
    rest = (*(with_reasons(claim, reasons) for claim in others), quota_claim(context, world))
    return Proof("azure", (*claims, *rest), accesses, world.coverage)


def network_claims(
    context: Context, world: World, intent: Intent
) -> tuple[tuple[Claim, ...], tuple[ProvedAccess, ...]]:
    """Claims 1, 2 and 3, and every access that the plan permits."""
    rules: dict[str, FirewallRules] = {
        one.policy: read_policy(context, one.policy) for one in world.firewalls.values() if one.policy is not None
    }
    spaces = Spaces(world, intent, rules.values())
    reach = Reach(world, intent, spaces)
    expected = Expected(intent, spaces)
    found = Collector()
    permitted = connections(reach, expected, found)
    wanted = missing(reach, expected, found)
    wanted_names(context, reach, expected, found)
    roles = judge_roles(context, intent, expected, found)
    internet = Internet(context, reach, expected, rules)
    zones = data_zone_claim(context, reach, intent, ())
    online = internet.claim(())
    # Everything has been read by now, so every gap is known.
    reasons = undecided(world)
    for text, urn in world.findings:
        found.refute(0, text, "the network", "the network", (urn,))
    for reason in reasons:
        found.doubt(reason)
    adopted = [one.name for one in world.networks.values() if one.adopted]
    beside = f"; what else is in {', '.join(adopted)} counts as outside" if adopted else ""
    covered = (
        f"{len(reach.parties)} parties in {len(world.subnets)} subnets, {permitted.pairs} connected pairs, "
        f"{wanted} expected ones, {sum(len(one.rules) for one in world.filters.values())} rules, {roles} role "
        f"assignments, {len(spaces.addresses)} address and {len(spaces.services)} service classes{beside}"
    )
    claims = (
        found.claim("reachability", 1, TITLE, covered),
        with_reasons(zones, reasons),
        with_reasons(online, reasons),
    )
    accesses = (*permitted.accesses(reach), *internet.accesses)
    return claims, tuple(dict.fromkeys(accesses))


def with_reasons(claim: Claim, reasons: tuple[str, ...]) -> Claim:
    """A claim with more reasons why it could not be decided."""
    kept = tuple(dict.fromkeys((*claim.reasons, *reasons)))
    return Claim(claim.id, claim.number, claim.title, claim.cloud, claim.covered, claim.witnesses, kept)


def undecided(world: World) -> tuple[str, ...]:
    """Why claims about the network cannot be decided: values that are not known and types that are not modelled."""
    reasons = [str(gap) for gap in world.gaps]
    for type_, urns in world.coverage.unmodelled.items():
        reasons.append(f"{len(urns)} of the type {type_}, which is not modelled: {', '.join(urns[:3])}")
    for subnet in world.subnets.values():
        table = world.tables.get(subnet.table or "")
        network = world.networks[subnet.network]
        for route in table.routes if table is not None else ():
            inside = route.destination is not None and any(route.destination.subnet_of(c) for c in network.cidrs)
            if inside and route.hop in ("appliance", "gateway", "internet"):
                reasons.append(
                    f"{world.name(table.key if table else '')} sends {route.destination}, which is inside the network, "
                    f"to a {route.hop}: what happens to it there is not modelled"
                )
    return tuple(dict.fromkeys(reasons))
