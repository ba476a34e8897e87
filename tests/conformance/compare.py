"""Planned against stored, by meaning: order of a set does not count, a policy is compared as the JSON that it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.conformance.gaps import FILLED_IN, NOT_STORED, PROVIDER_ONLY
from tests.conformance.table import KINDS
from tests.conformance.world import Cloud, Stored, View


@dataclass(frozen=True, slots=True)
class Difference:
    """A property that the cloud holds otherwise than planned, or a resource that it does not hold at all."""

    type: str
    name: str
    property: str
    planned: Any
    stored: Any

    def __str__(self) -> str:
        return f"{self.type} {self.name}: {self.property} is planned as {self.planned!r}, stored as {self.stored!r}"


@dataclass(frozen=True, slots=True)
class Reading:
    """One property of one resource, planned and stored, both in canonical form."""

    of: Stored
    property: str
    planned: Any
    stored: Any


def differences(cloud: Cloud) -> list[Difference]:
    """Every difference between what was made and what is there now, over all types that can be read back."""
    return [found for reading in readings(cloud) if (found := _difference(reading)) is not None]


def stored_after_all(cloud: Cloud) -> list[tuple[str, str]]:
    """Entries of `NOT_STORED` whose planned values all came back as planned: moto keeps them now."""
    kept: dict[tuple[str, str], bool] = {}
    for reading in readings(cloud):
        for key in _entries(reading):
            planned, stored = (_at(side, _rest(key)) for side in (reading.planned, reading.stored))
            if planned != [] and NOT_STORED[key].covers(reading.planned, reading.of.inputs):
                kept[key] = kept.get(key, True) and planned == stored
    return [key for key, same in kept.items() if same]


def readings(cloud: Cloud) -> Iterator[Reading]:
    """Every planned property with what the cloud holds of it; a resource that is gone has the property `` alone."""
    view = View(cloud)
    for stored in cloud.stored.values():
        read = KINDS[stored.planned.type].read
        if read is None:
            continue
        try:
            there: Mapping[str, Any] = read(view, stored)
        except LookupError as error:
            yield Reading(stored, "", "there", f"not there: {error}")
            continue
        for key, value in stored.inputs.items():
            if (stored.planned.type, key) not in PROVIDER_ONLY:
                yield Reading(stored, key, canonical(value), canonical(there.get(key)))


def canonical(value: Any) -> Any:
    """A value that equals another exactly if both mean the same to AWS."""
    if isinstance(value, Mapping):
        return {key: canonical(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return sorted((canonical(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return canonical(json.loads(value))
        except ValueError:
            return value
    return value


def _difference(reading: Reading) -> Difference | None:
    planned, stored = reading.planned, reading.stored
    resource = reading.of.planned
    for key in _entries(reading):
        if NOT_STORED[key].covers(planned, reading.of.inputs):
            planned, stored = (_without(side, _rest(key)) for side in (planned, stored))
    for type_, path in FILLED_IN:
        if type_ == resource.type and path.partition(".")[0] == reading.property:
            planned, stored = (_without(side, path.split(".")[1:]) for side in (planned, stored))
    if planned == stored:
        return None
    return Difference(resource.type, resource.name, reading.property, planned, stored)


def _entries(reading: Reading) -> list[tuple[str, str]]:
    wanted = (reading.of.planned.type, reading.property)
    return [key for key in NOT_STORED if (key[0], key[1].partition(".")[0]) == wanted]


def _rest(key: tuple[str, str]) -> list[str]:
    return key[1].split(".")[1:]


def _without(value: Any, path: Sequence[str]) -> Any:
    """A value without what stands at a path of member names; lists on the way are searched item by item."""
    if not path:
        return None
    if isinstance(value, Mapping):
        rest = {path[0]: _without(value[path[0]], path[1:])} if len(path) > 1 and path[0] in value else {}
        return {**{key: item for key, item in value.items() if key != path[0]}, **rest}
    return [_without(item, path) for item in value] if isinstance(value, list) else value


def _at(value: Any, path: Sequence[str]) -> list[Any]:
    """Everything that stands at a path."""
    if isinstance(value, list) and path:
        return [found for item in value for found in _at(item, path)]
    if not path:
        return [value]
    return _at(value[path[0]], path[1:]) if isinstance(value, Mapping) and path[0] in value else []
