"""The real engine against the simulated Google Cloud: preview, up, up again, refresh, a change, a refusal, destroy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest

from zt_ai.simulate import SimulatedCloud, World

PROJECT, REGION = "clinic-prod", "europe-west3"
CONFIG = {"gcp:project": PROJECT, "gcp:region": REGION}
DATA = "projects/111111111111"


def program(second_cidr: str = "10.0.1.0/24", port: str = "443", title: str = "data zones") -> Callable[[], None]:
    def run() -> None:
        network = gcp.compute.Network("net", name="net", auto_create_subnetworks=False)
        subnets = [
            gcp.compute.Subnetwork(name, name=name, network=network.id, ip_cidr_range=cidr)
            for name, cidr in (("one", "10.0.0.0/24"), ("two", second_cidr))
        ]
        account = gcp.serviceaccount.Account("orchestrator", account_id="orchestrator")
        policy = gcp.compute.NetworkFirewallPolicy("policy", name="clinic")
        gcp.compute.NetworkFirewallPolicyRule(
            "out",
            firewall_policy=policy.name,
            priority=1000,
            direction="EGRESS",
            action="allow",
            target_service_accounts=[account.email],
            match={
                "dest_ip_ranges": [subnets[0].ip_cidr_range],
                "layer4_configs": [{"ip_protocol": "tcp", "ports": [port]}],
            },
        )
        gcp.compute.NetworkFirewallPolicyAssociation(
            "on", name="on", firewall_policy=policy.name, attachment_target=network.id
        )
        organisation = gcp.accesscontextmanager.AccessPolicy("access", parent="organizations/1", title="clinic")
        parent = organisation.name.apply(lambda number: f"accessPolicies/{number}")
        gcp.accesscontextmanager.ServicePerimeter(
            "data",
            parent=parent,
            name=parent.apply(lambda policy: f"{policy}/servicePerimeters/data"),
            title=title,
            status={"resources": [DATA], "restricted_services": ["storage.googleapis.com"]},
        )
        pulumi.export("subnet", subnets[0].self_link)
        pulumi.export("project", gcp.organizations.get_project().project_id)

    return run


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Callable[[Callable[[], None]], Any]]:
    from zt_ai.engine import Workspace, find_engine

    engine = find_engine(lambda stage, seconds: print(f"{seconds:6.0f} s  {stage}", file=sys.stderr, flush=True))
    with SimulatedCloud(tmp_path / "world", "gcp", account=PROJECT, region=REGION) as cloud:
        workspace = Workspace(engine, "p", state_dir=tmp_path / "state", attach=cloud.attach)
        yield lambda run: workspace.stack("dev", run, CONFIG)


def test_a_whole_life(stack: Callable[[Callable[[], None]], Any], tmp_path: Path) -> None:
    preview = stack(program()).preview()
    assert preview.summary.created == 10
    with World(tmp_path / "world") as world:
        assert world.all() == ()

    done = stack(program()).up()
    assert done.outputs["subnet"].endswith(f"/projects/{PROJECT}/regions/{REGION}/subnetworks/one")
    assert done.outputs["project"] == PROJECT
    assert stack(program()).up().summary.changed == 0
    assert stack(program()).refresh().summary.changed == 0

    changed = stack(program(port="8443", title="records")).up()
    assert (changed.summary.updated, changed.summary.replaced) == (2, 0)

    with pytest.raises(Exception, match=r"conflicts with existing subnetwork"):
        stack(program(second_cidr="10.0.0.128/25", port="8443", title="records")).up()

    moved = stack(program(second_cidr="10.0.2.0/24", port="8443", title="records")).up()
    assert moved.summary.replaced <= 1, "the failed update has deleted the subnet already"
    stack(program()).destroy()
    with World(tmp_path / "world") as world:
        assert world.all() == ()


def test_a_thing_deleted_behind_the_engine_is_found_by_a_refresh(
    stack: Callable[[Callable[[], None]], Any], tmp_path: Path
) -> None:
    stack(program()).up()
    with World(tmp_path / "world") as world:
        (rule,) = world.of_type("gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule")
        world.remove(rule)
    assert stack(program()).refresh().summary.deleted == 1
    assert stack(program()).up().summary.created == 1
