"""The SDK's own types decide what an input may be, for every resource type of the package."""

from __future__ import annotations

from typing import Any

import pytest

from zt_ai.simulate.aws import uncovered_types
from zt_ai.simulate.aws.catalogue import BUILDER_TYPES, entries, entry
from zt_ai.simulate.sdk import Sdk
from zt_ai.simulate.values import UNKNOWN

WRONG = [
    ("ec2/vpc:Vpc", {"cidrBlok": "10.0.0.0/16"}, "cidrBlok", "did you mean 'cidrBlock'"),
    ("ec2/vpc:Vpc", {"cidr_block": "10.0.0.0/16"}, "cidr_block", "its wire name is 'cidrBlock'"),
    ("ec2/vpc:Vpc", {"cidrBlock": ["10.0.0.0/16"]}, "cidrBlock", "expected a string"),
    ("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "enableDnsSupport": "maybe"}, "enableDnsSupport", "a boolean"),
    ("ec2/subnet:Subnet", {"cidrBlock": "10.0.0.0/24"}, "vpcId", "missing required property"),
    ("lb/listener:Listener", {"loadBalancerArn": "a", "defaultActions": [{}]}, "defaultActions[0].type", "missing"),
    (
        "lb/listener:Listener",
        {"loadBalancerArn": "a", "defaultActions": [{"type": "forward", "targetGrupArn": "x"}]},
        "defaultActions[0].targetGrupArn",
        "did you mean 'targetGroupArn'",
    ),
    ("wafv2/ipSet:IpSet", {"scope": "REGIONAL", "ipAddressVersion": "IPV4", "adresses": []}, "adresses", "addresses"),
    ("sqs/queue:Queue", {"delaySeconds": "soon"}, "delaySeconds", "a whole number"),
]


@pytest.mark.parametrize(("kind", "inputs", "path", "said"), WRONG)
def test_what_the_sdk_does_not_declare_is_refused(aws: Any, kind: str, inputs: Any, path: str, said: str) -> None:
    problems = aws.problems(kind, inputs)
    assert said in problems[path]
    assert f"aws:{kind} 'it'" in problems[path]


def test_right_inputs_pass_and_unknown_values_fit_every_type(aws: Any) -> None:
    assert aws.problems("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "enableDnsSupport": True}) == {}
    unknown = {"vpcId": UNKNOWN, "cidrBlock": UNKNOWN, "tags": {"a": UNKNOWN}}
    assert aws.problems("ec2/subnet:Subnet", unknown) == {}


def test_a_type_the_sdk_does_not_have_is_refused_with_the_nearest(aws: Any) -> None:
    assert "aws:ec2/subnet:Subnet" in aws.problems("ec2/subnt:Subnet", {})[""]


def test_a_generated_name_is_kept_over_the_life_of_a_resource(aws: Any) -> None:
    made = aws.make("iam/role:Role", {"assumeRolePolicy": TRUST}, "worker")
    assert made.inputs["name"].startswith("worker-")
    assert made.inputs["__defaults"] == ["name"]
    assert aws.make("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}).inputs == {"cidrBlock": "10.0.0.0/16"}


TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"ecs-tasks.amazonaws.com"}}]}'
)


def test_every_type_of_the_builder_is_described_by_aws() -> None:
    assert uncovered_types() == ()
    assert uncovered_types(("aws:sqs/queue:Queue",)) == ("aws:sqs/queue:Queue",)


@pytest.mark.parametrize("token", BUILDER_TYPES)
def test_the_table_speaks_of_properties_that_exist(token: str) -> None:
    resource, line = Sdk("aws", "pulumi_aws").resource(token), entry(token)
    names = {*line.rename, *line.rename_api, *line.references, *line.policy, *line.outputs, *line.enum_case}
    names |= line.replace | line.in_place | line.sets | line.blocks | {name for group in line.one_of for name in group}
    known = {*resource.inputs.properties, *resource.outputs}
    assert {name for name in names if name.split(".")[0] not in known} == set()
    assert line.source or not (line.replace or line.in_place), "an exception needs its source"
    assert line.blocks <= set(line.references)


def test_the_table_has_no_type_the_sdk_does_not_have() -> None:
    assert [token for token in entries() if not Sdk("aws", "pulumi_aws").has(token)] == []
