"""The two lines on which one plan and one intent are compared, and what service tags and prefixes mean on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

from zt_ai.intent.model import Intent, Ports
from zt_ai.verify.azure.firewall_rules import FirewallRules
from zt_ai.verify.azure.world import Peer, Subnet, World
from zt_ai.verify.model import Packet
from zt_ai.verify.space import (
    IPV4_SIZE,
    SERVICES_SIZE,
    Line,
    Span,
    format_services,
    network_span,
    service_parts,
    service_spans,
)

# IANA IPv4 Special-Purpose Address Registry (RFC 6890), 192.0.0.0/24 and multicast included: never the internet.
NOT_PUBLIC = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# DNS, DHCP, health probes and the machine agent [Azure Virtual Network, "What is IP address 168.63.129.16?"], and the
# metadata service. Security rules do not see packets to them but by the tags below.
PLATFORM = IPv4Network("168.63.129.16/32")
METADATA = IPv4Network("169.254.169.254/32")
PLATFORM_TAGS = ("azureplatformdns", "azureplatformimds", "azureplatformlkm")
# What Azure's system routes drop [Azure Virtual Network, "Virtual network traffic routing", "Default"].
DROPPED = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))

Sets = tuple[int, int]
"""Addresses that a peer certainly and possibly means."""


def usable(cidr: IPv4Network) -> Span:
    """Addresses an interface can have: not the first four nor the last [Azure Virtual Network FAQ, "Are there any
    restrictions on using IP addresses within these subnets?"]."""
    first, last = network_span(cidr)
    return (first + 4, last - 1) if last - first >= 7 else (first, last)


class Spaces:
    """Lines and named sets of one comparison."""

    def __init__(self, world: World, intent: Intent, firewalls: Iterable[FirewallRules] = ()) -> None:
        self._world = world
        self.addresses = Line(IPV4_SIZE, _address_spans(world, intent, tuple(firewalls)))
        self.services = Line(SERVICES_SIZE, _service_spans(world, intent, tuple(firewalls)))
        self._peers: dict[tuple[Peer, str], Sets] = {}
        self._spans: dict[tuple[Span, ...], int] = {}
        self.networks = {name: self.union(map(IPv4Network, one.cidrs)) for name, one in intent.networks.items()}

    def network(self, network: IPv4Network) -> int:
        """The set of a network's addresses."""
        return self.addresses.of(*network_span(network))

    def union(self, networks: Iterable[IPv4Network]) -> int:
        """The set of all addresses of some networks."""
        bits = 0
        for network in networks:
            bits |= self.network(network)
        return bits

    def one(self, address: str) -> int:
        """A concrete address as a set."""
        return self.network(IPv4Network(address))

    def of(self, spans: tuple[Span, ...]) -> int:
        """The set of services of a rule."""
        bits = self._spans.get(spans)
        if bits is None:
            bits = self._spans[spans] = self.services.union(spans)
        return bits

    def ports(self, ports: Ports) -> int:
        """The set of services of a port range of the intent."""
        return self.of(service_spans(ports.protocol, ports.first, ports.last))

    def tcp(self, port: int) -> int:
        """A TCP port that is cut."""
        return self.of(service_spans("tcp", port, port))

    @cached_property
    def inside(self) -> dict[str, int]:
        """Addresses of every virtual network, those of its planned subnets included."""
        found = {one.key: self.union(one.cidrs) for one in self._world.networks.values()}
        for subnet in self._world.subnets.values():
            if subnet.cidr is not None:
                found[subnet.network] = found.get(subnet.network, 0) | self.network(subnet.cidr)
        return found

    @cached_property
    def everywhere_inside(self) -> int:
        """Addresses of all virtual networks of the plan."""
        bits = 0
        for one in self.inside.values():
            bits |= one
        return bits

    @cached_property
    def platform(self) -> int:
        """Azure's own addresses on every machine's host."""
        return self.network(PLATFORM) | self.network(METADATA)

    @cached_property
    def public(self) -> int:
        """Addresses of the internet: not special-purpose, of a virtual network, of the intent, of the platform."""
        bits = self.addresses.everything & ~self.union(NOT_PUBLIC) & ~self.platform & ~self.everywhere_inside
        for taken in self.networks.values():
            bits &= ~taken
        return bits

    def outside(self, network: str) -> int:
        """Every address that is not of this network, nor of the machine's own host, nor multicast."""
        return self._forwarded & ~self.inside.get(network, 0)

    @cached_property
    def _forwarded(self) -> int:
        local = self.union(map(IPv4Network, ("169.254.0.0/16", "224.0.0.0/4", "127.0.0.0/8", "255.255.255.255/32")))
        return self.addresses.everything & ~local & ~self.platform

    def hosts(self, subnet: Subnet) -> int:
        """Addresses that an interface placed in the subnet can have: what load balancers and private endpoints have
        taken by name is not free."""
        if subnet.cidr is None:
            return 0
        return self.addresses.of(*usable(subnet.cidr)) & ~self._taken.get(subnet.key, 0)

    @cached_property
    def _taken(self) -> dict[str, int]:
        """Addresses of each subnet that load balancers and private endpoints have taken by name."""
        found: dict[str, int] = {}
        for one in self._world.interfaces.values():
            if one.kind in ("front", "endpoint", "link"):
                for address in one.addresses:
                    found[one.subnet] = found.get(one.subnet, 0) | self.one(address)
        return found

    def joined(self, network: str) -> bool:
        """Whether a network has a peering, a gateway, or may have them because it is adopted."""
        world = self._world
        return (
            (network in world.networks and world.networks[network].adopted)
            or any(one.network == network and one.access for one in world.peerings.values())
            or network in world.gateways.values()
        )

    def peer(self, peer: Peer, network: str) -> Sets:
        """Addresses that the prefixes and tags of a rule mean in a network's security groups."""
        found = self._peers.get((peer, network))
        if found is None:
            certain, possible = self.union(peer.networks), 0
            for tag in peer.tags:
                sure, perhaps = self._tag(tag, network)
                certain, possible = certain | sure, possible | perhaps
            if not peer.known:
                possible = self.addresses.everything
            found = self._peers[peer, network] = certain, certain | possible
        return found

    def _tag(self, tag: str, network: str) -> Sets:
        """A service tag: what it certainly covers, and the widest that it may be [Azure Virtual Network, "Virtual
        network service tags"]."""
        name = tag.lower()
        everything = self.addresses.everything
        if name == "*":
            return everything, everything
        if name == "virtualnetwork":
            # "The virtual network address space, all connected on-premises address spaces, peered virtual networks,
            # virtual networks connected to a virtual network gateway, the virtual IP address of the host, and address
            # prefixes used on user-defined routes."
            own = self.inside.get(network, 0)
            if self.joined(network):
                return own, everything
            return own, own | self.platform | self._routed(network)
        if name == "internet":
            # "The IP address space that's outside the virtual network and reachable by the public internet." Where
            # the network is joined to others, public addresses of theirs are not among them.
            return self.public, self.public | self._named_public
        if name == "azureloadbalancer":
            return self.network(PLATFORM), self.network(PLATFORM)
        if name in PLATFORM_TAGS:
            return self.platform, self.platform
        if name.replace(".", "").isalnum():
            # Microsoft's own moving sets: public addresses, nobody here knows which.
            return 0, everything & ~self.union(NOT_PUBLIC) | self.platform
        return 0, everything

    @cached_property
    def _named_public(self) -> int:
        """Public addresses that the intent names: a network of its own may have such."""
        bits = 0
        for one in self.networks.values():
            bits |= one
        return bits & ~self.union(NOT_PUBLIC)

    def _routed(self, network: str) -> int:
        """Prefixes of the user-defined routes of a network."""
        tables = {one.table for one in self._world.subnets.values() if one.network == network}
        bits = 0
        for key in tables:
            table = self._world.tables.get(key or "")
            for route in table.routes if table is not None else ():
                # With a route for everything the tag covers everything.
                bits |= self.addresses.everything if route.destination is None else self.network(route.destination)
        return bits

    def words(self, services: int) -> str:
        """A set of services for people."""
        return ", ".join(format_services(self.services, services)) or "nothing"

    def address(self, bits: int) -> str:
        """One address of a set that is not empty, not the first of a range where there is another."""
        first, last = self.addresses.spans(bits)[0]
        return str(IPv4Address(min(first + 10, last) if last - first > 20 else first))

    def packet(self, source: int, destination: int, services: int) -> Packet | None:
        """A concrete packet from one of the sources to one of the destinations on one of the services."""
        if not (source and destination and services):
            return None
        protocol, port = service_parts(self.services.first(self.telling(services)))
        one, other = self.address(source), self.address(destination)
        if one == other:
            other = str(IPv4Address(self.addresses.spans(destination)[0][1]))  # a neighbour, where there is one
        return Packet(one, other, protocol, port)

    def telling(self, services: int) -> int:
        """The part of a set that says most to a reader: TCP without port 0 if there is any."""
        tcp = self.of(service_spans("tcp", None, None))
        for part in (tcp & ~self.services.at(0), tcp, self.of(service_spans("udp", None, None))):
            if services & part:
                return services & part
        return services


def _address_spans(world: World, intent: Intent, firewalls: tuple[FirewallRules, ...]) -> Iterator[Span]:
    fixed = ("127.0.0.0/8", "255.255.255.255/32", world.settings.cidr)
    for network in (*NOT_PUBLIC, *DROPPED, PLATFORM, METADATA, *map(IPv4Network, fixed)):
        yield network_span(network)
    for own in world.networks.values():
        yield from map(network_span, own.cidrs)
    for subnet in world.subnets.values():
        if subnet.cidr is not None:
            yield network_span(subnet.cidr)
            yield usable(subnet.cidr)
    for interface in world.interfaces.values():
        yield from (network_span(IPv4Network(address)) for address in interface.addresses)
    for one in world.filters.values():
        for rule in one.rules:
            for peer in (rule.source, rule.destination):
                yield from map(network_span, peer.networks)
    for table in world.tables.values():
        yield from (network_span(route.destination) for route in table.routes if route.destination is not None)
    for peering in world.peerings.values():
        yield from map(network_span, peering.cidrs or ())
    for named in intent.networks.values():
        yield from (network_span(IPv4Network(cidr)) for cidr in named.cidrs)
    for rules in firewalls:
        yield from map(network_span, rules.ranges())


def _service_spans(world: World, intent: Intent, firewalls: tuple[FirewallRules, ...]) -> Iterator[Span]:
    for protocol in ("tcp", "udp", "icmp", "icmpv6"):
        yield from service_spans(protocol, None, None)
    yield from service_spans("tcp", 443, 443)
    yield (0, 0)
    for one in world.filters.values():
        for rule in one.rules:
            yield from rule.services
    for balancer in world.balancers.values():
        for rule_ in balancer.rules:
            yield from (*rule_.front, *rule_.back, *rule_.probe)
    for access in intent.accesses:
        for ports in access.ports:
            yield from service_spans(ports.protocol, ports.first, ports.last)
    for workload in intent.workloads.values():
        for ports in workload.serves.values():
            yield from service_spans(ports.protocol, ports.first, ports.last)
    for rules in firewalls:
        yield from rules.services()
