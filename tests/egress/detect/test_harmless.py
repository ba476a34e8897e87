"""Clinical and technical sentences that name nobody stay unflagged: a net that catches everything gets switched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from zt_ai.egress.detect.engine import Detectors
from zt_ai.spec.types import DetectorSet

SENTENCES = Path(__file__).with_name("harmless.txt").read_text(encoding="utf-8").splitlines()
DETECTORS = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))


def test_there_are_enough_sentences_to_say_something() -> None:
    assert len(set(SENTENCES)) >= 200


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_harmless_sentence_is_left_alone(sentence: str) -> None:
    assert DETECTORS.scan(sentence).findings == ()


def test_all_of_them_together_are_left_alone_too() -> None:
    # Windows of one sentence reach into the next.
    assert DETECTORS.scan("\n".join(SENTENCES)).findings == ()


def test_one_identifier_among_them_is_found() -> None:
    text = "\n".join((*SENTENCES[:100], "Her SSN is 536-22-1849.", *SENTENCES[100:]))
    assert [finding.type for finding in DETECTORS.scan(text).findings] == ["ssn"]
