"""Rules of the network ACLs, synthesised from the intent. Pure.

A network ACL is the coarse second fence around a zone: it knows address ranges, not workloads, and keeps no state, so
for every connection it needs the ports asked for in one direction and the ephemeral ports in the other [VPC User Guide,
"Custom network ACLs for your VPC", "Ephemeral ports": 1024-65535 covers every client]. It has four layers, in this
order:

1. connections asked for by the specification, one rule for each peer and port range;
2. their answers;
3. a denial of the whole range of the VPC (and of all private ranges where the VPC is shared with others), so that 4
   stays outside;
4. HTTPS to addresses outside the VPC and its answers, only for zones that use a gateway endpoint or hold the egress
   proxy (a network ACL cannot name a prefix list [VPC User Guide, "Gateway endpoints for Amazon S3"]).

What no rule allows is denied. DNS to the VPC's resolver passes unfiltered [VPC User Guide, "Network ACL basics"]: DNS
Firewall closes it.

A rule's number is part of its identity (changing it replaces the rule), so it is found from what the rule says and not
from its place in a list: a new rule leaves the numbers of the others alone, except for the rare pair that falls on one
number.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

EPHEMERAL = (1024, 65535)
ANYWHERE = "0.0.0.0/0"
PRIVATE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")  # RFC 1918 and RFC 6598


class Layer(StrEnum):
    """The layers of a network ACL; each has a band of rule numbers. AWS takes 1 to 32766."""

    REQUEST = "request"
    RETURN = "return"
    CLOSED = "closed"
    OUTSIDE = "outside"
    OUTSIDE_RETURN = "outside-return"


# First number and size of each band.
_BANDS = {
    Layer.REQUEST: (100, 19_900),
    Layer.RETURN: (20_000, 10_000),
    Layer.CLOSED: (31_000, 500),
    Layer.OUTSIDE: (32_000, 100),
    Layer.OUTSIDE_RETURN: (32_100, 100),
}


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """Traffic that a network ACL lets through (or, in layer CLOSED, stops)."""

    layer: Layer
    egress: bool
    peer: str  # zone, network or `endpoints`: what the range is called in resource names
    cidr: str
    protocol: str  # "tcp", "udp", or "-1" for all
    first: int = 0
    last: int = 65535

    @property
    def allows(self) -> bool:
        """Layer CLOSED denies, the others allow."""
        return self.layer is not Layer.CLOSED

    @property
    def name(self) -> str:
        """What the rule is about, unique in its ACL and independent of all other rules."""
        way = "out" if self.egress else "in"
        ports = "all" if self.protocol == "-1" else f"{self.protocol}-{self.first}-{self.last}"
        return f"{way}.{self.layer.value}.{self.peer}.{self.cidr.replace('/', '-')}.{ports}"


@dataclass(frozen=True, slots=True)
class AclRule:
    """A numbered rule."""

    number: int
    passage: Passage


def numbered(passages: Iterable[Passage]) -> tuple[AclRule, ...]:
    """Give every passage its number: unique for each direction, and found from the passage itself.

    Two passages that fall on one number (once in some thousands of pairs) are told apart by their order; nothing else
    moves.
    """
    rules: list[AclRule] = []
    taken: set[tuple[bool, int]] = set()
    for passage in sorted(set(passages)):
        first, size = _BANDS[passage.layer]
        offset = home(passage) - first
        while (passage.egress, first + offset) in taken:
            offset = (offset + 1) % size
        taken.add((passage.egress, first + offset))
        rules.append(AclRule(first + offset, passage))
    return tuple(rules)


def home(passage: Passage) -> int:
    """The number a passage has when no other one falls on it."""
    first, size = _BANDS[passage.layer]
    said = f"{passage.peer}|{passage.cidr}|{passage.protocol}|{passage.first}|{passage.last}"
    return first + int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big") % size


def fit(passages: Iterable[Passage], quota: int) -> tuple[Passage, ...]:
    """Merge passages, one direction at a time and only where it is over the quota; what passes stays exactly the same.

    The result may still be over the quota: then no exact merge is left (see `zt_ai.aws.plan.limits`).
    """
    result: list[Passage] = []
    every = set(passages)
    for egress in (False, True):
        side = {p for p in every if p.egress is egress}
        result += sorted(side if len(side) <= quota else _merged(side))
    return tuple(result)


def _merged(passages: Iterable[Passage]) -> list[Passage]:
    """Unite port ranges that touch or overlap, for each peer; requests and answers are one where both are allowed."""
    ranges: dict[tuple[str, str, str, Layer], list[Passage]] = {}
    result: list[Passage] = []
    for passage in passages:
        if passage.layer in (Layer.REQUEST, Layer.RETURN):
            # Both layers allow, and nothing lies between them: joining them moves no packet.
            ranges.setdefault((passage.peer, passage.cidr, passage.protocol, Layer.REQUEST), []).append(passage)
        else:
            result.append(passage)
    for found in ranges.values():
        united: list[Passage] = []
        for passage in sorted(found, key=lambda p: (p.first, p.last)):
            if united and passage.first <= united[-1].last + 1:
                layer = Layer.RETURN if Layer.RETURN in (passage.layer, united[-1].layer) else Layer.REQUEST
                united[-1] = replace(united[-1], layer=layer, last=max(united[-1].last, passage.last))
            else:
                united.append(passage)
        result += united
    return result


def connection(
    peer: str, cidr: str, protocol: str, first: int, last: int, *, outbound: bool
) -> tuple[Passage, Passage]:
    """The passages of one connection as the subnet at one end sees it: the request, and the answer the other way."""
    request = Passage(Layer.REQUEST, outbound, peer, cidr, protocol, first, last)
    return request, Passage(Layer.RETURN, not outbound, peer, cidr, protocol, *EPHEMERAL)


def outside() -> tuple[Passage, Passage]:
    """HTTPS to addresses outside the VPC, and its answers."""
    return (
        Passage(Layer.OUTSIDE, True, "outside", ANYWHERE, "tcp", 443, 443),
        Passage(Layer.OUTSIDE_RETURN, False, "outside", ANYWHERE, "tcp", *EPHEMERAL),
    )


def closed(ranges: Iterable[str]) -> tuple[Passage, ...]:
    """The denials that keep `outside` outside, both ways."""
    return tuple(Passage(Layer.CLOSED, way, "inside", cidr, "-1") for cidr in ranges for way in (False, True))


def permits(rules: Iterable[AclRule], *, egress: bool, address: str, protocol: str, port: int) -> bool:
    """What AWS decides for a packet: the first matching rule, else denied [VPC User Guide, "Network ACL rules"]."""
    peer = ipaddress.IPv4Address(address)
    for rule in sorted(rules, key=lambda r: r.number):
        p = rule.passage
        if p.egress is not egress or peer not in ipaddress.IPv4Network(p.cidr):
            continue
        if p.protocol == "-1" or (p.protocol == protocol and p.first <= port <= p.last):
            return p.allows
    return False


Acls = Mapping[str, tuple[AclRule, ...]]
"""Rules by the key of the segment (`Segment.key`)."""
