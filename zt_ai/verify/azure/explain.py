"""Witnesses: a concrete packet, and the rules, groups and routes that let it through or stop it."""

from __future__ import annotations

from collections.abc import Iterable

from zt_ai.verify.azure.reach import NOBODY, Reach
from zt_ai.verify.azure.world import Rule
from zt_ai.verify.model import Packet, Witness
from zt_ai.verify.space import atoms


def rule_words(reach: Reach, rule: Rule) -> str:
    """A rule in a sentence; a default rule with what ought to stand above it."""
    group = reach.world.filters[rule.urn].name if rule.urn in reach.world.filters else None
    if rule.default:
        return f"default rule {rule.name} ({rule.priority}) of {group}, above which nothing denies it"
    return f"rule {rule.name} ({rule.priority})"


def one_service(reach: Reach, services: int) -> int:
    """One class of services of a set, the one that tells most."""
    telling = reach.spaces.telling(services)
    return telling & -telling


def pair_witness(reach: Reach, source: int, destination: int, services: int, *, both: bool, why: str) -> Witness:
    """A packet that gets from one party to another, or that one side would let pass, though nothing asks for it."""
    one, other = reach.parties[source], reach.parties[destination]
    service = one_service(reach, services)
    out, into = reach.deciding(source, destination, service)
    ruled = [rule for rule in (*out, *into) if rule.allow]
    through = [rule.urn for rule in ruled]
    if not through:
        through = [*one.urns, *other.urns]
    if other.kind == "endpoint" and not reach.world.subnets[other.places[0].subnet].endpoint_filters:
        through.append(other.places[0].subnet)
    by = f" by {' and '.join(dict.fromkeys(rule_words(reach, rule) for rule in ruled))}" if ruled else ""
    if not ruled:
        bare = [p.subnet for p in (*one.places, *other.places) if reach.world.subnets[p.subnet].filter is None]
        through += bare
        by = f": {reach.world.name(bare[0])} has no network security group" if bare else ""
    words = reach.spaces.words(services)
    if both:
        text = f"{one.name} reaches {other.name} on {words}{by}: {why}"
    else:
        left = bool(reach.out(source, destination) & services)
        side = f"{one.name} is let out" if left else f"{other.name} takes packets in"
        text = f"{side} from {one.name} to {other.name} on {words}{by}: {why}"
        if left:
            text = f"{one.name} is let out to {other.name} on {words}{by}: {why}"
        else:
            text = f"{other.name} lets {one.name} in on {words}{by}: {why}"
    packet = _packet(reach, source, destination, service)
    return Witness(text, one.name, other.name, packet, tuple(dict.fromkeys(through)))


def _packet(reach: Reach, source: int, destination: int, service: int) -> Packet | None:
    one, other = reach.parties[source], reach.parties[destination]
    if not one.places or not other.places:
        return None
    return reach.spaces.packet(one.places[0].addresses, other.places[0].addresses, service)


def outside_witness(
    reach: Reach,
    index: int,
    addresses: int,
    services: int,
    *,
    inbound: bool,
    outside: str,
    why: str,
    also: Iterable[str] = (),
    clause: str | None = None,
) -> Witness:
    """A packet that leaves for or comes from addresses that are no party."""
    party = reach.parties[index]
    service = one_service(reach, services)
    for place in party.places:
        subnet = reach.world.subnets[place.subnet]
        blocks = (
            reach.filters.blocks(subnet.filter, subnet.network, inbound, False, addresses)
            if subnet.filter in reach.world.filters and subnet.filter is not None
            else (addresses,)
        )
        for block in blocks:
            if not reach.side(party, place, inbound, NOBODY, block, must=False) & service:
                continue
            remote = next(atoms(block))
            rules = reach.filters.deciding(
                subnet.filter, subnet.network, inbound, party.groups, place.addresses, NOBODY, remote, service
            )
            through = [*(rule.urn for rule in rules), *also]
            by = f" by {rule_words(reach, rules[0])}" if rules else f": {reach.world.name(subnet.key)} filters nothing"
            through += [] if rules else [subnet.key]
            words = reach.spaces.words(services)
            one, other = (remote, place.addresses) if inbound else (place.addresses, remote)
            text = (
                f"{outside} gets to {party.name} in {reach.world.name(subnet.key)} on {words}{by}: {why}"
                if inbound
                else f"{party.name} in {reach.world.name(subnet.key)} is let out to {outside} on {words}{by}: {why}"
            )
            packet = reach.spaces.packet(one, other, service)
            ends = (outside, party.name) if inbound else (party.name, outside)
            return Witness(text, *ends, packet, tuple(dict.fromkeys(through)), clause)
    ends = (outside, party.name) if inbound else (party.name, outside)
    return Witness(f"{ends[0]} and {ends[1]}: {why}", *ends, None, (*party.urns, *also), clause)


def missing_witness(reach: Reach, source: int, destination: int, services: int, clause: str | None) -> Witness:
    """A packet that ought to get through and does not, with the layer that stops it."""
    one, other = reach.parties[source], reach.parties[destination]
    words = reach.spaces.words(services)
    for party in (one, other):
        if not party.places:
            text = f"{one.name} does not reach {other.name} on {words}: {party.name} has no subnet to be in"
            return Witness(text, one.name, other.name, None, (*one.urns, *other.urns), clause)
    service = one_service(reach, services)
    out, into = reach.deciding(source, destination, service)
    stopped_out = services & ~reach.out(source, destination, must=True)
    stopped_in = services & ~reach.into(source, destination, must=True)
    if stopped_out:
        what, rules, party = f"the filter of {one.name}'s subnet does not let it out", out, one
    elif stopped_in:
        what, rules, party = f"the filter of {other.name}'s subnet does not let it in", into, other
    else:
        tables = [t for p in (*one.places, *other.places) if (t := reach.world.subnets[p.subnet].table)]
        text = f"{one.name} does not reach {other.name} on {words}: routes lead it or its answer elsewhere"
        return Witness(
            text,
            one.name,
            other.name,
            _packet(reach, source, destination, service),
            tuple(dict.fromkeys(tables or one.urns)),
            clause,
        )
    by = [rule for rule in rules if not rule.allow]
    if by:
        what += f" ({rule_words(reach, by[0])})"
    through = [rule.urn for rule in by] or [reach.world.subnets[party.places[0].subnet].filter or party.urns[0]]
    text = f"{one.name} does not reach {other.name} on {words}: {what}"
    packet = _packet(reach, source, destination, service)
    return Witness(text, one.name, other.name, packet, tuple(dict.fromkeys((*through, *party.urns))), clause)
