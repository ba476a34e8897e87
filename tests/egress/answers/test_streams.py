"""Streamed answers in every API's format: what goes back, what does not get through, and what stays as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.egress.answers.said import (
    ALLOW,
    ANTHROPIC,
    BLOCK,
    FORMATS,
    JSON,
    OPENAI,
    REDACT,
    SSE,
    SSN,
    SwitchedOff,
    anthropic_events,
    anthropic_text,
    argument_events,
    argument_text,
    chat_events,
    chat_text,
    coming,
    cut,
    read_sse,
    responses_events,
    sse,
    texts,
    through,
)
from zt_ai.egress.answers import channel

every_format = pytest.mark.parametrize("name", FORMATS)
PLANTED = {
    SSN: "[SSN]",
    "123 45 6789": "[SSN]",
    "(555) 123-4567": "[PHONE]",
    "ada.lovelace+test@clinic-mail.example": "[EMAIL]",
    "Ada B. Lovelace": "[NAME]",
    "1234567893": "[NPI]",
}
harmless_words = st.sampled_from(
    [
        "the",
        "patient",
        "reports",
        "no pain,",
        "Dr. House",
        "took 20 mg",
        "é ü 漢字 🙂",
        '"quoted"',
        "a\\b",
        "line\nbreak",
        "(see",
    ]
)
sentences = st.lists(harmless_words, max_size=12).map(" ".join)
sizes = st.lists(st.integers(1, 40), min_size=1, max_size=6)


@every_format
@given(before=sentences, after=sentences, identifier=st.sampled_from(sorted(PLANTED)), deltas=sizes, pieces=sizes)
@settings(max_examples=20)
def test_an_identifier_is_replaced_however_it_is_cut(
    name: str, before: str, after: str, identifier: str, deltas: list[int], pieces: list[int]
):
    told = FORMATS[name]
    text = f"{before} {identifier} {after}"
    stream = told.write(texts(text, deltas))
    out = through(coming(REDACT, api=told.api, stream=True), cut(stream, pieces), told.kind)
    assert told.read(out) == f"{before} {PLANTED[identifier]} {after}"


@every_format
@given(before=sentences, after=sentences, identifier=st.sampled_from(sorted(PLANTED)), deltas=sizes, pieces=sizes)
@settings(max_examples=10)
def test_a_blocked_answer_ends_before_the_first_character_of_an_identifier(
    name: str, before: str, after: str, identifier: str, deltas: list[int], pieces: list[int]
):
    told = FORMATS[name]
    text = f"{before} {identifier} {after}"
    inspected = coming(BLOCK, api=told.api, stream=True)
    out = through(inspected, cut(told.write(texts(text, deltas)), pieces), told.kind)
    assert inspected is not None
    assert inspected.cut is not None
    assert inspected.cut.rule == "phi-in-answer"
    assert identifier not in inspected.cut.message
    passed = told.read(out) if told.kind == JSON or name.startswith("chat") else None
    if passed is not None:
        assert f"{before} ".startswith(passed)
    assert b"phi-in-answer" in out
    assert b"req-1" in out


@every_format
@given(text=sentences, deltas=sizes, pieces=sizes)
@settings(max_examples=10)
def test_a_harmless_answer_says_the_same(name: str, text: str, deltas: list[int], pieces: list[int]):
    told = FORMATS[name]
    stream = told.write(texts(text, deltas))
    inspected = coming(BLOCK, api=told.api, stream=True)
    assert told.read(through(inspected, cut(stream, pieces), told.kind)) == text
    assert inspected is not None
    assert inspected.cut is None


@every_format
def test_without_detectors_the_identifier_would_have_got_through(name: str):
    told = FORMATS[name]
    stream = told.write(["her number is 123-", "45-67", "89."])
    off = coming(BLOCK, api=told.api, stream=True, detectors=SwitchedOff())
    assert told.read(through(off, [stream], told.kind)) == f"her number is {SSN}."


def test_without_the_wait_an_identifier_in_pieces_would_have_got_through(monkeypatch: pytest.MonkeyPatch):
    stream = sse(chat_events(["her number is 123-", "45-67", "89 she says"]), done=True)
    assert chat_text(read_sse(through(coming(REDACT, stream=True), [stream], SSE))) == "her number is [SSN] she says"
    monkeypatch.setattr(channel, "_quiet", len)
    assert "123-45-67" in chat_text(read_sse(through(coming(REDACT, stream=True), [stream], SSE)))


@every_format
@given(text=sentences, deltas=sizes, pieces=sizes)
@settings(max_examples=10)
def test_placeholders_go_back_however_they_are_cut(name: str, text: str, deltas: list[int], pieces: list[int]):
    told = FORMATS[name]
    stream = told.write(texts(f"{text} [NAME_1], [SSN_1]! [NAME_3] [NAME_", deltas))
    placeholders = {"[NAME_1]": 'Ada "B."\nLovelace', "[SSN_1]": SSN}
    for inspected in (
        coming(ALLOW, agreement=True, api=told.api, stream=True, placeholders=placeholders),
        coming(REDACT, api=told.api, stream=True, placeholders=placeholders),
    ):
        out = through(inspected, cut(stream, pieces), told.kind)
        assert told.read(out) == f'{text} Ada "B."\nLovelace, {SSN}! [NAME_3] [NAME_'


@every_format
def test_an_answer_in_which_nothing_waits_passes_byte_for_byte(name: str):
    told = FORMATS[name]
    stream = told.write(["nothing to put back", " in here"])
    inspected = coming(ALLOW, agreement=True, api=told.api, stream=True, placeholders={"[SSN_1]": SSN})
    assert through(inspected, cut(stream, [7]), told.kind) == stream


@every_format
def test_every_split_of_the_bytes_in_two_gives_the_same_text(name: str):
    told = FORMATS[name]
    stream = told.write(["see 123-4", "5-6789 now"])
    for at in range(len(stream)):
        out = through(coming(REDACT, api=told.api, stream=True), [stream[:at], stream[at:]], told.kind)
        assert told.read(out) == "see [SSN] now"


ARGUMENTS = '{"ssn": "123-45-6789", "mrn": 1234567, "note": "said \\"hi\\" to Ada B. Lovelace", "n": [1, 2.5, true]}'
CLEAN = {"ssn": "[SSN]", "mrn": "[MRN]", "note": 'said "hi" to [NAME]', "n": [1, 2.5, True]}


@given(deltas=sizes, pieces=sizes)
@settings(max_examples=40)
def test_arguments_of_a_tool_call_stay_json_when_something_is_replaced(deltas: list[int], pieces: list[int]):
    stream = sse(argument_events(texts(ARGUMENTS, deltas)), done=True)
    out = through(coming(REDACT, stream=True), cut(stream, pieces), SSE)
    assert json.loads(argument_text(read_sse(out))) == CLEAN
    stream = sse(anthropic_events(texts(ARGUMENTS, deltas), "input_json_delta", "partial_json"), named=True)
    out = through(coming(REDACT, api=ANTHROPIC, stream=True), cut(stream, pieces), SSE)
    assert json.loads(anthropic_text(read_sse(out))) == CLEAN


def test_an_original_in_the_arguments_of_a_tool_call_is_escaped_once_more():
    original = 'Ada "B."\nLovelace\\'
    stream = sse(argument_events(['{"who": "[NA', 'ME_1]", "deep": "{\\"who\\": \\"[NAME_1]\\"}"}']), done=True)
    out = through(coming(REDACT, stream=True, placeholders={"[NAME_1]": original}), [stream], SSE)
    arguments = json.loads(argument_text(read_sse(out)))
    assert arguments["who"] == original
    assert json.loads(arguments["deep"]) == {"who": original}


def test_an_answer_that_is_json_stays_json_when_an_original_goes_back():
    stream = sse(chat_events(['{"address": "[ADDRESS', '_1]"}']), done=True)
    out = through(coming(REDACT, stream=True, placeholders={"[ADDRESS_1]": "1 Main St\nUnit 2"}), [stream], SSE)
    assert json.loads(chat_text(read_sse(out))) == {"address": "1 Main St\nUnit 2"}


@pytest.mark.parametrize("text", ["[1] see the notes", "{not json", "[note] 123-45-6789", "[123 45 6789]", "[", "{ "])
def test_a_text_that_only_begins_like_json_is_read_as_text(text: str):
    stream = sse(chat_events(texts(text, [1])), done=True)
    expected = text.replace("123-45-6789", "[SSN]").replace("123 45 6789", "[SSN]")
    assert chat_text(read_sse(through(coming(REDACT, stream=True), [stream], SSE))) == expected


def test_the_end_of_a_text_comes_before_the_event_that_ends_it():
    for events, named, api in (
        (chat_events(["call Ada"]), False, OPENAI),
        (anthropic_events(["call Ada"]), True, ANTHROPIC),
        (responses_events(["call Ada"]), True, OPENAI),
    ):
        out = read_sse(through(coming(BLOCK, api=api, stream=True), [sse(events, named=named)], SSE))
        assert len(out) == len(events) + 1
        tail = next(n for n, event in enumerate(out) if "call Ada" in json.dumps(event))
        ends = next(
            n
            for n, event in enumerate(out)
            if event.get("type") in ("content_block_stop", "response.output_text.done")
            or (event.get("choices") or [{}])[0].get("finish_reason")
        )
        assert tail < ends


def test_text_before_a_tool_call_does_not_wait_for_the_tool_call():
    events = [*chat_events(["Let me look up Ada"])[:-1], *argument_events(['{"a":', "1}"])]
    out = read_sse(through(coming(BLOCK, stream=True), [sse(events)], SSE))
    with_text = [n for n, e in enumerate(out) if (e["choices"][0]["delta"].get("content") or "").strip()]
    with_call = [n for n, event in enumerate(out) if event["choices"][0]["delta"].get("tool_calls")]
    assert max(with_text) < min(with_call)


def test_a_text_that_goes_on_after_its_end_is_read_with_what_stood_there():
    call = {"index": 0, "function": {"arguments": "{}"}}
    deltas = [{"content": "it is 123-45-"}, {"tool_calls": [call]}, {"content": "6789 as I said"}]
    events = [{"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    out = read_sse(through(coming(REDACT, stream=True), [sse(events, done=True)], SSE))
    assert chat_text(out) == "it is 123-45-[SSN] as I said"


def test_choices_and_blocks_are_texts_of_their_own():
    events = chat_events([])[:1]
    for piece, index in (("123-45", 0), ("-67", 1), ("-6789", 0), ("89", 1)):
        events.append({"id": "c", "choices": [{"index": index, "delta": {"content": piece}, "finish_reason": None}]})
    out = read_sse(through(coming(REDACT, stream=True), [sse(events, done=True)], SSE))
    said = {0: "", 1: ""}
    for event in out:
        for choice in event["choices"]:
            said[choice["index"]] += choice["delta"].get("content", "")
    assert said == {0: "[SSN]", 1: "-6789"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_line_ends_comments_and_unknown_fields_pass_as_they_came(end: str, size: int):
    stream = f": hello{end}{end}retry: 5{end}id: 7{end}data: {{}}{end}{end}foo{end}{end}data: [DONE]{end}{end}".encode()
    assert through(coming(BLOCK, stream=True), cut(stream, [size]), SSE) == stream


def test_data_on_several_lines_is_one_document():
    event = json.dumps(chat_events([f"it is {SSN}"])[1], indent=1)
    stream = "".join(f"data: {line}\n" for line in event.splitlines()).encode() + b"\n"
    assert chat_text(read_sse(through(coming(REDACT, stream=True), [stream], SSE))) == "it is [SSN]"


def test_an_event_without_its_blank_line_at_the_end_is_inspected_too():
    stream = sse(chat_events([f"it is {SSN}"])[1:2]).rstrip()
    assert SSN.encode() not in through(coming(REDACT, stream=True), [stream], SSE)


@pytest.mark.parametrize(
    "block",
    [
        b"data: {not json}\n\n",
        b'data: {"choices": [], "choices": []}\n\n',
        b"data: \xff\xfe\n\n",
        b"data: hello\n\n",
        b'data: {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "6789"}}\n\n',
        b"data: " + b"[" * 5000 + b"]" * 5000 + b"\n\n",
        b'data: {"a": NaN} trailing\n\n',
    ],
)
def test_an_event_that_cannot_be_read_ends_an_inspected_answer_and_passes_another(block: bytes):
    inspected = coming(BLOCK, stream=True)
    out = through(inspected, [block, sse(chat_events(["more"]))], SSE)
    assert inspected is not None
    assert inspected.cut is not None
    assert inspected.cut.rule == "answer-unreadable"
    assert b"more" not in out
    restoring = coming(ALLOW, agreement=True, stream=True, placeholders={"[SSN_1]": SSN})
    assert through(restoring, [block], SSE) == block


@pytest.mark.parametrize("place", [": {}\n\n", "event: {}\ndata: {{}}\n\n", "foo: {}\n\n", "id: {}\n\n"])
def test_an_identifier_outside_the_data_ends_the_answer(place: str):
    inspected = coming(REDACT, stream=True)
    assert SSN.encode() not in through(inspected, [place.format(SSN).encode()], SSE)
    assert inspected is not None
    assert inspected.cut is not None
