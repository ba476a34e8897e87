"""Detectors that a policy asks for are had before anything is started."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.egress.run.running import until
from zt_ai.egress.policy import Policy
from zt_ai.egress.preview import any_policy
from zt_ai.egress.run.source import PolicyError, check_detectors
from zt_ai.spec.types import DetectorSet

Missing = Callable[[str], None]


@pytest.fixture
def without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Missing:
    """Lets a package be missing in processes that are started from here."""

    def call(name: str) -> None:
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError(name={name!r})\n")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return call


def policy(*sets: DetectorSet) -> Policy:
    return any_policy(date(2026, 1, 1)).model_copy(update={"detectors": sets})


def test_what_can_be_had_passes() -> None:
    asyncio.run(check_detectors(policy(DetectorSet.SECRETS), "zones.yaml"))


def test_a_missing_model_is_said_with_the_clause(without: Missing) -> None:
    without("onnxruntime")
    asyncio.run(check_detectors(policy(DetectorSet.SECRETS), "zones.yaml"))
    with pytest.raises(PolicyError) as raised:
        asyncio.run(check_detectors(policy(DetectorSet.SECRETS, DetectorSet.NAMES), "zones.yaml"))
    assert str(raised.value).startswith(
        "zones.yaml: inspection.detectors: secrets, names: cannot be used: names need onn"
    )
    assert "Traceback" not in str(raised.value)


def test_one_that_dies_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", _script(tmp_path / "python", "kill -9 $$"))
    with pytest.raises(PolicyError, match="exit status -9"):
        asyncio.run(check_detectors(policy(DetectorSet.SECRETS), "zones.yaml"))


def test_who_is_told_to_stop_meanwhile_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = tmp_path / "started"
    monkeypatch.setattr(
        sys,
        "executable",
        _script(tmp_path / "python", f"echo $$ > {started}.new; mv {started}.new {started}; exec sleep 60"),
    )

    async def main() -> None:
        task = asyncio.create_task(check_detectors(policy(DetectorSet.SECRETS), "zones.yaml"))
        await asyncio.to_thread(until, started.exists, "the check")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


def _script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)
