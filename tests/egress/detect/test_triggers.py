"""No trigger is lost among the others: what a pattern matches by itself it matches in the database of all.

Hyperscan loses matches of some patterns at some places of a text (Vectorscan 5.4.12, `test_hyperscan_still_does`), so
every trigger is tried with texts made from it, between words, at many distances from the beginning.
"""

from __future__ import annotations

import random
import re
import re._constants as sre
import re._parser as parser
from collections.abc import Iterator
from typing import Any

import hyperscan

from zt_ai.egress.detect.engine import Detectors
from zt_ai.spec.types import DetectorSet

SEED = 20261130
TIMES = 10
WORDS = (
    b"so we went on to ask why it was that they had come here at all and what they 12 said of it to us in May 3 times "
)
CATEGORIES = {
    sre.CATEGORY_DIGIT: b"0123456789",
    sre.CATEGORY_SPACE: b" \t\n",
    sre.CATEGORY_WORD: b"abcXYZ019_",
    sre.CATEGORY_NOT_DIGIT: b"ab -.",
    sre.CATEGORY_NOT_SPACE: b"abX01-.",
    sre.CATEGORY_NOT_WORD: b" -.,",
}


def one_of(items: Any, dice: random.Random) -> bytes:
    """A byte of a class."""
    wanted: set[int] = set()
    for operation, value in items:
        if operation is sre.LITERAL:
            wanted.add(value)
        elif operation is sre.RANGE:
            wanted.update(range(value[0], value[1] + 1))
        elif operation is sre.CATEGORY:
            wanted.update(CATEGORIES[value])
    if items[0][0] is sre.NEGATE:
        wanted = set(b"abcdefgh XYZ-,.;01 9") - wanted or set(range(32, 127)) - wanted
    return bytes([dice.choice(sorted(wanted))])


def matching(tree: Any, dice: random.Random) -> bytes:
    """Bytes that a parsed expression matches, but for what stands around them."""
    made = b""
    for operation, value in tree:
        match operation:
            case sre.LITERAL:
                made += bytes([value])
            case sre.NOT_LITERAL:
                made += b"y" if value == ord("x") else b"x"
            case sre.IN:
                made += one_of(value, dice)
            case sre.ANY:
                made += dice.choice([b"a", b" ", b"-"])
            case sre.BRANCH:
                made += matching(dice.choice(value[1]), dice)
            case sre.MAX_REPEAT | sre.MIN_REPEAT:
                low, high, inner = value
                times = dice.randint(low, min(high, low + dice.choice([0, 1, 3, 12, 40])))
                made += b"".join(matching(inner, dice) for _ in range(times))
            case sre.SUBPATTERN:
                made += matching(value[3], dice)
    return made


def texts(expression: bytes, dice: random.Random) -> Iterator[bytes]:
    """Texts with a match of an expression somewhere between words."""
    try:
        tree, alone = parser.parse(expression), re.compile(expression)
    except re.error:  # flags in the middle, which only hyperscan takes
        return
    for _ in range(TIMES):
        start, length = dice.randrange(40), dice.randrange(200)
        before = (WORDS * 3)[start : start + length] + dice.choice([b" ", b"\n", b", "])
        after = dice.choice([b" ", b"\n", b", ", b""]) + (WORDS * 2)[: dice.choice([0, 0, 3, 30, 150])]
        text = before + matching(tree, dice) + after
        if any(match.end() > len(before) for match in alone.finditer(text)):
            yield text


def lost(detectors: Detectors, expressions: list[bytes], dice: random.Random) -> tuple[int, list[tuple[bytes, bytes]]]:
    """How many texts were tried, and which expressions were not found in which."""
    tried, gone = 0, []
    for number, expression in enumerate(expressions):
        for text in texts(expression, dice):
            tried += 1
            if not any(pattern == number for pattern, _ in detectors.hits(text)):
                gone.append((expression, text))
    return tried, gone


def forms(detectors: Detectors) -> list[bytes]:
    """The expressions of the triggers in the order of their numbers."""
    found: dict[bytes, None] = {}
    known: set[tuple[object, ...]] = set()
    for rule in detectors.rules:
        if not rule.beside and (alike := (rule.triggers, rule.literals, rule.before, rule.after)) not in known:
            known.add(alike)
            found |= dict.fromkeys(map(str.encode, rule.triggers))
    return list(found)


def test_no_trigger_is_lost_among_the_others() -> None:
    detectors = Detectors.of([one for one in DetectorSet if one is not DetectorSet.NAMES])
    expressions = forms(detectors)
    tried, gone = lost(detectors, expressions, random.Random(SEED))  # noqa: S311 - the same texts each time
    assert tried > 2 * len(expressions), "most expressions could not be tried"
    assert gone == []


def test_hyperscan_still_does_lose_matches() -> None:
    """The negative twin; it also tells the day on which a new version no longer does."""

    def note(_pattern: int, _start: int, end: int, _flags: int, hits: Any) -> None:
        hits.append(end)

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    expression = rb"[0-9] [^\n0-9]{0,24}(?:Hwy|FM)\.? [0-9]"
    database.compile(expressions=[expression], ids=[0], flags=[0])
    found = []
    for before in range(60):
        hits: list[int] = []
        text = b"a" * before + b" 10872 Hwy 19" + b" b" * 40
        database.scan(text, match_event_handler=note, context=hits)
        assert re.search(expression, text)
        found.append(bool(hits))
    assert not all(found)
