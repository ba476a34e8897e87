"""(C) Dates in numbers, finer than a year. A bare year, a time of day, a duration and `3 days ago` may stay."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from zt_ai.egress.detect.calendar_words import DAY, MONTH, TIME, YEAR
from zt_ai.egress.detect.context import DASH, ahead
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.published import of_document

_BEFORE_SHORT = re.compile(
    r"(?:\b(?:on|since|by|until|till|from|dated?|planned|arranged|booked|set for|completed|ordered|"
    r"resulted|collected|received|sent|faxed|f/?u|follow-?up|return(?:ed|s)?|recheck(?:ed)?|next|eta|"
    r"refill(?:ed)?|filled|to|thru|through|before|after|around|approximately|starting|beginning|ending|due|"
    r"as of|between|and|admi\w+|discharg\w+|(?:surgery|visit|procedure|admission|discharge|appointment|birth) (?:was|is)|withdrew|(?:seen|back) again|seen|visit\w*|appt\.?|appointment|surgery|dob|d\.o\.b\.?|doa|"
    r"dod|dos|born|last|next|scheduled|"
    r"labs?|cultures?|(?:x-?ray|ct|mri|echo|ekg|ecg|us)|lmp|edd|effective|of|stop(?:ped)?|start(?:ed)?|"
    r"given|drawn|done|performed|taken|repeat|"
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|"
    r"sun(?:day)?|week of|month of|removed|placed|called|signed)"
    r"[\s:,(=.\"-]{1,3}|(?:^|\n)\s{0,4}(?:[-*\u2022]\s)?)$",
)

_SCORED = re.compile(
    r"(?:\b(?:pain|score[sd]?|rat(?:ed|ing)|strength|scale|apgars?|gcs|motor|reflex\w*|pulses?|vision|"
    r"grade|power|acuity|murmur|of|about|is|was|level)\b[\s:=a-z]{0,14})$",
)

_FRACTION = re.compile(r"[0-9]{1,2}/(?:5|10|15)$")
"""The first of two scores: `pain 3/10 to 5/10`."""

_AFTER_SHORT = re.compile(
    r"\s?(?:%|of\b|pain|doses?|cups?|tabs?|tablets?|strength|scale|mm\s?hg|murmur|systolic|in severity|pt|"
    r"out of|mg|ml|inch|in\b|positive|nodes?|cores?|sites?|patients|weeks|days|hours|criteria|lumen|"
    r"normal saline|ns\b)",
)


def _short(match: re.Match[str]) -> bool:
    """`3/14` is a date only where a date is expected; `5/10` is mostly a score."""
    text, start, end = match.string, match.start("v"), match.end("v")
    before = ahead(text, start, 40)
    if _AFTER_SHORT.match(text[end : end + 20].lower()):
        return False
    expected = _BEFORE_SHORT.search(before)
    if not expected:
        return False
    month, day = (int(part) for part in re.findall(r"[0-9]+", match["v"])[:2])  # a time may follow
    at_start = not expected[0].strip(" \n-*\u2022")
    if at_start and not re.match(r"\s?(?:[:,)-]|to\b|[A-Z])", text[end : end + 4]):
        return False
    of = re.search(r"\b(?:of|to|and|from|last|is|was)\W*$", before)
    if (
        of
        and day in (2, 3, 4, 5, 6, 8, 10)
        and month <= day
        and _SCORED.search(_FRACTION.sub("", before[: of.start()].rstrip()))
    ):
        return False
    if re.search(r"\b(?:of|and|to)\W*$", before):
        return bool(
            re.search(
                r"\b[01]?[0-9]/[0-3]?[0-9]\W{1,3}(?:and|to)\W*$|\b(?:as|week|month|morning|night|evening|"
                r"date|ct|mri|labs?) of\W*$",
                before,
            )
        )
    return True


def _numeric(match: re.Match[str]) -> bool:
    # The three numbers must be a day: at least one of the ends is a month and the other a day.
    parts = [int(part) for part in re.split(r"[^0-9]+", match["v"].strip())[:3]]
    first, second = parts[0], parts[1]
    return (first <= 12 and second <= 31) or (first <= 31 and second <= 12)


_RELEASED = re.compile(r"(?i:\b(?:v|version|release|build|update|upgraded to|patch)\.? |\bv)$|\b[A-Z][\w+#-]* $")


def _no_release(match: re.Match[str]) -> bool:
    """`2023.1.4` after a product's name is its version: makers of software count months and patches without zeros."""
    found, start = match["v"], match.start("v")
    if of_document(match.string, start):
        return False
    if not re.fullmatch(r"20[0-9]{2}\.[1-9]\.[0-9]{1,2}", found):
        return True
    before = match.string[max(start - 40, 0) : start]
    return bool(_BEFORE_SHORT.search(before.lower())) or not _RELEASED.search(before)


