"""ZIP Codes by the place beside them."""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import CODES, STATES
from zt_ai.egress.detect.rules.known_cities import CITIES, CITY_WORDS
from zt_ai.egress.detect.rules.prose.numbers import ZIP, Number, counted

_HERE = re.compile(
    r"(?i)(?<![a-z])(?:liv(?:es?|ed|ing)|resid(?:es?|ed|ing|ent|ents)|moved|relocated|located|pharmacy|clinic|"
    r"neighbou?rhood|miles|i['\u2019]m|i am|mail(?:ed)?|close|(?:patients|people|families|somewhere|someone) (?=from|in))"
    r"(?: (?:back|in|to|from|near|of|at|the|around|within))* $"
)
_TOWARDS = frozenset(("in ", "to ", "om ", "ar ", "of ", "he ", "at ", "nd ", "od "))
_AREA = re.compile(r"(?i)[ -](?:area|zip|postal|neighbou?rhood)\b")
_CALLED = re.compile(r"(?i)[ -](?:zip|postal)\b")
_IN_THE = re.compile(r"(?i)(?<![a-z])(?:the|in|near) $")
_CITY_AFTER = re.compile(r",? ([A-Z][a-z]+(?: [A-Z][a-z]+){0,2})(?=,|\.?$|\.?\n| [A-Z]{2}\b)")
_BESIDE = " \t\n.,|/^():\u2013-"
_WORDS = re.compile(r"[A-Z][A-Za-z.'\u2019-]*[A-Za-z]")
STATE_CODES = frozenset(CODES.split("|"))


def placed(text: str, number: Number) -> bool:
    """Whether a ZIP Code stands after a state or a city, or where somebody lives."""
    if not ZIP.fullmatch(number.text) or counted(text, number):
        return False
    before = text[max(number.start - 48, 0) : number.start]
    if _AREA.match(text, number.end) and (_CALLED.match(text, number.end) or _IN_THE.search(before)):
        return True
    city = _CITY_AFTER.match(text, number.end)
    if city and (city[1] in CITIES or city[1] in CITY_WORDS):
        return not number.text.endswith("000")
    if before[-3:] in _TOWARDS and _HERE.search(before):
        return not number.text.endswith("00")
    place = before.rstrip(_BESIDE)
    if not place or not 0 < len(before) - len(place) < 6:
        return False
    if place[-2:] in STATE_CODES and not place[-3:-2].isalnum():
        # Codes of states are words too: a place stands before them, or they begin the line.
        ahead = place[:-2].rstrip(" ,|/^(\n\t")
        return (not ahead or _named(ahead)) and not number.text.endswith("000")
    return _named(place) and not number.text.endswith("000")


def _named(place: str) -> bool:
    """Whether a text ends in the name of a city or state."""
    words = _WORDS.findall(place[-30:])
    if not words or not place.endswith(words[-1]):
        return False
    return any(
        name in CITIES or name in CITY_WORDS or name in STATES
        for name in (" ".join(words[-size:]) for size in (1, 2, 3))
    )
