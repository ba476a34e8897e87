"""A resource graph under construction, for architectures that are written without a builder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from zt_ai.graph import Ref, Resource, ResourceGraph, Value
from zt_ai.intent.model import Ports


def urn(short: str, name: str) -> str:
    """URN of a resource made here."""
    return f"urn:pulumi:test::zt-ai::aws:{short}::{name}"


def freeze(value: Any) -> Value:
    """A Python value in the form of the graph."""
    if isinstance(value, Mapping):
        return {key: freeze(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    return value  # type: ignore[no-any-return]


class Plan:
    """A graph under construction. Everything may be changed or removed again, which is what tests of harm need."""

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}

    def add(self, short: str, name: str, /, **inputs: Any) -> Ref:
        """Add a resource of type `aws:SHORT`; inputs in wire names, None left out."""
        key = urn(short, name)
        assert key not in self.resources, key
        body = {name: freeze(value) for name, value in inputs.items() if value is not None}
        self.resources[key] = Resource(urn=key, type=f"aws:{short}", name=name, parent=None, custom=True, inputs=body)
        return Ref(key)

    def change(self, ref: Ref, **inputs: Any) -> None:
        """Set inputs of a resource; None removes one."""
        old = self.resources[ref.urn]
        body = {**old.inputs, **{name: freeze(value) for name, value in inputs.items()}}
        self.resources[ref.urn] = replace(
            old, inputs={name: value for name, value in body.items() if value is not None}
        )

    def remove(self, ref: Ref) -> None:
        """Take a resource away."""
        del self.resources[ref.urn]

    def graph(self) -> ResourceGraph:
        """The graph as it stands."""
        return ResourceGraph(dict(self.resources), "mocks")


def spans(ports: Iterable[Ports]) -> list[Ports]:
    """The same ports as few ranges."""
    found: list[Ports] = []
    for one in sorted(set(ports)):
        if found and found[-1].protocol == one.protocol and one.first <= found[-1].last + 1:
            found[-1] = Ports(one.protocol, found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return found
