"""Harmful edits of a plan are refused on the path that accepts the plan itself: the judges can say no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.conformance.closed_world import extras
from tests.conformance.conftest import emulated
from tests.conformance.plans import At, Planned, part, plan
from tests.conformance.world import Cloud, Kind, Refusal

_EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_ENTRY = "aws:ec2/networkAclRule:NetworkAclRule"
_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to the first resource of a type that has the given properties, and the words of the refusal."""

    type: str
    change: Mapping[str, Any]
    by: str
    words: str


EDITS = {
    "an invalid address block": Edit(_EGRESS, {"cidrIpv4": "10.0.0.300/8"}, "description", "no address block"),
    "a block with host bits": Edit(_EGRESS, {"cidrIpv4": "10.0.0.1/8"}, "description", "host bits"),
    "an unknown protocol": Edit(_EGRESS, {"ipProtocol": "tpc"}, "description", "neither a protocol"),
    "a port of 70000": Edit(_EGRESS, {"toPort": 70000}, "description", "no port"),
    "ports that end before they begin": Edit(_EGRESS, {"fromPort": 444, "toPort": 443}, "description", "end before"),
    "a port that is text": Edit(_EGRESS, {"toPort": "https"}, "botocore", "Invalid type"),
    "a description with an umlaut": Edit(_EGRESS, {"description": "für Ärzte"}, "description", "not allowed"),
    "a group of nowhere": Edit(
        _EGRESS, {"referencedSecurityGroupId": "sg-0123456789abcdef0"}, "moto", "InvalidGroup.NotFound"
    ),
    "a group that the plan does not make": Edit(
        _EGRESS, {"referencedSecurityGroupId": At("urn:nowhere", "id")}, "suite", "urn:nowhere"
    ),
    "an entry's number that AWS keeps": Edit(_ENTRY, {"ruleNumber": 32767}, "description", "no rule number"),
    "an entry for no address block": Edit(_ENTRY, {"cidrBlock": "10.0.0.0/33"}, "description", "no address block"),
    "an endpoint policy that is no JSON": Edit(_ENDPOINT, {"policy": "{'a'}"}, "description", "no JSON"),
    "an endpoint policy without statements": Edit(_ENDPOINT, {"policy": "{}"}, "description", "no Statement"),
    "an endpoint of an unknown kind": Edit(_ENDPOINT, {"vpcEndpointType": "Gate"}, "description", "none of"),
    "a trust policy that is no JSON": Edit("aws:iam/role:Role", {"assumeRolePolicy": "{"}, "description", "no JSON"),
    "a reserved tag": Edit("aws:ec2/vpc:Vpc", {"tags": {"aws:x": "y"}}, "description", "reserved"),
    "a subnet outside of the network": Edit(
        "aws:ec2/subnet:Subnet", {"cidrBlock": "192.168.0.0/24"}, "moto", "InvalidSubnet.Range"
    ),
    "a lock of an unknown mode": Edit(
        _LOCK, {"rule": {"defaultRetention": {"days": 9, "mode": "SOMETIMES"}}}, "description", "none of"
    ),
    "a retention that nobody offers": Edit(
        "aws:cloudwatch/logGroup:LogGroup",
        {"retentionInDays": 2500, "name": "/other"},
        "description",
        "none of the periods",
    ),
    "a balancer's name that is too long": Edit(
        "aws:lb/loadBalancer:LoadBalancer", {"name": "x" * 33}, "description", "up to 32"
    ),
    "an alarm that compares by nothing": Edit(
        "aws:cloudwatch/metricAlarm:MetricAlarm", {"comparisonOperator": "MoreOrLess"}, "description", "none of"
    ),
    # moto has neither of these two services' resources: AWS's description of the request still judges them
    "a name rule with an unknown action": Edit(
        "aws:route53/resolverFirewallRule:ResolverFirewallRule", {"action": "PERMIT"}, "description", "none of"
    ),
    "a rule group's capacity that is text": Edit(
        "aws:networkfirewall/ruleGroup:RuleGroup", {"capacity": "much"}, "botocore", "Invalid type"
    ),
}


def _target(edit: Edit) -> Planned:
    wanted = set(edit.change) - {"tags"}
    return next(r for r in plan("minimal").resources if r.type == edit.type and wanted <= set(r.inputs))


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """An account in which everything that is edited below was accepted unedited, with what it refers to."""
    targets = {_target(edit).urn for edit in EDITS.values()}
    with emulated(part(plan("minimal"), lambda resource: resource.urn in targets)) as made:
        assert made.refusals == []
        yield made


def _add(cloud: Cloud, resource: Planned, **change: Any) -> tuple[Planned, list[Refusal]]:
    """A further resource like one that is there, and what was refused of it."""
    before = len(cloud.refusals)
    added = replace(resource, urn=f"{resource.urn}-{before}", inputs={**resource.inputs, **change})
    cloud.apply(replace(plan("minimal"), resources=(added,)))
    return added, cloud.refusals[before:]


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_a_harmful_edit_is_refused(cloud: Cloud, edit: Edit) -> None:
    added, found = _add(cloud, _target(edit), **edit.change)
    assert [(refusal.resource, refusal.by) for refusal in found] == [(added, edit.by)], found
    assert edit.words in found[0].reason


@pytest.mark.parametrize("type_", [_EGRESS, _ENTRY, "aws:ec2/subnet:Subnet", "aws:iam/role:Role"])
def test_what_is_there_twice_is_refused(cloud: Cloud, type_: str) -> None:
    target = next(edit for edit in EDITS.values() if edit.type == type_)
    _, found = _add(cloud, _target(target))
    assert [refusal.by for refusal in found] == ["moto"]


def test_a_type_without_translation_is_refused(cloud: Cloud) -> None:
    _, found = _add(cloud, replace(plan("minimal").resources[0], type="aws:ec2/instance:Instance"))
    assert [refusal.by for refusal in found] == ["suite"]


def test_a_property_that_no_translation_reads_is_noticed(cloud: Cloud) -> None:
    target = next(resource for resource in plan("minimal").resources if resource.type == "aws:ec2/vpc:Vpc")
    _, found = _add(cloud, target, instanceTenancy="dedicated")
    assert found == []
    assert cloud.ignored == {"aws:ec2/vpc:Vpc": {"instanceTenancy"}}


def test_a_rule_that_differs_in_its_description_alone_is_found(cloud: Cloud) -> None:
    target = next(stored.planned for stored in cloud.stored.values() if stored.planned.type == _EGRESS)
    _, found = _add(cloud, target, description="another reason")
    assert found == []  # moto takes the description for a part of the rule, EC2 does not
    assert any("is there 2 times" in said for said in extras(cloud))


def test_a_listed_type_that_is_emulated_after_all_is_noticed() -> None:
    def create(cloud: Cloud, inputs: Any) -> Any:
        cloud.unstored("ec2", "create_vpc", CidrBlock=inputs["cidrBlock"])
        raise LookupError("nothing to refer to")

    target = next(resource for resource in plan("minimal").resources if resource.type == "aws:ec2/vpc:Vpc")
    with emulated(replace(plan("minimal"), resources=())):
        cloud = Cloud(plan("minimal").account, {target.type: Kind(create)})
        cloud.apply(replace(plan("minimal"), resources=(target,)))
    assert cloud.present == {target.type}
