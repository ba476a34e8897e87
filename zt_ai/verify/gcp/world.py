"""The typed view of a plan on Google Cloud: networks, firewall rules, routes and what is attached to them.

Every `key` is the URN of the resource where the graph holds it, else its path or e-mail address. Whatever exists
without a resource of its own is written out where it is used: the implied rules at priority 65535, the subnet routes,
the metadata server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Literal

from zt_ai.graph import Resource, ResourceGraph
from zt_ai.spec.clouds import Gcp
from zt_ai.verify.model import Coverage
from zt_ai.verify.space import Span

if TYPE_CHECKING:
    from zt_ai.verify.gcp.context import Context
    from zt_ai.verify.gcp.dns import Names

Action = Literal["allow", "deny", "next"]
Layer = Literal["hierarchy", "classic", "global", "regional"]
HopKind = Literal["internet", "vpn", "appliance", "balancer", "unknown"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A value that the proof needs and that the graph does not hold."""

    urn: str
    what: str

    def __str__(self) -> str:
        return f"{self.urn}: {self.what}"


@dataclass(frozen=True, slots=True)
class Network:
    """A VPC network. `adopted`: it is not in the graph, and neither is whatever else lives in it.

    `policies_first` is false by default: VPC firewall rules are asked before network firewall policies [Cloud NGFW,
    "Evaluation order for firewall policies and rules": AFTER_CLASSIC_FIREWALL is the default].
    """

    key: str
    name: str
    path: str
    adopted: bool
    policies_first: bool
    default_routes: bool
    auto_subnets: bool
    ipv6: bool
    urn: str | None


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet. `google` is Private Google Access; `ranges` its primary and secondary IPv4 ranges."""

    key: str
    name: str
    network: str
    ranges: tuple[IPv4Network, ...]
    primary: IPv4Network | None
    zone: str | None
    purpose: str
    google: bool
    ipv6: bool
    region: str | None
    urn: str


@dataclass(frozen=True, slots=True)
class Peers:
    """The other end of a rule. `ranges` None: the rule names no address, tag or name at all, so every peer fits.

    The parts are a union. `unresolved` holds what cannot be resolved here (address groups, countries, threat lists,
    network scopes): it counts as the widest it may be for an allow, as nothing for a deny.
    """

    ranges: tuple[IPv4Network, ...] | None
    tags: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    network_tags: frozenset[str] = frozenset()
    unresolved: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """The interfaces that a rule applies to; all of them where nothing is said. `network_tags` are not identity."""

    accounts: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    network_tags: frozenset[str] = frozenset()

    @property
    def everyone(self) -> bool:
        """Whether the rule applies to every interface of the network."""
        return not (self.accounts or self.tags or self.network_tags)


@dataclass(frozen=True, slots=True)
class Rule:
    """A firewall rule, of a policy or of the network itself. `order` is its place in the evaluation, lowest first."""

    urn: str
    name: str
    network: str
    layer: Layer
    egress: bool
    priority: int
    action: Action
    services: tuple[Span, ...]
    peers: Peers
    targets: Targets
    clauses: tuple[str, ...] = ()
    logged: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A custom static route. `network_tags` limit it to instances that carry one of them; anybody may set those."""

    urn: str
    network: str
    destination: IPv4Network | None
    priority: int
    hop: HopKind
    what: str
    network_tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Nat:
    """A Cloud NAT gateway; `subnets` None: all subnets of the network in its region."""

    urn: str
    name: str
    network: str | None
    region: str | None
    subnets: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Machine:
    """Something with interfaces of its own: an instance, or a template that a group makes instances of."""

    key: str
    name: str
    kind: str
    account: str | None
    tags: frozenset[str]
    network_tags: frozenset[str]
    subnets: tuple[str, ...]
    public: bool
    forwards: bool
    urn: str


@dataclass(frozen=True, slots=True)
class Balancer:
    """A forwarding rule. An internal passthrough one keeps source and destination as they are, so the rules of client
    and backend decide; `external` ones are reached from the internet."""

    urn: str
    name: str
    external: bool
    subnet: str | None
    workload: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """Something that joins the network to another one: a peering, a VPN gateway, an interconnect attachment."""

    urn: str
    kind: Literal["peering", "hybrid", "private-service"]
    network: str | None
    what: str
    announced: tuple[IPv4Network, ...] | None = None  # ranges that the other side learns; None: all of them


@dataclass(frozen=True, slots=True)
class World:
    """Everything about the plan that the claims about the network need. All maps are by key."""

    graph: ResourceGraph
    settings: Gcp
    networks: Mapping[str, Network]
    subnets: Mapping[str, Subnet]
    rules: tuple[Rule, ...]
    routes: tuple[Route, ...]
    nats: tuple[Nat, ...]
    machines: tuple[Machine, ...]
    balancers: tuple[Balancer, ...]
    links: tuple[Link, ...]
    accounts: Mapping[str, str]  # e-mail -> workload
    tags: Mapping[str, str]  # tag value's key -> workload
    gaps: tuple[Gap, ...]
    coverage: Coverage
    names: Mapping[str, Names]  # resolver by network
    context: Context = field(repr=False)
    resources: Mapping[str, Resource] = field(repr=False, default_factory=dict)  # e-mail or tag key -> resource

    def name(self, key: str) -> str:
        """A name for people: the logical name of a resource, or the id itself."""
        resource = self.graph.get(key)
        return key if resource is None else resource.name
