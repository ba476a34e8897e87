"""The typed view of a plan on AWS: networks, filters and what is attached to them, with every reference resolved.

Every `key` is the URN of the resource where the graph holds it, else its literal id. What exists without a resource of
its own (the default security group, default network ACL and main route table of every VPC) has a key made of the VPC's
key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Literal

from zt_ai.graph import Ref, Resource, ResourceGraph, Value
from zt_ai.spec.clouds import Aws
from zt_ai.verify.aws.values import plain
from zt_ai.verify.model import Coverage
from zt_ai.verify.selectors import Selectors
from zt_ai.verify.space import Span

SubnetRole = Literal["zone", "endpoints", "firewall", "nat", "transit", "other"]
HopKind = Literal[
    "local",
    "igw",
    "nat",
    "tgw",
    "peering",
    "vgw",
    "eigw",
    "carrier",
    "interface",
    "firewall",
    "gwlb",
    "gateway-endpoint",
    "core-network",
    "local-gateway",
    "blackhole",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that the proof needs and that the graph does not hold."""

    urn: str
    what: str

    def __str__(self) -> str:
        return f"{self.urn}: {self.what}"


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC. `adopted`: it is not in the graph, so neither are its defaults and whatever else lives in it."""

    key: str
    name: str
    cidrs: tuple[IPv4Network, ...]
    ipv6: bool
    adopted: bool
    urn: str | None


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet; `public_ip` says that interfaces get a public address at launch."""

    key: str
    name: str
    vpc: str
    cidr: IPv4Network | None
    zone: str | None
    role: SubnetRole
    zone_az: str | None
    public_ip: bool
    ipv6: bool
    urn: str


@dataclass(frozen=True, slots=True)
class Peer:
    """The other side of a security group rule: a group's key, a CIDR, or a prefix list's key."""

    kind: Literal["group", "ipv4", "ipv6", "prefix-list"]
    key: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An allow rule of a security group; groups have no other kind [VPC User Guide, "Security group rules"]."""

    urn: str
    group: str
    egress: bool
    services: tuple[Span, ...]  # on the line of services of zt_ai.verify.space
    peer: Peer
    clause: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """A security group. `known` is false where its rules cannot be seen (it is not in the graph)."""

    key: str
    name: str
    vpc: str | None
    workload: str | None
    role: str | None  # "workload", "front", "endpoint"
    default: bool
    known: bool
    rules: tuple[Rule, ...]
    urn: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule of a network ACL; `cidr` is None for an IPv6 rule."""

    urn: str
    egress: bool
    number: int
    allow: bool
    cidr: IPv4Network | None
    services: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Nacl:
    """A network ACL, its entries in the order in which they are evaluated."""

    key: str
    name: str
    vpc: str | None
    default: bool
    known: bool
    entries: tuple[Entry, ...]
    urn: str | None


@dataclass(frozen=True, slots=True)
class Hop:
    """What a route sends packets to."""

    kind: HopKind
    key: str


@dataclass(frozen=True, slots=True)
class Route:
    """A route; both `destination` and `prefix_list` None: a propagated route, whose destinations nobody here knows."""

    urn: str
    destination: IPv4Network | None
    prefix_list: str | None
    ipv6: bool
    hop: Hop


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table without the implied local routes. `known` is false for a main table that is not in the graph."""

    key: str
    name: str
    vpc: str | None
    routes: tuple[Route, ...]
    main: bool
    known: bool
    urn: str | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint. `policy` None means that it has none of its own: full access for anyone to anything."""

    key: str
    name: str
    vpc: str
    service: str  # short name, for example `s3`, `ecr.api`; the full name where it is not one of AWS's own
    kind: Literal["Interface", "Gateway", "GatewayLoadBalancer", "Other"]
    groups: tuple[str, ...]
    subnets: tuple[str, ...]
    route_tables: tuple[str, ...]
    policy: Value
    private_dns: bool
    urn: str


@dataclass(frozen=True, slots=True)
class Interface:
    """Something with network interfaces of its own in the graph. `subnets` are those in which it may have one."""

    key: str
    name: str
    kind: str
    groups: tuple[str, ...]
    subnets: tuple[str, ...]
    public: bool
    urn: str
    unfiltered: bool = False  # it has no security groups at all, and traffic to and from it is not filtered
    healthy_ports: tuple[Span, ...] = ()  # load balancers: what their target groups send to and check


@dataclass(frozen=True, slots=True)
class PrefixList:
    """A prefix list. `cidrs` is None where its content is not in the graph."""

    key: str
    name: str
    cidrs: tuple[IPv4Network, ...] | None
    maximum: int | None
    aws_managed: bool
    service: str | None = None  # the AWS service whose addresses it holds


@dataclass(frozen=True, slots=True)
class Gateway:
    """A way out of a VPC, or between two of them. `peer` is the other VPC of a peering, or the transit gateway's
    key; `addresses` are the private ones of a NAT gateway where the plan says them all."""

    key: str
    kind: HopKind
    vpc: str | None
    subnets: tuple[str, ...]
    public: bool
    peer: str | None
    urn: str
    addresses: tuple[IPv4Network, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """Everything about the plan that the claims need. All maps are by key."""

    graph: ResourceGraph
    settings: Aws
    selectors: Selectors
    vpcs: Mapping[str, Vpc]
    subnets: Mapping[str, Subnet]
    groups: Mapping[str, Group]
    nacls: Mapping[str, Nacl]
    route_tables: Mapping[str, RouteTable]
    endpoints: Mapping[str, Endpoint]
    interfaces: Mapping[str, Interface]
    prefix_lists: Mapping[str, PrefixList]
    gateways: Mapping[str, Gateway]
    nacl_of: Mapping[str, str]
    table_of: Mapping[str, str]
    roles: Mapping[str, tuple[str, ...]]
    gaps: tuple[Gap, ...]
    coverage: Coverage
    ids: Mapping[str, str] = field(repr=False)

    def key(self, value: Value) -> str | None:
        """Key of what a reference, an id or an ARN stands for; None when it is not known."""
        value = plain(value)
        if isinstance(value, Ref):
            return value.urn
        return self.ids.get(value, value) if isinstance(value, str) else None

    def resource(self, value: Value) -> Resource | None:
        """The resource of the graph that a value stands for."""
        key = self.key(value)
        return None if key is None else self.graph.get(key)

    def name(self, key: str) -> str:
        """A name for people: the logical name of a resource, or the id itself."""
        resource = self.graph.get(key)
        return key if resource is None else resource.name
