"""Boxes of paper claims: the box says what a value is, and dates have blanks between their parts.

Sources: NUCC, 1500 Health Insurance Claim Form Reference Instruction Manual, form version 02/12 (items by number, dates
as `MM DD YY` or `MM DD YYYY`); NUBC, UB-04 Data Specifications Manual (form locators).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.calendar_words import YEAR
from zt_ai.egress.detect.context import ahead, digits
from zt_ai.egress.detect.rule import Rule, Spans, matching, value

_NUCC = "45 CFR 164.514(b)(2)(i)({}); NUCC 1500 manual 02/12, items {}"
_BOTH = _NUCC + "; NUBC UB-04 manual, form locators {}"
_VALUE = r"[A-Z]{0,4}-?[0-9][0-9A-Z]{0,14}(?:-[0-9A-Z]{1,8}){0,3}(?![0-9A-Za-z]|[-./][0-9A-Za-z])"


def _boxes(item: str, locator: str, alone: str = "") -> str:
    """A value in a box: `Box 1a: X`, `FL 60 X`; a line that begins with a number that no list has needs no word."""
    named = rf"(?<![A-Za-z])(?i:(?:box|item|field|blk|block) ?(?:{item})|(?:fl|form locator|locator) ?-?(?:{locator}))"
    line = rf"|(?:^|(?<=\n))[ \t|]{{0,6}}(?:{alone})" if alone else ""
    label = (
        r"(?:[ \t]{0,2}\([A-Za-z .'&/-]{2,40}\)|[ \t]{0,2}(?:[A-Z][A-Za-z.'\u2019]*[ \t]){1,6}[A-Za-z.'\u2019]{0,12})?"
    )
    return rf"(?:{named}{line})[.:) \t|=-]{{0,4}}{label}[.:) \t|#=-]{{1,5}}(?P<v>{_VALUE})"


def _trigger(item: str, locator: str) -> tuple[str, ...]:
    return (
        rf"(?i)(?:box|item|field|blk|block) ?(?:{item})[^0-9a-z]",
        rf"(?i)(?:fl|locator) ?-?(?:{locator})[^0-9a-z]",
    )


def _enough(match: re.Match[str]) -> bool:
    return len(digits(value(match))) >= 4


_DAY = rf"(?:0[1-9]|1[0-2]) (?:0[1-9]|[12][0-9]|3[01]) (?:{YEAR}|[0-9]{{2}})"
_DAYS = re.compile(
    rf"(?<![0-9A-Za-z.,/-])(?<![0-9] ){_DAY}(?: {{1,6}}{_DAY})?(?! [0-9]{{2}}(?! [0-9A-Z]{{5}}\b))(?![0-9A-Za-z]|[.,/-][0-9])"
)
_ONE = re.compile(_DAY)
_SAYS = re.compile(
    r"(?:\bdates?\b|birth|\bdob\b|\bborn\b|\bdos\b|\bdoi\b|\blmp\b|illness|onset|\bfrom\b|through|\bthru\b|\bto\b|admi[st]|discharge|"
    r"hospitali[sz]|services?\b|signed|unable to work|(?:box|item|fl|^|\n)[ \t]*(?:3|9b|10[a-d]?|11a|12|14|15|16|18|24|24a|31)[.: )]|accident)"
)


def _blanks(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for run in _DAYS.finditer(text, low, high):
        if _SAYS.search(ahead(text, run.start(), 60)):
            for day in _ONE.finditer(text, *run.span()):
                yield day.span()


_MMDD = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_LOCATED = re.compile(
    r"(?<![A-Za-z])(?:FL|(?i:locator)) ?-?(?:(?:6|10|12|45)(?![0-9])[^0-9;.\n]{1,30}|3[1-6](?![0-9])[^0-9A-Za-z;.]{1,6}(?:[0-9A-Z]{2} )?)"
    rf"(?P<v>{_MMDD}(?:{YEAR}|[0-9]{{2}}))(?![0-9])(?:(?:\s?(?:thru|through|to|-)\s?|[ \t]{{1,4}})(?P<w>{_MMDD}[0-9]{{2}})(?![0-9]))?"
)


def _located(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _LOCATED.finditer(text, low, high):
        yield match.span("v")
        if match["w"]:
            yield match.span("w")


def _box(
    kind: str, clause: str, item: str, locator: str, alone: str, cases: tuple[str, ...], not_: tuple[str, ...]
) -> Rule:
    spans: Spans = matching(_boxes(item, locator, alone), _enough)
    lines = (rf"(?:^|\n)[ \t|]{{0,6}}(?:{alone})[.:) \t|-]",) if alone else ()
    return Rule(
        id=f"{kind}.box",
        kind=kind,
        source=_BOTH.format(clause, item.replace("|", ", "), locator.replace("|", ", ")),
        triggers=_trigger(item, locator) + lines,
        spans=spans,
        before=14,
        after=80,
        rank=2,
        positives=cases,
        negatives=not_,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        id="date.blanks",
        kind="date",
        source=_NUCC.format("C", "3, 14 to 18, 24A and 31"),
        triggers=(r"(?:^|[^0-9])[01][0-9] [0-3][0-9] (?:19|20)?[0-9]{2}(?:[^0-9]|$)",),
        spans=_blanks,
        before=75,
        after=20,
        positives=(
            "3. PATIENT'S BIRTH DATE «03 14 1962» SEX M",
            "24A. «03 14 26» «03 14 26» 11 99213",
            "14. DATE OF CURRENT ILLNESS «02 07 2026»",
            "Box 18: FROM «02 03 26» TO «02 08 26»",
            "date of service «11 30 2025»",
        ),
        negatives=(
            "dates: 01 02 03 04 05 06 07",
            "draw 10 12 14 of the lottery",
            "phone 01 23 45 67 89",
            "date palm 05 12 45.5",
        ),
    ),
    Rule(
        id="date.locator",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); NUBC UB-04 manual, form locators 6, 10, 12, 31 to 36 and 45: MMDDYY, births MMDDYYYY",
        triggers=(
            r"(?:FL|(?i)locator) ?-?(?:6|10|12|45)[^0-9]{1,30}[01][0-9][0-3][0-9][0-9]{2}",
            r"(?:FL|(?i)locator) ?-?3[1-6][^0-9A-Za-z]{1,6}(?:[0-9A-Z]{2} )?[01][0-9][0-3][0-9][0-9]{2}",
        ),
        spans=_located,
        before=60,
        after=30,
        positives=(
            "FL6   «030225» thru «030725»",
            "FL 6 «030225» «030725»",
            "FL10  «11191939»",
            "FL 12 «030225»  FL13 17",
            "FL31 11 «021426»",
            "Form locator 45 (service date): «030225»",
        ),
        negatives=("FL 3a 030225", "FL 67 112233", "FL10 99999999", "page 12 030225", "MPV 90 fL 10 121225", "FL 60 030225"),
    ),
    _box(
        "health_plan",
        "I",
        "1a|9a|11|11c?",
        "60|62",
        "1a|9a",
        (
            "Box 1a: «XEH882004417»",
            "1a. INSURED'S I.D. NUMBER «XEH882004417»",
            "FL 60 «991204417A»",
            "Item 11 «0098231»",
            "box 9a «GRP-88120»",
        ),
        ("Box 11 none", "1a. Stage 2 disease", "item 11: 25 mg", "9a of 12"),
    ),
    _box(
        "account",
        "J",
        "26",
        "3a",
        "",
        ("Box 26: «4417-0288»", "FL 3a «PCN8812004»", "box 26 (patient's account no.) «88120044»"),
        ("box 26 blank", "FL 3a missing", "Box 26 2 units"),
    ),
    _box(
        "mrn",
        "H",
        "90",
        "3b|8a",
        "",
        ("FL 3b «4417938»", "form locator 8a: «00441793»", "FL3b: «M4417938»"),
        ("FL 3b blank", "FL 8a 12"),
    ),
    _box(
        "claim",
        "R",
        "22|23",
        "63|64",
        "",
        ("Box 23 «PA88120044»", "FL 64 «2026088100442»", "FL63 «A-4417938»"),
        ("Box 23 empty", "FL 63 none", "box 22: 7"),
    ),
)  # fmt: skip
