"""Numbers that stand beside a person: a name, or an age and a sex."""

from __future__ import annotations

import re

from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.rules.prose.numbers import Number, long_enough

_SEXED = re.compile(r",?\s[0-9]{1,3}\s?-?(?:[Yy](?:/?[Oo]|rs?)?\s?)?[MF]\b")
_SEXED_BEFORE = re.compile(r"(?<![0-9A-Za-z])[0-9]{1,3}\s?(?:[Yy](?:/?[Oo])?\s?)?[MF],? {1,3}$")
_NAME = r"[A-Z][A-Za-z'\u2019-]+,? [A-Z][A-Za-z'\u2019-]*(?:[. ]{1,2}[A-Z][A-Za-z'\u2019-]*)?"
_NAME_BEFORE = re.compile(rf"(?<![\w'-])(?P<n>{_NAME})\.?(?:\s{{1,3}}[(/#|-]?\s?#?|[,:]\s{{1,2}}#?)$")
_TITLED = re.compile(r"(?<![A-Za-z])(?:M(?:rs?|s|iss)|Pt|Patient):?\.? [A-Z][A-Za-z'\u2019-]+,? ?[(#]?$")
_NAME_AFTER = re.compile(
    r"[ ]{1,6}(?P<n>[A-Z][A-Za-z'\u2019-]+, ?[A-Z][A-Za-z'\u2019-]+)|"
    r"(?:,| ?[-\u2013|:])? (?P<m>[A-Z][a-z'\u2019-]+ (?:[A-Z]\.? )?[A-Z][A-Za-z'\u2019-]+)"
)
_SURNAME_BEFORE = re.compile(r"(?<![\w'.-])(?P<n>[A-Z][a-z'\u2019-]+),? $")
_TOLD_BEHIND = re.compile(r" \((?!(?i:lots?|cat|ref|models?|versions?|sku|parts?|items?|size)\b)[^()\n]{2,60}[,/]")
"""A surname alone is many things; with several words about its number in brackets it is somebody."""
_BEFORE_NAMES = frozenset({"Patient", "Pt", "Name", "Mr", "Mrs", "Ms", "Miss"})


def of_a_person(text: str, number: Number) -> bool:
    """Whether a number stands beside a name, or beside an age and a sex: `Doe, Jane (12345678)`, `12345678, 45M`."""
    if not long_enough(text, number) and not (number.strong and number.bare and len(number.text) == 6):
        return False
    if _SEXED.match(text, number.end) or (
        text[number.start - 1 : number.start] == " "
        and _SEXED_BEFORE.search(text, max(number.start - 10, 0), number.start)
    ):
        return True
    ahead = _NAME_BEFORE.search(text, max(number.start - 48, 0), number.start)
    if ahead and _person(text, *ahead.span("n")):
        return True
    if _TITLED.search(text, max(number.start - 32, 0), number.start):
        return True
    alone = _SURNAME_BEFORE.search(text, max(number.start - 24, 0), number.start)
    if alone and _TOLD_BEHIND.match(text, number.end):
        word = person.case(alone["n"])
        if word in person.SURNAMES and word not in person.STOP and word not in EPONYMS:
            return True
    behind = _NAME_AFTER.match(text, number.end)
    return bool(behind and _person(text, *behind.span("n" if behind["n"] else "m")))


def _person(text: str, start: int, end: int) -> bool:
    words = [word for word in re.split(r"[ ,.]+", text[start:end]) if word]
    if len(words) > 2 and words[0] in _BEFORE_NAMES:
        start, words = start + len(words[0]), words[1:]
    if any(person.case(word) in person.STOP for word in words if len(word) > 1):
        return False
    return len(words) > 1 and person.likely(words) and not person.harmless(text, start, end, words)
