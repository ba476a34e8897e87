"""Values in columns that blanks keep apart, by the title over them."""

from __future__ import annotations

import re

from zt_ai.egress.detect.rules.prose.labels import PIECE, kind_of
from zt_ai.egress.detect.rules.prose.numbers import ZIP, Number, long_enough
from zt_ai.egress.detect.rules.prose.words import MARKS, NEXT, SURE

_CELL = re.compile(r"[^\s|]+(?: [^\s|]+)*")
_DIGIT = re.compile(r"[0-9]")


def column(text: str, start: int, end: int) -> str:
    """The title over a value in columns that blanks keep apart; empty where the value stands in none."""
    if text[start - 2 : start] != "  " and text[start - 1 : start] != "\n":
        return ""
    line = text.rfind("\n", max(start - 160, 0), start) + 1
    if not line:
        return ""
    left, right, last = start - line, end - line, line - 1
    for _ in range(12):
        first = text.rfind("\n", max(last - 200, 0), last) + 1
        if last - first > 200 or text.find("  ", first, last) < 0:
            return ""
        for cell in _CELL.finditer(text, first, min(first + right + 40, last)):
            if cell.end() - first < left:
                continue
            if cell.start() - first <= right and not _DIGIT.search(cell[0]):
                return cell[0]
            break
        if not first:
            return ""
        last = first - 1
    return ""


def by_title(text: str, number: Number) -> str | None:
    if not number.strong or number.start < 4:
        return None
    title = column(text, number.start, number.end)
    words = [piece.lower() for piece in PIECE.findall(title) if piece[0].isalpha() or piece == "#"]
    for place in range(len(words) - 1, -1, -1):
        before = words[place - 1] if place else ""
        kind = kind_of(SURE, before, words[place]) or kind_of(SURE, "", words[place]) or kind_of(NEXT, "", words[place])
        if kind and (kind != "zip" or ZIP.fullmatch(number.text)):
            return kind
    return "other_id" if words and words[-1] in MARKS and long_enough(text, number) else None
