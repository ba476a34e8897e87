"""The engine: offsets, sets, carriers, threads, overlaps, and what happens when a part of it is taken away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zt_ai.egress.decode.carriers import Carrier
from zt_ai.egress.detect.engine import Detectors
from zt_ai.egress.detect.kinds import KINDS, kinds_of
from zt_ai.egress.detect.resolve import Ranked, resolve
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules import RULES
from zt_ai.spec.types import DetectorSet

DETECTORS = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))
SSN = "SSN 536-22-1849"


def found(text: str) -> list[tuple[str, str]]:
    return [(f.type, text[f.start : f.end]) for f in DETECTORS.scan(text).findings]


def test_offsets_count_characters_not_bytes() -> None:
    text = f"Ärztin 😀 Größe – {SSN} – e-mail äpfel@example.org"
    assert found(text) == [("ssn", "536-22-1849"), ("email", "äpfel@example.org")]


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60))
@example("\ud800", "\ud800")
@example("😀" * 20, "é")
@example("ADDRESS", "")
def test_an_identifier_is_found_at_its_place_whatever_stands_around_it(before: str, after: str) -> None:
    text = f"{before}\n\n{SSN}\n\n{after}"
    # Of which kind is for the words before it to say: behind `ADDRESS` it is taken for one.
    spans = [(f.start, f.end) for f in DETECTORS.scan(text).findings]
    start = len(before) + 2 + 4
    assert any(low <= start and start + 11 <= high for low, high in spans)


def test_a_label_does_not_take_the_next_label_for_its_value() -> None:
    assert found(f"MRN:\n{SSN}") == [("ssn", "536-22-1849")]


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_findings_are_sorted_and_disjoint_and_inside_the_text(text: str) -> None:
    findings = DETECTORS.scan(text).findings
    ends = [0, *(f.end for f in findings)]
    assert all(end <= f.start < f.end <= len(text) for end, f in zip(ends, findings, strict=False))


def test_nothing_is_found_in_nothing() -> None:
    scan = DETECTORS.scan("")
    assert (scan.findings, scan.carriers) == ((), 0)


def test_identifiers_at_both_ends_of_a_text_are_found() -> None:
    assert found("536-22-1849") == [("ssn", "536-22-1849")]
    assert [kind for kind, _ in found("jane@example.org and 536-22-1849")] == ["email", "ssn"]


def test_an_identifier_in_the_middle_of_a_long_text_is_found() -> None:
    text = "All is well. " * 20_000 + SSN + " All is well." * 20_000
    assert found(text) == [("ssn", "536-22-1849")]


def test_many_identifiers_side_by_side_are_all_found() -> None:
    text = "; ".join(f"MRN {number}" for number in range(1_000_000, 1_002_000))
    assert len(found(text)) == 2_000


# The model of names has tests of its own.
@pytest.mark.parametrize("chosen", [one for one in DetectorSet if one is not DetectorSet.NAMES])
def test_a_set_finds_its_own_kinds_only(chosen: DetectorSet) -> None:
    text = "Jane Doe, SSN 536-22-1849, NPI 1234567893, password: Tr0ub4dor&3"
    kinds = {f.type for f in Detectors.of((chosen,)).scan(text).findings}
    assert kinds
    assert kinds <= kinds_of(frozenset((chosen,)))


def test_every_kind_has_a_rule_and_every_letter_that_text_can_hold_has_a_kind() -> None:
    assert {rule.kind for rule in RULES} == set(KINDS)
    assert {kind.clause for kind in KINDS.values() if kind.clause} == set("ABCDEFGHIJKLMNOPR")  # Q is photographs


def test_secrets_are_told_from_identifiers() -> None:
    assert Detectors.is_secret("password")
    assert not Detectors.is_secret("ssn")


def test_carriers_are_flags_and_not_findings() -> None:
    scan = DETECTORS.scan("payload %41%42 and &#65;")
    assert scan.carriers & Carrier.PERCENT
    assert scan.carriers & Carrier.ENTITY
    assert scan.findings == ()
    assert DETECTORS.scan("plain words").carriers == 0


def test_threads_share_one_engine() -> None:
    texts = [f"note {number}: SSN 536-22-{number:04}, MRN {number:07}" for number in range(1_000, 1_200)]
    alone = [DETECTORS.scan(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(DETECTORS.scan, texts)) == alone


def test_without_its_rule_an_identifier_is_not_found() -> None:
    less = Detectors([rule for rule in RULES if rule.kind != "ssn"])
    assert "ssn" not in {f.type for f in less.scan(SSN).findings}
    assert "ssn" in {f.type for f in DETECTORS.scan(SSN).findings}


def covered(spans: list[tuple[int, int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


RANKED = st.lists(
    st.tuples(
        st.integers(0, 40), st.integers(1, 12), st.integers(0, 3), st.sampled_from("ab"), st.sampled_from("xyz")
    ).map(lambda drawn: (drawn[0], drawn[0] + drawn[1], *drawn[2:])),
    max_size=12,
)


@given(RANKED)
def test_resolving_uncovers_nothing(ranked: list[Ranked]) -> None:
    kept = resolve(ranked, "x" * 60)
    assert covered([(f.start, f.end) for f in kept]) == covered([(one[0], one[1]) for one in ranked])
    assert all(left.end <= right.start for left, right in pairwise(kept))


def test_the_longer_of_two_stays_and_of_equals_the_higher_rank() -> None:
    text = "x" * 20
    assert [f.detector for f in resolve([(0, 9, 0, "a", "long"), (2, 5, 9, "b", "short")], text)] == ["long"]
    assert [f.detector for f in resolve([(0, 9, 0, "a", "low"), (0, 9, 1, "b", "high")], text)] == ["high"]


def test_what_sticks_out_of_a_loser_stays_covered() -> None:
    kept = resolve([(0, 10, 0, "a", "long"), (8, 14, 0, "b", "short")], "x" * 20)
    assert [(f.start, f.end, f.detector) for f in kept] == [(0, 10, "long"), (10, 14, "short")]


def test_a_value_is_found_whole_that_is_longer_than_the_window() -> None:
    rule = Rule(
        id="mrn.short-sighted",
        kind="mrn",
        source="this test",
        triggers=(r"no [0-9]",),
        spans=matching(r"no (?P<v>[0-9A-Z]+(?:-[0-9A-Z]+)*)"),
        positives=("no «12»",),
        before=10,
        after=6,
    )
    text = "see no 12345-ABCDEF-7712 of today; no 55512 too"
    assert [text[f.start : f.end] for f in Detectors([rule]).scan(text).findings] == ["12345-ABCDEF-7712", "55512"]


@pytest.mark.parametrize("length", [24, 40, 64])
def test_a_long_number_behind_its_label_is_found_whole(length: int) -> None:
    number = ("4417-AB20." * 7)[:length].rstrip("-.")
    assert f"MRN {number}" in {f"MRN {value}" for _, value in found(f"MRN {number} was seen")}
