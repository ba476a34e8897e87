"""What the installed Pulumi SDK says about its resource types, read from its own classes.

Nothing here is a list of types: the tables that every generated SDK registers (``pulumi.runtime``'s resource modules)
lead from a type token to a class, the class's module leads to its ``…Args`` class, and the getters of that class carry
the wire names and types. Only the one subpackage a token belongs to is imported, on first use.
"""

from __future__ import annotations

import collections.abc
import importlib
import importlib.metadata
import inspect
import json
import sys
import threading
import types
import typing
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any, Literal

from pulumi import Output
from pulumi.runtime import rpc

ScalarKind = Literal["string", "integer", "number", "boolean", "any", "asset"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; ``choices`` are the values of an SDK enumeration (not closed: the SDK accepts any string)."""

    kind: ScalarKind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list."""

    element: InputType


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with free keys."""

    element: InputType


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any of several types."""

    options: tuple[InputType, ...]


@dataclass(slots=True)
class ObjectOf:
    """An object with declared properties, by wire name. ``python_names`` leads from the Python spelling to them."""

    name: str
    properties: dict[str, InputType] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    python_names: dict[str, str] = field(default_factory=dict)


InputType = Scalar | ListOf | MapOf | OneOf | ObjectOf


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One resource type of the SDK: its inputs, the names of all its outputs, what it says of them and of itself."""

    token: str
    inputs: ObjectOf
    outputs: frozenset[str]
    notes: Mapping[str, str]
    text: str = ""


class UnknownTypeError(LookupError):
    """The SDK has no such resource type."""


class Sdk:
    """The Pulumi SDK of one package, for instance ``Sdk("aws", "pulumi_aws")``."""

    def __init__(self, package: str, module: str) -> None:
        self.package = package
        self.module = module
        self._types: dict[str, ResourceType] = {}
        self._classes: dict[str, tuple[str, str]] | None = None
        self._lock = threading.RLock()

    @property
    def version(self) -> str:
        """The SDK's version, ``7.51.1``."""
        return importlib.metadata.version(self.module.replace("_", "-"))

    def tokens(self) -> tuple[str, ...]:
        """Every resource type token the SDK registers."""
        return tuple(self._class_table())

    def has(self, token: str) -> bool:
        """Whether the SDK has that resource type."""
        return token in self._class_table()

    def resource(self, token: str) -> ResourceType:
        """The resource type of a token. Raises :class:`UnknownTypeError`."""
        found = self._types.get(token)
        if found is None:
            with self._lock:
                found = self._types.get(token) or self._read(token)
                self._types[token] = found
        return found

    def _class_table(self) -> dict[str, tuple[str, str]]:
        if self._classes is None:
            with self._lock:
                self._classes = _registered(self.module)
        return self._classes

    def _read(self, token: str) -> ResourceType:
        place = self._class_table().get(token)
        if place is None:
            raise UnknownTypeError(token)
        with warnings.catch_warnings():
            # A service's package warns about each deprecated type in it, not about the one that is wanted.
            warnings.simplefilter("ignore", DeprecationWarning)
            resource = getattr(importlib.import_module(place[0]), place[1])
        module = sys.modules[resource.__module__]
        # The Args class is found through its own module: in the package, a nested type may have taken its name
        # (aws.s3.BucketVersioningArgs is a property of Bucket, not the arguments of BucketVersioning).
        args = getattr(module, next(name for name in module.__all__ if name != place[1]))
        notes = {wire: (prop.fget.__doc__ or "") for wire, prop, _ in _properties(args)}
        outputs = frozenset(wire for wire, _, _ in _properties(resource))
        # The description of a resource stands at the overloads of its constructor, not at its class.
        text = next((inspect.getdoc(found) or "" for found in typing.get_overloads(resource.__init__)), "")
        return ResourceType(token, _object(args), outputs, notes, text)


def _registered(module: str) -> dict[str, tuple[str, str]]:
    importlib.import_module(module)
    table: dict[str, tuple[str, str]] = {}
    # There is no public way to list what is registered, only to look one module up by its exact key.
    for modules in rpc._RESOURCE_MODULES.values():
        for entry in modules if isinstance(modules, list) else [modules]:
            info = getattr(entry, "mod_info", None)
            if info and str(info.get("fqn", "")).split(".")[0] == module:
                for token, name in info["classes"].items():
                    table[token] = (info["fqn"], name)
    return table


def _properties(cls: type) -> list[tuple[str, property, str]]:
    """The (wire name, property, Python name) of each Pulumi getter of a generated class."""
    found = []
    for name, member in inspect.getmembers(cls, lambda item: isinstance(item, property)):
        wire = getattr(member.fget, "_pulumi_name", None)
        if wire is not None:
            found.append((str(wire), member, name))
    return found


@cache
def _object(cls: Any) -> ObjectOf:
    result = ObjectOf(cls.__name__.removesuffix("Args"))
    _OBJECTS_UNDER_WAY[cls] = result
    scope = {**vars(sys.modules[cls.__module__])}
    required = {
        name
        for name, parameter in inspect.signature(cls).parameters.items()
        if parameter.default is inspect.Parameter.empty and name != "__self__"
    }
    for wire, prop, name in _properties(cls):
        # "T" is the type variable inside pulumi.Input; its value does not matter, since Output[...] is dropped.
        hints = typing.get_type_hints(prop.fget, globalns=scope, localns={"T": type(None), "Output": Output})
        result.properties[wire] = _convert(hints.get("return", Any))
        result.python_names[name] = wire
    result.required = frozenset(result.python_names[name] for name in required if name in result.python_names)
    _OBJECTS_UNDER_WAY.pop(cls, None)
    return result


_OBJECTS_UNDER_WAY: dict[Any, ObjectOf] = {}
_SCALARS: dict[Any, Scalar] = {
    str: Scalar("string"),
    int: Scalar("integer"),
    float: Scalar("number"),
    bool: Scalar("boolean"),
}
_ANY = Scalar("any")


def _convert(hint: Any) -> InputType:  # noqa: PLR0912 - one branch for each kind of hint
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        options: list[InputType] = []
        for option in typing.get_args(hint):
            inner = typing.get_origin(option)
            if option is type(None) or inner in (collections.abc.Awaitable,) or _is_output(option):
                continue
            if _is_typed_dict(option):
                continue
            converted = _convert(option)
            if converted not in options:
                options.append(converted)
        if any(isinstance(option, Scalar) and option.choices for option in options) and _SCALARS[str] in options:
            options.remove(_SCALARS[str])  # Union[str, AnEnum]: the enumeration says more
        if len(options) == 1:
            return options[0]
        return OneOf(tuple(options)) if options else _ANY
    if origin in (list, collections.abc.Sequence):
        return ListOf(_convert(typing.get_args(hint)[0]))
    if origin in (dict, collections.abc.Mapping):
        return MapOf(_convert(typing.get_args(hint)[1]))
    if isinstance(hint, type):
        if issubclass(hint, Enum):
            return Scalar("string", tuple(str(item.value) for item in hint)) if issubclass(hint, str) else _ANY
        if getattr(hint, "_pulumi_input_type", False):
            arguments: Any = hint
            return _OBJECTS_UNDER_WAY.get(hint) or _object(arguments)
        if hint.__module__.startswith("pulumi.asset"):
            return Scalar("asset")
    return _ANY


def _is_output(hint: Any) -> bool:
    origin = typing.get_origin(hint) or hint
    return getattr(origin, "__module__", "") == "pulumi.output"


def _is_typed_dict(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, dict)


def schema_text(package: str, version: str) -> str:
    """A minimal Pulumi package schema: enough for the engine to know what it attached to."""
    return json.dumps({"name": package, "version": version, "description": "simulated; not the real provider"})
