"""What security groups and network ACLs let through, as sets.

Security groups are stateful: an answer to an admitted connection passes whatever the rules [VPC User Guide, "Security
groups"]; all rules of all groups of an interface are taken together; a rule that names a group stands for the private
addresses of the interfaces that have it. Network ACLs are stateless and are evaluated when traffic enters or leaves a
subnet, not inside it; the lowest number that matches decides, and what matches no rule is denied [VPC User Guide,
"Network ACL basics"].
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from zt_ai.verify.aws.spaces import Spaces
from zt_ai.verify.aws.world import Rule, World
from zt_ai.verify.space import atoms


class AclLayer:
    """Network ACLs. `egress` is the direction seen from the subnet; `remote` are addresses of the other side."""

    def __init__(self, world: World, spaces: Spaces) -> None:
        self._world, self._spaces = world, spaces
        self._one: dict[tuple[str, bool, int], int] = {}
        self._some: dict[tuple[str, bool, int], int] = {}
        self._every: dict[tuple[str, bool, int], int] = {}
        self._entries: dict[tuple[str, bool], list[tuple[int, int, bool, str]]] = {}

    def _compiled(self, nacl: str, egress: bool) -> list[tuple[int, int, bool, str]]:
        found = self._entries.get((nacl, egress))
        if found is None:
            found = self._entries[nacl, egress] = [
                (self._spaces.network(entry.cidr), self._spaces.of(entry.services), entry.allow, entry.urn)
                for entry in self._world.nacls[nacl].entries
                if entry.egress is egress and entry.cidr is not None
            ]
        return found

    def at(self, nacl: str, egress: bool, remote: int) -> int:
        """Services allowed to or from one class of addresses."""
        key = (nacl, egress, remote)
        allowed = self._one.get(key)
        if allowed is None:
            allowed, undecided = 0, self._spaces.services.everything
            for addresses, services, allow, _ in self._compiled(nacl, egress):
                if addresses & remote:
                    if allow:
                        allowed |= services & undecided
                    undecided &= ~services
            self._one[key] = allowed
        return allowed

    def some(self, nacl: str, egress: bool, remote: int) -> int:
        """Services allowed to or from at least one of the addresses."""
        key = (nacl, egress, remote)
        allowed = self._some.get(key)
        if allowed is None:
            allowed = 0
            for atom in atoms(remote):
                allowed |= self.at(nacl, egress, atom)
            self._some[key] = allowed
        return allowed

    def every(self, nacl: str, egress: bool, remote: int) -> int:
        """Services allowed to or from every one of the addresses; of no addresses, all."""
        key = (nacl, egress, remote)
        allowed = self._every.get(key)
        if allowed is None:
            allowed = self._spaces.services.everything
            for atom in atoms(remote):
                allowed &= self.at(nacl, egress, atom)
            self._every[key] = allowed
        return allowed

    def deciding(self, nacl: str, egress: bool, remote: int, service: int) -> tuple[str, ...]:
        """URN of the entry that decides for one address class and one service class; the ACL itself where none
        matches."""
        for addresses, services, _, urn in self._compiled(nacl, egress):
            if addresses & remote and services & service:
                return (urn or self._world.nacls[nacl].urn or nacl,)
        return (self._world.nacls[nacl].urn or nacl,)


@dataclass(slots=True)
class Side:
    """One direction of a set of groups: services by peer."""

    groups: dict[str, int] = field(default_factory=dict)
    networks: dict[int, int] = field(default_factory=dict)  # address set -> services
    lists: dict[str, int] = field(default_factory=dict)  # AWS-managed prefix list -> services

    def network(self, remote: int) -> int:
        """Services that address rules admit for at least one of the addresses."""
        found = 0
        for addresses, services in self.networks.items():
            if addresses & remote:
                found |= services
        return found

    def group(self, keys: Iterable[str]) -> int:
        """Services that rules naming one of the groups admit."""
        found = 0
        for key in keys:
            found |= self.groups.get(key, 0)
        return found

    @property
    def reach(self) -> int:
        """All addresses that some address rule names."""
        found = 0
        for addresses in self.networks:
            found |= addresses
        return found


@dataclass(slots=True)
class Filter:
    """The rules of a set of security groups taken together."""

    egress: Side = field(default_factory=Side)
    ingress: Side = field(default_factory=Side)


def open_filter(spaces: Spaces) -> Filter:
    """No filter at all."""
    everything = {spaces.addresses.everything: spaces.services.everything}
    return Filter(Side(networks=dict(everything)), Side(networks=dict(everything)))


def group_filter(world: World, spaces: Spaces, groups: Iterable[str]) -> Filter:
    """The rules of some groups. A prefix list that nobody can see is taken as every address (and is a gap of the
    claims)."""
    made = Filter()
    for rule in (rule for key in groups for rule in world.groups[key].rules):
        side, services = (made.egress if rule.egress else made.ingress), spaces.of(rule.services)
        if rule.peer.kind == "group":
            side.groups[rule.peer.key] = side.groups.get(rule.peer.key, 0) | services
        elif rule.peer.kind == "ipv4":
            _admit(side, spaces.network(IPv4Network(rule.peer.key)), services)
        elif rule.peer.kind == "prefix-list":
            listed = world.prefix_lists.get(rule.peer.key)
            if listed is not None and listed.aws_managed:
                side.lists[rule.peer.key] = side.lists.get(rule.peer.key, 0) | services
            elif listed is not None and listed.cidrs is not None:
                for cidr in listed.cidrs:
                    _admit(side, spaces.network(cidr), services)
            else:
                _admit(side, spaces.addresses.everything, services)
    return made


def _admit(side: Side, addresses: int, services: int) -> None:
    side.networks[addresses] = side.networks.get(addresses, 0) | services


def admitting(
    world: World, spaces: Spaces, groups: Iterable[str], egress: bool, peers: Iterable[str], remote: int, service: int
) -> tuple[Rule, ...]:
    """The rules of some groups that admit a service to or from a peer, known by its groups or by its addresses."""
    named, found = set(peers), []
    for rule in (rule for key in groups for rule in world.groups[key].rules if rule.egress is egress):
        if not spaces.of(rule.services) & service:
            continue
        listed = world.prefix_lists.get(rule.peer.key) if rule.peer.kind == "prefix-list" else None
        if (
            (rule.peer.kind == "group" and rule.peer.key in named)
            or (rule.peer.kind == "ipv4" and spaces.network(IPv4Network(rule.peer.key)) & remote)
            or (listed is not None and any(spaces.network(cidr) & remote for cidr in listed.cidrs or ()))
            or (rule.peer.kind == "prefix-list" and rule.peer.key in named)
        ):
            found.append(rule)
    return tuple(found)
