"""What must be there first is waited for: the engine makes in parallel whatever does not depend on something else.

A missing dependency passes under mocks and on a lucky day. The plans of `test_conformance` are therefore applied in
the most unfriendly order that the dependencies allow, and what moto does not mind is asked of the dependencies here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest

from tests.conformance.conftest import EXAMPLES, emulated
from tests.conformance.plans import Plan, Planned, awaited, latest_first, part, plan

_TARGET: Final = "aws:appautoscaling/target:Target"

NEEDS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    # type: what it must wait for, and where AWS says so
    "aws:ec2/natGateway:NatGateway": (("InternetGateway",), "Amazon VPC User Guide, NAT gateways: Gateway.NotAttached"),
    "aws:cloudtrail/trail:Trail": (
        ("BucketPolicy", "RolePolicy"),
        "CloudTrail API Reference, CreateTrail: InsufficientS3BucketPolicyException, CloudWatch Logs role",
    ),
    "aws:ec2/flowLog:FlowLog": (("BucketPolicy",), "Amazon VPC User Guide, flow logs to S3: Access Denied"),
    "aws:networkfirewall/loggingConfiguration:LoggingConfiguration": (
        ("BucketPolicy", "LogResourcePolicy"),
        "CloudWatch Logs User Guide, logging from AWS services: permissions of each destination",
    ),
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": (
        ("BucketPolicy",),
        "Route 53 Developer Guide, Resolver query logging to S3: bucket permissions",
    ),
    "aws:ecs/service:Service": (
        ("Listener", "RolePolicy"),
        "ECS API Reference, CreateService: the target group must belong to a load balancer",
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": (
        ("BucketVersioning",),
        "Amazon S3 API Reference, PutObjectLockConfiguration: InvalidBucketState",
    ),
    _TARGET: (("Service",), "Application Auto Scaling API Reference, RegisterScalableTarget"),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": (("LogGroup",), "CloudWatch Logs API Reference, PutMetricFilter"),
}

REACHES: Final = ("NetworkAclRule", "NetworkAclAssociation", "RouteTableAssociation")
"""What the first task of a service needs besides groups and routes to reach its image, log and secret."""


def _lacking(whole: Plan, resource: Planned, wanted: tuple[str, ...]) -> list[str]:
    kinds = {each.urn: each.type.rpartition(":")[2] for each in whole.resources}
    there = {kinds[urn] for urn in awaited(whole, resource)}
    return [f"{resource.name} does not wait for any {kind}" for kind in wanted if kind not in there]


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("type_", NEEDS)
def test_what_aws_wants_first_is_waited_for(example: str, type_: str) -> None:
    whole = plan(example)
    found = [resource for resource in whole.resources if resource.type == type_]
    assert found
    assert [said for resource in found for said in _lacking(whole, resource, NEEDS[type_][0])] == []


def test_a_dependency_that_is_dropped_is_missed() -> None:
    whole = plan("minimal")
    type_ = "aws:ec2/natGateway:NatGateway"
    hasty = next(resource for resource in whole.resources if resource.type == type_)
    assert _lacking(whole, hasty, NEEDS[type_][0]) == []
    edited = replace(hasty, after=frozenset(urn for urn in hasty.after if ":Subnet::" in urn))
    resources = tuple(edited if resource is hasty else resource for resource in whole.resources)
    assert _lacking(replace(whole, resources=resources), edited, NEEDS[type_][0]) != []


def test_the_unfriendly_order_finds_a_name_that_nobody_waits_for() -> None:
    """A scaling target names its service in plain text: without a dependency it may come first."""
    whole = plan("minimal")
    one = next(resource for resource in whole.resources if resource.type == _TARGET)
    urns = {one.urn, *awaited(whole, one)}
    small = part(whole, lambda resource: resource.urn in urns)
    with emulated(latest_first(small)) as cloud:
        assert cloud.refusals == []
    hasty = tuple(replace(each, after=frozenset()) if each.urn == one.urn else each for each in small.resources)
    with emulated(latest_first(replace(small, resources=hasty))) as cloud:
        assert [(refusal.resource.urn, refusal.by) for refusal in cloud.refusals] == [(one.urn, "moto")]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_proxy_starts_when_its_network_is_complete(example: str) -> None:
    """Until an ACL has its entries nothing passes it, and a circuit breaker gives up on tasks that cannot start."""
    whole = plan(example)
    service = next(resource for resource in whole.resources if resource.type == "aws:ecs/service:Service")
    assert _lacking(whole, service, REACHES) == []
