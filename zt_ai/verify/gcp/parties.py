"""Whose connections are compared: attachment points, not only the machines that happen to be in the plan.

A workload is every interface that carries its service account and its secure tag in any subnet of its zone; beside it
stands for each subnet whatever carries neither. An account or a tag that rules speak of and that is no workload's is a
party of its own and may be anywhere, and so is a machine that mixes identities or lies in another zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from zt_ai.intent.model import Intent
from zt_ai.verify.gcp.filters import NOBODY, Filters, Identity
from zt_ai.verify.gcp.spaces import Spaces
from zt_ai.verify.gcp.world import Machine, World
from zt_ai.verify.space import join

# Purposes of subnets that hold no interface of an instance [compute API, `subnetworks`, `purpose`].
_NO_INSTANCES = frozenset(
    {
        "REGIONAL_MANAGED_PROXY",
        "GLOBAL_MANAGED_PROXY",
        "PRIVATE_NAT",
        "PRIVATE_SERVICE_CONNECT",
        "INTERNAL_HTTPS_LOAD_BALANCER",
    }
)


@dataclass(frozen=True, slots=True)
class Party:
    """Interfaces that rules cannot tell apart. `workload` names the one of the intent that they are."""

    name: str
    workload: str | None
    identities: tuple[Identity, ...]
    subnets: tuple[str, ...]
    urns: tuple[str, ...] = ()


class Roll:
    """All parties of a plan."""

    def __init__(self, world: World, intent: Intent, spaces: Spaces, filters: Filters) -> None:
        self._world, self._intent, self._spaces, self._filters = world, intent, spaces, filters
        self.usable = {k: s for k, s in world.subnets.items() if s.purpose not in _NO_INSTANCES}
        self.workloads = {name: self._workload(name) for name in intent.workloads}
        self.parties = (*self.workloads.values(), *self._bare(), *self._strangers(), *self._machines())

    def hosts(self, party: Party) -> int:
        """Every address that an interface of the party can have."""
        return join(self._spaces.hosts(self._world.subnets[key]) for key in party.subnets)

    def zone(self, party: Party) -> str | None:
        """The one zone that a party lies in, None for several or none."""
        zones = {self._world.subnets[key].zone for key in party.subnets}
        return zones.pop() if len(zones) == 1 else None

    def networks(self, party: Party) -> tuple[str, ...]:
        """Networks that a party lies in."""
        return tuple(dict.fromkeys(self._world.subnets[key].network for key in party.subnets))

    @cached_property
    def _owned(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        accounts: dict[str, list[str]] = {}
        tags: dict[str, list[str]] = {}
        for found, owners in ((accounts, self._world.accounts), (tags, self._world.tags)):
            for key, owner in owners.items():
                found.setdefault(owner, []).append(key)
        return accounts, tags

    def _workload(self, name: str) -> Party:
        accounts, tags = (owned.get(name, []) for owned in self._owned)
        zone = self._intent.workloads[name].zone
        bound = frozenset(tags)
        identities = tuple(Identity(account, bound) for account in accounts) or (Identity(None, bound),)
        urns = [self._world.resources[key].urn for key in (*accounts, *tags) if key in self._world.resources]
        subnets = tuple(key for key, subnet in self.usable.items() if subnet.zone == zone)
        return Party(name, name, identities, subnets, tuple(urns))

    def _bare(self) -> tuple[Party, ...]:
        return tuple(
            Party(f"subnet {subnet.name}", None, (NOBODY,), (key,), (subnet.urn,))
            for key, subnet in self.usable.items()
        )

    def _strangers(self) -> tuple[Party, ...]:
        everywhere = tuple(self.usable)
        found = []
        named = {a for r in self._world.rules for a in (*r.targets.accounts, *r.peers.accounts)}
        for account in sorted(named):
            if self._world.accounts.get(account) not in self._intent.workloads:
                found.append(Party(f"account {account}", None, (Identity(account),), everywhere))
        for tag in sorted({t for r in self._world.rules for t in (*r.targets.tags, *r.peers.tags)}):
            if self._world.tags.get(tag) not in self._intent.workloads:
                name = f"tag {self._world.name(tag)}"
                found.append(Party(name, None, (Identity(None, frozenset({tag})),), everywhere))
        return tuple(found)

    def _machines(self) -> tuple[Party, ...]:
        found = []
        for machine in self._world.machines:
            identity = Identity(machine.account, machine.tags)
            if not self._covered(machine, identity):
                found.append(
                    Party(f"{machine.kind} {machine.name}", None, (identity,), machine.subnets, (machine.urn,))
                )
        return tuple(found)

    def _covered(self, machine: Machine, identity: Identity) -> bool:
        """Whether one of the other parties stands for a machine already."""
        own = set(machine.subnets) & set(self.usable)
        if self._filters.seen(identity) == NOBODY and own == set(machine.subnets):
            return True
        owner = self.workloads.get(self._world.accounts.get(machine.account or "", ""))
        if owner is None:
            return False
        return identity.tags <= owner.identities[0].tags and set(machine.subnets) <= set(owner.subnets)
