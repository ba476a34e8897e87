"""A new stack of Azure is made unlocked and locked in the same run, and nothing else is let through on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import CLINIC, MINIMAL, Run
from zt_ai.cli import proving
from zt_ai.program import first_stage
from zt_ai.simulate import World
from zt_ai.spec import load
from zt_ai.verify.model import Claim, Proof, Witness

DAY = date(2026, 11, 23)
STORE = "azure-native:storage:StorageAccount"
SIMULATED = ("--cloud", "azure", "--simulate")
WORLD = Path(".zt-ai/simulated/cloud/minimal-azure")


def made() -> int:
    if not WORLD.exists():
        return 0
    with World(WORLD) as opened:
        return sum(thing.origin == "created" for thing in opened.all())


def test_only_azure_with_a_lock_needs_two_stages() -> None:
    spec = load(CLINIC, on=DAY)
    assert first_stage("aws", spec) is None
    assert first_stage("gcp", spec) is None
    stage = first_stage("azure", spec)
    assert stage is not None
    assert stage.open == {"audit"}
    assert stage.spec.clouds.azure is not None
    assert spec.clouds.azure is not None
    assert stage.spec.clouds.azure.audit_lock == "unlocked"
    assert stage.spec.clouds.azure == spec.clouds.azure.model_copy(update={"audit_lock": "unlocked"})
    assert first_stage("azure", stage.spec) is None


def test_a_new_stack_ends_locked_and_stays_as_it_is(run: Run) -> None:
    first = run("up", MINIMAL, *SIMULATED)
    assert first.exit_code == 0, first.output
    assert "locked in the same run" in first.stderr
    with World(WORLD) as world:
        states = [
            policy["immutabilityPolicy"]["state"]
            for thing in world.of_type(STORE)
            if (policy := thing.inputs.get("immutableStorageWithVersioning")) and "immutabilityPolicy" in policy
        ]
    assert states == ["Locked"]
    second = run("up", MINIMAL, *SIMULATED)
    assert second.exit_code == 0, second.output
    assert "locked in the same run" not in second.stderr
    assert "will change nothing" in second.stderr


def test_another_claim_that_falls_in_the_first_stage_stops_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = proving._prove

    def broken(graph: object, *rest: object) -> Proof:
        proof: Proof = real(graph, *rest)  # type: ignore[arg-type]
        if graph.source != "plan":  # type: ignore[attr-defined]
            return proof
        wrong = Claim("quotas", 8, "Quotas hold", "azure", "all", (Witness("too many", "a", "b"),))
        return replace(proof, claims=(*(c for c in proof.claims if c.id != "quotas"), wrong))

    monkeypatch.setattr(proving, "_prove", broken)
    result = run("up", MINIMAL, *SIMULATED)
    assert result.exit_code == 1, result.output
    assert "the engine's plan of the first stage is not proved: nothing was changed" in result.stderr
    assert made() == 0
