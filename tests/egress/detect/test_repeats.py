"""A name that was found once is found wherever it stands, and nothing else is."""

from __future__ import annotations

import pytest

from zt_ai.egress.answers.rules import Rules
from zt_ai.egress.decode.sheet import BORDER
from zt_ai.egress.detect import engine
from zt_ai.egress.detect.engine import Detectors
from zt_ai.spec.types import DetectorSet

DETECTORS = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))


def names(text: str, *, repeated: bool = True) -> list[str]:
    found = DETECTORS.scan(text, repeated=repeated).findings
    return [text[one.start : one.end] for one in found if one.type == "name"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Quackenbush fell. Later Quackenbush left.", ["Quackenbush", "Quackenbush"]),
        ("It was Threadgill who fell, said Dr. Threadgill.", ["Threadgill", "Threadgill"]),
        ("Mr. Quackenbush fell. QUACKENBUSH left.", ["Quackenbush", "QUACKENBUSH"]),
        ("her wife Vsevolod, and then vsevolod again", ["Vsevolod", "vsevolod"]),
        ("Mrs. Haverkamp-Lund and Haverkamp-Lund's son", ["Haverkamp-Lund", "Haverkamp-Lund"]),
    ],
)
def test_a_name_is_found_at_its_other_places(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_without_the_second_look_it_is_found_once() -> None:
    assert names("Mr. Quackenbush fell. Later Quackenbush left.", repeated=False) == ["Quackenbush"]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Parkinson has Parkinson disease.",
        "Ms. Hope Grant applied. Hope remains, and the Grant was given.",
        "Dr. Cleveland called. Cleveland Clinic answered.",
        "Mr. Quackenbush: see quackenbushes, Quackenbush_01 and /Quackenbush/x",
        "Dr. Claude Lund asked Claude for a summary.",
        "Baby Girl Tuilagi was born. Baby is well, Girl Scouts came.",
    ],
)
def test_what_a_name_is_otherwise_is_left_alone(text: str) -> None:
    repeated = [one for one in DETECTORS.scan(text).findings if one.detector == "name.repeated"]
    assert repeated == []


def test_answers_are_not_looked_through_again() -> None:
    """They are read in pieces: what went on before a name was found cannot be changed any more."""
    found = Rules(scanner=DETECTORS).identifiers("Quackenbush fell. That was Mr. Quackenbush.")
    assert [one.detector for one in found] == ["name.titled"]


def test_nothing_is_said_of_what_was_joined() -> None:
    text = f"Mr. Quackenbush fell.{BORDER}then Quackenbush left"
    assert names(text) == ["Quackenbush"]


def test_a_beginning_that_was_read_before_is_looked_at_again() -> None:
    """What is remembered of a text says that nothing was found in it: a name that comes later changes that."""
    opening = "Then Quackenbush said that the weather was fine. " + "It rained on the hills and in the town. " * 200
    assert names(opening) == []
    assert names(opening + "That was Mr. Quackenbush.") == ["Quackenbush", "Quackenbush"]


def test_a_list_of_many_names_is_not_looked_through_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("zt_ai.egress.detect.repeats._places", lambda text, word, size: seen.append(word) or [])
    text = "".join(f"Mr. Quackenb{chr(97 + a)}{chr(97 + b)}sh left. " for a in range(20) for b in range(20))
    engine.repeats(text, [(at, at + 13, 0, "name", "x") for at in range(4, len(text) - 20, 24)])
    assert len({word.lower() for word in seen}) <= 201
