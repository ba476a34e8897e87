"""Patterns in several databases find what they find in one."""

from __future__ import annotations

import functools
import random
import re

import pytest

from zt_ai.egress.detect import Detectors
from zt_ai.egress.detect.compiled import Pattern, _compile
from zt_ai.egress.detect.databases import Databases, Hits
from zt_ai.egress.detect.rules import RULES
from zt_ai.spec.types import DetectorSet

CASES = [case.replace("«", "").replace("»", "") for rule in RULES for case in (*rule.positives, *rule.negatives)]


@pytest.fixture(scope="module")
def detectors() -> Detectors:
    return Detectors.of([one for one in DetectorSet if one is not DetectorSet.NAMES])


one_database = functools.cache(_compile)


def in_one(patterns: tuple[Pattern, ...], data: bytes) -> set[tuple[int, int]]:
    found: Hits = []
    one_database(patterns).scan(data, match_event_handler=lambda id_, a, end, flags, c: found.append((id_, end)))
    return set(found)


PATTERNS = (
    Pattern(0, rb"[0-9]{3}-[0-9]{4}(?:[^0-9]|$)", "forms"),
    Pattern(1, rb"(?i)(?:^|[^a-z])room ?[0-9]", "forms"),
    Pattern(2, rb"(?:[A-Z]{1,30}[0-9]|[0-9]x) end", "forms"),
    Pattern(3, rb"(?i)name:", "labels"),
    Pattern(4, rb"(?:[0-9]|name)", "forms"),
    Pattern(5, rb"[0-9][a-z]*!", "forms"),
    Pattern(6, "[é0-9][0-9]".encode(), "forms"),
    Pattern(7, rb"[A-Z]{4}", "carriers", once=True),
    Pattern(8, rb"[0-9][x-] ?[a-z]", "carriers", once=True),
)


def test_random_texts_give_the_same_hits_as_one_database() -> None:
    databases = Databases(PATTERNS)
    dice = random.Random(5)  # noqa: S311 - the same texts each time
    words = [
        "room 4",
        "ROOM7",
        "555-1234",
        "555-12345",
        "name: ",
        "ABCD9 end",
        "3x end",
        "7abc!",
        "é5",
        "talk " * 30,
        "\n",
    ]
    seen = 0
    for _ in range(400):
        text = " ".join(dice.choice(words) for _ in range(dice.randint(1, 40))).encode()
        found = databases.hits(text)
        assert found == sorted(found, key=lambda hit: hit[1])
        assert in_one(PATTERNS, text) <= set(found)
        seen += len(found)
    assert seen > 5000


@pytest.mark.parametrize("reach", [0, 3])
def test_a_reach_that_is_too_short_is_noticed(reach: int) -> None:
    databases = Databases(PATTERNS)
    databases._reach = reach
    text = b"talk " * 40 + b"ABCDEFGHIJ9 end " + b"talk " * 40
    assert not in_one(PATTERNS, text) <= set(databases.hits(text))


def test_the_detectors_own_cases_give_the_same_hits(detectors: Detectors) -> None:
    patterns = detectors._databases.patterns
    filler = "the committee agreed to postpone the decision until the measurements are complete. " * 6
    joined = "\n".join(CASES)
    spread = filler.join(CASES[::7])
    for text in (joined, spread, *CASES[:40]):
        data = text.encode("utf-8", "surrogatepass")
        assert in_one(patterns, data) <= set(detectors._databases.hits(data))


def test_patterns_that_need_a_digit_are_not_run_without_one(detectors: Detectors) -> None:
    near = [p for p in detectors._databases.patterns if p.id in detectors._databases.around_digits]
    assert len(near) > 150
    assert not any(re.search(rb"hello|name", p.expression) and not re.search(rb"0-9|\\d", p.expression) for p in near)
