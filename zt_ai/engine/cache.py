"""The per-user cache: where engines live, how one is put there whole or not at all, and by one process at a time.

Layout below `cache_root()`: `engine/<version>/bin/pulumi` (the layout `PulumiCommand.install(root=…)` makes too, so the
official language plugins lie beside the binary) and `home/`, the `PULUMI_HOME` of our engine runs.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from semver import VersionInfo

BINARY = "pulumi.exe" if os.name == "nt" else "pulumi"


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


def engine_folder(version: VersionInfo) -> Path:
    """The folder of one engine version in the cache; it exists only when it is complete."""
    return cache_root() / "engine" / str(version)


def cached_binary(version: VersionInfo) -> Path | None:
    """The cached engine of this version, or None."""
    path = engine_folder(version) / "bin" / BINARY
    return path if os.access(path, os.X_OK) and path.is_file() else None


@contextmanager
def staging(target: Path) -> Iterator[Path]:
    """A fresh folder beside `target` that becomes `target` by one rename when the block ends without an error.

    A crash leaves at most a `.new-…` folder, which the next staging of the same target (under the lock) removes.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for stale in target.parent.glob(f".new-{target.name}-*"):
        remove_tree(stale)
    folder = Path(tempfile.mkdtemp(prefix=f".new-{target.name}-", dir=target.parent))
    try:
        yield folder
        folder.chmod(0o755)
        if target.exists():
            remove_tree(target)
        folder.rename(target)
    finally:
        if folder.exists():
            remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a tree as far as possible, also one with read-only folders in it (Go's module cache makes them)."""
    for parent, folders, _ in os.walk(folder):
        for name in folders:
            child = Path(parent) / name
            if not child.is_symlink():
                child.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


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
