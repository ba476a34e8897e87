"""Finding a Pulumi engine: an override, PATH, our cache, the official installer, a build from Go modules.

Each step says what it tries, gives up quickly and leaves its reason behind; `EngineUnavailableError` lists them all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from semver import VersionInfo

from zt_ai.cache import cache_root, exclusive
from zt_ai.engine import build, official, version
from zt_ai.engine.cache import BINARY, cached_binary, engine_folder, staging
from zt_ai.engine.errors import Attempt, AttemptFailedError, EngineUnavailableError
from zt_ai.engine.progress import Progress, Reporter

OVERRIDE = "ZT_AI_PULUMI"
Origin = Literal["override", "path", "cache", "official", "built"]


@dataclass(frozen=True, slots=True)
class EngineBinary:
    """A Pulumi CLI that works with this SDK."""

    path: Path
    version: VersionInfo
    origin: Origin


def find_engine(progress: Progress | None = None) -> EngineBinary:
    """The engine to use, installed or built on the first call of a user, from the cache afterwards.

    `progress(stage, elapsed_seconds)` is called along the way. Raises EngineUnavailableError with every attempt. When
    `ZT_AI_PULUMI` names a binary, that one is used or refused; nothing else is tried.
    """
    report = Reporter(progress)
    if override := os.environ.get(OVERRIDE):
        try:
            return _checked(Path(override), "override")
        except AttemptFailedError as error:
            raise EngineUnavailableError([Attempt(f"{OVERRIDE}={override}", str(error))]) from None
    attempts: list[Attempt] = []
    quick: tuple[tuple[str, Callable[[], EngineBinary]], ...] = (
        ("`pulumi` on PATH", _on_path),
        ("the cache of zt-ai", _cached),
    )
    for way, look in quick:
        try:
            return look()
        except AttemptFailedError as error:
            attempts.append(Attempt(way, str(error)))
            report.say(f"{way}: {error}")
    try:
        with exclusive(cache_root() / "engine" / "lock", lambda: report.tick("another zt-ai is getting the engine")):
            return _get(attempts, report)
    except OSError as error:
        attempts.append(Attempt("putting one into the cache of zt-ai", str(error)))
        raise EngineUnavailableError(attempts) from None


def _get(attempts: list[Attempt], report: Reporter) -> EngineBinary:
    """Install or build, while holding the lock. The process that had it before may have done so already."""
    if cached_binary(version.PINNED) is not None:
        return _cached()
    slow: tuple[tuple[str, Origin, Callable[[Path, Reporter], None]], ...] = (
        ("the official CLI", "official", official.install),
        ("a build from Go modules", "built", build.build),
    )
    for way, origin, get in slow:
        try:
            with staging(engine_folder(version.PINNED)) as folder:
                get(folder, report)
                # Asked for its version before it gets its place: what is in the cache needs no second look.
                found = _checked(folder / "bin" / BINARY, origin)
        except (AttemptFailedError, OSError) as error:
            attempts.append(Attempt(way, str(error)))
            report.say(f"{way}: {error}")
            continue
        path = engine_folder(version.PINNED) / "bin" / BINARY
        report.say(f"Pulumi {found.version} is ready in {path}")
        return replace(found, path=path)
    raise EngineUnavailableError(attempts)


def _on_path() -> EngineBinary:
    found = shutil.which("pulumi")
    if found is None:
        raise AttemptFailedError("there is none")
    return _checked(Path(found), "path")


def _cached() -> EngineBinary:
    path = cached_binary(version.PINNED)
    if path is None:
        raise AttemptFailedError(f"no engine {version.PINNED} below {cache_root() / 'engine'}")
    # It was asked for its version before a rename put it there whole: no need to start it again.
    return EngineBinary(path, version.PINNED, "cache")


def _checked(path: Path, origin: Origin) -> EngineBinary:
    """The binary with its version. Raises AttemptFailedError when it does not run or its version will not do."""
    try:
        printed = subprocess.run(  # noqa: S603 - the user's own PATH, override or cache
            [str(path), "version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise AttemptFailedError(f"{path} does not run: {error}") from error
    found = version.parse_pulumi(printed)
    if found is None:
        raise AttemptFailedError(f"{path} prints no version but {printed.strip()!r}")
    if reason := version.refusal(found):
        raise AttemptFailedError(f"{path}: {reason}")
    return EngineBinary(path.absolute(), found, origin)
