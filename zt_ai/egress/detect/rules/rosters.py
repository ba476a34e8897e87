"""(A) Names on lists of patients: operating room schedules, handoffs, worklists, panels.

A line there begins with a bed, a time or nothing, goes on with a name, and then with an age and a sex, a number, or the
next column. By this place, names are recognised that no list knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import STATE_NAMES
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.person import WORD
from zt_ai.egress.detect.rule import Rule, Spans

_STATES = frozenset(STATE_NAMES.split("|"))
_PLACE = (
    r"(?:^|(?<=[\n|\t])|(?<=[:;] )|(?<=[0-9][0-9] )|(?<=[0-9][0-9]  )|(?<=[0-9][0-9]:[0-9][0-9]  )|(?<=[-*\u2022>] )|(?<=[0-9][.)] )|"
    r"(?<=[0-9][A-D] )|(?<=[MR][0-9]{4} ))"
)
"""Where a name begins: a line, a column, an item of a list; behind a time, a room or a specimen."""
_AGED = r",? {1,3}\(?[0-9]{1,3} ?(?:(?:y/?o|Y/?O|yrs?) ?[MF]?|[MF])(?![A-Za-z0-9])"
_COLUMN = r"(?: ?[|\t]|  )(?=[^\n])"
_NUMBER = r" {1,3}[(#]{0,2}[0-9]{6,10}(?![0-9A-Za-z])"
_COMMA = re.compile(
    rf"{_PLACE}(?P<v>(?P<last>{WORD}), ?(?P<first>{WORD})(?: [A-Z]\.?)?)(?:(?P<aged>{_AGED})|(?P<column>{_COLUMN})|{_NUMBER})"
)
_ALONE = re.compile(rf"{_PLACE}(?P<v>{WORD}){_AGED},?{_NUMBER}")
_TWO = re.compile(rf"{_PLACE}(?P<v>(?P<first>{WORD}) (?:[A-Z]\.? )?(?P<last>{WORD})){_AGED}")


def _no_word(word: str) -> bool:
    """Whether a word is none of those that charts, forms and sentences begin with."""
    cased = person.case(word)
    return word not in person.STOP and cased not in person.STOP and cased not in _STATES


def _spans() -> Spans:
    def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        for match in _COMMA.finditer(text, low, high):
            if _listed(match):
                yield match.span("v")
        for match in _ALONE.finditer(text, low, high):
            word = match["v"]
            if _no_word(word) and (not word.isupper() or len(word) > 3) and len(word) > 1 and word not in EPONYMS:
                yield match.span("v")
        for match in _TWO.finditer(text, low, high):
            words = [match["first"], match["last"]]
            if all(len(word) > 1 and not word.isupper() and _no_word(word) for word in words):
                yield match.span("v")

    return spans


def _listed(match: re.Match[str]) -> bool:
    last, first = match["last"], match["first"]
    if not _no_word(last) or person.case(first) in _STATES or len(last) < 2:
        return False
    known = person.case(first) in person.ANY_GIVEN or person.case(last) in person.ANY_SURNAME
    if match["column"]:
        return known and (first not in person.STOP or first in person.ANY_GIVEN)
    # "CULTURE, URINE 7390841" is no name; an initial or a given name makes one of it.
    return known or len(first) == 1 or not last.isupper()


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.roster",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): the place of a name on a list of patients",
        triggers=(
            r"[A-Za-z]\.?,? {1,3}\(?[0-9]{1,3} ?(?:y/?o|Y/?O|yr|[MF])",
            r"[A-Z],[A-Z][A-Z]* {1,3}[0-9]{6}",
            r"[A-Za-z], ?[A-Z][A-Za-z.'-]{0,20}(?: ?[|\t]|  )",
        ),
        spans=_spans(),
        before=60,
        after=24,
        positives=(
            "OR1 0730 «Ramsay, D» 57F lap chole",
            "OR1 0930 «Contreras, Luz» 34F lap appy",
            "«Prather» 74M 8140092 NSTEMI, cath am",
            "Handoff\n«Mukherjee» 69F 8137745 cardiogenic shock",
            "25-043-M0217 «GRISWOLD,H» 7390841 blood x2 GPC clusters",
            "worklist\n«SATO,KEN» 7002173 CSF no growth",
            "panel:\n«Cho, Sung-min» | PJN450083 | implant",
            "chair 2  8:30  «Tillman, Bo»  infliximab 5/kg",
            "OB triage: «Kehaulani Akana» 27yo G2P1",
        ),
        negatives=(
            "Pleasant 57F with chest pain",
            "CHF 67F, DKA 45M",
            "CULTURE, URINE 7390841",
            "Portland, Oregon | 12 beds",
            "Date, Time  | Left, Right | 12",
            "Caucasian Female 57yo, Hispanic Male 45yo",
            "Patient 57F, Resident 91F 8140092",
        ),
    ),
)
