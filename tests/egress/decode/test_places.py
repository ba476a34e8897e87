"""Where a finding is, so that it can be replaced there: offsets, layers, and whether it can."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.egress.decode.encoders import b64
from tests.egress.decode.fakes import PATH, SSN, Fake, chat, reading, request
from zt_ai.egress.decode import Budget, read
from zt_ai.egress.decode.join import Joiner
from zt_ai.egress.model import Found, Operation, Reading, Request

CONTENT = ("body", "messages", 0, "content")


def _only(content: Any) -> Found:
    (found,) = reading(request(chat(content))).found
    return found


def _span(found: Found, text: str) -> str:
    return text[found.finding.start : found.finding.end]


EXACT = {
    "in plain sight": (f"It is {SSN}, he said.", SSN),
    "after other characters": (f"Mañana — “it” is {SSN}, he said 🎉.", SSN),
    "full width": ("It is １２３－４５－６７８９, he said.", "１２３－４５－６７８９"),
    "en dashes": ("It is 123–45–6789, he said.", "123–45–6789"),
    "zero-width spaces": ("It is 1\u200b23-45-678\u200b9, he said.", "1\u200b23-45-678\u200b9"),
    "escapes": ("It is 123\\u002d45\\x2d6789, he said.", "123\\u002d45\\x2d6789"),
    "entities": ("It is 123&#45;45&hyphen;6789, he said.", "123&#45;45&hyphen;6789"),
    "percent": ("https://example.org/?id=123%2D45-6789&x=1", "123%2D45-6789"),
    "percent twice": ("https://example.org/?id=123%252D45-6789&x=1", "123%252D45-6789"),
    "escapes of entities": ("It is 123\\u0026#45;45-6789, he said.", "123\\u0026#45;45-6789"),
    "base64": (f"It is {b64(SSN.encode())}, he said.", b64(SSN.encode())),
    "base64 of a sentence": (f"It is {b64(b'see ' + SSN.encode())}, he said.", b64(b"see " + SSN.encode())),
    "full-width base64": (
        "It is " + "".join(chr(ord(char) + 0xFEE0) for char in b64(SSN.encode())) + " ok",
        "".join(chr(ord(char) + 0xFEE0) for char in b64(SSN.encode())),
    ),
    "words": ("ssn one two three dash four five dash six seven eight nine ok", None),
    "JSON in a string": (json.dumps({"a": SSN}), SSN),
    "JSON with escapes in a string": ('{"a": "123\\u002d45-6789"}', "123\\u002d45-6789"),
    "far into a text": ("Nothing here. " * 500 + "123%2D45-6789" + " Nor here." * 500, "123%2D45-6789"),
}


@pytest.mark.parametrize("name", EXACT)
def test_the_span_is_what_has_to_be_replaced(name: str) -> None:
    text, span = EXACT[name]
    found = _only(text)
    assert (found.path, found.redactable) == (CONTENT, True)
    if span is not None:
        assert _span(found, text) == span


LAYERS = {
    (): SSN,
    ("unicode",): "１２３-45-6789",
    ("base64",): b64(SSN.encode()),
    ("base64", "base64"): b64(b64(SSN.encode()).encode()),
    ("base64", "percent"): b64(b"it is 123%2D45-6789"),
    ("percent", "percent"): "123%252D45-6789",
    ("escape", "entity"): "123\\u0026#45;45-6789",
}


@pytest.mark.parametrize("layers", LAYERS, ids=str)
def test_layers_are_named_from_the_outside_in(layers: tuple[str, ...]) -> None:
    assert _only(f"It is {LAYERS[layers]} ok").layers == layers


def test_layers_of_the_whole_request_are_collected() -> None:
    result = reading(request(chat(["x %41", b64(b"hello there")])))
    assert result.layers == {"percent", "base64"}


def test_each_occurrence_is_found_once() -> None:
    text = f"{SSN} and {SSN} and 123%2D45-6789"
    spans = [_span(found, text) for found in reading(request(chat(text))).found]
    assert spans == [SSN, SSN, "123%2D45-6789"]


def test_what_cannot_be_replaced_says_so() -> None:
    assert not _only([SSN[:6], SSN[6:]]).redactable
    assert not _only({SSN: "a"}).redactable
    assert not reading(request(SSN.encode(), [("content-type", "text/plain")])).found[0].redactable
    assert not reading(request(b"{}", target=f"{PATH}?a={SSN}")).found[0].redactable


def test_a_whole_number_can_be_replaced() -> None:
    found = _only({"ssn": 123456789})
    assert (found.path, found.finding.start, found.finding.end, found.redactable) == ((*CONTENT, "ssn"), 0, 9, True)


def test_a_span_over_a_border_is_at_its_first_piece() -> None:
    found = _only([{"text": "it is 123-45"}, {"text": "-6789 ok"}])
    assert found.path == (*CONTENT, 0, "text")
    assert (found.finding.start, found.finding.end) == (6, 12)
    assert found.layers == ("split",)


def test_what_is_found_in_one_text_is_not_found_again_over_its_border() -> None:
    """Else every address at the end of a text could no longer be replaced."""
    for content in (
        [{"text": "write to jane@example.org"}, {"text": "Thanks"}],
        [{"text": "Regards"}, {"text": "jane@example.org"}],
        [{"type": "thinking", "signature": b64(f"it is {SSN}".encode())}],
        [SSN, "x"],
    ):
        assert [found.redactable for found in reading(request(chat(content))).found] == [True]


def test_but_a_part_of_a_number_beside_a_whole_one_is_found() -> None:
    both = [f"{SSN} and 123-45", "-6789 too"]
    assert sorted(found.redactable for found in reading(request(chat(both))).found) == [False, True]
    hidden = b64(f"it is {SSN} ok".encode())
    both = [f"{SSN} and {hidden[:12]}", hidden[12:]]
    assert False in [found.redactable for found in reading(request(chat(both))).found]


def _read(body: Any, order: tuple[tuple[tuple[str | int, ...], ...], ...]) -> Reading:
    def understand(asked: Request, tree: Any) -> Operation:
        return Operation("chat", reading_order=order)

    return read(request(body), Fake(), limit=1 << 20, understand=understand)[0]


def test_texts_that_a_model_reads_one_after_the_other_are_joined() -> None:
    body = {"system": "He is 123-45", "model": "x " * 200, "messages": [{"deep": {"er": "-6789 ok."}}]}
    assert reading(request(body)).found == ()
    order = ((("body", "system"), ("body", "messages", 0, "deep", "er")),)
    assert [found.path for found in _read(body, order).found] == [("body", "system")]


def test_a_path_to_more_than_a_text_stands_for_all_below_it() -> None:
    body = {"system": "He is 123-45", "x": "x " * 200, "messages": [{"deep": {"er": "-6789 ok."}}]}
    assert len(_read(body, ((("body", "system"), ("body", "messages")),)).found) == 1


def test_a_path_to_nowhere_is_no_failure() -> None:
    result = _read({"a": SSN}, ((("body", "b"), ("body", "a", 3), ("header", "x")),))
    assert (result.problem, len(result.found)) == (None, 1)


def test_long_texts_are_joined_at_their_ends() -> None:
    words = "some words " * 100
    for first, second in (("123-45", "-6789"), ("123-45- ", " 6789"), ("123-45-\n", '"6789')):
        content = [{"text": words + first}, {"text": second + " " + words}]
        assert [found.redactable for found in reading(request(chat(content))).found] == [False]


def test_without_joining_the_same_texts_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    split = [{"text": "it is 123-45"}, {"text": "-6789 ok"}]
    monkeypatch.setattr(Joiner, "join", lambda *_: None)
    monkeypatch.setattr(Joiner, "join_parts", lambda *_: None)
    assert reading(request(chat(split))).found == ()


def test_separate_values_do_not_run_together() -> None:
    for content in (["123", "abc", "45-6789"], [{"a": "12"}, {"a": "7:30"}], ["room 123", "45 beds", "6789 steps"]):
        assert reading(request(chat(content))).found == ()


def test_a_failure_of_the_adapter_or_the_detectors_is_a_problem_not_an_exception() -> None:
    def understand(asked: Request, tree: Any) -> Operation:
        raise KeyError("choices")

    class Broken(Fake):
        def scan(self, text: str, deadline: float | None = None, beginnings: Any = None) -> Any:
            raise MemoryError

    result, operation = read(request(chat("Hello.")), Fake(), limit=1 << 20, understand=understand)
    assert (result.problem, operation) == ("reader-failed", Operation("unknown"))
    assert read(request(chat("Hello.")), Broken(), limit=1 << 20)[0].problem == "reader-failed"
    result, operation = read(request(b"{"), Fake(), limit=1 << 20, understand=lambda *_: Operation("chat", "m"))
    assert (result.problem, operation) == ("body-malformed", Operation("chat", "m"))


def test_a_model_of_names_that_runs_out_of_time_is_an_exhausted_budget() -> None:
    class Slow(Fake):
        def scan(self, text: str, deadline: float | None = None, beginnings: Any = None) -> Any:
            assert deadline is not None
            raise TimeoutError

    assert read(request(chat("Hello.")), Slow(), limit=1 << 20)[0].problem == "budget-exhausted"


def test_without_an_adapter_there_is_no_operation() -> None:
    assert read(request(chat("Hello.")), Fake(), limit=1 << 20)[1] is None
    assert read(request(chat("Hello.")), Fake(), limit=1 << 20, budget=Budget(size=10_000))[0].problem is None
