"""Claim 1: who reaches whom on which ports equals the intent, nothing missing and nothing extra.

Each end is also judged by itself: a rule that admits more than the flows ask for refutes even where the other end still
blocks it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from zt_ai.intent.model import Party as Kind
from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.filters import NOBODY, Cell
from zt_ai.verify.gcp.parties import Party
from zt_ai.verify.gcp.reach import Reach
from zt_ai.verify.model import ProvedAccess
from zt_ai.verify.space import format_services


@dataclass(slots=True)
class Permitted:
    """What the comparison saw."""

    accesses: list[ProvedAccess] = field(default_factory=list)
    pairs: int = 0
    rules: int = 0


def compare(reach: Reach, found: Collector) -> Permitted:
    """Compare every pair of parties, every network with every party, and each end by itself."""
    seen = Permitted()
    for destination in reach.roll.parties:
        for source in reach.senders(destination):
            _pair(reach, source, destination, found, seen)
        _outside(reach, destination, found, seen)
    for party in reach.roll.parties:
        _leaving(reach, party, found, seen)
    _missing(reach, found)
    _untagged(reach, found)
    _probed(reach, found)
    return seen


def _pair(reach: Reach, source: Party, destination: Party, found: Collector, seen: Permitted) -> None:
    """Judge one pair."""
    both, admitted = reach.may(source, destination)
    spaces = reach.spaces
    expected = reach.expected.between(source.workload, destination.workload)
    if both:
        seen.pairs += 1
        _access(reach, seen, source.name, destination.name, both)
    for services, alone in ((both & ~expected, False), (admitted & ~both & ~expected, True)):
        if not services:
            continue
        through: list[str] = []
        for network, here, there in reach.common(source, destination):
            for one in source.identities:
                for decision in reach.admits(destination, network, one):
                    through += decision.by(here, services)
                if not alone:
                    through += reach.filters.egress(network, one).by(there, services)
        words = spaces.words(services)
        text = f"{source.name} reaches {destination.name} on {words}; no flow allows it"
        if alone:
            text = f"the rules of {destination.name} admit {source.name} on {words}, which no flow allows"
            text += "; only the sender's rules still stop it"
        packet = spaces.packet(reach.roll.hosts(source), reach.roll.hosts(destination), services)
        named = tuple(dict.fromkeys(through)) or destination.urns
        found.refute(text, source.name, destination.name, through=named, packet=packet)


def _access(reach: Reach, seen: Permitted, source: str, destination: str, services: int) -> None:
    ports = format_services(reach.spaces.services, services)
    seen.accesses.append(
        ProvedAccess(source, destination, ports, reach.expected.clauses(source, destination, services))
    )


def _outside(reach: Reach, destination: Party, found: Collector, seen: Permitted) -> None:
    """Connections from networks outside, and from any other private address."""
    spaces = reach.spaces
    left = spaces.judged & ~spaces.inside & ~spaces.public
    for name, addresses in spaces.networks.items():
        left &= ~addresses
        some, _ = reach.from_addresses(addresses, destination)
        if some:
            seen.pairs += 1
            _access(reach, seen, name, destination.name, some)
        extra = some & ~reach.expected.between(name, destination.workload)
        if extra:
            text = f"{name} reaches {destination.name} on {spaces.words(extra)}; no flow allows it"
            _admitted(reach, destination, addresses, extra, text, name, found)
    extra, _ = reach.from_addresses(left, destination)
    if extra:
        text = f"{destination.name} admits addresses that are no zone's and no network's on {spaces.words(extra)}"
        _admitted(reach, destination, left, extra, text, "outside", found)


def _admitted(
    reach: Reach, destination: Party, addresses: int, services: int, text: str, source: str, found: Collector
) -> None:
    through: list[str] = []
    sender = addresses
    for network in reach.roll.networks(destination):
        for decision in reach.admits(destination, network, NOBODY):
            for cell in decision.allowed:
                if cell.addresses & addresses and cell.services & services:
                    sender = cell.addresses & addresses
                    through += [cell.rule.urn] if cell.rule else []
    packet = reach.spaces.packet(sender, reach.roll.hosts(destination), services)
    found.refute(text, source, destination.name, through=tuple(dict.fromkeys(through)), packet=packet)


def _leaving(reach: Reach, party: Party, found: Collector, seen: Permitted) -> None:
    """What a party's own rules let out towards subnets, networks and other private addresses."""
    spaces = reach.spaces
    near = spaces.judged & ~spaces.public & ~spaces.restricted & ~spaces.private
    asked = reach.expected.leaving(party.workload)
    for network in reach.roll.networks(party):
        for decision in reach.sends(party, network):
            for cell in decision.allowed:
                seen.rules += 1
                for addresses, services in beyond(cell, near, asked):
                    _let_out(reach, party, cell, addresses, services, found)


