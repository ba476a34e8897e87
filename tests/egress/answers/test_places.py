"""Where identifiers can stand in the events of a stream apart from its texts, and the real detectors on pieces."""

from __future__ import annotations

import json

import pytest

from tests.egress.answers.said import (
    ALLOW,
    BLOCK,
    FORMATS,
    FRAMES,
    JSON,
    REDACT,
    SSE,
    SSN,
    VERTEX,
    Detectors,
    chat_events,
    chat_text,
    chunk,
    coming,
    cut,
    frame,
    read_frames,
    read_sse,
    sse,
    texts,
    through,
    vertex_chunks,
)
from zt_ai.egress.detect import Detectors as RealDetectors
from zt_ai.spec.types import DetectorSet


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.new_thing", "payload": {"said": SSN}},
        {"type": "response.output_text.annotation.added", "annotation": {"title": SSN}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": SSN}},
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "tool_use", "input": {"npi": 1234567893}},
        },
        {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": {"t": SSN}}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "never_seen", "words": SSN}},
        {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"name": SSN}}]}}]},
        {"choices": [{"index": 0, "delta": {"role": f"see {SSN}"}}]},
        {"choices": [{"index": 0, "delta": {"content": [{"text": SSN}]}}]},
        {"choices": [{"index": 0, "delta": {SSN: 1}}]},
        {"candidates": [{"content": {"parts": [{"functionCall": {"args": {"npi": 1234567893, "id": SSN}}}]}}]},
        {"error": {"message": f"cannot say {SSN}"}},
        [SSN],
        SSN,
    ],
)
def test_an_identifier_anywhere_else_in_an_event_is_found(event: object):
    stream = f"data: {json.dumps(event)}\n\n".encode()
    out = through(coming(REDACT, stream=True), [stream], SSE)
    assert SSN.encode() not in out
    assert b"1234567893" not in out
    assert SSN.encode() in stream or b"1234567893" in stream


def test_tokens_beside_their_probabilities_do_not_spell_the_identifier():
    event = chat_events([f"it is {SSN}"])[1]
    tokens = [{"token": token, "bytes": list(token.encode()), "logprob": -0.5} for token in ("123", "-45", "-6789")]
    event["choices"][0]["logprobs"] = {"content": tokens}
    (out,) = [e for e in read_sse(through(coming(REDACT, stream=True), [sse([event])], SSE)) if "logprobs" in str(e)]
    left = out["choices"][0]["logprobs"]["content"]
    assert [token["token"] for token in left] == ["", "", ""]
    assert not any(any(token["bytes"]) for token in left)
    assert left[0]["logprob"] == -0.5


def test_secrets_in_an_answer_are_the_callers_own_affair():
    stream = sse(chat_events(["use sk-abcdefghijklmnop1234 here"]))
    assert "sk-abcdefghijklmnop1234" in chat_text(read_sse(through(coming(BLOCK, stream=True), [stream], SSE)))


def test_media_in_pieces_end_an_answer_whose_identifiers_would_not_pass():
    inspected = coming(BLOCK, stream=True)
    events = [{"choices": [{"index": 0, "delta": {"audio": {"data": "QUJD" * 200}}}]} for _ in range(20)]
    out = through(inspected, [sse(events)], SSE)
    assert inspected is not None
    assert inspected.cut is not None
    assert inspected.cut.rule == "media-unscannable"
    assert out.count(b"QUJD") < 4000


@pytest.mark.parametrize("damage", [lambda f: f[:-1] + b"\0", lambda f: b"\1" + f[1:], lambda f: f[:-3]])
def test_a_broken_frame_ends_an_inspected_answer_and_passes_another(damage):
    stream = damage(frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "hello"}}))
    inspected = coming(BLOCK, api=FORMATS["converse"].api, stream=True)
    out = through(inspected, [stream], FRAMES)
    assert inspected is not None
    assert inspected.cut is not None
    assert b"hello" not in out
    restoring = coming(ALLOW, agreement=True, api=FORMATS["converse"].api, stream=True, placeholders={"[S_1]": SSN})
    assert through(restoring, [stream], FRAMES) == stream


