"""Packets that leave the VPC or come from outside it, party by party.

What lies outside is told apart by the way that leads there: the internet (internet, egress-only and carrier gateways),
private networks (transit gateway, peering, VPN, cloud WAN, local gateway), AWS services behind gateway endpoints, and
boxes that are not understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.routes import INTERNET_EXITS, PRIVATE_EXITS, Exit
from zt_ai.verify.aws.world import Gateway
from zt_ai.verify.space import atoms, join


@dataclass(frozen=True, slots=True)
class Leaving:
    """Packets of one party from one subnet by one way out."""

    party: int
    subnet: str
    exit: Exit
    addresses: int
    services: int


@dataclass(frozen=True, slots=True)
class Arriving:
    """Packets from outside to one party in one subnet, from addresses that are alike."""

    party: int
    subnet: str
    gateway: Gateway
    addresses: int
    services: int


def leaving(reach: Reach, party: int) -> Iterator[Leaving]:
    """Every way on which packets of a party get out of the VPC. ACLs of all subnets on the way are passed."""
    egress = reach.filters[party].egress
    wanted = egress.reach | (reach.spaces.public if egress.lists else 0)
    if not wanted:
        return
    for subnet in reach.roll.parties[party].subnets:
        served = {route.hop.key for route in reach.routes.gateway_endpoints(subnet)}
        listed = join(egress.lists.values())
        unserved = join(services for key, services in egress.lists.items() if key not in served)
        default = reach.routes.by_default(subnet)
        for way in reach.routes.exits(subnet):
            addresses = services = 0
            for atom in atoms(way.addresses & wanted):
                # Addresses of an AWS service lie somewhere among the public ones: which, nobody promises, so any may
                # be.
                lists = unserved if atom & default else listed
                admitted = egress.network(atom) | (lists if atom & reach.spaces.public else 0)
                passed = admitted & path_allows(reach, way, subnet, atom)
                if passed:
                    addresses, services = addresses | atom, services | passed
            if services:
                yield Leaving(party, subnet, way, addresses, services)


def path_allows(reach: Reach, way: Exit, subnet: str, remote: int) -> int:
    """Services that the ACLs on a way out let from the subnet to a class of addresses outside."""
    allowed = reach.acls.at(reach.world.nacl_of[subnet], True, remote)
    hosts = reach.spaces.hosts(reach.world.subnets[subnet])
    for place in way.subnets[1:]:
        acl = reach.world.nacl_of[place]
        allowed &= reach.acls.some(acl, False, hosts) & reach.acls.at(acl, True, remote)
    return allowed


def way_serves(reach: Reach, way: Exit, subnet: str, remote: int) -> int:
    """Services that a way out surely carries to all addresses of a set, the answers included, for every host of the
    subnet.

    The answers must come back through the same firewall: it drops what it did not see begin [Network Firewall Guide,
    "Avoiding asymmetric routing"].
    """
    acls, spaces, world = reach.acls, reach.spaces, reach.world
    hosts = spaces.hosts(world.subnets[subnet])
    allowed = acls.every(world.nacl_of[subnet], True, remote) & reach.answered(subnet, 0, subnet, remote)
    for place in way.subnets[1:]:
        acl = world.nacl_of[place]
        allowed &= acls.every(acl, False, hosts) & acls.every(acl, True, remote)
        answers = acls.every(acl, False, remote) & acls.every(acl, True, hosts)
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
        outside = reach.spaces.outside(vpc)
        for gateway in entries(reach, vpc):
            sources = outside & wanted
            if gateway.kind in INTERNET_EXITS:
                routed = any(leg.hop.kind in INTERNET_EXITS for leg in reach.routes.legs(subnet))
                sources = sources & reach.spaces.public if routed else 0
            acl, through = reach.world.nacl_of[subnet], _into(reach, gateway, subnet)
            alike: dict[int, int] = {}
            for atom in atoms(sources):
                admitted = ingress.network(atom) | (listed if atom & reach.spaces.public else 0)
                passed = admitted & reach.acls.at(acl, False, atom) & through
                if passed:
                    alike[passed] = alike.get(passed, 0) | atom
            for services, addresses in alike.items():
                yield Arriving(party, subnet, gateway, addresses, services)


def _into(reach: Reach, gateway: Gateway, subnet: str) -> int:
    """Services that the ACLs of a transit gateway attachment's own subnets let out to a subnet."""
    if gateway.kind != "tgw" or not gateway.subnets or subnet in gateway.subnets:
        return reach.spaces.services.everything
    hosts, found = reach.spaces.hosts(reach.world.subnets[subnet]), 0
    for place in gateway.subnets:
        found |= reach.acls.some(reach.world.nacl_of[place], True, hosts) if place in reach.world.nacl_of else -1
    return found & reach.spaces.services.everything


def network_served(reach: Reach, party: int, addresses: int) -> int:
    """Services on which every address of an outside network surely reaches a party, answers included.

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
        back = 0
        for leg in reach.routes.legs(subnet):
            if leg.hop.kind in PRIVATE_EXITS and any(leg.hop.key in (g.key, g.peer) for g in gates):
                back |= leg.addresses
        if addresses & ~back:
            return 0
        hosts = spaces.hosts(world.subnets[subnet])
        found &= acls.every(world.nacl_of[subnet], False, addresses) & reach.answered(subnet, addresses, None, hosts)
        for place in {
            place for gate in gates if gate.kind == "tgw" for place in gate.subnets if place in world.subnets
        } - {subnet}:
            acl = world.nacl_of[place]
            found &= acls.every(acl, True, hosts)
            answers = acls.every(acl, False, hosts)
            for protocol, ports in spaces.ephemeral.items():
                if ports & ~answers:
                    found &= ~spaces.transport[protocol]
    return found
