"""Whether two graphs describe the same stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Secret, Unknown, Value
from zt_ai.graph.normalise import is_identifier
from zt_ai.graph.walk import strings


def equal(a: ResourceGraph, b: ResourceGraph) -> list[str]:
    """The differences between two graphs, in words; empty if there is none.

    Compared are the URNs and of each resource the type, name, parent, kind (custom or component) and inputs. Sources
    know more or less of a value: a text that a resource produced equals a reference to that resource; texts that differ
    in nothing but the ids of the resources they were made from are equal; a value unknown in one graph equals a value
    of the other that is made from one of the resources it depends on; and a secret that is encrypted in one graph
    equals any secret in the other. Order of registration, ids and outputs take no part.
    """
    found = [f"resource {urn} is only in the {a.source} graph" for urn in a.resources if urn not in b.resources]
    found += [f"resource {urn} is only in the {b.source} graph" for urn in b.resources if urn not in a.resources]
    compare = _Comparison(a, b)
    for urn, one in a.resources.items():
        if (other := b.resources.get(urn)) is not None:
            found.extend(compare.resource(one, other))
    return found


class _Comparison:
    def __init__(self, a: ResourceGraph, b: ResourceGraph) -> None:
        self._a = a
        self._b = b
        self._known: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._needs: frozenset[str] = frozenset()

    def resource(self, one: Resource, other: Resource) -> Iterator[str]:
        self._needs = one.dependencies | other.dependencies
        for what in ("type", "name", "parent", "custom"):
            left, right = getattr(one, what), getattr(other, what)
            if left != right:
                yield f"{one.urn}: {what} differs: {left!r} in {self._a.source}, {right!r} in {self._b.source}"
        for key in sorted({*one.inputs, *other.inputs}):
            if key not in other.inputs:
                yield f"{one.urn}: input {key} is only in the {self._a.source} graph"
            elif key not in one.inputs:
                yield f"{one.urn}: input {key} is only in the {self._b.source} graph"
            else:
                yield from self._value(f"{one.urn}: input {key}", one.inputs[key], other.inputs[key])

    def _value(self, where: str, left: Value, right: Value) -> Iterator[str]:
        if self._same(left, right):
            return
        if isinstance(left, Mapping) and isinstance(right, Mapping) and left.keys() == right.keys():
            for key in left:
                yield from self._value(f"{where}.{key}", left[key], right[key])
        elif isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right):
            for index, (item, twin) in enumerate(zip(left, right, strict=True)):
                yield from self._value(f"{where}[{index}]", item, twin)
        else:
            yield f"{where} differs: {left!r} in {self._a.source}, {right!r} in {self._b.source}"

    def _same(self, left: Value, right: Value) -> bool:
        if isinstance(left, Secret) or isinstance(right, Secret):
            return self._same_secret(left, right)
        if isinstance(left, Unknown) or isinstance(right, Unknown):
            unknown, other = (left, right) if isinstance(left, Unknown) else (right, left)
            return self._fits(unknown, other) if isinstance(unknown, Unknown) else False
        if isinstance(left, str) and isinstance(right, Ref):
            left, right = right, left
        if isinstance(left, Ref) and isinstance(right, str):
            return self._made_from(right, left.urn)
        return self._same_shape(left, right)

    def _same_shape(self, left: Value, right: Value) -> bool:
        if isinstance(left, tuple) and isinstance(right, tuple):
            return len(left) == len(right) and all(map(self._same, left, right))
        if isinstance(left, Mapping) and isinstance(right, Mapping):
            return left.keys() == right.keys() and all(self._same(left[key], right[key]) for key in left)
        if isinstance(left, str) and isinstance(right, str) and left != right:
            return self._neutral(left, self._a) == self._neutral(right, self._b)
        # True == 1 in Python, not in Pulumi.
        return isinstance(left, bool) == isinstance(right, bool) and left == right

    def _same_secret(self, left: Value, right: Value) -> bool:
        if isinstance(left, Secret) and isinstance(right, Secret):
            return left.value is None or right.value is None or self._same(left.value, right.value)
        secret, plain = (left, right) if isinstance(left, Secret) else (right, left)
        # A preview does not say whether a value that it does not know is secret.
        return (
            isinstance(plain, Unknown | Ref)
            and isinstance(secret, Secret)
            and (secret.value is None or self._same(secret.value, plain))
        )

    def _fits(self, unknown: Unknown, other: Value) -> bool:
        """Whether `other` can be what a value is that another graph does not know."""
        if isinstance(other, Unknown):
            return unknown.depends_on == other.depends_on
        if isinstance(other, tuple):
            return all(self._fits(unknown, item) for item in other)
        if isinstance(other, Mapping):
            return all(self._fits(unknown, item) for item in other.values())
        if isinstance(other, Ref):
            return other.urn in unknown.depends_on
        if isinstance(other, str):
            return any(self._made_from(other, urn) for urn in unknown.depends_on)
        # A number or a flag leaves no trace of what it was computed from.
        return bool(unknown.depends_on)

    def _neutral(self, text: str, graph: ResourceGraph) -> str:
        """`text` with the identifiers of what the resource depends on replaced by their URNs."""
        parts = {part: urn for urn in self._needs for part in _identifiers(graph.get(urn))}
        for part in sorted(parts, key=len, reverse=True):
            text = text.replace(part, parts[part])
        return text

    def _made_from(self, text: str, urn: str) -> bool:
        """Whether `text` is an output of a resource, or holds an identifier of it."""
        known = self._known.get(urn)
        if known is None:
            found = [resource for graph in (self._a, self._b) if (resource := graph.get(urn)) is not None]
            texts = frozenset(part for resource in found for part in (resource.id, *strings(resource.outputs)) if part)
            known = self._known[urn] = (texts, frozenset().union(*map(_identifiers, found)))
        texts, identifiers = known
        return text in texts or any(part in text for part in identifiers)


def _identifiers(resource: Resource | None) -> frozenset[str]:
    """What is found inside longer texts; short settings ("ip", "tcp") occur in unrelated ones."""
    if resource is None:
        return frozenset()
    parts = {part for part in strings(resource.outputs) if is_identifier(part)}
    if resource.id and len(resource.id) >= _SHORTEST_PART:
        parts.add(resource.id)
    return frozenset(parts)


_SHORTEST_PART = 4
