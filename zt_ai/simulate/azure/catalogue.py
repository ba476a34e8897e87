"""The table of Azure resource types (``types.toml``): where each lies, how it is named, what it refers to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

PACKAGE = "azure-native"
Autoname = Literal["random", "copy", "uuid", "default"]
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One type's lines in the table; the fields are explained at the head of ``types.toml``."""

    token: str
    path: str
    name: str | None = None
    autoname: Autoname = "random"
    unique: bool = False
    location: Literal["region", "global", "none"] = "region"
    replace: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    here: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    singleton: bool = False
    outputs: Mapping[str, Any] = field(default_factory=dict)
    write_only: tuple[str, ...] = ()
    tabled: bool = True

    @property
    def fields(self) -> tuple[str, ...]:
        """The inputs that stand in the path; a change of one makes another resource."""
        return tuple(_FIELD.findall(self.path))

    @property
    def name_field(self) -> str:
        """The input that holds the resource's own name."""
        return self.fields[-1]

    @property
    def arm_type(self) -> str:
        """The type as Azure Resource Manager writes it, ``Microsoft.Network/virtualNetworks/subnets``."""
        tail = (
            self.path.rpartition("/providers/")[2] if "/providers/" in self.path else "Microsoft.Resources" + self.path
        )
        namespace, *rest = tail.strip("/").split("/")
        if "/providers/" not in self.path:
            return "/".join([namespace, *[part for part in rest if "{" not in part]])
        return "/".join([namespace, *rest[::2]])


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry of the table, by full token (``azure-native:network:Subnet``)."""
    text = resources.files(__package__).joinpath("types.toml").read_text(encoding="utf-8")
    return {full(short): _entry(full(short), raw) for short, raw in tomllib.loads(text).items()}


def full(short: str) -> str:
    """A token with its package in front; special kinds of references (``@any``) stay as they are."""
    return short if short.startswith("@") else f"{PACKAGE}:{short}"


def entry(token: str, properties: Mapping[str, Any] | None = None) -> Entry:
    """The entry of a token. A type outside the table is simulated by its name: Azure's ids follow one pattern.

    ``properties`` are the inputs the SDK declares for the type; its own name is the one called after it.
    """
    found = entries().get(token)
    if found is not None:
        return found
    module, leaf = token.split(":")[1], token.rsplit(":", 1)[-1]
    segment = leaf[0].lower() + leaf[1:]
    names = [f"{segment}Name", "resourceName", "name"]
    own = next((name for name in names if properties is None or name in properties), names[0])
    group = (
        ""
        if properties is not None and "resourceGroupName" not in properties
        else "/resourceGroups/{resourceGroupName}"
    )
    path = f"{group}/providers/Microsoft.{module.capitalize()}/{segment}s/{{{own}}}"
    has_location = properties is None or "location" in properties
    return Entry(token, path, location="region" if has_location else "none", tabled=False)


@cache
def token_of(arm_type: str) -> str | None:
    """The token of a type as Azure Resource Manager writes it, in whatever case."""
    wanted = arm_type.lower()
    return next((line.token for line in entries().values() if line.arm_type.lower() == wanted), None)


def _entry(token: str, raw: Mapping[str, Any]) -> Entry:
    values = dict(raw)
    values["unique"] = values.pop("global", False)
    for name in ("replace", "fixed", "here", "blocks"):
        values[name] = frozenset(values.get(name, ()))
    values["write_only"] = tuple(values.get("write_only", ()))
    values["references"] = {
        path: tuple(full(name) for name in names) for path, names in values.get("references", {}).items()
    }
    return Entry(token=token, **values)
