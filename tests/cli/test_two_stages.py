"""A new stack of Azure is made unlocked and locked in the same run, and nothing else is let through on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import CLINIC, MINIMAL, Run
from zt_ai.cli import proving
from zt_ai.program import first_stage
from zt_ai.simulate import World
from zt_ai.spec import load
from zt_ai.verify.model import Claim, Proof, Witness

DAY = date(2026, 11, 23)
STORE = "azure-native:storage:StorageAccount"


def small(folder: Path) -> Path:
    data = yaml.safe_load(MINIMAL.read_text(encoding="utf-8"))
    azure = yaml.safe_load(CLINIC.read_text(encoding="utf-8"))["clouds"]["azure"]
    data["clouds"] = {"azure": {key: value for key, value in azure.items() if key != "hub"}}
    file = folder / "zones.yaml"
    file.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return file


def made() -> int:
    world = Path(".zt-ai/simulated/cloud/minimal-azure")
    if not world.exists():
        return 0
    with World(world) as opened:
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


def test_a_new_stack_ends_locked_and_stays_as_it_is(run: Run, folder: Path) -> None:
    spec = small(folder)
    first = run("up", spec, "--simulate")
    assert first.exit_code == 0, first.output
    assert "locked in the same run" in first.stderr
    with World(Path(".zt-ai/simulated/cloud/minimal-azure")) as world:
        states = [
            policy["immutabilityPolicy"]["state"]
            for thing in world.of_type(STORE)
            if (policy := thing.inputs.get("immutableStorageWithVersioning")) and "immutabilityPolicy" in policy
        ]
    assert states == ["Locked"]
    second = run("up", spec, "--simulate")
    assert second.exit_code == 0, second.output
    assert "locked in the same run" not in second.stderr
    assert "will change nothing" in second.stderr


def test_another_claim_that_falls_in_the_first_stage_stops_it(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, real = small(folder), proving._prove

    def broken(graph: object, *rest: object) -> Proof:
        proof: Proof = real(graph, *rest)  # type: ignore[arg-type]
        if graph.source != "plan":  # type: ignore[attr-defined]
            return proof
        wrong = Claim("quotas", 8, "Quotas hold", "azure", "all", (Witness("too many", "a", "b"),))
        return replace(proof, claims=(*(c for c in proof.claims if c.id != "quotas"), wrong))

    monkeypatch.setattr(proving, "_prove", broken)
    result = run("up", spec, "--simulate")
    assert result.exit_code == 1, result.output
    assert "the engine's plan of the first stage is not proved: nothing was changed" in result.stderr
    assert made() == 0
