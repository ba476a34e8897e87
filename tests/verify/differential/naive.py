"""What happens to one packet: a slow, literal reading of the AWS documentation, sharing no code with the verifier.

One concrete packet goes from one concrete interface (or from one address outside) to another. Every rule that could
matter is looked at in a plain loop; there are no sets of addresses or ports. The order follows the packet [VPC User
Guide, "Security groups", "Network ACLs", "Subnet route tables"; VPC Reachability Analyzer guide, "How Reachability
Analyzer works" uses the same order]:

1. an outbound rule of the sender's groups, any of them; groups know no deny and are stateful ["Security group
   rules"];
2. inside one subnet nothing else but the receiver's groups ["Network ACL basics": ACLs act at the subnet's border];
3. the outbound entries of the sender's network ACL, lowest number first, the first that fits decides, none: denied;
4. the most specific route ["How route priority works"]; at equal length a static route to the VPC's own range
   replaces the local one ["Replace or restore the target for a local route"]; the published ranges of an AWS service
   are in the route of its gateway endpoint and more specific than any default route [PrivateLink Guide, "Gateway
   endpoints", "Routing"];
5. at the other subnet the inbound entries, then an inbound rule of the receiver's groups;
6. the answer passes groups unasked and ACLs like any packet, the ports exchanged ["Network ACLs" are stateless;
   "Ephemeral ports"].

A NAT gateway has no groups, is subject to its subnet's ACL, passes TCP, UDP and ICMP and nothing else ["NAT gateway
basics"], and puts its own private address in place of the sender's ["NAT gateways"]. Which one of its subnet it has,
AWS chooses at random where the plan does not say ["Create a NAT gateway"]: every one of them is tried. Of boxes that
decide by themselves (an interface as next hop, a Gateway Load Balancer endpoint) only the worst is known: they may
pass everything on; what passes one arrives, but not surely.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import IPv4Address
from itertools import takewhile

from tests.verify.differential import listing
from tests.verify.differential.listing import ALL, NUMBERS, Entry, Route, Rule
from zt_ai.graph.model import ResourceGraph

ECHO, ECHO_REPLY = 8, 0
# The published ranges of AWS's services are no shorter than this; worlds have no static routes this specific into them.
SERVICE_PREFIX = 13


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface. `filtered` is false for what has no security groups, such as a NAT gateway."""

    groups: frozenset[str]
    subnet: str
    address: IPv4Address
    filtered: bool = True