@pytest.mark.parametrize(
    "events",
    [
        [{"generation": "123-45", "stop_reason": None}, {"generation": "-6789", "stop_reason": "stop"}],
        [{"outputText": "123-45", "index": 0}, {"outputText": "-6789", "completionReason": "FINISH"}],
        [{"outputs": [{"text": "123-45"}]}, {"outputs": [{"text": "-6789", "stop_reason": "stop"}]}],
        [{"text": "123-45", "is_finished": False}, {"text": "-6789", "is_finished": True}],
        [{"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": piece}}} for piece in ("123-45", "-6789")],
        chat_events(["123-45", "-6789"]),
    ],
)
def test_chunks_of_other_models_on_bedrock_are_understood(events: list):
    stream = b"".join(map(chunk, events))
    out = json.dumps(
        [p for _, p in read_frames(through(coming(REDACT, api=FORMATS["invoke"].api, stream=True), [stream], FRAMES))]
    )
    assert "[SSN]" in out
    assert "123-45" not in out
    assert "-6789" not in out


def test_a_list_that_is_cut_stays_a_list():
    stream = json.dumps(vertex_chunks(["all is well. " * 20, f"{SSN} ", "x " * 99])).encode()
    inspected = coming(BLOCK, api=VERTEX, stream=True)
    items = json.loads(through(inspected, cut(stream, [50]), JSON))
    assert "error" in items[-1]
    assert "candidates" in items[0]


@pytest.mark.parametrize("body", [b"[{}", b'{"a": 1}', b"[1]", b"[{}] more", b"", b"[{},"])
def test_a_list_that_is_none_ends_an_inspected_answer(body: bytes):
    inspected = coming(BLOCK, api=VERTEX, stream=True)
    through(inspected, [body], JSON)
    assert inspected is not None
    assert inspected.cut is not None


def test_the_wait_is_short_and_the_work_is_linear():
    detectors = Detectors()
    inspected = coming(BLOCK, stream=True, detectors=detectors)
    assert inspected is not None
    inspected.head(200, [("content-type", SSE)])
    told = released = longest = 0
    for number in range(4000):
        piece = ("pain ", "and ", "fever ", "since ", "Monday ", "20 mg ")[number % 6]
        told += len(piece)
        out = inspected.feed(sse(chat_events([piece])[1:2]), end=False)
        released += len(chat_text(read_sse(out)))
        longest = max(longest, told - released)
    assert longest <= 330
    assert detectors.characters < 4000 * 600


REAL = {
    "her SSN is 123-45-6789, she says": ("123-45-6789",),
    "call (555) 867-5309 or 555-867-5310 today": ("867-5309", "867-5310"),
    "write to ada.lovelace@clinic.example.org now": ("ada.lovelace", "clinic.example.org"),
    "MRN: 00123456 and NPI 1234567893 on file": ("00123456", "1234567893"),
    "born on March 3, 1985, seen 03/04/2024": ("March 3", "03/04/2024"),
    "Medicare card 1EG4-TE5-MK73 was shown": ("1EG4-TE5-MK73",),
}


@pytest.fixture(scope="module")
def detectors() -> RealDetectors:
    return RealDetectors.of([DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS])


@pytest.mark.parametrize("text", REAL)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 1000])
def test_the_real_detectors_find_in_pieces_what_they_find_in_one(text: str, size: int, detectors: RealDetectors):
    pieces = texts(f"The patient feels well today. {text}. Nothing else matters here and the note ends.", [size])
    out = through(coming(REDACT, stream=True, detectors=detectors), [sse(chat_events(pieces))], SSE)
    said = chat_text(read_sse(out))
    assert not [part for part in REAL[text] if part in said]
    assert said.startswith("The patient feels well today. ")
    assert said.endswith(". Nothing else matters here and the note ends.")
