"""Walking through values: finding and replacing what is inside, shape untouched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from zt_ai.graph.model import Ref, Secret, Unknown, Value, references


def replace_strings(value: Value, leaf: Callable[[str], Value]) -> Value:
    """Every string replaced by what `leaf` makes of it."""
    if isinstance(value, str):
        return leaf(value)
    if isinstance(value, tuple):
        return tuple(replace_strings(item, leaf) for item in value)
    if isinstance(value, Secret):
        return Secret(replace_strings(value.value, leaf))
    if isinstance(value, Mapping):
        return {name: replace_strings(item, leaf) for name, item in value.items()}
    return value


def strings(value: Value) -> Iterator[str]:
    """Every string inside a value, keys of maps not among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from strings(item)
    elif isinstance(value, Secret):
        yield from strings(value.value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from strings(item)


def _open(value: Value) -> bool:
    return isinstance(value, Unknown) and not value.depends_on


def count_unknown(value: Value) -> int:
    """How many values inside are unknown and have nothing said about what they depend on."""
    if isinstance(value, Unknown):
        return int(_open(value))
    if isinstance(value, tuple):
        return sum(count_unknown(item) for item in value)
    if isinstance(value, Secret):
        return count_unknown(value.value)
    if isinstance(value, Mapping):
        return sum(count_unknown(item) for item in value.values())
    return 0


def in_one_list(value: Value, unknown: int) -> bool:
    """Whether all unknown values are direct items of the same list (then their order says nothing)."""
    if isinstance(value, tuple):
        direct = sum(1 for item in value if _open(item))
        return direct == unknown or any(in_one_list(item, unknown) for item in value)
    if isinstance(value, Secret):
        return in_one_list(value.value, unknown)
    if isinstance(value, Mapping):
        return any(in_one_list(item, unknown) for item in value.values())
    return False


def _map_unknown(value: Value, make: Callable[[], Value]) -> Value:
    if isinstance(value, Unknown):
        return make() if _open(value) else value
    if isinstance(value, tuple):
        return tuple(_map_unknown(item, make) for item in value)
    if isinstance(value, Secret):
        return replace(value, value=_map_unknown(value.value, make))
    if isinstance(value, Mapping):
        return {name: _map_unknown(item, make) for name, item in value.items()}
    return value


def fill(value: Value, targets: Iterator[str]) -> Value:
    """Every such unknown value replaced by a reference to the next of `targets`."""
    return _map_unknown(value, lambda: Ref(next(targets)))


def settle(value: Value, unknown: Unknown) -> Value:
    """Every such unknown value replaced by `unknown`."""
    return _map_unknown(value, lambda: unknown)


def _without_references(value: Value) -> Value:
    if isinstance(value, Ref):
        return Ref("")
    if isinstance(value, tuple):
        return tuple(_without_references(item) for item in value)
    if isinstance(value, Mapping):
        return {name: _without_references(item) for name, item in value.items()}
    return value


def sorted_references(value: Value) -> Value:
    """Every list whose items differ in nothing but the references in them sorted by these."""
    if isinstance(value, tuple):
        items = [sorted_references(item) for item in value]
        if len(items) > 1 and isinstance(items[0], Ref | Mapping):
            masked = [_without_references(item) for item in items]
            if all(shape == masked[0] for shape in masked):
                items.sort(key=lambda item: [ref.urn for ref in references(item)])
        return tuple(items)
    if isinstance(value, Secret):
        return Secret(sorted_references(value.value))
    if isinstance(value, Mapping):
        return {name: sorted_references(item) for name, item in value.items()}
    return value
