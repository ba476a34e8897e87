"""The typed view of a plan on Azure: networks, filters and what is attached to them, with every reference resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Literal

from zt_ai.graph import Resource, ResourceGraph
from zt_ai.spec.clouds import Azure
from zt_ai.verify.model import Coverage
from zt_ai.verify.space import Span


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the proof needs and the plan does not know."""

    urn: str
    what: str

    def __str__(self) -> str:
        return f"{self.urn}: {self.what}"


@dataclass(frozen=True, slots=True)
class Peer:
    """Source or destination of a security rule: application security groups, or prefixes and service tags."""

    groups: frozenset[str] = frozenset()
    networks: tuple[IPv4Network, ...] = ()
    tags: tuple[str, ...] = ()  # service tags, `*` included
    known: bool = True  # False: may be anything


ANY = Peer(tags=("*",))


@dataclass(frozen=True, slots=True)
class Rule:
    """One security rule. `all_source_ports` is False where only some source ports fit."""

    name: str
    urn: str
    priority: int
    allow: bool
    inbound: bool
    source: Peer
    destination: Peer
    services: tuple[Span, ...]
    all_source_ports: bool = True
    clause: str | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A network security group with its rules in the order in which they are tried, default rules included."""

    key: str
    name: str
    tags: Mapping[str, str]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """A virtual network. Of an adopted one only the range in the settings is known."""

    key: str
    name: str
    cidrs: tuple[IPv4Network, ...]
    adopted: bool = False
    ipv6: bool = False


HopKind = Literal["vnet", "internet", "gateway", "appliance", "none", "peering", "service-endpoint", "unknown"]


@dataclass(frozen=True, slots=True)
class Route:
    """One user-defined route. `destination` is None for a service tag: its widest meaning is every public address."""

    urn: str
    destination: IPv4Network | None
    hop: HopKind
    address: str | None = None  # next hop of an appliance


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table; `propagates` is True where routes of gateways are taken."""

    key: str
    name: str
    routes: tuple[Route, ...]
    propagates: bool


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet and what is bound to it. `default_outbound` is whether Azure gives its machines a way to the
    internet."""

    key: str
    name: str
    azure_name: str
    network: str
    cidr: IPv4Network | None
    zone: str | None
    role: str | None
    filter: str | None
    table: str | None
    nat: str | None
    default_outbound: bool
    endpoint_filters: bool  # security rules apply to private endpoints
    endpoint_routes: bool  # user-defined routes apply to private endpoints
    service_endpoints: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """An application security group and the workload that it says it stands for."""

    key: str
    name: str
    workload: str | None
    endpoint: bool = False  # says it is that of a private endpoint


@dataclass(frozen=True, slots=True)
class Interface:
    """Something of the plan with an address in a subnet. `address` is None where Azure chooses it."""

    key: str  # URN, with the part of the resource after `#`
    urn: str
    name: str
    kind: Literal["nic", "scale-set", "container", "front", "endpoint", "link", "firewall", "other"]
    subnet: str
    groups: frozenset[str]
    addresses: tuple[str, ...]
    filter: str | None = None
    public: bool = False  # carries a public address
    pools: frozenset[str] = frozenset()  # load balancers whose backend it is
    workload: str | None = None
    services: tuple[str, ...] = ()  # of a private endpoint


@dataclass(frozen=True, slots=True)
class Forwarding:
    """One rule of a load balancer: services in front and behind, and the port of the probe."""

    front: tuple[Span, ...]
    back: tuple[Span, ...]
    probe: tuple[Span, ...]
    shift: int  # port behind minus port in front


@dataclass(frozen=True, slots=True)
class Balancer:
    """A load balancer."""

    key: str
    name: str
    workload: str | None
    rules: tuple[Forwarding, ...]
    public: bool
    inbound: bool  # public with inbound rules
    outbound: bool  # gives its backends a way to the internet


@dataclass(frozen=True, slots=True)
class Peering:
    """A peering of a network of the plan. `remote` is a key of the plan or an id; its prefixes may not be known."""

    urn: str
    name: str
    network: str
    remote: str
    cidrs: tuple[IPv4Network, ...] | None
    remote_gateways: bool
    access: bool


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A private endpoint with what it leads to."""

    key: str
    name: str
    interface: Interface
    targets: tuple[tuple[str, tuple[str, ...]], ...]  # key or id of the resource, sub-resources
    manual: bool
    known: bool
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Firewall:
    """An Azure Firewall."""

    key: str
    name: str
    subnet: str | None
    policy: str | None
    classic: bool  # has rules of its own, outside a policy


@dataclass(slots=True)
class World:
    """Everything of one plan."""

    graph: ResourceGraph
    settings: Azure
    coverage: Coverage
    networks: dict[str, Network] = field(default_factory=dict)
    subnets: dict[str, Subnet] = field(default_factory=dict)
    filters: dict[str, Filter] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    tables: dict[str, RouteTable] = field(default_factory=dict)
    interfaces: dict[str, Interface] = field(default_factory=dict)
    balancers: dict[str, Balancer] = field(default_factory=dict)
    peerings: dict[str, Peering] = field(default_factory=dict)
    gateways: dict[str, str] = field(default_factory=dict)  # URN of a VPN or ExpressRoute gateway -> network
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    firewalls: dict[str, Firewall] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    findings: list[tuple[str, str]] = field(default_factory=list)  # sentence, URN: wrong whatever else there is

    def name(self, key: str) -> str:
        """What a key is called in a sentence."""
        subnet = self.subnets.get(key)
        if subnet is not None:
            return f"subnet {subnet.name}"
        resource: Resource | None = self.graph.get(key)
        return resource.name if resource is not None else key

    def in_zone(self, zone: str) -> tuple[str, ...]:
        """Subnets of a zone in which its workloads live."""
        return tuple(
            s.key for s in self.subnets.values() if s.zone == zone and s.role in (None, "zone", "workload", "workloads")
        )
