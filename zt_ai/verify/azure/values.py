"""Reading values of a resource graph in three states: there, absent, not known before the deployment."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zt_ai.graph import Ref, Resource, Secret, Unknown, Value

PACKAGE = "azure-native:"
UNKNOWN = Unknown()

# Marks in a free text, for resources that take no tags: `[zt-ai:clause=flow:a-to-b]`.
_MARK = re.compile(r"\[(zt-ai:[a-z-]+)=([^\]\s]+)\]")
# Explicit API versions: `network/v20240501:Subnet` is the same resource as `network:Subnet`.
_VERSION = re.compile(r"^([a-z]+)/v[0-9]{8}(?:preview)?:")


def plain(value: Value) -> Value:
    """The value without its secret wrapper; a secret of which only the ciphertext is there is unknown."""
    while isinstance(value, Secret):
        value = UNKNOWN if value.value is None else value.value
    return value


def is_unknown(value: Value) -> bool:
    """Whether a value is not known before the deployment."""
    return isinstance(plain(value), Unknown)


def text(value: Value) -> str | None:
    """A string, or None."""
    value = plain(value)
    return value if isinstance(value, str) else None


def number(value: Value) -> int | None:
    """A whole number, also written as a string or as 443.0; else None."""
    value = plain(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return None


def flag(value: Value) -> bool | None:
    """A truth value, also written as a string (`Enabled` and `Disabled` included); else None."""
    value = plain(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "false": False, "enabled": True, "disabled": False}.get(value.lower())
    return None


def items(value: Value) -> tuple[Value, ...]:
    """The members of a list; nothing for None; a single value alone."""
    value = plain(value)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def mapping(value: Value) -> Mapping[str, Value]:
    """An object, or an empty one."""
    value = plain(value)
    return value if isinstance(value, Mapping) else {}


def at(value: Value, *path: str) -> Value:
    """The value at a path of keys; None where one is absent; an unknown on the way is the answer."""
    for key in path:
        value = plain(value)
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return plain(value)


def maps(value: Value) -> tuple[Mapping[str, Value], ...]:
    """The members of a list of objects."""
    return tuple(one for one in map(plain, items(value)) if isinstance(one, Mapping))


def texts(value: Value) -> tuple[str, ...]:
    """The members of a list that are known texts."""
    return tuple(one for one in map(plain, items(value)) if isinstance(one, str))


def unknown_in(value: Value) -> bool:
    """Whether anything inside is not known before the deployment. A reference counts as known."""
    value = plain(value)
    if isinstance(value, Unknown):
        return True
    if isinstance(value, tuple):
        return any(map(unknown_in, value))
    return isinstance(value, Mapping) and any(map(unknown_in, value.values()))


def reference(value: Value) -> Value:
    """What a sub-resource `{id: …}` refers to, or the value itself."""
    value = plain(value)
    return plain(value.get("id")) if isinstance(value, Mapping) and "id" in value else value


def short_type(resource: Resource) -> str:
    """Type token without the package and without an API version, for example `network:Subnet`."""
    return _VERSION.sub(r"\1:", resource.type.removeprefix(PACKAGE))


def tags(resource: Resource) -> dict[str, str]:
    """Tags of a resource and the marks in its description."""
    found = {name: word for word_of in _marked(resource) for name, word in word_of.items()}
    for key, value in mapping(resource.inputs.get("tags")).items():
        word = text(value)
        if word is not None:
            found[key] = word
    return found


def _marked(resource: Resource) -> list[dict[str, str]]:
    said = text(resource.inputs.get("description"))
    return [dict(_MARK.findall(said))] if said else []


def clauses(resource: Resource) -> str | None:
    """Clauses that a resource says it was made for, in its tags or its description."""
    said = text(resource.inputs.get("description")) or ""
    found = [word for name, word in _MARK.findall(said) if name == "zt-ai:clause"]
    found += [
        word
        for key, value in sorted(mapping(resource.inputs.get("tags")).items())
        if (key == "zt-ai:clause" or key.startswith("zt-ai:clause-")) and (word := text(value))
    ]
    return " ".join(dict.fromkeys(found)) or None


__all__ = [
    "PACKAGE",
    "UNKNOWN",
    "Ref",
    "at",
    "clauses",
    "flag",
    "is_unknown",
    "items",
    "mapping",
    "maps",
    "number",
    "plain",
    "reference",
    "short_type",
    "tags",
    "text",
    "texts",
    "unknown_in",
]
