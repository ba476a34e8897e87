"""(B) Places that bear somebody's name: `Petersonville`, `Lake Kerry`.

Such names are too many for a list, and hardly anything else ends like them: of 300,000 English words the lists of names
and these endings leave some hundred, nearly all places or surnames themselves (Webster's second edition, GCIDE and
wordfreq's most frequent words, read once for `_OTHERS`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import LARGE, STATES
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.known_cities import CITIES, CITY_WORDS, MEDICAL

_ENDINGS = "ville|furt|fort|port|bury|land|haven|mouth|stad|shire|ton|chester|berg|borough|burgh|view|town|side"
_SIDES = "East|West|North|South|Lake|Port"
_NAMED = re.compile(
    rf"(?<![\w.@/'\u2019-])(?:(?:{_SIDES}|New) )?(?P<name>[A-Z][a-z]{{3,14}}?)(?:{_ENDINGS})(?![\w@/]|['\u2019-]\w)"
)
_BESIDE = re.compile(
    rf"(?<![\w.@/'\u2019-])(?P<side>{_SIDES}) (?P<name>[A-Z][a-z]{{3,14}})(?![\w@/]|['\u2019-]\w| [A-Z])"
)
_OTHERS = frozenset(
    """
    Roquefort Sheraton Fronton Magneton Pimenton Thailand Switzerland Swaziland Deutschland Russland Devonshire Staffordshire Mondayland Shondaland
    Wahlberg Kornberg Berenberg Nelaton
    """.split()
)


def _is_name(word: str) -> bool:
    return word in person.GIVEN or word in person.SURNAMES


def _named(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _NAMED.finditer(text, low, high):
        word = match[0].rsplit(" ", 1)[-1]
        # Listed cities have a rule of their own, which knows what is called after them.
        if (
            _is_name(match["name"])
            and not (_is_name(word) or word in CITIES or word in CITY_WORDS or word in _OTHERS)
            and _free(match)
        ):
            yield match.span()
    for match in _BESIDE.finditer(text, low, high):
        if match["name"] in person.GIVEN and _free(match):
            yield match.span()


def _free(match: re.Match[str]) -> bool:
    name = match[0]
    last = name.rsplit(" ", 1)[-1]
    return (
        last not in LARGE
        and last not in EPONYMS
        and name not in STATES
        and not MEDICAL.match(match.string, match.end())
    )


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.of-name",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): places smaller than a state that are named for somebody",
        triggers=(
            *(rf"[A-Z][a-z]{{3,14}}{ending}(?:[^a-z]|$)" for ending in _ENDINGS.split("|")),
            *(rf"(?:^|[^A-Za-z]){side} [A-Z][a-z]{{3}}" for side in _SIDES.split("|")),
        ),
        spans=_named,
        before=34,
        after=18,
        positives=(
            "«Petersonfurt» bridge is",
            "the year at Initech in «North Oliverland», which",
            "a talk in «Jordanville».",
            "sailed on «Lake Kerry» in",
            "\n «West Debra»\n",
        ),
        negatives=(
            "a Roquefort dressing",
            "in Thailand",
            "the Bedside report",
            "North Carolina",
            "West Virginia",
            "Johnston criteria",
            "Support and Transport",
            "a 14 Fr Nelaton",
            "Lake Louise criteria",
            "Pittsburgh knee rule",
            "East Asia",
            "West Nile virus",
        ),
    ),
)
