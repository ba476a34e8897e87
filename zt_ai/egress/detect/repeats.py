"""(A) Names that were found once in a text, wherever else they stand in it: `Mr. Quackenbush … when Quackenbush left`.

A rule needs words around a name to know it; the second time there are mostly none. Without this, what is taken out at one
place would be left to read at the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from zt_ai.egress.decode.sheet import BORDER
from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import STATE_NAMES
from zt_ai.egress.detect.lists.clinical import AFTER_EPONYM, BRANDS, EPONYMS, ORGANISATIONS
from zt_ai.egress.detect.lists.things import SHOWN
from zt_ai.egress.detect.names_lists import LARGE_PLACES, NOT_NAMES
from zt_ai.egress.detect.person import NO_SURNAME
from zt_ai.egress.detect.resolve import Ranked
from zt_ai.egress.detect.rules.known_cities import AMERICAN
from zt_ai.egress.detect.rules.known_names import LONE_DOUBT

RULE = "name.repeated"
_WORD = re.compile(person.WORD)
_LEAST, _LEAST_SMALL = 4, 5
"""Letters of a word that is looked for, as it is written and in small letters."""
_MOST = 200
"""Words that are looked for in one text; a text with more names is a list, which other rules read."""
_BORN = frozenset("Baby Girl Boy Twin Infant Newborn".split())
"""What the newborn are called instead of a given name."""
_INSIDE = re.compile(r"[\w@/\\-]")
_STATES = frozenset(STATE_NAMES.split("|"))


def repeats(text: str, found: Iterable[Ranked]) -> list[Ranked]:
    """Further places of the words of names that were found; nothing in what was joined from a text's pieces."""
    names = [one for one in found if one[3] == "name"]
    if not names:
        return []
    border = text.rfind(BORDER)
    size = len(text) if border < 0 else border
    words: dict[str, None] = {}
    for start, end, *_ in names:
        if end <= size and len(words) < _MOST:
            words.update(dict.fromkeys(word for word in _WORD.findall(text, start, end) if _telling(word)))
    further: list[Ranked] = []
    for word in words:
        for written in _ways(word):
            further += [(at, at + len(written), 0, "name", RULE) for at in _places(text, written, size)]
    return further


def _telling(word: str) -> bool:
    """Whether a word is a name wherever it stands: no word of charts, no author of a disease, no place."""
    cased = person.case(word)
    if (
        len(word) < _LEAST
        or cased in person.STOP
        or cased in EPONYMS
        or cased in BRANDS
        or cased in LONE_DOUBT
        or cased in _BORN
    ):
        return False
    if (
        cased in AMERICAN
        or cased in _STATES
        or cased in SHOWN
        or cased.lower() in LARGE_PLACES
        or cased.lower() in NOT_NAMES
    ):
        return False
    if cased in person.GIVEN or cased in person.SURNAMES:
        return True
    return cased not in person.GIVEN_WORDS and cased not in person.SURNAME_WORDS and not NO_SURNAME.fullmatch(cased)


def _ways(word: str) -> Iterator[str]:
    """How a name may be written the next time; in small letters only one that lists know, for it may be a word."""
    cased = person.case(word)
    yield from dict.fromkeys((word, cased, cased.upper()))
    if len(word) >= _LEAST_SMALL and (cased in person.GIVEN or cased in person.SURNAMES):
        yield cased.lower()


def _places(text: str, word: str, size: int) -> Iterator[int]:
    at = text.find(word, 0, size)
    while at >= 0:
        end = at + len(word)
        alone = not _INSIDE.match(text, at - 1 if at else len(text)) and not _INSIDE.match(text, end)
        if alone and not AFTER_EPONYM.match(text, end) and not ORGANISATIONS.match(text, at):
            yield at
        at = text.find(word, end, size)
