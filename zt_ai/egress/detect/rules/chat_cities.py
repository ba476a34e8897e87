"""(B) Cities in small letters, as people type in chats."""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import CODES, STATE_NAMES
from zt_ai.egress.detect.lists import entries
from zt_ai.egress.detect.rule import Rule, matching

_CITIES = entries("cities_lower")
_BEFORE = re.compile(
    r"\b(?:in|from|near|to|at|around|between|outside|via|through|leaving|visiting|and|or|is|of|for|toward|towards)$"
)
_STATE = re.compile(rf",? (?:{CODES.lower()}|{STATE_NAMES.lower()})\b")


def _is_place(match: re.Match[str]) -> bool:
    """A name alone is as good a word of another language: a preposition or a state says that it is a place."""
    text, end = match.string, match.end("v")
    return _BEFORE.search(text, max(match.start() - 12, 0), match.start()) is not None or bool(_STATE.match(text, end))


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.city-in-chat",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); GeoNames, populated places",
        triggers=(),
        literals=tuple(f" {name}" for name in sorted(_CITIES)),
        spans=matching(
            r" (?P<v>(?:" + "|".join(sorted(map(re.escape, _CITIES), key=len, reverse=True)) + r"))(?![\w@-])",
            _is_place,
        ),
        before=40,
        after=24,
        positives=(
            "the cheapest way from «lubbock» to «albuquerque»",
            "my insurance in «bellingham» wa",
            "is «scranton» safe to live in?",
            "between «chattanooga» and «knoxville».",
        ),
        negatives=("the chicago manual", "a boston terrier", "paste dallas-theme", "in boston-based"),
    ),
)
