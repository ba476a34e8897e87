"""Witnesses for pairs of parties: a concrete packet, and the resources that let it through or stop it."""

from __future__ import annotations

from zt_ai.verify.aws.filters import admitting
from zt_ai.verify.aws.outside import Arriving, Leaving, brought, came_as
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.model import Witness
from zt_ai.verify.space import atoms


def pair_witness(reach: Reach, source: int, destination: int, services: int, why: str) -> Witness:
    """A packet that gets from one party to another though nothing asks for it."""
    one, other = reach.roll.parties[source], reach.roll.parties[destination]
    spaces, world = reach.spaces, reach.world
    service = _class(reach, services)
    named = reach.named(source, destination)
    for here in one.subnets:
        for there in other.subnets:
            if not reach.straight(source, here, destination, there, *named) & service:
                relayed = _relayed_witness(reach, source, here, destination, there, service, services, why)
                if relayed is not None:
                    return relayed
                continue
            left, right = spaces.hosts(world.subnets[here]), reach.routes.delivered(here, there)[0]
            to = next(
                (
                    a
                    for a in atoms(right)
                    if _passes(reach, source, True, destination, a, here if here != there else None, service)
                ),
                right,
            )
            by = next(
                (
                    a
                    for a in atoms(left)
                    if _passes(reach, destination, False, source, a, there if here != there else None, service)
                ),
                left,
            )
            through = [rule.urn for rule in admitting(world, spaces, one.groups, True, other.groups, to, service)]
            through += [rule.urn for rule in admitting(world, spaces, other.groups, False, one.groups, by, service)]
            if here != there:
                through += [
                    *reach.acls.deciding(world.nacl_of[here], True, to, service),
                    *reach.acls.deciding(world.nacl_of[there], False, by, service),
                ]
            if one.unfiltered or other.unfiltered:
                through += [*(one.urns if one.unfiltered else ()), *(other.urns if other.unfiltered else ())]
            text = f"{one.name} in {world.name(here)} reaches {other.name} in {world.name(there)} "
            text += f"on {spaces.words(services)}: {why}"
            return Witness(text, one.name, other.name, spaces.packet(by, to, service), tuple(dict.fromkeys(through)))
    return Witness(
        f"{one.name} reaches {other.name} on {spaces.words(services)}: {why}",
        one.name,
        other.name,
        None,
        (*one.urns, *other.urns),
    )


def _relayed_witness(
    reach: Reach, source: int, here: str, destination: int, there: str, service: int, services: int, why: str
) -> Witness | None:
    """A packet that a NAT gateway passes on, under its own address."""
    one, other = reach.roll.parties[source], reach.roll.parties[destination]
    spaces, world, acls = reach.spaces, reach.world, reach.acls
    named = reach.named(source, destination)[0]
    way = next(
        (w for w in reach.ways.relays(here, there) if reach.relay(source, w, destination, there, named) & service), None
    )
    if way is None:
        return None
    egress, ingress = reach.filters[source].egress, reach.filters[destination].ingress
    last = world.nacl_of[there] if way.subnets[-1] != there else None
    to = next(a for a in atoms(way.addresses) if (named | egress.network(a)) & reach.passed(way, a, there) & service)
    bears = next(
        a for a in atoms(way.bears) if ingress.network(a) & (acls.at(last, False, a) if last else -1) & service
    )
    first = world.nacl_of[way.subnets[1]] if len(way.subnets) > 1 else None
    hosts = way.senders[0]
    by = next((a for a in atoms(hosts) if first is None or acls.at(first, False, a) & service), hosts)
    through = [rule.urn for rule in admitting(world, spaces, one.groups, True, other.groups, to, service)]
    through += [rule.urn for rule in admitting(world, spaces, other.groups, False, (), bears, service)]
    through += [*way.routes, *acls.deciding(world.nacl_of[here], True, to, service)]
    for sender, place in zip(way.senders, way.subnets[1:], strict=False):
        through += acls.deciding(world.nacl_of[place], False, sender, service)
    through += acls.deciding(last, False, bears, service) if last else ()
    through += [*(one.urns if one.unfiltered else ()), *(other.urns if other.unfiltered else ())]
    nat = way_name("nat", way.gateways[-1], world.name(way.gateways[-1]))
    text = f"{one.name} in {world.name(here)} reaches {other.name} in {world.name(there)} "
    text += f"on {spaces.words(services & spaces.translatable)} through {nat}, under whose address it arrives: {why}"
    return Witness(text, one.name, other.name, spaces.packet(by, to, service), tuple(dict.fromkeys(through)))


