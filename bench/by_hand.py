"""The resources of a plan registered by hand: the same types with the same values, straight through the cloud's SDK.

This is what an engineer would write without zt-ai, so the ratio to it is the price of the specification, of the
derivation and of the proof alone: both sides load the same packages of the SDK.
"""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench.baseline import timed
from zt_ai.graph.model import Ref, ResourceGraph, Secret, Unknown, Value

_LEFT_OUT = frozenset({"identity"})
"""Azure's machines take a list of identities and give back a mapping, which mocks cannot: one property less."""
SDK = {"aws": "pulumi_aws", "azure-native": "pulumi_azure_native", "gcp": "pulumi_gcp"}


def write(graph: ResourceGraph, path: Path) -> None:
    """Write the custom resources of a graph as JSON, in the order of their registration; providers are left out."""
    resources = [
        {"urn": r.urn, "type": r.type, "name": r.name, "inputs": _plain(r.inputs)}
        for r in graph
        if r.custom and not r.type.startswith("pulumi:")
    ]
    path.write_text(json.dumps(resources))


def _plain(value: Value) -> object:
    match value:
        case Ref(urn=urn):
            return {"$ref": urn}
        case Unknown():
            return "known-later"
        case Secret(value=inner):
            return _plain(inner)
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case tuple():
            return [_plain(inner) for inner in value]
        case _:
            return value


def by_hand(path: Path) -> None:
    """Register the written resources, and print the seconds it took, the loading of their packages included."""
    resources: list[dict[str, Any]] = json.loads(path.read_text())
    for token in {resource["type"].split(":")[0] for resource in resources}:
        importlib.import_module(SDK[token])

    def register() -> None:
        made: dict[str, Any] = {}
        for resource in resources:
            make, arguments = _class(resource["type"])
            inputs = {
                arguments[key.lower()]: _bound(value, made)
                for key, value in resource["inputs"].items()
                if key not in _LEFT_OUT
            }
            made[resource["urn"]] = make(resource["name"], **inputs)

    timed(register)


def _class(token: str) -> tuple[Callable[..., Any], Mapping[str, str]]:
    """The SDK's class of a type token, and its arguments by their letters: `publicIPAddressVersion` is written with
    underscores and without capitals in Python."""
    package, place, name = token.split(":")
    made = getattr(importlib.import_module(f"{SDK[package]}.{place.split('/')[0]}"), name)
    return made, {word.replace("_", ""): word for word in inspect.signature(made._internal_init).parameters}


def _bound(value: Any, made: Mapping[str, Any]) -> Any:
    match value:
        case {"$ref": urn}:
            return made[urn].id if urn in made else "elsewhere"
        case dict():
            return {key: _bound(inner, made) for key, inner in value.items()}
        case list():
            return [_bound(inner, made) for inner in value]
        case _:
            return value
