"""(G) Social Security numbers and taxpayer identification numbers."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import DASH, GAP, GROUPS, START, digits, labelled, near
from zt_ai.egress.detect.rule import Rule, matching

_SEP = rf"(?:{DASH}|[. \u00a0])"
_LABEL = (
    r"(?:ssn(?:o|um)?|social[\s_-]*sec(?:urity)?|soc[\s_.-]*sec|\bss\s?#|taxpayer[\s_-]*id|tax[\s_-]*id|\btin\b|itin)"
)
_HAS_LABEL = re.compile(_LABEL + r"[^0-9]{0,40}$", re.IGNORECASE)


def _is_labelled(match: re.Match[str]) -> bool:
    return bool(_HAS_LABEL.search(match.string, max(match.start("v") - 80, 0), match.start("v")))


def _ssn(match: re.Match[str]) -> bool:
    number = digits(match["v"])
    # Published sample numbers such as 123-45-6789 and 078-05-1120 count: a net that lets them through looks broken.
    valid = number[:3] not in ("000", "666") and number[0] != "9" and number[3:5] != "00" and number[5:] != "0000"
    return valid or (_is_labelled(match) and not _itin(match))


def _itin(match: re.Match[str]) -> bool:
    number = digits(match["v"])
    group = int(number[3:5])
    return number[0] == "9" and (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or 94 <= group <= 99)


_OTHER = re.compile(
    r"(?i)(?<![a-z])(?:mrn|order|account|acct|claim|member|policy|phone|case|ticket|npi|record|chart|id|csn|fin|accession|invoice|"
    r"ref|reference|routing|aba|visit|encounter|missing|without)(?![a-z])"
)
"""Words between a label and nine digits that make them another number."""
_GROUPED = rf"(?<![0-9A-Za-z.])(?<![0-9]-)(?P<v>[0-9]{{3}}({_SEP})[0-9]{{2}}\2[0-9]{{4}})(?![0-9A-Za-z])(?!{DASH}[0-9])"

RULES: tuple[Rule, ...] = (
    Rule(
        id="ssn.grouped",
        kind="ssn",
        source="20 CFR 422.103; SSA, POMS RM 10201.030 and 10201.035: never 000, 666, 9xx, 00 or 0000 in a group",
        triggers=(GROUPS,),
        spans=matching(_GROUPED, _ssn),
        before=40,
        after=8,
        rank=2,
        positives=(
            "SSN «536-22-1849»",
            "her number is «123-45-6789».",
            "the sample card «078-05-1120»",
            "ssn: «536 22 1849»",
            "«536.22.1849»",
            "«536‑22‑1849» with hyphens that do not break",
            "SSN «000-12-3456», wrong but labelled",
            '{"ssn":"«536-22-1849»"}',
        ),
        negatives=("part 000-12-3456", "666-12-3456", "536-00-1849", "536-22-0000", "1536-22-1849", "536-22-18491"),
    ),
    Rule(
        id="itin.grouped",
        kind="itin",
        source="26 CFR 301.6109-1(d)(3); IRS Publication 4757: 9xx, fourth and fifth digit 50-65, 70-88, 90-92, 94-99",
        triggers=(GROUPS,),
        spans=matching(_GROUPED, _itin),
        before=40,
        after=8,
        rank=3,
        positives=("ITIN «912-70-1234»", "taxpayer id «900 88 4321»"),
        negatives=("912-66-1234", "912-89-1234", "812-70-1234"),
    ),
    Rule(
        id="ssn.labelled",
        kind="ssn",
        source="20 CFR 422.103: nine digits",
        triggers=(near(_LABEL),),
        spans=matching(labelled(_LABEL, r"[0-9](?:[-. ]?[0-9]){8}(?![0-9A-Za-z])")),
        before=60,
        after=40,
        rank=3,
        positives=(
            "SSN «536221849»",
            "Social Security Number: «536221849»",
            "social security no. is «536221849»",
            "ssn\n«536221849»",
            "patient_ssn=«536221849»",
            "patientSsn: «536221849»",
            "SS# «536221849»",
            "SSN: «53622 1849»",
            "ssno=«536221849» site=4",
        ),
        negatives=("SSN 53622184", "SSN 5362218490", "order 536221849"),
    ),
    Rule(
        id="ssn.sentence",
        kind="ssn",
        source="20 CFR 422.103: nine digits in the sentence that names the number, with other words between",
        triggers=(near(_LABEL, 60),),
        spans=matching(
            rf"{START}(?i:{_LABEL})(?![A-Za-z])(?P<words>[^0-9.;\n]{{2,56}})(?<![0-9A-Za-z$])(?P<v>[0-9]{{9}})(?![0-9A-Za-z]|[.,-][0-9])",
            lambda match: not _OTHER.search(match["words"]),
        ),
        before=90,
        after=20,
        rank=1,
        positives=(
            "Veteran's SSN with no dashes: «536221849». Claims",
            "the social security number she wrote on the form was «536221849»",
        ),
        negatives=(
            "SSN missing, order 536221849",
            "no SSN on file, MRN 536221849",
            "SSN trace requested. 536221849",
        ),
    ),
    Rule(
        id="ssn.before-label",
        kind="ssn",
        source="20 CFR 422.103: nine digits, then the words",
        triggers=(
            r"(?i)[0-9]{9}[^0-9a-z]{1,4}(?:(?:is|was|as|my|his|her|their|the|patient's|"
            r"for)[^0-9a-z]{1,2}){0,3}(?:ssn|social)",
        ),
        spans=matching(
            r"(?<![0-9A-Za-z-])(?P<v>[0-9]{9})[^0-9A-Za-z]{1,4}(?i:(?:(?:is|was|as|my|his|her|their|the|"
            r"patient's|for)[^0-9a-z]{1,2}){0,3}(?:ssn|social))"
        ),
        before=60,
        after=4,
        rank=2,
        positives=("«536221849» is his SSN", "«536221849» (SSN)"),
        negatives=("536221849 is his number",),
    ),
    Rule(
        id="ssn.last-four",
        kind="ssn",
        source="45 CFR 164.514(b)(2)(i)(G) with HHS guidance, question 3.2: parts of an identifier count",
        triggers=(near(_LABEL), near(r"(?:last[\s-]*(?:four|4)|ending)")),
        spans=matching(
            rf"{START}(?i:{_LABEL}){GAP}(?:(?i:[x*#\u2022]{{3}}{DASH}?[x*#\u2022]{{2}}{DASH}?)|(?i:last|"
            rf"final)\s+(?i:four|4)(?:\s+digits)?{GAP}|(?i:ending|ends){GAP})"
            r"(?<![0-9])(?P<v>[0-9]{4})(?![0-9A-Za-z])"
            rf"|{START}(?i:last\s+(?:four|4)(?:\s+digits)?\s+of\s+(?:(?:the|her|his|their|my|"
            rf"your)\s+)?)(?i:{_LABEL}){GAP}"
            r"(?<![0-9])(?P<w>[0-9]{4})(?![0-9A-Za-z])"
        ),
        before=90,
        after=30,
        rank=1,
        positives=(
            "SSN ending in «6789»",
            "SSN last four: «6789»",
            "last 4 of SSN «6789»",
            "last four digits of her Social Security number are «6789»",
            "SSN: xxx-xx-«6789»",
            "SSN ***-**-«6789»",
        ),
        negatives=("card ending in 6789", "last four visits, 6789 steps"),
    ),
    Rule(
        id="ssn.last-four-key",
        kind="ssn",
        source="45 CFR 164.514(b)(2)(i)(G) with HHS guidance, question 3.2: names of fields for the last four digits",
        triggers=(
            r"(?i)(?:ssn|social)[ _-]?(?:last[ _-]?)?4[^0-9]{1,30}[0-9]{4}",
            r"(?i)last[ _-]?(?:4|four)[ _-]?ssn[^0-9]{1,30}[0-9]{4}",
        ),
        spans=matching(
            rf"{START}(?i:(?:ssn|social)[ _-]?(?:last[ _-]?)?4|last[ _-]?(?:4|four)[ _-]?ssn)(?![0-9A-Za-z]){GAP}(?<![0-9])(?P<v>[0-9]{{4}})(?![0-9A-Za-z])"
        ),
        before=60,
        after=6,
        rank=1,
        positives=("ssn4 on file is «6789»", "ssn_last4=«6789»", '"last4ssn": "«6789»"'),
        negatives=("ssn4 of 12 rows", "social 4 visits in 2024"),
    ),
)
