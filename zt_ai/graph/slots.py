"""Which of several resources an unknown value refers to, where the shape of the property decides it.

A property of a preview may hold several unknown values and depend on several resources, for example
`networkConfiguration: {subnets: [?, ?], securityGroups: [?]}` of an ECS service. The name of a slot says what kind of
resource belongs there: `subnets` takes subnets, `securityGroups` takes security groups. This is used only where it
leaves no choice: every slot has exactly as many resources of its kind as unknown values, no resource is left over, and
values that could be exchanged stand in places that are alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from zt_ai.graph.model import Ref, Secret, Unknown, Value

_PLURAL_OF_ID = re.compile(r"(ids?|arns?|names?|s)$")
# A place: the keys and positions on the way to it.
_Place = tuple[str | int, ...]


def assign(value: Value, kinds: Mapping[str, str]) -> Value | None:
    """The value with its unknown values replaced by references, or None where the shape leaves a choice.

    `kinds` gives the type token of each resource that an unknown value may refer to, by URN.
    """
    slots: dict[str, list[_Place]] = {}
    for place in _unknown_places(value, ()):
        key = next((part for part in reversed(place) if isinstance(part, str)), "")
        slots.setdefault(key, []).append(place)
    chosen: dict[_Place, str] = {}
    for key, places in slots.items():
        fitting = sorted(urn for urn, kind in kinds.items() if _fits(key, kind))
        if len(fitting) != len(places) or (len(places) > 1 and not _alike(value, places)):
            return None
        chosen.update(zip(places, fitting, strict=True))
    if sorted(chosen.values()) != sorted(kinds):
        return None
    return _filled(value, (), chosen)


def _fits(key: str, kind: str) -> bool:
    """Whether a slot such as `vpcSecurityGroupIds` takes resources of a type such as `…:SecurityGroup`."""
    return bool(key) and _PLURAL_OF_ID.sub("", key.lower()).endswith(kind.rpartition(":")[2].lower())


def _unknown_places(value: Value, place: _Place) -> Iterator[_Place]:
    if isinstance(value, Unknown) and not value.depends_on:
        yield place
    elif isinstance(value, Secret):
        yield from _unknown_places(value.value, place)
    else:
        for key, item in _parts(value):
            yield from _unknown_places(item, (*place, key))


def _parts(value: Value) -> Iterable[tuple[str | int, Value]]:
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, tuple) else ()


def _alike(value: Value, places: list[_Place]) -> bool:
    """Whether the places differ in one position of one list, whose items are otherwise equal."""
    ways = {tuple("*" if isinstance(part, int) else part for part in place) for place in places}
    varying = [index for index, parts in enumerate(zip(*places, strict=False)) if len(set(parts)) > 1]
    if len(ways) != 1 or len(varying) != 1:
        return False
    holder = _at(value, places[0][: varying[0]])
    items = [_at(holder, (place[varying[0]],)) for place in places]
    # Unknown values are equal to each other, so this compares all that is known.
    return all(item == items[0] for item in items)


def _at(value: Value, place: _Place) -> Value:
    for part in place:
        inner = value.value if isinstance(value, Secret) else value
        value = dict(_parts(inner))[part]
    return value


def _filled(value: Value, place: _Place, chosen: Mapping[_Place, str]) -> Value:
    if place in chosen:
        return Ref(chosen[place])
    if isinstance(value, Secret):
        return Secret(_filled(value.value, place, chosen))
    if isinstance(value, Mapping):
        return {key: _filled(item, (*place, key), chosen) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_filled(item, (*place, index), chosen) for index, item in enumerate(value))
    return value
