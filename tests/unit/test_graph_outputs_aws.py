"""The table of AWS answers: every entry fits the installed SDK, and what it makes up has the forms of AWS."""

from __future__ import annotations

import importlib
import json
import re
import warnings
from collections.abc import Mapping
from typing import Any

import pytest
from pulumi import _types

from zt_ai.graph.answers import Answers, Made, Place, Request
from zt_ai.graph.outputs_aws import AWS
from zt_ai.graph.outputs_aws_functions import region_short_name

PLACE = Place("123456789012", "eu-west-1")


def request(type_: str, inputs: Mapping[str, Any] | None = None, **more: Any) -> Request:
    urn = f"urn:pulumi:dev::shop::{type_}::it"
    return Request(urn=urn, type=type_, name="it", inputs=inputs or {}, place=PLACE, find=lambda _: None, **more)


@pytest.mark.parametrize("type_", sorted(AWS.resources))
def test_every_type_and_output_exists_in_the_sdk(type_: str) -> None:
    """Otherwise a misspelt entry would silently leave an output unknown."""
    _, module, name = type_.split(":")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        cls = getattr(importlib.import_module(f"pulumi_aws.{module.partition('/')[0]}"), name)
    assert cls.pulumi_type == type_
    outputs = AWS.make(request(type_)).outputs
    assert set(outputs) <= set(_types.resource_pulumi_to_py_names(cls))


@pytest.mark.parametrize("type_", sorted(AWS.resources))
def test_ids_are_unique_and_the_same_in_every_run(type_: str) -> None:
    first, again = AWS.make(request(type_)), AWS.make(request(type_))
    assert first == again
    assert first.id


@pytest.mark.parametrize(
    ("type_", "inputs", "id_", "arn"),
    [
        ("aws:ec2/vpc:Vpc", {}, r"vpc-[0-9a-f]{17}", r"arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-[0-9a-f]{17}"),
        ("aws:s3/bucket:Bucket", {"bucket": "audit"}, "audit", "arn:aws:s3:::audit"),
        ("aws:s3/bucket:Bucket", {}, r"it-[0-9a-f]{7}", r"arn:aws:s3:::it-[0-9a-f]{7}"),
        ("aws:iam/role:Role", {"name": "gate"}, "gate", "arn:aws:iam::123456789012:role/gate"),
        ("aws:sns/topic:Topic", {"name": "t"}, "arn:aws:sns:eu-west-1:123456789012:t", None),
        ("aws:ec2/defaultRouteTable:DefaultRouteTable", {"defaultRouteTableId": "rtb-1"}, "rtb-1", None),
        (
            "aws:secretsmanager/secret:Secret",
            {"name": "gate/key"},
            r"arn:aws:secretsmanager:eu-west-1:123456789012:secret:gate/key-[0-9a-f]{6}",
            None,
        ),
        (
            "aws:ecs/service:Service",
            {"name": "gate", "cluster": "arn:aws:ecs:eu-west-1:123456789012:cluster/shop"},
            "arn:aws:ecs:eu-west-1:123456789012:service/shop/gate",
            None,
        ),
        (
            "aws:lb/loadBalancer:LoadBalancer",
            {"name": "gate", "loadBalancerType": "network"},
            r"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/gate/[0-9a-f]{17}",
            None,
        ),
        ("aws:lb/loadBalancer:LoadBalancer", {"name": "web"}, r"arn:aws:.*:loadbalancer/app/web/[0-9a-f]{17}", None),
        (
            "aws:lb/listener:Listener",
            {"loadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/net/gate/50dc"},
            r"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/net/gate/50dc/[0-9a-f]{17}",
            None,
        ),
        (
            "aws:networkfirewall/ruleGroup:RuleGroup",
            {"name": "g", "type": "STATELESS"},
            "arn:aws:network-firewall:eu-west-1:123456789012:stateless-rulegroup/g",
            None,
        ),
        ("aws:sqs/queue:Queue", {"name": "q"}, r"arn:aws:sqs:eu-west-1:123456789012:queue/q-[0-9a-f]{17}", None),
    ],
)
def test_forms(type_: str, inputs: Mapping[str, Any], id_: str, arn: str | None) -> None:
    made = AWS.make(request(type_, inputs))
    assert re.fullmatch(id_, made.id)
    if arn is not None:
        assert re.fullmatch(arn, str(made.outputs["arn"]))


