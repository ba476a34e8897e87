"""What the form of a value allows it to be: somebody's number, or a date, a code, a count."""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:(?<!\\)|(?=[0-9]{6,10}_))(?<![0-9][.,])(?<!-)(?=[A-Za-z]{0,6}-?[0-9])"
    r"(?:[A-Za-z]{1,6}-?)?[0-9][0-9A-Za-z]{0,20}(?:-(?:[0-9A-Z]{1,12}|[a-z]{0,6}[0-9][0-9a-z]{0,11})(?![0-9A-Za-z])){0,4}"
    r"(?![A-Za-z0-9]|[.,][0-9]|-[0-9])"
)
_RUN = re.compile(r"[0-9]{5}")
_TIME = re.compile(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]")
DATE = re.compile(r"(?:19|20)[0-9]{2}-(?:(?:19|20)[0-9]{2}|(?:0?[1-9]|1[0-2])(?:-[0-3]?[0-9])?)")
"""Years and what begins with one. `12-05-11` may be a number as well as a date, and both are identifiers."""
_KNOWN = re.compile(
    r"(?i)(?:NCT|ISRCTN|PMC|GSE|GSM|SR[APRX](?=[0-9]{6})|ERP|VCV|RCV|SCV|ENSG|rs(?=[0-9]{4})|LOINC|SNOMED|RFC|ISO|IEC|CVE|COVID|"
    r"SARS|GPT|CPT|ICD|UTF|HL7|CMS(?=[0-9]{1,4}v[0-9])|SHA|int|uint|float)-?[0-9]|0x|2147483647$|4294967295$"
)
"""Beginnings of numbers of trials, sequences, standards and programs."""
_COLOR = re.compile(r"[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
CODE = re.compile(r"[A-Z][0-9]{2}[0-9A-Z]{1,2}")
"""The form of HCPCS codes, and of ICD-10 codes without their point."""
_WHOLE = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
ZIP = re.compile(r"[0-9]{5}(?:-[0-9]{4}|-USA?)?")
ROUND = re.compile(r"[1-9][0-9]{2,3}00|[1-9][0-9]{3}0|[1-9][0-9]{3,8}000|[1-9][0-9]+0000")
_UNIT = re.compile(
    r"\s?-?(?:[%\u00b0\u00b5\u03bc]|\$(?![0-9])|x\s?10|/\s?(?:[u\u00b5m]?L|mm|HPF|hpf)|(?:m?c?g|[mnp]g|kg|m[lL]|d[lL]|u[lL]|L|IU|U|[uU]nits?|mEq|mmol|"
    r"mm|cm|m|km|ft|lbs?|CFU|cfu|PFU|copies|cells|ppm|ppb|rpm|bpm|steps?|ms|sec|seconds?|mins?|minutes|hours?|hrs?|"
    r"days?|weeks?|months?|years?|yrs?|dollars?|USD|euros?|bytes?|bits?|[KMG]B|[kMG]?Hz|doses?|tablets?|tabs?|caps?|"
    r"capsules?|people|persons?|men|women|children|adults?|patients?|subjects?|participants?|deaths?|births?|cases?|"
    r"inpatients?|outpatients?|total|controls?|visits?|encounters?|admissions?|stays?|records?|charts?|samples?|specimens?|times|points?|percent|"
    r"mcg|msec|volts?|ohms?|mAh?|kcal|calories|square|sq|live|person-years|mg/\w+)(?![A-Za-z0-9]))"
)
_MANY = re.compile(r" ([a-z]{2,}s)\b")
_SINGULAR = frozenset(
    "was is has does this his as its needs shows states comes goes says lives gets takes wants us".split()
)
_NO_DIGITS = dict.fromkeys(range(0x30, 0x3A))


@dataclass(slots=True)
class Number:
    """A value and what its form allows it to be."""

    text: str
    start: int
    end: int
    strong: bool
    bare: bool
    """Only digits."""


def read_number(match: re.Match[str]) -> Number | None:
    """The value at a match; None where its form is that of a date, a code or a count that everybody knows."""
    value = match[0]
    bare = value.isdigit()
    count = len(value) - (0 if bare else len(value.translate(_NO_DIGITS)))
    if bare and match.string.endswith('tag="', 0, match.start()):
        return None  # of DICOM: it names an attribute
    if count < (5 if bare else 3) or _TIME.match(value) or _KNOWN.match(value) or _WHOLE.fullmatch(value):
        return None
    strong = count > 5 or bool(_RUN.search(value)) or (count > 3 and not value.replace("-", "").isdigit())
    return Number(value, match.start(), match.end(), strong, bare)


def counted(text: str, number: Number, near: bool = False) -> bool:
    """Whether a number counts or measures something.

    `near`: a label in the singular stands right before it. Then `patient 884102 denies` and `chart 884102 belongs` are a
    number and its verb, whose form is that of a plural.
    """
    if _UNIT.match(text, number.end, number.end + 16):
        return True
    if near or not number.bare or len(number.text) > 6 or number.text[0] == "0":
        return False
    many = _MANY.match(text, number.end, number.end + 20)
    return bool(many and many[1] not in _SINGULAR)


def long_enough(text: str, number: Number) -> bool:
    """Whether a number that is marked as one, of whatever it is, is long enough to be somebody's."""
    if not number.strong or counted(text, number) or DATE.fullmatch(number.text):
        return False
    if text[number.start - 1 : number.start] == "#" and _COLOR.fullmatch(number.text) and not number.bare:
        return False
    return len(number.text) > 6 or (not number.bare and len(number.text) > 5 and not CODE.fullmatch(number.text))
