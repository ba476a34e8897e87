"""Words around a value that say what it is: `MRN: 123`, `"mrn": "123"`, `patient_mrn=123`, `mrn` and `123` on two lines."""

from __future__ import annotations

import re
from collections.abc import Callable

DASH = "[-\u2010-\u2015\u2212\u00ad]"
"""A hyphen in any of its forms, in a regular expression over text."""
DASH_BYTES = r"(?:-|\xe2\x80[\x90-\x95]|\xe2\x88\x92|\xc2\xad)"
"""The same over UTF-8 bytes."""

GROUPS = r"[0-9][^0-9A-Za-z]{1,4}[0-9]{4}"
"""Trigger for numbers of the form of a Social Security or telephone number. `[^0-9A-Za-z]` instead of the separators:
hyperscan runs classes of single bytes several times as fast as sequences of UTF-8."""

START = r"(?:(?<![A-Za-z0-9])|(?<=[a-z])(?=[A-Z]))"
"""Where a label may begin: a word, a part of `snake_case`, a hump of `camelCase`."""

_WORDS = (
    "numbers?|num|nbr|nr|no|ids?|identifiers?|code|value|is|was|are|of|the|for|to|issued|assigned|as|on|"
    "file|string|text|"
    "valuestring|ending|ends|in|with|my|his|her|their|your|it|(?<=['\u2019])s|system|type|under"
)
GAP = rf"(?![,;][^\s])[^A-Za-z0-9]{{0,8}}(?:(?i:{_WORDS})(?![A-Za-z])[^A-Za-z0-9]{{0,8}}){{0,4}}"
"""What may stand between a label and its value."""

IDENTIFIER = (
    r"(?!(?i:ssn|dob|tel|fax|phone|npi|mbi|dea)[ :#])(?:[A-Za-z]{0,5}[-_ ]?\d{1,6}(?:[- ]\d{2,6}){1,4}|[A-Za-z0-9](?:[A-Za-z0-9]|[-_/.](?=[A-Za-z0-9])){2,63})"
    r"(?![A-Za-z0-9])"
)
"""A number that may have letters, hyphens or groups, but is no label with its value: `MRN:` and on the next line `SSN 536-22-1849`.
How many digits it must have is for `digits` to say."""


_OWNER = r"(?:(?i:for|of)\s+(?:[A-Z][\w.'\u2019-]*\s+){1,4}(?i:is|was|are)\s+)?"
HAS_DIGIT = r"(?=[A-Za-z\-_/. ]{0,8}[0-9])"


def labelled(label: str, value: str = IDENTIFIER) -> str:
    """A regular expression for a value (group `v`) after its label; the label in any case, its plural too."""
    return rf"{START}(?i:{label})s?(?:{GAP}{_OWNER}(?<![A-Za-z0-9])|(?=[0-9]|[A-Z]{{1,2}}[0-9]{{6}})){HAS_DIGIT}(?P<v>{value})"


def near(label: str, reach: int = 40) -> str:
    """The trigger for a label with a digit soon after it; one hit for each label."""
    return rf"(?is){label}[^0-9]{{0,{reach}}}[0-9]"


def said(label: str) -> str:
    """The trigger for a label that is rare enough by itself, such as two words: half the size of `near`."""
    return rf"(?i){label}"


def each(words: str, before: str, after: str, *, edge: bool = True) -> tuple[str, ...]:
    """A trigger for each of some words that stand in one alternative `(?:a|b)`: hyperscan finds a word by its letters
    at once, but tries a list of alternatives byte by byte. `edge`: short words must begin there."""
    inner = words.removeprefix("(?:").removesuffix(")")
    parts, depth, start = [], 0, 0
    for place, char in enumerate(inner):
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            parts.append(inner[start:place])
            start = place + 1
    parts.append(inner[start:])
    return tuple(before + ("(?:^|[^a-z])" if edge and len(part) < 6 else "") + part + after for part in parts)


def ahead(text: str, start: int, width: int) -> str:
    """The characters before a place in lower case, for a list of words written in lower case: `re` finds out at once
    that a branch cannot begin at a letter, but not if case is ignored (a fifth of the time, measured)."""
    return text[max(start - width, 0) : start].lower()


def digits(text: str) -> str:
    """Only the ASCII digits."""
    return "".join(char for char in text if "0" <= char <= "9")


def compact(text: str) -> str:
    """Only letters and digits, in upper case."""
    return "".join(char for char in text if char.isalnum()).upper()


# Numbers of trials, articles and substances are public: they name no person.
_PUBLIC = re.compile(
    r"(?i)(?:NCT|ISRCTN|CRD(?=4)|PMID|PMC|DOI|CAS|ICD|CPT|LOINC|SNOMED|NDC|HCPCS|RFC|ISO|GPT|COVID|H[0-9]N|"
    r"GSE|GSM|SR[APRX](?=[0-9]{5})|VCV|RCV|N[CGMPR]_|ENS[GT])[-: ]?[0-9]"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:-(?:19|20)?[0-9]{2})?")
_IN = re.compile(r"(?i)\b(?:in|of|since|for|to|on|as|from)\s$")


def at_least(count: int) -> Callable[[re.Match[str]], bool]:
    """A check that a value has enough digits and is neither a year after `in` nor a number that everybody knows."""

    def check(match: re.Match[str]) -> bool:
        groups = match.groupdict()
        found = groups.get("v") or groups.get("w") or ""
        if len(digits(found)) < count or _PUBLIC.match(found):
            return False
        start = match.start("v") if groups.get("v") else match.start("w")
        return not (_YEAR.fullmatch(found) and _IN.search(match.string, max(start - 8, 0), start))

    return check
