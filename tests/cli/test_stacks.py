"""The programs under `stacks/`: what `pulumi up --stack aws` runs from the project's root.

Run here in-process; the Python language plugin, which `pulumi up` needs beside the engine, is not part of this test.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import CLINIC, ROOT
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import ResourceGraph
from zt_ai.intent.derive import derive
from zt_ai.program import CLOUDS, PROJECT, program
from zt_ai.spec import SpecError, load


def settings_of(stack: str) -> dict[str, str]:
    """The settings in a stack's file."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "stacks" / f"Pulumi.{stack}.yaml").read_text())
    return {name: str(value) for name, value in loaded["config"].items()}


def run_stack(stack: str, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> ResourceGraph:
    """Run the program as the engine does: in its own folder, with the project's root told to the SDK."""
    monkeypatch.chdir(ROOT / "stacks")
    monkeypatch.setattr("pulumi.get_root_directory", lambda: str(ROOT))
    return from_program(
        lambda: runpy.run_path("__main__.py", run_name="__main__") and None,
        project=PROJECT,
        stack=stack,
        account="111122223333",
        config=settings,
    )


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_cloud_that_can_be_built_has_a_stack(cloud: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = run_stack(cloud, settings_of(cloud), monkeypatch)
    assert len(graph) > 150
    assert graph.of_type(f"zt-ai:{cloud}:SegmentedArchitecture")


def test_the_stack_and_the_command_line_build_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = load(CLINIC)
    ours = from_program(program("aws", spec, derive(spec)), project=PROJECT, stack="aws", account="111122223333")
    assert run_stack("aws", settings_of("aws"), monkeypatch).resources.keys() == ours.resources.keys()


def test_the_project_file_leads_to_the_programs() -> None:
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    assert project["name"] == PROJECT
    assert project["runtime"]["name"] == "python"
    assert (ROOT / project["main"] / "__main__.py").is_file()
    assert (ROOT / project["stackConfigDir"] / "Pulumi.aws.yaml").is_file()


def test_a_stack_of_another_name_says_its_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {**settings_of("aws"), "zt-ai:cloud": "aws"}
    assert run_stack("production", settings, monkeypatch).of_type("aws:ec2/vpc:Vpc")
    with pytest.raises(ValueError, match="set zt-ai:cloud to one of: aws"):
        run_stack("production", settings_of("aws"), monkeypatch)


def test_a_bad_specification_registers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "zones.yaml"
    bad.write_text(CLINIC.read_text().replace("kind: data\n", "kind: date\n"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"zones\.records\.kind"):
        run_stack("aws", {"zt-ai:spec": str(bad)}, monkeypatch)


def test_credentials_of_another_account_are_refused_by_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = run_stack("aws", settings_of("aws"), monkeypatch)
    (provider,) = graph.of_type("pulumi:providers:aws")
    assert "111122223333" in str(provider.inputs["allowedAccountIds"])
    assert provider.inputs["region"] == "us-east-1"
