"""Random small plans, packet by packet: the verifier and an evaluator that shares no code with it say the same."""

from __future__ import annotations

import pytest

from tests.verify.gcp.differential.compare import Comparison
from tests.verify.gcp.differential.worlds import SETTINGS, world
from zt_ai.verify.gcp.prove import prove

WORLDS = 120


@pytest.mark.parametrize("first", range(0, WORLDS, 20))
def test_the_verifier_agrees_with_the_naive_evaluator(first: int) -> None:
    for seed in range(first, first + 20):
        drawn = world(seed)
        compared = Comparison(drawn, prove(drawn.graph, drawn.intent, SETTINGS))
        assert not compared.run(), f"world {seed}: {compared.differences[:5]}"
        assert compared.packets > 0


def test_worlds_differ_in_what_they_permit() -> None:
    """Neither everything nor nothing: else agreement would say little."""
    permitted = [len(prove(w.graph, w.intent, SETTINGS).accesses) for w in map(world, range(60))]
    assert len(set(permitted)) > 10
    proofs = [prove(w.graph, w.intent, SETTINGS) for w in map(world, range(60))]
    verdicts = {proof.claims[0].verdict for proof in proofs}
    assert len(verdicts) > 1
