"""One way to write a record: the same fields always give the same bytes, so that a hash over them means something.

Canonical form: JSON (RFC 8259) with names sorted by code point, no white space, everything outside ASCII as `\\uXXXX`.
ASCII, because a lone surrogate has no UTF-8 form, and because control characters, line separators and marks that turn
the direction of writing cannot then do anything to a terminal or to a log shipper. Whole numbers only, and only those
that every JSON reader keeps (RFC 8259, section 6): a fraction has more than one way to be written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zt_ai.audit.errors import RecordError

RESERVED = frozenset({"seq", "chain", "prev", "key", "entry", "hash", "mac", "event", "export"})
"""Names that the journal gives itself. A caller that could write them could forge a link or an event."""

MAX_LINE = 16_000
"""Largest record, in bytes of its line. Docker cuts a log line at 16 KiB [moby, daemon/logger/copier.go,
`defaultBufSize`], and half a record in the log store would be no record."""

MAX_RECORD = MAX_LINE - 400
"""Largest record as its caller gives it, in bytes of its canonical form. What the journal adds has less than 400."""

_GREATEST = 2**53 - 1
_DEPTH = 8
_SIMPLE = frozenset({str, bool, type(None)})

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


def encode(value: Any) -> str:
    """The canonical form of plain JSON data. Raises RecordError for anything else."""
    _check(value, _DEPTH)
    return _encode(value)


def encode_fields(fields: Mapping[str, Any]) -> str:
    """The canonical form of a caller's record. Raises RecordError for a reserved name, or a record too large, too."""
    if not RESERVED.isdisjoint(fields):
        raise RecordError(f"names of the journal's own in a record: {', '.join(sorted(RESERVED & set(fields)))}")
    canonical = encode(dict(fields))
    if len(canonical) > MAX_RECORD:
        raise RecordError(f"a record of {len(canonical)} bytes is too large; {MAX_RECORD} at most")
    return canonical


def read_fields(line: bytes) -> str:
    """A record that somebody else brought into canonical form. Raises RecordError for what cannot be one.

    Who sends it is believed that it is one: to read it and write it anew would cost as much as all the rest.
    """
    if not line.isascii() or len(line) > MAX_RECORD:
        raise RecordError("a record is not ASCII, or too large")
    text = line.decode("ascii")
    if not text.isprintable() or text[:1] != "{" or text[-1:] != "}":
        raise RecordError("a record is not in canonical form")
    return text


def _check(value: Any, depth: int) -> None:
    # On the way of every request: exact types are looked up first, and texts and the like are not descended into.
    kind = type(value)
    if kind in _SIMPLE or isinstance(value, str):
        return
    if isinstance(value, int):
        if not -_GREATEST <= value <= _GREATEST:
            raise RecordError("a whole number in a record does not fit into 53 bits; write it as text")
        return
    if not isinstance(value, dict | list | tuple):
        raise RecordError(
            f"a record takes text, whole numbers, true, false, null, lists and objects, not {kind.__name__}"
        )
    if depth == 0:
        raise RecordError(f"a record is nested deeper than {_DEPTH} levels")
    if isinstance(value, dict):
        for name in value:
            if not isinstance(name, str):
                raise RecordError(f"a name in a record is of type {type(name).__name__}, not text")
    for item in value.values() if isinstance(value, dict) else value:
        if type(item) not in _SIMPLE:
            _check(item, depth - 1)


def decode(text: str) -> Any:
    """Parse one JSON text strictly: no name twice, no NaN. Raises ValueError."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
