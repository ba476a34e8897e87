"""What changed between two input maps, property by property."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zt_ai.simulate.values import Unknown

Kind = Literal["add", "delete", "update"]
_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Change:
    """One changed leaf. ``path`` is Pulumi's property path; ``rule`` is the path without indexes."""

    path: str
    rule: tuple[str, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Difference:
    """The changes, which of their paths force a replacement, and whether the old must go before the new comes."""

    changes: tuple[Change, ...] = ()
    replacing: frozenset[str] = frozenset()
    delete_before_replace: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """How a cloud compares values: which lists are sets, and which unequal values mean the same."""

    is_set: Callable[[tuple[str, ...]], bool] = lambda path: False
    same: Callable[[tuple[str, ...], Any, Any], bool] = lambda path, old, new: False


def compare(old: Mapping[str, Any], new: Mapping[str, Any], rules: Rules) -> tuple[Change, ...]:
    """The changes from ``old`` to ``new``. An unknown new value counts as a change, since it may be one."""
    changes: list[Change] = []
    _compare_maps(old, new, "", (), rules, changes)
    return tuple(changes)


def _absent(value: Any) -> bool:
    # Pulumi writes an absent nested property as null or leaves it out; an empty list or map means the same to clouds.
    return value in (None, [], {})


def _join(path: str, key: str) -> str:
    if _PLAIN_KEY.fullmatch(key):
        return f"{path}.{key}" if path else key
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'{path}["{quoted}"]'


def _compare_maps(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    path: str,
    rule: tuple[str, ...],
    rules: Rules,
    changes: list[Change],
) -> None:
    for key in [*old, *(key for key in new if key not in old)]:
        if key.startswith("__"):
            continue
        _compare(old.get(key), new.get(key), _join(path, key), (*rule, key), rules, changes)


def _compare(old: Any, new: Any, path: str, rule: tuple[str, ...], rules: Rules, changes: list[Change]) -> None:
    if old is new or (not isinstance(new, Unknown) and old == new and type(old) is type(new)):
        return
    if _absent(old) and _absent(new):
        return
    if _absent(old):
        changes.append(Change(path, rule, "add"))
    elif _absent(new):
        changes.append(Change(path, rule, "delete"))
    elif isinstance(new, Unknown):
        changes.append(Change(path, rule, "update"))
    elif rules.same(rule, old, new):
        return
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        _compare_maps(old, new, path, rule, rules, changes)
    elif isinstance(old, list) and isinstance(new, list):
        _compare_lists(old, new, path, rule, rules, changes)
    elif old != new:
        changes.append(Change(path, rule, "update"))


def _compare_lists(
    old: list[Any], new: list[Any], path: str, rule: tuple[str, ...], rules: Rules, changes: list[Change]
) -> None:
    if rules.is_set(rule):
        gone = [item for item in old if item not in new]
        come = [item for item in new if item not in old]
        for index, item in enumerate(old):
            if item in gone:
                changes.append(Change(f"{path}[{index}]", rule, "update" if come else "delete"))
        if not gone:
            changes.extend(Change(f"{path}[{new.index(item)}]", rule, "add") for item in come)
        return
    for index in range(max(len(old), len(new))):
        inner = f"{path}[{index}]"
        if index >= len(old):
            changes.append(Change(inner, rule, "add"))
        elif index >= len(new):
            changes.append(Change(inner, rule, "delete"))
        else:
            _compare(old[index], new[index], inner, rule, rules, changes)
