"""Whole answers: JSON of any size, text, compression, and what happens when one has to be cut."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.egress.answers.said import (
    ALLOW,
    BLOCK,
    JSON,
    REDACT,
    SSE,
    SSN,
    VERTEX,
    Detectors,
    SwitchedOff,
    chat_events,
    coming,
    cut,
    read_sse,
    sse,
    through,
)

sizes = st.lists(st.integers(1, 30), min_size=1, max_size=5)
words = st.text(st.sampled_from('ab "\\\n/é漢🙂\ud83d{}[]:,1'), max_size=10)
trees = st.recursive(
    words | st.integers(-(10**5), 10**5) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


def whole(document: Any, **layout: Any) -> bytes:
    return json.dumps(document, **layout).encode()


def chat(content: str, **message: Any) -> dict[str, Any]:
    return {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1234567893,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content, **message}}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 12, "completion_tokens_details": {"reasoning_tokens": 4}},
    }


@given(trees, sizes, st.sampled_from([None, 1]), st.booleans())
def test_a_harmless_document_passes_byte_for_byte(tree: Any, pieces: list[int], indent: int | None, ascii_only: bool):
    try:
        body = json.dumps([tree], indent=indent, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        body = json.dumps([tree], indent=indent).encode()
    inspected = coming(BLOCK)
    assert through(inspected, cut(body, pieces), JSON) == body
    assert inspected is not None
    assert inspected.cut is None


@given(st.lists(words, max_size=4), sizes, st.booleans())
def test_an_identifier_in_a_document_is_replaced_however_it_is_cut(
    parts: list[str], pieces: list[int], ascii_only: bool
):
    told = " ".join(parts)
    document = chat(f"é{told} {SSN} {told}")
    try:
        body = json.dumps(document, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        body = json.dumps(document).encode()
    out = through(coming(REDACT), cut(body, pieces), JSON)
    assert json.loads(out) == chat(f"é{told} [SSN] {told}")


def test_escapes_hide_nothing():
    body = whole(chat(SSN)).replace(SSN.encode(), b"\\u0031\\u0032" + SSN[2:].encode().replace(b"-", b"\\u002d"))
    assert json.loads(through(coming(REDACT), cut(body, [5]), JSON)) == chat("[SSN]")
    assert json.loads(through(coming(REDACT, detectors=SwitchedOff()), [body], JSON)) == chat(SSN), "the negative twin"


@given(sizes)
def test_documents_in_strings_and_objects_that_a_model_writes_stay_documents(pieces: list[int]):
    inner = json.dumps({"mrn": 1234567, "deep": json.dumps({"ssn": SSN}), "n": 5})
    calls = [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": inner}}]
    block = {"type": "tool_use", "input": {"npi": 1234567893, "list": [1234567893, 7], "who": "Ada B. Lovelace"}}
    body = whole(chat("", tool_calls=calls) | {"content": [block]})
    out = json.loads(through(coming(REDACT), cut(body, pieces), JSON))
    arguments = json.loads(out["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"])
    assert arguments["mrn"] == "[MRN]"
    assert json.loads(arguments["deep"]) == {"ssn": "[SSN]"}
    assert arguments["n"] == 5
    assert out["content"][0]["input"] == {"npi": "[NPI]", "list": ["[NPI]", 7], "who": "[NAME]"}
    assert out["created"] == 1234567893, "a point in time is no identifier"


@given(sizes)
def test_a_text_that_stops_being_a_document_is_read_as_text_from_there(pieces: list[int]):
    said = '["' + SSN + '\\5", "' + SSN + '"] and ' + SSN
    out = json.loads(through(coming(REDACT), cut(whole(chat(said)), pieces), JSON))
    assert out == chat(said.replace(SSN, "[SSN]"))


@given(sizes)
def test_placeholders_go_back_escaped_once_for_each_level(pieces: list[int]):
    original = 'Ada "B."\nLovelace\\'
    inner = json.dumps({"who": "[NAME_1]", "deep": json.dumps({"who": "[NAME_1]"})})
    body = whole(chat("for [NAME_1]", tool_calls=[{"function": {"arguments": inner}}]))
    for said, agreement in ((REDACT, False), (ALLOW, True)):
        inspected = coming(said, agreement=agreement, placeholders={"[NAME_1]": original})
        message = json.loads(through(inspected, cut(body, pieces), JSON))["choices"][0]["message"]
        assert message["content"] == f"for {original}"
        arguments = json.loads(message["tool_calls"][0]["function"]["arguments"])
        assert arguments["who"] == original
        assert json.loads(arguments["deep"]) == {"who": original}


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1} ' + SSN.encode(),
        b'{"a": ' + SSN.encode() + b"}",
        b'{"a": "b" "c"',
        b"[1, 2",
        b'{"a": "b',
        b"[}",
        b"]",
        b"nothing",
        b'{"a": tru}',
        b'{"a": "\xff"}',
        b'{"a": "1\x002\x003"}',
        b'{"a": "b\nc"}',
        '{"a": "b"}'.encode("utf-16"),
        b'{"a": "b\\5"}',
        b'{"a": "b\\u12"}',
        b'{"a": +1}',
        b'{"a": 1 2}',
        b'{"' + b"k" * 70_000 + b'": 1}',
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_what_is_not_json_is_not_passed_on_as_json(body: bytes, size: int):
    inspected = coming(BLOCK)
    assert through(inspected, cut(body, [size]), JSON) == b""
    assert inspected is not None
    assert inspected.cut is not None
    assert inspected.cut.rule == "answer-unreadable"
    assert inspected.cut.status == 502
    restoring = coming(ALLOW, agreement=True, placeholders={"[SSN_1]": SSN})
    assert through(restoring, cut(body, [size]), JSON) == body


def test_a_cut_before_anything_went_out_can_be_a_clean_refusal():
    inspected = coming(BLOCK)
    assert inspected is not None
    assert inspected.head(200, [("content-type", JSON)]).wait
    assert inspected.feed(whole(chat("x " * 9000 + SSN)), end=True) == b""
    assert inspected.reply is not None
    assert inspected.reply.status == 403
    assert b"phi-in-answer" in inspected.reply.body
    assert inspected.reset
    assert inspected.feed(b"more", end=True) == b""


def test_a_cut_after_something_went_out_breaks_the_connection_off():
    inspected = coming(BLOCK)
    assert inspected is not None
    inspected.head(200, [("content-type", JSON)])
    first = inspected.feed(whole(chat("fine " * 40_000))[:-100], end=False)
    assert first
    assert inspected.feed(f"and {SSN}".encode() + b'"}', end=True) == b""
    assert inspected.reset
    assert inspected.reply is None


def test_a_stream_that_is_cut_ends_in_an_error_event_and_is_not_broken_off():
    inspected = coming(BLOCK, stream=True)
    out = through(inspected, [sse(chat_events([SSN, "never seen"]))], SSE)
    assert read_sse(out)[-1]["error"]
    assert b"never seen" not in out
    assert inspected is not None
    assert not inspected.reset


def test_headers_of_the_old_body_go():
    inspected = coming(BLOCK)
    assert inspected is not None
    assert {"content-length", "content-encoding"} <= set(inspected.head(200, [("content-type", JSON)]).remove)
    assert inspected.request_headers == {"accept-encoding": "identity"}


def test_an_error_of_the_provider_is_redacted_where_an_answer_would_be_cut():
    inspected = coming(BLOCK)
    assert inspected is not None
    inspected.head(400, [("content-type", JSON)])
    out = inspected.feed(whole({"error": {"message": f"no such person: {SSN}"}}), end=True)
    assert json.loads(out) == {"error": {"message": "no such person: [SSN]"}}
    assert inspected.cut is None


def test_an_error_instead_of_a_stream_is_read_as_the_document_it_is():
    inspected = coming(BLOCK, api=VERTEX, stream=True)
    assert inspected is not None
    inspected.head(429, [("content-type", JSON)])
    body = whole({"error": {"code": 429, "message": "later"}})
    assert inspected.feed(body, end=True) == body


@pytest.mark.parametrize("where", ["message", "input"])
def test_a_key_that_is_no_field_of_an_api_is_looked_at(where: str):
    document = {where: {"plain_key": {"Ada B. Lovelace": 1, f"x {SSN}": 2}}}
    out = {where: {"plain_key": {"[NAME]": 1, "x [SSN]": 2}}}
    assert json.loads(through(coming(REDACT), cut(whole(document), [3]), JSON)) == out
    assert read_sse(through(coming(REDACT, stream=True), [sse([document])], SSE)) == [out]


@pytest.mark.parametrize("status", [204, 304, 100])
def test_answers_without_a_body_are_not_looked_at(status: int):
    inspected = coming(BLOCK)
    assert inspected is not None
    assert not inspected.head(status, []).look


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("audio/mpeg", "media-unscannable"),
        ("image/png", "media-unscannable"),
        ("application/json; charset=utf-16", "answer-unreadable"),
        ("text/plain; charset=ISO-2022-JP", "answer-unreadable"),
    ],
)
def test_what_cannot_be_scanned_is_refused_at_its_head(kind: str, rule: str):
    inspected = coming(BLOCK)
    assert inspected is not None
    inspected.head(200, [("content-type", kind)])
    assert inspected.cut is not None
    assert inspected.cut.rule == rule
    assert inspected.reply is not None
    assert inspected.feed(b"sound", end=True) == b""
    restoring = coming(ALLOW, agreement=True, placeholders={"[SSN_1]": SSN})
    assert restoring is not None
    restoring.head(200, [("content-type", kind)])
    assert restoring.cut is None


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "application/x-subrip", ""])
def test_any_other_type_is_scanned_as_text(kind: str):
    assert through(coming(REDACT), cut(f"it is {SSN}.".encode(), [4]), kind) == b"it is [SSN]."
    document = json.dumps({"t": SSN}).replace("-", "\\u002d").encode()
    assert json.loads(through(coming(REDACT), cut(document, [4]), kind)) == {"t": "[SSN]"}


def test_a_stream_under_another_name_is_read_as_one():
    out = through(coming(REDACT, stream=True), [sse(chat_events(["123-45", "-6789"]))], "text/plain")
    assert b"-6789" not in out


def test_bytes_that_are_no_text_end_an_inspected_answer():
    inspected = coming(BLOCK)
    through(inspected, [b"\x89PNG\r\n\x1a\n\0\0"], "application/octet-stream")
    assert inspected is not None
    assert inspected.cut is not None


def test_media_inside_a_document_end_it_unless_the_field_is_the_providers_own():
    inspected = coming(BLOCK)
    through(inspected, cut(whole({"data": [{"b64_json": "QUJD" * 4000}]}), [1000]), JSON)
    assert inspected is not None
    assert inspected.cut is not None
    assert inspected.cut.rule == "media-unscannable"
    body = whole({"data": [{"embedding": "QUJD" * 4000}], "signature": "ab/+" * 4000})
    assert through(coming(BLOCK), cut(body, [1000]), JSON) == body


def test_a_field_of_the_provider_is_read_as_text_when_it_looks_like_text():
    assert json.loads(through(coming(REDACT), [whole({"id": f"my {SSN}"})], JSON)) == {"id": "my [SSN]"}


def test_a_large_document_needs_memory_for_a_piece_of_it_and_work_for_each_character_once():
    detectors = Detectors()
    inspected = coming(BLOCK, detectors=detectors)
    assert inspected is not None
    inspected.head(200, [("content-type", JSON)])
    pieces = 800
    block = whole(chat("all is well, " * 500)) + b", "
    tracemalloc.start()
    size = len(inspected.feed(b"[", end=False))
    for _ in range(pieces):
        size += len(inspected.feed(block, end=False))
    size += len(inspected.feed(b"1]", end=True))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert inspected.cut is None
    assert size == pieces * len(block) + 3
    assert peak < 3_000_000
    assert detectors.characters < 1.5 * size


def test_a_failure_inside_ends_the_answer():
    class Broken(Detectors):
        def scan(self, text: str, *, repeated: bool = True) -> Any:
            raise RuntimeError(text)

    inspected = coming(BLOCK, detectors=Broken())
    assert through(inspected, [whole(chat(f"it is {SSN}"))], JSON) == b""
    assert inspected is not None
    assert inspected.cut is not None
    assert (inspected.cut.rule, inspected.cut.status) == ("inspector-error", 503)


def test_a_body_without_a_head_ends_the_answer():
    inspected = coming(BLOCK)
    assert inspected is not None
    assert inspected.feed(b"{}", end=True) == b""
    assert inspected.cut is not None


@pytest.mark.parametrize(
    ("arguments", "looked_at"),
    [
        ({"said": ALLOW, "agreement": True}, False),
        ({"said": ALLOW, "agreement": False}, True),
        ({"said": REDACT}, True),
        ({"said": BLOCK, "agreement": True}, True),
        ({"said": BLOCK, "responses": False}, False),
        ({"said": BLOCK, "responses": False, "placeholders": {"[SSN_1]": SSN}}, True),
        ({"said": BLOCK, "responses": False, "placeholders": {"[SSN_1]": SSN}, "restore": False}, False),
        ({"said": ALLOW, "agreement": True, "tokens_per_day": 5}, True),
    ],
)
def test_an_answer_is_looked_at_only_if_there_is_something_to_do(arguments: dict[str, Any], looked_at: bool):
    assert (coming(**arguments) is not None) == looked_at


def test_where_nothing_is_restored_placeholders_stay():
    body = whole(chat("for [SSN_1]"))
    assert through(coming(REDACT, placeholders={"[SSN_1]": SSN}, restore=False), [body], JSON) == body
