"""Journals to test with, written by the store itself, without an event loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zt_ai.audit import Keys, Limits
from zt_ai.audit.canonical import encode_fields
from zt_ai.audit.link import make
from zt_ai.audit.store import Store

SECRET = bytes(range(32))
OTHER_SECRET = bytes(range(1, 33))
KEYS = Keys([SECRET])
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def record(number: int, **fields: Any) -> dict[str, Any]:
    """A record as the proxy writes it, shortened."""
    return {
        "time": f"2026-11-25T12:{number // 60 % 60:02d}:{number % 60:02d}.000Z",
        "request_id": f"req-{number}",
        "caller": "intake",
        "provider": "openai",
        "decision": "allow",
        "findings": [{"type": "ssn", "count": 1, "digests": ["0123456789abcdef"]}],
        "tool": None,
        **fields,
    }


def write(
    folder: Path,
    records: Iterable[Mapping[str, Any]],
    *,
    keys: Keys = KEYS,
    segment_bytes: int = 1 << 20,
    now: Callable[[], datetime] = lambda: NOON,
) -> None:
    """Append records one by one, and close."""
    store = Store(folder, keys, Limits(segment_bytes=segment_bytes), now=now)
    try:
        for fields in records:
            store.append([encode_fields(fields)])
    finally:
        store.close()


def current(folder: Path) -> Path:
    """The file that is written to."""
    return folder / "audit.jsonl"


def lines(path: Path) -> list[bytes]:
    """Lines of a file with their ends."""
    return path.read_bytes().splitlines(keepends=True)


def forged(number: int, chain: str, previous: str, fields: Mapping[str, Any]) -> bytes:
    """What somebody can write who knows the format and everything in the journal, but has another key."""
    key = Keys([OTHER_SECRET]).current
    key.id = KEYS.current.id
    return make(key, number, chain, previous, encode_fields(fields))[0].encode() + b"\n"
