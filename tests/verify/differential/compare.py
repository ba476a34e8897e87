"""Where the verifier and the naive evaluator say different things about one plan.

Compared are, for every pair of parties and every boundary packet, "some placement permits it" with the accesses that
the proof lists; for every access of the intent, "every placement permits it" with the witnesses for what is missing.
Both directions, as equality.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from itertools import product

from tests.verify.differential import listing
from tests.verify.differential.naive import Interface, Network, Outside, Packet
from tests.verify.differential.points import Boundaries, Point, points
from zt_ai.graph.model import ResourceGraph
from zt_ai.intent.model import Access, Intent, Party
from zt_ai.verify.model import Proof

KEPT = 20  # a claim shows this many witnesses at the most
NAMES = {6: "tcp", 17: "udp", 1: "icmp"}
PRIVATE = {"tgw": "tgw", "peering": "peering", "vgw": "vgw", "interface": "interface"}


def holds(words: Iterable[str], packet: Packet) -> bool:
    """Whether services in the words of a report (`tcp/443`, `icmp`, `protocols 0-9`, `all`) hold a packet."""
    for word in words:
        name, _, span = word.partition("/")
        if word == "all":
            return True
        if word.startswith("protocol"):
            first, _, last = word.split()[1].partition("-")
            if packet.protocol not in NAMES and int(first) <= packet.protocol <= int(last or first):
                return True
        elif name == NAMES.get(packet.protocol):
            first, _, last = span.partition("-")
            if not span or int(first) <= packet.port <= int(last or first):
                return True
    return False


@dataclass
class Comparison:
    """One plan, looked at by both; `differences` are sentences, empty when they agree."""

    graph: ResourceGraph
    intent: Intent
    proof: Proof
    packets: int = 0
    differences: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.network = Network(self.graph)
        self.edges = Boundaries(self.network, self.intent)
        self.network.usable = lambda subnet: self.edges.hosts(self.network, subnet)
        self.points = points(self.network, self.intent)
        self.places = {point.name: self.edges.placements(self.network, point) for point in self.points}
        self.services = sorted(
            {self._service(e.urn) for e in self.graph.of_type(listing.ENDPOINT) if self._gateway(e.urn)}
        )
        self.said: dict[tuple[str, str], list[str]] = {}
        for access in self.proof.accesses:
            self.said.setdefault((access.source, access.destination), []).extend(access.ports)

    def run(self) -> list[str]:
        """Compare everything."""
        for one in self.points:
            if one.kind == "endpoint":
                # It answers and opens no connections [PrivateLink Guide, "Access AWS services through PrivateLink"].
                continue
            for other in self.points:
                self._pair(one, other)
            self._leaving(one)
        for point in self.points:
            self._arriving(point)
        self._asked()
        return self.differences

    # --- some placement ----------------------------------------------------------------------------------------------

    def _state(self, source: str, destination: str, packet: Packet, fact: bool, example: str) -> None:
        """Equality for one class of packets between two parties. A report does not tell ICMP types apart, so they count
        together.
        """
        said = holds(self.said.get((source, destination), ()), packet)
        if said != fact:
            what = f"{NAMES.get(packet.protocol, packet.protocol)}/{packet.port}"
            saying = (
                "the verifier permits what never passes" if said else "what passes is not in the verifier's accesses"
            )
            self.differences.append(f"{source} -> {destination} {what}: {saying}{example}")

    def _each(self, source: str, destination: str, sent: dict[Packet, str | None]) -> None:
        """State every packet; ICMP as a whole."""
        icmp = [text for packet, text in sent.items() if packet.protocol == 1 and text is not None]
        for packet, text in sent.items():
            if packet.protocol != 1:
                self._state(source, destination, packet, text is not None, f" ({text})" if text else "")
        self._state(source, destination, Packet(1, 0, 0), bool(icmp), f" ({icmp[0]})" if icmp else "")

    def _pair(self, one: Point, other: Point) -> None:
        sent: dict[Packet, str | None] = {}
        for packet in self.edges.packets:
            sent[packet] = None
            for source in self.places[one.name]:
                for to in self.places[other.name]:
                    if source.address == to.address:
                        continue
                    self.packets += 1
                    if self.network.send(source, to, packet).arrived:
                        sent[packet] = f"{source.address} to {to.address}"
                        break
                if sent[packet]:
                    break
        self._each(one.name, other.name, sent)

    def _leaving(self, point: Point) -> None:
        """What gets out of the VPC, by kind of way."""
        found: dict[str, dict[Packet, str | None]] = {}
        ways = [
            "internet",
            *(f"outside through {kind}" for kind in PRIVATE),
            *(f"endpoint {name}" for name in self.services),
        ]
        for way in ways:
            found[way] = dict.fromkeys(self.edges.packets)
        for packet in self.edges.packets:
            for source in self.places[point.name]:
                for address in self.edges.outside[self.network.vpc(source.subnet)]:
                    for service in self._services(address):
                        self.packets += 1
                        for kind, key in self.network.send(source, Outside(address, service), packet).exits:
                            way = f"endpoint {self._service(key)}" if kind == "service" else self._way(kind)
                            if found[way][packet] is None:
                                found[way][packet] = (
                                    f"{source.address} to {address}{' of ' + service if service else ''}"
                                )
        for way, sent in found.items():
            self._each(point.name, way, sent)

    def _services(self, address: IPv4Address) -> tuple[str | None, ...]:
        """Any public address may be one that an AWS service publishes; which are, no plan says."""
        return (None, *self.services) if address in self.edges.public else (None,)

    def _way(self, kind: str) -> str:
        return "internet" if kind == "igw" else f"outside through {PRIVATE[kind]}"

    def _service(self, endpoint: str) -> str:
        return str(listing.service_of(self.graph, endpoint))

    def _gateway(self, endpoint: str) -> bool:
        resource = self.graph.get(endpoint)
        return resource is not None and listing.bare(resource.inputs.get("vpcEndpointType")) in (None, "Gateway")

    def _arriving(self, point: Point) -> None:
        """What comes from private networks, told apart by the intent's names for them."""
        gates = self.graph.of_type(listing.TRANSIT, listing.PEERING)
        ranges = {name: [IPv4Network(c) for c in n.cidrs] for name, n in self.intent.networks.items()}
        for name in (*ranges, "outside the VPC"):
            sent: dict[Packet, str | None] = dict.fromkeys(self.edges.packets)
            for to in self.places[point.name]:
                for address in self.edges.outside[self.network.vpc(to.subnet)]:
                    inside = next(
                        (n for n, cidrs in ranges.items() if any(address in c for c in cidrs)), "outside the VPC"
                    )
                    if inside != name:
                        continue
                    for packet, service, gate in product(self.edges.packets, self._services(address), gates):
                        self.packets += 1
                        if (
                            sent[packet] is None
                            and self.network.receive(Outside(address, service), gate.urn, to, packet).arrived
                        ):
                            sent[packet] = f"{address} to {to.address} by {gate.name}"
            self._each(name, point.name, sent)

    # --- every placement ---------------------------------------------------------------------------------------------

    def _asked(self) -> None:
        """What the intent asks for is either surely there or told missing, by the name of a clause that is not served.

        A pair of ends is told once, whatever number of its clauses is not served.
        """
        claim = next(claim for claim in self.proof.claims if claim.id == "reachability")
        ends: dict[tuple[str, str], dict[str, str | None]] = {}
        for access in self.intent.accesses:
            if access.destination_party is Party.WORKLOAD:
                ends.setdefault((access.source, access.destination), {})[access.clause.id] = self._unserved(access)
        for (source, destination), clauses in ends.items():
            lost = {clause: why for clause, why in clauses.items() if why is not None}
            told = {witness.clause for witness in claim.witnesses} & set(clauses)
            if lost and not told and len(claim.witnesses) < KEPT:
                self.differences.append(f"{source} -> {destination}: missing and not told ({lost})")
            if told - set(lost):
                what = (
                    "named in place of a clause that is not served"
                    if lost
                    else "told missing though every placement is served"
                )
                self.differences.append(
                    f"{source} -> {destination}: {what} ({sorted(map(str, told - set(lost)))}, {lost})"
                )

    def _unserved(self, access: Access) -> str | None:
        """A placement that does not get what it asks for, if there is one; a load balancer in front serves as well."""
        targets = [p for p in self.points if p.workload == access.destination]
        sources = [p for p in self.points if p.kind == "workload" and p.name == access.source]
        for ports in access.ports:
            for port in {ports.first, ports.last}:
                failures = [
                    self._denied(access, sources, target, listing.NUMBERS[ports.protocol], port) for target in targets
                ]
                if all(failures):
                    return failures[-1] if failures else "nobody serves it"
        return None

    def _denied(self, access: Access, sources: list[Point], target: Point, protocol: int, port: int) -> str | None:
        """A placement that is not served, or None. A party that has no place to be in is never served."""
        if access.source_party is Party.NETWORK:
            return self._denied_network(access.source, target, protocol, port)
        ways = [(one, to) for p in sources for one in self.places[p.name] for to in self.places[target.name]]
        for one, to in ways:
            for client in self.edges.replies[protocol]:
                self.packets += 1
                if (
                    one.address != to.address
                    and not self.network.send(one, to, Packet(protocol, client, port)).answered
                ):
                    return f"{one.address}:{client} does not get to {to.address}:{port} and back"
        return None if ways else "one of them has no place to be in"

    def _denied_network(self, name: str, target: Point, protocol: int, port: int) -> str | None:
        gates = self.graph.of_type(listing.TRANSIT, listing.PEERING)
        ranges = [IPv4Network(cidr) for cidr in self.intent.networks[name].cidrs]
        for to in self.places[target.name]:
            for address in (
                a for a in self.edges.outside[self.network.vpc(to.subnet)] if any(a in cidr for cidr in ranges)
            ):
                for client in self.edges.replies[protocol]:
                    self.packets += 1
                    if not any(self._comes(address, gate.urn, to, Packet(protocol, client, port)) for gate in gates):
                        return f"{address}:{client} does not get to {to.address}:{port} and back"
        return None if self.places[target.name] else "it has no place to be in"

    def _comes(self, address: IPv4Address, gate: str, to: Interface, packet: Packet) -> bool:
        return self.network.receive(Outside(address), gate, to, packet).answered
