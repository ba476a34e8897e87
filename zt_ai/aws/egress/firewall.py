"""Network Firewall with a list of provider names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.limits import PROVIDER_CAPACITY
from zt_ai.builders.options import child_options


def firewall_name(scope: Scope) -> str:
    """Name of the firewall."""
    return f"{scope.spec}-egress"


@dataclass(frozen=True, kw_only=True)
class FirewallRecords:
    """Where the firewall writes."""

    bucket_name: pulumi.Input[str]
    """Bucket for a record of every connection, below `network-firewall/`."""
    alert_log_group: pulumi.Input[str]
    """Log group for what was refused, so that an alarm can watch it."""
    after: Sequence[pulumi.Resource] = ()
    """What must exist before anything is delivered (bucket policy, key policy)."""


@dataclass(frozen=True, kw_only=True)
class ProviderFirewallArgs:
    """What `ProviderFirewall` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Firewall subnets by availability zone."""
    domains: Sequence[str]
    """Exact names that may be reached over TLS. AWS refuses an empty list: without providers, build no firewall."""
    sources: Sequence[str]
    """Ranges whose traffic is filtered: the subnets of the egress proxy."""
    records: FirewallRecords | None = None
    deletion_protection: bool = False
    """Refuse to delete the firewall or to change its policy. With it on, `destroy` fails."""
    tags: Mapping[str, str] = field(default_factory=dict)


class ProviderFirewall(pulumi.ComponentResource):
    """A stateful firewall that passes TLS connections to the listed names and drops all else.

    Strict order with `aws:drop_established` is the closest default that still works with a list of names: the name is
    in the client's first message, so the handshake before it must pass, and `aws:drop_strict` would drop that too
    [Network Firewall Developer Guide, "Managing evaluation order for Suricata compatible rules"]. What the handshake
    alone could carry is stopped by the security group and the network ACL of the proxy, which let nothing out but TCP
    443. The variants `…_app_layer` let more of a connection through before they decide, and are not used. The price: a
    first message that is spread over several packets, as a client sends it that offers a post-quantum key exchange, is
    dropped before its name is complete; AWS recommends `…_app_layer_to_server` for such clients [AWS Security Services
    Best Practices, "Firewall policy configuration"]. So the proxy must keep that message in one packet.

    A connection that breaks midstream is dropped. Both the name in the client's message and the address it is sent to
    are the client's own choice: that they belong together is enforced by the proxy.

    Attributes:
        firewall_arn: the firewall.
        firewall: the resource, to wait for.
    """

    firewall_arn: pulumi.Output[str]
    firewall: aws.networkfirewall.Firewall

    def __init__(self, name: str, args: ProviderFirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:ProviderFirewall", name, None, opts)
        child = child_options(self, opts)
        nf = aws.networkfirewall
        own_name = firewall_name(args.scope)
        tags = {**args.tags, **args.scope.tags(own_name)}
        providers = nf.RuleGroup(
            f"{name}-providers",
            name=f"{own_name}-providers",
            type="STATEFUL",
            capacity=PROVIDER_CAPACITY,
            rule_group=nf.RuleGroupRuleGroupArgs(
                rule_variables=nf.RuleGroupRuleGroupRuleVariablesArgs(
                    ip_sets=[
                        nf.RuleGroupRuleGroupRuleVariablesIpSetArgs(
                            key="HOME_NET",
                            ip_set=nf.RuleGroupRuleGroupRuleVariablesIpSetIpSetArgs(definitions=sorted(args.sources)),
                        )
                    ]
                ),
                rules_source=nf.RuleGroupRuleGroupRulesSourceArgs(
                    rules_source_list=nf.RuleGroupRuleGroupRulesSourceRulesSourceListArgs(
                        generated_rules_type="ALLOWLIST", target_types=["TLS_SNI"], targets=sorted(args.domains)
                    )
                ),
                stateful_rule_options=nf.RuleGroupRuleGroupStatefulRuleOptionsArgs(rule_order="STRICT_ORDER"),
            ),
            tags=tags,
            opts=child,
        )
        policy = nf.FirewallPolicy(
            name,
            name=own_name,
            firewall_policy=nf.FirewallPolicyFirewallPolicyArgs(
                stateless_default_actions=["aws:forward_to_sfe"],
                stateless_fragment_default_actions=["aws:forward_to_sfe"],
                stateful_default_actions=["aws:drop_established", "aws:alert_established"],
                stateful_engine_options=nf.FirewallPolicyFirewallPolicyStatefulEngineOptionsArgs(
                    rule_order="STRICT_ORDER", stream_exception_policy="DROP"
                ),
                stateful_rule_group_references=[
                    nf.FirewallPolicyFirewallPolicyStatefulRuleGroupReferenceArgs(
                        priority=100, resource_arn=providers.arn
                    )
                ],
            ),
            tags=tags,
            opts=child,
        )
        self.firewall = nf.Firewall(
            name,
            name=own_name,
            vpc_id=args.vpc_id,
            firewall_policy_arn=policy.arn,
            subnet_mappings=[
                nf.FirewallSubnetMappingArgs(subnet_id=args.subnet_ids[place], ip_address_type="IPV4")
                for place in sorted(args.subnet_ids)
            ],
            delete_protection=args.deletion_protection,
            firewall_policy_change_protection=args.deletion_protection,
            tags=tags,
            opts=child,
        )
        self.firewall_arn = self.firewall.arn
        if args.records is not None:
            _logging(name, self.firewall, args.records, child)
        self.register_outputs({"firewallArn": self.firewall_arn})

    def endpoint_id(self, availability_zone: str) -> pulumi.Output[str]:
        """The firewall's endpoint in an availability zone, for routes.

        AWS lists endpoints in no certain order [Network Firewall API Reference, "SyncState"], so it is found by its
        zone.
        """

        def find(statuses: Sequence[aws.networkfirewall.outputs.FirewallFirewallStatus]) -> str:
            for status in statuses:
                for state in status.sync_states or ():
                    if state.availability_zone == availability_zone and state.attachments:
                        return str(state.attachments[0].endpoint_id)
            raise ValueError(f"the firewall has no endpoint in {availability_zone}")

        found: pulumi.Output[str] = self.firewall.firewall_statuses.apply(find)
        return found


def _logging(
    name: str, firewall: aws.networkfirewall.Firewall, records: FirewallRecords, child: pulumi.ResourceOptions
) -> None:
    """Connections to the store that keeps them, refusals to a log group."""
    nf = aws.networkfirewall
    after = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=list(records.after)))
    nf.LoggingConfiguration(
        name,
        firewall_arn=firewall.arn,
        logging_configuration=nf.LoggingConfigurationLoggingConfigurationArgs(
            log_destination_configs=[
                nf.LoggingConfigurationLoggingConfigurationLogDestinationConfigArgs(
                    log_type="FLOW",
                    log_destination_type="S3",
                    log_destination={"bucketName": records.bucket_name, "prefix": "network-firewall"},
                ),
                nf.LoggingConfigurationLoggingConfigurationLogDestinationConfigArgs(
                    log_type="ALERT",
                    log_destination_type="CloudWatchLogs",
                    log_destination={"logGroup": records.alert_log_group},
                ),
            ]
        ),
        opts=after,
    )
