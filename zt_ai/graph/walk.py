"""Walking through values: finding and replacing what is inside, shape untouched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from zt_ai.graph.model import Ref, Secret, Unknown, Value


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


def sorted_references(value: Value) -> Value:
    """Every list of references alone sorted by URN."""
    if isinstance(value, tuple):
        if value and all(isinstance(item, Ref) for item in value):
            return tuple(sorted((item for item in value if isinstance(item, Ref)), key=lambda ref: ref.urn))
        return tuple(sorted_references(item) for item in value)
    if isinstance(value, Secret):
        return Secret(sorted_references(value.value))
    if isinstance(value, Mapping):
        return {name: sorted_references(item) for name, item in value.items()}
    return value
