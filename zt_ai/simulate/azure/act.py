"""One change to the simulated Azure as the refusals see it, and the list of refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.simulate import values
from zt_ai.simulate.azure import ids, locations
from zt_ai.simulate.azure.catalogue import Entry, full
from zt_ai.simulate.cloud import Settings, Subject
from zt_ai.simulate.problems import CloudError
from zt_ai.simulate.refusals import Refusals
from zt_ai.simulate.world import Thing, World


@dataclass(frozen=True, slots=True)
class Act:
    """A create (``thing`` is None), an update or a delete (``inputs`` empty) of the resource ``id``."""

    world: World
    settings: Settings
    subject: Subject
    line: Entry
    id: str
    inputs: Mapping[str, Any]
    thing: Thing | None = None
    cascade: bool = False
    """Whether it is deleted with what it lies in."""

    @property
    def region(self) -> str:
        """Where the resource lies, or what it is a part of; empty where nobody knows."""
        own = locations.normal(self.inputs.get("location") or (self.thing and self.thing.value("location")))
        if own:
            return own
        above = ids.find(self.world, ids.parent(self.id) or "")
        return locations.of(self.world, above) if above is not None and above.type != ids.GROUP else ""

    def others(self, *types: str) -> Iterator[Thing]:
        """The things of these types (short tokens) without the one the act is about."""
        for thing in self.world.of_type(*(full(name) for name in types)):
            if not ids.same(thing.id, self.id):
                yield thing

    def beside(self, *types: str) -> Iterator[Thing]:
        """The others of these types under the same parent."""
        above = ids.parent(self.id)
        return (thing for thing in self.others(*types) if ids.same(ids.parent(thing.id), above))

    def nearby(self, *types: str) -> Iterator[Thing]:
        """The others of these types in the same subscription and region: what most quotas count."""
        mine, here = ids.subscription_of(self.id), self.region
        return (
            thing
            for thing in self.others(*types)
            if ids.subscription_of(thing.id) == mine and locations.of(self.world, thing) == here
        )

    def find(self, thing_id: Any, *types: str) -> Thing | None:
        """The thing of that id and one of the types (short tokens)."""
        return ids.find(self.world, thing_id, *map(full, types)) if isinstance(thing_id, str) else None

    def above(self) -> Thing | None:
        """The thing this one is a part of."""
        return ids.find(self.world, ids.parent(self.id) or "")

    def quota(self, name: str) -> int:
        """The quota in force: Azure's default, or what the world was told it was raised to."""
        raised = self.world.fact("quotas", {})
        return int(raised.get(name, QUOTAS[name]))

    def limit(self, name: str, count: int, code: str, what: str) -> None:
        """Refuse with ``code`` when ``count`` things and one more would go over the quota."""
        if count >= self.quota(name):
            raise CloudError(code, f"cannot have more than {self.quota(name)} {what}")

    def was_all(self) -> Mapping[str, Any]:
        """The inputs before the act; empty for a create."""
        return {} if self.thing is None else self.thing.inputs

    def was(self, name: str) -> Any:
        """The value of an input before the act; None for a create."""
        return None if self.thing is None else self.thing.inputs.get(name)


QUOTAS: Mapping[str, int] = {
    # Microsoft Learn, "Azure subscription and service limits, quotas, and constraints": networking, Private Link,
    # private DNS, storage, role-based access control and Azure Monitor limits; "Azure Firewall limits".
    "virtual-networks": 1000,
    "subnets-per-network": 3000,
    "peerings-per-network": 500,
    "security-groups": 5000,
    "rules-per-security-group": 1000,
    "addresses-per-rule": 4000,
    "application-security-groups": 3000,
    "application-security-groups-per-rule": 10,
    "application-security-groups-per-security-group": 100,
    "application-security-groups-per-interface": 20,
    "route-tables": 200,
    "routes-per-table": 400,
    "public-addresses": 10,
    "basic-public-addresses": 0,
    "private-endpoints-per-network": 1000,
    "private-link-services": 800,
    "zones-per-endpoint": 5,
    "private-zones": 1000,
    "records-per-zone": 25000,
    "links-per-zone": 1000,
    "storage-accounts": 250,
    "role-assignments": 4000,
    "role-definitions": 5000,
    "diagnostic-settings-per-resource": 5,
    "firewall-rule-groups-per-policy": 90,
    "scoped-resources-per-scope": 3000,
    "instances-per-scale-set": 1000,
}
"""Quotas by name, at Azure's defaults; a world may raise them (:func:`zt_ai.simulate.azure.seed.raise_quotas`)."""

_REFUSALS = Refusals[Act](full)
refuses, refuses_delete = _REFUSALS.of_change, _REFUSALS.of_delete
check_change, check_delete = _REFUSALS.check_change, _REFUSALS.check_delete


def values_at(inputs: Mapping[str, Any], path: str) -> list[Any]:
    """The values at a dotted path, every list on the way entered; what is not known yet holds unknown values."""
    return values.values_at(inputs, path, unknown=True)


def at(inputs: Mapping[str, Any], path: str) -> Any:
    """The first value at a dotted path; None where there is none."""
    return next(iter(values_at(inputs, path)), None)


def listed(value: Any) -> list[Any]:
    """A value as a list: empty for what is none, or is not known yet."""
    return value if isinstance(value, list) else []
