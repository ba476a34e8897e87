"""Google's own machine-readable descriptions: the discovery documents inside ``google-api-python-client``.

Each API's document (``googleapiclient/discovery_cache/documents``; Google API Discovery Service, "Discovery document",
section "Schemas") describes its resources in JSON Schema draft 3: types, enumerations, patterns, formats, bounds, and
for Compute Engine which members a call needs (``annotations.required``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """What a description says of one value; the pattern must match whole."""

    choices: tuple[str, ...] = ()
    pattern: str | None = None
    lowest: int | None = None
    highest: int | None = None
    format: str | None = None


# Discovery Service, "Type and format summary": the ranges of the integer formats.
_RANGES: Mapping[str, tuple[int, int]] = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}


class Node:
    """One described value. ``kind`` is ``object``, ``list``, ``map`` or ``scalar``."""

    def __init__(self, raw: Mapping[str, Any], schemas: Mapping[str, Any], source: str) -> None:
        while "$ref" in raw:
            raw = schemas[raw["$ref"]]
        self.raw, self.schemas, self.source = raw, schemas, source
        kind = raw.get("type")
        if "properties" in raw:
            self.kind = "object"
        elif kind == "array":
            self.kind = "list"
        elif kind == "object":
            self.kind = "map"
        else:
            self.kind = "scalar"

    def members(self) -> Mapping[str, Node]:
        """The members of an object, by their own names."""
        return {key: Node(raw, self.schemas, self.source) for key, raw in self.raw.get("properties", {}).items()}

    def element(self) -> Node | None:
        """What a list or map holds."""
        inner = self.raw.get("items") or self.raw.get("additionalProperties")
        return Node(inner, self.schemas, self.source) if isinstance(inner, Mapping) else None

    def entered(self) -> Node:
        """What is inside the lists that the node is."""
        node = self
        while node.kind == "list" and (inner := node.element()) is not None:
            node = inner
        return node

    def name_of(self, name: str) -> str | None:
        """The API's name for a member, upper and lower case and a plural aside."""
        known: dict[str, str] = {key.lower(): key for key in self.raw.get("properties", {})}
        lower = name.lower()
        variants = (lower, f"{lower}s", f"{lower}es", lower.removesuffix("s"), lower.removesuffix("es"))
        for variant in (*variants, f"{lower[:-1]}ies", f"{lower.removesuffix('ies')}y"):
            if variant in known:
                return known[variant]
        return None

    def member(self, name: str) -> Node | None:
        """The member of that name, as :meth:`name_of` finds it."""
        found = self.name_of(name)
        return None if found is None else Node(self.raw["properties"][found], self.schemas, self.source)

    def at(self, path: str) -> Node | None:
        """The node at a dotted path, lists entered."""
        node: Node | None = self
        for part in path.split("."):
            node = node.entered().member(part) if node is not None else None
        return node

    def limits(self) -> Limits:
        """The limits of the value itself."""
        raw, form = self.raw, self.raw.get("format")
        lowest, highest = _RANGES.get(str(form), (None, None))
        return Limits(
            choices=tuple(raw.get("enum", ())),
            pattern=raw.get("pattern"),
            lowest=int(raw["minimum"]) if "minimum" in raw else lowest,
            highest=int(raw["maximum"]) if "maximum" in raw else highest,
            format=form,
        )

    def needed(self) -> tuple[str, ...]:
        """The members that the call which makes the resource cannot do without."""
        found = []
        for name, raw in self.raw.get("properties", {}).items():
            calls = raw.get("annotations", {}).get("required", ())
            if any(str(call).rsplit(".", 1)[-1] in _MAKING for call in calls):
                found.append(name)
        return tuple(found)


_MAKING = frozenset({"insert", "create", "addRule", "addAssociation"})


@cache
def document(api: str) -> Mapping[str, Any]:
    """The discovery document of an API, ``compute.v1``. Raises ``FileNotFoundError`` for one that is not there."""
    found: Mapping[str, Any] = json.loads((_folder() / f"{api}.json").read_text(encoding="utf-8"))
    return found


@cache
def _folder() -> Path:
    # Found without importing: the client library itself is not needed, only the documents that come with it.
    spec = find_spec("googleapiclient")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the simulated Google Cloud needs google-api-python-client: install zt-ai[simulate]")
    return Path(spec.origin).parent / "discovery_cache" / "documents"


@cache
def schema(name: str) -> Node:
    """The node of a schema, ``compute.v1:Network``. Raises ``KeyError``."""
    api, _, leaf = name.partition(":")
    schemas = document(api)["schemas"]
    title = str(document(api).get("canonicalName") or document(api)["title"]).removesuffix(" API")
    return Node(schemas[leaf], schemas, f"{title} API {leaf}")


def method(name: str) -> Mapping[str, Any]:
    """A method of an API, ``cloudkms.v1:projects.locations.keyRings.create``. Raises ``KeyError``."""
    api, _, path = name.partition(":")
    *resources, leaf = path.split(".")
    node: Mapping[str, Any] = document(api)
    for part in resources:
        node = node["resources"][part]
    found: Mapping[str, Any] = node["methods"][leaf]
    return found
