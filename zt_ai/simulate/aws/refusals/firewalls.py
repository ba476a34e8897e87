"""Network Firewall and Route 53 Resolver DNS Firewall (their API references, "Errors" of each action)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws.act import Act, refuses, refuses_delete
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.values import values_at

_ASSOCIATION = "route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
_RULE = "route53/resolverFirewallRule:ResolverFirewallRule"


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What a DNS firewall rule needs for its action, whatever else exists."""
    if token == f"aws:{_RULE}":
        return _check_rule(inputs)
    if token == f"aws:{_ASSOCIATION}":
        priority = inputs.get("priority")
        if isinstance(priority, int) and not 100 < priority < 9900:
            # API_AssociateFirewallRuleGroup, Priority: must be greater than 100 and less than 9900.
            return [Problem("priority", f"InvalidParameterException: {priority} must be above 100 and below 9900")]
    return []


def _check_rule(inputs: Mapping[str, Any]) -> list[Problem]:
    action, response = inputs.get("action"), inputs.get("blockResponse")
    if action == "BLOCK" and not response:
        return [Problem("blockResponse", "InvalidParameterException: action BLOCK needs blockResponse")]
    if action in ("ALLOW", "ALERT") and response:
        return [Problem("blockResponse", f"InvalidParameterException: action {action} takes no blockResponse")]
    if response == "OVERRIDE":
        needed = ("blockOverrideDomain", "blockOverrideDnsType", "blockOverrideTtl")
        missing = [key for key in needed if inputs.get(key) is None]
        if missing:
            return [Problem(missing[0], f"InvalidParameterException: blockResponse OVERRIDE needs {missing[0]}")]
    return []


@refuses(_RULE)
def priority_once(act: Act) -> None:
    """A priority is used once in a rule group, and so is a domain list."""
    group = act.inputs.get("firewallRuleGroupId")
    for other in act.others(_RULE):
        if other.inputs.get("firewallRuleGroupId") != group:
            continue
        if other.inputs.get("priority") == act.inputs.get("priority"):
            raise CloudError("ConflictException", f"priority {act.inputs.get('priority')} is taken in {group}")
        same = ("firewallDomainListId", "qType")
        if act.inputs.get(same[0]) and all(other.inputs.get(key) == act.inputs.get(key) for key in same):
            raise CloudError("ConflictException", f"{group} already has a rule for {act.inputs.get(same[0])}")


@refuses(_ASSOCIATION)
def association(act: Act) -> None:
    """A priority is used once in a VPC; a group is associated once; five groups at most."""
    vpc_id = act.inputs.get("vpcId")
    mine = [other for other in act.others(_ASSOCIATION) if other.inputs.get("vpcId") == vpc_id]
    for other in mine:
        if other.inputs.get("priority") == act.inputs.get("priority"):
            raise CloudError("ConflictException", f"priority {act.inputs.get('priority')} is taken in {vpc_id}")
        if other.inputs.get("firewallRuleGroupId") == act.inputs.get("firewallRuleGroupId"):
            raise CloudError("ConflictException", f"the rule group is already associated with {vpc_id} ({other.id})")
    if act.thing is None:
        what = f"rule groups associated with {vpc_id}"
        act.limit("firewall-rule-groups-per-vpc", len(mine), "LimitExceededException", what)


@refuses_delete(_ASSOCIATION)
def protected_association(act: Act) -> None:
    """A protected association stays."""
    if act.thing is not None and act.thing.value("mutationProtection") == "ENABLED":
        raise CloudError("ValidationException", f"{act.thing.id} has mutation protection enabled")


@refuses("route53/resolverFirewallConfig:ResolverFirewallConfig")
def one_config(act: Act) -> None:
    """A VPC has one firewall configuration."""
    for other in act.others("route53/resolverFirewallConfig:ResolverFirewallConfig"):
        if other.inputs.get("resourceId") == act.inputs.get("resourceId"):
            raise CloudError("ValidationException", f"{act.inputs.get('resourceId')} is configured by {other.urn}")


@refuses("route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation")
def query_log_once(act: Act) -> None:
    """A VPC is associated once with a query log configuration."""
    same = ("resourceId", "resolverQueryLogConfigId")
    for other in act.others("route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"):
        if all(other.inputs.get(key) == act.inputs.get(key) for key in same):
            raise CloudError("ResourceExistsException", f"{act.inputs.get(same[0])} is already associated ({other.id})")


@refuses("networkfirewall/firewall:Firewall")
def firewall_subnets(act: Act) -> None:
    """A firewall has one subnet in each zone, in its own VPC."""
    zones: dict[str, str] = {}
    for subnet_id in values_at(act.inputs, "subnetMappings.subnetId"):
        subnet = act.world.get("aws:ec2/subnet:Subnet", str(subnet_id))
        if subnet is None:
            continue
        if subnet.value("vpcId") != act.inputs.get("vpcId"):
            raise CloudError("InvalidRequestException", f"{subnet_id} is not in {act.inputs.get('vpcId')}")
        zone = str(subnet.value("availabilityZone"))
        if zone in zones:
            raise CloudError("InvalidRequestException", f"{zones[zone]} and {subnet_id} are both in {zone}")
        zones[zone] = str(subnet_id)


@refuses("networkfirewall/ruleGroup:RuleGroup")
def rule_group_capacity(act: Act) -> None:
    """The rules fit the capacity the group reserved when it was made."""
    domains = values_at(act.inputs, "ruleGroup.rulesSource.rulesSourceList.targets")
    kinds = values_at(act.inputs, "ruleGroup.rulesSource.rulesSourceList.targetTypes")
    rules = values_at(act.inputs, "ruleGroup.rulesSource.statefulRules")
    text = "\n".join(str(s) for s in values_at(act.inputs, "ruleGroup.rulesSource.rulesString"))
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    # Network Firewall Developer Guide, "Setting rule group capacity": a stateful rule counts one, a domain one for
    # each protocol inspected.
    used, capacity = len(domains) * max(1, len(kinds)) + len(rules) + len(lines), act.inputs.get("capacity")
    if isinstance(capacity, int) and used > capacity:
        raise CloudError("InvalidRequestException", f"the rules need capacity {used}; the group has {capacity}")


@refuses_delete("networkfirewall/firewall:Firewall")
def protected_firewall(act: Act) -> None:
    """A firewall with delete protection stays."""
    if act.thing is not None and act.thing.value("deleteProtection"):
        raise CloudError("InvalidOperationException", f"{act.thing.id} has delete protection enabled")
