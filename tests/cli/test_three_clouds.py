"""One specification on three clouds: one table, the same accesses, and no SDK of a cloud that was not asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import CLINIC, DAY, ROOT, Run
from zt_ai.cli import proving

CLOUDS = ("aws", "azure", "gcp")
SDKS = {"aws": "pulumi_aws", "azure": "pulumi_azure_native", "gcp": "pulumi_gcp"}


def test_plan_ends_with_one_table_of_claims_and_clouds(run: Run) -> None:
    result = run("plan", CLINIC, "--on", DAY, "--json", "plan.json")
    assert result.exit_code == 0, result.output
    table = result.stdout[result.stdout.index("Claims on each cloud") :]
    assert table.splitlines()[1].split() == ["#", "claim", *CLOUDS]
    verdicts = [line.split()[-3:] for line in table.splitlines() if line[:1].isdigit()]
    assert verdicts == [["PROVED"] * 3] * 6
    assert "Accesses, the same on aws, azure, gcp" in result.stdout
    found = json.loads(Path("plan.json").read_text(encoding="utf-8"))["clouds"]
    assert tuple(found) == CLOUDS
    permitted = [{rows(a) for a in found[c]["accesses"]} for c in CLOUDS]
    assert permitted[0] == permitted[1] == permitted[2]
    assert all(not found[c]["coverage"]["unmodelled"] for c in CLOUDS)


def test_one_more_flow_is_one_more_access_on_each_cloud(run: Run, folder: Path) -> None:
    data = yaml.safe_load(CLINIC.read_text(encoding="utf-8"))
    before = {cloud: accesses(run, data, cloud, folder) for cloud in CLOUDS}
    data["flows"]["gateway-to-fhir"] = {
        "from": "model-gateway",
        "to": "fhir-store",
        "carries": "phi",
        "reason": "The prompt quotes the record itself",
    }
    for cloud in CLOUDS:
        after = accesses(run, data, cloud, folder)
        assert before[cloud] <= after, cloud
        assert after - before[cloud] == {("model-gateway", "fhir-store", ("tcp/8446",))}, cloud


def rows(access: dict[str, Any]) -> tuple[str, str, frozenset[str], frozenset[str]]:
    return access["from"], access["to"], frozenset(access["ports"]), frozenset(access["clauses"])


def accesses(run: Run, data: object, cloud: str, folder: Path) -> set[tuple[str, str, tuple[str, ...]]]:
    (folder / "zones.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    result = run("plan", "zones.yaml", "--cloud", cloud, "--on", DAY, "--json", "out.json")
    assert result.exit_code == 0, result.output
    found = json.loads((folder / "out.json").read_text(encoding="utf-8"))["clouds"][cloud]["accesses"]
    return {(a["from"], a["to"], tuple(a["ports"])) for a in found}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_plan_imports_only_the_sdk_of_its_cloud(cloud: str) -> None:
    others = {sdk for name, sdk in SDKS.items() if name != cloud}
    code = (
        "import sys\nfrom zt_ai.cli.main import cli\n"
        f"try: cli(['plan', {str(CLINIC)!r}, '--on', {DAY!r}, '--cloud', {cloud!r}])\n"
        "except SystemExit as end: assert not end.code\n"
        f"assert {SDKS[cloud]!r} in sys.modules\nassert not {others!r} & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_a_builder_refuses_is_told_as_with_one_cloud(run: Run, folder: Path) -> None:
    """Errors of a fork are raised again where they are whole."""
    data = yaml.safe_load(CLINIC.read_text(encoding="utf-8"))
    data["clouds"]["aws"]["quotas"] = {"routes_per_route_table": 1}
    (folder / "zones.yaml").write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    alone = run("plan", "zones.yaml", "--on", DAY, "--cloud", "aws")
    result = run("plan", "zones.yaml", "--on", DAY)
    assert (alone.exit_code, result.exit_code) == (3, 3), result.output
    assert alone.stderr == result.stderr


def test_one_after_the_other_where_forks_are_not_safe(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving.sys, "platform", "darwin")
    monkeypatch.setattr(proving, "ProcessPoolExecutor", None)
    assert run("plan", CLINIC, "--on", DAY).exit_code == 0
