"""Attachment points and packets: over what a statement about a party is quantified, written down once.

A party is a set of places where an interface can be:

- a workload (or the load balancer in front of it): all its tagged groups together, in any subnet of its zone with
  role `zone`;
- an interface endpoint: its groups, or the VPC's default one, in its subnets;
- every other group, tagged or not, the default groups included: that group alone, in any subnet of its VPC;
- a network interface of the plan: its own groups in its own subnet, unless the points above hold it already (some of
  the groups of one workload in that workload's zone, or one untagged group).

A placement of a party is one usable address in one of its subnets. Something is permitted between two parties if
*some* pair of placements permits it, and surely permitted if *every* pair does and the answers come back to every
ephemeral port. Addresses and ports are tried on both sides of every boundary that occurs in the plan or the intent:
between two boundaries nothing in the plan can tell one value from another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from tests.verify.differential import listing
from tests.verify.differential.naive import Interface, Network, Packet
from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value
from zt_ai.intent.model import Intent

ENI = "aws:ec2/networkInterface:NetworkInterface"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
ICMP = tuple(Packet(1, 0, type_ * 256 + code) for type_, code in ((8, 0), (8, 1), (3, 0), (3, 4), (0, 0)))
# An ESP and a GRE packet stand for protocols without ports; worlds have rules for the first only.
PORTLESS = (Packet(50, 0, 0), Packet(47, 0, 0))
CLIENT_PORT = 40000
EPHEMERAL = (1024, 65535)


@dataclass(frozen=True, slots=True)
class Point:
    """A party under the name by which the verifier calls it."""

    name: str
    kind: str
    groups: frozenset[str]
    subnets: tuple[str, ...]
    workload: str | None = None


def tags(resource: Resource) -> Mapping[str, Value]:
    """The tags of a resource."""
    found = listing.bare(resource.inputs.get("tags"))
    return found if isinstance(found, Mapping) else {}


def points(network: Network, intent: Intent) -> list[Point]:
    """All parties of a plan."""
    graph = network.graph
    homes = {name: _zone_subnets(graph, workload.zone) for name, workload in intent.workloads.items()}
    found: list[Point] = []
    taken: set[str] = set()
    for name, home in homes.items():
        for role, label in (("workload", name), ("front", f"front of {name}")):
            groups = frozenset(
                r.urn
                for r in graph.of_type(GROUP)
                if tags(r).get("zt-ai:workload") == name and tags(r).get("zt-ai:role") == role
            )
            if groups:
                taken |= groups
                found.append(Point(label, role, groups, home, name))
    for endpoint in graph.of_type(listing.ENDPOINT):
        if listing.bare(endpoint.inputs.get("vpcEndpointType")) == "Interface":
            named = [
                str(listing.canonical(graph, one)) for one in listing.many(endpoint.inputs.get("securityGroupIds"))
            ]
            places = tuple(str(listing.named(graph, one)) for one in listing.many(endpoint.inputs.get("subnetIds")))
            taken |= {g for g in named if (r := graph.get(g)) is not None and tags(r).get("zt-ai:role") == "endpoint"}
            groups = frozenset(named or [str(listing.named(graph, endpoint.inputs.get("vpcId")))])
            found.append(Point(f"endpoint {listing.service_of(graph, endpoint.urn)}", "endpoint", groups, places))
    for resource in graph.of_type(GROUP):
        if resource.urn not in taken:
            places = _vpc_subnets(network, str(listing.named(graph, resource.inputs.get("vpcId"))))
            found.append(Point(f"group {resource.name}", "group", frozenset({resource.urn}), places))
    for vpc in graph.of_type(listing.VPC):
        adopted = [r for r in graph.of_type(listing.DEFAULT_GROUP) if listing.canonical(graph, Ref(r.urn)) == vpc.urn]
        label = f"group {adopted[0].name}" if adopted else f"default security group of {vpc.name}"
        found.append(Point(label, "group", frozenset({vpc.urn}), _vpc_subnets(network, vpc.urn)))
    for resource in graph.of_type(ENI):
        found += _interface(graph, resource, found)
    return found


def _interface(graph: ResourceGraph, resource: Resource, known: list[Point]) -> list[Point]:
    groups = frozenset(
        str(listing.canonical(graph, one)) for one in listing.many(resource.inputs.get("securityGroups"))
    )
    place = str(listing.named(graph, resource.inputs.get("subnetId")))
    for point in known:
        within = point.kind in ("workload", "front") and groups <= point.groups and place in point.subnets
        if within or (point.kind == "group" and groups == point.groups):
            return []
    return [Point(f"network interface {resource.name}", "interface", groups, (place,))]


def _zone_subnets(graph: ResourceGraph, zone: str) -> tuple[str, ...]:
    return tuple(
        r.urn
        for r in graph.of_type(listing.SUBNET)
        if tags(r).get("zt-ai:zone") == zone and tags(r).get("zt-ai:role", "zone") == "zone"
    )


def _vpc_subnets(network: Network, vpc: str) -> tuple[str, ...]:
    return tuple(r.urn for r in network.graph.of_type(listing.SUBNET) if network.vpc(r.urn) == vpc)


class Boundaries:
    """Every number in a plan and an intent at which something may change."""

    def __init__(self, network: Network, intent: Intent) -> None:
        graph = network.graph
        self.cidrs: set[IPv4Network] = {IPv4Network("0.0.0.0/0"), IPv4Network("45.60.0.0/16")}
        spans: dict[int, set[tuple[int, int]]] = {6: {(443, 443)}, 17: set()}
        for resource in graph:
            if not resource.type.startswith(("aws:ec2", "aws:vpc/")):
                continue
            for value in _leaves(resource.inputs):
                if (
                    isinstance(value, str)
                    and value.count(".") == 3
                    and "/" in value
                    and value.replace(".", "").replace("/", "").isdigit()
                ):
                    self.cidrs.add(IPv4Network(value))
            for body in _mappings(resource.inputs):
                protocol = body.get("protocol", body.get("ipProtocol"))
                if protocol is None or listing.protocol_number(protocol) not in (*spans, listing.ALL):
                    continue
                first, last = listing.whole(body.get("fromPort"), 0), listing.whole(body.get("toPort"), 65535)
                spans.get(listing.protocol_number(protocol), set()).add((first, last))
        for named in intent.networks.values():
            self.cidrs.update(map(IPv4Network, named.cidrs))
        for ports in (p for access in intent.accesses for p in access.ports):
            spans[listing.NUMBERS[ports.protocol]].add((ports.first, ports.last))
        self.packets: list[Packet] = []
        self.replies: dict[int, list[int]] = {}
        for protocol, pairs in spans.items():
            edges = {0, 65535, *EPHEMERAL}
            for first, last in pairs:
                edges.update((first - 1, first, last, last + 1))
            ports_ = sorted(edge for edge in edges if 0 <= edge <= 65535)
            self.packets += [Packet(protocol, CLIENT_PORT, port) for port in ports_]
            self.replies[protocol] = [port for port in ports_ if port >= EPHEMERAL[0]]
        self.packets += [*ICMP, *PORTLESS]
        edges_ = {0, 2**32 - 1}
        for cidr in self.cidrs:
            low, high = int(cidr.network_address), int(cidr.broadcast_address)
            edges_.update((low - 1, low, high, high + 1))
        self._addresses = sorted(IPv4Address(edge) for edge in edges_ if 0 <= edge < 2**32)
        # Not forwarded or not used by anyone: this network, loopback, link-local, multicast and what is reserved.
        odd = [IPv4Network(text) for text in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")]
        proper = [a for a in self._addresses if not any(a in cidr for cidr in odd)]
        self.public = {a for a in proper if a.is_global}
        self.outside: dict[str, list[IPv4Address]] = {}
        for vpc in graph.of_type(listing.VPC):
            own = listing.vpc_ranges(graph, vpc.urn)
            self.outside[vpc.urn] = [a for a in proper if not any(one.low <= int(a) <= one.high for one in own)]

    def hosts(self, network: Network, subnet: str) -> list[IPv4Address]:
        """Usable addresses of a subnet at boundaries: not its first four, nor its last [VPC User Guide, "Subnet
        sizing"].
        """
        resource = network.graph.get(subnet)
        assert resource is not None
        cidr = IPv4Network(str(listing.bare(resource.inputs.get("cidrBlock"))))
        first, last = cidr.network_address + 4, cidr.broadcast_address - 1
        return sorted({first, last, *(a for a in self._addresses if first <= a <= last)})

    def placements(self, network: Network, point: Point) -> list[Interface]:
        """Interfaces of a party at all boundary addresses of all its subnets."""
        return [
            Interface(point.groups, subnet, address)
            for subnet in point.subnets
            for address in self.hosts(network, subnet)
        ]


def _mappings(value: Value) -> Iterable[Mapping[str, Value]]:
    value = listing.bare(value)
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            yield from _mappings(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _mappings(one)


def _leaves(value: Value) -> Iterable[Value]:
    value = listing.bare(value)
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _leaves(one)
    else:
        yield value
