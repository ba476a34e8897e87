"""`up`, `preview`, `refresh`, `verify` and `destroy` with the real engine on the simulated cloud, as a user runs them.

Each test has a stack of its own; the commands run in processes of their own where they are to be killed. What is not
shown here: a real cloud.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tests.cli.conftest import MINIMAL, ROOT, Run, files_in
from tests.cli.test_plan import BROKEN, OPEN, proof_with
from tests.unit.report.test_renderings import schema
from zt_ai.cli import proving
from zt_ai.graph.model import ResourceGraph
from zt_ai.simulate import World
from zt_ai.verify.model import Proof

SIMULATED = ("--cloud", "aws", "--simulate")
WORLD = Path(".zt-ai") / "simulated" / "cloud" / "minimal-aws"


def things() -> dict[str, list[str]]:
    """Ids of what exists in the simulated cloud because a stack made it, by type."""
    found: dict[str, list[str]] = {}
    with World(WORLD) as world:
        for thing in world.all():
            if thing.origin == "created":
                found.setdefault(thing.type, []).append(thing.id)
    return found


def broken_in(source: str) -> Callable[..., Proof]:
    """A stand-in for the prover that refutes graphs of one source and proves all others."""

    def prove(graph: ResourceGraph, *rest: object) -> Proof:
        found = BROKEN if graph.source == source else replace(OPEN, reasons=())
        proof: Proof = proof_with(found)(graph, *rest)
        return proof

    return prove


def start(*arguments: object) -> subprocess.Popen[str]:
    """Start `zt-ai` in a process group of its own, its output in out.txt."""
    code = "from zt_ai.cli.main import main; main()"
    with open("out.txt", "w", encoding="utf-8") as out:
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
            text=True,
        )


def wait_for(text: str, process: subprocess.Popen[str], seconds: float = 240) -> None:
    """Wait until the output has a text."""
    until = time.monotonic() + seconds
    while text not in (said := Path("out.txt").read_text(encoding="utf-8")):
        assert process.poll() is None, said
        assert time.monotonic() < until, said
        time.sleep(0.2)


def test_a_whole_life(run: Run, folder: Path) -> None:
    text = MINIMAL.read_text(encoding="utf-8")
    spec = folder / "zones.yaml"
    spec.write_text(text, encoding="utf-8")

    first = run("up", "zones.yaml", *SIMULATED, "--json", "up.json")
    assert first.exit_code == 0, first.output
    assert "SIMULATED AWS" in first.stderr
    assert re.search(r"aws:ec2/vpc:Vpc \S+ created", first.stderr)
    made = json.loads((folder / "up.json").read_text())
    jsonschema.validate(made, schema())
    assert (made["stack"], made["simulated"], made["verdict"]) == ("minimal-aws", True, "PROVED")
    assert made["clouds"]["aws"]["read_from"] == "state"
    reports = folder / ".zt-ai" / "reports" / "minimal-aws"
    assert files_in(reports) == {"report.html", "report.json", "report.md", "report.sarif"}
    assert len(things()["aws:ec2/vpc:Vpc"]) == 1

    # Twice in a row: nothing changes.
    before = things()
    second = run("up", "zones.yaml", *SIMULATED)
    assert second.exit_code == 0, second.output
    assert "will change nothing" in second.stderr
    assert things() == before

    # A description replaces nothing and changes nothing.
    spec.write_text(text.replace("clouds:", "description: The smallest one\nclouds:", 1), encoding="utf-8")
    assert "would change nothing" in run("preview", "zones.yaml", *SIMULATED).stderr

    # Somebody opens a subnet by hand: refresh says so, and `up` puts it right.
    with World(WORLD) as world:
        subnet = world.of_type("aws:ec2/subnet:Subnet")[0]
        opened = {"mapPublicIpOnLaunch": True}
        world.put(replace(subnet, inputs={**subnet.inputs, **opened}, outputs={**subnet.outputs, **opened}))
    drifted = run("refresh", "zones.yaml", *SIMULATED)
    assert "drift in 1 resource" in drifted.stderr
    assert "mapPublicIpOnLaunch" in drifted.stderr
    assert drifted.exit_code == 1, drifted.output
    repaired = run("up", "zones.yaml", *SIMULATED)
    assert repaired.exit_code == 0, repaired.output
    assert "will update 1" in repaired.stderr
    assert "no drift" in run("refresh", "zones.yaml", *SIMULATED).stderr

    # Another specification never takes over the stack.
    spec.write_text(text.replace("name: minimal", "name: other", 1), encoding="utf-8")
    refused = run("up", "zones.yaml", *SIMULATED, "--stack", "minimal-aws")
    assert refused.exit_code == 3
    assert "holds specification 'minimal'" in refused.stderr
    spec.write_text(text, encoding="utf-8")

    # Nobody is asked to confirm in a pipeline: it has to be said.
    unsaid = run("destroy", "zones.yaml", *SIMULATED)
    assert unsaid.exit_code == 3
    assert "add --yes" in unsaid.stderr
    assert things() == before
    gone = run("destroy", "zones.yaml", *SIMULATED, "--yes", "--json", "-")
    assert gone.exit_code == 0, gone.output
    assert json.loads(gone.stdout)["deleted"] > 100
    assert things() == {}


def test_a_killed_update_goes_on_where_it_was(run: Run, folder: Path) -> None:
    process = start("up", MINIMAL, *SIMULATED)
    wait_for("aws:ec2/securityGroup:SecurityGroup", process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    (folder / "out.txt").unlink()
    result = run("up", MINIMAL, *SIMULATED)
    assert result.exit_code == 0, result.output
    assert "done: " in result.stderr
    made = things()
    # Nothing was made twice.
    assert len(made["aws:ec2/vpc:Vpc"]) == 1
    planned = json.loads(run("plan", MINIMAL, "--json", "-").stdout)["clouds"]["aws"]["coverage"]
    counts = {**planned["modelled"], **planned["passive"]}
    for kind in (
        "aws:ec2/subnet:Subnet",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:iam/role:Role",
        "aws:kms/key:Key",
    ):
        assert len(made[kind]) == counts[kind], kind


def test_an_interrupted_update_stops_cleanly(run: Run, folder: Path) -> None:
    process = start("up", MINIMAL, *SIMULATED)
    wait_for("aws:iam/role:Role", process)
    process.send_signal(signal.SIGINT)
    assert process.wait(120) == 130
    said = (folder / "out.txt").read_text(encoding="utf-8")
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    result = run("up", MINIMAL, *SIMULATED)
    assert result.exit_code == 0, result.output
    assert "interrupted" not in result.stderr  # the engine ended what it had begun


@pytest.mark.parametrize(("found", "code"), [(BROKEN, 1), (OPEN, 2)], ids=["refuted", "unknown"])
def test_nothing_is_started_while_the_program_is_not_proved(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, found: object, code: int
) -> None:
    monkeypatch.setattr(proving, "_prove", proof_with(found))  # type: ignore[arg-type]
    result = run("up", MINIMAL, *SIMULATED)
    assert result.exit_code == code
    assert "the program is not proved: nothing was changed" in result.stderr
    assert files_in(folder) == set()


def test_nothing_is_changed_while_the_plan_is_not_proved(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program may be right and the plan wrong: with the stack's state in it, a plan knows more."""
    monkeypatch.setattr(proving, "_prove", broken_in("plan"))
    result = run("up", MINIMAL, *SIMULATED)
    assert result.exit_code == 1, result.output
    assert "the engine's plan is not proved: nothing was changed" in result.stderr
    assert things() == {}


