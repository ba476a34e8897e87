"""The kind that a value's own letters or the words after it say: `SN-12345678`, `12345678 (MRN)`."""

from __future__ import annotations

import re

from zt_ai.egress.detect.rules.prose.labels import PIECE, kind_of
from zt_ai.egress.detect.rules.prose.numbers import ZIP, Number, counted
from zt_ai.egress.detect.rules.prose.words import LITTLE, MARKS, NEXT, PEOPLE, PUBLIC, SURE
from zt_ai.egress.detect.rules.prose.zips import STATE_CODES

_AFTER = 60
"""Characters after a value in which its label may stand."""
_LETTERS = re.compile(r"[A-Za-z]{2,6}(?=-?[0-9]{4}|-[0-9]{2}-)")
_LINK = re.compile(r"\s?[\"')\]]{0,2}\s?(?:(?:is|was|are|were|as|being)\b|[,(\[=|\u2013-])(?= ?[A-Za-z#])")


def behind(text: str, number: Number) -> str | None:
    """The kind that the words after a value say: `12345678 is her MRN`, `12345678 (MRN)`."""
    link = _LINK.match(text, number.end)
    if link is None or not number.strong or counted(text, number):
        return None
    pieces = PIECE.findall(text, link.end(), link.end() + _AFTER)
    bracket = link[0].strip()[-1:] in ("(", "[")
    unknown = 0
    for place, piece in enumerate(pieces):
        char = piece[0]
        if not char.isalpha() and char != "#":
            if char in ".;\n:!?" or char.isdigit() or (bracket and char in ")]"):
                return None
            continue
        word = piece.lower()
        after = pieces[place + 1].lower() if place + 1 < len(pieces) else ""
        kind = kind_of(SURE, word, after) if after.isalpha() else None
        kind = kind or kind_of(SURE, "", word)
        if kind is None and (bracket or after.rstrip("s") in MARKS):
            kind = kind_of(NEXT, "", word)
        if kind:
            rest = [piece for piece in pieces[place + 1 : place + 5] if piece.lower() not in MARKS]
            if rest and (rest[0][0] in ":=" or rest[0][0].isdigit()):
                return None
            if kind == "zip" and not ZIP.fullmatch(number.text):
                return None
            return kind
        if word in PUBLIC:
            return None
        if word not in LITTLE and word not in MARKS:
            unknown += 1
            if unknown > 1:
                return None
    return None


def itself(text: str, number: Number) -> str | None:
    """The kind that the beginning of a value says: `SN-12345678`, `ACC1234567`."""
    letters = _LETTERS.match(number.text)
    if letters is None or not number.strong:
        return None
    word = letters[0].lower()
    if letters[0] in STATE_CODES and ZIP.fullmatch(number.text, 3) and number.text[2] == "-":
        return "zip"
    kind = SURE.get(word) or (NEXT.get(word) if len(number.text) - len(word) > 5 and word not in PEOPLE else None)
    return kind if kind and kind != "zip" and not counted(text, number) else None
