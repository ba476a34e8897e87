"""Security groups and their rules, synthesised from the intent. Pure.

Every workload has a group of its own, and a rule names one peer and one port range. Both ends of an access have a rule:
the source may send, the destination may receive. Security groups keep state, so answers need none [VPC User Guide,
"Security group rules"]. AWS refuses a second rule that says the same (`InvalidPermission.Duplicate`), so an access that
two clauses ask for is one rule that names both; and a rule is named by what it says, so that renaming a flow updates it
in place (a new name would be created before the old one is deleted, and refused).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from zt_ai.aws.plan.acl_rules import ANYWHERE
from zt_ai.aws.plan.service_actions import endpoints
from zt_ai.aws.plan.zone_acls import FRONT_CLAUSE, GATEWAY_ENDPOINTS
from zt_ai.intent.model import EGRESS_PROXY, PROXY_HEALTH_PORT, Access, Clause, Intent, Party, Ports


class GroupRole(StrEnum):
    """What a security group stands for; the value of its tag `zt-ai:role`."""

    WORKLOAD = "workload"
    FRONT = "front"  # the load balancer in front of a workload
    ENDPOINT = "endpoint"  # an interface endpoint


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """A security group by meaning: the group of workload, front or endpoint `name`."""

    role: GroupRole
    name: str

    def __str__(self) -> str:
        return f"{self.role.value}.{self.name}"


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """An address range as the peer of a rule."""

    cidr: str

    def __str__(self) -> str:
        return f"cidr.{self.cidr.replace('/', '-')}"


@dataclass(frozen=True, slots=True, order=True)
class PrefixList:
    """The prefix list of a gateway endpoint as the peer of a rule."""

    service: str

    def __str__(self) -> str:
        return f"prefix-list.{self.service}"


@dataclass(frozen=True, slots=True)
class GroupRule:
    """One rule: `group` may send to (egress) or receive from (ingress) `peer` on `ports`."""

    group: Group
    egress: bool
    peer: Group | Range | PrefixList
    ports: Ports
    clauses: tuple[Clause, ...] = ()  # sorted; at least one

    @property
    def name(self) -> str:
        """What the rule says, in words that no other rule shares: names contain no dots, so no two rules read alike."""
        span = f"{self.ports.protocol}-{self.ports.first}" + (
            f"-{self.ports.last}" if self.ports.last > self.ports.first else ""
        )
        return f"{self.group}.{'egress' if self.egress else 'ingress'}.{self.peer}.{span}"


HEALTH = Clause(FRONT_CLAUSE, "the load balancer asks the egress proxy whether it is well")
_HEALTH_PORTS = (Ports("tcp", PROXY_HEALTH_PORT, PROXY_HEALTH_PORT),)


def group_rules(intent: Intent) -> dict[Group, tuple[GroupRule, ...]]:
    """Rules of every group: of all workloads (with or without rules), of the proxy's front, and of the endpoints used.

    Rules are in the order of their names.
    """
    found: dict[tuple[Group, bool, Group | Range | PrefixList, Ports], set[Clause]] = {}
    groups = {_workload(name) for name in intent.workloads}
    for access in intent.accesses:
        for sender, receiver, ports in _links(intent, access):
            for port in ports:
                if isinstance(sender, Group):
                    groups.add(sender)
                    found.setdefault((sender, True, receiver, port), set()).add(access.clause)
                if isinstance(receiver, Group):
                    groups.add(receiver)
                    found.setdefault((receiver, False, sender, port), set()).add(access.clause)
    front, proxy = Group(GroupRole.FRONT, EGRESS_PROXY), _workload(EGRESS_PROXY)
    if front in groups:
        for port in _HEALTH_PORTS:
            found.setdefault((front, True, proxy, port), set()).add(HEALTH)
            found.setdefault((proxy, False, front, port), set()).add(HEALTH)
    rules: dict[Group, list[GroupRule]] = {group: [] for group in sorted(groups)}
    for (group, egress, peer, port), clauses in found.items():
        rules[group].append(GroupRule(group, egress, peer, port, tuple(sorted(clauses, key=lambda c: c.id))))
    return {group: tuple(sorted(said, key=lambda r: r.name)) for group, said in rules.items()}


Link = tuple[Group | Range, Group | Range | PrefixList, tuple[Ports, ...]]


def _links(intent: Intent, access: Access) -> Iterable[Link]:
    """The hops of one access, each from a sender to a receiver."""
    senders: list[Group | Range]
    if access.source_party is Party.NETWORK:
        senders = [Range(cidr) for cidr in intent.networks[access.source].cidrs]
    else:
        senders = [_workload(access.source)]
    if access.destination_party is Party.PROVIDER:
        # Which names may be reached behind these addresses is said by Network Firewall and DNS Firewall.
        return [(sender, Range(ANYWHERE), access.ports) for sender in senders]
    if access.destination_party is Party.SERVICE:
        peers = [
            PrefixList(e) if e in GATEWAY_ENDPOINTS else Group(GroupRole.ENDPOINT, e)
            for e in endpoints(intent.services[access.destination].kind)
        ]
        return [(sender, peer, access.ports) for sender in senders for peer in peers]
    if access.destination == EGRESS_PROXY:
        front = Group(GroupRole.FRONT, EGRESS_PROXY)
        return [*((sender, front, access.ports) for sender in senders), (front, _workload(EGRESS_PROXY), access.ports)]
    return [(sender, _workload(access.destination), access.ports) for sender in senders]


def _workload(name: str) -> Group:
    return Group(GroupRole.WORKLOAD, name)


# Characters of a rule description [EC2 API Reference, "IpRange", Description]; at most 255 of them.
_FOREIGN = re.compile(r"[^a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]+")


def description(clauses: Iterable[Clause]) -> str:
    """Description of a rule: the clauses and the first one's reason. A rule's description can change in place."""
    said = tuple(clauses)
    text = f"{', '.join(clause.id for clause in said)}: {said[0].reason}" if said else ""
    return " ".join(_FOREIGN.sub(" ", text).split())[:255].rstrip()
