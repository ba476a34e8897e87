"""`up` and its kin without `--cloud`: every cloud that the specification names, on the real engine, simulated."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, Run, files_in
from zt_ai.simulate import World

CLOUDS = ("aws", "azure", "gcp")
STACKS = [f"tryout-{cloud}" for cloud in CLOUDS]
SIMULATED = ("--simulate", "--stack", "tryout")
OUTLIVING: dict[str, set[str]] = {
    "aws": set(),
    "azure": set(),
    "gcp": {"gcp:kms/keyRing:KeyRing", "gcp:kms/cryptoKey:CryptoKey", "gcp:projects/service:Service"},
}
"""Types that a cloud keeps when a stack is destroyed: Google Cloud deletes no key, and an API stays switched on."""


def things(cloud: str, folder: Path) -> dict[tuple[str, str], str | None]:
    """What a stack made on a cloud: its type and id, and its URN while a stack has it."""
    with World(folder / ".zt-ai" / "simulated" / "cloud" / f"tryout-{cloud}") as world:
        return {(thing.type, thing.id): thing.urn for thing in world.all() if thing.origin != "assumed"}


def test_the_smallest_specification_on_every_cloud_it_names(run: Run, folder: Path) -> None:
    first = run("up", MINIMAL, *SIMULATED, "--yes", "--json", "up.json")
    assert first.exit_code == 0, first.output
    found = json.loads((folder / "up.json").read_text(encoding="utf-8"))
    assert (found["stack"], found["verdict"], tuple(found["clouds"])) == ("tryout", "PROVED", CLOUDS)
    for cloud in CLOUDS:
        assert {claim["verdict"] for claim in found["clouds"][cloud]["claims"]} == {"PROVED"}
        assert found["clouds"][cloud]["read_from"] == "state"
        assert len(things(cloud, folder)) > 100
        assert f"(stack tryout-{cloud})" in first.stdout
    assert "reports/tryout/report.html" in first.stdout

    before = [things(cloud, folder) for cloud in CLOUDS]
    second = run("up", MINIMAL, *SIMULATED, "--yes")
    assert second.exit_code == 0, second.output
    assert second.stderr.count("will change nothing") == second.stderr.count("done: nothing changed") == 3
    assert [things(cloud, folder) for cloud in CLOUDS] == before

    assert second.stderr.count("engine: looking for Pulumi") == 1

    unchanged = run("preview", MINIMAL, *SIMULATED, "--json", "preview.json")
    assert unchanged.exit_code == 0, unchanged.output
    assert unchanged.stderr.count("would change nothing") == 3
    read = run("refresh", MINIMAL, *SIMULATED, "--json", "refresh.json")
    assert read.exit_code == 0, read.output
    assert read.stderr.count("no drift in the stack's own resources") == 3
    for name in ("preview", "refresh"):
        told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        assert (told["stack"], told["verdict"], tuple(told["clouds"])) == ("tryout", "PROVED", CLOUDS)
    assert [things(cloud, folder) for cloud in CLOUDS] == before

    unsaid = run("destroy", MINIMAL, *SIMULATED)
    assert unsaid.exit_code == 3
    assert f"delete everything of stacks {', '.join(STACKS)} (simulated)" in unsaid.stderr
    assert [things(cloud, folder) for cloud in CLOUDS] == before

    gone = run("destroy", MINIMAL, *SIMULATED, "--yes", "--json", "gone.json")
    assert gone.exit_code == 0, gone.output
    outcome = json.loads((folder / "gone.json").read_text(encoding="utf-8"))
    assert list(outcome["stacks"]) == STACKS
    assert outcome["deleted"] == sum(outcome["stacks"].values())
    for cloud in CLOUDS:
        assert outcome["stacks"][f"tryout-{cloud}"] > 100
        left = things(cloud, folder)
        assert set(left.values()) <= {None}
        made = {key for key, urn in before[CLOUDS.index(cloud)].items() if urn is not None}
        assert {kind for kind, _ in left.keys() & made} == OUTLIVING[cloud]
        assert left.keys() <= before[CLOUDS.index(cloud)].keys()

    again = run("destroy", MINIMAL, *SIMULATED, "--yes")
    assert again.exit_code == 0, again.output
    assert again.stdout.count("there was nothing to delete") == 3


@pytest.mark.parametrize("command", ["up", "preview", "refresh", "destroy"])
def test_nothing_is_begun_anywhere_without_the_credentials_of_all(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Those of AWS, which comes first, are there."""
    for name in list(os.environ):
        if name.startswith(("ARM_", "AZURE_")) or name == "IDENTITY_ENDPOINT":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("AWS_PROFILE", "clinic")
    result = run(command, MINIMAL, "--yes")
    assert result.exit_code == 3
    assert "no Azure credentials were found" in result.stderr
    assert files_in(folder) == set()