def test_a_state_that_is_refuted_after_up_fails_the_command(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_prove", broken_in("state"))
    result = run("up", MINIMAL, *SIMULATED)
    assert result.exit_code == 1, result.output
    assert things() != {}
    assert "REFUTED" in (folder / ".zt-ai" / "reports" / "minimal-aws" / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy"])
def test_without_credentials_the_simulation_is_suggested(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    result = run(command, MINIMAL, "--cloud", "aws")
    assert result.exit_code == 3
    assert "no AWS credentials were found" in result.stderr
    assert f"zt-ai {command} {MINIMAL} --cloud aws --simulate" in result.stderr.replace("\n", "")
    assert files_in(folder) == set()


def test_without_any_engine_every_attempt_is_told(run: Run, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("ZT_AI_PULUMI", str(folder / "no-such-engine"))
    result = run("up", MINIMAL, *SIMULATED)
    assert result.exit_code == 4
    assert "no Pulumi engine is available" in result.stderr
    assert "ZT_AI_PULUMI" in result.stderr


@pytest.mark.parametrize("name", ["a b", "../x", "", "a//b"])
def test_a_stack_name_that_is_none_is_bad_input(run: Run, folder: Path, name: str) -> None:
    result = run("up", MINIMAL, *SIMULATED, "--stack", name or " ")
    assert result.exit_code == 3
    assert "is not a name" in result.stderr
    assert files_in(folder) == set()
