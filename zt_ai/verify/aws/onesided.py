"""Rules that admit more than the intent, whatever the other side does.

A connection needs a rule on both sides, so a rule that is too wide is silent until somebody changes the other side.
Every rule of every group of a workload, front or endpoint, and every rule that names such a group, has to be asked for
by itself.
"""

from __future__ import annotations

from ipaddress import IPv4Network

from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.connections import allowed
from zt_ai.verify.aws.expect import Expected
from zt_ai.verify.aws.parties import Party
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.world import Rule
from zt_ai.verify.model import Packet
from zt_ai.verify.space import service_parts


def one_sided(reach: Reach, expected: Expected, found: Collector) -> int:
    """Judge every security group rule by itself; returns how many there are."""
    owners: dict[str, Party] = {}
    for party in reach.roll.parties:
        if party.kind in ("workload", "front", "endpoint"):
            for key in party.groups:
                owners.setdefault(key, party)
    judge = _Judge(reach, expected, found, owners)
    count = 0
    for group in reach.world.groups.values():
        for rule in group.rules:
            count += 1
            judge.rule(rule, owners.get(group.key))
    return count


class _Judge:
    def __init__(self, reach: Reach, expected: Expected, found: Collector, owners: dict[str, Party]) -> None:
        self._reach, self._expected, self._found, self._owners = reach, expected, found, owners
        self._at: dict[str, list[Party]] = {}
        for party in reach.roll.parties:
            if party.kind in ("workload", "front", "endpoint"):
                for subnet in party.subnets:
                    self._at.setdefault(subnet, []).append(party)
        self._hosts = {key: reach.spaces.hosts(subnet) for key, subnet in reach.world.subnets.items()}
        self._inside = 0
        for bits in reach.spaces.inside.values():
            self._inside |= bits

    def rule(self, rule: Rule, owner: Party | None) -> None:
        services = self._reach.spaces.of(rule.services)
        if owner is None:
            peer = self._owners.get(rule.peer.key) if rule.peer.kind == "group" else None
            if peer is not None:
                name = self._reach.world.groups[rule.group].name
                self._tell(rule, f"group {name}", peer.name, services, 0)
            return
        # The answers of an endpoint need no rule, and it opens no connections: its egress rules mean nothing.
        if owner.kind == "endpoint" and rule.egress:
            return
        if rule.peer.kind == "group":
            other = self._owners.get(rule.peer.key)
            if other is None:
                group = self._reach.world.groups.get(rule.peer.key)
                self._tell(rule, owner.name, f"group {group.name if group else rule.peer.key}", services, 0)
            else:
                self._between(rule, owner, other, services, 0)
        elif rule.peer.kind == "ipv6":
            self._tell(rule, owner.name, rule.peer.key, services, 0)
        elif rule.peer.kind == "ipv4":
            self._addresses(rule, owner, services, self._reach.spaces.network(IPv4Network(rule.peer.key)))
        else:
            self._listed(rule, owner, services)

    def _between(self, rule: Rule, owner: Party, other: Party, services: int, addresses: int) -> bool:
        source, destination = (owner, other) if rule.egress else (other, owner)
        extra = services & ~allowed(self._reach, self._expected, source, destination)
        if extra:
            self._tell(rule, owner.name, other.name, extra, addresses)
        return bool(extra)

    def _addresses(self, rule: Rule, owner: Party, services: int, addresses: int) -> None:
        spaces, expected = self._reach.spaces, self._expected
        asked = expected.provider_services(owner.workload) if rule.egress and owner.kind == "workload" else 0
        if rule.egress and any(
            expected.uses(owner.workload, e.service)
            for e in self._reach.world.endpoints.values()
            if e.kind == "Gateway"
        ):
            asked |= spaces.tcp(443) if owner.kind == "workload" else 0
        if not spaces.public & ~addresses and not services & ~asked:
            return  # every public address is needed, and a group rule cannot leave out the VPC's own among them
        if addresses & self._inside:
            for subnet, hosts in self._hosts.items():
                # Addresses of a subnet stand for everybody who may be there, so all of them have to be expected.
                if hosts & addresses and any(
                    self._between(rule, owner, other, services, hosts & addresses) for other in self._at.get(subnet, ())
                ):
                    return
                # A subnet without parties counts too: a NAT gateway in it speaks for others, under its own address.
                if hosts & addresses and not self._at.get(subnet):
                    self._tell(
                        rule, owner.name, f"subnet {self._reach.world.name(subnet)}", services, hosts & addresses
                    )
                    return
        left = addresses & ~self._inside
        for name, bits in spaces.networks.items():
            if bits & left and not rule.egress:
                extra = services & ~expected.services(name, owner.workload)
                if extra:
                    self._tell(rule, owner.name, name, extra, bits & left)
                    return
                left &= ~bits
        if not addresses & spaces.public:
            asked = 0
        if left and services & ~asked:
            self._tell(rule, owner.name, rule.peer.key, services & ~asked, left)

    def _listed(self, rule: Rule, owner: Party, services: int) -> None:
        listed = self._reach.world.prefix_lists.get(rule.peer.key)
        if listed is not None and listed.cidrs is not None:
            for cidr in listed.cidrs:
                self._addresses(rule, owner, services, self._reach.spaces.network(cidr))
            return
        uses = (
            listed is not None
            and rule.egress
            and owner.kind == "workload"
            and self._expected.uses(owner.workload, listed.service or "")
        )
        extra = services & ~(self._reach.spaces.tcp(443) if uses else 0)
        if extra:
            self._tell(rule, owner.name, listed.name if listed else rule.peer.key, extra, 0)

    def _tell(self, rule: Rule, owner: str, peer: str, services: int, addresses: int) -> None:
        spaces = self._reach.spaces
        verb = "would let out to" if rule.egress else "would take from"
        held = "only what is on the other side, if anything, holds it back"
        protocol, port = service_parts(spaces.services.first(spaces.telling(services)))
        source, destination = (owner, peer) if rule.egress else (peer, owner)
        remote = spaces.address(addresses) if addresses else peer
        packet = Packet(owner, remote, protocol, port) if rule.egress else Packet(remote, owner, protocol, port)
        text = f"a rule of {owner} {verb} {peer} {spaces.words(services)}, which no clause asks for; {held}"
        self._found.refute(2, text, source, destination, (rule.urn,), packet=packet)
