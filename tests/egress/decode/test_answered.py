"""A question in one message and its answer in the next are read as a label and its value."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.egress.decode.fakes import kinds, reading, request
from zt_ai.egress.apis import adapter
from zt_ai.egress.decode import read
from zt_ai.egress.decode.sheet import Sheet
from zt_ai.egress.detect import Detectors
from zt_ai.egress.model import Reading
from zt_ai.spec.types import DetectorSet, ProviderApi

NUMBER = "536228714"
CHAT = "/v1/chat/completions"
GEMINI = "/v1/projects/p/locations/us-central1/publishers/google/models/m:generateContent"


@pytest.fixture(scope="module")
def real() -> Detectors:
    return Detectors.of([DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS])


def _messages(*texts: str) -> list[dict[str, Any]]:
    return [{"role": ("assistant", "user")[at % 2], "content": text} for at, text in enumerate(texts)]


def _bedrock(*texts: str) -> dict[str, Any]:
    return {"messages": [{**message, "content": [{"text": message["content"]}]} for message in _messages(*texts)]}


def _gemini(*texts: str) -> dict[str, Any]:
    roles = ("model", "user")
    return {"contents": [{"role": roles[at % 2], "parts": [{"text": text}]} for at, text in enumerate(texts)]}


FORMS = {
    "chat": (ProviderApi.OPENAI, CHAT, lambda *texts: {"model": "m", "messages": _messages(*texts)}),
    "responses": (ProviderApi.OPENAI, "/v1/responses", lambda *texts: {"model": "m", "input": _messages(*texts)}),
    "messages": (
        ProviderApi.ANTHROPIC,
        "/v1/messages",
        lambda *texts: {"model": "m", "max_tokens": 9, "messages": _messages(*texts)},
    ),
    "converse": (ProviderApi.BEDROCK, "/model/m/converse", _bedrock),
    "generate content": (ProviderApi.VERTEX_AI, GEMINI, _gemini),
}


def _read(form: str, detectors: Detectors, *texts: str) -> Reading:
    api, path, write = FORMS[form]
    understand = adapter(api).operation
    result, _ = read(request(write(*texts), target=path), detectors, limit=1 << 20, understand=understand)
    assert result.problem is None
    return result


@pytest.mark.parametrize("form", FORMS)
def test_a_number_that_answers_a_question_is_found(form: str, real: Detectors) -> None:
    assert "ssn" in kinds(_read(form, real, "What is your SSN?", NUMBER))


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        ("SSN:", NUMBER, "ssn"),
        ("Social Security Number", NUMBER, "ssn"),
        ("May I have your social security number, please?", NUMBER, "ssn"),
        ("Thanks for calling. Before we go on I have to ask for one thing: what is your SSN?", NUMBER, "ssn"),
        ("What is the patient's MRN?", "00482913", "mrn"),
        (
            "Please give me your MRN.",
            "00482913. And when is my appointment? I could come on any day of the week.",
            "mrn",
        ),
        ("MRN:", "Sure, it is 00482913", "mrn"),
        ("What is your account number?", "884120093", "account"),
    ],
)
def test_however_it_is_asked_and_answered(question: str, answer: str, kind: str, real: Detectors) -> None:
    assert kind in kinds(_read("chat", real, question, answer))


FILLERS = (
    "sure", "Yes,", "ok", "Okay.", "certainly:", "of course", "well", "Hi", "hello", "it's", "its", "that", "That's",
    "this", "is", "mine is", "my number is", "the number was", "it was", "it would be", "it should be", "here you go",
    "here it is", "Well, that is", "OK, it's", "  Sure -",
    "of course,", "was", "would be", "should be:",
)  # fmt: skip


@pytest.mark.parametrize("filler", FILLERS)
def test_words_may_stand_before_the_answer(filler: str, real: Detectors) -> None:
    assert "mrn" in kinds(_read("chat", real, "MRN?", f"{filler} 00482913"))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many tablets were dispensed?", NUMBER),
        ("What does the SSN column hold?", "9 digits without hyphens"),
        ("What was the potassium?", "4.1 mmol/L"),
        ("Which version of the MRN service runs?", "2.14.0"),
        ("The SSN is stored elsewhere. Which port does the API use?", "8443"),
    ],
)
def test_the_same_number_as_an_answer_to_something_else_passes(question: str, answer: str, real: Detectors) -> None:
    assert _read("chat", real, question, answer).found == ()


def test_without_the_joining_it_would_pass(real: Detectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[read.__module__], "join_answers", lambda *_: None)
    assert _read("chat", real, "What is your SSN?", NUMBER).found == ()


def test_items_of_lists_do_not_answer_each_other(real: Detectors) -> None:
    assert reading(request({"rows": [{"t": "Which SSN?", "n": 1}, {"t": NUMBER, "n": 2}]}), real).found == ()


def test_a_number_is_somebodys_whom_the_message_before_names(real: Detectors) -> None:
    assert "mrn" in kinds(_read("chat", real, "Patient: Imani Fofana, what of her?", "pull 8820471 for me"))
    assert _read("chat", real, "The patient, what of her?", "pull 8820471 for me now").found == ()


def test_what_is_only_joined_makes_nobodys_number_somebodys(real: Detectors, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: without the border behind the texts, the number of the next item would be taken for a person's."""
    rows = request({"rows": [{"t": "Which SSN?", "n": 1}, {"t": NUMBER, "n": 2}]})
    assert reading(rows, real).found == ()
    monkeypatch.setattr(Sheet, "end_of_texts", lambda _: None)
    assert kinds(reading(rows, real)) == ["mrn"]
