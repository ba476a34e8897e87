"""Where the verifier and the naive evaluator say different things about one plan.

Compared are, for every pair of parties and every boundary packet, "some placement permits it" with the accesses that
the proof lists; for every flow of the intent, "every placement permits it" with the witnesses for what is missing; for
every party, what its own rules let out and in with the witnesses about that; and the packet of each witness is sent.
Both directions, as equality. A placement is an address of a subnet, at the borders of everything that rules name, and a
choice of network tags, which whoever edits an instance is free to make.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, ip_network
from itertools import chain, combinations

from tests.verify.gcp.differential.naive import End, Firewall, Packet
from tests.verify.gcp.differential.worlds import HOSPITAL, NETWORK_TAGS, RANGES, WORKLOADS, World, email
from zt_ai.verify.model import Proof, Witness

PACKETS = [
    *(Packet(6, port) for port in (22, 78, 79, 80, 81, 442, 443, 444, 7999, 8000, 8443, 9000, 9001)),
    *(Packet(17, port) for port in (53, 80, 443, 8443)),
    Packet(1, None),
    Packet(50, None),
]
TAG_CHOICES = [frozenset(c) for c in chain.from_iterable(combinations(NETWORK_TAGS, n) for n in range(3))]
# Addresses outside, by what the claims call them; probes of health checks are none of these.
PUBLIC = ("8.8.8.1", "8.8.8.4", "203.0.114.1", "198.51.101.7")
VIPS = ("199.36.153.5", "199.36.153.9")
OTHER = ("172.16.5.1", "172.31.255.1", "10.0.7.7", "10.250.0.1")


@dataclass(frozen=True)
class Party:
    """Interfaces that rules cannot tell apart."""

    name: str
    workload: str | None
    account: str | None
    tags: frozenset[str]
    subnets: tuple[str, ...]  # their ranges


class Comparison:
    """One plan, looked at by both; `differences` are sentences, empty when they agree."""

    def __init__(self, world: World, proof: Proof) -> None:
        self.world, self.proof = world, proof
        self.firewall = Firewall(world.graph)
        self.differences: list[str] = []
        self.packets = 0
        self._said = {(a.source, a.destination): a.ports for a in proof.accesses}

    def run(self) -> list[str]:
        """Compare everything."""
        for destination in self.parties:
            for source in self.parties:
                self._pair(source, destination)
            self._network(destination)
            self._alone(destination)
        self._asked()
        return self.differences

    @cached_property
    def subnets(self) -> dict[str, str]:
        """Name and range of every subnet."""
        found = self.world.graph.of_type("gcp:compute/subnetwork:Subnetwork")
        return {one.name: str(one.inputs["ipCidrRange"]) for one in found}

    @cached_property
    def parties(self) -> list[Party]:
        """Workloads, what carries no identity, and identities that only rules know."""
        urns = {one.name: one.urn for one in self.world.graph.of_type("gcp:tags/tagValue:TagValue")}
        found = [
            Party(name, name, email(name), frozenset({urns[f"tag-{name}"]}), (RANGES[zone],))
            for name, zone in WORKLOADS.items()
        ]
        found += [Party(f"subnet {name}", None, None, frozenset(), (cidr,)) for name, cidr in self.subnets.items()]
        everywhere = tuple(self.subnets.values())
        active = [str(rule) for rules in self.firewall.steps.values() for rule in rules]  # those in force
        if any(email("unknown") in rule for rule in active):
            found.append(Party(f"account {email('unknown')}", None, email("unknown"), frozenset(), everywhere))
        if any(f"'{urns['tag-foreign']}'" in rule for rule in active):
            foreign = frozenset({urns["tag-foreign"]})
            found.append(Party("tag tag-foreign", None, None, foreign, everywhere))
        return found

    @cached_property
    def _edges(self) -> list[int]:
        """Addresses at which any range that occurs begins or ends, and their neighbours."""
        texts = {HOSPITAL, *self.subnets.values()}
        for resource in self.world.graph:
            for value in (*resource.inputs.values(), *_members(resource.inputs.get("match"))):
                texts |= {one for one in value if _is_range(one)} if isinstance(value, tuple) else set()
        found = set()
        for text in texts:
            net = ip_network(text)
            for number in (int(net.network_address), int(net.broadcast_address)):
                found |= {number - 1, number, number + 1}
        return sorted(found)

    def hosts(self, cidr: str) -> list[str]:
        """Addresses that an interface in a subnet can have: the first two and the last two are Google's."""
        net = ip_network(cidr)
        first, last = int(net.network_address) + 2, int(net.broadcast_address) - 2
        return [str(IPv4Address(n)) for n in {first, last, *(e for e in self._edges if first <= e <= last)}]

    def ends(self, party: Party) -> Iterator[End]:
        """Every placement of a party."""
        for cidr in party.subnets:
            for address in self.hosts(cidr):
                for chosen in self._choices:
                    yield End(address, True, party.account, party.tags, chosen)

    @cached_property
    def _choices(self) -> list[frozenset[str]]:
        spoken = any("Tags" in key for r in self.world.graph if r.type.endswith(":Firewall") for key in r.inputs)
        return TAG_CHOICES if spoken else [frozenset()]

    def _pair(self, source: Party, destination: Party) -> None:
        ports = self._said.get((source.name, destination.name), ())
        here, there = list(self.ends(source)), list(self.ends(destination))
        for packet in PACKETS:
            fact = self._some(here, there, packet)
            self._state(f"{source.name} -> {destination.name}", ports, packet, fact)

    def _some(self, here: list[End], there: list[End], packet: Packet) -> bool:
        """Whether a packet passes between some two ends.

        The sender's rules look at the receiver's address alone, and the receiver's at the sender, wherever the receiver
        is. So one address that the sender may send to and one that the receiver admits are enough. Network tags are
        chosen anew for each end's rules: an instance that would have to carry a tag for the one and not for the other
        counts as if it could, here as in the verifier.
        """
        self.packets += len(here) + len(there)
        owns = {end.network_tags: end for end in here}.values()
        others = {end.network_tags: end for end in there}.values()
        inside = here[0].inside
        sent = not inside or any(self.firewall.decides("EGRESS", one, to, packet) for one in owns for to in there)
        return sent and any(self.firewall.decides("INGRESS", to, one, packet) for to in others for one in here)

    def _state(self, what: str, ports: tuple[str, ...], packet: Packet, fact: bool) -> None:
        said = _holds(ports, packet)
        if said != fact:
            how = "the verifier permits what never passes" if said else "what passes is not among the accesses"
            self.differences.append(f"{what} {packet.protocol}/{packet.port}: {how}")

    def _network(self, destination: Party) -> None:
        ports = self._said.get(("hospital", destination.name), ())
        senders = [End(str(address)) for address in ip_network(HOSPITAL)]
        there = list(self.ends(destination))
        for packet in PACKETS:
            self._state(f"hospital -> {destination.name}", ports, packet, self._some(senders, there, packet))

    def _alone(self, party: Party) -> None:
        """The rules of one end by themselves, against addresses outside."""
        own = list(self.ends(party))
        out = self._any("EGRESS", own, (*PUBLIC, VIPS[1]))
        self._named("internet-egress", party.name, "internet", out)
        into = self._any("INGRESS", own, PUBLIC)
        self._named("internet-egress", "internet", party.name, into)
        strange = self._any("INGRESS", own, (*OTHER, *VIPS))
        self._named("reachability", "outside", party.name, strange)

    def _any(self, direction: str, own: list[End], others: tuple[str, ...]) -> bool:
        return any(
            self.firewall.decides(direction, end, End(address), packet)
            for address in others
            for end in own
            for packet in PACKETS
        )

    def _named(self, claim: str, source: str, destination: str, fact: bool) -> None:
        said = any(w.source == source and w.destination == destination and w.packet for w in self._witnesses(claim))
        if said != fact:
            how = "a witness for what never passes" if said else "no witness for what passes"
            self.differences.append(f"{claim}, {source} -> {destination}: {how}")

    def _witnesses(self, claim: str) -> tuple[Witness, ...]:
        return next(one.witnesses for one in self.proof.claims if one.id == claim)

    def _asked(self) -> None:
        """Flows: missing exactly where some placement does not pass; extra exactly where one passes unasked."""
        asked: dict[tuple[str, str], set[int]] = {}
        parties = {party.name: party for party in self.parties}
        for access in self.world.intent.accesses:
            port = access.ports[0].first
            asked.setdefault((access.source, access.destination), set()).add(port)
            there = list(self.ends(parties[access.destination]))
            here = [End(str(one)) for one in ip_network(HOSPITAL)]
            if access.source in parties:
                here = list(self.ends(parties[access.source]))
            fact = all(self.firewall.passes(one, other, Packet(6, port)) for one in here for other in there)
            said = not any(w.clause == access.clause.id for w in self._witnesses("reachability"))
            if said != fact:
                how = "the verifier says it always passes" if said else "the verifier misses what always passes"
                self.differences.append(f"{access.source} -> {access.destination} tcp/{port}: {how}")
        for (source, destination), ports in self._said.items():
            wanted = asked.get((source, destination), set())
            extra = any(_holds(ports, p) and not (p.protocol == 6 and p.port in wanted) for p in PACKETS)
            said = any(
                w.source == source and w.destination == destination and w.clause is None
                for w in self._witnesses("reachability")
            )
            if extra and not said:
                self.differences.append(f"{source} -> {destination}: nobody says that no flow allows it")


def _members(value: object) -> tuple[object, ...]:
    return tuple(value.values()) if isinstance(value, dict) else ()


def _is_range(value: object) -> bool:
    return isinstance(value, str) and "/" in value and value[0].isdigit()


def _holds(words: tuple[str, ...], packet: Packet) -> bool:
    """Whether services in the words of a report (`tcp/443`, `icmp`, `protocols 0-9`, `all`) hold a packet."""
    name = {6: "tcp", 17: "udp", 1: "icmp"}.get(packet.protocol)
    for word in words:
        kind, _, span = word.partition("/")
        if word == "all":
            return True
        if word.startswith("protocol"):
            first, _, last = word.split()[1].partition("-")
            if name is None and int(first) <= packet.protocol <= int(last or first):
                return True
        elif kind == name:
            first, _, last = span.partition("-")
            if not span or (packet.port is not None and int(first) <= packet.port <= int(last or first)):
                return True
    return False
