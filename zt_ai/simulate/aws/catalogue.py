"""The table of AWS resource types (``types.toml``): where AWS describes each and what the descriptions leave out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

BUILDER_TYPES: tuple[str, ...] = (
    "aws:ec2/vpc:Vpc",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
    "aws:ec2/defaultRouteTable:DefaultRouteTable",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/route:Route",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/networkAcl:NetworkAcl",
    "aws:ec2/networkAclRule:NetworkAclRule",
    "aws:ec2/networkAclAssociation:NetworkAclAssociation",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/eip:Eip",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    "aws:networkfirewall/firewall:Firewall",
    "aws:networkfirewall/firewallPolicy:FirewallPolicy",
    "aws:networkfirewall/ruleGroup:RuleGroup",
    "aws:networkfirewall/loggingConfiguration:LoggingConfiguration",
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
    "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
    "aws:route53/resolverFirewallRule:ResolverFirewallRule",
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
    "aws:route53/resolverFirewallConfig:ResolverFirewallConfig",
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
    "aws:route53/zone:Zone",
    "aws:route53/record:Record",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:kms/key:Key",
    "aws:kms/alias:Alias",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:cloudtrail/trail:Trail",
    "aws:sns/topic:Topic",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:ecs/service:Service",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:lb/listener:Listener",
    "aws:appautoscaling/target:Target",
    "aws:appautoscaling/policy:Policy",
)
"""The types the AWS builder uses; each must have an entry, see :func:`uncovered_types`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One type's line in the table; the fields are explained at the head of ``types.toml``."""

    token: str
    cloudformation: str | None = None
    operation: str | None = None
    id: str | None = None
    adopts: str | None = None
    autoname: str | None = None
    fixed_name: str | None = None
    source: str | None = None
    region_free: bool = False
    switch_replaces: bool = False
    rename: Mapping[str, str] = field(default_factory=dict)
    rename_api: Mapping[str, str] = field(default_factory=dict)
    enum_case: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    policy: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    replace: frozenset[str] = frozenset()
    in_place: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    one_of: tuple[tuple[str, ...], ...] = ()


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry of the table, by full token (``aws:ec2/vpc:Vpc``)."""
    text = resources.files(__package__).joinpath("types.toml").read_text(encoding="utf-8")
    return {f"aws:{short}": _entry(f"aws:{short}", raw) for short, raw in tomllib.loads(text).items()}


def entry(token: str) -> Entry:
    """The entry of a token; an empty one for a type outside the table, which is then simulated generically."""
    return entries().get(token) or Entry(token)


def uncovered_types(tokens: tuple[str, ...] = BUILDER_TYPES) -> tuple[str, ...]:
    """The tokens that have no entry with a description by AWS: their values are checked by the SDK's types alone."""
    known = entries()
    return tuple(t for t in tokens if t not in known or not (known[t].cloudformation or known[t].operation))


def _entry(token: str, raw: Mapping[str, Any]) -> Entry:
    values = dict(raw)
    values["region_free"] = values.pop("global", False)
    for name in ("replace", "in_place", "blocks", "sets"):
        values[name] = frozenset(values.get(name, ()))
    values["one_of"] = tuple(tuple(group) for group in values.get("one_of", ()))
    values["references"] = {
        path: tuple(name if name.startswith("@") else f"aws:{name}" for name in names)
        for path, names in values.get("references", {}).items()
    }
    if "adopts" in values:
        values["adopts"] = f"aws:{values['adopts']}"
    return Entry(token=token, **values)
