"""The wildcards of IAM: `*` stands for any run of characters, `?` for exactly one.

A wildcard in a resource or in a String condition runs across colons and slashes [IAM User Guide, "IAM JSON policy
elements: Resource"]; in an Arn condition it stops at the colons [IAM User Guide, "Condition operators", "Amazon
Resource Name (ARN) condition operators"]. Reading the second as the first admits more and never less, which is the
safe side for what an Allow may grant.

Matching is case-sensitive; whoever compares actions lower-cases them first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_RUN = re.compile(r"[*?]+")
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def normal(pattern: str) -> str:
    """The same pattern with every run of wildcards written one way: the `?` first, then one `*` if there was any."""

    def ordered(run: re.Match[str]) -> str:
        text = run.group()
        return "?" * text.count("?") + ("*" if "*" in text else "")

    return _RUN.sub(ordered, pattern)


def without_variables(pattern: str) -> str:
    """The pattern with each policy variable such as `${aws:username}` read as `*`: the widest it may become."""
    return _VARIABLE.sub("*", pattern)


def has_variable(pattern: str) -> bool:
    """Whether the pattern holds a policy variable, so that it is not known what it stands for."""
    return _VARIABLE.search(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Whether the plain text is one of the texts that the pattern stands for."""
    return _consume(pattern, text, text_is_pattern=False)


def covers(wide: str, narrow: str) -> bool:
    """Whether every text of `narrow` is a text of `wide`; both are patterns."""
    if "*" not in wide and "?" not in wide:
        return wide == narrow
    wide, narrow = normal(wide), normal(narrow)
    if _consume(wide, narrow, text_is_pattern=True):
        return True
    # The greedy match treats `*` in `narrow` as a sign of its own: right when it finds a match, and decisive for a
    # plain text. `???*` covers `??*a`, which it does not see.
    return _RUN.search(narrow) is not None and _included(narrow, wide)


def covered(narrow: str, wide: tuple[str, ...]) -> bool:
    """Whether one of the patterns in `wide` covers `narrow`."""
    return narrow in wide or any(covers(one, narrow) for one in wide)


def overlaps(first: str, second: str) -> bool:
    """Whether some text matches both patterns."""
    if not _RUN.search(first):
        return matches(second, first)
    if not _RUN.search(second):
        return matches(first, second)
    # Walk both patterns at once; `reached` holds the positions in `second` that the beginning of `first` can be at.
    reached = _closure({0}, second)
    for sign in first:
        following: set[int] = set()
        if sign == "*":
            following = set(range(min(reached, default=len(second) + 1), len(second) + 1))
        else:
            for at in reached:
                if at == len(second):
                    continue
                if second[at] == "*":
                    following.add(at)
                elif "?" in (sign, second[at]) or sign == second[at]:
                    following.add(at + 1)
        reached = _closure(following, second)
        if not reached:
            return False
    return len(second) in reached


def meet(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Patterns that cover everything that lies in both sets; never narrower than the exact intersection."""
    both: dict[str, None] = {}
    for one in first:
        for other in second:
            if covers(one, other):
                both[other] = None
            elif overlaps(one, other):
                both[one] = None
    return tuple(both)


def _included(narrow: str, wide: str) -> bool:
    """Whether the language of one pattern lies in that of the other, by walking both at once.

    A state is a position in `narrow` and all positions in `wide` that the same text can have led to. One sign that
    neither pattern writes stands for all the others.
    """
    signs = {*narrow, *wide, "\0"} - {"*", "?"}
    start = (0, frozenset(_closure({0}, wide)))
    seen, waiting = {start}, [start]
    while waiting:
        at, reached = waiting.pop()
        if len(narrow) in _closure({at}, narrow) and len(wide) not in reached:
            return False
        for sign in signs:
            following = frozenset(_closure(_step(reached, wide, sign), wide))
            for position in _step(_closure({at}, narrow), narrow, sign):
                state = (position, following)
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
    return True


def _step(positions: Iterable[int], pattern: str, sign: str) -> set[int]:
    """Where a pattern can stand after one more sign of the text."""
    found = set()
    for at in positions:
        if at < len(pattern):
            if pattern[at] == "*":
                found.add(at)
            elif pattern[at] in ("?", sign):
                found.add(at + 1)
    return found


def _closure(positions: set[int], pattern: str) -> set[int]:
    """The positions, and those after a `*` that stands for nothing."""
    found = set(positions)
    for position in positions:
        at = position
        while at < len(pattern) and pattern[at] == "*":
            at += 1
            found.add(at)
    return found


def _consume(pattern: str, text: str, *, text_is_pattern: bool) -> bool:
    """Greedy match with one point to return to, the last `*`: linear for the patterns that policies hold."""
    at = behind = 0
    star = -1
    while behind < len(text):
        sign = pattern[at] if at < len(pattern) else ""
        character = text[behind]
        if sign == "*":
            star, anchor = at, behind
            at += 1
        elif sign and _one(sign, character, text_is_pattern=text_is_pattern):
            at += 1
            behind += 1
        elif star >= 0:
            anchor += 1
            at, behind = star + 1, anchor
        else:
            return False
    return all(sign == "*" for sign in pattern[at:])


def _one(sign: str, character: str, *, text_is_pattern: bool) -> bool:
    """Whether one character of the text falls under one sign of the pattern that is not `*`."""
    if not text_is_pattern:
        return sign in ("?", character)
    if sign == "?":
        return character != "*"  # `*` may stand for nothing or for many, `?` takes exactly one
    return sign == character
