"""Counts of Network Firewall and of Resolver DNS Firewall.

Capacity of a rule group [AWS Network Firewall Developer Guide, "Setting rule group capacity in AWS Network Firewall"]:
a stateful group needs at least as much as it has rules; a stateless one the sum over its rules of the product of the
numbers of their settings. A domain list is more than its domains: one rule for each domain and protocol, and one more
for each protocol (measured, "Quick Tips: Stateful Rule Group Capacity in AWS Network Firewall", cloudnetworks.io).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from zt_ai.graph.model import Ref, Resource, Unknown, Value
from zt_ai.verify.aws.quota_table import Quota
from zt_ai.verify.aws.tally import REGION, Tally
from zt_ai.verify.reading import items, maps, member, number, plain, text, unknown_in

_FIREWALL = "aws:networkfirewall/firewall:Firewall"
_POLICY = "aws:networkfirewall/firewallPolicy:FirewallPolicy"
_GROUP = "aws:networkfirewall/ruleGroup:RuleGroup"
_DNS_ASSOCIATION = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
_DNS_RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule"
_DNS_LIST = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList"
_MATCHES = ("destinations", "destinationPorts", "protocols", "sources", "sourcePorts", "tcpFlags")


def count_filters(tally: Tally) -> None:
    """Count firewalls, their policies and rule groups, and DNS firewall rules and lists."""
    quotas = tally.quotas
    for type_, quota in ((_FIREWALL, quotas.firewalls), (_POLICY, quotas.firewall_policies)):
        for resource in tally.graph.of_type(type_):
            tally.counted += 1
            tally.add(quota, REGION, by=resource)
    for group in tally.graph.of_type(_GROUP):
        tally.counted += 1
        stateful = text(group.inputs.get("type")) != "STATELESS"
        tally.add(quotas.stateful_groups if stateful else quotas.stateless_groups, REGION, by=group)
        _capacity(tally, group, stateful=stateful)
    for policy in tally.graph.of_type(_POLICY):
        _policy(tally, policy)
    _dns(tally)


def _capacity(tally: Tally, group: Resource, *, stateful: bool) -> None:
    capacity = number(group.inputs.get("capacity"))
    needed = _needed(tally, group, stateful=stateful)
    if isinstance(capacity, Unknown) or isinstance(needed, Unknown):
        tally.unknown(group, "how much of its capacity the rule group needs is known only after the deployment")
        return
    what = Quota(
        "units of capacity needed", capacity or 0, 'Network Firewall Developer Guide, "Setting rule group capacity"'
    )
    tally.add(what, group.urn, needed)


def _needed(tally: Tally, group: Resource, *, stateful: bool) -> int | Unknown:
    source = member(group.inputs, "ruleGroup", "rulesSource")
    if isinstance(source, Unknown | Ref) or unknown_in(source):
        return Unknown()
    rules: Mapping[str, Value] = source if isinstance(source, Mapping) else {}
    if not stateful:
        listed = maps(member(rules, "statelessRulesAndCustomActions", "statelessRules"))
        return sum(_complexity(rule) for rule in listed)
    needed = len(items(rules.get("statefulRules")))
    for domains in maps(rules.get("rulesSourceList")):
        needed += (len(items(domains.get("targets"))) + 1) * len(items(domains.get("targetTypes")))
    for written in (rules.get("rulesString"), group.inputs.get("rules")):
        value = plain(written)
        if isinstance(value, Unknown | Ref):
            return Unknown()
        if isinstance(value, str):
            tally.add(tally.quotas.suricata, group.urn, len(value.encode()))
            needed += _written(value)
    return needed


def _written(rules: str) -> int:
    """Rules in a Suricata text: lines that are neither empty nor a comment; a backslash continues a line."""
    lines = rules.replace("\\\n", " ").splitlines()
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


def _complexity(rule: Mapping[str, Value]) -> int:
    attributes = member(rule, "ruleDefinition", "matchAttributes")
    settings = attributes if isinstance(attributes, Mapping) else {}
    return prod(max(1, len(items(settings.get(name)))) for name in _MATCHES)


def _policy(tally: Tally, policy: Resource) -> None:
    quotas = tally.quotas
    for reference in maps(member(policy.inputs, "firewallPolicy", "statefulRuleGroupReferences")):
        tally.add(quotas.groups_of_policy, policy.urn)
        group = tally.resource(reference.get("resourceArn"))
        capacity = number(group.inputs.get("capacity")) if group is not None else Unknown()
        if isinstance(capacity, int):
            tally.add(quotas.capacity_of_policy, policy.urn, capacity)
        elif group is None:
            tally.unknown(
                policy, "a rule group of the firewall policy is not in the plan, so its capacity is not known"
            )


def _dns(tally: Tally) -> None:
    quotas = tally.quotas
    for type_, name, quota in (
        (_DNS_ASSOCIATION, "vpcId", quotas.dns_groups),
        (_DNS_RULE, "firewallRuleGroupId", quotas.dns_rules),
    ):
        for resource in tally.graph.of_type(type_):
            tally.counted += 1
            holder = tally.holder(resource, name)
            if holder is not None:
                tally.add(quota, holder, by=resource)
    for listed in tally.graph.of_type(_DNS_LIST):
        tally.counted += 1
        tally.add(quotas.dns_lists, REGION, by=listed)
        if isinstance(plain(listed.inputs.get("domains")), Unknown):
            tally.unknown(listed, "its domains are known only after the deployment")
        tally.add(quotas.dns_domains, REGION, len(items(listed.inputs.get("domains"))), by=listed)
