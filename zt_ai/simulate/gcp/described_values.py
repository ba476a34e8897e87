"""Do the values of a resource fit what Google itself says of them? Enumerations, patterns, formats, bounds, required
members, combinations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import regex  # type: ignore[import-untyped]  # has \p{Ll}, which labels are described with and `re` cannot read

from zt_ai.simulate.gcp.catalogue import Entry
from zt_ai.simulate.gcp.described import Limits, Node, schema
from zt_ai.simulate.problems import Problem, did_you_mean, shown
from zt_ai.simulate.values import Unknown

# Resource Manager, "Labels overview", "Requirements for labels".
_LABEL_KEY = regex.compile(r"[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}")
_LABEL_VALUE = regex.compile(r"[\p{Ll}\p{Lo}\p{N}_-]{0,63}")
MOST_LABELS = 64
_OUTSIDE = frozenset({"project", "region", "zone", "deletionPolicy", "labels", "userLabels"})
_FORMATS = {
    "google-duration": (re.compile(r"-?\d+(\.\d{1,9})?s"), "a duration in seconds, like '3.5s'"),
    "google-datetime": (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "an RFC 3339 time"),
    "date-time": (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "an RFC 3339 time"),
}


def check_described(inputs: Mapping[str, Any], entry: Entry) -> tuple[Problem, ...]:
    """Every value of ``inputs`` that Google's description of the type rules out; each is reported once."""
    problems: dict[str, Problem] = {}
    found = [
        *_check_labels(inputs),
        *_check_combinations(inputs, entry),
        *_check_needed(inputs, entry),
        *_walk(inputs, entry),
        *_check_table(inputs, entry, "", ""),
    ]
    for problem in found:
        problems.setdefault(problem.path, problem)
    return tuple(problems.values())


def unmatched_properties(entry: Entry, names: tuple[str, ...]) -> tuple[str, ...]:
    """The properties for which no description was found, so that the SDK's type is all that checks them."""
    apart = _OUTSIDE | entry.client_side | set(entry.patterns) | set(entry.choices)
    return tuple(name for name in names if name not in apart and _node(entry, name) is None)


_NODES: dict[tuple[str, str], Node | None] = {}


def _node(entry: Entry, name: str) -> Node | None:
    key = (entry.token, name)
    if key not in _NODES:
        _NODES[key] = None if entry.schema is None else _find(schema(entry.schema), name, name, entry)
    return _NODES[key]


def _find(parent: Node, name: str, rule: str, entry: Entry) -> Node | None:
    """The node of property ``name`` (at ``rule``, its path without indexes) below ``parent``."""
    if rule in entry.client_side:
        return None
    if rule in entry.rename:
        return parent.at(entry.rename[rule])
    return parent.entered().member(name)


