"""The comparison can fail: each change made behind the plan's back shows as a difference, or as something extra."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.conformance.closed_world import crossings, extras
from tests.conformance.compare import differences
from tests.conformance.conftest import emulated
from tests.conformance.plans import part, plan
from tests.conformance.world import Cloud, Stored

_PARTS = (
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/networkAclRule:NetworkAclRule",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ec2/route:Route",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:kms/key:Key",
)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """One resource of each of these types with what it refers to, applied anew for each change."""
    first = {resource.type: resource.urn for resource in reversed(plan("minimal").resources)}
    chosen = {first[type_] for type_ in _PARTS}
    with emulated(part(plan("minimal"), lambda resource: resource.urn in chosen)) as made:
        yield made


@pytest.fixture
def routed() -> Iterator[Cloud]:
    """Every route of the minimal example and the subnets that it serves."""
    wanted = ("aws:ec2/route:Route", "aws:ec2/routeTableAssociation:RouteTableAssociation")
    with emulated(part(plan("minimal"), lambda resource: resource.type in wanted)) as made:
        yield made


def _first(cloud: Cloud, kind: str) -> Stored:
    return next(stored for stored in cloud.stored.values() if stored.planned.type.endswith(f":{kind}"))


def _drop_rule(cloud: Cloud) -> None:
    rule = _first(cloud, "SecurityGroupEgressRule")
    group = rule.inputs["securityGroupId"]
    cloud.call("ec2", "revoke_security_group_egress", GroupId=group, SecurityGroupRuleIds=[rule.made.id])


def _open_default_group(cloud: Cloud) -> None:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    group = _first(cloud, "DefaultSecurityGroup").made.id
    cloud.call("ec2", "authorize_security_group_egress", GroupId=group, IpPermissions=[everything])


def _change_entry(cloud: Cloud) -> None:
    entry = _first(cloud, "NetworkAclRule").inputs
    cloud.call(
        "ec2",
        "replace_network_acl_entry",
        NetworkAclId=entry["networkAclId"],
        RuleNumber=entry["ruleNumber"],
        Egress=entry["egress"],
        Protocol="-1",
        RuleAction="allow",
        CidrBlock="0.0.0.0/0",
    )


def _drop_route(cloud: Cloud) -> None:
    route = _first(cloud, "Route").inputs
    block = route["destinationCidrBlock"]
    cloud.call("ec2", "delete_route", RouteTableId=route["routeTableId"], DestinationCidrBlock=block)


def _open_endpoint(cloud: Cloud) -> None:
    policy = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
    endpoint = _first(cloud, "VpcEndpoint").made.id
    cloud.call("ec2", "modify_vpc_endpoint", VpcEndpointId=endpoint, PolicyDocument=policy)


def _public_addresses(cloud: Cloud) -> None:
    subnet = _first(cloud, "Subnet").made.id
    cloud.call("ec2", "modify_subnet_attribute", SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})


def _widen_role(cloud: Cloud) -> None:
    policy = _first(cloud, "RolePolicy").inputs
    document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    cloud.call("iam", "put_role_policy", RoleName=policy["role"], PolicyName=policy["name"], PolicyDocument=document)


def _publish_bucket(cloud: Cloud) -> None:
    flags = {"BlockPublicAcls": True, "BlockPublicPolicy": False}
    bucket = _first(cloud, "BucketPublicAccessBlock").made.id
    cloud.call("s3", "put_public_access_block", Bucket=bucket, PublicAccessBlockConfiguration=flags)


def _stop_rotation(cloud: Cloud) -> None:
    cloud.call("kms", "disable_key_rotation", KeyId=_first(cloud, "Key").made.id)


STORED = {
    "a rule taken away": (_drop_rule, "SecurityGroupEgressRule"),
    "the default group opened": (_open_default_group, "DefaultSecurityGroup"),
    "a network ACL entry widened": (_change_entry, "NetworkAclRule"),
    "a route taken away": (_drop_route, "Route"),
    "an endpoint's policy opened": (_open_endpoint, "VpcEndpoint"),
    "public addresses handed out": (_public_addresses, "Subnet"),
    "a role that may do anything": (_widen_role, "RolePolicy"),
    "a bucket that may be published": (_publish_bucket, "BucketPublicAccessBlock"),
    "a key that stays the same": (_stop_rotation, "Key"),
}


@pytest.mark.parametrize(("change", "kind"), STORED.values(), ids=STORED.keys())
def test_a_stored_difference_is_found(cloud: Cloud, change: Callable[[Cloud], None], kind: str) -> None:
    assert cloud.refusals == []
    assert differences(cloud) == []
    change(cloud)
    found = differences(cloud)
    assert found
    assert {difference.type.rpartition(":")[2] for difference in found} == {kind}, found


def _leave_egress_open(cloud: Cloud) -> None:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    group = _first(cloud, "SecurityGroup").made.id
    cloud.call("ec2", "authorize_security_group_egress", GroupId=group, IpPermissions=[everything])


def _extra_entry(cloud: Cloud) -> None:
    acl = _first(cloud, "NetworkAcl").made.id
    entry = {"RuleNumber": 1, "Egress": True, "Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
    cloud.call("ec2", "create_network_acl_entry", NetworkAclId=acl, **entry)


def _extra_route(cloud: Cloud) -> None:
    table, gateway = _first(cloud, "RouteTable").made.id, _first(cloud, "InternetGateway").made.id
    cloud.call("ec2", "create_route", RouteTableId=table, DestinationCidrBlock="9.9.9.9/32", GatewayId=gateway)


def _extra_group(cloud: Cloud) -> None:
    cloud.call("ec2", "create_security_group", GroupName="x", Description="x", VpcId=_first(cloud, "Vpc").made.id)


def _extra_endpoint(cloud: Cloud) -> None:
    service = "com.amazonaws.us-east-1.s3"
    cloud.call("ec2", "create_vpc_endpoint", VpcId=_first(cloud, "Vpc").made.id, ServiceName=service)


ADDED = {
    "the allow-all rule of a new group": (_leave_egress_open, "rule"),
    "a network ACL entry": (_extra_entry, "network ACL entry"),
    "a route": (_extra_route, "route"),
    "a group": (_extra_group, "group x"),
    "an endpoint": (_extra_endpoint, "vpce-"),
}


@pytest.mark.parametrize(("change", "words"), ADDED.values(), ids=ADDED.keys())
def test_something_extra_is_found(cloud: Cloud, change: Callable[[Cloud], None], words: str) -> None:
    before = extras(cloud)
    change(cloud)
    assert differences(cloud) == []
    found = [said for said in extras(cloud) if said not in before]
    assert found
    assert any(said.startswith(words) for said in found), found


def test_a_route_to_the_firewall_endpoint_of_another_zone_is_found(routed: Cloud) -> None:
    assert crossings(routed) == []
    routes = [stored for stored in routed.stored.values() if stored.inputs.get("vpcEndpointId")]
    first = routes[0].inputs
    other = next(r.inputs["vpcEndpointId"] for r in routes if r.inputs["vpcEndpointId"] != first["vpcEndpointId"])
    block = first["destinationCidrBlock"]
    table = first["routeTableId"]
    routed.call("ec2", "delete_route", RouteTableId=table, DestinationCidrBlock=block)
    routed.call("ec2", "create_route", RouteTableId=table, DestinationCidrBlock=block, VpcEndpointId=other)
    assert len(crossings(routed)) == 1
