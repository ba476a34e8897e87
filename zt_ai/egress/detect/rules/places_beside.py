"""(B) Places that no list knows, in texts that name others: near a place, what stands behind `in`, `from` or `to` is mostly one too.

By themselves these words say too little: `in Epic`, `to Cardiology`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.geography import CITY, STATE_NAMES
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.known_cities import MEDICAL
from zt_ai.egress.detect.rules.whereabouts import may_be_place

_NEAR = 220
"""Characters around a place in which others are looked for."""
_NAME = rf"(?!(?:Dr|Mr|Mrs|Ms|Miss)\b)(?!(?:{STATE_NAMES})\b){CITY}"
_AND = r"(?:, (?:then |and |or |to )?| and (?:then )?| or | & |; )"
_PREPOSITIONS = r"in|from|near|nr|outside|through|toward|towards|beyond|past|via|between|betw|around|across|off|leaving|left|at|to|along|as far as"
_LIST = re.compile(
    rf"(?<![\w-])(?:{_PREPOSITIONS}) (?:the |greater |downtown |upper |lower |north |south |east |west )?(?P<list>{_NAME}(?:{_AND}{_NAME}){{0,6}})(?![\w/@])"
)
_ITEM = re.compile(_NAME)
_KIND = re.compile(
    rf"(?<![\w-])(?P<v>{_NAME}) (?:area|side|section|neighbou?rhood|ghost town|exit|turnout|mall|foundry|plant|EMS|fire|ambulance|"
    r"office|pharmacy|ferry|campus|crisis team|units?|deputies|sheriff|police|PD|road|beach|camp)\b"
)
_NO_PLACE_AFTER = re.compile(
    r"(?:['\u2019]s)? (?:Hospital|Clinic|Medical|Health|Center|Regional|Memorial|University|College|School|Unit|Scale|Score|therapy|treatment|team|staff|"
    r"protocol|criteria|disease|syndrome|virus|tablets?|mg|mcg|dose|patch|infusion|insurance|and [A-Z]\w+ Medical)\b|[/_@]|-[0-9]"
)
_WHOSE = re.compile(r"(?:['\u2019]s)$")


def _others(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _LIST.finditer(text, low, high):
        for item in _ITEM.finditer(text[: match.end()], *match.span("list")):
            if _free(text, item[0], item.end()):
                yield item.span()
    for match in _KIND.finditer(text, low, high):
        if _free(text, match["v"], match.end("v")):
            yield match.span("v")


def _free(text: str, name: str, end: int) -> bool:
    return (
        may_be_place(name)
        and len(name) > 2
        and not _WHOSE.search(name)
        and not _NO_PLACE_AFTER.match(text, end)
        and not MEDICAL.match(text, end)
    )


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.beside-others",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): geographic subdivisions smaller than a state",
        triggers=(),
        beside=frozenset({"location"}),
        spans=_others,
        before=_NEAR,
        after=_NEAR,
        positives=(
            "lives in «Albuquerque», once worked the fields around «Lepanto», «Meade» and «Terlingua».",
            "from «Seaford», left «Tylerton», then «Whiteclay»",
            "born in «Tulsa», the «Banglatown» side of",
        ),
        negatives=("was sent to Cardiology, in Epic, on Coumadin, the Westerly pharmacy",),
    ),
)
