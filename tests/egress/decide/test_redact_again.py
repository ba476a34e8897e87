"""A redacted body is read again, and what is found in it then is replaced as well; only what never ends is refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from zt_ai.egress import judge as judging
from zt_ai.egress.detect import Detectors
from zt_ai.egress.judge import Judge, Judgement
from zt_ai.egress.model import Action, Finding, Request
from zt_ai.egress.policy import derive_policy
from zt_ai.intent.derive import derive
from zt_ai.spec import load
from zt_ai.spec.types import DetectorSet

ZONES = Path(__file__).parents[1] / "zones.yaml"
POLICY = derive_policy(derive(load(ZONES), on=date(2026, 3, 1), cloud=None))
BOARD = """\
BED  NAME            AGE CC                      RN         MD         STATUS
1    IRAHETA, W      34  R FLANK PAIN            JOSEFINA   VU         CT
2    MOUA, K         7   FEVER                   JOSEFINA   VU         DISPO
3    HOPE, FAITH     61  CHEST PAIN              MARCUS T   ALAMEDDINE TROP #2
4    DOE, JOHN "KILO" ?  FOUND DOWN E CLINTON & 1ST  MARCUS T   ALAMEDDINE INTUB
H1   BALAKIAN, A     80  WEAK/DIZZY              RENEE      VU         WR BACK
"""


class Shifting:
    """Finds a word, and in a text without it the next one: what a reader does that goes by places."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self._real = Detectors.of((DetectorSet.SECRETS,))

    def scan(self, text: str, deadline: float | None = None, beginnings: Any = None, **_: Any) -> Any:
        found: list[Finding] = []
        for word in self.words:
            if word in text:
                start = text.index(word)
                found = [Finding("name", start, start + len(word), "name.test")]
                break
        return type("Scan", (), {"findings": tuple(found), "carriers": 0})

    def beginnings(self, text: str, shorter: Any = None) -> Any:
        return self._real.beginnings(text, shorter)

    def is_secret(self, kind: str) -> bool:
        return False


def judged(text: str, detectors: Any) -> Judgement:
    by = Judge(POLICY, detectors, today=lambda: date(2026, 3, 1), digest=None)
    caller = POLICY.callers["drafter"].spiffe_id
    body = json.dumps({"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": text}]}).encode()
    headers = (("content-type", "application/json"),)
    return by.judge(Request("POST", "/v1/chat/completions", headers, body), caller, "drafts", "id")


def content(judgement: Judgement) -> str:
    assert judgement.body is not None
    said: str = json.loads(judgement.body)["messages"][0]["content"]
    return said


def test_what_only_shows_once_something_else_is_gone_is_replaced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    judgement = judged("Alpha, then Beta, then Gamma", Shifting("Alpha", "Beta", "Gamma"))
    assert judgement.verdict.action is Action.REDACT
    assert content(judgement) == "[NAME_1], then [NAME_R1], then [NAME_S1]"
    assert sum(one["count"] for one in judgement.record["findings"]) == 3
    monkeypatch.setattr(judging, "_ROUNDS", 1)
    assert judged("Alpha, then Beta", Shifting("Alpha", "Beta")).verdict.rule == "cannot-redact"


def test_an_original_that_holds_a_placeholder_is_put_back_whole() -> None:
    judgement = judged("Alpha Beta", Shifting("Alpha", "[NAME_1] Beta"))
    assert content(judgement) == "[NAME_R1]"
    assert judgement.answer is not None
    assert judgement.answer._rules.placeholders["[NAME_R1]"] == "Alpha Beta"


def test_what_never_ends_is_refused() -> None:
    judgement = judged("One Two Three Four", Shifting("One", "Two", "Three", "Four"))
    assert (judgement.verdict.action, judgement.verdict.rule) == (Action.REFUSE, "cannot-redact")


def test_a_board_is_redacted_and_not_refused() -> None:
    judgement = judged(BOARD, Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS)))
    assert judgement.verdict.action is Action.REDACT
    for name in ("IRAHETA", "MOUA", "HOPE", "DOE", "BALAKIAN", "JOSEFINA"):
        assert name not in content(judgement)
