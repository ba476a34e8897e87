"""A text that asks for a number, and the text after it that gives one: a label and its value in two messages.

`What is your SSN?` says nothing about anybody and `536228714` is any number; in a conversation they are one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from zt_ai.egress.decode.budget import Budget
from zt_ai.egress.decode.sheet import END, Joined, Sheet

_TAIL, _HEAD, _LABEL = 96, 48, 48
_AROUND = " \t\r\n\"'*_`"
_REQUEST = re.compile(
    r"(?i)\b(?:give|tell|provide|enter|share|confirm|state|type|send|need|require|read|what|which)\b[^.?!]{0,80}[.!]\Z"
)
_POLITE = re.compile(r"(?i)[\s,.?!:#=]*(?:\b(?:please|thanks|thank you|again|now|first|for me)[\s,.?!:]*){0,3}\Z")
_FILLER = re.compile(
    r"(?i)\s{0,4}(?:(?:sure|yes|ok|okay|certainly|of course|well|hi|hello|it|it's|its|that|that's|this|mine"
    r"|(?:my|the) number|is|was|would be|should be|here you go|here it is)\b[\s,.:!-]{0,4}){1,5}(?=[0-9(])"
)
_FILLERS = frozenset(["su", "ye", "ok", "ce", "of", "we", "hi", "he", "it", "th", "mi", "my", "is", "wa", "wo", "sh"])
"""How they begin: most texts begin otherwise."""
_STARTS = re.compile(r"[\s\"'*_`(#]{0,4}[A-Za-z]{0,4}-?[0-9]")


def join_answers(groups: Iterable[Sequence[int]], sheet: Sheet, budget: Budget) -> None:
    """Add, for each text of a group that asks and the next one that begins with a number, both as label and value.

    Raises:
        UnreadableError: `budget-exhausted`.
    """
    parts = sheet.parts
    begins: dict[int, int | None] = {}
    for group in groups:
        for before, after in pairwise(group):
            value = parts[2 * after]
            if after not in begins:
                begins[after] = _value_at(value)
            at = begins[after]
            if at is None:
                continue
            text = parts[2 * before]
            start, label = _label(text)
            if label:
                head = value[at : at + _HEAD]
                joined = f"{label}: {head}"
                budget.spend(len(joined))
                sheet.parts += (joined, END)
                sheet.origins.append(
                    Joined(sheet, ("split",), [(before, start, label), (after, at, head)], 2, answer=True)
                )


def between_pairs(_sheet: Sheet, _group: Sequence[int], first: int, end: int) -> tuple[int, int] | None:
    """The `borders.Cut` of what `join_answers` takes: two texts at a time."""
    return (first + 1, end - 1) if end - first > 1 else None


def _value_at(text: str) -> int | None:
    """Where a text begins to say a number, None if it does not begin with one."""
    if _STARTS.match(text):
        return 0
    if text[:6].lstrip()[:2].casefold() not in _FILLERS:
        return None
    filler = _FILLER.match(text)
    return filler.end() if filler else None


def _label(text: str) -> tuple[int, str]:
    """What a text asks for at its end, and where that begins; empty if it asks for nothing."""
    start = max(len(text) - _TAIL, 0)
    tail = text[start:].rstrip(_AROUND)
    last = tail[-1:]
    asks = last in "?:#=" or (last.isalnum() and len(text) <= _LABEL) or (last in ".!" and _REQUEST.search(tail))
    if not last or not asks:
        return 0, ""
    polite = _POLITE.search(tail)
    return start, tail[: polite.start()] if polite else tail
