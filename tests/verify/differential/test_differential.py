"""The verifier's statements about reachability are those of a naive packet-by-packet evaluator, on random worlds.

What is quantified over what stands in `points.py`. `ZT_AI_DIFFERENTIAL_WORLDS` sets the number of worlds (300 by
default, drawn without randomness so that a failure can be repeated).
"""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings

from tests.verify.differential.asked import SETTINGS
from tests.verify.differential.compare import Comparison
from tests.verify.differential.proved import prove
from tests.verify.differential.witnesses import Witnesses
from tests.verify.differential.worlds import World, worlds

WORLDS = int(os.environ.get("ZT_AI_DIFFERENTIAL_WORLDS", "300"))


def differences(world: World, counts: Counter[str] | None = None) -> list[str]:
    """All sentences in which the verifier and the naive evaluator differ about a world."""
    comparison = Comparison(world.graph, world.intent, prove(world.graph, world.intent, SETTINGS))
    found = comparison.run()
    witnesses = Witnesses(comparison)
    found += witnesses.run()
    if counts is not None:
        counts.update(
            worlds=1, packets=comparison.packets, accesses=len(comparison.proof.accesses), **witnesses.checked
        )
    return found


def test_verifier_and_naive_evaluator_agree_on_random_worlds() -> None:
    counts: Counter[str] = Counter()

    @settings(
        max_examples=WORLDS,
        database=None,
        derandomize=WORLDS <= 300,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds())
    def agree(world: World) -> None:
        found = differences(world, counts)
        assert not found, "\n".join(found[:10])

    agree()
    print(dict(counts))
    assert counts["worlds"] >= WORLDS
    assert counts["packets"] > 1000 * WORLDS
    # Every kind of statement occurred, so none of the comparisons was empty.
    for kind in ("accesses", "pair", "leaving", "arriving", "missing", "rule", "acl", "route"):
        assert counts[kind] > 0, kind
