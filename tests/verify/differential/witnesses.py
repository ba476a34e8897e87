"""Whether the naive evaluator sees what a witness of the verifier shows, with exactly the witness's packet.

A witness that something is reached must be a packet that passes; one that something is missing, a packet that is
refused or whose answer is; one about a single rule, ACL or route must be what that rule, ACL or route does. A kind of
witness that is not known here is a difference too, so that a new kind cannot slip by.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address

from tests.verify.differential import listing
from tests.verify.differential.compare import Comparison
from tests.verify.differential.naive import Interface, Network, Outside, Packet
from tests.verify.differential.points import CLIENT_PORT, ICMP, Point
from zt_ai.verify.model import Witness

CLAIMS = ("reachability", "data-zone-egress", "internet-egress")
PAIR = re.compile(r"^.+ in (\S+) reaches .+ in (\S+) on ")
ARRIVING = re.compile(r"^.+ reaches .+ in (\S+) on .+ through ")
LEAVING = re.compile(r"^.+ in (\S+) sends .+ out through ")
MISSING = re.compile(r"^.+ does not reach .+ on ")
ONE_RULE = re.compile(r"^a rule of .+ (would take from|would let out to|lets it out to) ")
ACL = re.compile(r"^the network ACL of (\S+)(?: \(.+\))? lets (out to|in from) ")
# Names that leave in DNS queries are decided by Resolver DNS Firewall; a packet evaluator has no opinion on them.
BY_NAME = re.compile(r"gets data out in DNS queries")
ROUTE = re.compile(
    r"^(?:an interface in )?(\S+) (?:with any security group gets out through|has a route (?:that leads )?to) "
)


def packets_of(witness: Witness) -> list[Packet]:
    """The concrete packets that a witness stands for: one, or for ICMP without a type any of a few."""
    assert witness.packet is not None
    if witness.packet.protocol == "icmp":
        return list(ICMP)
    number = listing.NUMBERS.get(witness.packet.protocol) or int(witness.packet.protocol)
    return [Packet(number, CLIENT_PORT, witness.packet.port or 0)]


def address(text: str) -> IPv4Address | None:
    """An address, or None where a witness names a party instead."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None


class Witnesses:
    """All witnesses of one proof against the naive evaluator; `checked` counts those that carry a packet."""

    def __init__(self, comparison: Comparison) -> None:
        self.network: Network = comparison.network
        self.comparison = comparison
        self.points: dict[str, Point] = {point.name: point for point in comparison.points}
        self.subnets = {resource.name: resource.urn for resource in self.network.graph.of_type(listing.SUBNET)}
        self.checked: dict[str, int] = {}

    def run(self) -> list[str]:
        """Sentences about witnesses that the naive evaluator does not see."""
        differences = []
        for claim in self.comparison.proof.claims:
            for witness in claim.witnesses if claim.id in CLAIMS else ():
                if witness.packet is None or BY_NAME.search(witness.explanation):
                    continue
                if not self._seen(witness):
                    differences.append(f"{claim.id}: not so: {witness.explanation} {witness.packet}")
        return differences

    def _seen(self, witness: Witness) -> bool:
        assert witness.packet is not None
        text, source, to = witness.explanation, address(witness.packet.source), address(witness.packet.destination)
        sent = packets_of(witness)
        for pattern, check in (
            (PAIR, self._pair),
            (ARRIVING, self._arriving),
            (LEAVING, self._leaving),
            (MISSING, self._missing),
            (ONE_RULE, self._rule),
            (ACL, self._acl),
            (ROUTE, self._route),
        ):
            if found := pattern.match(text):
                self.checked[check.__name__.strip("_")] = self.checked.get(check.__name__.strip("_"), 0) + 1
                return any(check(witness, found, source, to, packet) for packet in sent)
        return False

    def _interface(self, name: str, subnet: str, at: IPv4Address | None) -> Interface:
        assert at is not None
        return Interface(self.points[name].groups, self.subnets[subnet], at)

    def _pair(
        self, w: Witness, found: re.Match[str], source: IPv4Address | None, to: IPv4Address | None, packet: Packet
    ) -> bool:
        one, other = self._interface(w.source, found[1], source), self._interface(w.destination, found[2], to)
        return self.network.send(one, other, packet).arrived

    def _arriving(
        self, w: Witness, found: re.Match[str], source: IPv4Address | None, to: IPv4Address | None, packet: Packet
    ) -> bool:
        assert source is not None
        receiver = self._interface(w.destination, found[1], to)
        return any(
            self.network.receive(Outside(source, service), w.through[-1], receiver, packet).arrived
            for service in (None, *self.comparison.services)
        )

    def _leaving(
        self, w: Witness, found: re.Match[str], source: IPv4Address | None, to: IPv4Address | None, packet: Packet
    ) -> bool:
        assert to is not None
        sender = self._interface(w.source, found[1], source)
        return any(
            self.network.send(sender, Outside(to, service), packet).exits
            for service in (None, *self.comparison.services)
        )

    def _missing(
        self, w: Witness, found: re.Match[str], source: IPv4Address | None, to: IPv4Address | None, packet: Packet
    ) -> bool:
        """Refused from some ephemeral port, there or back."""
        assert source is not None
        assert to is not None
        one = self._interface(w.source, self._subnet(source), source)
        other = self._interface(w.destination, self._subnet(to), to)
        return any(
            not self.network.send(one, other, Packet(packet.protocol, client, packet.port)).answered
            for client in self.comparison.edges.replies[packet.protocol]
        )

    def _subnet(self, at: IPv4Address) -> str:
        """Name of the subnet that has an address."""
        for resource in self.network.graph.of_type(listing.SUBNET):
            span = listing.range_of(resource.inputs.get("cidrBlock"))
            if span.low <= int(at) <= span.high:
                return resource.name
        raise AssertionError(f"{at} is in no subnet")

    def _rule(
        self, w: Witness, found: re.Match[str], source: IPv4Address | None, to: IPv4Address | None, packet: Packet
    ) -> bool:
        """The one rule that is named admits the packet, whatever else holds it back."""
        egress = found[1] != "would take from"
        remote = to if egress else source
        for point in self.points.values():
            for group in point.groups:
                for rule in self.network.rules(group, egress):
                    near = rule.range is None or remote is None or rule.range.low <= int(remote) <= rule.range.high
                    if (
                        rule.urn == w.through[0]
                        and near
                        and self.network.fits(rule.protocol, rule.first, rule.last, packet)
                    ):
                        return True
        return False

    def _acl(
        self, w: Witness, found: re.Match[str], source: IPv4Address | None, to: IPv4Address | None, packet: Packet
    ) -> bool:
        egress = found[2] == "out to"
        remote = to if egress else source
        assert remote is not None
        return self.network.acl_allows(self.subnets[found[1]], egress, remote, packet)

    def _route(
        self, w: Witness, found: re.Match[str], source: IPv4Address | None, to: IPv4Address | None, packet: Packet
    ) -> bool:
        assert to is not None
        routes = [
            route
            for service in (None, *self.comparison.services)
            for route in self.network.routes(self.subnets[found[1]], to, service)
        ]
        return any(route.kind != "local" for route in routes)
