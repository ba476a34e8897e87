"""Components in programs that zt-ai did not write: in Python, and through the component package for other languages."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import pulumi

from zt_ai.engine import EngineBinary, Workspace
from zt_ai.simulate import SimulatedCloud

ROOT = Path(__file__).parents[2]


def test_the_example_goes_up_and_away(engine: EngineBinary, tmp_path: Path) -> None:
    def program() -> None:
        runpy.run_path(str(ROOT / "examples" / "own-program" / "__main__.py"))

    with SimulatedCloud(tmp_path / "world", account="111122223333", region="us-east-1") as cloud:
        workspace = Workspace(engine, "own-program", state_dir=tmp_path / "state", attach=cloud.attach)
        stack = workspace.stack("dev", program, {"aws:region": "us-east-1"})
        up = stack.up()
        assert up.outputs["audit_bucket"] == "imaging-audit-111122223333-us-east-1"
        kinds = {r["type"] for r in stack.export()["deployment"]["resources"]}
        assert {"zt-ai:aws:AuditStore", "zt-ai:aws:TrafficRecords", "zt-ai:aws:DnsFirewall"} <= kinds
        assert stack.up().summary.changed == 0
        stack.destroy()
        assert not stack.export()["deployment"].get("resources")


def plugin(package: str, folder: Path) -> str:
    """A folder for PATH in which the engine finds the package's host as a plugin; it starts and stops it by itself."""
    folder.mkdir()
    script = folder / f"pulumi-resource-zt-ai-{package}"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "components" / package / "__main__.py"}" "$@"\n')
    script.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


class Remote(pulumi.ComponentResource):
    """What a generated SDK of any language does: it asks the engine for a component of another package."""

    def __init__(self, component: str, name: str, inputs: dict[str, object], outputs: list[str]) -> None:
        empty: dict[str, object] = dict.fromkeys(outputs)
        super().__init__(f"zt-ai-aws:index:{component}", name, {**inputs, **empty}, remote=True)


def test_a_component_of_the_package_is_made_by_its_host(engine: EngineBinary, tmp_path: Path) -> None:
    account = {"prefix": "remote", "account": "111122223333", "region": "us-east-1"}

    def program() -> None:
        Remote("AuditStore", "records", {**account, "retentionDays": 2200}, ["bucketArn"])

    with SimulatedCloud(tmp_path / "world", account="111122223333", region="us-east-1") as cloud:
        environment = {"PATH": plugin("aws", tmp_path / "bin"), "PULUMI_IGNORE_AMBIENT_PLUGINS": "false"}
        workspace = Workspace(
            engine, "remote", state_dir=tmp_path / "state", attach=cloud.attach, environment=environment
        )
        stack = workspace.stack("dev", program, {"aws:region": "us-east-1"})
        stack.up()
        resources = stack.export()["deployment"]["resources"]
        made = next(r for r in resources if r["type"] == "zt-ai-aws:index:AuditStore")
        assert made["outputs"]["bucketArn"] == "arn:aws:s3:::remote-audit-111122223333-us-east-1"
        bucket = next(r for r in resources if r["type"] == "aws:s3/bucket:Bucket")
        assert "zt-ai-aws:index:AuditStore" in bucket["urn"]
        stack.destroy()
