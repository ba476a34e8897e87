"""Names: a closed resolver, and the private hosted zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.naming import Scope
from zt_ai.builders.options import child_options

# AWS takes more than 100 and less than 9900 for the groups of a VPC [Route 53 Developer Guide, "Managing associations
# between your VPC and Route 53 Resolver DNS Firewall rule groups"]; the lowest is asked first.
FIRST = 101


@dataclass(frozen=True, kw_only=True)
class DnsFirewallArgs:
    """What `DnsFirewall` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    domains: Sequence[str]
    """Names that may be resolved. A wildcard is only safe below a private hosted zone of the VPC."""
    deletion_protection: bool = False
    """Refuse to take the firewall off the VPC. With it on, `destroy` fails."""
    tags: Mapping[str, str] = field(default_factory=dict)


class DnsFirewall(pulumi.ComponentResource):
    """Route 53 Resolver DNS Firewall that answers the listed names and no others, and fails closed.

    The chain of aliases behind a listed name is trusted: it is written by the owner of that name and not by who asks.

    Attributes:
        rule_group_id: the rule group.
        blocked_list_id: the domain list that holds everything else.
    """

    rule_group_id: pulumi.Output[str]
    blocked_list_id: pulumi.Output[str]

    def __init__(self, name: str, args: DnsFirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:DnsFirewall", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope

        def tags(what: str) -> dict[str, str]:
            return {**args.tags, **scope.tags(f"{scope.spec}-dns-{what}")}

        allowed = aws.route53.ResolverFirewallDomainList(
            f"{name}-allowed",
            name=f"{scope.spec}-allowed",
            domains=sorted(args.domains),
            tags=tags("allowed"),
            opts=child,
        )
        rest = aws.route53.ResolverFirewallDomainList(
            f"{name}-rest", name=f"{scope.spec}-rest", domains=["*"], tags=tags("rest"), opts=child
        )
        group = aws.route53.ResolverFirewallRuleGroup(name, name=scope.spec, tags=tags("firewall"), opts=child)
        aws.route53.ResolverFirewallRule(
            f"{name}-allow",
            name=f"{scope.spec}-allow",
            firewall_rule_group_id=group.id,
            firewall_domain_list_id=allowed.id,
            priority=100,
            action="ALLOW",
            firewall_domain_redirection_action="TRUST_REDIRECTION_DOMAIN",
            opts=child,
        )
        aws.route53.ResolverFirewallRule(
            f"{name}-block",
            name=f"{scope.spec}-block",
            firewall_rule_group_id=group.id,
            firewall_domain_list_id=rest.id,
            priority=200,
            action="BLOCK",
            block_response="NXDOMAIN",
            opts=child,
        )
        # Closed before it is asked: fail-open would answer every name whenever the firewall does not.
        aws.route53.ResolverFirewallConfig(
            f"{name}-fail-closed", resource_id=args.vpc_id, firewall_fail_open="DISABLED", opts=child
        )
        aws.route53.ResolverFirewallRuleGroupAssociation(
            name,
            name=scope.spec,
            vpc_id=args.vpc_id,
            firewall_rule_group_id=group.id,
            priority=FIRST,
            mutation_protection="ENABLED" if args.deletion_protection else "DISABLED",
            tags=tags("firewall"),
            opts=child,
        )
        self.rule_group_id = group.id
        self.blocked_list_id = rest.id
        self.register_outputs({"ruleGroupId": self.rule_group_id, "blockedListId": self.blocked_list_id})


@dataclass(frozen=True, kw_only=True)
class Alias:
    """A load balancer as the target of a name."""

    dns_name: pulumi.Input[str]
    hosted_zone_id: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class PrivateNamesArgs:
    """What `PrivateNames` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    domain: str
    """Name of the private hosted zone."""
    aliases: Mapping[str, Alias] = field(default_factory=dict)
    """Load balancers by the label they get below the domain."""
    tags: Mapping[str, str] = field(default_factory=dict)


class PrivateNames(pulumi.ComponentResource):
    """A private hosted zone for one VPC: the only names that workloads can have of their own.

    Attributes:
        hosted_zone_id: the zone.
    """

    hosted_zone_id: pulumi.Output[str]

    def __init__(self, name: str, args: PrivateNamesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:PrivateNames", name, None, opts)
        child = child_options(self, opts)
        zone = aws.route53.Zone(
            name,
            name=args.domain,
            comment="zt-ai private names",
            vpcs=[aws.route53.ZoneVpcArgs(vpc_id=args.vpc_id, vpc_region=args.scope.region)],
            tags={**args.tags, **args.scope.tags(args.domain)},
            opts=child,
        )
        self.hosted_zone_id = zone.zone_id
        for label, alias in args.aliases.items():
            aws.route53.Record(
                f"{name}-{label}",
                zone_id=zone.zone_id,
                name=f"{label}.{args.domain}",
                type="A",
                aliases=[
                    aws.route53.RecordAliasArgs(
                        name=alias.dns_name, zone_id=alias.hosted_zone_id, evaluate_target_health=False
                    )
                ],
                opts=child,
            )
        self.register_outputs({"hostedZoneId": self.hosted_zone_id})
