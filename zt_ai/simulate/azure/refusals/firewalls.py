"""Azure Firewall, its policies and rule collection groups.

[Microsoft Learn, "Azure Firewall FAQ", "Azure Firewall policy rule sets", "Azure Firewall FQDN filtering in network
rules"; REST API reference, Firewall Policy Rule Collection Groups - Create Or Update.]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import Act, at, listed, refuses, values_at
from zt_ai.simulate.azure.refusals.rules import is_port_range
from zt_ai.simulate.problems import CloudError, Problem

FIRST, LAST = 100, 65000
"""Priorities of rule collections and their groups."""
_FQDN = re.compile(r"\*|(\*\.?)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+\.?")
_GROUP = "network:FirewallPolicyRuleCollectionGroup"
_KINDS = {"ApplicationRule": "Filter", "NetworkRule": "Filter", "NatRule": "Nat"}
_TARGETS = {
    "ApplicationRule": ("targetFqdns", "targetUrls", "fqdnTags", "webCategories"),
    "NetworkRule": ("destinationAddresses", "destinationFqdns", "destinationIpGroups"),
    "NatRule": ("destinationAddresses",),
}


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with rule collections and firewalls whatever else exists."""
    kind = token.removeprefix("azure-native:")
    if kind == _GROUP:
        return list(_group(inputs))
    if kind == "network:AzureFirewall":
        return list(_firewall(inputs))
    if kind == "network:FirewallPolicy":
        tier = str(at(inputs, "sku.tier") or "Standard")
        premium = [name for name in ("intrusionDetection", "transportSecurity") if inputs.get(name) is not None]
        if premium and tier != "Premium":
            return [
                Problem(premium[0], f"BadRequest: {premium[0]} needs a policy of the Premium tier; this one is {tier}")
            ]
    return []


