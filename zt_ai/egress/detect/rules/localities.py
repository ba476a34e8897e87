"""(B) Places that no list knows, by where they stand: below a street, before a country or a date, behind a question or a label."""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import LARGE, PLACE, PROVINCES
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.places_told import is_place

_NAME = rf"(?P<v>{PLACE})"
_COUNTRIES = "|".join(
    sorted(LARGE | PROVINCES | {"Czech Republic", "USA", "U.S.A.", "UK", "U.K.", "UAE", "The Netherlands"})
)
_CANADIAN = "BC|AB|SK|MB|ON|QC|YT|NU"
"""Codes of provinces that charts hardly have for something else, as they do `PE` and `NS`."""
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\\.?"
_LIVED = r"(?=,? (?:where (?:he|she|they|I|we|his|her|their|my|our|somebody|someone|nobody|there)|which (?:later|then|now|once|was a))\b)"
_AT = r"(?:in|In|from|From|near|Near|to|To|at|At|visited|via)"
_ASKED = (
    r"(?i:(?:city|town)\b[^.?\n]{0,40}|where (?:do|did|does|are|is|were|was|will) (?:you|he|she|they|it|the patient|pt)\b[^?\n]{0,24}"
    r"(?:live|living|from|born|stay|staying|located|resid(?:e|ing)|grow up|mov(?:e|ing)|going|based)[^?\n]{0,12})\?"
)
_LABEL = r"(?i:resides|residence|lives|lives in|p\.?o\.?b|origin|from city|destination|home ?town|current location|travel(?:l?ed to)?)"


def _is_place(match: re.Match[str]) -> bool:
    return is_place(match, certain=True)


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.below-street",
        kind="location",
        source="Universal Postal Union, addressing: the line of the locality stands below that of the street",
        triggers=(),
        beside=frozenset({"address"}),
        spans=matching(
            rf"[0-9][^\n]{{0,40}}(?<![.!?:;])\n[ \t]{{0,8}}(?:[0-9]{{3,6}} )?{_NAME}(?=[ \t]{{0,4}}(?:[,\n]|$))",
            _is_place,
        ),
        before=0,
        after=60,
        positives=("Calle Mayor 12\n«Opocnice»\n", "12 Oak Street\n«WALDWISSE»\nFrance"),
        negatives=("12 Oak Street\nPhone\n", "12 Oak Street\nAssessment\n"),
    ),
    Rule(
        id="location.in-country",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): what stands before a country, and where somebody does something",
        triggers=(
            r"[A-Za-z\x80-\xff],? where (?:he|she|they|I|we|his|her|their|my|our|somebody|someone|nobody|there) ",
            r"[A-Za-z\x80-\xff], which (?:later|then|now|once|was a) ",
        ),
        literals=tuple(f", {name}" for name in (*_COUNTRIES.split("|"), *_CANADIAN.split("|"))),
        spans=matching(
            rf"(?<![\w-]){_AT} {_NAME}(?:{_LIVED}|(?=, (?:{_COUNTRIES})(?!\w)))"
            rf"|(?<![\w-]){_AT} (?=[^\n,]{{0,40}}[a-z],)(?P<w>{PLACE})(?=, (?:{_CANADIAN})(?![\w/-]))",
            _is_place,
        ),
        before=110,
        after=8,
        positives=(
            "a parcel to «Opocnice», Croatia",
            "the year at a mill in «Opocnice», which later became",
            "moved over to «Ain Soltane», where she met",
            "a call from «Moose Hollow», ON today",
        ),
        negatives=(
            "seen in Radiology, where he was",
            "a table in Excel where she keeps",
            "admitted from Pneumonia, PE and DVT",
            "\nMalaria, Kenya, 2019",
            "from Mexico, Canada and",
            "in Ohio, where she works",
        ),
    ),
    Rule(
        id="location.line-with-country",
        kind="location",
        source="Universal Postal Union, addressing: the country ends an address",
        triggers=(),
        literals=tuple(f", {name}" for name in _COUNTRIES.split("|")),
        spans=matching(rf"(?:(?<=\n)|^|[0-9], ){_NAME}(?=, (?:{_COUNTRIES})[ \t]*(?:\n|$|\.))", _is_place),
        before=80,
        after=8,
        positives=("12 Elm\n«Opocnice», Czech Republic\n", "ul. Dluga 12, «Opocnice», Poland"),
        negatives=("\nMalaria, Kenya, 2019", "\nOhio, United States\n"),
    ),
    Rule(
        id="location.dateline",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): letters and reports begin with where and when they were written",
        triggers=(rf"[A-Za-z\x80-\xff], (?:the )?(?:{_MONTH} [0-9]|[0-9]{{1,2}}(?:\.|st|nd|rd|th)? {_MONTH} [0-9])",),
        spans=matching(
            rf"(?:^|\n)[ \t]{{0,40}}{_NAME}(?=, (?:the )?(?:{_MONTH} [0-9]{{1,2}}(?:,|$|\n)|[0-9]{{1,2}}(?:\.|st|nd|rd|th)? {_MONTH} [0-9]{{4}}[ \t]*(?:$|\n|:)))",
            _is_place,
        ),
        before=90,
        after=24,
        positives=("\n«Opocnice», March 3, 2020\n", "«Ain Soltane», 3 March 2020\nDear"),
        negatives=("Sunday, March 3, 2020", "Updated, March 3, 2020", "Discharge, March 3, 2020"),
    ),
    Rule(
        id="location.answered",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): what is asked for",
        triggers=(
            r"(?i)(?:city|town)[^.?\n]{0,40}\?",
            r"(?i)where (?:do|did|does|are|is|were|was|will) [^?\n]{1,50}\?",
        ),
        spans=matching(
            rf"(?<![A-Za-z]){_ASKED}[\"'\s]{{1,4}}(?:[A-Za-z]{{1,9}}: ?)?{_NAME}(?=[.,!\n\"']|$)", _is_place
        ),
        before=100,
        after=60,
        positives=("What city do you live in? «Opocnice»", "Where is she from?\nA: «Ain Soltane»."),
        negatives=("Where does it hurt? Knee.", "What city do you live in? None."),
    ),
    Rule(
        id="location.labelled",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): labels of where somebody lives, is from or goes",
        triggers=(rf"{_LABEL}: ?(?:[A-Z]|[\xc3-\xd1])",),
        spans=matching(rf"(?<![A-Za-z]){_LABEL}: ?{_NAME}", _is_place),
        before=30,
        after=60,
        positives=("Resides: «Opocnice»", "POB: «Ain Soltane», 1961", "Destination: «Red Deer»"),
        negatives=("Lives: Alone", "Residence: House", "Travel: None", "Origin: Unknown", "Lives: With wife"),
    ),
)
