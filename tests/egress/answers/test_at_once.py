"""An answer that is read at once passes only what would have passed piece by piece, byte for byte."""

from __future__ import annotations

import gzip
import importlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.egress.answers.said import BLOCK, JSON, REDACT, SSN, Detectors, coming, cut
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


ORDINARY = json.dumps({"choices": [{"message": {"content": "All is well."}}], "usage": {"prompt_tokens": 9}}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"\xef\xbb\xbf" + ORDINARY,
        ORDINARY[:-1],
        ORDINARY * 2,
        ORDINARY + b"\n\n",
        b'{"text": "a\x00b"}',
        b'{"text": "\xff"}',
        b'{"text": NaN}',
        b'{"text": 1e999, "input": 1.5}',
        b'{"number": ' + b"1" * 5000 + b"}",
        b'{"text": "a", "text": "' + SSN.encode() + b'"}',
        b'{"usage": {"prompt_tokens": 5, "prompt_tokens": 7, "completion_tokens": true, "note": "x"}}',
        b'{"id": "' + SSN.encode() + b'"}',
        b'{"id": "chatcmpl ' + SSN.encode() + b'"}',
        b'{"id": "a", "text": "b", "model": "' + SSN.encode() + b'", "note": "' + SSN.encode() + b'"}',
        b"[" * 60 + b"]" * 60,
        b"[" * 5000 + b"]" * 5000,
        b'"' + SSN.encode() + b'"',
        b"true",
        b'{"text": "caf\\u00e9 \\ud83d and \\u0031' + SSN.encode()[1:] + b'"}',
    ],
)
@pytest.mark.parametrize("said", [BLOCK, REDACT])
def test_odd_documents_come_out_the_same(body: bytes, said: Any) -> None:
    assert outcome(body, said, None, at_once=True) == outcome(body, said, None, at_once=False)


HEADS: list[tuple[int, list[tuple[str, str]]]] = [
    (200, [("content-type", JSON), ("content-length", "7")]),
    (200, [("content-type", f"{JSON}; charset=UTF-8")]),
    (200, [("content-type", f"{JSON}; charset=utf-16")]),
    (200, [("content-type", JSON), ("content-encoding", "")]),
    (200, [("content-type", JSON), ("content-encoding", "gzip")]),
    (200, [("content-type", JSON), ("content-encoding", "identity"), ("content-encoding", "gzip")]),
    (200, [("content-type", JSON), ("content-encoding", "unheard-of")]),
    (200, [("content-type", JSON), ("x-amzn-bedrock-input-token-count", "12")]),
    (200, [("content-type", JSON), ("x-amzn-bedrock-input-token-count", "many")]),
    (200, [("content-type", "text/event-stream")]),
    (200, [("content-type", "text/plain")]),
    (200, []),
    (204, [("content-type", JSON)]),
    (429, [("content-type", JSON)]),
    (500, [("content-type", JSON)]),
]


@pytest.mark.parametrize("sizes", [(), (1,), (7, 90)])
@pytest.mark.parametrize("text", [b"All is well.", SSN.encode()])
@pytest.mark.parametrize(("status", "headers"), HEADS)
def test_whatever_its_head_and_its_pieces_an_answer_comes_out_the_same(
    status: int, headers: list[tuple[str, str]], text: bytes, sizes: tuple[int, ...]
) -> None:
    body = ORDINARY.replace(b"All is well.", text)
    if ("content-encoding", "gzip") in headers:
        body = gzip.compress(body)

    def come_out(*, at_once: bool) -> tuple[Any, ...]:
        inspected = coming(BLOCK)
        assert isinstance(inspected, Answer)
        head = inspected.head(status, headers)
        if not at_once:
            inspected._whole = None
        pieces = [inspected.feed(piece, end=False) for piece in cut(body, sizes)] if head.look else [body]
        pieces.append(inspected.feed(b"", end=True) if head.look else b"")
        refused = inspected.reply and (inspected.reply.status, inspected.reply.body)
        return head, b"".join(pieces), inspected.cut, inspected.reset, refused, inspected.usage

    quick = come_out(at_once=True)
    assert quick == come_out(at_once=False)
    assert status == 204 or SSN.encode() not in quick[1]


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
