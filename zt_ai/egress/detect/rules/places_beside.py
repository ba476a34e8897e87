"""(B) Places that no list knows, in texts that name others: near a place, what stands behind `in`, `from` or `to` is mostly one too.

By themselves these words say too little: `in Epic`, `to Cardiology`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import PLACE
from zt_ai.egress.detect.person import UPPER
from zt_ai.egress.detect.place import may_be_place
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.known_cities import MEDICAL

_NEAR = 220
"""Characters around a place in which others are looked for."""
_AND = r"(?:, (?:then |and |or |to )?| and (?:then )?| or | & |; )"
_PREPOSITIONS = r"in|from|near|nr|outside|through|toward|towards|beyond|past|via|between|betw|around|across|off|leaving|left|at|to|along|as far as"
_LIST = re.compile(
    rf"(?<![\w-])(?:{_PREPOSITIONS}) (?:the |greater |downtown |upper |lower |north |south |east |west )?(?P<list>{PLACE}(?:{_AND}{PLACE}){{0,6}})(?![\w/@])"
)
_ITEM = re.compile(PLACE)
_KIND = re.compile(
    rf"(?<![\w-])(?P<v>{PLACE}) (?:area|side|section|neighbou?rhood|ghost town|exit|turnout|mall|foundry|plant|EMS|fire|ambulance|"
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


def _is_free(match: re.Match[str]) -> bool:
    return _free(match.string, match["v"], match.end("v"))


def _is_somebodys(match: re.Match[str]) -> bool:
    """Whether somebody is `of` a place: "Director of Quality called" is not."""
    words = [person.case(word) for word in (match["first"], match["last"]) if word]
    return any(word in person.ANY_NAME for word in words) and _is_free(match)


_WHO = matching(
    rf"(?<![\w])[a-z]{{2,}} from (?P<v>{PLACE})(?=,? (?:who|presenting|presents|presented|admitted|brought|transferred|here|with)\b)",
    _is_free,
)
_FROM = matching(
    rf"(?<![\w])[{UPPER}][\w.'\u2019-]{{1,24}},? (?:from|out of) (?P<v>{PLACE})(?=,? (?:was|is|who|and|has|had|came|comes|called|calls|presents|presented|seen|"
    r"states|reports|wants|needs|asks|for|with|on|here|has|arrived|admitted)\b|[,.;)]|\n|$)",
    _is_free,
)
_OF = matching(
    rf"(?<![\w])(?:(?P<first>[{UPPER}][\w'\u2019-]{{1,24}}) )?(?P<last>[{UPPER}][\w'\u2019-]{{1,24}}),? of (?P<v>{PLACE})(?= (?:was|is|has|had|came|comes|called|calls|presents|presented|states|reports|wants|needs|asks)\b)",
    _is_somebodys,
)
_SITE = matching(
    rf"(?<![\w])(?:(?i:clinic|office|pharmacy|hospital|practice|facility|branch|ward|home|shelter|school|church)|(?:PCP|Dr\.?|NP|PA) [{UPPER}][\w'\u2019-]+) in "
    rf"(?P<v>{PLACE})(?=,? (?:on|confirmed|was|were|is|has|and|for|with|at|this|last|today|yesterday|since|will|where|who|before|after|because|says|said)\b|[,.;)]|\n|$)",
    _is_free,
)
_THERE = matching(rf"(?<=\w) in (?P<v>{PLACE})(?=[.,;)]|\n|$)", _is_free)


def _named(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for spans in (_FROM, _SITE, _OF):
        yield from spans(text, low, high)


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
    Rule(
        id="location.of-person",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): where somebody who is named comes from",
        triggers=(),
        beside=frozenset({"name"}),
        spans=_named,
        before=120,
        after=120,
        positives=(
            "Holly Crawford from «Peggystad» was seen by Dr. Knapp",
            "Laura Martin from «Deschampsboeuf», 54, was",
            "Yasmine Davis from «Lutten» called.",
            "Holly Crawford of «Cruzchester» called about the bill",
            "Patient Holly Crawford presented to our clinic in «Port Victoriaborough» on Monday",
        ),
        negatives=(
            "Holly Crawford from Radiology called.",
            "Dr. Knapp from Ohio was here",
            "Dr. Knapp from Quest Diagnostics called",
            "Dr. Knapp, Director of Quality was here",
            "Holly Crawford called her clinic in Epic.",
        ),
    ),
    Rule(
        id="location.behind-address",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): the place in which an address is",
        triggers=(),
        beside=frozenset({"address"}),
        spans=_THERE,
        before=0,
        after=40,
        positives=("who lives at 12 Oak Street in «Michaelborough».", "at 792 Brenda Road in «Andrewmouth»\n"),
        negatives=("lives at 12 Oak Street in April.", "lives at 12 Oak Street in Ohio."),
    ),
    Rule(
        id="location.from-who",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): where somebody comes from who presents with something",
        triggers=(
            r"(?:teacher|man|woman|male|female|gentleman|lady|boy|girl|worker|farmer|[a-z]er|[a-z]or|[a-z]ist|[a-z]an|old) from (?:[A-Z]|[\xc3-\xc5])",
        ),
        spans=_WHO,
        before=24,
        after=70,
        positives=(
            "67 year old retired teacher from «New Austin» who presented with dyspnea",
            "an elderly woman from «Zwiggelte» presenting with",
        ),
        negatives=(
            "a woman from Haiti who presented",
            "a letter from Cardiology who presented",
            "an old man from Ohio who was",
        ),
    ),
)
