"""Compiled databases, kept in the user's cache: hyperscan takes twelve seconds for what is read in a few milliseconds.

`<cache>/detectors/<key>` holds one database behind its SHA-256. The key is made of the patterns and of what hyperscan
says of itself and of this processor, so no other version ever reads it. What lies there is believed only if it belongs
to this user and nobody else can write it: whoever can do that can replace the program as well. Where nothing can be
kept everything works the same, and starts more slowly.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import hyperscan

from zt_ai.cache import cache_root, exclusive

_WORTH: Final = 200
"""Patterns from which on a database is kept: fewer are compiled in milliseconds."""
_KEPT: Final = 24
"""Databases that are kept, each of 3 to 4 MB. One choice of detector sets has three."""
_PATIENCE: Final = 30.0
"""Seconds to wait for another process that compiles; after them we do it ourselves. Both have to be over within the
grace that the supervisor gives a new worker."""
_DIGEST: Final = 32
_LOCK: Final = ".lock"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One hyperscan expression over UTF-8 bytes."""

    id: int
    expression: bytes
    group: str
    """Those of one group are compiled into one database."""
    once: bool = False
    """Whether its first match in a text is enough."""


def databases(groups: Sequence[Sequence[Pattern]], folder: Path | None = None) -> list[Any]:
    """A database for each group of patterns, from `folder` (by default the user's cache) or compiled now.

    Raises:
        hyperscan.HyperscanError: there is a pattern that hyperscan cannot run.
    """
    shelf = _Shelf(folder or cache_root() / "detectors")
    found = [shelf.get(group) for group in groups]
    if all(one or len(group) < _WORTH for one, group in zip(found, groups, strict=True)):
        return [one or _compile(group) for one, group in zip(found, groups, strict=True)]
    with shelf.locked():  # of several workers that start at once, one compiles
        found = [one or shelf.get(group) for one, group in zip(found, groups, strict=True)]
        with ThreadPoolExecutor() as pool:  # hyperscan lets go of the interpreter meanwhile
            made = list(pool.map(lambda one, group: one or _compile(group), found, groups))
        for one, before, group in zip(made, found, groups, strict=True):
            if before is None:
                shelf.put(group, one)
    return made


class _Shelf:
    """The folder with databases."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone, or after some patience with whoever else is there."""
        until = time.monotonic() + _PATIENCE

        def waiting() -> None:
            if time.monotonic() > until:
                raise TimeoutError

        with ExitStack() as stack:
            with suppress(OSError):  # it cannot be written, or the other one hangs
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                stack.enter_context(exclusive(self._folder / _LOCK, waiting, poll=0.05))
            yield

    def get(self, patterns: Sequence[Pattern]) -> Any | None:
        """The database of these patterns, if it is there, whole and ours."""
        if len(patterns) < _WORTH:
            return None
        path = self._folder / _key(patterns)
        try:
            with open(path, "rb", opener=_without_links) as file:
                if not _ours(self._folder.stat()) or not _ours(os.fstat(file.fileno())):
                    return None
                digest, data = file.read(_DIGEST), file.read()
            if hashlib.sha256(data).digest() != digest:
                return None
            database = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
        except (OSError, hyperscan.HyperscanError):
            return None
        with suppress(OSError):
            os.utime(path)  # what is used is kept longest
        return database

    def put(self, patterns: Sequence[Pattern], database: Any) -> None:
        """Keep a database, if that can be done."""
        if len(patterns) < _WORTH:
            return
        data = hyperscan.dumpb(database)
        with suppress(OSError):
            number, name = tempfile.mkstemp(prefix=".new-", dir=self._folder)
            with open(number, "wb") as file:
                file.write(hashlib.sha256(data).digest() + data)
            Path(name).replace(self._folder / _key(patterns))
            there = [path for path in self._folder.iterdir() if path.name != _LOCK]
            for path in sorted(there, key=lambda path: path.stat().st_mtime)[:-_KEPT]:
                path.unlink()


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _key(patterns: Sequence[Pattern]) -> str:
    digest = hashlib.sha256(_hyperscan())
    for one in patterns:
        digest.update(b"\n%d %d %d " % (one.id, one.once, len(one.expression)) + one.expression)
    return digest.hexdigest()


@cache
def _hyperscan() -> bytes:
    """Its version, and the features of the processor for which it compiles."""
    return bytes(_compile([Pattern(0, b"[0-9]", "")]).info())


def _compile(patterns: Sequence[Pattern]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[pattern.expression for pattern in patterns],
        ids=[pattern.id for pattern in patterns],
        elements=len(patterns),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH if pattern.once else 0 for pattern in patterns],
    )
    return database
