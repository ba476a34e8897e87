"""The soak itself, with few requests: it finds a record for each, and it can fail."""

from __future__ import annotations

import shutil

import pytest

from bench import soak


@pytest.mark.skipif(shutil.which("go") is None, reason="its load generator is built with Go")
def test_a_short_soak_finds_a_record_for_every_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main(["--requests", "300", "--workers", "1"]) == 0
    said = capsys.readouterr().out
    assert "audit records   300" in said
    assert "intact" in said
    assert "FAILED" not in said


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"records": 299}, "300 requests have 299 records"),
        ({"records": 301}, "300 requests have 301 records"),
        ({"verified": False}, "does not verify"),
        ({"after": 111.0}, "memory grew by 11.0 %"),
        ({"errors": 1}, "1 requests without an answer"),
        ({"unexpected": 2}, "2 with an unexpected one"),
        ({"after": 109.0}, ""),
    ],
)
def test_what_makes_a_soak_fail(change: dict[str, float], problem: str) -> None:
    fine = {"requests": 300, "records": 300, "verified": True, "before": 100.0, "after": 100.0}
    problems = soak.Outcome(**{**fine, **change}).problems  # type: ignore[arg-type]
    assert problem in " ".join(problems)
    assert bool(problems) is bool(problem)
