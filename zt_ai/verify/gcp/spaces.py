"""The two lines on which one plan and one intent are compared: IPv4 addresses and services, cut where either has a
boundary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from zt_ai.intent.model import PROXY_HEALTH_PORT, Intent, Ports
from zt_ai.verify.gcp.world import Subnet, World
from zt_ai.verify.model import Packet
from zt_ai.verify.space import (
    IPV4_SIZE,
    SERVICES_SIZE,
    Line,
    Span,
    format_services,
    join,
    network_span,
    service_parts,
    service_spans,
)

# The VIPs of Google's interfaces [VPC, "Private Google Access", "Domain options"]: the restricted one reaches the
# services that VPC Service Controls knows, the private one reaches nearly all of them, inside no perimeter or any.
RESTRICTED = IPv4Network("199.36.153.4/30")
PRIVATE = IPv4Network("199.36.153.8/30")
# Where health checks come from [Cloud Load Balancing, "Health checks overview", "Probe IP ranges and firewall rules"].
PROBES = (IPv4Network("35.191.0.0/16"), IPv4Network("130.211.0.0/22"))
# Nothing of this is forwarded by a VPC network: the metadata server, DHCP, DNS and time at 169.254.169.254 are always
# reachable, and never leave the host [VPC, "VPC firewall rules", "Always allowed traffic"].
UNROUTED = tuple(map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")))
# IANA IPv4 Special-Purpose Address Registry (RFC 6890): never an address of the internet.
SPECIAL = tuple(
    map(
        IPv4Network,
        (
            "10.0.0.0/8",
            "100.64.0.0/10",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
        ),
    )
)
_FIXED = (
    *service_spans("tcp", None, None),
    *service_spans("udp", None, None),
    *service_spans("tcp", 443, 443),
    *service_spans("tcp", PROXY_HEALTH_PORT, PROXY_HEALTH_PORT),
    *service_spans("icmp", None, None),
    *service_spans("icmpv6", None, None),
    (0, 0),
)


def usable(network: IPv4Network) -> Span:
    """Addresses that an interface can have: not the first two nor the last two of a primary range [VPC, "Subnets",
    "Unusable addresses in IPv4 subnet ranges"]."""
    first, last = network_span(network)
    return (first + 2, last - 2) if last - first >= 7 else (first, last)


class Spaces:
    """Lines and named sets of one comparison."""

    def __init__(self, world: World, intent: Intent) -> None:
        self._world = world
        self.addresses = Line(IPV4_SIZE, _address_spans(world, intent))
        self.services = Line(SERVICES_SIZE, _service_spans(world, intent))
        self.networks = {name: self.union(map(IPv4Network, network.cidrs)) for name, network in intent.networks.items()}
        self.inside = join(self.union(subnet.ranges) for subnet in world.subnets.values())
        self.restricted = self.union((RESTRICTED,))
        self.private = self.union((PRIVATE,))
        self.probes = self.union(PROBES)
        self.judged = self.addresses.everything & ~self.union(UNROUTED)
        taken = self.inside | join(self.networks.values()) | self.restricted | self.private
        self.public = self.judged & ~self.union(SPECIAL) & ~taken
        self.tcp = self.of(service_spans("tcp", None, None))
        self.https = self.of(service_spans("tcp", 443, 443))

    def union(self, networks: Iterable[IPv4Network]) -> int:
        """The set of all addresses of some networks."""
        return join(self.addresses.of(*network_span(network)) for network in networks)

    def of(self, spans: tuple[Span, ...]) -> int:
        """The set of services of a rule."""
        return self.services.union(spans)

    def ports(self, ports: Iterable[Ports]) -> int:
        """The set of services of some port ranges of the intent."""
        return join(self.of(service_spans(one.protocol, one.first, one.last)) for one in ports)

    def hosts(self, subnet: Subnet) -> int:
        """Addresses that an interface in the subnet can have, secondary ranges included."""
        if subnet.primary is None:
            return 0
        own = self.addresses.of(*usable(subnet.primary))
        return own | self.union(one for one in subnet.ranges if one != subnet.primary)

    def words(self, services: int) -> str:
        """A set of services for people."""
        return ", ".join(format_services(self.services, services)) or "nothing"

    def address(self, bits: int) -> str:
        """One address of a set that is not empty; rather not the first of a range."""
        first, last = self.addresses.spans(bits)[0]
        return str(IPv4Address(min(first + 10, last) if last - first > 20 else first))

    def packet(self, source: int, destination: int, services: int) -> Packet:
        """A concrete packet from one of the sources to one of the destinations on one of the services."""
        protocol, port = service_parts(self.services.first(self.telling(services)))
        return Packet(self.address(source) if source else "any", self.address(destination), protocol, port)

    def telling(self, services: int) -> int:
        """The part of a set that says most to a reader: HTTPS, or TCP without port 0 if there is any."""
        for part in (services & self.https, services & self.tcp & ~self.services.at(0), services & self.tcp):
            if part:
                return part
        return services


def _address_spans(world: World, intent: Intent) -> Iterator[Span]:
    for network in (*UNROUTED, *SPECIAL, *PROBES, RESTRICTED, PRIVATE, IPv4Network(world.settings.cidr)):
        yield network_span(network)
    for subnet in world.subnets.values():
        yield from map(network_span, subnet.ranges)
        if subnet.primary is not None:
            yield usable(subnet.primary)
    seen: set[IPv4Network] = set()
    for rule in world.rules:
        for one in rule.peers.ranges or ():
            if one not in seen:
                seen.add(one)
                yield network_span(one)
    for route in world.routes:
        if route.destination is not None:
            yield network_span(route.destination)
    for named in intent.networks.values():
        yield from (network_span(IPv4Network(cidr)) for cidr in named.cidrs)


def _service_spans(world: World, intent: Intent) -> Iterator[Span]:
    yield from _FIXED
    seen: set[Span] = set()
    for rule in world.rules:
        seen.update(rule.services)
    yield from seen
    for access in intent.accesses:
        for ports in access.ports:
            yield from service_spans(ports.protocol, ports.first, ports.last)
    for workload in intent.workloads.values():
        for ports in workload.serves.values():
            yield from service_spans(ports.protocol, ports.first, ports.last)
