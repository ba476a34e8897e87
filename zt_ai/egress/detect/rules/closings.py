"""(A) Who closes a letter or message: the last line, or the line behind a farewell in another language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.decode.sheet import END
from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists.things import SHOWN
from zt_ai.egress.detect.person import WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.known_cities import AMERICAN
from zt_ai.egress.detect.rules.rosters import may_be_name, words_of

_SIGNED = rf"(?P<v>(?:[A-Z]\. )?{WORD}(?: (?:[A-Z]\. )?(?:(?:de|del|de la|da|dos|van|von|al|bin) )?{WORD}){{0,2}})"
_LAST = re.compile(rf"(?<=[.?!)0-9\u2019])\s*\n\s*(?:[-\u2014\u2013~]{{1,2}} ?)?{_SIGNED},?\s*(?:\Z|{END[0]})")
_FAREWELL = (
    r"cordialement|bien \u00e0 vous|mit (?:freundlichen|besten|herzlichen) gr\u00fc(?:\u00df|ss)en|viele gr\u00fc(?:\u00df|ss)e|saludos|un saludo|"
    r"atentamente|atenciosamente|abra\u00e7os?|cordiali saluti|met vriendelijke groet|z powa\u017caniem|salamat(?: po)?"
)
_CLOSED = re.compile(rf"(?i:{_FAREWELL})[,.!]?\s{{1,3}}{_SIGNED}")
_OPENED = re.compile(r"(?i)(?:^|\n)\W{0,3}(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|to whom|team|all)\b")
_REACH = 900
"""Characters before a last line in which a letter has to open; less than what is read again before a known beginning."""


def _is_name(words: list[str]) -> bool:
    return may_be_name(words) and not SHOWN.intersection(words)


def _closing(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _CLOSED.finditer(text, low, high):
        if _is_name(words_of(match["v"])):
            yield match.span("v")
    for last in _LAST.finditer(text, max(low - 1, 0), min(high + 4, len(text))):
        words = words_of(last["v"])
        if not _is_name(words) or last["v"].isupper() or last["v"] in AMERICAN:
            continue
        known = any(person.case(word) in person.ANY_NAME for word in words)
        opened = _OPENED.search(text, max(last.start() - _REACH, 0, text.rfind(END, 0, last.start())), last.start())
        # One word has to be a name that lists know; what no list has closes a letter only where one was opened.
        if (opened and (known or len(words) > 1)) or (known and len(words) > 1):
            yield last.span("v")


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.closing",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): the form of letters and mail",
        triggers=(
            r"[.?!)0-9\x99]\s*\n\s*(?:[-~]{1,2} ?|\xe2\x80[\x93\x94] ?)?[A-Z\xc3-\xc5][A-Za-z.\x80-\xff' -]{1,60},?\s*(?:$|\x01)",
            r"(?i)(?:cordialement|bien .{1,2} vous|gr.{1,2}(?:.{2}|ss)en?|saludos?|atentamente|atenciosamente|abra.{1,2}os?|cordiali saluti|"
            r"vriendelijke groet|powa.{1,2}aniem|salamat(?: po)?)[,.!]?\s{1,3}(?:(?-i:[A-Z])|[\xc3-\xc5])",
        ),
        spans=_closing,
        before=90,
        after=64,
        positives=(
            "Hi all,\nCan you reach out to the pharmacy? The address is in the chart.\n«Mie»",
            "Hi all,\nCan you reach out to the pharmacy? It is in the chart.\n«Mie»\x01\nThe next message is here.",
            "Is that normal? The number on the bracelet was wrong.\n\n«Jory Blackbull»",
            "Vielen Dank.\n\nMit besten Grüßen\n«K. Überall»\nHautarztpraxis",
            "pas reçu son compte rendu. Cordialement, «Maïwenn Kerguélen»",
        ),
        negatives=(
            "The plan is unchanged.\nDiscussed",
            "Hi all,\nIt is here.\x01\nSee the chart.\nMie\x01\n",
            "Take with food.\n\nFollow-Up Visit",
            "See the table.\nSodium\nPotassium",
            "It works.\n\nNext Steps",
            "Hi,\nplease translate this.\nApples",
            "It works.\n\nRelease Notes",
        ),
    ),
)
