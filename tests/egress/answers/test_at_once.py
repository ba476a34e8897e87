"""An answer that is read at once passes only what would have passed piece by piece, byte for byte."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.egress.answers.said import BLOCK, JSON, REDACT, SSN, Detectors, coming
from zt_ai.egress.answers.answer import Answer
from zt_ai.egress.detect import Detectors as Real
from zt_ai.spec.types import DetectorSet

# The package's name `answer` is the function.
answers = importlib.import_module("zt_ai.egress.answers.answer")

keys = st.sampled_from(
    [
        "id",
        "content",
        "text",
        "input",
        "arguments",
        "ssn",
        "logprobs",
        "usage",
        "prompt_tokens",
        "created",
        "model",
        "note",
        "bytes",
        "metadata",
        "mrn",
        "member 7",
        "signature",
        "Jane Doe",
    ]
)
texts = st.sampled_from(
    [
        "plain words",
        SSN,
        f"ssn {SSN}",
        "123-45",
        "-6789",
        "chatcmpl-9xKqZ81",
        '{"a": "b"}',
        f'["{SSN}"]',
        " [x",
        "",
        "MRN",
        "12345678",
        "jane@example.org",
        "caf\u00e9 \ud83d",
        "line\nbreak",
        "a" * 60,
        "\\u0041",
    ]
)
numbers = st.sampled_from([0, 7, 123456789, 4111111111111111, 1.5, -0.0, 1234567893, True, None])
trees = st.recursive(
    texts | numbers,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=14,
)


@pytest.fixture(scope="module")
def real() -> Real:
    return Real.of([one for one in DetectorSet if one is not DetectorSet.NAMES])


def outcome(body: bytes, said: Any, detectors: Any, *, at_once: bool) -> tuple[Any, ...]:
    inspected = coming(said, detectors=detectors)
    assert isinstance(inspected, Answer)
    inspected.head(200, [("content-type", JSON)])
    assert inspected._whole == []
    if not at_once:
        inspected._whole = None
    out = inspected.feed(body, end=True)
    return out, inspected.cut and inspected.cut.rule, inspected.reset, inspected.usage


@given(trees, st.sampled_from([BLOCK, REDACT]), st.booleans())
@settings(max_examples=400)
def test_the_same_comes_out(tree: Any, said: Any, ascii_only: bool) -> None:
    try:
        body = json.dumps(tree, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        body = json.dumps(tree).encode()
    assert outcome(body, said, None, at_once=True) == outcome(body, said, None, at_once=False)


@given(trees, st.sampled_from([BLOCK, REDACT]))
@settings(max_examples=150)
def test_the_same_comes_out_with_all_detectors(real: Real, tree: Any, said: Any) -> None:
    body = json.dumps(tree).encode()
    assert outcome(body, said, real, at_once=True) == outcome(body, said, real, at_once=False)


def test_an_ordinary_answer_is_not_read_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("read piece by piece")

    monkeypatch.setattr(answers.JsonBody, "feed", never)
    body = json.dumps({"id": "chatcmpl-9xKqZ81", "choices": [{"message": {"content": "All is well."}}]}).encode()
    assert outcome(body, BLOCK, None, at_once=True)[0] == body
    found = outcome(json.dumps({"text": SSN}).encode(), BLOCK, None, at_once=True)
    assert found[:2] == (b"", "inspector-error")


@pytest.mark.parametrize("document", [{"text": SSN}, {"a": {"input": ["x", SSN]}}, {"t": f'"{SSN}"'}])
def test_what_is_found_does_not_pass(document: Any) -> None:
    out, rule, reset, _ = outcome(json.dumps(document).encode(), BLOCK, Detectors(), at_once=True)
    assert (out, rule, reset) == (b"", "phi-in-answer", True)


def test_a_pass_that_says_harmless_to_everything_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "harmless", lambda *_: True)
    body = json.dumps({"text": SSN}).encode()
    assert outcome(body, BLOCK, None, at_once=True) != outcome(body, BLOCK, None, at_once=False)


def test_an_answer_larger_than_the_window_is_read_piece_by_piece() -> None:
    inspected = coming(BLOCK)
    assert isinstance(inspected, Answer)
    inspected.head(200, [("content-type", JSON)])
    body = json.dumps({"text": "word " * 20_000}).encode()
    first = inspected.feed(body[: answers.WINDOW + 1], end=False)
    assert inspected._whole is None
    assert first + inspected.feed(body[answers.WINDOW + 1 :], end=True) == body
