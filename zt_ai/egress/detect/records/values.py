"""What may be said of a value whose kind its place has told: whether it identifies, and its part that does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_NOTHING = re.compile(
    r"(?i)[\W_]*(?:(?:n/?a|none|null|nil|nan|nul|unknown|unk|unspecified|undefined|redacted|removed|masked|anonymi[sz]ed|deidentified|de-identified|"
    r"not (?:applicable|available|documented|specified|provided|on file)|pending|open|vacant|empty|blocked|closed|on hold|hold|available|dirty|clean|true|false|yes|no|same|self|string|text|varchar|int(?:eger)?|tbd|x{2,}|\W|_)[\W_]*)?"
)
_PLACEHOLDER = re.compile(r"(?:[\[<{(%$][^\]>})%$]{0,60}[\]>})%$]+[*^|~]?)+")

_LETTERS = re.compile(r"[^\W\d_]{2}|[\u0e00-\u9fff\uac00-\ud7af]")
_DIGIT = re.compile(r"[0-9]")

_YEAR = r"(?:1[89][0-9]{2}|20[0-9]{2})"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_WORD = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_CLOCK = r"(?:[T ,]{1,2}[0-2]?[0-9][:.][0-5][0-9](?:[:.][0-5][0-9](?:[.,][0-9]{1,9})?)?\s?(?:[AaPp]\.?[Mm]\.?)?\s?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
DATE = re.compile(
    rf"(?:{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[ T]?[0-9]{{2,6}}(?:\.[0-9]{{1,6}})?)?(?:Z|[+-][0-9]{{4}})?"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])"
    rf"|{_YEAR}[-/.]{_MONTH}(?:[-/.]{_DAY}{_CLOCK})?"
    rf"|[0-3]?[0-9][-/. ][0-3]?[0-9][-/. ](?:{_YEAR}|[0-9]{{2}}){_CLOCK}"
    rf"|{_MONTH}[-/](?:{_YEAR}|{_DAY})"
    rf"|(?:[A-Za-z]{{2,9}},? )?{_DAY}(?:st|nd|rd|th)?[-/. ]?{_WORD}(?:[-/., ]{{0,2}}(?:{_YEAR}|'?[0-9]{{2}}))?{_CLOCK}"
    rf"|(?:[A-Za-z]{{2,9}},? )?{_WORD}[-/. ]?(?:{_DAY}(?:st|nd|rd|th)?(?:[-/., ]{{1,2}}(?:{_YEAR}|[0-9]{{2}}))?|,? ?{_YEAR}){_CLOCK})"
)
"""A date finer than a year as the whole of a value; a column or field has already said that it is one."""

_FEW_PEOPLE = frozenset("036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893".split())
"""HHS guidance on de-identification, question 2.8: three-digit ZIP areas with 20,000 people or fewer (census of 2000)."""


def empty(value: str) -> bool:
    """Whether a value says nothing: blank, a word such as `unknown`, or a placeholder in brackets."""
    return bool(_NOTHING.fullmatch(value) or _PLACEHOLDER.fullmatch(value))


def _worded(value: str) -> bool:
    return bool(_LETTERS.search(value))


def _numbered(value: str) -> bool:
    return bool(_DIGIT.search(value)) and len(value) >= 3


def _age(value: str) -> bool:
    # "90+" is the group that Safe Harbor asks for.
    number = re.fullmatch(r"([0-9]{2,3})(?:\s?(?:y|yo|yrs?|years?)\.?)?", value)
    return bool(number and 89 < int(number[1]) < 130)


def _zip(value: str) -> bool:
    if re.fullmatch(r"[0-9]{3}(?:\*{2}|x{2}|X{2}|00)?", value) and value[:3] != "000":
        return value[:3] in _FEW_PEOPLE
    return (
        len(value) < 12
        and sum("0" <= char <= "9" for char in value) >= (2 if _LETTERS.search(value) else 4)
        and value != "00000"
    )


def _phone(value: str) -> bool:
    return sum("0" <= char <= "9" for char in value) >= 7


def _coordinate(value: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[0-9]{1,3}\.[0-9]{2,}\s?(?:°?\s?[NSEW])?", value))


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "name": _worded,
    "address": lambda value: _worded(value) or _numbered(value),
    "location": _worded,
    "facility": _worded,
    "date": lambda value: bool(DATE.fullmatch(value)),
    "age": _age,
    "zip": _zip,
    "phone": _phone,
    "fax": _phone,
    "email": lambda value: "@" in value,
    "url": lambda value: "." in value and "/" in value,
    "coordinates": _coordinate,
    "biometric": lambda value: len(value) >= 4,
    "plate": lambda value: len(value) >= 4,
    "mac": lambda value: len(value) >= 12,
}
"""By kind; every other kind is a number: three characters or more, one of them a digit."""


def identifies(kind: str, value: str) -> bool:
    """Whether a value that stands where this kind stands is an identifier of it."""
    return 0 < len(value) <= 200 and not empty(value) and CHECKS.get(kind, _numbered)(value)
