"""Places: every listed one is found, however it is written, and what is named for one is none."""

from __future__ import annotations

import random

import pytest

from zt_ai.egress.detect import Detectors
from zt_ai.egress.detect.lists import Hashed, read
from zt_ai.egress.detect.place import may_be_place
from zt_ai.egress.detect.rules.known_cities import CITIES, CITY_WORDS
from zt_ai.spec.types import DetectorSet

EVERYTHING = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))


def places(text: str) -> list[str]:
    return [text[one.start : one.end] for one in EVERYTHING.scan(text).findings if one.type == "location"]


def test_hashes_hold_what_they_were_made_of_and_nothing_else() -> None:
    some = Hashed(["Ada", "Bo", "Bo"])
    assert "Ada" in some
    assert "Bo" in some
    assert "Cy" not in some
    assert "Ada" not in Hashed([])


def test_every_listed_place_is_found_where_somebody_lives() -> None:
    """A sample of all: the matcher knows how they begin, and the rule reads on."""
    names = sorted(name for name in read("cities", "towns") if len(name) > 4)
    assert len(names) > 160_000
    dice = random.Random(11)  # noqa: S311 - the same names each time
    missed = [name for name in dice.sample(names, 3_000) if not places(f"She lives in {name}, they say.")]
    # Some are found as facilities (`Pelham Manor`), and letters of two characters do not begin a word.
    assert len(missed) < 10, missed


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Stratton-on-the-Fosse",
            "Frankfurt am Main",
            "L'Aquila",
            "Ștei",
            "Villanueva de la Serena",
            "Wien",
            "Lisboa",
        ),
        *("Rocca di Papa", "OPELOUSAS", "NOVA GORICA", "St. Cloud", "Mt. Vernon", "Nové Město na Moravě"),
    ],
)
def test_a_listed_place_is_found_whole(name: str) -> None:
    assert places(f"A call from {name}, it seems.") == [name]


@pytest.mark.parametrize("name", ["Reno", "Lodi", "Erie"])
@pytest.mark.parametrize(
    "sentence",
    [
        *("In {} she fell.", "your {} office called", "From {}: a call", "left {} for good", "He left Elko or {}."),
        *("a house outside {}.", "Hometown: {}", "east of {}, a farm", "the {} airport", "visiting {} soon"),
    ],
)
def test_places_of_four_letters_are_found_where_one_is_expected(sentence: str, name: str) -> None:
    assert name in places(sentence.format(name))


@pytest.mark.parametrize("name", ["Anthem", "Anaconda", "Norco", "Baxter"])
def test_a_town_that_is_called_like_a_product_is_one_where_somebody_lives(name: str) -> None:
    assert places(f"She lives in {name}, they say.") == [name]
    assert places(f"He grew up in {name}") == [name]
    assert places(f"She pays with {name}, they say.") == []


@pytest.mark.parametrize(
    "text",
    [
        "would have met the Philadelphia and Boston criteria",
        "urine in Foley bag is dark",
        "a program written in Rust for the lab",
        "a poster set in Arial, please",
        "Lanz and Villefranche types were discussed",
        "Jennifer and Robert left",
    ],
)
def test_what_is_named_for_a_place_or_like_one_is_none(text: str) -> None:
    assert places(text) == []


@pytest.mark.parametrize("name", ["Opocnice", "Ain Soltane", "Spring Grove", "ZGORNJI LESKOVEC"])
def test_words_that_mean_nothing_else_may_be_a_place(name: str) -> None:
    assert may_be_place(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Endoscopy",
            "Urgent Care",
            "Epic",
            "Aetna",
            "Zoloft",
            "Spanish",
            "Spring",
            "Appendix",
            "Ohio",
            "Kenya",
            "ICU",
        ),
        *("Interventional Radiology", "Fridays", "Version", "Kawasaki", "Sedation"),
    ],
)
def test_departments_programs_firms_medicines_and_parts_are_none(name: str) -> None:
    assert not may_be_place(name)


def test_what_is_certain_may_end_like_what_is_done() -> None:
    assert may_be_place("Zwiefaltending", certain=True)
    assert not may_be_place("Zwiefaltending")


def test_a_surname_beside_a_name_is_no_village() -> None:
    assert "Robert" in CITY_WORDS or "Robert" in CITIES
    found = {one.type for one in EVERYTHING.scan("Mr. Quackenbush fell. Hernandez saw it.").findings}
    assert found == {"name"}


@pytest.mark.parametrize("name", ["Opocnice", "Zgornji Leskovec", "WALDWISSE"])
@pytest.mark.parametrize(
    "sentence",
    [
        *("The mayor of {} wrote.", "They live on the outskirts of {} now.", "What is the zip code of {}?"),
        *(
            "Two tickets to {} please.",
            "How do I get to {}?",
            "The road to {} is icy.",
            "Forty miles from {} he stopped.",
        ),
        *("It is two hours from {} by car.", "The flight from {} was late.", "She has been to {} twice."),
        *("What time is it in {}?", "The weather in {} is bad.", "Is there a pharmacy in {}?", "He was buried in {}."),
        *(
            "She had her baby in {}.",
            "They got married in {} in 1990.",
            "He is stuck in {}.",
            "The crime in {} is low.",
        ),
        *("The {} bridge is closed.", "{} is a small town.", "{} city hall is open.", "The {} police called."),
        *(
            "Just back from {}, she says.",
            "He works in downtown {} now.",
            "The train stops at {}.",
            "A town called {}.",
        ),
        *(
            "A parcel to {}, Croatia.",
            "The year at a mill in {}, where she met him.",
            "He moved to {}, which later grew.",
        ),
        *("Which city do you live in? {}.", "Where are you from?\nA: {}.", "Resides: {}", "Destination: {}"),
        *("{}, March 3, 2020\nDear sir,", "12 Oak Street\n{}\nFrance", "Calle Mayor 12\n{}\n"),
    ],
)
def test_what_stands_around_says_that_a_place_is_meant(sentence: str, name: str) -> None:
    assert any(name in found or found in name for found in places(sentence.format(name))), sentence
    for other in ("Endoscopy", "Epic", "Ohio"):
        assert other not in places(sentence.format(other))
