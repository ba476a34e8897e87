"""(C) Days and months that only a text about a person makes dates: `in June`, `until the 15th`, `to scope 4/12`.

Safe Harbor leaves of the dates of a person nothing but the year. In other texts `in June` is part of a plan or a
guideline, and `4/12` more often a score, so these are looked for around identifiers of a person alone, see `beside`.
So are ages over 89 right behind a name: `Maria Lopez, 92, and`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.context import ahead
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.beside import PERSONAL
from zt_ai.egress.detect.rules.short_dates import measured, scored

_MONTH = re.compile(
    r"(?<=[ -])[JFMASOND](?:anuary|ebruary|arch|pril|ay|une|uly|ugust|eptember|ctober|ovember|ecember|"
    r"an|eb|ar|pr|un|ul|ug|ept?|ct|ov|ec)\b(?!['\u2019]s|[ ,.-]{0,2}[0-9])"
)
_WHEN = re.compile(
    r"(?<![a-z])(?:in|since|until|till?|from|through|thru|by|last|next|this|early|mid|late|during|before|after|of)[ -]"
    r"(?:(?:early|mid|late)[ -])?$"
)
_DAY = re.compile(
    r"(?<![A-Za-z])(?i:on|until|till?|by|since|from|before|after|through|thru|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?) the (?P<v>(?:[12]?[0-9]|3[01])(?:st|nd|rd|th))"
    r"(?=[.,;:!?)\n]|$| (?:and|at|for|but|to|so|because|when|if|or|w/|with)\b)"
)
_SLASH = re.compile(
    r"(?<![0-9A-Za-z/.^_=<>-])(?P<v>(?:0?[1-9]|1[0-2])/(?:0?[179]|11|12))(?![0-9A-Za-z/%]|\.[0-9]|-[0-9])"
)
"""The numbers that scores are out of, 2 to 6, 8 and 10, are left out."""
_CELL = re.compile(r"(?<=\| )(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12][0-9]|3[01])(?= \||\s*\n|\s*$)")
"""A day that is all of its column."""


def _spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _MONTH.finditer(text, low, high):
        if _WHEN.search(ahead(text, match.start(), 16)):
            yield match.span()
    if text.find(" the ", low, high) >= 0:
        for match in _DAY.finditer(text, low, high):
            yield match.span("v")
    if text.find("/", low, high) < 0:
        return
    for match in _CELL.finditer(text, low, high):
        yield match.span()
    for match in _SLASH.finditer(text, low, high):
        first, _, second = match["v"].partition("/")
        # "7/7 days", "9/9 criteria"
        if int(first) != int(second) and not (scored(text, match.start()) or measured(text, match.end())):
            yield match.span("v")


_AGE = (
    r"(?<=[^\W\d_]) ?,? (?:(?:is|was|turned|aged?) )?(?P<v>9[0-9]|1[01][0-9])(?=[,.;)](?![0-9])| [a-z])(?!,[0-9]{3})"
    r"(?! (?:mg|ml|mL|%|kg|lb|cm|beats|bpm|patients|days|hours))"
)


RULES: tuple[Rule, ...] = (
    Rule(
        id="age.beside",
        kind="age",
        source="45 CFR 164.514(b)(2)(i)(C): all ages over 89; a number between commas right behind a name",
        triggers=(),
        beside=frozenset({"name"}),
        spans=matching(_AGE),
        before=0,
        after=14,
        positives=(
            "his wife Maria Lopez, «92», and son",
            "Maria Lopez is «91» and has been in our unit",
            "mother Maria Lopez «90». Turn this",
            "neighbor Maria Lopez, «101», has the keys",
        ),
        negatives=(
            "Maria Lopez, 62, and",
            "Maria Lopez, 92,000 units",
            "saturation, 94, was low",
            "Maria Lopez, 95 mg",
        ),
    ),
    Rule(
        id="date.beside",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C): all elements of dates (except year) directly related to an individual",
        triggers=(),
        beside=PERSONAL,
        spans=_spans,
        before=200,
        after=200,
        positives=(
            "Patient: Imani Fofana. Sertraline increased to 150 mg in «June».",
            "Patient: Imani Fofana, two near misses near Blue Ash in «Sept». MoCA 21.",
            "Patient: Imani Fofana. At the cabin til the «15th». My cell",
            "Patient: Imani Fofana, I was in since the «16th» for it",
            "Patient: Imani Fofana, GIB, GI to scope «4/12»\n",
            "Patient: Imani Fofana | PR-204 | «4/3» | $92.40",
            "Patient: Imani Fofana, respite from «8/12»–«9/12»",
        ),
        negatives=(
            "The guideline changed in June.",
            "GI to scope 4/12",
            "Patient: Imani Fofana, strength 4/5, pain 7/10, reflexes 2/4, murmur 2/6, 7/7 days, MoCA 9/12",
            "Patient: Imani Fofana, pain on the 5th metatarsal, seen on the 3rd floor",
            "Patient: Imani Fofana, 1 tab by mouth, may repeat",
        ),
    ),
)
