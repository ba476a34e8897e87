"""Whatever an identifier hides behind, it is found; a harmless text behind the same passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.egress.decode.encoders import ANY, NUMBERS
from tests.egress.decode.fakes import SSN, Fake, chat, kinds, reading, request
from zt_ai.egress.decode import carriers, unfold
from zt_ai.egress.detect import Detectors
from zt_ai.spec.types import DetectorSet

HARMLESS = "blue sky over the sea"
HARMLESS_NUMBER = "421-7-88"
EVERY: dict[str, Callable[[str], Any]] = {**ANY, **NUMBERS}


@pytest.fixture(scope="module")
def real() -> Detectors:
    return Detectors.of([DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS])


@pytest.mark.parametrize("name", EVERY)
def test_a_number_is_found_behind(name: str) -> None:
    result = reading(request(chat(EVERY[name](SSN))))
    assert result.problem is None
    assert "ssn" in kinds(result)


@pytest.mark.parametrize("name", EVERY)
def test_the_real_detectors_find_it_too(name: str, real: Detectors) -> None:
    result = reading(request(chat(EVERY[name](SSN))), real)
    assert result.problem is None
    assert "ssn" in kinds(result)


@pytest.mark.parametrize("name", EVERY)
def test_it_is_found_in_the_middle_of_a_long_text(name: str) -> None:
    hidden = EVERY[name](SSN)
    if isinstance(hidden, str):
        result = reading(request(chat("Some words before it. " * 200 + hidden + " and some after it." * 200)))
        assert "ssn" in kinds(result)


@pytest.mark.parametrize("name", ANY)
def test_an_address_is_found_behind(name: str) -> None:
    result = reading(request(chat(ANY[name]("write to jane.doe@example.org today"))))
    assert result.problem is None
    assert "email" in kinds(result)


@pytest.mark.parametrize("name", EVERY)
def test_something_harmless_passes_behind(name: str, real: Detectors) -> None:
    hidden = EVERY[name](HARMLESS_NUMBER if name in NUMBERS else HARMLESS)
    for detectors in (Fake(), real):
        result = reading(request(chat(hidden)), detectors)
        assert (result.problem, result.found, result.media) == (None, (), ())


def test_without_carriers_the_same_table_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table tests the unfolding: with none, nearly all of it gets past."""
    monkeypatch.setattr(unfold.Unfolding, "_undo", lambda *_: None)
    missed = [name for name, write in EVERY.items() if "ssn" not in kinds(reading(request(chat(write(SSN)))))]
    assert len(missed) > len(EVERY) * 3 // 4


def test_every_carrier_is_met_by_the_table() -> None:
    fake = Fake()
    met = 0
    for write in EVERY.values():
        reading(request(chat(write(SSN))), fake)
    for text in fake.texts:
        met |= Fake().scan(text).carriers
    assert met == sum(int(carrier) for carrier in carriers.Carrier)


def test_there_are_enough_of_them() -> None:
    assert len(EVERY) >= 100
