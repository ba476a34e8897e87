"""Changes to what decides by name: Network Firewall and Resolver DNS Firewall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.verify.mutation.editor import Editor
from zt_ai.graph.model import Ref, Resource, Value

GROUP = "networkfirewall/ruleGroup:RuleGroup"
POLICY = "networkfirewall/firewallPolicy:FirewallPolicy"
DOMAINS = "route53/resolverFirewallDomainList:ResolverFirewallDomainList"
DNS_RULE = "route53/resolverFirewallRule:ResolverFirewallRule"


def _put(value: Value, path: tuple[str, ...], new: Any) -> Any:
    """A nested map with one value replaced."""
    assert isinstance(value, Mapping)
    if len(path) == 1:
        return {**value, path[0]: new} if new is not None else {k: v for k, v in value.items() if k != path[0]}
    return {**value, path[0]: _put(value.get(path[0], {}), path[1:], new)}


def _edit(e: Editor, resource: Resource, key: str, path: tuple[str, ...], new: Any) -> None:
    e.set(resource, **{key: _put(resource.inputs[key], path, new)})


def _domain_group(e: Editor) -> Resource:
    def lists_domains(resource: Resource) -> bool:
        return "rulesSourceList" in str(resource.inputs.get("ruleGroup"))

    return e.one(GROUP, lists_domains)


def _targets(e: Editor) -> tuple[Resource, tuple[Any, ...]]:
    group = _domain_group(e)
    rules: Any = group.inputs["ruleGroup"]
    return group, rules["rulesSource"]["rulesSourceList"]["targets"]


def one_more_name_in_the_firewall(e: Editor) -> None:
    group, targets = _targets(e)
    _edit(e, group, "ruleGroup", ("rulesSource", "rulesSourceList", "targets"), (*targets, "paste.example.com"))


def every_subdomain_in_the_firewall(e: Editor) -> None:
    group, targets = _targets(e)
    _edit(e, group, "ruleGroup", ("rulesSource", "rulesSourceList", "targets"), (*targets, ".com"))


def the_allow_list_turned_into_a_deny_list(e: Editor) -> None:
    _edit(e, _domain_group(e), "ruleGroup", ("rulesSource", "rulesSourceList", "generatedRulesType"), "DENYLIST")


def _rule_group(e: Editor, source: dict[str, Value], name: str) -> None:
    group = e.add(
        GROUP,
        {
            "name": name,
            "type": "STATEFUL",
            "capacity": 10,
            "ruleGroup": {"rulesSource": source, "statefulRuleOptions": {"ruleOrder": "STRICT_ORDER"}},
        },
    )
    policy = e.one(POLICY)
    body: Any = policy.inputs["firewallPolicy"]
    reference = {"priority": 1, "resourceArn": Ref(group.urn)}
    e.set(
        policy,
        firewallPolicy={
            **body,
            "statefulRuleGroupReferences": (*body.get("statefulRuleGroupReferences", ()), reference),
        },
    )


def a_firewall_rule_that_passes_everything(e: Editor) -> None:
    header = {
        "protocol": "IP",
        "source": "ANY",
        "sourcePort": "ANY",
        "direction": "ANY",
        "destination": "ANY",
        "destinationPort": "ANY",
    }
    rule = {"action": "PASS", "header": header, "ruleOptions": ({"keyword": "sid", "settings": ("1",)},)}
    _rule_group(e, {"statefulRules": (rule,)}, "pass-all")


def a_suricata_rule_that_passes_everything(e: Editor) -> None:
    _rule_group(e, {"rulesString": "pass ip any any -> any any (sid:1;)"}, "pass-all")


def stateless_default_passes(e: Editor) -> None:
    _edit(e, e.one(POLICY), "firewallPolicy", ("statelessDefaultActions",), ("aws:pass",))


def stateless_fragments_pass(e: Editor) -> None:
    _edit(e, e.one(POLICY), "firewallPolicy", ("statelessFragmentDefaultActions",), ("aws:pass",))


def stateful_default_only_alerts(e: Editor) -> None:
    _edit(e, e.one(POLICY), "firewallPolicy", ("statefulDefaultActions",), ("aws:alert_established",))


def stateful_rules_in_default_order(e: Editor) -> None:
    policy = e.one(POLICY)
    body = _put(policy.inputs["firewallPolicy"], ("statefulEngineOptions",), None)
    e.set(policy, firewallPolicy=_put(body, ("statefulDefaultActions",), None))


def a_stateless_group_that_passes(e: Editor) -> None:
    match = {
        "protocols": (6,),
        "sources": ({"addressDefinition": "0.0.0.0/0"},),
        "destinations": ({"addressDefinition": "0.0.0.0/0"},),
    }
    rule = {"priority": 1, "ruleDefinition": {"actions": ("aws:pass",), "matchAttributes": match}}
    source = {"statelessRulesAndCustomActions": {"statelessRules": (rule,)}}
    group = e.add(
        GROUP, {"name": "stateless", "type": "STATELESS", "capacity": 10, "ruleGroup": {"rulesSource": source}}
    )
    policy = e.one(POLICY)
    reference = {"priority": 1, "resourceArn": Ref(group.urn)}
    e.set(policy, firewallPolicy=_put(policy.inputs["firewallPolicy"], ("statelessRuleGroupReferences",), (reference,)))


def _block_all(e: Editor) -> Resource:
    return e.one(DNS_RULE, lambda r: r.inputs.get("action") == "BLOCK")


def dns_block_rule_removed(e: Editor) -> None:
    e.remove(_block_all(e))


def dns_block_rule_only_alerts(e: Editor) -> None:
    e.set(_block_all(e), action="ALERT", blockResponse=None)


def dns_block_rule_behind_one_that_allows_all(e: Editor) -> None:
    everything = e.add(DOMAINS, {"name": "everything", "domains": ("*",)})
    group = _block_all(e).inputs["firewallRuleGroupId"]
    e.add(
        DNS_RULE,
        {
            "name": "allow-all",
            "action": "ALLOW",
            "priority": 1,
            "firewallRuleGroupId": group,
            "firewallDomainListId": Ref(everything.urn),
        },
    )


def dns_firewall_not_associated(e: Editor) -> None:
    e.remove(e.one("route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"))


def dns_firewall_fails_open(e: Editor) -> None:
    e.set(e.one("route53/resolverFirewallConfig:ResolverFirewallConfig"), firewallFailOpen="ENABLED")


def _allow_list(e: Editor) -> Resource:
    return e.one(DOMAINS, lambda r: isinstance(r.inputs.get("domains"), tuple) and len(r.inputs["domains"]) > 1)  # type: ignore[arg-type]


def dns_allows_a_wildcard(e: Editor) -> None:
    names = _allow_list(e)
    e.set(names, domains=(*names.inputs["domains"], "*.amazonaws.com"))  # type: ignore[misc]


def dns_allows_one_more_name(e: Editor) -> None:
    names = _allow_list(e)
    e.set(names, domains=(*names.inputs["domains"], "tunnel.example.com"))  # type: ignore[misc]


def dns_forwarded_to_a_server_outside(e: Editor) -> None:
    rule = e.add(
        "route53/resolverRule:ResolverRule",
        {"domainName": "example.com", "ruleType": "FORWARD", "targetIps": ({"ip": "198.51.100.53"},)},
    )
    e.add(
        "route53/resolverRuleAssociation:ResolverRuleAssociation",
        {"resolverRuleId": Ref(rule.urn), "vpcId": Ref(e.vpc.urn)},
    )


MUTATIONS = {
    # With strict order and a default drop a deny list lets nothing through: what falls is that the provider is reached.
    "reachability internet-egress": [the_allow_list_turned_into_a_deny_list],
    "internet-egress": [
        one_more_name_in_the_firewall,
        every_subdomain_in_the_firewall,
        a_firewall_rule_that_passes_everything,
        a_suricata_rule_that_passes_everything,
        stateless_default_passes,
        stateless_fragments_pass,
        stateful_default_only_alerts,
        stateful_rules_in_default_order,
        a_stateless_group_that_passes,
    ],
    "data-zone-egress internet-egress": [
        dns_block_rule_removed,
        dns_block_rule_only_alerts,
        dns_block_rule_behind_one_that_allows_all,
        dns_firewall_not_associated,
        dns_firewall_fails_open,
        dns_allows_a_wildcard,
        dns_allows_one_more_name,
        dns_forwarded_to_a_server_outside,
    ],
}
