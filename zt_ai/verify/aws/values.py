"""Reading values of a resource graph: typed, looking through secrets, None for what is not there or not known."""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.graph import Resource, Secret, Unknown, Value


def plain(value: Value) -> Value:
    """The value without its secret wrapper; a secret of which only the ciphertext is there is unknown."""
    while isinstance(value, Secret):
        value = Unknown() if value.value is None else value.value
    return value


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
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    return None


def flag(value: Value) -> bool | None:
    """A truth value, also written as a string; else None."""
    value = plain(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
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


def unknown(value: Value) -> bool:
    """Whether a value is not known before the deployment."""
    value = plain(value)
    return isinstance(value, Unknown)


def tags(resource: Resource) -> dict[str, str]:
    """Tags of a resource, those set by the provider's default tags included."""
    found: dict[str, str] = {}
    for source in (resource.outputs.get("tagsAll"), resource.inputs.get("tagsAll"), resource.inputs.get("tags")):
        for key, value in mapping(source).items():
            word = text(value)
            if word is not None:
                found[key] = word
    return found


def short_type(resource: Resource) -> str:
    """Type token without the package, for example `ec2/vpc:Vpc`."""
    return resource.type.removeprefix("aws:")
