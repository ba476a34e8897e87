"""The patterns of all detectors, in the databases in which hyperscan reads them fastest.

Patterns that cannot match without a digit are run around digits only: ordinary talk has few. Of the others, plain strings
are found by one fast matcher and forms run as automata over every byte; they are kept apart, which is a tenth quicker
than one database for both. To keep more apart makes long texts no quicker, and each database costs two to ten microseconds
for a text however short it is (`bench/scan_speed.py`).

Only where to look is decided here. A pattern that is run on part of a text can match more than on the whole, where the
cut looks like an end of the text; the rules then look at the whole text and find nothing.
"""

from __future__ import annotations

import re
import re._constants as sre
import re._parser as parser
import threading
from collections.abc import Iterable
from typing import Any

import hyperscan

from zt_ai.egress.detect.compiled import Pattern, databases

Hits = list[tuple[int, int]]
"""Id of a pattern and the byte offset where its match ends, in the order of the text."""

_MOST_DIGITS = 48
"""Digits of a text up to which the patterns that need one run around them alone."""
_WIDEST = 160
"""Bytes that a pattern may span to be run around digits; most of a text would be around one otherwise."""
_DIGITS = range(0x30, 0x3A)
_DIGIT = re.compile(rb"(?<!\\x)(?<!\\x[0-9a-f])[0-9]|\\x3[0-9]|\\d")
"""What the source of a pattern has that can ask for a digit. Most are plain names, and to parse them takes a second."""


class Databases:
    """All patterns, compiled. May be used by several threads at once."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        groups: dict[str, list[Pattern]] = {}
        near: list[Pattern] = []
        self._reach = 0
        for pattern in patterns:
            reach = _around_a_digit(pattern)
            if reach is not None:
                near.append(pattern)
                self._reach = max(self._reach, reach)
            else:
                groups.setdefault(pattern.group, []).append(pattern)
        *whole, self._digits = databases([*groups.values(), *([near] if near else []), [Pattern(0, b"[0-9]", "")]])
        self._near = whole.pop() if near else None
        self._whole = whole
        self.around_digits = frozenset(pattern.id for pattern in near)
        self._local = threading.local()

    def hits(self, data: bytes) -> Hits:
        """Which patterns match and where each match ends."""
        scratches = getattr(self._local, "scratches", None)
        if scratches is None:
            # Scratch space serves one scan at a time: each thread has its own.
            near = self._near or self._digits
            scratches = self._local.scratches = [hyperscan.Scratch(d) for d in (*self._whole, near, self._digits)]
        hits: Hits = []
        for database, scratch in zip(self._whole, scratches, strict=False):
            database.scan(data, match_event_handler=_note, context=hits, scratch=scratch)
        if self._near is not None:
            for low, high in self._spans(data, scratches[-1]):
                part = data if high - low == len(data) else data[low:high]
                found: Hits = []
                self._near.scan(part, match_event_handler=_note, context=found, scratch=scratches[-2])
                hits += [(number, low + end) for number, end in found] if low else found
        hits.sort(key=_end)
        return hits

    def _spans(self, data: bytes, scratch: Any) -> list[tuple[int, int]]:
        """Where a pattern may match that needs a digit: around each, or everywhere where there are many."""
        places: list[int] = []
        try:
            self._digits.scan(data, match_event_handler=_place, context=places, scratch=scratch)
        except hyperscan.ScanTerminated:
            return [(0, len(data))]
        spans: list[tuple[int, int]] = []
        for place in places:
            low, high = max(place - self._reach, 0), min(place + self._reach, len(data))
            if spans and low <= spans[-1][1]:
                spans[-1] = (spans[-1][0], high)
            else:
                spans.append((low, high))
        return spans


def _note(pattern: int, start: int, end: int, flags: int, hits: Any) -> None:
    hits.append((pattern, end))


def _place(pattern: int, start: int, end: int, flags: int, places: Any) -> bool:
    places.append(end)
    return len(places) > _MOST_DIGITS


def _end(hit: tuple[int, int]) -> int:
    return hit[1]


def _around_a_digit(pattern: Pattern) -> int | None:
    """Bytes around a digit that hold every match of the pattern and what stands beside it; None where it may match
    without a digit, is too wide, or is written in a way that only hyperscan understands."""
    # Most patterns are names: letters and nothing else.
    if pattern.expression.isalpha() or not _DIGIT.search(pattern.expression):
        return None
    try:
        tree = parser.parse(pattern.expression.decode("utf-8"))
    except (re.error, UnicodeDecodeError):
        return None
    # Hyperscan reads bytes; a character that is written out may be four of them.
    width = tree.getwidth()[1] * (1 if pattern.expression.isascii() else 4)
    return width + 2 if width <= _WIDEST and _needs_digit(tree) else None


def _needs_digit(tree: Any) -> bool:
    """Whether every way through the pattern takes a digit."""
    for operation, value in tree:
        if operation is sre.LITERAL and value in _DIGITS:
            return True
        if operation is sre.IN and all(map(_is_digit, value)):
            return True
        if operation is sre.BRANCH and all(map(_needs_digit, value[1])):
            return True
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0] and _needs_digit(value[2]):
            return True
        if operation is sre.SUBPATTERN and _needs_digit(value[3]):
            return True
    return False


def _is_digit(item: tuple[Any, Any]) -> bool:
    operation, value = item
    if operation is sre.RANGE:
        return value[0] in _DIGITS and value[1] in _DIGITS
    return (operation is sre.LITERAL and value in _DIGITS) or (
        operation is sre.CATEGORY and value is sre.CATEGORY_DIGIT
    )
