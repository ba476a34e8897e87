"""Patterns in several databases find what they find in one."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterable

import pytest

from zt_ai.egress.detect import Detectors, databases, engine
from zt_ai.egress.detect.compiled import Pattern, _compile
from zt_ai.egress.detect.databases import Databases, Hits
from zt_ai.egress.detect.rules import RULES
from zt_ai.spec.types import DetectorSet

CASES = [case.replace("«", "").replace("»", "") for rule in RULES for case in (*rule.positives, *rule.negatives)]


@pytest.fixture(scope="module")
def detectors() -> Detectors:
    return Detectors.of([one for one in DetectorSet if one is not DetectorSet.NAMES])


@pytest.fixture(scope="module")
def patterns() -> tuple[Pattern, ...]:
    """All patterns of all rules: the detectors let go of them when they are compiled."""
    kept: list[Pattern] = []

    def keeping(patterns: Iterable[Pattern]) -> Databases:
        kept.extend(patterns)
        return Databases(kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "Databases", keeping)
        Detectors(RULES)
    return tuple(kept)


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
    several = Databases(PATTERNS)
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
        found = several.hits(text)
        assert found == sorted(found, key=lambda hit: hit[1])
        assert in_one(PATTERNS, text) <= set(found)
        seen += len(found)
    assert seen > 5000


@pytest.mark.parametrize("reach", [0, 3])
def test_a_reach_that_is_too_short_is_noticed(reach: int) -> None:
    several = Databases(PATTERNS)
    several._reach = reach
    text = b"talk " * 40 + b"ABCDEFGHIJ9 end " + b"talk " * 40
    assert not in_one(PATTERNS, text) <= set(several.hits(text))


def test_the_detectors_own_cases_give_the_same_hits(detectors: Detectors, patterns: tuple[Pattern, ...]) -> None:
    filler = "the committee agreed to postpone the decision until the measurements are complete. " * 6
    joined = "\n".join(CASES)
    spread = filler.join(CASES[::7])
    for text in (joined, spread, *CASES[:40]):
        data = text.encode("utf-8", "surrogatepass")
        assert in_one(patterns, data) <= set(detectors._databases.hits(data))


def test_patterns_that_need_a_digit_are_not_run_without_one(
    detectors: Detectors, patterns: tuple[Pattern, ...]
) -> None:
    near = [p for p in patterns if p.id in detectors._databases.around_digits]
    assert len(near) > 150
    assert not any(re.search(rb"hello|name", p.expression) and not re.search(rb"0-9|\\d", p.expression) for p in near)


def test_a_pattern_that_is_not_parsed_needs_no_digit(
    patterns: tuple[Pattern, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = [databases._around_a_digit(pattern) for pattern in patterns]
    monkeypatch.setattr(databases, "_DIGIT", re.compile(b""))
    assert quick == [databases._around_a_digit(pattern) for pattern in patterns]


@pytest.mark.parametrize("expression", [rb"\x30 x", rb"a\d", rb"room [0-9]", rb"\xc3\xa97"])
def test_a_digit_is_seen_however_it_is_written(expression: bytes) -> None:
    assert databases._around_a_digit(Pattern(0, expression, "")) is not None


def test_the_escape_of_another_letter_is_no_digit() -> None:
    assert not databases._DIGIT.search(rb"Coeur d\x27Alene")
