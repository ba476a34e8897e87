"""Laws: whatever is composed around an identifier, it is found or the request is refused; the harmless passes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.egress.decode.encoders import ALONE, ANY, NUMBERS
from tests.egress.decode.fakes import SSN, chat, kinds, reading, request

COMPOSED = sorted(set(ANY) - ALONE)
_WORDS = ("the", "a", "patient", "was", "seen", "today", "and", "feels", "better", "call", "back", "next", "week")
WORDS = st.lists(st.sampled_from(_WORDS), max_size=30)
PROSE = WORDS.map(" ".join)
NAMES = st.from_regex(r"[a-z]{1,8}(_[a-z]{1,6})?", fullmatch=True)
TREES = st.recursive(
    PROSE | st.none() | st.booleans() | st.integers(0, 99),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
LAWS = settings(max_examples=60)


@st.composite
def planted(draw: st.DrawFn, leaf: Any) -> Any:
    """A random document with one leaf somewhere in it."""
    node = leaf
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            around = draw(st.lists(TREES, max_size=3))
            around.insert(draw(st.integers(0, len(around))), node)
            node = around
        else:
            name = draw(NAMES)
            node = {
                **draw(st.dictionaries(NAMES.filter(lambda other, name=name: other != name), TREES, max_size=3)),
                name: node,
            }
    return node


@given(st.data(), st.lists(st.sampled_from(COMPOSED), min_size=1, max_size=3), PROSE, PROSE)
@LAWS
def test_any_three_carriers_over_each_other_hide_nothing(
    data: st.DataObject, carriers: list[str], before: str, after: str
) -> None:
    hidden = f"{before} {SSN} {after}"
    for carrier in carriers:
        hidden = ANY[carrier](hidden)
        # Some write each character in a form that others then leave alone; nobody sends a megabyte of them.
        assume(len(hidden) < 60_000)
    result = reading(request(data.draw(planted(hidden))))
    assert result.problem is not None or "ssn" in kinds(result)


@given(st.data(), st.sampled_from(sorted(NUMBERS)))
@LAWS
def test_a_number_written_in_any_way_is_found_anywhere(data: st.DataObject, carrier: str) -> None:
    result = reading(request(data.draw(planted(NUMBERS[carrier](SSN)))))
    assert result.problem is not None or "ssn" in kinds(result)


@given(st.data(), st.integers(1, 10), st.integers(1, 10))
@LAWS
def test_a_number_cut_in_any_two_places_is_found(data: st.DataObject, first: int, second: int) -> None:
    low, high = sorted((first, second))
    pieces = [piece for piece in (SSN[:low], SSN[low:high], SSN[high:]) if piece]
    shape = data.draw(st.sampled_from(["strings", "objects", "fields", "messages"]))
    node: Any = pieces
    if shape == "objects":
        node = [{"type": "text", "text": piece} for piece in pieces]
    elif shape == "fields":
        node = {f"part_{'abc'[number]}": piece for number, piece in enumerate(pieces)}
    elif shape == "messages":
        node = [{"role": "user", "content": [{"type": "text", "text": piece}]} for piece in pieces]
    result = reading(request(data.draw(planted(node))))
    assert result.problem is not None or "ssn" in kinds(result)


@given(planted("a harmless leaf"))
@LAWS
def test_harmless_documents_pass(tree: Any) -> None:
    result = reading(request(tree))
    assert (result.problem, result.found, result.media) == (None, (), ())
    assert result.tree == tree


CODE = st.sampled_from(
    [
        "for (let i = 0; i < items.length; i++) { console.log(`${items[i].name}\\n`, i + 1); }",
        "SELECT a.id, COUNT(*) AS n FROM admissions a WHERE a.ward = 'B2' GROUP BY a.id HAVING n > 3;",
        "def f(x: int) -> int:\n    return x ** 2 + 0x1F  # \\d+ matches digits",
        '<div class="row"><td>12</td><td>7</td>&nbsp;&amp;</div>',
        "curl -s 'http://localhost:8080/a?b=1&c=%20x' | jq '.items[0].id'",
        '#include <stdio.h>\nint main(void) { printf("%d\\n", 42); return 0; }',
        "| a | b |\n|-----|-----|\n| 1 | 2 |\n| 3 | 4 |",
        "C:\\Users\\me\\new\\table.txt and /usr/local/lib/python3.11/site-packages/SomeThing/__init__.py",
        "fib: 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144",
        "$$\\int_0^1 \\frac{x^2}{1+x}\\,dx = \\ln 2 - \\frac{1}{2}$$",
    ]
)
HARMLESS = st.one_of(
    PROSE, CODE, st.uuids().map(str), st.binary(min_size=16, max_size=64).map(bytes.hex),
    st.text(st.characters(exclude_categories=["Cs", "Nd", "No", "Nl"], exclude_characters="@"), max_size=60),
    st.lists(st.integers(0, 9999), max_size=12).map(json.dumps),
)  # fmt: skip


@given(st.lists(HARMLESS, max_size=6))
@example(["The naïve café — “quoted” – résumé… 👩‍⚕️ ❤️ 5 m²"])
@LAWS
def test_prose_code_and_ids_pass(texts: list[str]) -> None:
    for content in ("\n".join(texts), texts, [{"type": "text", "text": text} for text in texts]):
        result = reading(request(chat(content)))
        assert (result.problem, result.found, result.media) == (None, (), ())


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "application/json", "text/plain", "multipart/form-data; boundary=a"]),
)
@LAWS
def test_no_body_makes_the_reader_fail(data: bytes, content_type: str | None) -> None:
    headers = [] if content_type is None else [("content-type", content_type)]
    assert reading(request(data, headers)).problem != "reader-failed"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@LAWS
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for content in (
        text,
        [text, text],
        {text: text},
        json.dumps(text),
        text.encode().hex(),
        f"rot13 reverse b85 {text}",
    ):
        result = reading(request(chat(content)))
        assert result.problem is None
        assert all(found.finding.start <= found.finding.end for found in result.found)


@given(st.text(st.sampled_from("\\ux26&#;%=+A-\"'`<>*1290abf \u200b\uff11\u0301\n"), max_size=80))
@LAWS
def test_no_heap_of_marks_makes_the_reader_fail(text: str) -> None:
    assert reading(request(chat([text, text]))).problem in {None, "budget-exhausted"}


@pytest.mark.parametrize("order", ["UTF-16, big end first, in base64", "UTF-16 in base64"])
def test_a_long_text_of_few_characters_is_read_in_both_orders(order: str) -> None:
    """With a mark behind each character neither half of the bytes is zero, and both halves have few values."""
    hidden = ANY["byte order marks"](ANY["%u"](f" {SSN} "))
    assert "ssn" in kinds(reading(request(ANY[order](hidden))))
