"""`plan` and `verify`: the whole way from a specification to a verdict, in this process."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.cli.conftest import CLINIC, DAY, MINIMAL, Run, files_in
from tests.unit.report.test_renderings import schema
from zt_ai.cli import proving
from zt_ai.graph.model import ResourceGraph
from zt_ai.verify.model import Claim, Coverage, Proof, Witness


def proof_with(*claims: Claim) -> Any:
    """A stand-in for the prover, for what the command does with a verdict."""

    def prove(graph: ResourceGraph, *_: object) -> Proof:
        return Proof("aws", claims, (), Coverage({"all": len(graph.resources)}))

    return prove


def claim(*witnesses: Witness, reasons: tuple[str, ...] = ()) -> Claim:
    """One claim."""
    return Claim("audit", 7, "Every access is logged", "aws", "all", witnesses, reasons)


OPEN = claim(reasons=("something is not modelled",))
BROKEN = claim(Witness("nothing is logged", "intake", "orchestrator", None, (), "flow:intake-to-orchestrator"))


@pytest.mark.parametrize("example", [CLINIC, MINIMAL], ids=lambda path: path.parent.name)
def test_the_examples_are_proved_without_engine_network_or_credentials(
    run: Run, folder: Path, example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setenv("PATH", "")
    result = run("plan", example, "--on", DAY, "--json", "plan.json", "--report", "out")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-2].startswith("PROVED: ")
    assert files_in(folder) == {"plan.json", *(f"out/report.{kind}" for kind in ("html", "json", "md", "sarif"))}
    made = json.loads((folder / "plan.json").read_text())
    jsonschema.validate(made, schema())
    assert tuple(made["clouds"]) == ("aws", "azure", "gcp")
    for proof in made["clouds"].values():
        assert {c["number"] for c in proof["claims"]} == {1, 2, 3, 4, 7, 8}
        assert proof["read_from"] == "program"
        assert proof["coverage"]["unmodelled"] == {}


def test_json_on_standard_output_is_nothing_but_json(run: Run) -> None:
    result = run("plan", MINIMAL, "--on", DAY, "--json", "-")
    assert json.loads(result.stdout)["specification"]["name"] == "minimal"
    assert "Claims" in result.stderr


@pytest.mark.parametrize(
    ("found", "accept", "code"),
    [
        (BROKEN, (), 1),
        (BROKEN, ("--accept-unknown", "audit@2026-12-31"), 1),
        (OPEN, (), 2),
        (OPEN, ("--accept-unknown", f"audit@{DAY}"), 0),
        (OPEN, ("--accept-unknown", "audit@2026-11-22"), 2),
    ],
    ids=["refuted", "refuted cannot be accepted", "unknown", "accepted", "the acceptance ended yesterday"],
)
def test_the_exit_code_follows_the_verdict(
    run: Run, monkeypatch: pytest.MonkeyPatch, found: Claim, accept: tuple[str, ...], code: int
) -> None:
    monkeypatch.setattr(proving, "_prove", proof_with(found))
    result = run("plan", MINIMAL, "--on", DAY, *accept)
    assert result.exit_code == code, result.output


def test_a_witness_leads_to_the_line_of_its_clause(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "_prove", proof_with(BROKEN))
    line = CLINIC.read_text().splitlines().index("  intake-to-orchestrator:") + 1
    assert f"zones.yaml:{line}:3" in run("plan", CLINIC, "--on", DAY).stdout


def test_an_acceptance_of_no_claim_is_bad_input(run: Run) -> None:
    result = run("plan", MINIMAL, "--on", DAY, "--accept-unknown", "audti@2027-01-01")
    assert result.exit_code == 3
    assert "no claim is called 'audti'" in result.stderr
    assert "reachability" in result.stderr


def test_a_cloud_that_cannot_be_built_is_bad_input(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zt_ai.cli.specs.BUILT", ("aws",))
    data = yaml.safe_load(MINIMAL.read_text())
    del data["clouds"]["azure"]
    (folder / "zones.yaml").write_text(yaml.safe_dump(data))
    for arguments in ((), ("--cloud", "gcp")):
        result = run("plan", "zones.yaml", "--on", DAY, *arguments)
        assert result.exit_code == 3
        assert "clouds.gcp cannot be built by this version" in result.stderr
    assert run("plan", "zones.yaml", "--on", DAY, "--cloud", "azure").exit_code == 3
    assert run("plan", "zones.yaml", "--on", DAY, "--cloud", "aws").exit_code == 0


def test_a_quota_that_cannot_be_kept_is_bad_input_with_its_line(run: Run, folder: Path) -> None:
    text = MINIMAL.read_text().replace(
        "    cidr: 10.40.0.0/16", "    cidr: 10.40.0.0/16\n    quotas: {subnets_per_vpc: 3}"
    )
    (folder / "zones.yaml").write_text(text)
    result = run("plan", "zones.yaml", "--on", DAY)
    assert result.exit_code == 3, result.output
    line = text[: text.index("quotas:")].count("\n") + 1
    assert f"zones.yaml:{line}:" in result.stderr
    assert "clouds.aws.quotas.subnets_per_vpc" in result.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        (b"", "empty"),
        (b"[1]", "a list where a map belongs"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"other": 1}', "no state, update plan or preview"),
        (b'{"deployment": {"resources": [7]}}', ""),
    ],
    ids=["missing", "empty", "a list", "not JSON", "not UTF-8", "another document", "a number for a resource"],
)
def test_verify_refuses_a_file_that_is_no_state(run: Run, folder: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (folder / "state.json").write_bytes(content)
    result = run("verify", MINIMAL, "--cloud", "aws", "--on", DAY, "--state", "state.json")
    assert result.exit_code == 3, result.output
    assert "state.json" in result.stderr
    assert said in result.stderr
    assert "pulumi stack export" in result.stderr


EMPTY = '{"version": 3, "deployment": {"resources": []}}'


def test_verify_asks_of_which_cloud_the_file_is(run: Run, folder: Path) -> None:
    (folder / "state.json").write_text(EMPTY)
    result = run("verify", MINIMAL, "--on", DAY, "--state", "state.json")
    assert result.exit_code == 3, result.output
    assert "several clouds: aws, azure, gcp" in result.stderr
    assert "say with --cloud" in result.stderr


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
def test_verify_of_an_empty_state_is_not_proved(run: Run, folder: Path, cloud: str) -> None:
    """Nothing is deployed, so what was specified is missing."""
    (folder / "state.json").write_text(EMPTY)
    result = run("verify", MINIMAL, "--cloud", cloud, "--on", DAY, "--state", "state.json")
    assert result.exit_code in (1, 2), result.output