@dataclass(frozen=True, slots=True)
class Outside:
    """An address that no VPC of the plan has; `service` names the AWS service that publishes it, if one does."""

    address: IPv4Address
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Packet:
    """Protocol number and ports; for ICMP the destination port is 256 × type + code, other protocols have none."""

    protocol: int
    source_port: int
    port: int

    def reply(self) -> Packet | None:
        """What the receiver answers; None where there is no answer."""
        if self.protocol == NUMBERS["icmp"]:
            return Packet(self.protocol, 0, ECHO_REPLY * 256) if self.port == ECHO * 256 else None
        return Packet(self.protocol, self.port, self.source_port)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a packet. `exits` are the gateways (kind, key) by which it left the VPC; `why` is for people.

    `arrived` says that the packet itself got there, `answered` that what the receiver answers also gets back.
    """

    arrived: bool
    answered: bool
    why: str
    exits: tuple[tuple[str, str], ...] = ()
    sure: bool = True
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hop:
    """Where the routers and ACLs bring a packet: into a subnet, or out by a gateway; with the address it then bears."""

    kind: str
    key: str
    sender: IPv4Address
    translated: bool = False
    sure: bool = True
    boxes: tuple[str, ...] = ()


class Network:
    """All rules of one plan, listed once; they are evaluated packet by packet."""

    def __init__(self, graph: ResourceGraph) -> None:
        self.graph = graph
        self.rules = cache(lambda group, egress: tuple(listing.group_rules(graph, group, egress)))
        self.rules_of = cache(
            lambda groups, egress: tuple(rule for group in groups for rule in self.rules(group, egress))
        )
        self._entries = cache(lambda acl, egress: tuple(listing.acl_entries(graph, acl, egress)))
        self._routes = cache(lambda table: tuple(listing.table_routes(graph, table)))
        self._ranges = cache(lambda key: tuple(listing.list_ranges(graph, key)))
        self._vpc_ranges = cache(lambda vpc: tuple(listing.vpc_ranges(graph, vpc)))
        self.gate = cache(self._gate)
        self._service = cache(lambda key: listing.service_of(graph, key))
        self.acl = cache(lambda subnet: listing.acl_of(graph, subnet))
        self.table = cache(lambda subnet: listing.table_of(graph, subnet))
        self.vpc = cache(lambda subnet: listing.vpc_of(graph, subnet))
        self.nat_addresses = cache(self._nat_addresses)
        # Addresses that stand for all that a subnet has to give; `points.py` knows better ones.
        self.usable: Callable[[str], list[IPv4Address]] = self._corners

    # --- filters -----------------------------------------------------------------------------------------------------

    def group_admits(
        self, one: Interface, egress: bool, other: Interface | Outside, seen_as: IPv4Address, packet: Packet
    ) -> Rule | None:
        """A rule of an interface's groups that admits the packet; `seen_as` is the other side's address on the wire.

        A rule that names a group admits the private addresses of that group's interfaces [VPC User Guide, "Security
        group referencing"], so not what a NAT gateway sends in their stead.
        """
        for rule in self.rules_of(one.groups, egress):
            if not self.fits(rule.protocol, rule.first, rule.last, packet):
                continue
            if rule.range is not None:
                if rule.range.low <= int(seen_as) <= rule.range.high:
                    return rule
            elif rule.peer == "group":
                if isinstance(other, Interface) and rule.value in other.groups and seen_as == other.address:
                    return rule
            elif any(listed.low <= int(seen_as) <= listed.high for listed in self._ranges(rule.value)) or (
                isinstance(other, Outside) and other.service is not None and self._service(rule.value) == other.service
            ):
                return rule
        return None

    def acl_decides(self, subnet: str, egress: bool, remote: IPv4Address, packet: Packet) -> Entry | None:
        """The entry of a subnet's ACL that decides about a packet; None: no entry fits, so it is denied."""
        number = int(remote)
        for entry in self._entries(self.acl(subnet), egress):
            if entry.range.low <= number <= entry.range.high and self.fits(
                entry.protocol, entry.first, entry.last, packet
            ):
                return entry
        return None

    def acl_allows(self, subnet: str, egress: bool, remote: IPv4Address, packet: Packet) -> bool:
        """Whether a subnet's ACL lets a packet pass."""
        entry = self.acl_decides(subnet, egress, remote, packet)
        return entry is not None and entry.allow

    @staticmethod
    def fits(protocol: int, first: int, last: int, packet: Packet) -> bool:
        """Whether a rule's protocol and span hold a packet.

        Ports count for TCP and UDP, type and code for ICMP, nothing
        else for other protocols [EC2 API, IpPermission].
        """
        if protocol == ALL:
            return True
        if protocol != packet.protocol:
            return False
        if protocol in (NUMBERS["tcp"], NUMBERS["udp"]):
            return first <= packet.port <= last
        if protocol == NUMBERS["icmp"]:
            type_, code = divmod(packet.port, 256)
            return first in (ALL, type_) and (first == ALL or last in (ALL, code))
        return True

    # --- routes ------------------------------------------------------------------------------------------------------

    def route(self, subnet: str, address: IPv4Address, service: str | None) -> Route | None:
        """The route that a subnet's table has for an address; None where there is none."""
        return next(iter(self.routes(subnet, address, service)), None)

    def routes(self, subnet: str, address: IPv4Address, service: str | None) -> list[Route]:
        """The routes that a subnet's table may choose for an address, the most specific one first.

        At equal length a route to a range goes before one to a prefix list; of several lists that overlap, a gateway
        endpoint's among them, AWS chooses one at random ["Route priority and prefix lists"].
        """
        number = int(address)
        ranges = [
            (own.length, 0, Route("", own, None, "local", ""))
            for own in self._vpc_ranges(self.vpc(subnet))
            if own.low <= number <= own.high
        ]
        lists: list[tuple[int, int, Route]] = []
        for route in self._routes(self.table(subnet)):
            if route.kind == "service":
                if service is not None and self._service(route.target) == service:
                    lists.append((SERVICE_PREFIX, 1, route))
            elif route.range is not None:
                if route.range.low <= number <= route.range.high:
                    ranges.append((route.range.length, 2, route))
            else:
                fitting = [one.length for one in self._ranges(route.list) if one.low <= number <= one.high]
                lists += [(max(fitting), 1, route)] if fitting else []
        order = sorted((*ranges, *lists), key=lambda one: (-one[0], -one[1]))
        before = takewhile(lambda one: one[1] == 1, order)
        return [one[2] for one in before] or [one[2] for one in order[:1]]

    def _carry(
        self, subnet: str, sender: IPv4Address, to: Interface | Outside, packet: Packet, seen: tuple[str, ...] = ()
    ) -> Iterator[_Hop]:
        """From inside a subnet towards an address: every place where the packet may come out."""
        if isinstance(to, Interface) and to.subnet == subnet:
            yield _Hop("subnet", subnet, sender)
            return
        if subnet in seen or not self.acl_allows(subnet, True, to.address, packet):
            return
        for found in self.routes(subnet, to.address, to.service if isinstance(to, Outside) else None):
            yield from self._led(found, subnet, sender, to, packet, seen)

    def _led(
        self,
        found: Route,
        subnet: str,
        sender: IPv4Address,
        to: Interface | Outside,
        packet: Packet,
        seen: tuple[str, ...],
    ) -> Iterator[_Hop]:
        """Where one route leads."""
        if found.kind == "local":
            if isinstance(to, Interface) and self.vpc(to.subnet) == self.vpc(subnet):
                yield from self._enter(to, sender, packet, _Hop("subnet", to.subnet, sender))
        elif found.kind == "nat":
            gateway = self.graph.get(found.target)
            place = listing.named(self.graph, gateway.inputs.get("subnetId")) if gateway is not None else None
            passes = packet.protocol in (NUMBERS["tcp"], NUMBERS["udp"], NUMBERS["icmp"])
            if place is not None and passes and (place == subnet or self.acl_allows(place, False, sender, packet)):
                for own in self.nat_addresses(found.target):
                    for hop in self._carry(place, own, to, packet, (*seen, subnet)) if own != to.address else ():
                        yield replace(hop, translated=True)
        elif found.kind == "box" and (places := self.firewall_subnets(found.target)):
            for place in places:
                if place == subnet or self.acl_allows(place, False, sender, packet):
                    for hop in self._carry(place, sender, to, packet, (*seen, subnet)):
                        yield replace(hop, boxes=(found.target, *hop.boxes))
        elif (
            found.kind in ("box", "interface") and isinstance(to, Interface) and self.vpc(to.subnet) == self.vpc(subnet)
        ):
            yield from self._enter(to, sender, packet, _Hop("subnet", to.subnet, sender, sure=False))
        elif (
            isinstance(to, Interface)
            and self.vpc(to.subnet) != self.vpc(subnet)
            and self._joined(found, subnet, to.subnet)
        ):
            yield from self._enter(to, sender, packet, _Hop("subnet", to.subnet, sender))
        else:
            yield _Hop(found.kind, found.target, sender)

    def _enter(self, to: Interface, sender: IPv4Address, packet: Packet, hop: _Hop) -> Iterator[_Hop]:
        if self.acl_allows(to.subnet, False, sender, packet):
            yield hop

    def _joined(self, route: Route, one: str, other: str) -> bool:
        """Whether a peering connection or a transit gateway joins the VPCs of two subnets."""
        vpcs = {self.vpc(one), self.vpc(other)}
        if route.kind == "peering":
            link = self.graph.get(route.target)
            return (
                link is not None
                and {listing.named(self.graph, link.inputs.get(n)) for n in ("vpcId", "peerVpcId")} == vpcs
            )
        attached = {
            listing.named(self.graph, link.inputs.get("vpcId"))
            for link in self.graph.of_type(listing.TRANSIT)
            if listing.named(self.graph, link.inputs.get("transitGatewayId")) == route.target
        }
        return route.kind == "tgw" and vpcs <= attached

    def _nat_addresses(self, key: str) -> list[IPv4Address]:
        """The private addresses that a NAT gateway may have: what the plan says, else any that its subnet gives."""
        gateway = self.graph.get(key)
        assert gateway is not None
        text = listing.bare(gateway.inputs.get("privateIp"))
        place = str(listing.named(self.graph, gateway.inputs.get("subnetId")))
        return [IPv4Address(str(text))] if text else self.usable(place)

    def _corners(self, subnet: str) -> list[IPv4Address]:
        resource = self.graph.get(subnet)
        assert resource is not None
        span = listing.range_of(resource.inputs.get("cidrBlock"))
        return [IPv4Address(span.low + 4), IPv4Address(span.high - 1)]

    def firewall_subnets(self, key: str) -> tuple[str, ...]:
        """Subnets with an endpoint of a Network Firewall; none if the key is no firewall."""
        resource = self.graph.get(key)
        if resource is None or resource.type != "aws:networkfirewall/firewall:Firewall":
            return ()
        found = []
        for mapping in listing.many(resource.inputs.get("subnetMappings")):
            assert isinstance(mapping, Mapping)
            found.append(str(listing.named(self.graph, mapping.get("subnetId"))))
        return tuple(found)

    # --- packets -----------------------------------------------------------------------------------------------------

    def send(self, source: Interface, to: Interface | Outside, packet: Packet) -> Fate:
        """A packet that an interface sends: does it arrive (or leave by a gateway), and does the answer get back?"""
        if source.filtered and self.group_admits(source, True, to, to.address, packet) is None:
            return Fate(False, False, "no outbound rule of the sender's groups")
        hops = list(self._carry(source.subnet, source.address, to, packet))
        if not hops:
            return Fate(False, False, "routes or network ACLs drop it")
        if isinstance(to, Outside):
            exits = tuple((hop.kind, hop.key) for hop in hops)
            boxes = tuple(dict.fromkeys(box for hop in hops for box in hop.boxes))
            return Fate(True, self._answered_from_outside(source, to, packet), "it left", exits, boxes=boxes)
        arrived = [
            hop
            for hop in hops
            if hop.kind == "subnet"
            and (not to.filtered or self.group_admits(to, False, self._seen(source, hop), hop.sender, packet))
        ]
        if not arrived:
            outside = tuple((hop.kind, hop.key) for hop in hops if hop.kind != "subnet")
            return Fate(False, False, "no inbound rule of the receiver's groups, or it left the VPC", outside)
        sure = all(hop.sure for hop in hops)
        reply = packet.reply()
        back = reply is not None and any(
            hop.kind == "subnet" and hop.sure and hop.sender == to.address
            for hop in self._carry(to.subnet, to.address, source, reply)
        )
        # Behind a NAT gateway the answer goes to the gateway first; nobody promises such an access, so it is not sure.
        return Fate(True, back and sure and not any(hop.translated for hop in arrived), "it arrived", sure=sure)

    @staticmethod
    def _seen(source: Interface | Outside, hop: _Hop) -> Interface | Outside:
        """Whom the receiver takes for the sender: behind a NAT gateway nobody with groups."""
        return Outside(hop.sender) if hop.translated else source

    def _answered_from_outside(self, source: Interface, to: Outside, packet: Packet) -> bool:
        """The answer comes in through the sender's ACL; groups are stateful."""
        reply = packet.reply()
        return reply is not None and self.acl_allows(source.subnet, False, to.address, reply)

    def receive(self, source: Outside, gateway: str, to: Interface, packet: Packet) -> Fate:
        """A packet from outside through a gateway: does it arrive, and does the answer leave by the same gateway?

        Through an internet gateway only where the subnet's table leads to it, to an interface with a public address,
        which any may be given [VPC User Guide, "Internet gateways", "Internet access"]. Out of a transit gateway the
        packet follows the table of the attachment's subnet and passes the outbound entries of its ACL, unless that is
        the receiver's own [Transit Gateways Guide, "Amazon VPC attachments", "Network ACLs"]. Of several subnets it
        takes the one of the zone where it began, whichever that is ["Appliance mode"].
        """
        type_, owners, key, places = self.gate(gateway)
        if self.vpc(to.subnet) not in owners:
            return Fate(False, False, "the gateway belongs to another VPC")
        if type_ == listing.INTERNET and not any(route.kind == "igw" for route in self._routes(self.table(to.subnet))):
            return Fate(False, False, "the subnet is not routed to the internet gateway")
        between = places if type_ == listing.TRANSIT else ()
        straight = _Hop("subnet", to.subnet, source.address)
        enters = list(self._enter(to, source.address, packet, straight))
        by_place = [
            enters if place == to.subnet else list(self._carry(place, source.address, to, packet)) for place in between
        ] or [enters]
        arrived = [
            hop
            for hops in by_place
            for hop in hops
            if hop.kind == "subnet"
            and (not to.filtered or self.group_admits(to, False, self._seen(source, hop), hop.sender, packet))
        ]
        if not arrived:
            return Fate(False, False, "routes, network ACLs or the receiver's groups drop it")
        reply = packet.reply()
        back = self.route(to.subnet, source.address, None)
        answered = (
            reply is not None
            and back is not None
            and back.target == key
            and self.acl_allows(to.subnet, True, source.address, reply)
            and all(straight in hops and straight in arrived for hops in by_place)
            and all(place == to.subnet or self.acl_allows(place, False, to.address, reply) for place in between)
        )
        return Fate(True, answered, "it arrived")

    def _gate(self, gateway: str) -> tuple[str, frozenset[str | None], str, tuple[str, ...]]:
        """Type of a gateway, the VPCs it belongs to, the key that routes use for it, the subnets it is attached in."""
        resource = self.graph.get(gateway)
        assert resource is not None
        owners = frozenset(listing.named(self.graph, resource.inputs.get(name)) for name in ("vpcId", "peerVpcId"))
        transit = listing.named(self.graph, resource.inputs.get("transitGatewayId"))
        places = tuple(str(listing.named(self.graph, one)) for one in listing.many(resource.inputs.get("subnetIds")))
        return resource.type, owners, transit or gateway, places
