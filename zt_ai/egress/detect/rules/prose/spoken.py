"""Numbers of patients that no label names: by what is asked, ordered or said about them.

Staff ask for "the latest on 30018827" and hand over "Rm 6 - 8817702". What stands right before such a number is a little
word, never the name of something else that has numbers (a ticket, a build, a payment). Words are looked up in tables
before a phrase is looked for: a text may be full of numbers.
"""

from __future__ import annotations

import re

from zt_ai.egress.detect.rules.prose.numbers import DATE, ROUND, Number, counted
from zt_ai.egress.detect.rules.prose.speech import (
    AGED,
    AMOUNTS,
    ASKING,
    BESIDE,
    CALLED,
    CARE,
    HEADS,
    LITTLE,
    MANY,
    OTHER,
    REST,
    SAID,
    SAYING,
    SOMEBODY,
    TOLD,
    VERB,
    WARD,
    WHERE,
)

_BACK, _ON = 100, 90
"""Characters before and after a number that are read."""
_WORD = re.compile(r"[a-z](?:[a-z&]|['\u2019/-](?=[a-z]))*|#")
_FORM = re.compile(r"[A-Z]{0,3}-?[0-9]{6,10}|[A-Z]{0,2}[0-9]{2,6}(?:-[0-9]{2,6}){1,2}|[A-Z]{1,3}-[0-9]{3,6}-[0-9]{3,6}")
_ELSE = re.compile(
    # Days, telephone numbers, drug codes; tickets, orders and documents by their letters.
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]|[0-9]{3}-[0-9]{3}-?[0-9]{4}|[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}|"
    r"(?:INC|CHG|REQ|TKT|PRB|PO|SO|WO|SR|PR|BUG|REV|POL|SOP|LOT|ORD|INV|CLM|PA|CMS|REF|DOC|KB|RFP|RFQ|CR|UN|EN|PMC)-?[0-9].*"
)
_BEFORE = frozenset('\n>("\u201c\u2014:;,.?!*|-[')
"""Marks that say nothing of the number after them."""


def shaped(text: str, number: Number) -> bool:
    """Whether a number has a form that records have, and neither a day's nor a ticket's."""
    value = number.text
    return (
        bool(_FORM.fullmatch(value))
        and 5 < sum(map(str.isdigit, value)) < 11
        and not _ELSE.fullmatch(value)
        and not DATE.fullmatch(value)
        and not (number.bare and ROUND.fullmatch(value))
        and not counted(text, number)
    )


def elsewhere(stretch: str) -> bool:
    """Whether a stretch of text speaks of other things that have numbers."""
    return not OTHER.isdisjoint(_WORD.findall(stretch.lower()))


def spoken_of(text: str, number: Number) -> bool:
    """Whether what is said before or after a number is said of a patient: `what's the latest on 30018827?`"""
    start = max(number.start - _BACK, 0)
    ahead, behind = text[start : number.start], text[number.end : number.end + _ON]
    line = ahead[ahead.rfind("\n") + 1 :]
    if not line.strip() and behind[:1] in ("", "\n"):
        # "The band has" and the number on the next line.
        line = ahead.rstrip().rpartition("\n")[2] + " "
    low = line.lower()
    words = _WORD.findall(low)
    last = words[-1] if words and low.rstrip(":#\"'([` ").endswith(words[-1]) else ""
    mark = ahead.rstrip(" \t")[-1:]
    little = last in LITTLE or last in CALLED or not mark or mark in _BEFORE
    if not HEADS.isdisjoint(words) and not MANY.match(behind) and TOLD.search(low):
        sure = True
    elif little:
        sure = bool(SAID.match(behind))
    else:
        return False
    return (
        (sure or _perhaps(number, words, last, ahead, behind))
        and shaped(text, number)
        and OTHER.isdisjoint(words)
        and not elsewhere(behind[:40].split("\n", 1)[0])
    )


def _perhaps(number: Number, words: list[str], last: str, ahead: str, behind: str) -> bool:
    """Whether somebody is spoken of beside a number, or something is asked of it that is asked about patients."""
    marked = ahead.endswith((": ", ", ", "- "))
    if not (marked or last in LITTLE or last in CALLED) or (len(number.text) < 7 and number.text[0] != "0"):
        return False
    both = f"{ahead}\n{behind}"
    low = both.lower()
    around = frozenset(_WORD.findall(low))
    if not AMOUNTS.isdisjoint(around):
        return False
    somebody = not SOMEBODY.isdisjoint(around) or any(where in low for where in WHERE) or AGED.search(both)
    if somebody and last in BESIDE and REST.match(behind):
        return True
    if last in LITTLE and VERB.match(behind) and not CARE.isdisjoint(around) and not ASKING.isdisjoint(words):
        return True
    # Only in the same line. Behind a colon something has to be said of it: "fever: 386661006, cough: 49727002" are codes.
    told = last in CALLED and not ahead.endswith(":") and not ahead.endswith(": ")
    told = told or (marked and behind[:1] == " " and behind[1:2].isalnum())
    said = frozenset(_WORD.findall(behind.partition("\n")[0].lower())).union(words)
    return bool(told and not WARD.isdisjoint(said) and SAYING.match(behind))
