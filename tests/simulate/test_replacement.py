"""Which change replaces a resource, which is made in place, and what is no change at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from zt_ai.simulate.aws.catalogue import BUILDER_TYPES
from zt_ai.simulate.aws.replacement import replaces
from zt_ai.simulate.sdk import Sdk
from zt_ai.simulate.values import UNKNOWN

INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
RULE = {"securityGroupId": "sg-1", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "10.0.0.0/16"}

REPLACED = [
    ("ec2/vpc:Vpc", "cidrBlock"),
    ("ec2/subnet:Subnet", "cidrBlock"),
    ("ec2/subnet:Subnet", "availabilityZone"),
    ("ec2/subnet:Subnet", "vpcId"),
    ("ec2/securityGroup:SecurityGroup", "description"),
    ("ec2/securityGroup:SecurityGroup", "name"),
    (INGRESS, "securityGroupId"),
    ("ec2/route:Route", "destinationCidrBlock"),
    ("ec2/networkAclRule:NetworkAclRule", "cidrBlock"),
    ("ec2/networkAclRule:NetworkAclRule", "ruleNumber"),
    ("ec2/routeTableAssociation:RouteTableAssociation", "subnetId"),
    ("ec2/vpcEndpoint:VpcEndpoint", "serviceName"),
    ("ec2/natGateway:NatGateway", "subnetId"),
    ("ec2/flowLog:FlowLog", "vpcId"),
    ("ec2/flowLog:FlowLog", "trafficType"),
    ("networkfirewall/ruleGroup:RuleGroup", "capacity"),
    ("networkfirewall/firewall:Firewall", "vpcId"),
    ("route53/resolverFirewallRule:ResolverFirewallRule", "firewallDomainListId"),
    ("iam/role:Role", "name"),
    ("iam/rolePolicy:RolePolicy", "role"),
    ("kms/alias:Alias", "name"),
    ("s3/bucket:Bucket", "bucket"),
    ("cloudwatch/logGroup:LogGroup", "name"),
    ("ecs/taskDefinition:TaskDefinition", "containerDefinitions"),
    ("ecs/service:Service", "cluster"),
    ("lb/targetGroup:TargetGroup", "port"),
    ("lb/loadBalancer:LoadBalancer", "internal"),
    ("lb/listener:Listener", "loadBalancerArn"),
    ("route53/resolverFirewallRule:ResolverFirewallRule", "confidenceThreshold"),
    ("networkfirewall/firewall:Firewall", "transitGatewayId"),
    ("s3/bucket:Bucket", "objectLockEnabled"),
    ("ecs/service:Service", "launchType"),
]
IN_PLACE = [
    ("ec2/vpc:Vpc", "enableDnsHostnames"),
    ("ec2/subnet:Subnet", "mapPublicIpOnLaunch"),
    (INGRESS, "cidrIpv4"),
    (INGRESS, "toPort"),
    (INGRESS, "description"),
    ("ec2/route:Route", "natGatewayId"),
    ("ec2/routeTableAssociation:RouteTableAssociation", "routeTableId"),
    ("ec2/vpcEndpoint:VpcEndpoint", "policy"),
    ("ec2/vpcEndpoint:VpcEndpoint", "subnetIds"),
    ("ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"),
    ("ec2transitgateway/vpcAttachment:VpcAttachment", "subnetIds"),
    ("networkfirewall/firewall:Firewall", "firewallPolicyArn"),
    ("networkfirewall/ruleGroup:RuleGroup", "ruleGroup"),
    ("route53/resolverFirewallRule:ResolverFirewallRule", "priority"),
    ("route53/resolverFirewallDomainList:ResolverFirewallDomainList", "domains"),
    ("iam/role:Role", "assumeRolePolicy"),
    ("iam/rolePolicy:RolePolicy", "policy"),
    ("kms/key:Key", "policy"),
    ("cloudwatch/logGroup:LogGroup", "retentionInDays"),
    ("ecs/service:Service", "taskDefinition"),
    ("ecs/service:Service", "desiredCount"),
    ("lb/listener:Listener", "defaultActions"),
    ("route53/resolverFirewallRule:ResolverFirewallRule", "qType"),
    ("ec2/eip:Eip", "customerOwnedIpv4Pool"),
    ("ecs/service:Service", "deploymentController"),
    ("ecs/service:Service", "forceNewDeployment"),
]


@pytest.fixture(scope="module")
def sdk() -> Sdk:
    return Sdk("aws", "pulumi_aws")


@pytest.mark.parametrize(("kind", "name"), REPLACED)
def test_replaces(sdk: Sdk, kind: str, name: str) -> None:
    assert replaces(sdk, f"aws:{kind}", (name,))


@pytest.mark.parametrize(("kind", "name"), IN_PLACE)
def test_in_place(sdk: Sdk, kind: str, name: str) -> None:
    assert not replaces(sdk, f"aws:{kind}", (name,))


@pytest.mark.parametrize("token", BUILDER_TYPES)
def test_tags_never_replace_and_a_region_always_does(sdk: Sdk, token: str) -> None:
    assert not replaces(sdk, token, ("tags", "zt-ai:zone"))
    assert replaces(sdk, token, ("region",))


def test_another_kind_of_peer_replaces_the_rule(aws: Any) -> None:
    """ModifySecurityGroupRules cannot change the source type (terraform-provider-aws, ModifyPlan of the rule)."""
    other = {**RULE, "cidrIpv4": None, "referencedSecurityGroupId": "sg-2"}
    reply = aws.diff(INGRESS, RULE, other)
    assert set(reply.replaces) == {"cidrIpv4", "referencedSecurityGroupId"}
    assert reply.deleteBeforeReplace
    moved = aws.diff(INGRESS, RULE, {**RULE, "cidrIpv4": "10.1.0.0/16"})
    assert not moved.replaces
    assert moved.detailedDiff["cidrIpv4"].kind == provider_pb2.PropertyDiff.UPDATE


def test_the_detailed_difference_names_the_leaf(aws: Any) -> None:
    old = {"cidrBlock": "10.0.0.0/16", "tags": {"zt-ai:spec": "a", "b": "c"}}
    reply = aws.diff("ec2/vpc:Vpc", old, {"cidrBlock": "10.1.0.0/16", "tags": {"zt-ai:spec": "b", "d": "e"}})
    kinds = {path: change.kind for path, change in reply.detailedDiff.items()}
    difference = provider_pb2.PropertyDiff
    assert kinds == {
        "cidrBlock": difference.UPDATE_REPLACE,
        'tags["zt-ai:spec"]': difference.UPDATE,
        "tags.b": difference.DELETE,
        "tags.d": difference.ADD,
    }
    assert set(reply.diffs) == {"cidrBlock", "tags"}
    assert list(reply.replaces) == ["cidrBlock"]
    assert not reply.deleteBeforeReplace, "a VPC has no name that stands in the way"


def test_a_fixed_name_goes_before_its_successor_comes(aws: Any) -> None:
    kind = "ec2/securityGroup:SecurityGroup"
    old = {"name": "web", "vpcId": "vpc-1", "description": "a"}
    assert aws.diff(kind, old, {**old, "description": "b"}).deleteBeforeReplace
    assert not aws.diff(kind, old, {**old, "name": "other"}).deleteBeforeReplace


def test_what_means_the_same_is_no_change(aws: Any) -> None:
    none = provider_pb2.DiffResponse.DIFF_NONE
    sets = {"vpcId": "vpc-1", "subnetIds": ["a", "b"]}
    assert aws.diff("ec2/vpcEndpoint:VpcEndpoint", sets, {**sets, "subnetIds": ["b", "a"]}).changes == none
    policy = {"role": "r", "policy": json.dumps({"Version": "2012-10-17", "Statement": []})}
    spaced = {"role": "r", "policy": json.dumps({"Statement": [], "Version": "2012-10-17"}, indent=2)}
    assert aws.diff("iam/rolePolicy:RolePolicy", policy, spaced).changes == none
    assert aws.diff("ec2/vpc:Vpc", {"tags": {}}, {}).changes == none
    other = {**policy, "policy": json.dumps({"Version": "2012-10-17", "Statement": [1]})}
    assert aws.diff("iam/rolePolicy:RolePolicy", policy, other).changes != none
    dropped = {**sets, "subnetIds": ["a"]}
    assert aws.diff("ec2/vpcEndpoint:VpcEndpoint", sets, dropped).changes != none


BALANCER = "lb/loadBalancer:LoadBalancer"
NETWORK = {"loadBalancerType": "network", "subnets": ["a"], "securityGroups": ["g"]}
DNS = {"vpcEndpointType": "Interface", "privateDnsEnabled": True}


@pytest.mark.parametrize(
    ("kind", "old", "new", "replaced"),
    [
        (BALANCER, NETWORK, {**NETWORK, "securityGroups": ["g", "h"]}, False),
        (BALANCER, NETWORK, {**NETWORK, "securityGroups": ["h"]}, False),
        (BALANCER, NETWORK, {**NETWORK, "securityGroups": []}, True),
        (BALANCER, {**NETWORK, "securityGroups": []}, NETWORK, True),
        (BALANCER, NETWORK, {**NETWORK, "subnets": ["a", "b"]}, False),
        (BALANCER, NETWORK, {**NETWORK, "subnets": ["b"]}, True),
        (BALANCER, NETWORK, {**NETWORK, "subnets": ["a", UNKNOWN]}, False),
        (BALANCER, NETWORK, {**NETWORK, "subnets": UNKNOWN}, False),
        (BALANCER, {"subnets": ["a", "b"]}, {"subnets": ["a", "c"]}, False),
        ("ec2/vpcEndpoint:VpcEndpoint", DNS, {**DNS, "privateDnsEnabled": False}, False),
        ("ec2/vpcEndpoint:VpcEndpoint", {"privateDnsEnabled": True}, {"privateDnsEnabled": False}, True),
        ("ec2/vpc:Vpc", {"instanceTenancy": "dedicated"}, {"instanceTenancy": "default"}, False),
        ("ec2/vpc:Vpc", {"instanceTenancy": "default"}, {"instanceTenancy": "dedicated"}, True),
    ],
)
def test_some_properties_replace_for_some_values_only(
    aws: Any, kind: str, old: dict[str, Any], new: dict[str, Any], replaced: bool
) -> None:
    assert bool(aws.diff(kind, old, new).replaces) == replaced


def test_an_unknown_value_may_be_a_change(aws: Any) -> None:
    reply = aws.diff("ec2/subnet:Subnet", {"vpcId": "vpc-1"}, {"vpcId": UNKNOWN})
    assert list(reply.replaces) == ["vpcId"]
