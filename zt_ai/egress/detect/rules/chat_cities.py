"""(B) Cities in small letters, as people type in chats."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.geography import CODES, STATE_NAMES
from zt_ai.egress.detect.lists import entries
from zt_ai.egress.detect.rule import Rule

_CITIES = entries("cities_lower")
_BEFORE = re.compile(
    r"\b(?:in|from|near|to|at|around|between|outside|via|through|leaving|visiting|and|or|is|of|for|toward|towards)$"
)
_STATE = re.compile(rf",? (?!(?:in|or|me|hi|ok|oh)\b)(?:{CODES.lower()}|{STATE_NAMES.lower()})\b")
"""Without the codes that are words in small letters."""
_WORD = re.compile(r"(?<= )[a-z](?=[a-z])")
_RUN = re.compile(r"[a-z][a-z-]*(?: [a-z][a-z-]*){0,3}")
_GOES_ON = re.compile(r"[\w@-]")


def _cities(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The longest listed names, where a preposition or a state says that a place is meant: a name alone is as good a
    word of another language."""
    done = low
    for match in _WORD.finditer(text, low, high):
        start = match.start()
        run = _RUN.match(text, start)
        if run is None or start < done:
            continue
        name = run[0]
        while name and name not in _CITIES:
            name = name.rpartition(" ")[0]
        end = start + len(name)
        if not name or _GOES_ON.match(text, end):
            continue
        if _BEFORE.search(text[max(start - 12, 0) : start - 1]) or _STATE.match(text, end):
            yield start, end
            done = end


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.city-in-chat",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); GeoNames, populated places",
        triggers=(),
        literals=tuple(f" {name}" for name in sorted(_CITIES)),
        spans=_cities,
        before=40,
        after=24,
        positives=(
            "the cheapest way from «lubbock» to «albuquerque»",
            "my insurance in «bellingham» wa",
            "is «scranton» safe to live in?",
            "between «chattanooga» and «knoxville».",
            "what is there to do in «fort lauderdale» for a day",
        ),
        negatives=(
            "the chicago manual",
            "a boston terrier",
            "a boston or a terrier",
            "paste dallas-theme",
            "in boston-based",
        ),
    ),
)
