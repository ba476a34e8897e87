"""Quotas, things that may exist once, and delete protection; beside each the neighbour that AWS allows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from zt_ai.simulate.aws import assume_existing, raise_quotas

ACL_RULE = "ec2/networkAclRule:NetworkAclRule"
ASSOCIATION = "route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
ATTACHMENT = "ec2transitgateway/vpcAttachment:VpcAttachment"
BALANCER = "lb/loadBalancer:LoadBalancer"
ENDPOINT = "ec2/vpcEndpoint:VpcEndpoint"
NAT = "ec2/natGateway:NatGateway"
S3 = "com.amazonaws.us-east-1.s3"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
        ],
    }
)


def refused(code: str) -> Any:
    return pytest.raises(AssertionError, match=code)


@dataclass(frozen=True)
class Quota:
    """`first` makes what counts one by one; a raised quota lets the next one through."""

    name: str
    code: str
    make: Callable[[Any, Any, int], Any]
    there: int = 0  # how many AWS itself has made with the VPC


def _table(aws: Any, vpc: Any, number: int) -> Any:
    return aws.make("ec2/routeTable:RouteTable", {"vpcId": vpc.id}, f"t{number}")


def _acl(aws: Any, vpc: Any, number: int) -> Any:
    return aws.make("ec2/networkAcl:NetworkAcl", {"vpcId": vpc.id}, f"a{number}")


def _interface_endpoint(aws: Any, vpc: Any, number: int) -> Any:
    service = f"com.amazonaws.us-east-1.{('kms', 'logs', 'ecr.api', 'ecr.dkr')[number]}"
    inputs = {"vpcId": vpc.id, "serviceName": service, "vpcEndpointType": "Interface"}
    return aws.make(ENDPOINT, inputs, f"e{number}")


def _gateway_endpoint(aws: Any, vpc: Any, number: int) -> Any:
    return aws.make(ENDPOINT, {"vpcId": vpc.id, "serviceName": S3}, f"g{number}")


def _role(aws: Any, _vpc: Any, number: int) -> Any:
    return aws.make("iam/role:Role", {"name": f"worker-{number}", "assumeRolePolicy": TRUST}, f"r{number}")


def _group(aws: Any, vpc: Any, number: int) -> Any:
    return aws.group(vpc, f"group-{number}")


def _bucket(aws: Any, _vpc: Any, number: int) -> Any:
    return aws.make("s3/bucket:Bucket", {"bucket": f"audit-{number}"}, f"b{number}")


def _association(aws: Any, vpc: Any, number: int) -> Any:
    kind = "route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup"
    group = aws.make(kind, {"name": f"g{number}"}, f"g{number}")
    inputs = {"name": "n", "firewallRuleGroupId": group.id, "vpcId": vpc.id, "priority": 101 + number}
    return aws.make(ASSOCIATION, inputs, f"as{number}")


QUOTAS = [
    Quota("route-tables-per-vpc", "RouteTableLimitExceeded", _table, there=1),
    Quota("network-acls-per-vpc", "NetworkAclLimitExceeded", _acl, there=1),
    Quota("interface-endpoints-per-vpc", "VpcEndpointLimitExceeded", _interface_endpoint),
    Quota("gateway-endpoints-per-region", "VpcEndpointLimitExceeded", _gateway_endpoint),
    Quota("roles-per-account", "LimitExceeded", _role),
    Quota("security-groups-per-region", "SecurityGroupLimitExceeded", _group, there=1),
    Quota("buckets-per-account", "TooManyBuckets", _bucket),
    Quota("firewall-rule-groups-per-vpc", "LimitExceededException", _association),
]


@pytest.mark.parametrize("quota", QUOTAS, ids=lambda quota: quota.name)
def test_one_more_than_the_quota_is_refused_until_it_is_raised(aws: Any, quota: Quota) -> None:
    vpc = aws.vpc()
    raise_quotas(aws.world, {quota.name: quota.there + 2})
    quota.make(aws, vpc, 0)
    quota.make(aws, vpc, 1)
    with refused(quota.code):
        quota.make(aws, vpc, 2)
    raise_quotas(aws.world, {quota.name: quota.there + 3})
    quota.make(aws, vpc, 3)


def test_nat_gateways_are_counted_in_each_availability_zone(aws: Any) -> None:
    vpc = aws.vpc()
    here, beside = aws.subnet(vpc, "10.0.0.0/24"), aws.subnet(vpc, "10.0.1.0/24")
    elsewhere = aws.subnet(vpc, "10.0.2.0/24", "us-east-1b")
    for number in range(5):
        place = beside if number % 2 else here
        aws.make(NAT, {"subnetId": place.id, "connectivityType": "private"}, f"n{number}")
    for place in (here, beside):
        with refused("NatGatewayLimitExceeded"):
            aws.make(NAT, {"subnetId": place.id, "connectivityType": "private"}, "one more")
    aws.make(NAT, {"subnetId": elsewhere.id, "connectivityType": "private"}, "other zone")
    raise_quotas(aws.world, {"nat-gateways-per-zone": 6})
    aws.make(NAT, {"subnetId": here.id, "connectivityType": "private"}, "one more")


def test_routes_of_ipv4_and_ipv6_are_counted_apart(aws: Any) -> None:
    vpc = aws.vpc()
    table = aws.make("ec2/routeTable:RouteTable", {"vpcId": vpc.id})
    gateway = aws.make("ec2/internetGateway:InternetGateway", {"vpcId": vpc.id})
    way = {"routeTableId": table.id, "gatewayId": gateway.id}
    raise_quotas(aws.world, {"routes-per-route-table": 1})
    aws.make("ec2/route:Route", {**way, "destinationCidrBlock": "192.0.2.0/24"}, "first")
    with refused("RouteLimitExceeded"):
        aws.make("ec2/route:Route", {**way, "destinationCidrBlock": "198.51.100.0/24"}, "second")
    aws.make("ec2/route:Route", {**way, "destinationIpv6CidrBlock": "2001:db8::/32"}, "six")
    with refused("RouteLimitExceeded"):
        aws.make("ec2/route:Route", {**way, "destinationIpv6CidrBlock": "::/0"}, "second six")


def test_the_closing_deny_takes_one_entry_of_each_family(aws: Any) -> None:
    acl = aws.make("ec2/networkAcl:NetworkAcl", {"vpcId": aws.vpc().id})
    raise_quotas(aws.world, {"rules-per-network-acl": 2})
    base = {"networkAclId": acl.id, "protocol": "-1", "ruleAction": "deny", "egress": False}
    aws.make(ACL_RULE, {**base, "ruleNumber": 1, "cidrBlock": "10.0.0.0/8"}, "four")
    with refused("NetworkAclEntryLimitExceeded"):
        aws.make(ACL_RULE, {**base, "ruleNumber": 2, "cidrBlock": "192.0.2.0/24"}, "second four")
    aws.make(ACL_RULE, {**base, "ruleNumber": 3, "ipv6CidrBlock": "::/0"}, "six")


def test_a_network_is_attached_once_to_a_transit_gateway(aws: Any) -> None:
    vpc, other = aws.vpc(), aws.vpc("other", "10.1.0.0/16")
    assume_existing(aws.world, ["tgw-0123456789abcdef0", "tgw-0123456789abcdef1"])
    a, b = aws.subnet(vpc, "10.0.0.0/24"), aws.subnet(vpc, "10.0.1.0/24", "us-east-1b")
    inputs = {"vpcId": vpc.id, "transitGatewayId": "tgw-0123456789abcdef0", "subnetIds": [a.id]}
    aws.make(ATTACHMENT, inputs, "first")
    with refused("DuplicateTransitGatewayAttachment"):
        aws.make(ATTACHMENT, {**inputs, "subnetIds": [b.id]}, "again")
    aws.make(ATTACHMENT, {**inputs, "transitGatewayId": "tgw-0123456789abcdef1"}, "another gateway")
    theirs = aws.subnet(other, "10.1.0.0/24")
    aws.make(ATTACHMENT, {**inputs, "vpcId": other.id, "subnetIds": [theirs.id]}, "another network")


def test_an_attachment_has_one_subnet_in_a_zone(aws: Any) -> None:
    vpc = aws.vpc()
    assume_existing(aws.world, ["tgw-0123456789abcdef0"])
    subnets = [aws.subnet(vpc, f"10.0.{n}.0/24", f"us-east-1{zone}") for n, zone in enumerate("aab")]
    inputs = {"vpcId": vpc.id, "transitGatewayId": "tgw-0123456789abcdef0"}
    with refused("DuplicateSubnetsInSameZone"):
        aws.make(ATTACHMENT, {**inputs, "subnetIds": [subnets[0].id, subnets[1].id]})
    aws.make(ATTACHMENT, {**inputs, "subnetIds": [subnets[0].id, subnets[2].id]})


def test_the_same_flow_log_is_made_once(aws: Any) -> None:
    aws.make("s3/bucket:Bucket", {"bucket": "audit-1"})
    inputs = {
        "vpcId": aws.vpc().id,
        "trafficType": "ALL",
        "logDestinationType": "s3",
        "logDestination": "arn:aws:s3:::audit-1/flows",
    }
    aws.make("ec2/flowLog:FlowLog", inputs, "first")
    with refused("FlowLogAlreadyExists"):
        aws.make("ec2/flowLog:FlowLog", inputs, "again")
    aws.make("ec2/flowLog:FlowLog", {**inputs, "logDestination": "arn:aws:s3:::audit-1/more"}, "elsewhere")
    aws.make("ec2/flowLog:FlowLog", {**inputs, "vpcId": aws.vpc("other").id}, "other network")


def test_a_protected_firewall_stays_until_it_is_released(aws: Any) -> None:
    vpc = aws.vpc()
    spec = {
        "statelessDefaultActions": ["aws:forward_to_sfe"],
        "statelessFragmentDefaultActions": ["aws:forward_to_sfe"],
    }
    policy = aws.make("networkfirewall/firewallPolicy:FirewallPolicy", {"name": "p", "firewallPolicy": spec})
    inputs = {
        "name": "fw",
        "vpcId": vpc.id,
        "firewallPolicyArn": policy.id,
        "subnetMappings": [{"subnetId": aws.subnet(vpc, "10.0.0.0/28").id}],
    }
    firewall = aws.make("networkfirewall/firewall:Firewall", {**inputs, "deleteProtection": True})
    with refused("delete protection"):
        aws.delete(firewall)
    aws.update(firewall, {**inputs, "deleteProtection": False})
    aws.delete(firewall)


def test_a_protected_load_balancer_stays_until_it_is_released(aws: Any) -> None:
    subnet = aws.subnet(aws.vpc(), "10.0.0.0/24")
    inputs = {"name": "front", "internal": True, "loadBalancerType": "network", "subnets": [subnet.id]}
    balancer = aws.make(BALANCER, {**inputs, "enableDeletionProtection": True})
    with refused("deletion protection"):
        aws.delete(balancer)
    aws.update(balancer, {**inputs, "enableDeletionProtection": False})
    aws.delete(balancer)


def test_a_protected_dns_firewall_association_stays_until_it_is_released(aws: Any) -> None:
    kind = "route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup"
    group = aws.make(kind, {"name": "g"})
    inputs = {"name": "n", "firewallRuleGroupId": group.id, "vpcId": aws.vpc().id, "priority": 101}
    held = aws.make(ASSOCIATION, {**inputs, "mutationProtection": "ENABLED"})
    with refused("mutation protection"):
        aws.delete(held)
    aws.update(held, {**inputs, "mutationProtection": "DISABLED"})
    aws.delete(held)
