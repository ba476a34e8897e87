"""Every connection that the plan permits between parties, and whether the intent asks for it.

Each side holds by itself: what only one of the two filters would let pass is a finding too, because then the other one
alone stands between two parties that have nothing to do with each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from zt_ai.intent.model import EGRESS_PROXY
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.expect import Expected
from zt_ai.verify.azure.explain import outside_witness, pair_witness
from zt_ai.verify.azure.reach import Reach
from zt_ai.verify.model import ProvedAccess
from zt_ai.verify.space import format_services

PROXY_CONSUMERS = "consumers"


@dataclass(slots=True)
class Connections:
    """What was permitted, by the names that the specification has for both ends."""

    found: dict[tuple[str, str], int] = field(default_factory=dict)
    clauses: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    pairs: int = 0

    def add(self, source: str, destination: str, services: int, clauses: tuple[str, ...]) -> None:
        """Note a permitted connection."""
        key = (source, destination)
        self.found[key] = self.found.get(key, 0) | services
        self.clauses[key] = tuple(dict.fromkeys((*self.clauses.get(key, ()), *clauses)))

    def accesses(self, reach: Reach) -> tuple[ProvedAccess, ...]:
        """The connections for the report."""
        line = reach.spaces.services
        return tuple(
            ProvedAccess(*pair, format_services(line, bits), self.clauses[pair]) for pair, bits in self.found.items()
        )


def asked(reach: Reach, expected: Expected, source: int, destination: int) -> int:
    """Services that the intent allows from one party to another."""
    one, other = reach.parties[source], reach.parties[destination]
    if _consumer(reach, source):
        return _served(reach, expected) if _is_proxy(reach, destination) else 0
    if one.kind != "workload" or one.workload is None:
        return 0
    if other.kind == "endpoint":
        bits = 0
        for service in other.services:
            bits |= expected.services(one.workload, service)
        return bits
    if other.kind == "front":
        return _fronted(reach, expected, one.workload, destination)
    if other.kind == "workload" and other.workload is not None:
        return expected.services(one.workload, other.workload)
    return 0


def _fronted(reach: Reach, expected: Expected, workload: str, front: int) -> int:
    """Services in front that a workload may use: what the intent allows towards the workloads behind, on the ports that
    the load balancer gives them in front."""
    bits = 0
    names = {reach.parties[index].workload for index in reach.behind(front)}
    wanted = 0
    for name in names:
        wanted |= expected.services(workload, name) if name else 0
    for rule in reach.world.balancers[reach.parties[front].key].rules:
        if len(rule.front) > 1 or rule.front[0][0] != rule.front[0][1]:
            bits |= wanted & reach.spaces.of(rule.front)
        elif reach.spaces.of(rule.back) & wanted:
            bits |= reach.spaces.of(rule.front)
    return bits


def _consumer(reach: Reach, index: int) -> bool:
    """Whether a party is where consumers of the proxy's Private Link service arrive."""
    if reach.world.settings.proxy.private_link is None:
        return False
    party = reach.parties[index]
    return party.kind in ("bare", "interface") and all(
        reach.world.subnets[place.subnet].role == PROXY_CONSUMERS for place in party.places
    )


def _is_proxy(reach: Reach, index: int) -> bool:
    party = reach.parties[index]
    if party.kind == "front":
        return {reach.parties[i].workload for i in reach.behind(index)} == {EGRESS_PROXY}
    return party.workload == EGRESS_PROXY


def _served(reach: Reach, expected: Expected) -> int:
    bits = 0
    for ports in expected.intent.workloads[EGRESS_PROXY].serves.values():
        bits |= reach.spaces.ports(ports)
    return bits


def connections(reach: Reach, expected: Expected, found: Collector) -> Connections:
    """Judge every connection between parties, and from and to addresses outside that are not the internet."""
    result = Connections()
    for source, destination in reach.candidates():
        _judge(reach, expected, found, result, source, destination)
    for index in range(len(reach.parties)):
        _from_outside(reach, expected, found, result, index)
        _to_outside(reach, found, index)
    return result


