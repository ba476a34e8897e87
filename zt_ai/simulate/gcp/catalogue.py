"""The table of Google Cloud resource types (``types/*.toml``): where Google describes each and what the descriptions
leave out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One type's line in the table; the fields are explained at the head of ``types/network.toml``."""

    token: str
    schema: str | None = None
    id: str | None = None
    autoname: str | None = None
    source: str | None = None
    immutable: bool = False
    fixed: bool = False
    takes_over: bool = False
    dated: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    replace: frozenset[str] = frozenset()
    in_place: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    client_side: frozenset[str] = frozenset()
    one_of: tuple[tuple[str, ...], ...] = ()
    at_most_one: tuple[tuple[str, ...], ...] = ()


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry of the table, by full token (``gcp:compute/network:Network``)."""
    found: dict[str, Entry] = {}
    for file in sorted(resources.files(__package__).joinpath("types").iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            lines = tomllib.loads(file.read_text(encoding="utf-8"))
            found.update({f"gcp:{short}": _entry(f"gcp:{short}", raw) for short, raw in lines.items()})
    return found


def entry(token: str) -> Entry:
    """The entry of a token; an empty one for a type outside the table, which is then simulated generically."""
    return entries().get(token) or Entry(token)


def uncovered_types(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The tokens without an entry that says where Google describes them: the SDK's types alone check their values."""
    return tuple(token for token in tokens if not entry(token).schema)


def _entry(token: str, raw: Mapping[str, Any]) -> Entry:
    values = dict(raw)
    for name in ("replace", "in_place", "blocks", "sets", "client_side"):
        values[name] = frozenset(values.get(name, ()))
    for name in ("one_of", "at_most_one"):
        values[name] = tuple(tuple(group) for group in values.get(name, ()))
    values["dated"] = tuple(values.get("dated", ()))
    values["choices"] = {path: tuple(listed) for path, listed in values.get("choices", {}).items()}
    values["references"] = {
        path: tuple(f"gcp:{name}" for name in names) for path, names in values.get("references", {}).items()
    }
    return Entry(token=token, **values)
