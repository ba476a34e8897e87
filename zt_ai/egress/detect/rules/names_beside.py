"""(A) Surnames alone, in texts that name others: near a name, one that lists know is mostly a person.

By itself it says too little: it may be the author of a disease, a make or a street.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import LARGE, STATES
from zt_ai.egress.detect.lists.clinical import AFTER_EPONYM, BRANDS, EPONYMS, ORGANISATIONS
from zt_ai.egress.detect.lists.things import SHOWN
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.known_cities import AMERICAN, AMERICAN_WORDS
from zt_ai.egress.detect.rules.known_names import LONE_DOUBT
from zt_ai.egress.detect.rules.rosters import may_be_name

_NEAR = 200
"""Characters around a name in which others are looked for."""
_LEAST = 3
_CAPITAL = re.compile(rf"(?<![\w'\u2019@#/.\\^_-])[{person.UPPER}](?=[\w'\u2019])")
_INSIDE = re.compile(r"[\w@/\\^_]|-[0-9]")
# What has an author, a maker or a founder stands behind their name.
_THING = re.compile(
    r"(?:['\u2019]s)? (?:Hospital|Clinic|Medical|Health|Center|Regional|Memorial|University|College|School|Foundation|Pharma\w*|Labs?|Inc|LLC|"
    r"Street|St|Road|Rd|Ave|Avenue|Drive|Dr|Lane|Ln|Blvd|Court|Ct|Way|Hall|Park|County|Bridge|forceps|clamp|retractor|brace|boot|tube|lens|"
    r"hook|waves?|rounds?|huddle|run|report|hugger|bed|walker|mattress|pump|monitor|machine)\b"
)


def _surnames(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    at = low
    for match in _CAPITAL.finditer(text, low, high):
        start = match.start()
        if start < at:
            continue
        end, words = person.span(text, start, 2)
        at = max(end, match.end())
        if (
            words
            and _INSIDE.match(text, end) is None
            and not _THING.match(text, end)
            and _free(text, start, end, words)
        ):
            yield start, end


def _free(text: str, start: int, end: int, words: list[str]) -> bool:
    cased = [person.case(part) for word in words for part in word.split("-")]
    if not any(word in person.SURNAMES and len(word) >= _LEAST for word in cased) or not may_be_name(words):
        return False
    # "LASIX HELD", "Bair Hugger": what stands beside a surname has to be a name, too.
    if not all(word in person.ANY_NAME for word in cased if len(word) > 1):
        return False
    if AFTER_EPONYM.match(text, end) or ORGANISATIONS.match(text, start):
        return False
    return not any(
        word in EPONYMS
        or word in BRANDS
        or word in LONE_DOUBT
        or word in AMERICAN
        or word in AMERICAN_WORDS
        or word in STATES
        or word in LARGE
        or word in SHOWN
        for word in cased
    )


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.beside-others",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A); Census Bureau, frequently occurring surnames",
        triggers=(),
        beside=frozenset({"name"}),
        spans=_surnames,
        before=_NEAR,
        after=_NEAR,
        positives=(
            "Mr. «Quackenbush» fell. «Hernandez» saw it, and «Kowalczyk» wanted a film.",
            "Ms. «Oduya» came; the resident, «Gutierrez», agrees",
        ),
        negatives=("Hernandez saw it. Then Kowalczyk left.",),
    ),
)
