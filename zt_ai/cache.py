"""The user's cache folder, and a lock for what several processes would make there at once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def cache_root() -> Path:
    """`$XDG_CACHE_HOME/zt-ai`, else the platform's cache folder (`~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG base directory specification says that a relative path is invalid and must be ignored.
    if base and Path(base).is_absolute():
        return Path(base) / "zt-ai"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "zt-ai"
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "zt-ai" / "cache"
    return Path.home() / ".cache" / "zt-ai"


@contextmanager
def exclusive(path: Path, waiting: Callable[[], None], poll: float = 0.5) -> Iterator[None]:
    """Hold an advisory lock on the file `path`; `waiting` is called every `poll` seconds while somebody else has it.

    The operating system drops the lock when its holder dies, so a killed process never blocks the next one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as handle:
        while not _try_lock(handle):
            waiting()
            time.sleep(poll)
        try:
            yield
        finally:
            _unlock(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: IO[bytes]) -> bool:
        handle.seek(0)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(handle: IO[bytes]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
