"""The values of a stretch of text and their kinds; numbers that are listed together are of one kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from zt_ai.egress.detect.rules.prose.before import before
from zt_ai.egress.detect.rules.prose.behind import behind, itself
from zt_ai.egress.detect.rules.prose.columns import by_title
from zt_ai.egress.detect.rules.prose.lines import of_an_authority, placed_alone
from zt_ai.egress.detect.rules.prose.numbers import TOKEN, Number, counted, read_number
from zt_ai.egress.detect.rules.prose.persons import of_a_person
from zt_ai.egress.detect.rules.prose.spoken import spoken_of
from zt_ai.egress.detect.rules.prose.zips import placed

_SEQUENCE = re.compile(r"[NX][CGMPRT]_$")
_JOINT = re.compile(
    r"[)\]]?(?:['\"]?\s?[,;/&+]\s?['\"]?(?:and\s|or\s|#)?|,?\s(?:\([a-z]{1,12}\)\s)?(?:(?:and|or|to|with|from|by|into|instead|of|for|"
    r"the|her|his|mother|father|baby|twin|new|old|then|now|also|was|is|merged|changed|corrected|replaced|linked|updated|moved|"
    r"transferred|combined|present|other|current|correct|one)\s){1,6})[#(]?"
)
_SOON = 70
"""Characters in which a number is said again."""
_Value = tuple[int, int, str]
"""Start, end, kind."""


def values(text: str, low: int, high: int) -> Mapping[str, Sequence[tuple[int, int]]]:
    """Start and end of the values between two places of a text, by kind."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    at = low
    last: _Value | None = None
    while at < high and (match := TOKEN.search(text, at, high)):
        listed, at = _read(text, match.start())
        if not listed and last and _again(text, last, match):
            listed = [(*match.span(), last[2])]
        for start, end, kind in listed:
            if kind:
                found[kind].append((start, end))
                last = (start, end, kind)
    return found


def _again(text: str, last: _Value, match: re.Match[str]) -> bool:
    """Whether a number is said again, or put right: `7719002? Sorry, 7719003`."""
    before, value = text[last[0] : last[1]], match[0]
    return (
        len(value) == len(before) > 6
        and match.start() - last[1] < _SOON
        and value[:-2] == before[:-2]
        and not counted(text, Number(value, *match.span(), strong=True, bare=value.isdigit()))
    )


def _read(text: str, start: int) -> tuple[Sequence[_Value], int]:
    """The kind of a value, and of all values that are listed with it; where the last of them ends."""
    match = TOKEN.match(text, start)
    number = read_number(match) if match else None
    if match is None or number is None:
        # The window ended inside of it, or it is no number of anybody.
        return (), match.end() if match else start + 1
    kind = _kind(text, number)
    listed: list[_Value] = [(number.start, number.end, kind or "")]
    end, size = number.end, len(number.text)
    while (joint := _JOINT.match(text, end)) and (following := TOKEN.match(text, joint.end())):
        another = read_number(following)
        if another is None or not (another.strong or abs(len(another.text) - size) < 2):
            break
        end = another.end
        own = behind(text, another)
        if not counted(text, another):
            listed.append((another.start, end, own or kind or ""))
        if own and not kind:
            # "12345678 and 23456789 are her numbers": what is said of the last is said of all.
            kind = own
            listed = [(first, last, own) for first, last, _ in listed]
    return (listed if kind else ()), end


def _kind(text: str, number: Number) -> str | None:
    if text[number.start - 1 : number.start] == "_" and _SEQUENCE.search(text, max(number.start - 4, 0), number.start):
        return None
    if number.start and text[number.start - 1] in "/=&":
        run = text[max(number.start - 60, 0) : number.start].split()
        if run and ("://" in run[-1] or run[-1].startswith("www.")):
            return None
    listed = text[max(number.start - 3, 0) : number.start].rstrip(" ,;\t")[-1:].isdigit()
    kind = None if listed else before(text, number)
    kind = kind or itself(text, number) or behind(text, number)
    if kind is None and placed(text, number):
        return "zip"
    kind = kind or by_title(text, number)
    if kind is None and (of_a_person(text, number) or spoken_of(text, number) or placed_alone(text, number)):
        return "mrn"
    return kind or ("other_id" if of_an_authority(text, number.start) else None)
