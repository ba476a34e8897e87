"""(A) Who writes in a chat, and who was told something: `tamika: who has bed 4`, `notified Siobhan 0315`, `TOLD JANELLE`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists.clinical import AFTER_EPONYM, EPONYMS
from zt_ai.egress.detect.lists.things import SHOWN
from zt_ai.egress.detect.person import NO_SURNAME, WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.rosters import may_be_name, no_word

_SAYS = re.compile(
    r"(?m)^[ >*_-]{0,4}(?P<v>[^\W\d_][^\W_]{1,14}(?:[ -][^\W\d_][^\W_]{0,14})?)(?: ?\([a-z ]{1,14}\))?\*{0,2}: (?=\S)"
)
_LINES = 600
"""Characters around a line in which the same one writes again."""
_TOLD = re.compile(
    rf"(?<![A-Za-z])(?i:told|tell|asked|texted|emailed|e-mailed|paged|notified|informed|updated|reminded|thanked|emailing|texting) (?:Dr\.? )?(?P<v>{WORD}(?: {WORD}| [A-Z]\b\.?)?)"
    r"(?=[,.;:!?)\n]|$| [a-z(0-9/@&-]|  )"
)


def _writers(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Names before a colon at the beginning of a line, where the same one or another name writes again near it."""
    for match in _SAYS.finditer(text, low, high):
        name = match["v"]
        if not _given(name):
            continue
        start, end = match.span()
        others = [
            other
            for other in _SAYS.finditer(text, max(start - _LINES, 0), end + _LINES)
            if other.start("v") != match.start("v")
        ]
        if any(other["v"] == name or _given(other["v"]) for other in others):
            yield match.span("v")


def _given(name: str) -> bool:
    if name.isalpha() and name.title() not in person.GIVEN:
        return False  # at once, as most are: documents in JSON have a name and a colon on each line
    words = [word.title() for word in re.split("[ -]", name)]
    return words[0] in person.GIVEN and all(word not in person.STOP and word not in SHOWN for word in words)


def _told(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _TOLD.finditer(text, low, high):
        words = match["v"].split()
        cased = [person.case(word) for word in words if len(word) > 1]
        if not cased or cased[0] in EPONYMS or not may_be_name(words) or AFTER_EPONYM.match(text, match.end("v")):
            continue
        if cased[0] in person.ANY_GIVEN or cased[0] in person.SURNAMES:
            # "notified Lopez RN": what follows may be what the person is.
            whole = len(cased) == 1 or (
                no_word(words[-1]) and not NO_SURNAME.fullmatch(words[-1]) and cased[-1] in person.ANY_NAME
            )
            yield match.start("v"), match.end("v") if whole else match.start("v") + len(words[0])


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.chat",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): where chats put who writes",
        triggers=(
            r"(?:^|\n)[ >*_-]{0,4}[A-Za-z\xc3][a-z\x80-\xbf-]{1,15}(?:[ -][A-Za-z][a-z\x80-\xbf]{0,15})?(?: ?\([a-z ]{1,14}\))?\*{0,2}: ",
        ),
        spans=_writers,
        before=60,
        after=2,
        positives=(
            "«tamika»: who has bed 4\n«marisol»: me why",
            "«Hyacinth» (charge): report\n«Brianna»: pump or shots\n«Hyacinth»: shots",
        ),
        negatives=(
            "Plan: admit\nGrace: period of 30 days",
            "Heart: RRR\nSkin: dry\nHeart: no murmur",
            "tamika: who has bed 4",
        ),
    ),
    Rule(
        id="name.told",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): who was told a result or a change",
        triggers=(
            r"(?i)(?:told|tell|asked|texted|mailed|paged|notified|informed|updated|reminded|thanked|mailing|texting) (?:dr\.? )?(?:(?-i:[A-Z])|[\xc3-\xc5])",
        ),
        spans=_told,
        before=24,
        after=50,
        positives=(
            "HEMOLYZED K  6S  TOLD «JANELLE»\n",
            "CARDIZEM GTT - NOTIFIED «SIOBHAN» 0315",
            "She told «Hank» at the front desk",
            "critical called, informed «Gutierrez» at 0412",
        ),
        negatives=(
            "notified Pharmacy at 0400, told Radiology, asked Epic support",
            "updated Braden score, notified MD, the updated Sydney system",
            "paged Cardiology, informed Consent was signed",
            "asked Parkinson questions, updated Medications",
        ),
    ),
)