def _walk(inputs: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    for name, value in inputs.items():
        if name not in _OUTSIDE and not name.startswith("__"):
            node = _node(entry, name)
            if node is not None:
                yield from _check(value, node, name, name, entry)


def _check(value: Any, node: Node, path: str, rule: str, entry: Entry) -> Iterator[Problem]:
    if value is None or isinstance(value, Unknown):
        return
    if isinstance(value, Mapping):
        node = node.entered()
        if node.kind == "object":
            for key, inner in value.items():
                deeper = f"{rule}.{key}"
                found = _find(node, key, deeper, entry)
                if found is not None:
                    yield from _check(inner, found, f"{path}.{key}", deeper, entry)
        elif node.kind == "map" and (element := node.element()) is not None:
            for key, inner in value.items():
                yield from _check(inner, element, f'{path}["{key}"]', rule, entry)
    elif isinstance(value, list):
        element = node.element() if node.kind == "list" else node
        if element is not None:
            for index, inner in enumerate(value):
                yield from _check(inner, element, f"{path}[{index}]", rule, entry)
    else:
        node = node.entered()
        if node.kind == "scalar" and (reason := _broken(value, node.limits())):
            yield Problem(path, f"invalid value {shown(value)}: {reason} ({node.source})")


def _broken(value: Any, limits: Limits) -> str | None:
    if isinstance(value, bool) or value == "":
        return None
    if limits.choices and str(value) not in limits.choices:
        named = [choice for choice in limits.choices if not choice.endswith("_UNSPECIFIED")]
        return f"must be one of {', '.join(named[:24])}{did_you_mean(str(value), limits.choices)}"
    if isinstance(value, str):
        if limits.pattern and not _matches(limits.pattern, value):
            return f"does not match {limits.pattern}"
        if limits.format in _FORMATS and not _FORMATS[limits.format][0].fullmatch(value):
            return f"is not {_FORMATS[limits.format][1]}"
    number = _number(value)
    if number is not None:
        if limits.lowest is not None and number < limits.lowest:
            return f"below {limits.lowest}"
        if limits.highest is not None and number > limits.highest:
            return f"above {limits.highest}"
    return None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def _matches(pattern: str, value: str) -> bool:
    return bool(_compiled(pattern).fullmatch(value))


def _check_table(value: Any, entry: Entry, path: str, rule: str) -> Iterator[Problem]:
    """What the table itself says of values: Google says it in words only."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not key.startswith("__"):
                yield from _check_table(
                    inner, entry, f"{path}.{key}" if path else key, f"{rule}.{key}" if rule else key
                )
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _check_table(inner, entry, f"{path}[{index}]", rule)
    elif isinstance(value, str):
        pattern, choices = entry.patterns.get(rule), entry.choices.get(rule)
        if pattern is not None and not _matches(pattern, value):
            yield Problem(path, f"invalid value {shown(value)}: does not match {pattern}")
        if choices is not None and value not in choices:
            hint = did_you_mean(value, choices)
            yield Problem(path, f"invalid value {shown(value)}: must be one of {', '.join(choices)}{hint}")


def _check_labels(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    for name in ("labels", "userLabels"):
        labels = inputs.get(name)
        if not isinstance(labels, Mapping) or "type" in inputs:
            continue  # the labels of a notification channel are its address
        if len(labels) > MOST_LABELS:
            yield Problem(name, f"{len(labels)} labels, at most {MOST_LABELS}")
        for key, value in labels.items():
            path = f'{name}["{key}"]'
            if not _LABEL_KEY.fullmatch(key):
                what = "1 to 63 lowercase letters, digits, _ and -, a letter first"
                yield Problem(path, f"invalid label key {shown(key)}: {what}")
            if isinstance(value, str) and not _LABEL_VALUE.fullmatch(value):
                what = "up to 63 lowercase letters, digits, _ and -"
                yield Problem(path, f"invalid label value {shown(value)}: {what}")


def _check_combinations(inputs: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    given = {name for name, value in inputs.items() if value not in (None, [], "", False)}
    for group in entry.one_of:
        chosen = [name for name in group if name in given]
        if len(chosen) != 1:
            said = f"{' and '.join(chosen)} are given" if chosen else "none is given"
            yield Problem(chosen[0] if chosen else group[0], f"exactly one of {', '.join(group)}: {said}")
    for group in entry.at_most_one:
        chosen = [name for name in group if name in given]
        if len(chosen) > 1:
            yield Problem(chosen[0], f"at most one of {', '.join(group)}: {' and '.join(chosen)} are given")


def _check_needed(inputs: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    """The members that the API's call cannot do without, where the SDK says that they may be left out."""
    if entry.schema is None:
        return
    root = schema(entry.schema)
    given = {
        root.name_of(entry.rename.get(name, name).split(".")[0]) for name, value in inputs.items() if value is not None
    }
    for name in root.needed():
        if name not in given and name not in _FILLED_IN:
            yield Problem(name, f"missing required property {name!r} ({root.source})")


# The provider sends its own region and, where nothing is said, a route's priority of 1000 and a group's size of 0.
_FILLED_IN = frozenset({"region", "zone", "priority", "targetSize"})
