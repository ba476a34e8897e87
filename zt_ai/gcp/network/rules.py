"""Rules of the network firewall policy, synthesised from the intent. Pure.

A rule's target is an identity, its service account; but an egress rule knows the other end by addresses only, and an
ingress rule of a firewall policy knows it by addresses or by secure tags, not by service account [Cloud NGFW, "Firewall
policy rule components": sources and destinations]. So a connection between two workloads has two rules that together
give exactly the pair:

- out: the source's identity may send to the destination's zone, on the destination's ports;
- in: what carries the source's secure tag may reach the destination's identity, on the same ports.

Secure tags are governed by IAM like service accounts; network tags, which anybody may set who can edit an instance,
occur in no rule. What no rule allows is denied by explicit rules at the end, both ways: the implied rules of every
network would let everything out [VPC, "VPC firewall rules": implied rules].

A rule is identified by its priority, so the priority is found from what the rule says and not from its place in a list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from zt_ai.gcp.naming import CLAUSE, ROLE, MarksTooLongError, described
from zt_ai.gcp.network.layout import Layout
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

RESTRICTED_VIP = "199.36.153.4/30"
"""Addresses of restricted.googleapis.com [VPC, "Configure Private Google Access": only APIs that VPC Service Controls
can protect are reached there]."""
HEALTH_CHECKS = ("130.211.0.0/22", "35.191.0.0/16")
"""Where health checks of internal load balancers come from [Cloud Load Balancing, "Probe IP ranges and firewall
rules"]."""
HTTPS = ("tcp", "443")
FIRST_ALLOW, ALLOWS = 1_000_000, 1_000_000_000
# Google's own rules that hand over to the next level are at 2147483644 and below [Cloud NGFW, "Predefined rules"].
FIRST_DENY = 2_000_000_000
MOST_TARGETS, MOST_TAGS = 10, 256
"""Target service accounts and source tags of one rule [Cloud NGFW, "Quotas": limits per firewall policy rule]."""

RULE_DESCRIPTION_LIMIT = 2048  # characters

Direction = Literal["EGRESS", "INGRESS"]
PortRange = tuple[str, str]  # protocol, and "8443", "8000-8010" or "" for all


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the policy. Without targets it applies to every interface of the network."""

    name: str
    direction: Direction
    why: str
    priority: int = 0
    allows: bool = True
    targets: tuple[str, ...] = ()  # workloads, by their service accounts
    source_tags: tuple[str, ...] = ()  # workloads, by their secure tags
    source_ranges: tuple[str, ...] = ()
    destination_ranges: tuple[str, ...] = ()
    destination_names: tuple[str, ...] = ()
    ports: tuple[PortRange, ...] = ()
    clauses: tuple[str, ...] = field(default=())

    @property
    def description(self) -> str:
        """Why it is there, and the clauses that ask for it.

        Raises:
            MarksTooLongError: the clauses do not fit.
        """
        return described(self.why, {CLAUSE: self.clauses} if self.clauses else {ROLE: "closed"}, RULE_DESCRIPTION_LIMIT)

    @property
    def attributes(self) -> int:
        """What it counts against the policy's quota [Cloud NGFW, "Quotas": rule attributes]."""
        peers = len(self.source_ranges) + len(self.destination_ranges) + len(self.destination_names)
        peers += len(self.source_tags) + len(self.targets)
        return peers + sum(2 if ports else 1 for _, ports in self.ports)


def firewall_rules(intent: Intent, layout: Layout, quota: int) -> tuple[Rule, ...]:
    """Every rule of a specification, with priorities. `quota` is the number of attributes that a policy may have; the
    result may still be over it: then no exact merge is left (see `zt_ai.gcp.limits`)."""
    closed = closing()
    return (*numbered(fit(_allows(intent, layout), quota - attributes(closed))), *closed)


def attributes(rules: Iterable[Rule]) -> int:
    """What rules count against the quota together."""
    return sum(rule.attributes for rule in rules)


def fit(rules: Iterable[Rule], quota: int) -> tuple[Rule, ...]:
    """Merge rules only where they are over the quota; what passes stays exactly the same.

    Rules that differ in their targets alone become one for all of these, and so do those that differ in their sources
    alone: each is a union on one side with the other side unchanged.
    """
    found = tuple(rules)
    if attributes(found) <= quota:
        return found
    merged = _merged(found, "targets", MOST_TARGETS, lambda r: (r.source_tags, r.source_ranges))
    if attributes(merged) > quota:
        merged = _merged(merged, "source_tags", MOST_TAGS, lambda r: (r.targets, r.source_ranges))
    return merged


def _merged(
    rules: Iterable[Rule], side: Literal["targets", "source_tags"], most: int, other: Callable[[Rule], object]
) -> tuple[Rule, ...]:
    alike: dict[object, list[Rule]] = {}
    result: list[Rule] = []
    for rule in rules:
        if getattr(rule, side):
            key = (rule.direction, other(rule), rule.destination_ranges, rule.destination_names, rule.ports)
            alike.setdefault(key, []).append(rule)
        else:
            result.append(rule)
    for same in alike.values():
        for first in range(0, len(same), most):
            result += _joined(same[first : first + most], side)
    return tuple(result)


def _joined(part: list[Rule], side: Literal["targets", "source_tags"]) -> list[Rule]:
    """One rule for several; halves of them where their clauses together fit no description."""
    values = tuple(dict.fromkeys(value for rule in part for value in getattr(rule, side)))
    clauses = tuple(dict.fromkeys(clause for rule in part for clause in rule.clauses))
    name = part[0].name if len(part) == 1 else f"merged.{_digest(rule.name for rule in part)}"
    changed: dict[str, Any] = {"name": name, "clauses": clauses, side: values}
    whole, half = replace(part[0], **changed), len(part) // 2
    if half and not _describable(whole):
        return [*_joined(part[:half], side), *_joined(part[half:], side)]
    return [whole]


def _describable(rule: Rule) -> bool:
    try:
        return bool(rule.description)
    except MarksTooLongError:
        return False


def _digest(names: Iterable[str]) -> str:
    return hashlib.sha256("|".join(sorted(names)).encode()).hexdigest()[:16]


def closing() -> tuple[Rule, ...]:
    """The denials at the end, for IPv4 and IPv6 both ways."""
    ways: tuple[tuple[Direction, str, str], ...] = (
        ("EGRESS", "0.0.0.0/0", "out-ipv4"),
        ("EGRESS", "::/0", "out-ipv6"),
        ("INGRESS", "0.0.0.0/0", "in-ipv4"),
        ("INGRESS", "::/0", "in-ipv6"),
    )
    return tuple(
        Rule(
            f"closed.{name}",
            direction,
            "What no flow allows is denied",
            FIRST_DENY + index,
            allows=False,
            source_ranges=(everything,) if direction == "INGRESS" else (),
            destination_ranges=(everything,) if direction == "EGRESS" else (),
            ports=(("all", ""),),
        )
        for index, (direction, everything, name) in enumerate(ways)
    )


def numbered(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Give every rule its priority, found from its name: a new rule leaves those of the others alone, except for the
    rare pair (one in a billion) that falls on one number."""
    result: list[Rule] = []
    taken: set[int] = set()
    for rule in sorted(rules, key=lambda r: r.name):
        offset = int.from_bytes(hashlib.sha256(rule.name.encode()).digest()[:8], "big") % ALLOWS
        while offset in taken:
            offset = (offset + 1) % ALLOWS
        taken.add(offset)
        result.append(replace(rule, priority=FIRST_ALLOW + offset))
    return tuple(result)


def _allows(intent: Intent, layout: Layout) -> list[Rule]:
    rules: list[Rule] = []
    pairs: dict[tuple[Party, str, str], list[Access]] = {}
    for access in intent.accesses:
        if access.destination_party is Party.WORKLOAD:
            pairs.setdefault((access.source_party, access.source, access.destination), []).append(access)
    for (party, source, destination), accesses in pairs.items():
        rules += _pair(intent, layout, party, source, destination, accesses)
    rules += _google_apis(intent)
    rules += _providers(intent)
    if any(access.destination == EGRESS_PROXY for access in intent.accesses):
        rules.append(
            Rule(
                f"health-checks.{EGRESS_PROXY}.in",
                "INGRESS",
                "The load balancer asks whether the proxy is ready",
                targets=(EGRESS_PROXY,),
                source_ranges=HEALTH_CHECKS,
                ports=(("tcp", str(PROXY_HEALTH_PORT)),),
                clauses=_clauses(a for a in intent.accesses if a.destination == EGRESS_PROXY),
            )
        )
    return rules


def _pair(
    intent: Intent, layout: Layout, party: Party, source: str, destination: str, accesses: list[Access]
) -> Iterable[Rule]:
    ports, clauses = _ports(p for a in accesses for p in a.ports), _clauses(accesses)
    why = accesses[0].clause.reason
    zone = layout.subnets[intent.workloads[destination].zone].cidr
    if party is Party.NETWORK:
        ranges = tuple(sorted(intent.networks[source].cidrs))
        yield Rule(
            f"{source}.{destination}.in",
            "INGRESS",
            why,
            targets=(destination,),
            source_ranges=ranges,
            ports=ports,
            clauses=clauses,
        )
        return
    yield Rule(
        f"{source}.{destination}.out",
        "EGRESS",
        why,
        targets=(source,),
        destination_ranges=(zone,),
        ports=ports,
        clauses=clauses,
    )
    yield Rule(
        f"{source}.{destination}.in",
        "INGRESS",
        why,
        targets=(destination,),
        source_tags=(source,),
        ports=ports,
        clauses=clauses,
    )


def _google_apis(intent: Intent) -> Iterable[Rule]:
    """Each workload that uses a managed service may reach the restricted addresses. Which service it may use there is
    for IAM and the perimeters to say: all of them share these addresses."""
    users: dict[str, list[Access]] = {}
    for access in intent.accesses:
        if access.destination_party is Party.SERVICE:
            users.setdefault(access.source, []).append(access)
    for workload, accesses in users.items():
        services = ", ".join(dict.fromkeys(a.destination for a in accesses))
        yield Rule(
            f"{workload}.google-apis.out",
            "EGRESS",
            f"Uses {services}",
            targets=(workload,),
            destination_ranges=(RESTRICTED_VIP,),
            ports=(HTTPS,),
            clauses=_clauses(accesses),
        )


def _providers(intent: Intent) -> Iterable[Rule]:
    called: dict[str, list[Access]] = {}
    for access in intent.accesses:
        if access.destination_party is Party.PROVIDER:
            called.setdefault(access.destination, []).append(access)
    for provider, accesses in called.items():
        yield Rule(
            f"{EGRESS_PROXY}.{provider}.out",
            "EGRESS",
            f"Calls provider {provider}",
            targets=(EGRESS_PROXY,),
            destination_names=tuple(sorted(intent.providers[provider].domains)),
            ports=_ports(p for a in accesses for p in a.ports),
            clauses=_clauses(accesses),
        )


def _ports(ports: Iterable[Ports]) -> tuple[PortRange, ...]:
    return tuple((p.protocol, str(p.first) if p.first == p.last else f"{p.first}-{p.last}") for p in sorted(set(ports)))


def _clauses(accesses: Iterable[Access]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(access.clause.id for access in accesses))


ENTRANCES = (PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT)
"""Ports on which the proxy is called."""
