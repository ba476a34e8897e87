"""The component package: its schema is the one checked in, and each component makes what the Python component makes."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.provider.experimental.component import ComponentProvider

from tests.unit.spec.bad_input import CLINIC
from zt_ai import __version__
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import ResourceGraph

FOLDER = Path(__file__).parents[2] / "components" / "aws"
sys.path.insert(0, str(FOLDER))

import hosted  # noqa: E402
import schema  # noqa: E402

ACCOUNT = {"prefix": "t", "account": "111122223333", "region": "us-east-1"}


def constructed(component: str, inputs: dict[str, Any]) -> ResourceGraph:
    """The graph of a program in another language that makes one component, as the engine would ask the host for it."""
    provider = ComponentProvider(hosted.COMPONENTS, hosted.PACKAGE, None, __version__)

    def program() -> None:
        provider.construct("made", f"{hosted.PACKAGE}:index:{component}", inputs, pulumi.ResourceOptions())

    return from_program(program, project="p", stack="s")


def test_the_schema_checked_in_is_the_one_the_host_would_give() -> None:
    assert schema.FILE.read_text() == schema.generated(), "run `make schema`"


def test_every_component_and_argument_is_described() -> None:
    resources = json.loads(schema.FILE.read_text())["resources"]
    assert set(resources) == {f"zt-ai-aws:index:{c.__name__}" for c in hosted.COMPONENTS}
    for resource in resources.values():
        assert resource["description"]
        assert all(p.get("description") for p in resource["inputProperties"].values()), resource


def types(graph: ResourceGraph) -> set[str]:
    return {resource.type for resource in graph if resource.type.startswith("aws:")}


@pytest.mark.parametrize(
    ("component", "inputs", "makes"),
    [
        (
            "AuditStore",
            {**ACCOUNT, "retentionDays": 2200},
            "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        ),
        ("TrafficRecords", {**ACCOUNT, "vpcId": "vpc-0123456789abcdef0"}, "aws:ec2/flowLog:FlowLog"),
        (
            "DnsFirewall",
            {**ACCOUNT, "vpcId": "vpc-0123456789abcdef0", "domains": ["api.example.com"]},
            "aws:route53/resolverFirewallRule:ResolverFirewallRule",
        ),
        ("SegmentedArchitecture", {"file": str(CLINIC)}, "aws:networkfirewall/firewall:Firewall"),
    ],
)
def test_a_component_makes_its_resources_below_itself(component: str, inputs: dict[str, Any], makes: str) -> None:
    graph = constructed(component, inputs)
    assert makes in types(graph)
    for resource in graph:
        above = resource
        while above.parent is not None and above.type != f"zt-ai-aws:index:{component}":
            above = graph.resources[above.parent]
        assert above.type in {f"zt-ai-aws:index:{component}", "pulumi:pulumi:Stack"}, resource.urn


def test_a_specification_can_be_written_in_the_program() -> None:
    import yaml

    data = yaml.safe_load((CLINIC.parents[1] / "minimal" / "zones.yaml").read_text())
    data["providers"]["anthropic"]["baa"] = {"reference": "BAA-1", "effective": "2026-01-01", "expires": "2040-12-31"}
    assert "aws:ec2/vpc:Vpc" in types(constructed("SegmentedArchitecture", {"specification": data}))


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({}, "either `file` or `specification`"),
        ({"file": "nowhere.yaml"}, "cannot be read"),
        ({"specification": {"version": 1}}, "is required and missing"),
    ],
)
def test_bad_arguments_are_named(inputs: dict[str, Any], says: str) -> None:
    with pytest.raises(Exception, match=says):
        constructed("SegmentedArchitecture", inputs)


def test_what_decides_the_resources_has_to_be_a_plain_value() -> None:
    asyncio.set_event_loop(
        asyncio.new_event_loop()
    )  # an output needs one, and a program that ran before closed its own
    domains = pulumi.Output.from_input(["a.example.com"])
    with pytest.raises(Exception, match="give a plain value"):
        constructed("DnsFirewall", {**ACCOUNT, "vpcId": "vpc-0123456789abcdef0", "domains": domains})