_TWO_DIGITS = re.compile(r"(?<![0-9A-Za-z/.-])(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01])(?![0-9A-Za-z/%]|\.[0-9]|-[0-9])")
_WEEKS = 31
"""Days from one of a course to the next, at most."""


def _series(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Two days or more in their order, none of them a part of something or a score."""
    days = [
        (int(match[1]) * 31 + int(match[2]), match)
        for match in _TWO_DIGITS.finditer(text, low, high)
        if not _AFTER_SHORT.match(text[match.end() : match.end() + 20].lower())
        and not _SCORED.search(ahead(text, match.start(), 30))
    ]
    if not any(match[1][0] == "0" for _, match in days):
        return
    for (day, match), (following, other) in itertools.pairwise(days):
        # Scores of one test have the same number behind the slash.
        if 0 < following - day <= _WEEKS and match[2] != other[2]:
            yield match.span()
            yield other.span()


_EVENT_BEFORE = re.compile(
    r"(?<![a-z])(?:appt|appointment|visit(?:ed)?|seen|dob|born|due|f/?u|follow-?up|surgery|admit(?:ted)?|discharged?|date|dated|scheduled|lmp|edd|"
    r"collected|drawn|labs?|given|dos|doa|recheck|return|refill(?:ed)?|filled|signed|started|stopped|injection|vaccine|eff|effective)\.?"
    r"[\s:,=(-]{1,3}(?:(?:on|is|was|for|of)\s)?$"
)


def _dotted(match: re.Match[str]) -> bool:
    before = match.string[max(match.start() - 24, 0) : match.start()]
    return (
        not of_document(match.string, match.start())
        and _numeric(match)
        and not (
            "." in match["v"]
            and re.search(r"(?i)(?:\bv(?:er(?:sion)?)?\.?\s?|section |release |[0-9]\.|\bpython |\bIP )\Z", before)
        )
    )


def _two_digit_year(match: re.Match[str]) -> bool:
    before = match.string[max(match.start() - 30, 0) : match.start()]
    return _numeric(match) and not re.search(
        r"(?i)\b(?:icd|ndc|code|version|v|ratio|score[sd]?|apgars?|tanner)\W{0,3}$", before
    )


_COMPACT_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])(?:[a-z]*(?:date|dob|birth|dt|dttm|time|timestamp|day|admi[a-z]*|"
    r"discharge[a-z]*|dos|doa|effective|on|since|d8|rd8)[a-z]*)"
    r"[\"'\s:=*|_>(]{1,6}|(?i:D8|RD8)\*|_)$",
    re.IGNORECASE,
)


def _compact(match: re.Match[str]) -> bool:
    text, start = match.string, match.start("v")
    return bool(_COMPACT_BEFORE.search(text, max(start - 40, 0), start)) and not of_document(text, start)


RULES: tuple[Rule, ...] = (
    Rule(
        id="date.constructed",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); Python and JavaScript write days as calls",
        triggers=(r"[Dd]ate(?:time)?\((?:19|20)[0-9]{2}, ?[0-9]{1,2}, ?[0-9]{1,2}",),
        spans=matching(
            rf"[Dd]ate(?:time)?\((?P<v>{YEAR}, ?(?:0?[0-9]|1[0-2]), ?{DAY})(?:, ?[0-9]{{1,2}}){{0,4}}(?:, tzinfo=[\w.]+)?\)"
        ),
        before=30,
        after=40,
        positives=("'dob': datetime.date(«1968, 4, 2»), ", "new Date(«2024, 0, 15»)"),
        negatives=("date(1968, 14, 2)", "update(2024, 99, 1)"),
    ),
    Rule(
        id="date.year-first",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); ISO 8601-1, 5.2.2 and 5.4",
        triggers=(r"(?:1[89]|20)[0-9][0-9][^0-9A-Za-z]{1,3}[01]?[0-9][^0-9A-Za-z]{1,3}[0-3]?[0-9]",),
        spans=matching(
            rf"(?<![0-9A-Za-z.])(?<![0-9]-)(?P<v>{YEAR}({DASH}|[/.]){MONTH}\2{DAY}{TIME})(?![0-9]|[-/.][0-9])",
            _no_release,
        ),
        before=20,
        after=40,
        rank=1,
        positives=(
            "on «2026-03-14»",
            "«2026-03-14T10:22:31Z»",
            "«2026-03-14T10:22:31.123+01:00»",
            "«2026/3/14»",
            "«2026-03-14 10:22»",
            "birthDate\n«1962-03-14»",
            "«2026‑03‑14»",
            "DOB «1962.3.14»",
            "Admitted on «2026.3.14»",
        ),
        negatives=(
            "2026-13-14",
            "in 2026",
            "2020-2026",
            "ICD-10-2026",
            "RFC 2026-99",
            "Tableau 2024.2.1",
            "version 2025.1.3",
            "knowledge base version 2025.04.18",
        ),
    ),
    Rule(
        id="date.year-last",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); month or day first, four digits of the year",
        triggers=(r"[0-9][^0-9A-Za-z]{1,3}[0-3]?[0-9][^0-9A-Za-z]{1,3}(?:1[89]|20)[0-9][0-9]",),
        spans=matching(
            rf"(?<![0-9A-Za-z])(?<![0-9][/-])(?<![0-9]\.)(?P<v>[0-3]?[0-9]({DASH}|/|\.|"
            rf"\s?[/.-]\s)[0-3]?[0-9]\2{YEAR}{TIME})(?![0-9A-Za-z])(?!{DASH}[0-9])",
            _dotted,
        ),
        before=20,
        after=40,
        rank=1,
        positives=(
            "DOB «03/14/1962»",
            "«14/03/1962»",
            "«3-14-2026»",
            "«14.03.1962»",
            "«03/14/2026 10:22 AM»",
            "from «3/1/2026» to «3/4/2026»",
            "seen «3/14/2026».",
            "(«12/31/1999»)",
            "over two cards, 9805.\n«05/13/2025» Jonas",
            "Planned release «03/14/2026» to his sister",
            "Policy 8812. Effective «01/01/2025». Copay $20.",
        ),
        negatives=(
            "45/67/2001",
            "ratio 1/2000",
            "version 1.2.2001",
            "1-2-20011",
            "CentOS 7.9.2009",
            "Policy IC-14, Hand hygiene. Effective 01/01/2025. Supersedes version of 06/30/2023.",
        ),
    ),
    Rule(
        id="date.two-digit-year",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); month or day first, two digits of the year",
        triggers=(r"[0-9][^0-9A-Za-z.,: ]{1,3}[0-3]?[0-9][^0-9A-Za-z.,: ]{1,4}[0-9][0-9]",),
        spans=matching(
            rf"(?<![0-9A-Za-z])(?<![0-9.][/.-])(?<![A-Za-z]-)(?P<v>[0-3]?[0-9](/"
            rf"|{DASH})[0-3]?[0-9]\2'?[0-9]{{2}}{TIME})(?![0-9A-Za-z]|/|{DASH}[0-9]|\.[0-9])",
            _two_digit_year,
        ),
        before=30,
        after=40,
        positives=("DOB: «3/14/62»", "«03-14-62»", "on «12/1/25»,", "«14/3/62»"),
        negatives=("45/67/89", "1/2/3", "scores 5/5/5", "NDC 12-34-56", "12-34-5678-90", "10/10/100"),
    ),
    Rule(
        id="date.labelled-digits",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); digits without separators, or dots, after a word for a birth date or a"
        " visit",
        triggers=(
            r"(?i)(?:dob|d\.o\.b\.?|birth(?:date|day| date)?|doa|dos|dod|doi|expir[a-z]{1,6}|"
            r"exp)[^0-9a-z]{1,5}(?:(?:is|was|date|of|on)[^0-9a-z]{1,3}){0,2}[0-9]{1,2}[0-9./-]{2}",
        ),
        spans=matching(
            r"(?<![A-Za-z])(?i:dob|d\.o\.b\.?|birth(?:date|day| date)?|doa|dos|dod|doi|expir[a-z]{1,6}|"
            r"exp)[^0-9A-Za-z]{1,5}"
            r"(?:(?i:is|was|date|of|on)[^0-9A-Za-z]{1,3}){0,2}(?P<v>(?:0[1-9]|1[0-2]|[12][0-9]|"
            r"3[01])(?:0[1-9]|[12][0-9]|3[01])"
            r"(?:(?:19|20)?[0-9]{2})|[0-3]?[0-9]\.[0-3]?[0-9]\.[0-9]{2}|(?:0?[1-9]|"
            r"1[0-2])/[0-9]{2})(?![0-9A-Za-z]|[./-][0-9])"
        ),
        before=40,
        after=16,
        rank=1,
        positives=("DOB «03141962»", "D.O.B.: «3.14.62»", "dob «031462»", "exp «12/27»"),
        negatives=("exp 1.5", "dose 031462", "experience 12/27"),
    ),
    Rule(
        id="date.series",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); days of a course, two digits each: scores are not written with a zero before",
        triggers=(r"(?:^|[^0-9/.])0[1-9]/[0-3][0-9](?:[^0-9/]|$)",),
        spans=_series,
        before=100,
        after=100,
        positives=(
            "«02/03» temp 39.1, «02/04» 38.2, «02/05» afebrile",
            "wt «09/28» 81.2, «10/01» 80.4",
        ),
        negatives=(
            "pain 08/10, later 05/10",
            "02/03 of them",
            "scores 05/10 then 08/10",
            "07/12 correct, 08/12 correct",
        ),
    ),
    Rule(
        id="date.dotted-short",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); month, day and two digits of the year with points, after a word for a visit or an event",
        triggers=(r"[0-9]\.[0-3]?[0-9]\.[0-9]{2}(?:[^0-9.]|\.?$|\.[^0-9])",),
        spans=matching(
            rf"(?<![0-9A-Za-z.])(?P<v>(?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12][0-9]|3[01])\.[0-9]{{2}}{TIME})(?![0-9A-Za-z]|\.[0-9])",
            lambda match: bool(_EVENT_BEFORE.search(ahead(match.string, match.start("v"), 30))),
        ),
        before=40,
        after=20,
        positives=("next appt «5.19.25» fasting", "LMP «3.7.24»", "seen on «11.2.23» in clinic", "surgery: «06.30.25»"),
        negatives=("version 4.22.25", "release on 4.22.25", "section 1.2.12", "OID 1.3.12"),
    ),
    Rule(
        id="date.month-slash-day",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); month and day where a date is expected",
        triggers=(r"[^0-9/.][01]?[0-9]/[0-3]?[0-9](?:[^0-9/]|$)", r"^[01]?[0-9]/[0-3]?[0-9](?:[^0-9/]|$)"),
        spans=matching(rf"(?<![0-9A-Za-z/.])(?P<v>(?:0?[1-9]|1[0-2])/{DAY}{TIME})(?![0-9A-Za-z/]|\.[0-9])", _short),
        before=60,
        after=30,
        positives=(
            "seen on «3/14»",
            "admitted «3/14»",
            "from «3/14» to «3/17»",
            "date of surgery was «12/19». account",
            "Seen again «5/10», swelling resolved",
            "since «12/1»,",
            "LMP: «3/14»",
            "follow up on «4/2».",
        ),
        negatives=(
            "pain 7/10",
            "strength 5/5",
            "BP 120/80",
            "20/20 vision",
            "2/3 of days",
            "24/7",
            "rated 5/10 on the scale",
            "after 1/2 tablet",
            "grade 3/6 murmur",
            "1/2 cup",
            "reflexes 2/4",
            "Apgar 8/9",
        ),
    ),
    Rule(
        id="date.compact",
        kind="date",
        source="HL7 v2.5.1, 2.A.22 DTM; X12 date format D8; DICOM PS3.5, 6.2 DA and DT",
        triggers=(
            r"[^0-9A-Za-z.-](?:19|20)[0-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$|"
            r"[0-2][0-9][0-5][0-9])",
        ),
        spans=matching(
            r"(?<![0-9A-Za-z.])(?P<v>(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|"
            r"3[01])(?:T?[0-2][0-9][0-5][0-9](?:[0-5][0-9](?:\.[0-9]{1,6})?)?)?(?:[+-][0-9]{4}|"
            r"Z)?)(?![0-9A-Za-z])",
            _compact,
        ),
        before=60,
        after=40,
        rank=1,
        positives=(
            "dob: «19620314»",
            "admit_date=«20260314»",
            "DMG*D8*«19620314»*F",
            "birthDate\n«19620314»",
        ),
        negatives=("order 20260314", "20261314", "lot 19991231", "is loaded in edition 20250301"),
    ),
)
