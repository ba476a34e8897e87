"""Pulumi's wire values (JSON with signature keys) turned into `Value`.

Sources, all in github.com/pulumi/pulumi at v3.259.0: the signatures are in `sdk/go/common/resource/sig/sig.go`, the
sentinels of unknown values in `sdk/go/common/resource/plugin/rpc.go`, the JSON forms of secrets, resource references,
byte strings and special numbers in `pkg/resource/stack/deployment.go` (`DeserializePropertyValue`).
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import Callable, Mapping
from typing import Any, Final

from zt_ai.graph.model import GraphError, Ref, Secret, Unknown, Value

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  (a signature, not a password)
_RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_BYTES: Final = "803fd3297a5875dc03ca845dda5d2a98"
_ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
_ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
_FLOAT: Final = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c"

UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWNS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        UNKNOWN_STRING,
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)

# What `pulumi preview --json` writes in place of a secret: `pkg/backend/display/json.go`, `massagePropertyValue`.
_MASKED: Final = "[secret]"
# Bookkeeping of the Terraform bridge and of native providers; no part of what the program asked for.
_BOOKKEEPING: Final = frozenset({"__defaults", "__meta", "__autonamed", "__createBeforeDelete"})

UNRESOLVED: Final = Unknown()


def properties(wire: Mapping[str, Any]) -> dict[str, Value]:
    """Decode a bag of properties, without bookkeeping keys and without what a provider filled in by default.

    `__defaults` names the properties that the provider's check added (a generated name, a schema default). They are
    dropped here, because a program run without a provider does not have them; a state still shows them as outputs.
    Nulls are dropped: on the wire an absent property and a null are the same.
    """
    defaults = wire.get("__defaults")
    dropped = _BOOKKEEPING.union(name for name in defaults if isinstance(name, str)) if defaults else _BOOKKEEPING
    return {name: decode(value) for name, value in wire.items() if value is not None and name not in dropped}


def results(outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Value]:
    """Decode the outputs of a resource; what its provider filled into the inputs by default counts among them.

    A printed preview has no outputs, but a generated name stands in its inputs.
    """
    filled = {name: inputs[name] for name in inputs.get("__defaults") or () if name in inputs}
    found = {**filled, **outputs}
    return {name: decode(value) for name, value in found.items() if value is not None and name not in _BOOKKEEPING}


def decode(wire: Any) -> Value:
    """One wire value; `GraphError` for a signature that this version does not know or a malformed one."""
    if isinstance(wire, str):
        if wire in UNKNOWNS:
            return UNRESOLVED
        return Secret() if wire == _MASKED else wire
    if isinstance(wire, float) and wire.is_integer():
        return int(wire)
    if wire is None or isinstance(wire, bool | int | float):
        return wire
    if isinstance(wire, list | tuple):
        return tuple(decode(item) for item in wire)
    if isinstance(wire, Mapping):
        return _decoder(wire.get(SIGNATURE))(wire)
    raise GraphError(f"a property value has the type {type(wire).__name__}, which Pulumi's wire format does not know")


def _decoder(signature: Any) -> Callable[[Mapping[str, Any]], Value]:
    if signature is None:
        return properties
    decoder = _DECODERS.get(signature) if isinstance(signature, str) else None
    if decoder is None:
        raise GraphError(f"a property value carries the signature {signature!r}, which is not known")
    return decoder


def _secret(wire: Mapping[str, Any]) -> Value:
    if "value" in wire:  # the form on the gRPC wire
        return Secret(decode(wire["value"]))
    if isinstance(plaintext := wire.get("plaintext"), str):
        try:
            return Secret(decode(json.loads(plaintext)))
        except ValueError as error:
            raise GraphError("a secret's plaintext is not JSON") from error
    return Secret()


def _resource(wire: Mapping[str, Any]) -> Value:
    urn = wire.get("urn")
    if not isinstance(urn, str):
        raise GraphError("a resource reference has no URN")
    return UNRESOLVED if urn in UNKNOWNS else Ref(urn)


def _output(wire: Mapping[str, Any]) -> Value:
    value = decode(wire["value"]) if "value" in wire else Unknown(tuple(sorted(wire.get("dependencies") or ())))
    return Secret(value) if wire.get("secret") else value


def _bytes(wire: Mapping[str, Any]) -> Value:
    try:
        return base64.b64decode(wire["value"], validate=True).decode("utf-8", "surrogateescape")
    except (KeyError, TypeError, binascii.Error) as error:
        raise GraphError("a byte string is not base64") from error


def _float(wire: Mapping[str, Any]) -> Value:
    try:
        number: float = struct.unpack(">d", bytes.fromhex(wire["value"]))[0]
    except (KeyError, TypeError, ValueError, struct.error) as error:
        raise GraphError("a special number is not 16 hexadecimal digits") from error
    return number


def _asset(wire: Mapping[str, Any]) -> Value:
    # The hash is computed by the engine; a program run without one does not have it.
    return {name: decode(value) for name, value in wire.items() if name not in (SIGNATURE, "hash") and value != ""}


_DECODERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Value]]] = {
    _SECRET: _secret,
    _RESOURCE: _resource,
    _OUTPUT: _output,
    _BYTES: _bytes,
    _FLOAT: _float,
    _ASSET: _asset,
    _ARCHIVE: _asset,
}
