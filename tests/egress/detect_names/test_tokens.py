"""The tokenizer of the name model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.egress.detect.names_tokens import LONGEST, WordPieces

PIECES = ["[UNK]", "[CLS]", "[SEP]", "pa", "##tien", "##t", "anna", "cafe", "'", ",", "京", "##s", "a"]


def pieces(text: str) -> list[tuple[str, str]]:
    return [(PIECES[one.id], text[one.start : one.end]) for one in WordPieces(PIECES).tokens(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Patient", [("pa", "Pa"), ("##tien", "tien"), ("##t", "t")]),
        ("ANNA, Anna's", [("anna", "ANNA"), (",", ","), ("anna", "Anna"), ("'", "'"), ("[UNK]", "s")]),
        ("Café", [("cafe", "Café")]),
        ("Cafe\u0301s", [("cafe", "Cafe"), ("##s", "s")]),
        ("xyz", [("[UNK]", "xyz")]),
        ("京anna京", [("京", "京"), ("anna", "anna"), ("京", "京")]),
        ("a" + "s" * LONGEST, [("[UNK]", "a" + "s" * LONGEST)]),
    ],
)
def test_words_become_the_longest_known_pieces(text: str, wanted: list[tuple[str, str]]) -> None:
    assert pieces(text) == wanted


def test_a_vocabulary_without_the_special_pieces_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lacks \[SEP\]"):
        WordPieces(["[UNK]", "[CLS]", "a"])


@given(st.text())
def test_tokens_stand_in_order_inside_the_text(text: str) -> None:
    before = 0
    for one in WordPieces(PIECES).tokens(text, 0, len(text)):
        assert before <= one.start < one.end <= len(text)
        before = one.start
