"""Engines in the user's cache: where they lie, and how one is put there whole or not at all.

Layout below `cache_root()`: `engine/<version>/bin/pulumi` (the layout `PulumiCommand.install(root=…)` makes too, so the
official language plugins lie beside the binary) and `home/`, the `PULUMI_HOME` of our engine runs.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from semver import VersionInfo

from zt_ai.cache import cache_root

BINARY = "pulumi.exe" if os.name == "nt" else "pulumi"


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
