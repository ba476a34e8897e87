"""Values that travel between the Pulumi engine and a simulated cloud.

The engine speaks ``google.protobuf.Struct`` with signature objects for what JSON has no word for (Pulumi
documentation, "Provider protocol: property values"): an unknown value is the UUID string ``UNKNOWN_WIRE``, a secret is
an object that carries ``SIGNATURE_KEY``. Here both become Python objects, so the rest of the simulation never sees a
signature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import struct_pb2

UNKNOWN_WIRE: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker of the protocol, no secret


class Unknown:
    """A value that is not known before the deployment. There is one, :data:`UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value the engine keeps encrypted in its state."""

    value: Any

    def __repr__(self) -> str:
        return "<secret>"


def decode(struct: struct_pb2.Struct) -> dict[str, Any]:
    """The Python mapping of a protobuf struct; whole numbers become ``int``."""
    return {key: _decode_value(value) for key, value in struct.fields.items()}


def _decode_value(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text == UNKNOWN_WIRE else text
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        fields = decode(value.struct_value)
        if fields.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
            return Secret(fields.get("value"))
        return fields
    return None


def encode(mapping: Mapping[str, Any]) -> struct_pb2.Struct:
    """The protobuf struct of a mapping; the reverse of :func:`decode`."""
    struct = struct_pb2.Struct()
    for key, item in mapping.items():
        _encode_into(struct.fields[key], item)
    return struct


def _encode_into(target: struct_pb2.Value, item: Any) -> None:
    if item is None:
        target.null_value = struct_pb2.NULL_VALUE
    elif isinstance(item, Unknown):
        target.string_value = UNKNOWN_WIRE
    elif isinstance(item, bool):
        target.bool_value = item
    elif isinstance(item, (int, float)):
        target.number_value = item
    elif isinstance(item, str):
        target.string_value = item
    elif isinstance(item, Secret):
        fields = target.struct_value.fields
        fields[SIGNATURE_KEY].string_value = SECRET_SIGNATURE
        _encode_into(fields["value"], item.value)
    elif isinstance(item, Mapping):
        target.struct_value.SetInParent()
        fields = target.struct_value.fields
        for key, inner in item.items():
            _encode_into(fields[key], inner)
    elif isinstance(item, (list, tuple)):
        target.list_value.SetInParent()
        values = target.list_value.values
        for inner in item:
            _encode_into(values.add(), inner)
    else:
        raise TypeError(f"a {type(item).__name__} has no form on the wire")


def plain(item: Any) -> Any:
    """The value without its secret wrappers, at every depth; unknown values stay."""
    if isinstance(item, Secret):
        return plain(item.value)
    if isinstance(item, Mapping):
        return {key: plain(inner) for key, inner in item.items()}
    if isinstance(item, (list, tuple)):
        return [plain(inner) for inner in item]
    return item


def has_secret(item: Any) -> bool:
    """Whether a secret is anywhere in the value."""
    if isinstance(item, Secret):
        return True
    if isinstance(item, Mapping):
        return any(has_secret(inner) for inner in item.values())
    return isinstance(item, (list, tuple)) and any(has_secret(inner) for inner in item)


def has_unknown(item: Any) -> bool:
    """Whether an unknown value is anywhere in the value."""
    if isinstance(item, Unknown):
        return True
    if isinstance(item, Secret):
        return has_unknown(item.value)
    if isinstance(item, Mapping):
        return any(has_unknown(inner) for inner in item.values())
    return isinstance(item, (list, tuple)) and any(has_unknown(inner) for inner in item)


def values_at(inputs: Mapping[str, Any], path: str, *, unknown: bool = False) -> list[Any]:
    """The values at a dotted path, every list on the way entered; `unknown` keeps what is not known yet on the way."""
    found: list[Any] = [inputs]
    for part in path.split("."):
        found = [item for value in found for item in (value if isinstance(value, list) else [value])]
        found = [
            value if isinstance(value, Unknown) else value[part]
            for value in found
            if (unknown and isinstance(value, Unknown)) or (isinstance(value, Mapping) and value.get(part) is not None)
        ]
    return [item for value in found for item in (value if isinstance(value, list) else [value])]


def texts(item: Any) -> Iterator[str]:
    """Every string leaf of the value, secrets included."""
    if isinstance(item, str):
        yield item
    elif isinstance(item, Secret):
        yield from texts(item.value)
    elif isinstance(item, Mapping):
        for inner in item.values():
            yield from texts(inner)
    elif isinstance(item, (list, tuple)):
        for inner in item:
            yield from texts(inner)
