"""Findings that overlap become findings that do not, without uncovering a single character."""

from __future__ import annotations

from collections.abc import Iterable

from zt_ai.egress.model import Finding

Ranked = tuple[int, int, int, str, str]
"""Start, end, rank, kind, rule."""


def resolve(found: Iterable[Ranked], text: str) -> tuple[Finding, ...]:
    """Sorted findings without overlaps, in O(n log n).

    What lies inside another finding is left out; of two with the same span the higher rank stays, then the rule that
    is first by id. Where two cross, the longer keeps all of its span and the other what sticks out of it: what one rule
    covers is never uncovered by another.
    """
    kept: list[Ranked] = []
    for candidate in sorted(set(found), key=lambda one: (one[0], -one[1], -one[2], one[4])):
        one = candidate
        if kept and one[1] <= kept[-1][1]:
            continue
        if kept and one[0] < kept[-1][1]:
            last = kept.pop()
            if one[1] - one[0] > last[1] - last[0]:
                last = (last[0], one[0], *last[2:])
            else:
                one = (last[1], one[1], *one[2:])
            if _says_something(text, last):
                kept.append(last)
            if not _says_something(text, one):
                continue
        kept.append(one)
    return tuple(Finding(kind, start, end, rule) for start, end, _, kind, rule in kept)


def _says_something(text: str, one: Ranked) -> bool:
    return any(char.isalnum() for char in text[one[0] : one[1]])
