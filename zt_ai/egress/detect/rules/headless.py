"""(A), (C), (H) Rows of an export without its header: number, surname, given name, sex, birth date.

A sex between names and a day of birth is what no other row has; what stands around them is known by its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from zt_ai.egress.detect.lists.things import SHOWN
from zt_ai.egress.detect.person import WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.rosters import no_word

_DAY = r"(?:19|20)[0-9]{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))"
_PERSON = re.compile(
    rf"(?:^|(?<=[|;\t,]))(?:(?P<number>[A-Z]{{0,3}}-?[0-9]{{4,12}})[|;\t,])?"
    rf"(?P<last>{WORD}(?:[ -]{WORD})?)(?P<sep>[|;\t,])(?P<first>{WORD}(?:[ -]{WORD})?)(?P=sep)"
    rf"(?:[A-Z]?(?P=sep))?(?:[MFUX]|Male|Female|male|female)(?P=sep)(?P<day>{_DAY})(?=[|;\t,\n]|$)",
    re.MULTILINE,
)
_CELL = re.compile(rf"(?<=[|;\t,])(?P<v>{_DAY})(?=[|;\t,\n]|$)")
_REST = 240
"""Characters of a row behind the birth date in which further days are looked for."""
_TRIGGER = r"[|;\t,](?:[MFUX]|Male|Female|male|female)[|;\t,](?:19|20)[0-9]{2}-?[01][0-9]-?[0-3][0-9](?:[|;\t,\n]|$)"


def _rows(text: str, low: int, high: int) -> Iterator[re.Match[str]]:
    for match in _PERSON.finditer(text, low, high):
        if all(no_word(word) and word not in SHOWN for word in re.split("[ -]", f"{match['last']} {match['first']}")):
            yield match


def _names(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _rows(text, low, high):
        yield match.span("last")
        yield match.span("first")


def _days(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _rows(text, low, high):
        yield match.span("day")
        end = text.find("\n", match.end(), high)
        for cell in _CELL.finditer(text, match.end("day"), high if end < 0 else end):
            yield cell.span("v")


def _numbers(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _rows(text, low, high):
        if match["number"]:
            yield match.span("number")


_SOURCE = "45 CFR 164.514(b)(2)(i): the columns of an export, by what stands in them"
_ROWS = (
    "«90318»|«WHITCOMB»|«AUGUSTA»|F|«19640318»|HMO4419028",
    "«4471102»,«Okonjo-Bell»,«Ines»,M,«1958-02-02»",
)


def _only(case: str, *places: int) -> str:
    """A case with the marks of some of its values."""
    number = 0

    def mark(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return match[0] if number - 1 in places else match[1]

    return re.sub("«([^»]*)»", mark, case)


_ROW = partial(Rule, source=_SOURCE, triggers=(_TRIGGER,), before=110, after=_REST)

RULES: tuple[Rule, ...] = (
    _ROW(
        id="name.headless-row",
        kind="name",
        spans=_names,
        positives=tuple(_only(case, 1, 2) for case in _ROWS),
        negatives=("120|Male|Female|F|19640318", "1004|Total|Average|M|20240101"),
    ),
    _ROW(
        id="date.headless-row",
        kind="date",
        spans=_days,
        positives=(
            _only(_ROWS[0], 3),
            "90318|WHITCOMB|AUGUSTA|F|«19640318»|HMO4419028|0240318-77120|«20240215»|99213",
        ),
        negatives=("120|Male|Female|F|19641318",),
    ),
    _ROW(
        id="mrn.headless-row",
        kind="mrn",
        spans=_numbers,
        positives=tuple(_only(case, 0) for case in _ROWS),
        negatives=("1004|Total|Average|M|20240101",),
    ),
)