def beyond(cell: Cell, scope: int, asked: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The part of a cell inside a scope of addresses that nothing asked for."""
    left = _some([(cell.addresses & scope, cell.services)])
    for addresses, services in asked:
        cut: list[tuple[int, int]] = []
        for own, kinds in left:
            cut += ((own & ~addresses, kinds), (own & addresses, kinds & ~services))
        left = _some(cut)  # at once: otherwise every flow of a sender would double the cells
    return left


def _some(cells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The cells that are not empty."""
    return [(addresses, services) for addresses, services in cells if addresses and services]


def _let_out(reach: Reach, party: Party, cell: Cell, addresses: int, services: int, found: Collector) -> None:
    spaces = reach.spaces
    where = place(reach, addresses)
    text = f"the rules of {party.name} let it send to {where} on {spaces.words(services)}; no flow asks for it"
    if cell.rule is None:
        text = (
            f"{party.name} may send to {where} on {spaces.words(services)}: no rule decides it, and the implied rule "
        )
        text += "at priority 65535 allows all egress"
    through = (cell.rule.urn,) if cell.rule else network_urns(reach, party)
    packet = spaces.packet(reach.roll.hosts(party), addresses, services)
    found.refute(text, party.name, where, through=through, packet=packet)


def network_urns(reach: Reach, party: Party) -> tuple[str, ...]:
    """What is missing a rule: the networks of a party."""
    return reach.roll.networks(party)


def place(reach: Reach, addresses: int) -> str:
    """What some addresses are called: a zone or subnet, a network, or what lies outside."""
    spaces = reach.spaces
    for subnet in reach.world.subnets.values():
        if spaces.union(subnet.ranges) & addresses:
            return f"zone {subnet.zone}" if subnet.zone else f"subnet {subnet.name}"
    for name, bits in spaces.networks.items():
        if bits & addresses:
            return name
    return "addresses outside"


def _missing(reach: Reach, found: Collector) -> None:
    """Flows that are asked for and do not pass from everywhere to everywhere."""
    for (source, destination), wanted in reach.expected.pairs.items():
        target = reach.roll.workloads[destination]
        addresses = reach.spaces.networks.get(source)
        if addresses is not None:
            passes = reach.from_addresses(addresses, target)[1]
        else:
            passes = reach.must(reach.roll.workloads[source], target)
        for clause, services in reach.expected.split(source, destination, wanted & ~passes):
            text = f"{source} does not reach {destination} on {reach.spaces.words(services)}"
            through = _why_not(reach, source, target, services) or target.urns
            found.refute(text, source, destination, through=through, clause=clause)
    between = (access for access in reach.intent.accesses if access.source_party is not Kind.NETWORK)
    used = {end for access in between for end in (access.source, access.destination)}
    for name, party in reach.roll.workloads.items():
        if name in used and all(identity.account is None for identity in party.identities):
            through = party.urns or party.subnets[:1]
            found.refute(f"{name} has no service account: no rule can know it", name, name, through=through)
        if not party.subnets:
            zone = reach.intent.workloads[name].zone
            found.refute(f"zone {zone} has no subnet", name, zone, through=tuple(reach.world.networks)[:1])


def _probed(reach: Reach, found: Collector) -> None:
    """Health checks that do not get through: nothing behind the balancer would ever be called."""
    called = {destination for _, destination in reach.expected.pairs}
    for name, party in reach.roll.workloads.items():
        wanted = reach.expected.probed(name) if name in called else 0
        lost = wanted & ~reach.from_addresses(reach.spaces.probes, party)[1]
        if lost and party.subnets:
            text = f"health checks do not reach {name} on {reach.spaces.words(lost)}: its balancer calls none of it"
            through = _denied(reach, party, reach.spaces.probes, lost) or party.urns
            found.refute(text, "health checks", name, through=through)


def _denied(reach: Reach, party: Party, addresses: int, services: int) -> tuple[str, ...]:
    found: list[str] = []
    for network in reach.roll.networks(party):
        for identity in party.identities:
            found += reach.filters.ingress(network, identity, NOBODY, may=False).against(addresses, services)
    return tuple(dict.fromkeys(found))


def _untagged(reach: Reach, found: Collector) -> None:
    """Machines with a workload's account and without its tag: nobody would admit what they send."""
    senders = {source for source, _ in reach.expected.pairs}
    for machine in reach.world.machines:
        owner = reach.world.accounts.get(machine.account or "")
        party = reach.roll.workloads.get(owner or "")
        if owner in senders and party is not None and not party.identities[0].tags <= machine.tags:
            text = f"{machine.kind} {machine.name} has the service account of {owner} and not its secure tag"
            found.refute(text, owner or "", "others", through=(machine.urn, *party.urns))


def _why_not(reach: Reach, source: str, target: Party, services: int) -> tuple[str, ...]:
    addresses = reach.spaces.networks.get(source)
    found: list[str] = []
    for network in reach.roll.networks(target):
        sender = reach.roll.workloads.get(source)
        for one in sender.identities if sender else (NOBODY,):
            if sender is not None:
                found += reach.filters.egress(network, one, may=False).against(reach.roll.hosts(target), services)
            here = reach.roll.hosts(sender) if sender else addresses or 0
            for identity in target.identities:
                found += reach.filters.ingress(network, identity, one, may=False).against(here, services)
    return tuple(dict.fromkeys(found))
