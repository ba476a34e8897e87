"""What the tests of reading have in common."""

from __future__ import annotations

import pytest

from zt_ai.egress.decode import Budget


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The detectors of `fakes` are regular expressions that take seconds where the real ones take milliseconds: a busy
    machine must not make an exhausted budget of that. What counts steps and sizes stays as it is."""
    of = Budget.of

    def patient_of(body: int) -> Budget:
        budget = of(body)
        budget.end += 600
        return budget

    monkeypatch.setattr(Budget, "of", patient_of)
