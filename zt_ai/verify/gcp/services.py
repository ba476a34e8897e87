"""Claim 1, the part about managed services: who reaches which, by name, address, rule, perimeter and grant."""

from __future__ import annotations

from zt_ai.intent.model import Access
from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.dns import within
from zt_ai.verify.gcp.google import APIS, hosts
from zt_ai.verify.gcp.grants import Grants
from zt_ai.verify.gcp.parties import Party
from zt_ai.verify.gcp.perimeters import Perimeters
from zt_ai.verify.gcp.reach import Reach
from zt_ai.verify.gcp.reachability import beyond
from zt_ai.verify.gcp.spaces import RESTRICTED
from zt_ai.verify.model import ProvedAccess


def services(reach: Reach, found: Collector) -> list[ProvedAccess]:
    """Judge every flow to a service, and everything that lets somebody reach one without a flow."""
    grants = Grants(reach.world, reach.intent, found)
    grants.judge()
    perimeters = Perimeters(reach.world, reach.intent, Collector())
    accesses: dict[tuple[str, str], ProvedAccess] = {}
    for source, asked in reach.expected.services.items():
        party = reach.roll.workloads[source]
        for access in asked:
            why = [*_network(reach, party, access), *grants.missing(access), *_border(reach, perimeters, access)]
            for reason, through in why:
                text = f"{source} does not use {access.destination}: {reason}"
                named = through or party.urns or party.subnets[:1]
                found.refute(text, source, access.destination, through=named, clause=access.clause.id)
            if not why:
                clauses = reach.expected.clauses(source, access.destination)
                key = (source, access.destination)
                accesses[key] = ProvedAccess(source, access.destination, tuple(map(str, access.ports)), clauses)
    for party in reach.roll.parties:
        _extra(reach, party, found)
    return list(accesses.values())


def _network(reach: Reach, party: Party, access: Access) -> list[tuple[str, tuple[str, ...]]]:
    """What keeps a workload from the restricted addresses."""
    spaces, world = reach.spaces, reach.world
    why: list[tuple[str, tuple[str, ...]]] = []
    wanted = spaces.ports(access.ports)
    for network in reach.roll.networks(party):
        for identity in party.identities:
            decision = reach.filters.egress(network, identity, may=False)
            if wanted & ~decision.every(spaces.restricted, spaces.services.everything):
                through = decision.against(spaces.restricted, wanted) or party.urns
                why.append((f"no rule lets it send to {RESTRICTED} (restricted.googleapis.com)", through))
        if not reach.routes.surely_to_internet_gateway(network, spaces.restricted, frozenset()):
            why.append((f"no route leads {RESTRICTED} to the internet gateway", (network,)))
        for host in hosts(reach.intent.services[access.destination].kind, world.settings.region):
            answer = world.names[network].resolve(host)
            if not (answer.kind == "addresses" and within(answer.addresses, RESTRICTED)):
                why.append((f"{host} does not lead to restricted.googleapis.com", answer.through or (network,)))
    for key in party.subnets:
        if not world.subnets[key].google:
            why.append((f"{world.subnets[key].name} has no Private Google Access", (key,)))
    return list(dict.fromkeys(why))


def _border(reach: Reach, perimeters: Perimeters, access: Access) -> list[tuple[str, tuple[str, ...]]]:
    """What keeps a workload from a service whose resources lie in another project, behind a perimeter of its own."""
    api = APIS[reach.intent.services[access.destination].kind]
    if access.destination not in reach.world.settings.services or perimeters.crosses(access.source, api):
        return []
    through = tuple(one.resource.urn for one in perimeters.enforced)
    return [(f"no rules of two perimeters let it call {api} across their border", through)]


def _extra(reach: Reach, party: Party, found: Collector) -> None:
    """Rules that let a party send to Google's interfaces without a flow."""
    spaces = reach.spaces
    asked = [(spaces.restricted, spaces.https)] if party.workload in reach.expected.services else []
    for network in reach.roll.networks(party):
        for decision in reach.sends(party, network):
            for cell in decision.allowed:
                for addresses, services_ in beyond(cell, spaces.restricted | spaces.private, asked):
                    which = "restricted" if addresses & spaces.restricted else "private"
                    text = f"{party.name} may send to {which}.googleapis.com on {spaces.words(services_)}; no flow asks"
                    packet = spaces.packet(reach.roll.hosts(party), addresses, services_)
                    through = (cell.rule.urn,) if cell.rule else (network,)
                    found.refute(text, party.name, f"{which}.googleapis.com", through=through, packet=packet)