def _judge(
    reach: Reach, expected: Expected, found: Collector, result: Connections, source: int, destination: int
) -> None:
    one, other = reach.parties[source], reach.parties[destination]
    out, into = reach.out(source, destination), reach.into(source, destination)
    wanted = asked(reach, expected, source, destination)
    may = reach.may(source, destination)
    if other.kind == "front":
        passed = reach.passed(source, destination)
        _note(reach, expected, result, source, destination, passed)
        one_sided = out
        may = passed
    elif other.kind == "firewall":
        one_sided = out
    else:
        _note(reach, expected, result, source, destination, may)
        one_sided = out | into
    extra = may & ~wanted
    if extra:
        result.pairs += 1
        known = one.kind == "workload" and other.kind in ("workload", "front", "endpoint")
        why = "no clause allows it" if known else "nothing in the intent is this party"
        found.add(0 if known else 1, partial(pair_witness, reach, source, destination, extra, both=True, why=why))
    elif one_sided & ~wanted:
        why = "no clause allows it, and only the other side stands against it"
        args = (reach, source, destination, one_sided & ~wanted)
        found.add(2, partial(pair_witness, *args, both=False, why=why))


def _note(reach: Reach, expected: Expected, result: Connections, source: int, destination: int, services: int) -> None:
    if not services:
        return
    one, other = reach.parties[source], reach.parties[destination]
    result.pairs += 1
    names = [other.name]
    if other.kind == "front":
        behind = {reach.parties[i].workload for i in reach.behind(destination)}
        names = sorted(name for name in behind if name) or names
    elif other.kind == "endpoint":
        used = [s for s in other.services if one.workload and (one.workload, s) in expected.uses]
        names = used or list(other.services[:1]) or names
    for name in names:
        if _consumer(reach, source):
            result.add(one.name, name, services, ("implied:private-link",))
        else:
            result.add(one.name, name, services, expected.clauses(one.workload or "", name, services))


def _from_outside(reach: Reach, expected: Expected, found: Collector, result: Connections, index: int) -> None:
    """Packets from networks, peered networks and everything else that has no business here."""
    party = reach.parties[index]
    if party.kind in ("front", "firewall"):
        return
    spaces = reach.spaces
    network = reach.world.subnets[party.places[0].subnet].network if party.places else ""
    outside = spaces.outside(network) & ~spaces.everywhere_inside
    named = 0
    for name, addresses in spaces.networks.items():
        named |= addresses
        wanted = expected.services(name, party.workload or "") if party.kind == "workload" else 0
        services = reach.from_addresses(index, addresses)
        if services and arrives(reach, index, addresses):
            result.add(name, party.name, services, expected.clauses(name, party.name, services))
        if services & ~wanted:
            why = "no clause allows it" if party.kind == "workload" else "nothing in the intent is this party"
            _outside(reach, found, index, addresses, services & ~wanted, name, why)
    for label, addresses in (
        ("the internet", spaces.public & ~named),
        ("elsewhere", outside & ~spaces.public & ~named),
    ):
        services = reach.from_addresses(index, addresses)
        if services:
            _outside(reach, found, index, addresses, services, label, "no clause allows it")
    probes = reach.from_addresses(index, reach.probes)
    extra = probes & ~reach.health.get(index, 0)
    if extra:
        what = "no load balancer in front of it asks there"
        _outside(reach, found, index, reach.probes, extra, "the host's health probes", what)


def _outside(reach: Reach, found: Collector, index: int, addresses: int, services: int, label: str, why: str) -> None:
    found.add(
        1,
        partial(outside_witness, reach, index, addresses, services, inbound=True, outside=label, why=why),
    )


def _to_outside(reach: Reach, found: Collector, index: int) -> None:
    """Ways to private addresses outside. Those to the internet belong to another claim."""
    party = reach.parties[index]
    if not reach.opens(index) or not party.places:
        return
    spaces = reach.spaces
    network = reach.world.subnets[party.places[0].subnet].network
    outside = spaces.outside(network) & ~spaces.everywhere_inside & ~spaces.public
    services = reach.to_addresses(index, outside)
    if services:
        found.add(
            1,
            partial(
                outside_witness,
                reach,
                index,
                outside,
                services,
                inbound=False,
                outside="a network outside",
                why="no clause allows it",
            ),
        )


def arrives(reach: Reach, index: int, addresses: int) -> bool:
    """Whether packets from a network outside have a way in, and their answers a way back."""
    return not way_back(reach, index, addresses)


def way_back(reach: Reach, index: int, addresses: int) -> tuple[str, ...]:
    """What keeps packets of a network outside from arriving or being answered; nothing if they are."""
    party = reach.parties[index]
    for place in party.places:
        subnet = reach.world.subnets[place.subnet]
        if not reach.spaces.joined(subnet.network):
            return (subnet.network,)
        good, lost = 0, 0
        urns: list[str] = []
        for hop in reach.routes.towards(place.subnet, addresses):
            if hop.kind in ("gateway", "peering", "appliance"):
                good |= hop.addresses
            else:
                lost |= hop.addresses
                urns += hop.urns
        if lost & ~good or addresses & ~(good | lost):
            return (*urns, subnet.table or subnet.key)
    return ()
