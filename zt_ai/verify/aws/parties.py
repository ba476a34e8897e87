"""Attachment points: who may be where.

A workload's attachment point is any interface with the workload's security groups in a subnet of its zone, so that
compute which is attached later is covered. Whatever belongs to nothing is a party of its own: an untagged group may be
used in every subnet of its VPC, the default group of a VPC too, and so may a group of which only the id is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from zt_ai.intent.model import Intent
from zt_ai.verify.aws.world import Interface, World


@dataclass(frozen=True, slots=True)
class Party:
    """A set of attachment points. `unfiltered`: no rule of a group that is known filters its traffic."""

    name: str
    kind: Literal["workload", "front", "endpoint", "group", "interface", "foreign"]
    workload: str | None
    service: str | None
    groups: frozenset[str]
    subnets: tuple[str, ...]
    urns: tuple[str, ...]
    unfiltered: bool = False
    of: str | None = None  # interfaces: the workload whose groups it carries in its own zone, though not all of them


class Roll:
    """All parties of a plan, and what is wrong with how they are made up."""

    def __init__(self, world: World, intent: Intent) -> None:
        self.world, self.intent = world, intent
        self.zone_subnets: dict[str, tuple[str, ...]] = {
            zone: tuple(key for key, subnet in world.subnets.items() if subnet.zone == zone and subnet.role == "zone")
            for zone in intent.zones
        }
        self.groups_of: dict[str, frozenset[str]] = _by_workload(world, "workload")
        self.front_groups: dict[str, frozenset[str]] = _by_workload(world, "front")
        self.parties: tuple[Party, ...] = tuple(self._all())

    def _all(self) -> Iterator[Party]:
        world, intent = self.world, self.intent
        taken: set[str] = set()
        for name, workload in intent.workloads.items():
            places = self.zone_subnets.get(workload.zone, ())
            for kind, label, groups in (
                ("workload", name, self.groups_of.get(name)),
                ("front", f"front of {name}", self.front_groups.get(name)),
            ):
                if groups:
                    taken |= groups
                    yield Party(label, kind, name, None, groups, places, _urns(world, groups))  # type: ignore[arg-type]
        for endpoint in world.endpoints.values():
            if endpoint.kind == "Interface":
                taken |= (
                    {key for key in endpoint.groups if world.groups[key].role == "endpoint"}
                    if endpoint.groups
                    else set()
                )
                unknown = any(not world.groups[key].known for key in endpoint.groups)
                yield Party(
                    f"endpoint {endpoint.service}",
                    "endpoint",
                    None,
                    endpoint.service,
                    frozenset(endpoint.groups),
                    endpoint.subnets,
                    (endpoint.urn,),
                    unfiltered=unknown,
                )
        for key, group in world.groups.items():
            if key in taken:
                continue
            places = tuple(s.key for s in world.subnets.values() if group.vpc is None or s.vpc == group.vpc)
            label = group.name if group.default and group.urn not in world.groups else f"group {group.name}"
            if group.known:
                yield Party(label, "group", None, None, frozenset({key}), places, _urns(world, {key}))
            else:
                yield Party(
                    f"group {group.name} (not in this plan)", "foreign", None, None, frozenset({key}), places, (), True
                )
        for interface in world.interfaces.values():
            party = self._interface(interface)
            if party is not None:
                yield party

    def _interface(self, interface: Interface) -> Party | None:
        """A concrete interface, unless it is exactly an attachment point that is analysed anyway."""
        groups, places = frozenset(interface.groups), set(interface.subnets)
        if not interface.unfiltered and groups:
            for name, workload in self.intent.workloads.items():
                home = set(self.zone_subnets.get(workload.zone, ()))
                for kind in (self.groups_of, self.front_groups):
                    if name in kind and groups <= kind[name] and places and places <= home:
                        return None
            lone = next(iter(groups))
            # A single untagged or default group is analysed in every subnet anyway.
            if (
                len(groups) == 1
                and self.world.groups[lone].workload is None
                and self.world.groups[lone].role != "endpoint"
            ):
                return None
        unknown = interface.unfiltered or any(not self.world.groups[key].known for key in groups)
        subnets = tuple(key for key in interface.subnets if key in self.world.subnets)
        return Party(
            f"{interface.kind} {interface.name}", "interface", None, None, groups, subnets, (interface.urn,), unknown
        )

    @cached_property
    def incomplete(self) -> tuple[tuple[Interface, str], ...]:
        """Interfaces that carry only some of the groups of a workload, with its name: what the others admit fails
        there."""
        found = []
        for interface in self.world.interfaces.values():
            groups = frozenset(interface.groups)
            for name, all_ in self.groups_of.items():
                if groups and groups < all_:
                    found.append((interface, name))
        return tuple(found)

    @cached_property
    def by_group(self) -> dict[str, tuple[int, ...]]:
        """Positions of the parties that carry a group."""
        found: dict[str, list[int]] = {}
        for index, party in enumerate(self.parties):
            for key in party.groups:
                found.setdefault(key, []).append(index)
        return {key: tuple(indices) for key, indices in found.items()}


def _by_workload(world: World, role: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, group in world.groups.items():
        if group.workload is not None and group.role == role:
            found.setdefault(group.workload, set()).add(key)
    return {name: frozenset(keys) for name, keys in found.items()}


def _urns(world: World, groups: set[str] | frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(urn for key in groups if (urn := world.groups[key].urn) is not None))
