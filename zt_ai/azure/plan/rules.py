"""Rules of the network security groups, synthesised from the intent. Pure.

Each subnet has one group. A connection needs two rules: one that lets it out of the sender's subnet and one that lets
it into the receiver's, also when both are the same subnet, because Azure asks the groups at both ends. Both name the
workloads by their application security groups, so addresses decide nothing. Below all of them each direction ends in a
denial of everything, because the rules that Azure adds by itself let the whole network and everything that is peered
with it in and out, and the internet out [Azure documentation, "Network security groups": "Default security rules"].

A rule is named by its clause, the two ends and the direction; its priority is found from its name. All rules that allow
lie above the two that deny, so among themselves their order means nothing.

Three ends are no workload:

- the proxy's front, the address of its load balancer: what leaves a caller's interface is addressed to the front, and
  what arrives at a machine behind it has the caller's own address as its source and the machine's as its destination
  [Azure documentation, "Network security groups": "Load balancers: the source port and address range are from the
  originating computer, not the load balancer. The destination port and address range are for the destination
  computer"];
- private endpoints, which carry an application security group like any interface and ask the group of their subnet
  where its network policies are enabled [Azure documentation, "Manage network policies for private endpoints"];
- whatever lies outside: a network's ranges, the internet, the probes of the load balancer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from zt_ai.azure.naming import mark, shorten
from zt_ai.azure.plan.accounts import Account, account_of
from zt_ai.azure.plan.layout import Layout, Segment, SubnetRole
from zt_ai.intent.model import EGRESS_PROXY, PROXY_HEALTH_PORT, Access, Clause, Intent, Party, Ports

# Priorities that users may give are 100 to 4096 [Azure documentation, "Network security groups": "Security rules"].
FIRST, LAST = 100, 4096
_ALLOWS = LAST - FIRST - 96  # the last hundred stay free for what somebody must add in an emergency
INTERNET = "Internet"  # service tag: everything outside the network and what is peered with it
PROBES = "AzureLoadBalancer"  # service tag: where health probes come from
FRONT = Clause("implied:front", "the load balancer asks the egress proxy whether it is well")
CONSUMERS = Clause("implied:private-link", "other networks consume the egress proxy through its Private Link service")
CLOSED = "closed"


class GroupRole(StrEnum):
    """What an application security group stands for; the value of its tag `zt-ai:role`."""

    WORKLOAD = "workload"
    ENDPOINT = "endpoint"  # the private endpoint of an account


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """An application security group by meaning: that of the workload or account `name`."""

    role: GroupRole
    name: str

    def __str__(self) -> str:
        return self.name if self.role is GroupRole.WORKLOAD else f"endpoint-{self.name}"


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Addresses as one end of a rule: prefixes, or one service tag. `name` is what they are called in rule names."""

    name: str
    prefixes: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


End = Group | Range


