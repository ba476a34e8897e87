"""Every harmful change to a planned architecture is caught by the claim that it breaks; the plans as they are hold."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.verify.mutation.catalogue import MUTATIONS, Mutation
from tests.verify.mutation.editor import Editor
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import ResourceGraph
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.program import program
from zt_ai.spec import ZoneSpec, load
from zt_ai.verify.aws.prove import prove
from zt_ai.verify.model import Proof, Verdict

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 11, 23)


@cache
def planned(example: str) -> tuple[ZoneSpec, Intent, ResourceGraph]:
    """The specification, its intent and the planned resources of an example."""
    spec = load(EXAMPLES / example / "zones.yaml", on=TODAY)
    graph = from_program(program("aws", spec, derive(spec, on=TODAY)), project="zt-ai", stack=example)
    return spec, derive(spec, on=TODAY), graph


def proof_of(example: str, graph: ResourceGraph) -> Proof:
    spec, intent, _ = planned(example)
    assert spec.clouds.aws is not None
    return prove(graph, intent, spec.clouds.aws)


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_the_unchanged_plan_is_proved(example: str) -> None:
    proof = proof_of(example, planned(example)[2])
    assert {claim.id: (claim.verdict, claim.witnesses, claim.reasons) for claim in proof.claims} == {
        claim.id: (Verdict.PROVED, (), ()) for claim in proof.claims
    }
    assert [claim.number for claim in proof.claims] == [1, 2, 3, 4, 7, 8]


@pytest.mark.parametrize("example", ["minimal", "clinic"])
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_a_harmful_change_is_not_proved(mutation: Mutation, example: str) -> None:
    _, intent, graph = planned(example)
    editor = Editor(graph, intent)
    mutation.apply(editor)

    proof = proof_of(example, editor.graph())

    fallen = {claim.id for claim in proof.claims if claim.verdict is not Verdict.PROVED}
    assert fallen & mutation.claims, f"still proved; fallen claims: {sorted(fallen) or 'none'}"
    for claim in proof.claims:
        assert claim.verdict is not Verdict.REFUTED or all(w.explanation and w.through for w in claim.witnesses), claim


def test_there_are_at_least_forty_kinds() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 40
