"""From the intent to the passages of every network ACL of a VPC. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping

from zt_ai.aws.plan.acl_rules import (
    EPHEMERAL,
    PRIVATE_RANGES,
    Layer,
    Passage,
    closed,
    connection,
    outside,
)
from zt_ai.aws.plan.layout import Layout, SubnetRole, network_accesses
from zt_ai.aws.plan.service_actions import endpoints
from zt_ai.intent.model import (
    EGRESS_PROXY,
    PROXY_CONNECT_PORT,
    PROXY_GATEWAY_PORT,
    PROXY_HEALTH_PORT,
    Access,
    Intent,
    Party,
    Ports,
)

GATEWAY_ENDPOINTS = frozenset({"s3"})
"""Services reached over a gateway endpoint; all others have an interface endpoint."""
FRONT_CLAUSE = "implied:egress-front"
"""The load balancer in front of the egress proxy, and its health checks."""

Passages = Mapping[str, Mapping[Passage, frozenset[str]]]
"""Segment key → passage → ids of the clauses that need it."""


def passages(intent: Intent, layout: Layout, *, shared_vpc: bool = False) -> Passages:
    """What each network ACL must let through, and which clauses ask for it.

    Args:
        intent: the closed world.
        layout: the subnets; segments that it does not have get no rules.
        shared_vpc: the VPC was adopted, so ranges of others may lie beside ours: then all private ranges are closed.
    """
    found: dict[str, dict[Passage, set[str]]] = {segment.key: {} for segment in layout.segments}
    drawing = _Drawing(intent, layout, found)
    for access in intent.accesses:
        drawing.access(access)
    if any(a.destination == EGRESS_PROXY for a in intent.accesses):
        drawing.front()
    if layout.has(SubnetRole.FIREWALL):
        drawing.way_out()
    callers = transit_routes(intent)
    for segment in layout.segments:
        # Transit and endpoint subnets have nothing outside to reach, so nothing to close.
        if segment.role in (SubnetRole.ZONE, SubnetRole.FIREWALL, SubnetRole.NAT):
            near = callers.get(segment.zone or "", ()) if segment.role is SubnetRole.ZONE else ()
            drawing.add(segment.key, closed(_closed_ranges(layout.cidr, shared_vpc, near)), ())
    return {key: {p: frozenset(clauses) for p, clauses in rules.items()} for key, rules in found.items()}


def transit_routes(intent: Intent) -> dict[str, tuple[str, ...]]:
    """Ranges outside the cloud that call into each zone: the zone answers them through the transit gateway."""
    found: dict[str, set[str]] = {}
    for access in network_accesses(intent):
        zone = intent.workloads[access.destination].zone
        found.setdefault(zone, set()).update(intent.networks[access.source].cidrs)
    return {zone: tuple(sorted(ranges)) for zone, ranges in sorted(found.items())}


def _closed_ranges(own: str, shared_vpc: bool, callers: Iterable[str]) -> tuple[str, ...]:
    """What must not count as outside: the VPC, its neighbours if it has any, and the networks that the zone can route
    to.

    A private network is closed with its whole private range, so that one rule does for many networks.
    """
    near = {*PRIVATE_RANGES} if shared_vpc else set()
    for cidr in callers:
        network = ipaddress.IPv4Network(cidr)
        near.add(next((p for p in PRIVATE_RANGES if network.subnet_of(ipaddress.IPv4Network(p))), cidr))
    return (own, *sorted(near))


class _Drawing:
    """Collects passages by segment. Exists only while `passages` runs."""

    def __init__(self, intent: Intent, layout: Layout, found: dict[str, dict[Passage, set[str]]]) -> None:
        self.intent = intent
        self.layout = layout
        self.found = found

    def add(self, key: str, rules: Iterable[Passage], clauses: Iterable[str]) -> None:
        into = self.found.get(key)
        if into is not None:
            for rule in rules:
                into.setdefault(rule, set()).update(clauses)

    def access(self, access: Access) -> None:
        clauses = (access.clause.id,)
        if access.source_party is Party.NETWORK:
            self._from_network(access)
        elif access.destination_party is Party.WORKLOAD:
            source, destination = self._zone(access.source), self._zone(access.destination)
            for ports in access.ports:
                self._between(source, destination, ports, clauses)
        elif access.destination_party is Party.SERVICE:
            self._to_service(self._zone(access.source), access)
        else:
            self.add(_key(self._zone(access.source)), outside(), clauses)

    def front(self) -> None:
        """Load balancer → proxy, inside the egress zone and between its availability zones."""
        zone = self.intent.workloads[EGRESS_PROXY].zone
        for port in (PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT):
            self._between(zone, zone, Ports("tcp", port, port), (FRONT_CLAUSE,))

    def way_out(self) -> None:
        """The firewall and NAT subnets: HTTPS from the proxy's zone to the outside, and back.

        The addresses in a packet stay those of the proxy and the provider until the NAT gateway, so both subnets see
        the same.
        """
        zone = self.intent.workloads[EGRESS_PROXY].zone
        block = self._range(zone)
        clauses = [a.clause.id for a in self.intent.accesses if a.destination_party is Party.PROVIDER]
        rules = (
            Passage(Layer.REQUEST, False, zone, block, "tcp", 443, 443),
            Passage(Layer.RETURN, True, zone, block, "tcp", *EPHEMERAL),
            *outside(),
        )
        for role in (SubnetRole.FIREWALL, SubnetRole.NAT):
            self.add(_key(zone, role), rules, clauses)

    def _between(self, source: str, destination: str, ports: Ports, clauses: Iterable[str]) -> None:
        span = (ports.protocol, ports.first, ports.last)
        to = connection(destination, self._range(destination), *span, outbound=True)
        back = connection(source, self._range(source), *span, outbound=False)
        self.add(_key(source), to, clauses)
        self.add(_key(destination), back, clauses)

    def _from_network(self, access: Access) -> None:
        zone = self._zone(access.destination)
        block = self._range(zone)
        clauses = (access.clause.id,)
        for ports in access.ports:
            for cidr in self.intent.networks[access.source].cidrs:
                rules = connection(access.source, cidr, ports.protocol, ports.first, ports.last, outbound=False)
                self.add(_key(zone), rules, clauses)
            # A transit subnet's ACL sees traffic to the zone as outbound to the zone's address, and answers as inbound
            # from it; the legs towards the gateway itself are not evaluated [VPC Transit Gateways, "Network ACLs for
            # transit gateways"].
            inner = connection(zone, block, ports.protocol, ports.first, ports.last, outbound=True)
            for segment in self.layout.segments:
                if segment.role is SubnetRole.TRANSIT:
                    self.add(segment.key, inner, clauses)

    def _to_service(self, zone: str, access: Access) -> None:
        clauses = (access.clause.id,)
        for endpoint in endpoints(self.intent.services[access.destination].kind):
            if endpoint in GATEWAY_ENDPOINTS:
                self.add(_key(zone), outside(), clauses)
                continue
            for ports in access.ports:
                span = (ports.protocol, ports.first, ports.last)
                self.add(
                    _key(zone),
                    connection("endpoints", self.layout.segment(SubnetRole.ENDPOINTS).cidr, *span, outbound=True),
                    clauses,
                )
                inner = connection(zone, self._range(zone), *span, outbound=False)
                self.add(SubnetRole.ENDPOINTS.value, inner, clauses)

    def _range(self, zone: str) -> str:
        return self.layout.segment(SubnetRole.ZONE, zone).cidr

    def _zone(self, workload: str) -> str:
        return self.intent.workloads[workload].zone


def _key(zone: str, role: SubnetRole = SubnetRole.ZONE) -> str:
    return f"{role.value}-{zone}"
