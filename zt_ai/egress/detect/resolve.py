"""Findings that overlap become findings that do not, without uncovering a single character."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from zt_ai.egress.model import Finding

Ranked = tuple[int, int, int, str, str]
"""Start, end, rank, kind, rule."""


def resolve(found: Iterable[Ranked], text: str) -> tuple[Finding, ...]:
    """Sorted findings without overlaps.

    What lies inside another finding is left out; of two with the same span the higher rank stays, then the rule that
    is first by id. Where some cross, the longest keeps all of its span and the others what sticks out of it: what one
    rule covers is never uncovered by another.
    """
    kept: list[Ranked] = []
    crossing: list[Ranked] = []
    reach = -1
    # By start, the longest first: one that ends before the furthest end so far lies inside an earlier one.
    for one in sorted(set(found), key=lambda one: (one[0], -one[1], -one[2], one[4])):
        if one[1] <= reach:
            continue
        if one[0] >= reach:
            kept += _settle(crossing, text)
            crossing = []
        crossing.append(one)
        reach = one[1]
    kept += _settle(crossing, text)
    return tuple(Finding(kind, start, end, rule) for start, end, _, kind, rule in kept)


def _settle(crossing: list[Ranked], text: str) -> Iterable[Ranked]:
    """A run of findings each of which crosses the next, as pieces that do not overlap."""
    if len(crossing) < 2:
        return crossing
    starts: list[int] = []
    pieces: list[Ranked] = []
    for one in sorted(crossing, key=lambda one: (one[0] - one[1], -one[2], one[0])):
        for start, end in list(_uncovered(one[0], one[1], starts, pieces)):
            if (start, end) == one[:2] or any(char.isalnum() for char in text[start:end]):
                place = bisect_right(starts, start)
                starts.insert(place, start)
                pieces.insert(place, (start, end, *one[2:]))
    return pieces


def _uncovered(start: int, end: int, starts: list[int], pieces: list[Ranked]) -> Iterator[tuple[int, int]]:
    """The parts of a span that no piece covers."""
    place = max(bisect_right(starts, start) - 1, 0)
    at = start
    while place < len(pieces) and pieces[place][0] < end:
        low, high = pieces[place][:2]
        if high > at:
            if low > at:
                yield at, low
            at = max(at, high)
        place += 1
    if at < end:
        yield at, end
