"""What moto cannot witness: checked as a request, not as something stored. Every entry is itself tested to be true.

An entry that moto has caught up with fails the suite, and so does a planned type that is neither applied nor listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

NOT_EMULATED: Final[Mapping[str, str]] = {
    "aws:networkfirewall/ruleGroup:RuleGroup": "moto has Network Firewall's firewalls, not their rule groups",
    "aws:networkfirewall/firewallPolicy:FirewallPolicy": "moto has Network Firewall's firewalls, not their policies",
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": "moto has no Resolver DNS Firewall",
    "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": "moto has no Resolver DNS Firewall",
    "aws:route53/resolverFirewallRule:ResolverFirewallRule": "moto has no Resolver DNS Firewall",
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": (
        "moto has no Resolver DNS Firewall"
    ),
    "aws:route53/resolverFirewallConfig:ResolverFirewallConfig": "moto has no Resolver DNS Firewall",
    "aws:s3/bucketMetric:BucketMetric": "moto takes a metrics configuration and forgets it",
}
"""Types of which moto stores nothing, with the reason. Their requests are still checked against AWS's description."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a property is not compared; limited to planned values that match `only`, to resources that have `beside`."""

    reason: str
    only: str = ""
    beside: str = ""

    def covers(self, planned: Any, inputs: Mapping[str, Any]) -> bool:
        """Whether a planned value of a resource with these inputs is one that is not compared."""
        return re.search(self.only, str(planned)) is not None and (not self.beside or self.beside in inputs)


NOT_STORED: Final[Mapping[tuple[str, str], Gap]] = {
    ("aws:ec2/flowLog:FlowLog", "destinationOptions"): Gap("not kept"),
    ("aws:ec2/flowLog:FlowLog", "logDestination"): Gap(
        "a folder is taken for a part of the bucket's name", r"^arn:aws:s3:::[^/]+/"
    ),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "ipAddressType"): Gap("not kept"),
    ("aws:ec2transitgateway/vpcAttachment:VpcAttachment", "tags"): Gap("looked for under another resource type"),
    ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "description"): Gap(
        "not kept for a rule whose peer is a prefix list", beside="prefixListId"
    ),
    ("aws:lb/loadBalancer:LoadBalancer", "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"): Gap("not kept"),
    (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "rules.blockedEncryptionTypes",
    ): Gap("not kept"),
    ("aws:ecs/service:Service", "availabilityZoneRebalancing"): Gap("not kept"),
    ("aws:ecs/service:Service", "deploymentCircuitBreaker"): Gap("not kept"),
    ("aws:ecs/service:Service", "deploymentMaximumPercent"): Gap("not kept"),
    ("aws:ecs/service:Service", "deploymentMinimumHealthyPercent"): Gap("not kept"),
    ("aws:ecs/service:Service", "enableEcsManagedTags"): Gap("not kept"),
    ("aws:ecs/service:Service", "enableExecuteCommand"): Gap("not kept"),
    ("aws:ecs/service:Service", "healthCheckGracePeriodSeconds"): Gap("not kept"),
    ("aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig", "tags"): Gap("cannot be asked for"),
    ("aws:appautoscaling/target:Target", "tags"): Gap("not kept"),
}
"""Properties, by type and path, that moto takes in a request and does not store as AWS does."""

FILLED_IN: Final[Mapping[tuple[str, str], str]] = {
    ("aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions.cpu"): (
        "0 where nothing is reserved; the provider takes both for the same"
    ),
}
"""Members that AWS adds to a planned document and that mean the same as their absence."""

PROVIDER_ONLY: Final[Mapping[tuple[str, str], str]] = {
    ("aws:kms/key:Key", "deletionWindowInDays"): "sent by the provider when the key is destroyed",
    ("aws:s3/bucket:Bucket", "forceDestroy"): "tells the provider to empty the bucket first; AWS never sees it",
}
"""Properties that direct the provider and reach AWS in no request that makes or changes the resource."""
