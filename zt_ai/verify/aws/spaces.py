"""The two lines on which one plan and one intent are compared: IPv4 addresses and services, cut where either has a
boundary."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

from zt_ai.intent.model import Intent, Ports
from zt_ai.verify.aws.world import Subnet, World
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

# IANA IPv4 Special-Purpose Address Registry (RFC 6890): never an address of the internet. 192.0.0.0/24 and multicast
# included.
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
# Ephemeral ports that clients of AWS use between them [VPC User Guide, "Network ACL rules", "Ephemeral ports"].
EPHEMERAL = (1024, 65535)
_FIXED = (
    *service_spans("tcp", None, None),
    *service_spans("udp", None, None),
    *service_spans("tcp", *EPHEMERAL),
    *service_spans("udp", *EPHEMERAL),
    *service_spans("tcp", 443, 443),
    *service_spans("icmp", None, None),
    *service_spans("icmpv6", None, None),
)


def usable(cidr: IPv4Network) -> Span:
    """Addresses that an interface can have: not the first four nor the last of a subnet [VPC User Guide, "Subnet
    sizing"]."""
    first, last = network_span(cidr)
    return (first + 4, last - 1) if last - first >= 8 else (first, last)


class Spaces:
    """Lines and named sets of one comparison."""

    def __init__(self, world: World, intent: Intent) -> None:
        self._world = world
        self.addresses = Line(IPV4_SIZE, _address_spans(world, intent))
        self.services = Line(SERVICES_SIZE, _service_spans(world, intent))
        self._networks: dict[IPv4Network, int] = {}
        self._spans: dict[tuple[Span, ...], int] = {}
        self.networks = {name: self.union(map(IPv4Network, network.cidrs)) for name, network in intent.networks.items()}

    def network(self, network: IPv4Network) -> int:
        """The set of a network's addresses."""
        bits = self._networks.get(network)
        if bits is None:
            bits = self._networks[network] = self.addresses.of(*network_span(network))
        return bits

    def union(self, networks: Iterator[IPv4Network] | tuple[IPv4Network, ...]) -> int:
        """The set of all addresses of some networks."""
        bits = 0
        for network in networks:
            bits |= self.network(network)
        return bits

    def of(self, spans: tuple[Span, ...]) -> int:
        """The set of services of a rule."""
        bits = self._spans.get(spans)
        if bits is None:
            bits = self._spans[spans] = self.services.union(spans)
        return bits

    def ports(self, ports: Ports) -> int:
        """The set of services of a port range of the intent."""
        return self.of(service_spans(ports.protocol, ports.first, ports.last))

    def tcp(self, first: int, last: int | None = None) -> int:
        """A TCP port or range that is one of the fixed cuts or of the intent."""
        return self.of(service_spans("tcp", first, first if last is None else last))

    @cached_property
    def transport(self) -> dict[str, int]:
        """All services of TCP and of UDP."""
        return {name: self.of(service_spans(name, None, None)) for name in ("tcp", "udp")}

    @cached_property
    def translatable(self) -> int:
        """What a NAT gateway passes on: TCP, UDP and ICMP [VPC User Guide, "NAT gateway basics"]."""
        return self.transport["tcp"] | self.transport["udp"] | self.of(service_spans("icmp", None, None))

    @cached_property
    def ephemeral(self) -> dict[str, int]:
        """The ports from which clients call, and to which answers go, by protocol."""
        return {name: self.of(service_spans(name, *EPHEMERAL)) for name in ("tcp", "udp")}

    @cached_property
    def inside(self) -> dict[str, int]:
        """Addresses of every VPC. Of an adopted one only the range of the settings and the planned subnets are
        known."""
        found = {vpc.key: self.union(vpc.cidrs) for vpc in self._world.vpcs.values()}
        for vpc in self._world.vpcs.values():
            if vpc.adopted:
                found[vpc.key] |= self.network(IPv4Network(self._world.settings.cidr))
        for subnet in self._world.subnets.values():
            if subnet.cidr is not None:
                found[subnet.vpc] = found.get(subnet.vpc, 0) | self.network(subnet.cidr)
        return found

    @cached_property
    def public(self) -> int:
        """Addresses of the internet: neither special-purpose, nor of a VPC, nor of a network of the intent."""
        bits = self.addresses.everything & ~self.union(NOT_PUBLIC)
        for taken in (*self.inside.values(), *self.networks.values()):
            bits &= ~taken
        return bits

    def outside(self, vpc: str) -> int:
        """Every address that is not of this VPC, link-local and multicast ones apart: AWS does not forward those."""
        local = self.union((IPv4Network("169.254.0.0/16"), IPv4Network("224.0.0.0/4"), IPv4Network("127.0.0.0/8")))
        return self.addresses.everything & ~self.inside.get(vpc, 0) & ~local

    def hosts(self, subnet: Subnet) -> int:
        """Addresses that an interface in the subnet can have; empty where the range is not known."""
        return 0 if subnet.cidr is None else self.addresses.of(*usable(subnet.cidr))

    def words(self, services: int) -> str:
        """A set of services for people."""
        return ", ".join(format_services(self.services, services)) or "nothing"

    def address(self, bits: int) -> str:
        """One address of a set that is not empty; a host address rather than the first of a range where there is
        one."""
        first, last = self.addresses.spans(bits)[0]
        return str(IPv4Address(min(first + 10, last) if last - first > 20 else first))

    def packet(self, source: int, destination: int, services: int) -> Packet:
        """A concrete packet from one of the sources to one of the destinations on one of the services."""
        protocol, port = service_parts(self.services.first(self.telling(services)))
        one, other = self.address(source), self.address(destination)
        if one == other:
            other = str(IPv4Address(self.addresses.spans(destination)[0][1]))  # a neighbour, where there is one
        return Packet(one, other, protocol, port)

    def telling(self, services: int) -> int:
        """The part of a set that says most to a reader: TCP without port 0 if there is any."""
        for part in (self.transport["tcp"] & ~self.services.at(0), self.transport["tcp"], self.transport["udp"]):
            if services & part:
                return services & part
        return services


def _address_spans(world: World, intent: Intent) -> Iterator[Span]:
    for network in (*NOT_PUBLIC, IPv4Network(world.settings.cidr)):
        yield network_span(network)
    for vpc in world.vpcs.values():
        yield from map(network_span, vpc.cidrs)
    for subnet in world.subnets.values():
        if subnet.cidr is not None:
            yield network_span(subnet.cidr)
            yield usable(subnet.cidr)
    seen: set[str] = set()
    for group in world.groups.values():
        for rule in group.rules:
            if rule.peer.kind == "ipv4" and rule.peer.key not in seen:
                seen.add(rule.peer.key)
                yield network_span(IPv4Network(rule.peer.key))
    for nacl in world.nacls.values():
        yield from (network_span(entry.cidr) for entry in nacl.entries if entry.cidr is not None)
    for table in world.route_tables.values():
        yield from (network_span(route.destination) for route in table.routes if route.destination is not None)
    for listed in world.prefix_lists.values():
        yield from map(network_span, listed.cidrs or ())
    for gateway in world.gateways.values():
        yield from map(network_span, gateway.addresses)
    for named in intent.networks.values():
        yield from (network_span(IPv4Network(cidr)) for cidr in named.cidrs)


def _service_spans(world: World, intent: Intent) -> Iterator[Span]:
    yield from _FIXED
    yield (0, 0)
    for group in world.groups.values():
        for rule in group.rules:
            yield from rule.services
    for nacl in world.nacls.values():
        for entry in nacl.entries:
            yield from entry.services
    for interface in world.interfaces.values():
        yield from interface.healthy_ports
    for access in intent.accesses:
        for ports in access.ports:
            yield from service_spans(ports.protocol, ports.first, ports.last)
    for workload in intent.workloads.values():
        for ports in workload.serves.values():
            yield from service_spans(ports.protocol, ports.first, ports.last)
