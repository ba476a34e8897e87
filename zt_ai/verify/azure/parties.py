"""Who takes part: attachment points of workloads, what has no workload, and what the plan itself places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from zt_ai.intent.model import Intent
from zt_ai.verify.azure.spaces import Spaces
from zt_ai.verify.azure.world import Interface, World

PartyKind = Literal["workload", "group", "bare", "front", "endpoint", "firewall", "interface"]


@dataclass(frozen=True, slots=True)
class Placement:
    """Addresses in one subnet."""

    subnet: str
    addresses: int


@dataclass(frozen=True, slots=True)
class Party:
    """One end of connections: something with application security groups at some addresses."""

    name: str
    kind: PartyKind
    workload: str | None
    groups: frozenset[str]
    places: tuple[Placement, ...]
    urns: tuple[str, ...]
    filter: str | None = None  # of the interface, beside that of its subnet
    key: str = ""  # interface, balancer, endpoint or firewall
    services: tuple[str, ...] = ()  # of an endpoint


class Roll:
    """All parties of one comparison.

    A workload is compared where it could be: an interface with its application security groups in any subnet of its
    zone. So is an interface without any group in every subnet, and one with a group that belongs to no workload.
    """

    def __init__(self, world: World, spaces: Spaces, intent: Intent) -> None:
        self.world, self._spaces, self._intent = world, spaces, intent
        self.parties: list[Party] = []
        self.of_workload: dict[str, int] = {}
        self._workloads()
        self._groups()
        self._bare()
        for interface in world.interfaces.values():
            self._concrete(interface)
        for firewall in world.firewalls.values():
            subnet = world.subnets.get(firewall.subnet or "")
            if subnet is not None:
                places = (Placement(subnet.key, spaces.hosts(subnet)),)
                name = f"firewall {firewall.name}"
                self._add(Party(name, "firewall", None, frozenset(), places, (firewall.key,), key=firewall.key))

    def _add(self, party: Party) -> int:
        self.parties.append(party)
        return len(self.parties) - 1

    def _in(self, subnets: tuple[str, ...]) -> tuple[Placement, ...]:
        found = (Placement(key, self._spaces.hosts(self.world.subnets[key])) for key in subnets)
        return tuple(one for one in found if one.addresses)

    def _workloads(self) -> None:
        owned: dict[str | None, set[str]] = {}
        for key, group in self.world.groups.items():
            owned.setdefault(group.workload, set()).add(key)
        for name, workload in self._intent.workloads.items():
            groups = frozenset(owned.get(name, ()))
            if groups:
                places = self._in(self.world.in_zone(workload.zone))
                party = Party(name, "workload", name, groups, places, tuple(sorted(groups)))
                self.of_workload[name] = self._add(party)

    def _groups(self) -> None:
        """Groups of no workload of the intent, in whatever subnet."""
        everywhere = tuple(self.world.subnets)
        for key, group in self.world.groups.items():
            # An endpoint's group is compared at the private endpoints that carry it.
            if group.workload not in self._intent.workloads and not group.endpoint:
                self._add(Party(f"group {group.name}", "group", None, frozenset({key}), self._in(everywhere), (key,)))

    def _bare(self) -> None:
        own = {one.subnet for one in self.world.firewalls.values()}
        for subnet in self.world.subnets.values():
            if subnet.key not in own:
                places = self._in((subnet.key,))
                self._add(Party(f"subnet {subnet.name}", "bare", None, frozenset(), places, (subnet.key,)))

    def _concrete(self, interface: Interface) -> None:
        spaces, subnet = self._spaces, self.world.subnets[interface.subnet]
        addresses = 0
        for address in interface.addresses:
            addresses |= spaces.one(address)
        places = (Placement(subnet.key, addresses or spaces.hosts(subnet)),)
        kind: PartyKind = "front" if interface.kind == "front" else "interface"
        name = f"{interface.kind} {interface.name}"
        if interface.kind == "front" and interface.workload in self._intent.workloads:
            name = f"front of {interface.workload}"
        elif interface.kind == "endpoint":
            kind, name = "endpoint", f"endpoint {interface.name}"
        if kind == "interface" and self._placed(interface) is not None:
            return
        self._add(
            Party(
                name,
                kind,
                interface.workload if kind == "front" else None,
                interface.groups,
                places,
                (interface.urn,),
                interface.filter,
                interface.key if kind != "front" else interface.urn,
                interface.services,
            )
        )

    @cached_property
    def _at(self) -> dict[tuple[frozenset[str], str], str]:
        """The first workload with these groups whose attachment points lie in a subnet."""
        found: dict[tuple[frozenset[str], str], str] = {}
        for name, index in self.of_workload.items():
            party = self.parties[index]
            for place in party.places:
                found.setdefault((party.groups, place.subnet), name)
        return found

    def _placed(self, interface: Interface) -> str | None:
        """The workload whose attachment points include an interface: it carries its groups in its zone."""
        return self._at.get((interface.groups, interface.subnet))

    @cached_property
    def _members(self) -> dict[str, tuple[int, ...]]:
        by_key: dict[str, list[int]] = {}
        for index, party in enumerate(self.parties):
            by_key.setdefault(party.key, []).append(index)
        found: dict[str, dict[int, None]] = {}
        for interface in self.world.interfaces.values():
            name = self._placed(interface)
            own = [self.of_workload[name]] if name is not None else by_key.get(interface.key, [])
            for balancer in interface.pools:
                found.setdefault(balancer, {}).update(dict.fromkeys(own))
        return {balancer: tuple(indices) for balancer, indices in found.items()}

    def members(self, balancer: str) -> tuple[int, ...]:
        """Parties behind a load balancer: those of its backend interfaces."""
        return self._members.get(balancer, ())
