"""Where the cells of a line are: between delimiters, or between blanks in columns of a fixed width."""

from __future__ import annotations

import re
from collections.abc import Sequence

Cell = tuple[int, int]
"""Start and end of what a cell holds, without quotes and blanks around it."""

BLANKS = "  "
"""The delimiter of columns that are made with blanks."""
_STRIP = " \t\"'*`\\\u00a0\ufeff"
_RUN = re.compile(r"[^ \n]+(?: [^ \n]+)*")


def cells_of(text: str, start: int, end: int, delimiter: str) -> list[Cell]:
    """The cells of a row, without quotes and blanks around them."""
    found: list[Cell] = []
    at = start
    while at <= end:
        low = at
        while low < end and text[low] in " \\":
            low += 1
        if low < end and text[low] in "\"'":
            # A quote only closes before a delimiter: O'Neil and 5'11" stay whole.
            close = low
            while (
                (close := text.find(text[low], close + 1, end)) >= 0
                and text[close + 1 : close + 2] not in (delimiter, "", " ", "\\")
                and close + 1 < end
            ):
                pass
            stop = text.find(delimiter, close if close >= 0 else at, end)
        else:
            stop = text.find(delimiter, at, end)
        stop = end if stop < 0 else stop
        low, high = at, stop
        while low < high and text[low] in _STRIP:
            low += 1
        while high > low and text[high - 1] in _STRIP:
            high -= 1
        found.append((low, high))
        at = stop + 1
    if delimiter == "|":
        # Markdown has a pipe at both ends.
        if len(found) > 1 and found[0][0] == found[0][1]:
            found = found[1:]
        if len(found) > 1 and found[-1][0] == found[-1][1]:
            found = found[:-1]
    return found


def between_blanks(text: str, start: int, end: int) -> list[Cell]:
    """What stands between two blanks or more."""
    return [match.span() for match in _RUN.finditer(text, start, end)]


def under(text: str, start: int, end: int, columns: Sequence[int]) -> list[tuple[int, Cell]]:
    """The cells of a line under a header with columns that begin at these characters of its line, each with the number
    of its column.

    As many cells as columns stand in their order, wherever they begin; else a cell belongs to the column that it shares
    most with. A single blank is enough between two cells where a column begins.
    """
    runs = between_blanks(text, start, end)
    if len(runs) == len(columns):
        return list(enumerate(runs))
    found: list[tuple[int, Cell]] = []
    for low, high in runs:
        cuts = [start + at for at in columns if low < start + at < high and text[start + at - 1] == " "]
        for first, last in zip((low, *cuts), (*(cut - 1 for cut in cuts), high), strict=True):
            found.append((_column(first - start, last - start, columns), (first, last)))
    return found


def _column(low: int, high: int, columns: Sequence[int]) -> int:
    best = most = 0
    for number, begin in enumerate(columns):
        end = columns[number + 1] if number + 1 < len(columns) else high + 1
        shared = min(high, end) - max(low, begin if number else 0)
        if shared > most:
            best, most = number, shared
    return best