@dataclass(frozen=True, slots=True)
class SecurityRule:
    """One rule of the network security group of the subnet `segment`."""

    segment: str
    inbound: bool
    source: End
    destination: End
    protocol: str  # "Tcp", "Udp", or "*"
    ports: tuple[str, ...]  # "443", "8000-8010", or "*"
    priority: int
    clauses: tuple[Clause, ...] = ()  # none: the closing denial

    @property
    def allow(self) -> bool:
        """Only what a clause asks for is allowed."""
        return bool(self.clauses)

    @property
    def name(self) -> str:
        """Name on Azure, unique in its group; at most 80 characters."""
        way = "in" if self.inbound else "out"
        if not self.clauses:
            return f"{CLOSED}-{way}"
        protocol = "" if self.protocol == "Tcp" else f".{self.protocol.lower()}"
        kind, _, clause = self.clauses[0].id.partition(":")
        asked = clause if kind == "flow" else f"{kind}-{clause}"
        return shorten(f"{asked}.{way}.{self.source}.{self.destination}{protocol}", 80)

    @property
    def description(self) -> str:
        """The clause's reason, and its mark."""
        if not self.clauses:
            return "What no rule above allows is denied."
        return mark(self.clauses[0].reason, clause=self.clauses[0].id)


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules by segment, in the order of their names, and every application security group that must exist."""

    by_segment: Mapping[str, tuple[SecurityRule, ...]]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    segment: Segment
    inbound: bool
    source: End
    destination: End
    ports: tuple[Ports, ...]
    clause: Clause


def security_rules(intent: Intent, layout: Layout, accounts: tuple[Account, ...]) -> Rules:
    """Every rule of every network security group."""
    groups = {Group(GroupRole.WORKLOAD, name) for name in intent.workloads}
    groups |= {Group(GroupRole.ENDPOINT, account.key) for account in accounts}
    wanted: list[_Wanted] = []
    for access in intent.accesses:
        wanted += _of_access(intent, layout, accounts, access)
    if any(access.destination == EGRESS_PROXY for access in intent.accesses):
        wanted += _of_proxy(intent, layout)
    found: dict[str, tuple[SecurityRule, ...]] = {}
    for segment in layout.segments:
        if segment.role is SubnetRole.FIREWALL:
            continue  # Azure Firewall's subnet takes no network security group.
        own = [one for w in wanted if w.segment is segment for one in _rules(w)]
        found[segment.key] = (*_with_priorities(own), *_closed(segment.key))
    return Rules(found, tuple(sorted(groups)))


def _of_access(intent: Intent, layout: Layout, accounts: tuple[Account, ...], access: Access) -> Iterable[_Wanted]:
    if access.source_party is Party.NETWORK:
        source: End = Range(access.source, intent.networks[access.source].cidrs)
        leaves = None
    else:
        source = Group(GroupRole.WORKLOAD, access.source)
        leaves = layout.segment(SubnetRole.ZONE, intent.workloads[access.source].zone)
    clause, ports = access.clause, access.ports
    if access.destination_party is Party.PROVIDER:
        # Which names may be reached behind these addresses is said by Azure Firewall.
        return [_Wanted(leaves, False, source, Range("internet", (INTERNET,)), ports, clause)] if leaves else []
    ends: list[
        tuple[Segment, End, End]
    ] = []  # subnet of arrival, what the sender and the receiver call the destination
    if access.destination_party is Party.SERVICE:
        arrives = layout.segment(SubnetRole.ENDPOINTS)
        for account in account_of(accounts, access.destination):
            end = Group(GroupRole.ENDPOINT, account.key)
            ends.append((arrives, end, end))
    else:
        workload = intent.workloads[access.destination]
        arrives, end = layout.segment(SubnetRole.ZONE, workload.zone), Group(GroupRole.WORKLOAD, workload.name)
        ends.append((arrives, front(layout, intent) if workload.name == EGRESS_PROXY else end, end))
    wanted: list[_Wanted] = []
    for arrives, sent_to, received_by in ends:
        if leaves is not None:
            wanted.append(_Wanted(leaves, False, source, sent_to, ports, clause))
        wanted.append(_Wanted(arrives, True, source, received_by, ports, clause))
    return wanted


def _of_proxy(intent: Intent, layout: Layout) -> Iterable[_Wanted]:
    """The probes of the load balancer, and whoever comes through the Private Link service."""
    zone = layout.segment(SubnetRole.ZONE, intent.egress_zone)
    proxy = Group(GroupRole.WORKLOAD, EGRESS_PROXY)
    health = (Ports("tcp", PROXY_HEALTH_PORT, PROXY_HEALTH_PORT),)
    yield _Wanted(zone, True, Range("probes", (PROBES,)), proxy, health, FRONT)
    if layout.has(SubnetRole.CONSUMERS):
        consumers = Range("consumers", (layout.segment(SubnetRole.CONSUMERS, intent.egress_zone).cidr,))
        served = tuple(intent.workloads[EGRESS_PROXY].serves.values())
        yield _Wanted(zone, True, consumers, proxy, served, CONSUMERS)


def front(layout: Layout, intent: Intent) -> Range:
    """The address of the proxy's load balancer: the first one that Azure gives out in the egress zone's subnet."""
    return Range("front", (f"{layout.segment(SubnetRole.ZONE, intent.egress_zone).address(0)}/32",))


def _rules(wanted: _Wanted) -> Iterable[SecurityRule]:
    for protocol in sorted({p.protocol for p in wanted.ports}):
        spans = sorted((p.first, p.last) for p in wanted.ports if p.protocol == protocol)
        ports = tuple(str(a) if a == b else f"{a}-{b}" for a, b in spans)
        yield SecurityRule(
            wanted.segment.key,
            wanted.inbound,
            wanted.source,
            wanted.destination,
            protocol.capitalize(),
            ports,
            0,
            (wanted.clause,),
        )


def _with_priorities(rules: Iterable[SecurityRule]) -> list[SecurityRule]:
    """A priority for each rule, unique for its direction and found from its name.

    Two names that fall on one priority are told apart by their order; nothing else moves.
    """
    result: list[SecurityRule] = []
    taken: set[tuple[bool, int]] = set()
    for rule in sorted(rules, key=lambda r: r.name):
        offset = int.from_bytes(hashlib.sha256(rule.name.encode()).digest()[:8], "big") % _ALLOWS
        while (rule.inbound, offset) in taken:
            offset = (offset + 1) % _ALLOWS
        taken.add((rule.inbound, offset))
        result.append(replace(rule, priority=FIRST + offset))
    return result


def _closed(segment: str) -> tuple[SecurityRule, ...]:
    anything = Range("any", ("*",))
    return tuple(SecurityRule(segment, inbound, anything, anything, "*", ("*",), LAST) for inbound in (True, False))