def _class(reach: Reach, services: int) -> int:
    """One class of services of a set, the one that tells most."""
    telling = reach.spaces.telling(services)
    return telling & -telling


def _passes(reach: Reach, party: int, egress: bool, peer: int, remote: int, subnet: str | None, service: int) -> bool:
    side = reach.filters[party].egress if egress else reach.filters[party].ingress
    admitted = side.group(reach.roll.parties[peer].groups) | side.network(remote)
    allowed = reach.acls.at(reach.world.nacl_of[subnet], egress, remote) if subnet else -1
    return bool(admitted & allowed & service)


def missing_witness(reach: Reach, source: int, destination: int, services: int, clause: str | None) -> Witness:
    """A packet that ought to get through and does not, with the layer that stops it."""
    one, other = reach.roll.parties[source], reach.roll.parties[destination]
    spaces, world = reach.spaces, reach.world
    out, into = reach.named(source, destination)
    service = _class(reach, services)
    for here in one.subnets:
        for there in other.subnets:
            left, right = spaces.hosts(world.subnets[here]), spaces.hosts(world.subnets[there])
            to = next((a for a in atoms(right) if not (out | reach.filters[source].egress.network(a)) & service), 0)
            by = next(
                (a for a in atoms(left) if not (into | reach.filters[destination].ingress.network(a)) & service), 0
            )
            step = reach.step(here, there)[1]
            if not to and not by and step & service:
                continue
            urns: tuple[str, ...]
            if to or by:
                what = f"no rule of {one.name} lets it out" if to else f"no rule of {other.name} lets it in"
                urns = one.urns if to else other.urns
            else:
                what = (
                    f"routes or network ACLs between {world.name(here)} and {world.name(there)} stop it or its answer"
                )
                left, right = _stopped(reach, here, there, service)
                urns = (*_acls(reach, here, there), *_tables(reach, here, there))
            text = f"{one.name} does not reach {other.name} on {spaces.words(services)}: {what}"
            return Witness(
                text,
                one.name,
                other.name,
                spaces.packet(by or left, to or right, service) if left and right else None,
                urns,
                clause,
            )
    text = f"{one.name} does not reach {other.name} on {spaces.words(services)}: one of them has no subnet to be in"
    return Witness(text, one.name, other.name, None, (*one.urns, *other.urns), clause)


def _stopped(reach: Reach, source: str, destination: str, service: int) -> tuple[int, int]:
    """Hosts of two subnets between which routes or ACLs stop a service or its answer, as `Reach.step` says they do."""
    world, spaces, acls = reach.world, reach.spaces, reach.acls
    one, other = spaces.hosts(world.subnets[source]), spaces.hosts(world.subnets[destination])
    if lost := other & ~reach.routes.delivered(source, destination)[1]:
        return one, lost
    if lost := one & ~reach.routes.delivered(destination, source)[1]:
        return lost, other
    back = 0
    for protocol, ports in spaces.ephemeral.items():
        if spaces.transport[protocol] & service:
            back |= ports
    ours, theirs = world.nacl_of[source], world.nacl_of[destination]
    for atom in atoms(other):
        if service & ~acls.at(ours, True, atom) or back & ~acls.at(ours, False, atom):
            return one, atom
    for atom in atoms(one):
        if service & ~acls.at(theirs, False, atom) or back & ~acls.at(theirs, True, atom):
            return atom, other
    return one, other


def _acls(reach: Reach, *subnets: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reach.world.nacls[reach.world.nacl_of[s]].urn or s for s in subnets))


