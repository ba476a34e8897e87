"""Streamed answers in every API's format: what goes back, what does not get through, and what stays as it was."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.egress.answers.said import (
    ALLOW,
    ANTHROPIC,
    BLOCK,
    FORMATS,
    FRAMES,
    JSON,
    OPENAI,
    REDACT,
    SSE,
    SSN,
    VERTEX,
    Detectors,
    SwitchedOff,
    anthropic_events,
    anthropic_text,
    argument_events,
    argument_text,
    chat_events,
    chat_text,
    chunk,
    coming,
    cut,
    frame,
    read_frames,
    read_sse,
    responses_events,
    sse,
    through,
    vertex_chunks,
)
from zt_ai.egress.answers import channel
from zt_ai.egress.detect import Detectors as RealDetectors
from zt_ai.spec.types import DetectorSet

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


def texts(text: str, lengths: Sequence[int]) -> list[str]:
    """A text in pieces."""
    return [piece.decode("utf-32-le") for piece in cut(text.encode("utf-32-le"), [4 * size for size in lengths])]


@every_format
@given(before=sentences, after=sentences, identifier=st.sampled_from(sorted(PLANTED)), deltas=sizes, pieces=sizes)
@settings(max_examples=20, deadline=None)
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
@settings(max_examples=10, deadline=None)
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
@settings(max_examples=10, deadline=None)
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
@settings(max_examples=10, deadline=None)
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
@settings(max_examples=40, deadline=None)
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


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("anthropic", (30, 15)),
        ("responses", (11, 7)),
        ("converse", (9, 4)),
        ("invoke", (30, 15)),
        ("vertex-sse", (8, 5)),
        ("vertex-list", (8, 5)),
    ],
)
def test_tokens_of_a_stream_are_counted_as_the_provider_reports_them(name: str, tokens: tuple[int, int]):
    told = FORMATS[name]
    inspected = coming(ALLOW, agreement=True, api=told.api, stream=True, tokens_per_day=5)
    stream = told.write(["some ", "words"])
    assert through(inspected, cut(stream, [11]), told.kind) == stream
    assert inspected is not None
    assert (inspected.usage.input_tokens, inspected.usage.output_tokens) == tokens
    assert not inspected.usage.estimated
