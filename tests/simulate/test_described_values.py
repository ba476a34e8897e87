"""Values against AWS's own descriptions: CloudFormation schemas and service models."""

from __future__ import annotations

from typing import Any

import pytest

from zt_ai.simulate.values import UNKNOWN

VPC, GROUP = "vpc-0123456789abcdef0", "sg-0123456789abcdef0"
LOG = {"vpcId": VPC, "logDestination": "arn:aws:s3:::b", "logDestinationType": "s3", "trafficType": "ALL"}
ENDPOINT = {"vpcId": VPC, "serviceName": "com.amazonaws.us-east-1.kms", "vpcEndpointType": "Interface"}
ALARM = {
    "comparisonOperator": "GreaterThanThreshold",
    "evaluationPeriods": 1,
    "metricName": "Denied",
    "namespace": "zt-ai",
    "period": 60,
    "statistic": "Sum",
    "threshold": 0,
}
POLICY = {
    "statelessDefaultActions": ["aws:forward_to_sfe"],
    "statelessFragmentDefaultActions": ["aws:forward_to_sfe"],
}

CASES = [
    ("ec2/flowLog:FlowLog", LOG, {"trafficType": "DENY"}, "trafficType"),
    ("ec2/vpcEndpoint:VpcEndpoint", ENDPOINT, {"vpcEndpointType": "interface"}, "vpcEndpointType"),
    ("ec2/vpcEndpoint:VpcEndpoint", ENDPOINT, {"dnsOptions": {"dnsRecordIpType": "v4"}}, "dnsOptions.dnsRecordIpType"),
    ("cloudwatch/metricAlarm:MetricAlarm", ALARM, {"comparisonOperator": "Above"}, "comparisonOperator"),
    ("cloudwatch/metricAlarm:MetricAlarm", ALARM, {"extendedStatistic": "p99"}, "statistic"),
    ("cloudwatch/logGroup:LogGroup", {"name": "/a"}, {"name": "a b"}, "name"),
    ("cloudwatch/logGroup:LogGroup", {"name": "/a"}, {"retentionInDays": 2000}, "retentionInDays"),
    ("kms/key:Key", {}, {"keyUsage": "ENCRYPT"}, "keyUsage"),
    ("kms/key:Key", {}, {"deletionWindowInDays": 3}, "deletionWindowInDays"),
    (
        "networkfirewall/firewallPolicy:FirewallPolicy",
        {"name": "p", "firewallPolicy": POLICY},
        {"name": "a_b"},
        "name",
    ),
    (
        "networkfirewall/firewallPolicy:FirewallPolicy",
        {"name": "p", "firewallPolicy": POLICY},
        {"firewallPolicy": {**POLICY, "statefulEngineOptions": {"ruleOrder": "STRICT"}}},
        "firewallPolicy.statefulEngineOptions.ruleOrder",
    ),
    ("route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup", {"name": "a"}, {"name": "a/b"}, "name"),
    ("ec2/eip:Eip", {"domain": "vpc"}, {"domain": "network"}, "domain"),
    (
        "s3/bucketVersioning:BucketVersioning",
        {"bucket": "b-1", "versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "On"}},
        "versioningConfiguration.status",
    ),
    ("lb/loadBalancer:LoadBalancer", {"name": "a"}, {"loadBalancerType": "classic"}, "loadBalancerType"),
    ("lb/loadBalancer:LoadBalancer", {"name": "a"}, {"name": "a_b"}, "name"),
    (
        "ecs/taskDefinition:TaskDefinition",
        {"family": "f", "containerDefinitions": '[{"name":"a","image":"b"}]'},
        {"networkMode": "vpc"},
        "networkMode",
    ),
    ("iam/role:Role", {"name": "r", "assumeRolePolicy": ""}, {"maxSessionDuration": 60}, "maxSessionDuration"),
    ("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, {"instanceTenancy": "shared"}, "instanceTenancy"),
    ("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, {"tags": {"aws:x": "y"}}, 'tags["aws:x"]'),
    ("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, {"tags": {"x": "y;"}}, 'tags["x"]'),
    ("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}, {"tags": {str(n): "y" for n in range(51)}}, "tags"),
]


@pytest.mark.parametrize(("kind", "base", "change", "path"), CASES)
def test_a_value_aws_does_not_know_is_refused(aws: Any, kind: str, base: Any, change: Any, path: str) -> None:
    assert aws.problems(kind, base) == {}
    problems = aws.problems(kind, {**base, **change})
    assert path in problems, problems
    assert "'it'" in problems[path]


def test_the_message_names_the_values_there_are(aws: Any) -> None:
    said = aws.problems("ec2/flowLog:FlowLog", {**LOG, "trafficType": "REJECTED"})["trafficType"]
    assert "'REJECTED'" in said
    assert "did you mean 'REJECT'" in said


def test_items_that_are_not_known_yet_may_differ(aws: Any) -> None:
    kind = "networkfirewall/firewall:Firewall"
    inputs = {"name": "f", "vpcId": VPC, "firewallPolicyArn": UNKNOWN}
    unknown = [{"subnetId": UNKNOWN}, {"subnetId": UNKNOWN}]
    assert aws.problems(kind, {**inputs, "subnetMappings": unknown}) == {}
    same = [{"subnetId": "subnet-0123456789abcdef0"}] * 2
    assert "occurs twice" in aws.problems(kind, {**inputs, "subnetMappings": same})["subnetMappings"]
