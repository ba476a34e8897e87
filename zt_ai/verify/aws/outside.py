"""Packets that leave the VPC or come from outside it, party by party.

What lies outside is told apart by the way that leads there: the internet (internet, egress-only and carrier gateways),
private networks (transit gateway, peering, VPN, cloud WAN, local gateway), AWS services behind gateway endpoints, and
boxes that are not understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from zt_ai.verify.aws.filters import Side
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.routes import INTERNET_EXITS, PRIVATE_EXITS
from zt_ai.verify.aws.ways import Way
from zt_ai.verify.aws.world import Gateway
from zt_ai.verify.space import atoms, join


@dataclass(frozen=True, slots=True)
class Leaving:
    """Packets of one party from one subnet by one way out."""

    party: int
    subnet: str
    exit: Way
    addresses: int
    services: int


@dataclass(frozen=True, slots=True)
class Arriving:
    """Packets from outside to one party in one subnet, from addresses that are alike; `way` where a NAT gateway in
    the VPC passes them on."""

    party: int
    subnet: str
    gateway: Gateway
    addresses: int
    services: int
    way: Way | None = None


def leaving(reach: Reach, party: int) -> Iterator[Leaving]:
    """Every way on which packets of a party get out of the VPC. ACLs of all subnets on the way are passed."""
    egress = reach.filters[party].egress
    wanted = egress.reach | (reach.spaces.public if egress.lists else 0)
    if not wanted:
        return
    for subnet in reach.roll.parties[party].subnets:
        for way in reach.ways.exits(subnet):
            served = [(reach.routes.by_default(place), reach.ways.served(place)) for place in way.subnets]
            addresses = services = 0
            for atom in atoms(way.addresses & wanted):
                # Addresses of an AWS service lie somewhere among the public ones: which, nobody promises, so any may
                # be.
                admitted = egress.network(atom) | (
                    _listed(reach, egress, served, atom) if atom & reach.spaces.public else 0
                )
                passed = admitted & reach.passed(way, atom)
                if passed:
                    addresses, services = addresses | atom, services | passed
            if services:
                yield Leaving(party, subnet, way, addresses, services)


def _listed(reach: Reach, egress: Side, served: list[tuple[int, frozenset[str]]], atom: int) -> int:
    """Services that rules naming prefix lists admit to a class of public addresses, apart from lists of services whose
    packets some table on the way gives to a gateway endpoint."""
    return join(
        services
        for key, services in egress.lists.items()
        if not any(atom & default and reach.ways.service(key) in names for default, names in served)
    )


def way_serves(reach: Reach, way: Way, subnet: str, remote: int) -> int:
    """Services that a way out surely carries to all addresses of a set, the answers included, for every host of the
    subnet.

    The answers must come back through the same firewall: it drops what it did not see begin [Network Firewall Guide,
    "Avoiding asymmetric routing"].
    """
    acls, spaces, world = reach.acls, reach.spaces, reach.world
    hosts = spaces.hosts(world.subnets[subnet])
    allowed = acls.every(world.nacl_of[subnet], True, remote) & reach.answered(subnet, 0, subnet, remote)
    if way.translated:
        allowed &= spaces.translatable
    for sender, place in zip(way.senders, way.subnets[1:], strict=False):
        acl = world.nacl_of[place]
        allowed &= acls.every(acl, False, sender) & acls.every(acl, True, remote)
        answers = acls.every(acl, False, remote) & acls.every(acl, True, sender)
        for protocol, ports in spaces.ephemeral.items():
            if ports & ~answers:
                allowed &= ~spaces.transport[protocol]
    last = way.subnets[-1]
    for firewall in way.firewalls:
        back = join(leg.addresses for leg in reach.routes.legs(last) if leg.hop.key == firewall)
        if hosts & ~back:
            return 0
    return allowed


def entries(reach: Reach, vpc: str) -> tuple[Gateway, ...]:
    """Gateways by which packets may come into a VPC from outside. NAT and egress-only gateways take none in."""
    kinds = PRIVATE_EXITS | {"igw", "carrier"}
    found = [gateway for gateway in reach.world.gateways.values() if gateway.kind in kinds and gateway.vpc == vpc]
    found += [g for g in reach.world.gateways.values() if g.kind == "peering" and g.peer == vpc and g.vpc != vpc]
    owner = reach.world.vpcs.get(vpc)
    if owner is not None and owner.adopted:
        # What else lives in a VPC that was there before is not in the plan, nor are the gateways it has.
        found.append(Gateway(f"the rest of {vpc}", "local-gateway", vpc, (), False, None, vpc))
    return tuple(found)


def arriving(reach: Reach, party: int) -> Iterator[Arriving]:
    """Packets from outside that get to a party.

    Through a private gateway any address may come. Through an internet gateway only to interfaces with a public
    address, which any interface may be given where the gateway is routed to [VPC User Guide, "Internet gateways"].
    """
    ingress = reach.filters[party].ingress
    if not ingress.networks and not ingress.lists:
        return
    listed = 0
    for services in ingress.lists.values():
        listed |= services
    wanted = ingress.reach | (reach.spaces.public if listed else 0)
    for subnet in reach.roll.parties[party].subnets:
        vpc = reach.world.subnets[subnet].vpc
        outside, hosts = reach.spaces.outside(vpc), reach.spaces.hosts(reach.world.subnets[subnet])
        for gateway in entries(reach, vpc):
            sources = outside & wanted
            if gateway.kind in INTERNET_EXITS:
                routed = any(leg.hop.kind in INTERNET_EXITS for leg in reach.routes.legs(subnet))
                sources = sources & reach.spaces.public if routed else 0
            acl, through = reach.world.nacl_of[subnet], brought(reach, gateway, subnet, hosts)
            alike: dict[int, int] = {}
            for atom in atoms(sources):
                admitted = ingress.network(atom) | (listed if atom & reach.spaces.public else 0)
                passed = admitted & reach.acls.at(acl, False, atom) & through
                if passed:
                    alike[passed] = alike.get(passed, 0) | atom
            for services, addresses in alike.items():
                yield Arriving(party, subnet, gateway, addresses, services)
            for place in _between(reach, gateway, subnet):
                for way in reach.ways.relays(place, subnet):
                    yield from _relayed(reach, Arriving(party, subnet, gateway, outside, 0, way), way)


def _relayed(reach: Reach, arrived: Arriving, way: Way) -> Iterator[Arriving]:
    """Packets from a transit gateway that a NAT gateway passes on under its own address.

    They follow the table of the attachment's subnet [Amazon VPC Transit Gateways Guide, "Amazon VPC attachments"]. From
    a peering or a VPN nothing gets to a NAT gateway [VPC User Guide, "NAT gateway basics"].
    """
    into = reach.admitted(way, arrived.party, arrived.subnet)
    alike: dict[int, int] = {}
    for atom in atoms(arrived.addresses) if into else ():
        from_there, services = came_as(way, atom), 0
        for remote in atoms(way.addresses):
            services |= into & reach.passed(from_there, remote, arrived.subnet)
        if services:
            alike[services] = alike.get(services, 0) | atom
    for services, addresses in alike.items():
        yield replace(arrived, addresses=addresses, services=services)


def came_as(way: Way, sender: int) -> Way:
    """The way of a packet from outside, which comes with an address of its own."""
    return replace(way, senders=(sender, *way.senders[1:]))


def _between(reach: Reach, gateway: Gateway, subnet: str) -> tuple[str, ...]:
    """Subnets of a transit gateway's attachment by which packets come to another subnet.

    They come in the availability zone where they began, if it has one of the attachment's subnets [Amazon VPC Transit
    Gateways Guide, "Appliance mode"]: so to one of these subnets by the others too.
    """
    subnets = gateway.subnets if gateway.kind == "tgw" else ()
    return tuple(place for place in subnets if place in reach.world.subnets and place != subnet)


def brought(reach: Reach, gateway: Gateway, subnet: str, hosts: int) -> int:
    """Services that the routes and ACLs of a transit gateway attachment's own subnets bring to some hosts of a subnet;
    what comes by another gateway passes none [Amazon VPC Transit Gateways Guide, "Network ACLs for transit
    gateways"]."""
    everything = reach.spaces.services.everything
    places = _between(reach, gateway, subnet)
    if not places or len(places) < len(gateway.subnets):
        return everything  # it may also come straight from the gateway, or by a subnet that nobody here knows
    return everything & join(
        reach.acls.some(reach.world.nacl_of[place], True, reach.routes.delivered(place, subnet)[0] & hosts)
        for place in places
    )


def network_served(reach: Reach, party: int, addresses: int) -> int:
    """Services on which every address of an outside network surely reaches a party, answers included.

    It comes by the gateway to which the answers go: what comes by another finds no way back.
    The ACL of the transit gateway's own subnets sees what goes from the gateway to the interfaces on its way out, and
    the answers on their way in [Amazon VPC Transit Gateways Guide, "Network ACLs for transit gateways"].
    """
    acls, spaces, world = reach.acls, reach.spaces, reach.world
    ingress, subnets = reach.filters[party].ingress, reach.roll.parties[party].subnets
    found = spaces.services.everything if subnets else 0
    for atom in atoms(addresses):
        found &= ingress.network(atom)
    for subnet in subnets:
        gates = [g for g in entries(reach, world.subnets[subnet].vpc) if g.kind in PRIVATE_EXITS]
        if not gates:
            return 0
        back, used = 0, list[Gateway]()
        for leg in reach.routes.legs(subnet):
            ends = [g for g in gates if leg.hop.kind in PRIVATE_EXITS and leg.hop.key in (g.key, g.peer)]
            if ends and leg.addresses & addresses:
                back, used = back | leg.addresses, [*used, *ends]
        if addresses & ~back:
            return 0
        hosts = spaces.hosts(world.subnets[subnet])
        found &= acls.every(world.nacl_of[subnet], False, addresses) & reach.answered(subnet, addresses, None, hosts)
        for place in {place for gate in used for place in _between(reach, gate, subnet)}:
            acl = world.nacl_of[place]
            if hosts & ~reach.routes.delivered(place, subnet)[1]:
                return 0
            found &= acls.every(acl, True, hosts)
            answers = acls.every(acl, False, hosts)
            for protocol, ports in spaces.ephemeral.items():
                if ports & ~answers:
                    found &= ~spaces.transport[protocol]
    return found
