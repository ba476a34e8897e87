"""Every harmful change to a planned architecture on Google Cloud is caught by the claim that it breaks; the plans as
they are hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.verify.gcp.mutation import perimeters, rules, ways
from tests.verify.gcp.mutation.catalogue import MUTATIONS, Mutation
from tests.verify.gcp.mutation.editor import Editor
from tests.verify.gcp.planned import planned, proof_of
from zt_ai.verify.model import Proof, Verdict, Witness


def after(example: str, change: Callable[[Editor], None]) -> Proof:
    """The proof of an example after a change of its resources."""
    settings, intent, graph = planned(example)
    editor = Editor(graph, intent, settings)
    change(editor)
    return proof_of(example, editor.graph())


def witnesses(proof: Proof, claim: str) -> tuple[Witness, ...]:
    return next(c.witnesses for c in proof.claims if c.id == claim)


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_the_unchanged_plan_is_proved(example: str) -> None:
    proof = proof_of(example)
    assert {claim.id: (claim.verdict, claim.witnesses, claim.reasons) for claim in proof.claims} == {
        claim.id: (Verdict.PROVED, (), ()) for claim in proof.claims
    }
    assert [claim.number for claim in proof.claims] == [1, 2, 3, 4, 7, 8]
    assert not proof.coverage.unmodelled


@pytest.mark.parametrize("example", ["minimal", "clinic"])
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_a_harmful_change_is_not_proved(mutation: Mutation, example: str) -> None:
    proof = after(example, mutation.apply)

    fallen = {claim.id for claim in proof.claims if claim.verdict is not Verdict.PROVED}
    assert fallen & mutation.claims, f"still proved; fallen claims: {sorted(fallen) or 'none'}"
    for claim in proof.claims:
        assert claim.verdict is not Verdict.REFUTED or all(w.explanation and w.through for w in claim.witnesses), claim


def test_there_are_at_least_forty_kinds() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 40


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_a_dry_run_is_named_with_its_perimeter(example: str) -> None:
    found = witnesses(after(example, perimeters.a_perimeter_is_left_in_dry_run), "data-zone-egress")
    assert any("dry-run" in w.explanation and "ServicePerimeter" in w.through[0] for w in found)


@pytest.mark.parametrize("claim", ["reachability", "data-zone-egress", "internet-egress"])
@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_the_implied_egress_rule_is_named_with_a_packet(example: str, claim: str) -> None:
    found = witnesses(after(example, rules.the_implied_egress_rule_is_left_uncovered), claim)
    named = [w for w in found if "implied rule" in w.explanation and "65535" in w.explanation]
    assert named
    assert all(w.packet is not None and w.through for w in named)


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_the_private_vip_is_named_with_its_record(example: str) -> None:
    found = witnesses(after(example, ways.private_googleapis_com_instead_of_the_restricted_vip), "data-zone-egress")
    assert any("private.googleapis.com" in w.explanation and "199.36.153.8" in w.explanation for w in found)
    assert any("RecordSet" in urn for w in found for urn in w.through)
