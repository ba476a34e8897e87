"""From the model's scores of tokens to scores of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zt_ai.egress.detect.names_tokens import Token

NAME, PLACE, NUMBER = "name", "location", "address"

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_SEPARATORS = str.maketrans(dict.fromkeys('^|*_"{}[]<>=&;~', " "))
"""Marks between the fields of HL7, X12, JSON and forms. The model was trained on prose: to it they are noise."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text, and how sure the model is of its parts."""

    start: int
    end: int
    text: str
    name: float
    place: float
    number: float


def readable(text: str) -> str:
    """The text as the model likes it best, character for character: offsets stay what they were."""
    return text.translate(_SEPARATORS)


def words(
    text: str, start: int, end: int, tokens: Sequence[Token], scores: Sequence[tuple[float, float, float]]
) -> list[Word]:
    """The words between two offsets, with what was said of the tokens that they are made of.

    A word is as sure as its tokens are on average by their length: the model labels the pieces of a long name unevenly.
    """
    found: list[Word] = []
    at = 0
    for match in _WORD.finditer(text, start, end):
        while at < len(tokens) and tokens[at].end <= match.start():
            at += 1
        sums = [0.0, 0.0, 0.0]
        length, index = 0, at
        while index < len(tokens) and tokens[index].start < match.end():
            size = tokens[index].end - tokens[index].start
            length += size
            for column, score in enumerate(scores[index]):
                sums[column] += score * size
            index += 1
        if length:
            found.append(Word(match.start(), match.end(), match[0], *(value / length for value in sums)))
    return found
