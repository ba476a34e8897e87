"""The verdict of a report: the worst of its claims, with an accepted UNKNOWN let through until its last day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.report.proofs import BROKEN, DAY, HOLDS, OPEN, report
from zt_ai.report.acceptance import Acceptance
from zt_ai.verify.model import Verdict


@pytest.mark.parametrize(
    ("claims", "accept", "verdict"),
    [
        (HOLDS, (), Verdict.PROVED),
        (OPEN, (), Verdict.UNKNOWN),
        (OPEN, (Acceptance("audit", DAY),), Verdict.PROVED),
        (OPEN, (Acceptance("audit", date(2026, 11, 22)),), Verdict.UNKNOWN),
        (OPEN, (Acceptance("reachability", date(2027, 1, 1)),), Verdict.UNKNOWN),
        (BROKEN, (), Verdict.REFUTED),
        (BROKEN, (Acceptance("reachability", date(2027, 1, 1)), Acceptance("audit", DAY)), Verdict.REFUTED),
        ((), (), Verdict.UNKNOWN),
    ],
    ids=[
        "all hold",
        "one is open",
        "the open one is accepted on its last day",
        "the acceptance ended yesterday",
        "the acceptance is for another claim",
        "one is refuted",
        "a refuted claim cannot be accepted",
        "no claim proves nothing",
    ],
)
def test_the_verdict_of_a_report(claims: tuple, accept: tuple, verdict: Verdict) -> None:
    assert report(*claims, accept=accept).verdict is verdict


def test_an_acceptance_that_names_no_claim_is_told_apart() -> None:
    made = report(*OPEN, accept=(Acceptance("audits", DAY), Acceptance("audit", DAY)))
    assert [a.claim for a in made.unused] == ["audits"]


def test_an_ended_acceptance_is_told_apart() -> None:
    made = report(*OPEN, accept=(Acceptance("audit", date(2026, 1, 1)),))
    assert made.expired == made.acceptances
    assert made.accepted(made.claims[1]) is None
