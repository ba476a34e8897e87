"""The resource graph: what a Pulumi program, a preview or a deployed stack consists of, in one form.

The verifier reads nothing else. Every reader of this package (`mocks`, `plan`, `state`) gives the same graph for the
same program, so a proof does not depend on where the resources were read from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Source: TypeAlias = Literal["mocks", "preview", "plan", "state"]

Value: TypeAlias = "bool | int | float | str | Ref | Unknown | Secret | tuple[Value, ...] | Mapping[str, Value] | None"


class GraphError(Exception):
    """A graph cannot be read: the input is not what it claims to be. The message names the input and the reason."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to another resource of the graph, whichever of its properties (id, arn, endpoint id …) carries it."""

    urn: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is known only after the deployment and could not be resolved to one `Ref`.

    `depends_on` holds the URNs it is computed from, sorted; it is empty where the source does not say.
    """

    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret value; `value` is None where the source holds only its ciphertext. Its text never appears in `repr`."""

    value: Value = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: a custom resource that a provider manages, or a component that groups others.

    `inputs` carries the names of Pulumi's wire format (camelCase), with references resolved to `Ref`, without the
    bookkeeping keys `__defaults` and `__meta`; lists are tuples, and a list of references alone is sorted by URN.
    `outputs` is what the source knows of the result and takes no part in the comparison of graphs.
    """

    urn: str
    type: str
    name: str
    parent: str | None
    custom: bool
    id: str | None = None
    inputs: Mapping[str, Value] = field(default_factory=dict)
    outputs: Mapping[str, Value] = field(default_factory=dict)
    dependencies: frozenset[str] = frozenset()
    provider: str = ""


@dataclass(frozen=True, slots=True)
class ResourceGraph:
    """All resources of one stack by URN, in the order of their registration."""

    resources: Mapping[str, Resource]
    source: Source
    _by_type: dict[str, tuple[Resource, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _by_parent: dict[str | None, tuple[Resource, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _by_target: dict[str, tuple[Resource, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        by_type: dict[str, list[Resource]] = {}
        by_parent: dict[str | None, list[Resource]] = {}
        by_target: dict[str, list[Resource]] = {}
        for resource in self.resources.values():
            by_type.setdefault(resource.type, []).append(resource)
            by_parent.setdefault(resource.parent, []).append(resource)
            # A dict keeps the first-seen order and drops repeated targets.
            for urn in dict.fromkeys(ref.urn for ref in references(resource.inputs)):
                by_target.setdefault(urn, []).append(resource)
        self._by_type.update((key, tuple(found)) for key, found in by_type.items())
        self._by_parent.update((key, tuple(found)) for key, found in by_parent.items())
        self._by_target.update((key, tuple(found)) for key, found in by_target.items())

    def __len__(self) -> int:
        return len(self.resources)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """The resources of these type tokens, grouped in the order of `types`, each group in registration order."""
        return tuple(resource for type_ in types for resource in self._by_type.get(type_, ()))

    def get(self, urn: str) -> Resource | None:
        """The resource with this URN, or None."""
        return self.resources.get(urn)

    def children(self, urn: str | None) -> tuple[Resource, ...]:
        """The resources whose parent is `urn`; of the stack root for None."""
        return self._by_parent.get(urn, ())

    def referrers(self, urn: str) -> tuple[Resource, ...]:
        """The resources that refer to `urn` in an input, each once."""
        return self._by_target.get(urn, ())


def references(value: Value) -> Iterator[Ref]:
    """Every `Ref` inside a value, in order of appearance, also those inside secrets."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Secret):
        yield from references(value.value)
    elif isinstance(value, tuple):
        for item in value:
            yield from references(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
