"""The network firewall policy and the secure tags that its rules know sources by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.naming import shorten
from zt_ai.builders.options import after, child_options
from zt_ai.gcp.naming import ROLE, SPEC, WORKLOAD, Scope, described
from zt_ai.gcp.network.rules import Rule


@dataclass(frozen=True, kw_only=True)
class SecureTagsArgs:
    """What `SecureTags` is made from."""

    scope: Scope
    network_name: str
    """The network that the tags are for, without its path. It has to exist."""
    workloads: Sequence[str]


class SecureTags(pulumi.ComponentResource):
    """A tag key for one network and a value for each workload; whoever may give a value to an instance is for IAM to
    say (`roles/resourcemanager.tagUser` on the value).

    Attributes:
        key: the tag key. values: by workload. value_ids: by workload, `tagValues/…`.
    """

    key: gcp.tags.TagKey
    values: dict[str, gcp.tags.TagValue]
    value_ids: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: SecureTagsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:SecureTags", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        self.key = gcp.tags.TagKey(
            name,
            parent=f"projects/{scope.project}",
            short_name=scope.name("workload"),
            description=described(f"Workload of {scope.spec}", {SPEC: scope.spec, ROLE: "workload-tag"}),
            purpose="GCE_FIREWALL",
            # `PROJECT/NETWORK` [Resource Manager API, tagKeys: purposeData of GCE_FIREWALL].
            purpose_data={"network": f"{scope.project}/{args.network_name}"},
            opts=child,
        )
        self.values = {
            workload: gcp.tags.TagValue(
                f"{name}-{workload}",
                parent=self.key.id,
                short_name=workload,
                description=described(f"Instances of {workload}", {WORKLOAD: workload, SPEC: scope.spec}),
                opts=child,
            )
            for workload in args.workloads
        }
        self.value_ids = {workload: value.id for workload, value in self.values.items()}
        self.register_outputs({"keyId": self.key.id, "valueIds": self.value_ids})


@dataclass(frozen=True, kw_only=True)
class FirewallPolicyArgs:
    """What `FirewallPolicy` is made from."""

    scope: Scope
    network_id: pulumi.Input[str]
    rules: Sequence[Rule]
    """See `zt_ai.gcp.network.rules`."""
    tag_ids: Mapping[str, pulumi.Input[str]]
    """Secure tag value of each workload that occurs as a source."""
    accounts: Mapping[str, pulumi.Resource]
    """Service account of each workload that occurs as a target. A rule names it by its address, and is refused where
    there is none yet, so it waits for its own targets: were it to wait for all, every rule would list every account."""


class FirewallPolicy(pulumi.ComponentResource):
    """A global network firewall policy, each rule a resource of its own, associated with the network once all are
    there.

    Attributes:
        policy: the policy. rules: by name. association: what the policy takes effect by; instances should wait for it.
    """

    policy: gcp.compute.NetworkFirewallPolicy
    rules: dict[str, gcp.compute.NetworkFirewallPolicyRule]
    association: gcp.compute.NetworkFirewallPolicyAssociation

    def __init__(self, name: str, args: FirewallPolicyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:FirewallPolicy", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        self.policy = gcp.compute.NetworkFirewallPolicy(
            name,
            name=scope.name("firewall"),
            project=scope.project,
            description=described(f"Flows of {scope.spec}", {SPEC: scope.spec}),
            opts=child,
        )
        self.rules = {rule.name: self._rule(name, args, rule, child) for rule in args.rules}
        self.association = gcp.compute.NetworkFirewallPolicyAssociation(
            f"{name}-association",
            name=scope.name("firewall"),
            project=scope.project,
            firewall_policy=self.policy.name,
            attachment_target=args.network_id,
            opts=after(child, *self.rules.values()),
        )
        self.register_outputs({"policyId": self.policy.id})

    def _rule(
        self, name: str, args: FirewallPolicyArgs, rule: Rule, opts: pulumi.ResourceOptions
    ) -> gcp.compute.NetworkFirewallPolicyRule:
        tags = [args.tag_ids[workload] for workload in rule.source_tags]
        return gcp.compute.NetworkFirewallPolicyRule(
            f"{name}-{rule.name}",
            project=args.scope.project,
            firewall_policy=self.policy.name,
            rule_name=shorten(rule.name.replace(".", "-"), 63),
            description=rule.description,
            priority=rule.priority,
            direction=rule.direction,
            action="allow" if rule.allows else "deny",
            disabled=False,
            enable_logging=True,
            target_service_accounts=[args.scope.account(workload) for workload in rule.targets] or None,
            match=gcp.compute.NetworkFirewallPolicyRuleMatchArgs(
                layer4_configs=[
                    gcp.compute.NetworkFirewallPolicyRuleMatchLayer4ConfigArgs(
                        ip_protocol=protocol, ports=[ports] if ports else None
                    )
                    for protocol, ports in rule.ports
                ],
                src_ip_ranges=list(rule.source_ranges) or None,
                dest_ip_ranges=list(rule.destination_ranges) or None,
                dest_fqdns=list(rule.destination_names) or None,
                src_secure_tags=[gcp.compute.NetworkFirewallPolicyRuleMatchSrcSecureTagArgs(name=tag) for tag in tags]
                or None,
            ),
            opts=after(opts, *(args.accounts[workload] for workload in rule.targets)),
        )
