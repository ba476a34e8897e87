"""Readers find values of every kind at once; rules want one kind. What was read is kept until the next text."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator

from zt_ai.egress.detect.rule import EVERYWHERE, Spans

Value = tuple[int, int, str]
"""Start, end, kind."""
Find = Callable[[str, int, int], int]
"""From a text and a window, where the next opening in it begins; -1: nowhere."""
Read = Callable[[str, int], tuple[list[Value], int]]
"""From a text and an opening in it: the values of the segment, element or table, and where it ends."""


class Kept:
    """The values of the last text that a thread scanned, by opening. Holds places and kinds, never text.

    An opening inside what was read from an earlier one opens nothing: each character is read once for a kind.
    """

    def __init__(self, find: Find, read: Read) -> None:
        self._find, self._read = find, read
        self._local = threading.local()

    def of(self, kind: str) -> Spans:
        """The spans of one kind."""

        def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
            mine = self._local.__dict__
            # A string keeps its own hash: the check costs next to nothing, and no text is held on to.
            name = (id(text), len(text), hash(text))
            if mine.get("name") != name:
                mine.update(name=name, units={}, done={})
            units: dict[int, tuple[list[Value], int]] = mine["units"]
            done: dict[str, tuple[int, int]] = mine["done"]
            last, at = done.get(kind, (-1, 0))
            # The windows of one scan come in order; an earlier one begins the next scan of the same text.
            at = max(at, low) if low > last else low
            while at < high and (start := self._find(text, at, high)) >= 0:
                unit = units.get(start)
                if unit is None:
                    unit = units[start] = self._read(text, start)
                for first, end, named in unit[0]:
                    if named == kind:
                        yield first, end
                # A unit may begin before the window and end before it as well: on, in any case.
                at = max(unit[1], start + 1, at + 1)
            done[kind] = (low, at)

        return spans


def opened_by(pattern: re.Pattern[str]) -> Find:
    """Openings are the matches of a pattern."""

    def find(text: str, low: int, high: int) -> int:
        match = pattern.search(text, low, high)
        return match.start() if match else -1

    return find


def to_any_end(text: str, low: int, high: int) -> int:
    """`Rule.reads_on` of readers that go on for as long as a message does."""
    return EVERYWHERE
