"""Every harmful change to a planned architecture on Azure is caught by the claim that it breaks; the plans as they are
hold."""

from __future__ import annotations

import pytest

from tests.verify.azure.mutation.catalogue import MUTATIONS, Mutation
from tests.verify.azure.mutation.editor import Editor
from tests.verify.azure.planned import planned, proof_of
from zt_ai.verify.model import Claim, Verdict


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_the_unchanged_plan_is_proved(example: str) -> None:
    proof = proof_of(example, planned(example)[2])
    assert {claim.id: (claim.verdict, claim.witnesses, claim.reasons) for claim in proof.claims} == {
        claim.id: (Verdict.PROVED, (), ()) for claim in proof.claims
    }
    assert [claim.number for claim in proof.claims] == [1, 2, 3, 4, 7, 8]
    assert not proof.coverage.unmodelled


def changed(mutation: Mutation, example: str) -> tuple[Claim, ...]:
    """The claims about an example after a change."""
    _, intent, graph = planned(example)
    editor = Editor(graph, intent)
    mutation.apply(editor)
    return proof_of(example, editor.graph()).claims


@pytest.mark.parametrize("example", ["minimal", "clinic"])
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_a_harmful_change_is_not_proved(mutation: Mutation, example: str) -> None:
    claims = changed(mutation, example)

    fallen = {claim.id for claim in claims if claim.verdict is not Verdict.PROVED}
    assert fallen & mutation.claims, f"still proved; fallen claims: {sorted(fallen) or 'none'}"
    for claim in claims:
        assert claim.verdict is not Verdict.REFUTED or all(w.explanation and w.through for w in claim.witnesses), claim


def test_there_are_at_least_forty_kinds() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 40


NAMED = {
    "nsg of the data zone without its closing deny outbound": "default rule Allow",
    "nsg of the data zone without its closing deny inbound": "default rule AllowVNetInBound (65000)",
    "default outbound access left on": "default outbound access",
    "default outbound access left on in another zone": "default outbound access",
}


@pytest.mark.parametrize("name", NAMED)
def test_the_witness_names_what_is_wrong(name: str) -> None:
    mutation = next(one for one in MUTATIONS if one.name == name)
    claims = [claim for claim in changed(mutation, "clinic") if claim.id in mutation.claims]
    for claim in claims:
        assert claim.verdict is Verdict.REFUTED
        assert any(NAMED[name] in witness.explanation for witness in claim.witnesses), claim.witnesses
        assert all(witness.through for witness in claim.witnesses)