def test_arns_are_of_the_partition_that_the_region_is_in() -> None:
    """Policies name ARNs with the partition; one of another partition would be another resource."""
    urn = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::it"
    place = Place("123456789012", "us-gov-west-1")
    asked = Request(urn=urn, type="aws:ec2/vpc:Vpc", name="it", inputs={}, place=place, find=lambda _: None)
    assert str(AWS.make(asked).outputs["arn"]).startswith("arn:aws-us-gov:ec2:us-gov-west-1:")


def test_an_imported_resource_keeps_its_id() -> None:
    assert AWS.make(request("aws:ec2/vpc:Vpc", resource_id="vpc-mine")).id == "vpc-mine"


def test_an_interface_endpoint_has_names_and_a_gateway_endpoint_a_prefix_list() -> None:
    interface = {"vpcEndpointType": "Interface", "serviceName": "com.amazonaws.eu-west-1.kms", "subnetIds": ["a", "b"]}
    made = AWS.make(request("aws:ec2/vpcEndpoint:VpcEndpoint", interface)).outputs
    assert made["dnsEntries"][0]["dnsName"].endswith(".kms.eu-west-1.vpce.amazonaws.com")
    assert len(set(made["networkInterfaceIds"])) == 2
    assert "prefixListId" not in made
    assert AWS.make(request("aws:ec2/vpcEndpoint:VpcEndpoint")).outputs["prefixListId"].startswith("pl-")


def test_tables_are_joined_and_the_right_one_wins() -> None:
    mine = Answers(resources={"aws:ec2/vpc:Vpc": lambda _: Made("mine")}, packages={"gcp": lambda _: Made("g")})
    joined = AWS | mine
    assert joined.make(request("aws:ec2/vpc:Vpc")).id == "mine"
    assert joined.make(request("gcp:compute/network:Network")).id == "g"
    assert joined.make(request("aws:ec2/subnet:Subnet")).id.startswith("subnet-")
    assert joined.functions == AWS.functions


@pytest.mark.parametrize(
    ("region", "short"),
    [
        ("us-east-1", "use1"),
        ("ap-southeast-2", "apse2"),
        ("eu-central-1", "euc1"),
        ("us-gov-west-1", "usgw1"),
        ("ap-northeast-3", "apne3"),
    ],
)
def test_region_short_names(region: str, short: str) -> None:
    assert region_short_name(region) == short


def ask(token: str, arguments: Mapping[str, Any], place: Place = PLACE) -> Mapping[str, Any]:
    return AWS.functions[token](arguments, place)


def test_partitions() -> None:
    token = "aws:index/getPartition:getPartition"
    places = [Place("1", region) for region in ("eu-west-1", "cn-north-1", "us-gov-west-1")]
    assert [ask(token, {}, place)["partition"] for place in places] == ["aws", "aws-cn", "aws-us-gov"]


def test_a_region_is_the_one_asked_for() -> None:
    token = "aws:index/getRegion:getRegion"
    assert [ask(token, arguments)["region"] for arguments in ({}, {"region": "us-east-1"})] == [
        "eu-west-1",
        "us-east-1",
    ]


def test_a_policy_document_keeps_every_part_of_a_statement() -> None:
    """A condition or a Deny that got lost would widen the policy that is proved."""
    statement = {
        "sid": "Tls",
        "effect": "Deny",
        "notActions": ["s3:GetObject"],
        "notResources": ["b", "a"],
        "notPrincipals": [{"type": "AWS", "identifiers": ["r2", "r1"]}, {"type": "Service", "identifiers": ["s"]}],
        "conditions": [
            {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]},
            {"test": "Bool", "variable": "aws:ViaAWSService", "values": ["false"]},
        ],
    }
    source = json.dumps({"Statement": {"Sid": "Kept", "Effect": "Allow"}})
    arguments = {"policyId": "p", "statements": [statement], "sourcePolicyDocuments": [source]}
    document = json.loads(str(ask("aws:iam/getPolicyDocument:getPolicyDocument", arguments)["json"]))
    assert document == {
        "Version": "2012-10-17",
        "Id": "p",
        "Statement": [
            {"Sid": "Kept", "Effect": "Allow"},
            {
                "Sid": "Tls",
                "Effect": "Deny",
                "NotAction": "s3:GetObject",
                "NotResource": ["a", "b"],
                "NotPrincipal": {"AWS": ["r1", "r2"], "Service": "s"},
                "Condition": {"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}},
            },
        ],
    }
