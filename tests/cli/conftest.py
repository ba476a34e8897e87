"""Fixtures of the command-line tests: a folder of one's own, and a way to run a command in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zt_ai.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
CLINIC = ROOT / "examples" / "clinic" / "zones.yaml"
MINIMAL = ROOT / "examples" / "minimal" / "zones.yaml"
DAY = "2026-11-23"
"""A day on which every agreement of the examples is in force."""

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment in which nothing is configured."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "ZT_AI_DEBUG", "PULUMI_BACKEND_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Run `zt-ai` with some arguments in that folder; a traceback fails the test."""

    def call(*arguments: object, text: str | None = None) -> Result:
        result = CliRunner().invoke(cli, [str(a) for a in arguments], input=text, prog_name="zt-ai")
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    assert folder == Path.cwd()
    return call


def files_in(folder: Path) -> set[str]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
