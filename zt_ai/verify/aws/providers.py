"""Providers that the egress proxy is meant to reach and does not surely reach."""

from __future__ import annotations

from ipaddress import IPv4Network

from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.expect import Expected
from zt_ai.verify.aws.firewall import inspect
from zt_ai.verify.aws.outside import way_serves
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.routes import INTERNET_EXITS
from zt_ai.verify.aws.ways import Way


def missing_providers(reach: Reach, expected: Expected, found: Collector) -> None:
    """Judge group rules, routes, network ACLs and firewalls between whoever calls providers and the internet."""
    parties = {party.workload: index for index, party in enumerate(reach.roll.parties) if party.kind == "workload"}
    for workload in expected.providers:
        index = parties.get(workload)
        if index is None:
            continue  # told by those who look for its other accesses
        if _let_out(reach, expected, index, workload, found):
            for subnet in reach.roll.parties[index].subnets:
                _way(reach, expected, workload, subnet, found)


def _let_out(reach: Reach, expected: Expected, index: int, workload: str, found: Collector) -> bool:
    """Whether the group rules admit the providers' ports to every public address: whose they are, nobody promises."""
    party, public = reach.roll.parties[index], reach.spaces.public
    wanted = expected.provider_services(workload)
    for addresses, services in reach.filters[index].egress.networks.items():
        if not public & ~addresses:
            wanted &= ~services
    if wanted:
        clause = expected.providers[workload][0].clause.id
        text = f"no rule of {party.name} lets it out to the internet on {reach.spaces.words(wanted)}"
        found.refute(0, text, party.name, "internet", party.urns, clause)
    return not wanted


def _way(reach: Reach, expected: Expected, workload: str, subnet: str, found: Collector) -> None:
    """One subnet's way to the internet, there and back, and the names that the firewalls on it pass."""
    spaces, world, name = reach.spaces, reach.world, reach.world.name(subnet)
    clause = expected.providers[workload][0].clause.id
    ways = _near(reach, subnet)
    covered, served = 0, spaces.services.everything
    for way in ways:
        covered |= way.addresses
        served &= way_serves(reach, way, subnet, way.addresses & spaces.public)
    lacking = expected.provider_services(workload) & ~served
    if spaces.public & ~covered:
        text = f"{workload} in {name} has no route to the internet"
        found.refute(0, text, workload, "internet", (subnet, reach.routes.table(subnet)), clause)
    elif lacking:
        text = f"{workload} in {name} does not reach the internet on {spaces.words(lacking)}: "
        text += "a network ACL on the way, or the way back through the firewall, is missing"
        through = (world.nacls[world.nacl_of[place]].urn or place for place in ways[0].subnets)
        found.refute(0, text, workload, "internet", through, clause)
    for firewall in dict.fromkeys(key for way in ways for key in way.firewalls):
        _names(reach, expected, workload, firewall, subnet, found)


def _near(reach: Reach, subnet: str) -> list[Way]:
    """The ways that stay in the subnet's availability zone, where there are any.

    A route to a firewall's endpoint is a reference to the firewall, which does not say in which of its subnets the
    endpoint is. All of them count for what may get out; for what surely does the one of the same zone is meant
    [Network Firewall Developer Guide, "Multi zone architecture with an internet gateway"].
    """
    subnets = reach.world.subnets
    ways = [way for way in reach.ways.exits(subnet) if way.kind in INTERNET_EXITS]
    near = [way for way in ways if all(subnets[place].zone_az == subnets[subnet].zone_az for place in way.subnets)]
    return near or ways


def _names(reach: Reach, expected: Expected, workload: str, firewall: str, subnet: str, found: Collector) -> None:
    inspected, cidr = inspect(reach.world, firewall), reach.world.subnets[subnet].cidr
    hosts: tuple[IPv4Network, ...] = (cidr,) if cidr else ()
    for reason in inspected.reasons:
        found.doubt(reason)
    for access in expected.providers[workload]:
        for name in expected.intent.providers[access.destination].domains:
            if not inspected.passes(name, hosts) and not inspected.reasons:
                why = inspected.blocks[0][0] if inspected.blocks else "no rule passes its name"
                text = f"{workload} in {reach.world.name(subnet)} does not reach {name} through "
                text += f"{reach.world.name(firewall)}: {why}"
                found.refute(0, text, workload, name, (firewall,), access.clause.id)
