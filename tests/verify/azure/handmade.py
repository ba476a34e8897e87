"""Graphs of Azure written by hand, and an intent for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value
from zt_ai.intent.model import (
    Access,
    AuditIntent,
    Clause,
    Intent,
    NetworkIntent,
    Party,
    Ports,
    WorkloadIntent,
    ZoneIntent,
)
from zt_ai.spec.clouds import Azure
from zt_ai.spec.types import ZoneKind
from zt_ai.verify.azure.arm import Ids
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.firewall_rules import read_policy
from zt_ai.verify.azure.prove import network_claims
from zt_ai.verify.azure.reach import Reach
from zt_ai.verify.azure.read import read_world
from zt_ai.verify.azure.spaces import Spaces
from zt_ai.verify.model import Claim
from zt_ai.verify.selectors import Selectors

SUBSCRIPTION = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0"
TENANT = "9d8c7b6a-5f4e-4d3c-8b2a-190817263544"
SETTINGS = Azure(location="eastus2", subscription=SUBSCRIPTION, tenant=TENANT, cidr="10.1.0.0/16")
HTTPS = Ports("tcp", 443, 443)
ZONES = {"left": ZoneKind.DATA, "right": ZoneKind.PROCESSING, "exit": ZoneKind.EGRESS}
WORKLOADS = {"caller": "left", "server": "right", "other": "right"}


def frozen(value: Any) -> Value:
    """A Python value as a graph holds it."""
    if isinstance(value, list | tuple):
        return tuple(frozen(one) for one in value)
    if isinstance(value, Mapping):
        return {key: frozen(one) for key, one in value.items()}
    return value  # type: ignore[no-any-return]


class Plan:
    """A graph that grows and shrinks; `graph()` freezes it."""

    def __init__(self) -> None:
        self._resources: dict[str, Resource] = {}

    def add(self, type_: str, name: str, /, **inputs: Any) -> Ref:
        """Add a resource; inputs carry wire names."""
        token = f"azure-native:{type_}"
        urn = f"urn:pulumi:test::zt::{token}::{name}"
        given = {key: frozen(value) for key, value in inputs.items() if value is not None}
        assert urn not in self._resources
        self._resources[urn] = Resource(urn, token, name, None, custom=True, inputs=given)
        return Ref(urn)

    def change(self, ref: Ref, **inputs: Any) -> None:
        """Set inputs; None takes one away."""
        old = self._resources[ref.urn]
        merged = {**old.inputs, **{key: frozen(value) for key, value in inputs.items()}}
        self._resources[ref.urn] = replace(old, inputs={key: one for key, one in merged.items() if one is not None})

    def remove(self, ref: Ref) -> None:
        """Take a resource out."""
        del self._resources[ref.urn]

    def graph(self) -> ResourceGraph:
        """The graph as it is now."""
        return ResourceGraph(dict(self._resources), "mocks")


def intent(*flows: tuple[str, str], networks: Mapping[str, str] | None = None) -> Intent:
    """Zones, workloads and the flows that are wanted, on tcp/443."""
    named = networks or {}
    zones = {name: ZoneIntent(name, kind, "phi") for name, kind in ZONES.items()}
    workloads = {
        name: WorkloadIntent(name, zone, f"spiffe://x/{name}", {"https": HTTPS}, "phi", False, False)
        for name, zone in WORKLOADS.items()
    }
    accesses = tuple(
        Access(
            Clause(f"flow:{a}-{b}", "for a test"),
            a,
            Party.NETWORK if a in named else Party.WORKLOAD,
            b,
            Party.WORKLOAD,
            (HTTPS,),
            "phi",
        )
        for a, b in flows
    )
    outside = {name: NetworkIntent(name, (cidr,)) for name, cidr in named.items()}
    kept = AuditIntent(timedelta(days=2200))
    return Intent("tiny", ("public", "phi"), zones, workloads, {}, outside, {}, accesses, (), kept, "x")


def context_of(graph: ResourceGraph, settings: Azure = SETTINGS) -> Context:
    """A reading of a graph."""
    return Context(graph, settings, Selectors(), Ids(graph))


def reach_of(graph: ResourceGraph, wanted: Intent | None = None) -> Reach:
    """The comparison of a graph."""
    context = context_of(graph)
    world = read_world(context)
    wanted = wanted or intent()
    policies = [read_policy(context, f.policy) for f in world.firewalls.values() if f.policy is not None]
    return Reach(world, wanted, Spaces(world, wanted, policies))


class Tiny(Plan):
    """A network of 10.1.0.0/16 with the subnets `left` (10.1.0.0/28), `right` (10.1.0.16/28) and `exit` (10.1.1.0/28),
    each with a security group that is closed both ways, and an application security group per workload."""

    RANGES: Mapping[str, str] = {"left": "10.1.0.0/28", "right": "10.1.0.16/28", "exit": "10.1.1.0/28"}

    def __init__(self) -> None:
        super().__init__()
        self.network = self.add(
            "network:VirtualNetwork",
            "net",
            virtualNetworkName="net",
            addressSpace={"addressPrefixes": ["10.1.0.0/16"]},
        )
        self.filters, self.subnets, self.tables, self.groups = {}, {}, {}, {}  # type: ignore[var-annotated]
        self.closings: dict[tuple[str, str], Ref] = {}
        self.defaults: dict[str, Ref] = {}
        for zone, cidr in self.RANGES.items():
            self.filters[zone] = self.add(
                "network:NetworkSecurityGroup",
                zone,
                networkSecurityGroupName=zone,
                tags={"zt-ai:zone": zone, "zt-ai:role": "zone"},
            )
            for way in ("Inbound", "Outbound"):
                self.closings[zone, way] = self.rule(zone, way, 4096, access="Deny")
            self.tables[zone] = self.add(
                "network:RouteTable", zone, routeTableName=zone, disableBgpRoutePropagation=True
            )
            self.defaults[zone] = self.route(zone, "0.0.0.0/0", "None")
            self.subnets[zone] = self.add(
                "network:Subnet",
                zone,
                virtualNetworkName="net",
                subnetName=zone,
                addressPrefix=cidr,
                networkSecurityGroup={"id": self.filters[zone]},
                routeTable={"id": self.tables[zone]},
                defaultOutboundAccess=False,
                privateEndpointNetworkPolicies="Enabled",
            )
        for workload in WORKLOADS:
            self.groups[workload] = self.add(
                "network:ApplicationSecurityGroup",
                workload,
                applicationSecurityGroupName=workload,
                tags={"zt-ai:workload": workload},
            )

    def end(self, side: str, what: str) -> dict[str, Any]:
        """One side of a rule: a workload, or a prefix or tag."""
        if what in WORKLOADS:
            return {f"{side}ApplicationSecurityGroups": [{"id": self.groups[what]}]}
        return {f"{side}AddressPrefix": what}

    def rule(
        self,
        zone: str,
        way: str,
        priority: int,
        source: str = "*",
        destination: str = "*",
        ports: str = "*",
        **more: Any,
    ) -> Ref:
        """A rule of a zone's security group; TCP and allowing unless it says otherwise."""
        given = {"access": "Allow", "protocol": "*", "sourcePortRange": "*", **more}
        return self.add(
            "network:SecurityRule",
            f"{zone}-{way}-{priority}",
            networkSecurityGroupName=zone,
            direction=way,
            priority=priority,
            destinationPortRange=ports,
            **self.end("source", source),
            **self.end("destination", destination),
            **given,
        )

    def route(self, zone: str, prefix: str, hop: str, address: str | None = None) -> Ref:
        """A route of a zone's table."""
        return self.add(
            "network:Route",
            f"{zone}-{prefix}",
            routeTableName=zone,
            addressPrefix=prefix,
            nextHopType=hop,
            nextHopIpAddress=address,
        )

    def connect(self) -> None:
        """The two rules that let the caller reach the server on tcp/443."""
        self.rule("left", "Outbound", 200, "caller", "server", "443", protocol="Tcp")
        self.rule("right", "Inbound", 200, "caller", "server", "443", protocol="Tcp")

    def between(self, source: str = "caller", destination: str = "server") -> tuple[str, str]:
        """What some, and what every placement permits from one party to another, in words."""
        reach = reach_of(self.graph())
        index = {party.name: number for number, party in enumerate(reach.parties)}
        one, other = index[source], index[destination]
        return reach.spaces.words(reach.may(one, other)), reach.spaces.words(reach.must(one, other))

    def claims(self, *flows: tuple[str, str], networks: Mapping[str, str] | None = None) -> dict[str, Claim]:
        """The claims about the network, by id."""
        context = context_of(self.graph())
        made, _ = network_claims(context, read_world(context), intent(*flows, networks=networks))
        return {claim.id: claim for claim in made}
