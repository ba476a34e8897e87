"""(B) Places that no list knows: words with letters that English does not have, and what follows a street."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.geography import CITY, STATES, telling
from zt_ai.egress.detect.lists.foreign import OTHERS
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching

_BEFORE = "in|at|from|to|near|outside|around|through|via|visit|visited|visiting|toward|towards|leaving|left"
_SMALL = "u|na|nad|pod|pri|v|im|am|an|der|do|da|dos|de|del|la|le|les|sur|y|i"
_FOREIGN = rf"(?=[\w'\u2019-]{{0,24}}[^\W\d_\x00-\x7f])[{UPPER}][\w'\u2019-]{{1,40}}"
_NAME = rf"{_FOREIGN}(?: (?:(?:{_SMALL}) )?[{UPPER}][\w'\u2019-]{{0,24}}){{0,4}}"
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


_HOUSES = frozenset(
    "Hotel Universidad Hospital Clinica Museo Iglesia Parque Plaza Banco Virgen Camino Fiesta Casa Flor Salsa Instituto Ministerio".split()
)
"""What may stand before `de la` and is no town."""


def _of_and_upon(match: re.Match[str]) -> bool:
    first = match["v"].split()[0]
    return first not in STOP and first not in _HOUSES


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.foreign",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); the English alphabet has no letters with marks",
        triggers=each(
            _BEFORE,
            "(?i)",
            r"[ \n](?-i:[A-Z][a-z']{0,16}[\xc3-\xd1\xe1]|\xc3[\x80-\x9e]|[\xc4-\xc9][\x80-\xbf]|\xe1[\xb8-\xbb][\x80-\xbf]|\xce[\x86-\xab]|\xd0[\x80-\xaf])",
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
        id="location.of-and-upon",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): towns by their river, saint or lord, as French, German, Spanish, Czech and Slovene name them",
        triggers=(),
        literals=(
            *("-sur-", "-sous-", "-les-", "-l\u00e8s-", "-aux-", "-upon-", "-am-", "-an-der-"),
            *(" de las ", " de los ", " de la ", " del ", " nad ", " pod ", " an der "),
        ),
        spans=matching(
            rf"(?<![\w'\u2019/@-])(?P<v>[{UPPER}][\w'\u2019]{{2,24}}-(?:sur|sous|les|l\u00e8s|aux|upon|am|an-der)-[{UPPER}][\w'\u2019-]{{1,24}}"
            rf"|[{UPPER}][\w'\u2019]{{2,24}}(?: [{UPPER}][\w'\u2019]{{2,24}})? (?:de las|de los|de la|del|nad|pod|an der) [{UPPER}][\w'\u2019-]{{2,24}}(?: [{UPPER}][\w'\u2019-]{{2,24}})?)"
            rf"(?![\w@/])",
            _of_and_upon,
        ),
        before=60,
        after=60,
        positives=(
            "«Cerro de las Cuentas» bridge is",
            "the clinic in «Coulon-sur-Mer», where",
            "a call from «Streda nad Bodrogom» today",
        ),
        negatives=(
            "a night at the Hotel del Coronado",
            "the Universidad de los Andes",
            "syndrome of Cornelia de Lange",
            "the iPad pod Monday",
            "The del Nido cardioplegia",
            "In del Mar",
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
