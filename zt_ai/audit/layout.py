"""Names and places: `audit.jsonl` is written to, `audit-000001.jsonl` and on are full, `audit.head` is their end."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

CURRENT_NAME = "audit.jsonl"
_SEGMENT = re.compile(r"audit-(\d{6,})\.jsonl")


@dataclass(frozen=True, slots=True)
class Limits:
    """When a file is full, and how much waits."""

    segment_bytes: int = 64 << 20
    """A new file is begun once the current one has this many bytes."""
    daily: bool = True
    """Whether one is begun each day (UTC) too."""
    batch: int = 512
    """Records that are written and synced together at most."""
    waiting: int = 10_000
    """Records that may wait in one process; one more is refused at once."""
    patience: float = 5.0
    """Seconds after which a record that is not written yet is given up."""


DEFAULT_LIMITS = Limits()


def segment_path(folder: Path, number: int) -> Path:
    """File of a full segment."""
    return folder / f"audit-{number:06d}.jsonl"


def segments(folder: Path) -> list[tuple[int, Path]]:
    """The full segments that are there, oldest first."""
    found = ((_SEGMENT.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted((int(match[1]), path) for match, path in found if match)


def timestamp(now: datetime | None = None) -> str:
    """RFC 3339 in UTC with milliseconds, as in every record's `time`."""
    return (now or datetime.now(UTC)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sync_data(handle: int) -> None:
    """Wait until a file's data and length are on the disk. Raises OSError; what was written since the last success may
    then be lost."""
    _sync(handle)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_sync = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync
