"""Numbers without a label are looked for around identifiers of a person, and nowhere else."""

from __future__ import annotations

import pytest

from zt_ai.egress.detect import engine, memory
from zt_ai.egress.detect.engine import Detectors
from zt_ai.egress.detect.rule import BIRTH
from zt_ai.egress.detect.rules import RULES
from zt_ai.egress.detect.rules.beside import PERSONAL, REACH
from zt_ai.spec.types import DetectorSet

EVERYTHING = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))
SSN = "SSN 536-22-1849"
WORDS = "the queue in front of it smooths short peaks and hides that it is slow "


def found(text: str, detectors: Detectors = EVERYTHING) -> list[tuple[str, str]]:
    return [(f.detector, text[f.start : f.end]) for f in detectors.scan(text).findings]


@pytest.mark.parametrize("before", [True, False])
def test_a_number_is_found_as_far_as_the_rules_reach(before: bool) -> None:
    for between in (10, REACH - 30, REACH + 30):
        gap = f" {(WORDS * 9)[:between]} "
        text = f"linked 2288190{gap}{SSN}" if before else f"{SSN}{gap}linked 2288190"
        assert (("mrn.beside", "2288190") in found(text)) == (between < REACH)


def test_no_number_is_cut_where_the_window_ends() -> None:
    for shift in range(24):
        text = f"{SSN} {(WORDS * 9)[: REACH - shift]} C-99003712-4471"
        assert [value for rule, value in found(text) if rule == "other_id.beside"] in ([], ["C-99003712-4471"])


def test_without_somebody_there_is_nothing() -> None:
    for other in ("on 03/14/2024", "jane@example.org", "https://example.org/a", "10.1.2.3"):
        text = f"{other}, linked to 2288190 and C-990037"
        assert not [rule for rule, _ in found(text) if rule.endswith(".beside")]
    assert [value for _, value in found(f"{SSN}, linked to 2288190 and C-990037")][1:] == ["2288190", "C-990037"]


def test_a_number_that_has_a_label_keeps_its_kind() -> None:
    findings = EVERYTHING.scan(f"{SSN} CSN 551200981, seen as 2288190").findings
    assert [f.type for f in findings] == ["ssn", "encounter", "mrn"]


def test_no_kind_that_another_rule_found_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{SSN}, seen as participant 7712345 of it"
    plain = Detectors([rule for rule in RULES if not rule.beside])
    assert EVERYTHING.scan(text).findings == plain.scan(text).findings
    monkeypatch.setattr(engine, "_apart", lambda further, found: iter(further))
    assert [f.type for f in EVERYTHING.scan(text).findings] != [f.type for f in plain.scan(text).findings]


def test_what_is_found_so_is_no_evidence_itself() -> None:
    chain = "".join(f" {(WORDS * 9)[: REACH - 40]} {number}" for number in (2288190, 2288191, 2288192))
    assert [value for rule, value in found(SSN + chain) if rule == "mrn.beside"] == ["2288190"]


def test_sets_without_the_kind_do_not_look_for_it() -> None:
    secrets = Detectors.of((DetectorSet.SECRETS,))
    assert not found(f"{SSN} linked to 2288190", secrets)


def test_the_twin_without_the_rules_leaves_the_number_to_read() -> None:
    blind = Detectors([rule for rule in RULES if not rule.beside])
    assert not [value for _, value in found(f"{SSN}, linked to 2288190", blind) if value == "2288190"]


def test_they_look_no_further_than_is_read_again() -> None:
    """`detect.memory`: a text is read from `MARGIN` before its known beginning ends."""
    longest = max(max(rule.before, rule.after) for rule in RULES if rule.beside)
    assert longest == REACH < memory.MARGIN // 2


def test_they_look_beside_kinds_that_other_rules_find() -> None:
    assert {rule.kind for rule in RULES if not rule.beside} >= PERSONAL - {BIRTH}


@pytest.mark.parametrize(
    "born",
    [
        "DOB 03/14/1962",
        "D.O.B.: 03/14/1962",
        '"birthDate": "1962-03-14"',
        "birth_date=1962-03-14",
        "born on March 14, 1962",
    ],
)
def test_a_date_of_birth_says_that_a_text_is_about_a_person(born: str) -> None:
    assert ("other_id.beside", "SLP-00422") in found(f"screened SLP-00422, {born}")


@pytest.mark.parametrize(
    "other", ["seen 03/14/1962", "stillborn 03/14/1962", "newborn visit 03/14/1962", "birth control 03/14/1962"]
)
def test_another_date_does_not(other: str) -> None:
    assert ("other_id.beside", "SLP-00422") not in found(f"screened SLP-00422, {other}")