def _group(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _priority(inputs, "", "FirewallPolicyRuleCollectionGroupInvalidPriorityValue")
    collections = [item for item in listed(inputs.get("ruleCollections")) if isinstance(item, Mapping)]
    yield from _twice("ruleCollections", "name", collections)
    yield from _twice("ruleCollections", "priority", collections)
    for number, collection in enumerate(collections):
        path = f"ruleCollections[{number}]"
        yield from _priority(collection, f"{path}.", "FirewallPolicyRuleCollectionInvalidPriorityValue")
        rules = [rule for rule in listed(collection.get("rules")) if isinstance(rule, Mapping)]
        yield from _twice(f"{path}.rules", "name", rules)
        of = str(collection.get("ruleCollectionType"))
        kinds = {str(rule.get("ruleType")) for rule in rules}
        if len(kinds) > 1:
            yield Problem(
                f"{path}.rules", f"BadRequest: a rule collection has rules of one type; this one has {sorted(kinds)}"
            )
        if "Filter" in of and not isinstance(collection.get("action"), Mapping):
            yield Problem(f"{path}.action", "BadRequest: a filter rule collection needs an action")
        for index, rule in enumerate(rules):
            yield from _rule(rule, of, f"{path}.rules[{index}]")


def _priority(item: Mapping[str, Any], path: str, code: str) -> Iterator[Problem]:
    priority = item.get("priority")
    if isinstance(priority, int) and not FIRST <= priority <= LAST:
        yield Problem(f"{path}priority", f"{code}: the priority {priority} is not between {FIRST} and {LAST}")


def _twice(path: str, key: str, items: list[Mapping[str, Any]]) -> Iterator[Problem]:
    values = [item.get(key) for item in items if isinstance(item.get(key), (str, int))]
    for value in sorted({str(v) for v in values if values.count(v) > 1}):
        yield Problem(path, f"BadRequest: two have the {key} {value}")


def _rule(rule: Mapping[str, Any], collection: str, path: str) -> Iterator[Problem]:
    kind = str(rule.get("ruleType"))
    wanted = _KINDS.get(kind)
    if wanted is None or wanted not in collection:
        yield Problem(f"{path}.ruleType", f"BadRequest: {kind} is no type of rule for a {collection}")
        return
    if not any(rule.get(name) for name in ("sourceAddresses", "sourceIpGroups")):
        yield Problem(f"{path}.sourceAddresses", "BadRequest: a rule needs sourceAddresses or sourceIpGroups")
    targets = _TARGETS[kind]
    if not any(rule.get(name) not in (None, []) for name in targets):
        yield Problem(
            f"{path}.{targets[0]}", f"BadRequest: a {kind} needs one of {', '.join(targets)} that is not empty"
        )
    for name in ("targetFqdns", "destinationFqdns"):
        for text in listed(rule.get(name)):
            if isinstance(text, str) and _FQDN.fullmatch(text) is None:
                yield Problem(
                    f"{path}.{name}", f"BadRequest: {text!r} is no FQDN; a wildcard may only stand at its start"
                )
    if kind == "ApplicationRule" and not rule.get("protocols"):
        yield Problem(f"{path}.protocols", "BadRequest: an ApplicationRule needs protocols with their ports")
    if kind == "NetworkRule":
        if not rule.get("ipProtocols"):
            yield Problem(f"{path}.ipProtocols", "BadRequest: a NetworkRule needs ipProtocols")
        if not rule.get("destinationPorts"):
            yield Problem(f"{path}.destinationPorts", "BadRequest: a NetworkRule needs destinationPorts")
    for text in listed(rule.get("destinationPorts")):
        if isinstance(text, str) and not is_port_range(text):
            yield Problem(f"{path}.destinationPorts", f"BadRequest: {text!r} is no port or range of ports")


def _firewall(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    rules = [
        name
        for name in ("applicationRuleCollections", "networkRuleCollections", "natRuleCollections")
        if inputs.get(name)
    ]
    if rules and inputs.get("firewallPolicy"):
        yield Problem(
            rules[0],
            "AzureFirewallRuleCollectionsNotAllowedWithPolicy: a firewall with a policy has no rules of its own",
        )
    items = [item for item in listed(inputs.get("ipConfigurations")) if isinstance(item, Mapping)]
    if sum(1 for item in items if item.get("subnet")) > 1:
        yield Problem("ipConfigurations", "BadRequest: only the first configuration of a firewall has a subnet")
    tier = str(at(inputs, "sku.tier") or "Standard")
    if tier == "Basic" and not inputs.get("managementIpConfiguration"):
        yield Problem(
            "managementIpConfiguration", "BadRequest: a firewall of the Basic tier needs a management configuration"
        )


@refuses("network:AzureFirewall")
def firewall(act: Act) -> None:
    """In the subnet of its name, one for a network, with standard addresses and a policy of its tier."""
    for value in values_at(act.inputs, "ipConfigurations.subnet.id"):
        if ids.leaf(str(value)) != "AzureFirewallSubnet":
            raise CloudError(
                "BadRequest",
                f"Azure Firewall stands in a subnet named AzureFirewallSubnet, not in {ids.leaf(str(value))}",
            )
        for other in act.others("network:AzureFirewall"):
            if any(ids.same(value, theirs) for theirs in values_at(other.inputs, "ipConfigurations.subnet.id")):
                raise CloudError(
                    "BadRequest", f"{other.id} stands in {value} already: one firewall for a virtual network"
                )
    for value in values_at(act.inputs, "managementIpConfiguration.subnet.id"):
        if ids.leaf(str(value)) != "AzureFirewallManagementSubnet":
            raise CloudError(
                "BadRequest", "the management configuration stands in a subnet named AzureFirewallManagementSubnet"
            )
    for value in values_at(act.inputs, "ipConfigurations.publicIPAddress.id"):
        address = act.find(value, "network:PublicIPAddress")
        if address is not None and address.origin != "assumed" and at(address.inputs, "sku.name") != "Standard":
            raise CloudError(
                "BadRequest",
                f"Azure Firewall needs public addresses of the Standard SKU; {ids.leaf(address.id)} is not",
            )
    policy = act.find(at(act.inputs, "firewallPolicy.id"), "network:FirewallPolicy")
    if policy is not None and policy.origin != "assumed":
        mine, theirs = (str(at(i, "sku.tier") or "Standard") for i in (act.inputs, policy.inputs))
        if _RANK.get(theirs, 0) > _RANK.get(mine, 0):
            raise CloudError("BadRequest", f"a firewall of the {mine} tier takes no policy of the {theirs} tier")


_RANK = {"Basic": 0, "Standard": 1, "Premium": 2}


@refuses(_GROUP)
def group(act: Act) -> None:
    """Priorities are unique in a policy; names in network rules need the policy's DNS proxy."""
    others = list(act.beside(_GROUP))
    if act.thing is None:
        act.limit(
            "firewall-rule-groups-per-policy", len(others), "BadRequest", "rule collection groups in a firewall policy"
        )
    for other in others:
        if other.inputs.get("priority") == act.inputs.get("priority"):
            raise CloudError(
                "FirewallPolicyRuleCollectionGroupPriorityConflict",
                f"{other.id} has the priority {act.inputs.get('priority')}",
            )
    policy = act.above()
    named = values_at(act.inputs, "ruleCollections.rules.destinationFqdns")
    if named and policy is not None and policy.origin != "assumed" and not at(policy.inputs, "dnsSettings.enableProxy"):
        raise CloudError(
            "BadRequest", f"FQDNs in network rules ({named[0]}) need the DNS proxy of policy {ids.leaf(policy.id)}"
        )
