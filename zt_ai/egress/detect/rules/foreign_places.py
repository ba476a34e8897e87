"""(B) Places that no list knows: words with letters that English does not have, and what follows a street."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.geography import CITY, telling
from zt_ai.egress.detect.lists.foreign import OTHERS
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.known_cities import STATES

_BEFORE = "in|at|from|to|near|outside|around|through|via|visit|visited|visiting|toward|towards|leaving|left"
_SMALL = "u|na|nad|pod|pri|v|im|am|an|der|do|da|dos|de|del|la|le|les|sur|y|i"
_FOREIGN = rf"(?=[\w'\u2019-]{{0,24}}[^\W\d_\x00-\x7f])[{UPPER}][\w'\u2019-]{{1,24}}"
_NAME = rf"{_FOREIGN}(?:[ -](?:(?:{_SMALL}) )?[{UPPER}][\w'\u2019-]{{0,24}}){{0,4}}"
# A noun behind it makes it the name of a disease, a test or a theorem: `in Sjögren disease`.
_AFTER = (
    r"(?=[,.;:?!)\"\u201d\n]|$| (?:and|or|but|which|where|who|for|this|last|next|on|with|to|since|in|by|at|when|is|was|"
    r"are|were|after|before|until|from|because|as|it|she|he|we|they|I|that|again|during|via|over|yesterday|today|"
    r"tomorrow|every|each|then|so)\b)"
)


def _place(match: re.Match[str]) -> bool:
    first = re.split(r"[ \u2019']", match["v"], maxsplit=1)[0]
    return first.lower() not in OTHERS and not match["v"].endswith(("'s", "\u2019s"))


def _behind(match: re.Match[str]) -> bool:
    return telling(match["v"]) not in STOP and match["v"] not in STATES


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.foreign",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); the English alphabet has no letters with marks",
        triggers=each(
            _BEFORE,
            "(?i)",
            r"[ \n](?-i:[A-Z][a-z']{0,16}[\xc3-\xd1]|\xc3[\x80-\x9e]|[\xc4\xc5][\x80-\xbf]|\xce[\x86-\xab]|\xd0[\x80-\xaf])",
        ),
        spans=matching(rf"(?<![\w'\u2019-])(?i:{_BEFORE})[ \n](?P<v>{_NAME}){_AFTER}", _place),
        before=40,
        after=110,
        positives=(
            "the year after at the mill in «Hrušovany u Brna», which later closed",
            "She arrived at «Börßum» this morning",
            "a call from «København K». It was",
            "before she left «Łódź» for good",
            "a week in «Žďár nad Sázavou»",
        ),
        negatives=(
            "dry eyes in Sjögren disease",
            "ulcers in Behçet, treated",
            "at Schrödinger's equation",
            "in Naïve Bayes",
            "shown in Möbius and others",
            "in Fréchet distance",
        ),
    ),
    Rule(
        id="location.beside-address",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); Universal Postal Union, addressing: the locality follows the street",
        triggers=(),
        beside=frozenset({"address"}),
        spans=matching(
            rf"(?:(?<![\w,.-])[0-9]{{1,5}}[A-Za-z]?(?:[/-][0-9]{{1,4}})? [^,;.\n0-9]{{3,40}}|"
            rf"(?i:flat|studio|apt\.?|apartment|unit|suite) [0-9]{{1,4}}[A-Za-z]?, [^,;.\n0-9]{{3,40}}|(?<![\w.])[^\W\d_][\w'\u2019-]{{2,40}},? [0-9]{{1,5}}[A-Za-z]?(?:[/-][0-9]{{1,4}})?), (?P<v>{CITY})(?=[.?!]?(?:\n|$)|[.?!] )",
            _behind,
        ),
        before=12,
        after=80,
        positives=(
            "Home address is Canale Caetani, 22, «Bugano».",
            "She works at Globex, 7556 José matía, «Poike»",
            "at Globex, 719 Beerzerweg, «Tamazout».\nBring",
        ),
        negatives=("lives at 719 Oak Street, Monday.", "lives at 719 Oak Street, Thanks"),
    ),
)
