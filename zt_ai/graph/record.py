"""Fields of the engine's JSON, read with an error that names what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zt_ai.graph.model import GraphError
from zt_ai.graph.normalise import Raw, urn_name

_URN_PARTS = 4


def mapping(value: Any, what: str) -> Mapping[str, Any]:
    """`value` as a map; empty for null; `GraphError` for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise GraphError(f"{what} is a {type(value).__name__} where a map belongs")
    return value


def items(value: Any, what: str) -> list[Any]:
    """`value` as a list; empty for null; `GraphError` for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise GraphError(f"{what} is a {type(value).__name__} where a list belongs")
    return value


def text(value: Any, what: str) -> str:
    """`value` as a string; empty for null; `GraphError` for anything else."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise GraphError(f"{what} is a {type(value).__name__} where a string belongs")
    return value


def urn(value: Any) -> str:
    """A URN: `urn:pulumi:stack::project::types::name`."""
    given = text(value, "a URN")
    if not given.startswith("urn:pulumi:") or given.count("::") < _URN_PARTS - 1:
        raise GraphError(f"{given!r} is no URN: urn:pulumi:<stack>::<project>::<types>::<name> belongs here")
    return given


def dependencies(value: Any, what: str) -> Mapping[str, tuple[str, ...]]:
    """Property dependencies: the URNs that each property was computed from."""
    return {
        name: tuple(text(target, f"a dependency of {what}") for target in items(targets, f"{name} of {what}"))
        for name, targets in mapping(value, what).items()
    }


def resource(given: Mapping[str, Any]) -> Raw:
    """A resource of a state or of a preview (`ResourceV3` in the engine's `sdk/go/common/apitype/core.go`)."""
    name = urn(given.get("urn"))
    type_ = text(given.get("type"), f"the type of {name}") or name.split("::")[2].rpartition("$")[2]
    return Raw(
        urn=name,
        type=type_,
        name=urn_name(name),
        parent=text(given.get("parent"), f"the parent of {name}"),
        custom=given.get("custom") is True,
        id=text(given.get("id"), f"the id of {name}"),
        inputs=mapping(given.get("inputs"), f"the inputs of {name}"),
        outputs=mapping(given.get("outputs"), f"the outputs of {name}"),
        property_dependencies=dependencies(given.get("propertyDependencies"), f"the dependencies of {name}"),
        dependencies=tuple(items(given.get("dependencies"), f"the dependencies of {name}")),
        provider=text(given.get("provider"), f"the provider of {name}"),
    )


def in_order(found: Mapping[str, Raw]) -> Iterable[Raw]:
    """Parents and dependencies before those that need them, else in the order given (a plan is sorted by URN)."""
    done: dict[str, Raw] = {}
    for start in found:
        stack = [(start, False)]
        entered: set[str] = set()
        while stack:
            name, ready = stack.pop()
            if name in done or name not in found:
                continue
            if ready:
                done[name] = found[name]
                continue
            if name in entered:
                continue
            entered.add(name)
            raw = found[name]
            stack.append((name, True))
            stack.extend((need, False) for need in sorted({raw.parent, *raw.dependencies} - {""}, reverse=True))
    return done.values()