def _tables(reach: Reach, *subnets: str) -> tuple[str, ...]:
    return tuple(
        urn
        for s in subnets
        if (t := reach.world.route_tables.get(reach.routes.table(s))) is not None and (urn := t.urn) is not None
    )


def leaving_witness(reach: Reach, found: Leaving, services: int, why: str) -> Witness:
    """A packet that leaves the VPC."""
    party, spaces, world = reach.roll.parties[found.party], reach.spaces, reach.world
    service = _class(reach, services)
    side = reach.filters[found.party].egress
    listed = 0
    for bits in side.lists.values():
        listed |= bits

    def leaves(address: int) -> bool:
        admitted = side.network(address) | (listed if address & spaces.public else 0)
        return bool(admitted & reach.passed(found.exit, address) & service)

    to = next((address for address in atoms(found.addresses) if leaves(address)), found.addresses & -found.addresses)
    rules = admitting(world, spaces, party.groups, True, side.lists, to, service)
    through = dict.fromkeys(
        (
            *(rule.urn for rule in rules),
            *found.exit.routes,
            *reach.acls.deciding(world.nacl_of[found.subnet], True, to, service),
        )
    )
    target = way_name(found.exit.kind, found.exit.key, world.name(found.exit.key))
    text = f"{party.name} in {world.name(found.subnet)} sends {spaces.words(services)} out through {target}: {why}"
    packet = (
        spaces.packet(spaces.hosts(world.subnets[found.subnet]), to, service)
        if spaces.hosts(world.subnets[found.subnet])
        else None
    )
    return Witness(text, party.name, target, packet, tuple(through))


def arriving_witness(reach: Reach, found: Arriving, addresses: int, services: int, source: str, why: str) -> Witness:
    """A packet that comes in from outside."""
    party, spaces, world = reach.roll.parties[found.party], reach.spaces, reach.world
    service, ingress = _class(reach, services), reach.filters[found.party].ingress
    acl, hosts = world.nacl_of[found.subnet], spaces.hosts(world.subnets[found.subnet])
    by = next((a for a in atoms(addresses) if ingress.network(a) & service), addresses & -addresses)
    rules, decided, by_nat = admitting(world, spaces, party.groups, False, (), by, service), by, ""
    if found.way is None:
        to = next((a for a in atoms(hosts) if brought(reach, found.gateway, found.subnet, a) & service), hosts)
    else:
        by, way, last = addresses & -addresses, found.way, None if found.way.subnets[-1] == found.subnet else acl
        came = came_as(way, by)
        to = next(a for a in atoms(way.addresses) if reach.passed(came, a, found.subnet) & service)
        decided = next(
            a
            for a in atoms(way.bears)
            if ingress.network(a) & (reach.acls.at(last, False, a) if last else -1) & service
        )
        rules = admitting(world, spaces, party.groups, False, (), decided, service)
        by_nat = f" and {way_name('nat', way.gateways[-1], world.name(way.gateways[-1]))}"
    through = (
        *(rule.urn for rule in rules),
        *(found.way.routes if found.way is not None else ()),
        *reach.acls.deciding(acl, False, decided, service),
        found.gateway.urn,
    )
    text = f"{source} reaches {party.name} in {world.name(found.subnet)} on {spaces.words(services)} "
    text += f"through {world.name(found.gateway.key)}{by_nat}: {why}"
    return Witness(
        text, source, party.name, spaces.packet(by, to, service) if hosts else None, tuple(dict.fromkeys(through))
    )


_WAYS = {
    "igw": "internet gateway",
    "eigw": "egress-only internet gateway",
    "carrier": "carrier gateway",
    "nat": "NAT gateway",
    "tgw": "transit gateway",
    "peering": "peering",
    "vgw": "VPN gateway",
    "core-network": "cloud WAN",
    "local-gateway": "local gateway",
    "interface": "network interface",
    "gwlb": "gateway load balancer endpoint",
    "firewall": "firewall",
    "unknown": "unknown next hop",
}


def way_name(kind: str, key: str, name: str) -> str:
    """A way out in words."""
    return f"{_WAYS.get(kind, kind)} {name if key != 'unknown' else ''}".strip()
