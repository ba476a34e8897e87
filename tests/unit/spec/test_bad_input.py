"""Every mistake is found where it is, named by its rule and clause, and answered with what to write instead."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.unit.spec.bad_input import CLINIC, MISTAKES, Mistake
from zt_ai.spec import SpecError, load

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.name)
def test_a_mistake_is_named_with_place_clause_and_remedy(mistake: Mistake, tmp_path: Path) -> None:
    edited = mistake.edit(CLINIC.read_text())
    raw = edited if isinstance(edited, bytes) else edited.encode()
    file = tmp_path / "zones.yaml"
    file.write_bytes(raw)

    with pytest.raises(SpecError) as caught:
        load(file, on=TODAY)

    found = [p for p in caught.value.problems if p.rule == mistake.rule and p.clause == mistake.clause]
    assert found, str(caught.value)
    text = str(found[0])
    assert all(part in text for part in mistake.says), text
    assert text.startswith(str(file))
    if mistake.at is not None:
        assert found[0].line is not None
        assert mistake.at in raw.decode().splitlines()[found[0].line - 1]


def test_the_unedited_example_is_accepted() -> None:
    assert load(CLINIC, on=TODAY).name == "clinic"


def test_a_path_that_does_not_exist() -> None:
    with pytest.raises(SpecError, match=r"nowhere\.yaml: .*cannot be read: No such file"):
        load("nowhere.yaml")


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_all_mistakes_are_reported_at_once_in_file_order(tmp_path: Path) -> None:
    text = CLINIC.read_text().replace("port: 8443", "port: x", 1).replace("lifetime: 24h", "lifetime: 1y")
    file = tmp_path / "zones.yaml"
    file.write_text(text)
    with pytest.raises(SpecError) as caught:
        load(file, on=TODAY)
    assert [p.clause for p in caught.value.problems] == ["workloads.intake.serves.https.port", "certificates.lifetime"]


def test_an_agreement_counts_from_its_first_to_its_last_day() -> None:
    assert load(CLINIC, on=date(2028, 12, 31))
    for day in (date(2025, 12, 31), date(2029, 1, 1)):
        with pytest.raises(SpecError, match=r"phi-without-baa|baa-expired"):
            load(CLINIC, on=day)


def test_words_that_yaml_1_1_takes_for_booleans_stay_words(tmp_path: Path) -> None:
    file = tmp_path / "zones.yaml"
    file.write_text(CLINIC.read_text().replace("name: clinic", "name: no"))
    assert load(file, on=TODAY).name == "no"
