"""The real engine against the simulated AWS: preview, up, up again, refresh, a change, a refusal, destroy."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from zt_ai.simulate import SimulatedCloud, World

CONFIG = {"aws:region": "us-east-1"}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
        ],
    }
)


def program(second_cidr: str = "10.0.1.0/24", peer: str = "10.0.0.0/16") -> Callable[[], None]:
    def run() -> None:
        vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, tags={"zt-ai:spec": "x"})
        aws.ec2.DefaultSecurityGroup("stripped", vpc_id=vpc.id)
        subnets = [
            aws.ec2.Subnet(f"subnet-{zone}", vpc_id=vpc.id, cidr_block=cidr, availability_zone=f"us-east-1{zone}")
            for zone, cidr in (("a", "10.0.0.0/24"), ("b", second_cidr))
        ]
        group = aws.ec2.SecurityGroup("web", vpc_id=vpc.id, name="web", description="web")
        aws.vpc.SecurityGroupIngressRule(
            "in", security_group_id=group.id, cidr_ipv4=peer, ip_protocol="tcp", from_port=443, to_port=443
        )
        endpoint = aws.ec2.VpcEndpoint(
            "logs",
            vpc_id=vpc.id,
            service_name="com.amazonaws.us-east-1.logs",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=[subnet.id for subnet in subnets],
            security_group_ids=[group.id],
        )
        aws.iam.Role("role", name="worker", assume_role_policy=TRUST)
        pulumi.export("endpoint", endpoint.id)
        pulumi.export("account", aws.get_caller_identity().account_id)

    return run


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Callable[[Callable[[], None]], Any]]:
    from zt_ai.engine import Workspace, find_engine

    engine = find_engine(lambda stage, seconds: print(f"{seconds:6.0f} s  {stage}", file=sys.stderr, flush=True))
    with SimulatedCloud(tmp_path / "world") as cloud:
        workspace = Workspace(engine, "p", state_dir=tmp_path / "state", attach=cloud.attach)
        yield lambda run: workspace.stack("dev", run, CONFIG)


def test_a_whole_life(stack: Callable[[Callable[[], None]], Any], tmp_path: Path) -> None:
    preview = stack(program()).preview()
    assert preview.summary.created == 9
    with World(tmp_path / "world") as world:
        assert world.all() == ()

    done = stack(program()).up()
    assert done.outputs["endpoint"].startswith("vpce-")
    assert done.outputs["account"] == "123456789012"
    again = stack(program()).up()
    assert again.summary.changed == 0
    assert stack(program()).refresh().summary.changed == 0

    changed = stack(program(peer="10.0.0.0/20")).up()
    assert changed.summary.updated == 1
    assert changed.summary.replaced == 0

    with pytest.raises(Exception, match=r"InvalidSubnet\.Conflict"):
        stack(program(second_cidr="10.0.0.128/25", peer="10.0.0.0/20")).up()

    stack(program(peer="10.0.0.0/20")).up()
    stack(program()).destroy()
    with World(tmp_path / "world") as world:
        assert world.all() == ()


def test_a_thing_deleted_behind_the_engine_is_found_by_a_refresh(
    stack: Callable[[Callable[[], None]], Any], tmp_path: Path
) -> None:
    stack(program()).up()
    with World(tmp_path / "world") as world:
        (rule,) = world.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        world.remove(rule)
    assert stack(program()).refresh().summary.deleted == 1
    assert stack(program()).up().summary.created == 1
