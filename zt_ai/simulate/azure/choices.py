"""Values of the SDK's enumerations: Azure refuses others, whatever their case (``InvalidRequestFormat``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure.act import values_at
from zt_ai.simulate.inputs import check_inputs
from zt_ai.simulate.problems import Problem, did_you_mean, shown
from zt_ai.simulate.sdk import InputType, ListOf, MapOf, ObjectOf, OneOf, Scalar

_COMBINED = frozenset({"networkRuleSet.bypass"})
"""Properties that take several of their values at once, with commas between them."""
_STREAMS = ("Custom-", "Microsoft-")
"""How the streams of data collection rules begin; tables of one's own have streams too, and the SDK names a few only
[Azure Monitor documentation, "Structure of a data collection rule"]."""


# Two enumerations of one name fell together in the SDK's module `monitor`; the values of this one are in the REST API
# reference, Scheduled Query Rules - Create Or Update, ConditionOperator.
_CORRECTED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("azure-native:monitor:ScheduledQueryRule", "criteria.allOf.operator"): (
        "Equals",
        "GreaterThan",
        "GreaterThanOrEqual",
        "LessThan",
        "LessThanOrEqual",
    )
}
_INDEX = re.compile(r"\[\d+\]")


def check_choices(token: str, inputs: Mapping[str, Any], declared: ObjectOf) -> Iterator[Problem]:
    """Every value that is none of its enumeration's."""
    for problem in _object(inputs, declared, ""):
        corrected = _CORRECTED.get((token, _INDEX.sub("", problem.path)))
        if corrected is None:
            yield problem
    for (of, path), allowed in _CORRECTED.items():
        for value in values_at(inputs, path) if of == token else ():
            if isinstance(value, str) and value.lower() not in {choice.lower() for choice in allowed}:
                yield Problem(path, _reason(value, allowed))


def _reason(value: str, allowed: tuple[str, ...]) -> str:
    return f"InvalidRequestFormat: {shown(value)} is none of: {', '.join(allowed)}{did_you_mean(value, allowed)}"


def _object(value: Mapping[str, Any], declared: ObjectOf, path: str) -> Iterator[Problem]:
    for key, item in value.items():
        inner = declared.properties.get(key)
        if inner is not None:
            yield from _value(item, inner, f"{path}.{key}" if path else key)


def _value(value: Any, declared: InputType, path: str) -> Iterator[Problem]:
    if isinstance(declared, Scalar):
        if declared.choices and isinstance(value, str):
            parts = [part.strip() for part in value.split(",")] if path in _COMBINED else [value]
            known = {choice.lower() for choice in declared.choices}
            stream = value.startswith(_STREAMS) and all(choice.startswith(_STREAMS) for choice in declared.choices)
            if not stream and any(part.lower() not in known for part in parts):
                yield Problem(path, _reason(value, declared.choices))
    elif isinstance(declared, ListOf) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _value(item, declared.element, f"{path}[{index}]")
    elif isinstance(declared, MapOf) and isinstance(value, Mapping):
        for key, item in value.items():
            yield from _value(item, declared.element, f'{path}["{key}"]')
    elif isinstance(declared, ObjectOf) and isinstance(value, Mapping):
        yield from _object(value, declared, path)
    elif isinstance(declared, OneOf):
        yield from _one_of(value, declared, path)


def _one_of(value: Any, declared: OneOf, path: str) -> Iterator[Problem]:
    """A problem only where every type that the value could be of has one; the first type's are the ones told."""
    found = [list(_value(value, option, path)) for option in declared.options if _fits(value, option)]
    if found and all(found):
        yield from found[0]


def _fits(value: Any, option: InputType) -> bool:
    if isinstance(option, ObjectOf):
        return isinstance(value, Mapping) and not check_inputs(value, option)
    if isinstance(option, (ListOf, MapOf)):
        return isinstance(value, list if isinstance(option, ListOf) else Mapping)
    return not isinstance(value, (list, Mapping))
