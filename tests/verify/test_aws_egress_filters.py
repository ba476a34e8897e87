"""Network Firewall and DNS Firewall: which names get out."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest

from bench.synthetic import SETTINGS, Plan
from zt_ai.verify.aws.dns import matches, name_filter
from zt_ai.verify.aws.firewall import Inspection, inspect
from zt_ai.verify.aws.read import read_world
from zt_ai.verify.aws.suricata import parse_rules

HOSTS = (IPv4Network("10.20.8.0/24"),)


def firewall(*sources: dict[str, Any], **policy: Any) -> Inspection:
    """A firewall with a rule group for each source, in strict order, dropping what no rule passes unless said."""
    plan = Plan()
    vpc = plan.add("ec2/vpc:Vpc", "vpc", cidrBlock="10.20.0.0/16")
    references = []
    for index, source in enumerate(sources):
        body = {"rulesSource": source, **source.pop("with", {})}
        group = plan.add("networkfirewall/ruleGroup:RuleGroup", f"g{index}", type="STATEFUL", ruleGroup=body)
        references.append({"resourceArn": group, "priority": index + 1})
    made = plan.add(
        "networkfirewall/firewallPolicy:FirewallPolicy",
        "p",
        firewallPolicy={
            "statelessDefaultActions": ["aws:forward_to_sfe"],
            "statelessFragmentDefaultActions": ["aws:forward_to_sfe"],
            "statefulDefaultActions": ["aws:drop_established"],
            "statefulEngineOptions": {"ruleOrder": "STRICT_ORDER"},
            "statefulRuleGroupReferences": references,
            **policy,
        },
    )
    key = plan.add("networkfirewall/firewall:Firewall", "f", vpcId=vpc, firewallPolicyArn=made, subnetMappings=[])
    return inspect(read_world(plan.graph(), SETTINGS), key.urn)


def allow(*names: str, kind: str = "ALLOWLIST") -> dict[str, Any]:
    return {"rulesSourceList": {"generatedRulesType": kind, "targetTypes": ["TLS_SNI"], "targets": list(names)}}


class TestDomainLists:
    """An allow list of api.example.com passes a client hello with that name from the VPC and no other."""

    def test_the_name_itself_passes(self) -> None:
        found = firewall(allow("api.example.com"))
        assert found.passes("api.example.com", HOSTS)
        assert not found.passes("evil.example.com", HOSTS)
        assert not found.unfiltered

    def test_a_leading_dot_is_the_name_and_all_below_it(self) -> None:
        found = firewall(allow(".example.com"))
        assert found.passes("example.com", HOSTS)
        assert found.passes("a.b.example.com", HOSTS)
        assert not found.passes("badexample.com", HOSTS)

    def test_addresses_outside_home_net_are_not_passed(self) -> None:
        body = {"ruleVariables": {"ipSets": [{"key": "HOME_NET", "ipSet": {"definitions": ["10.20.9.0/24"]}}]}}
        assert not firewall({**allow("api.example.com"), "with": body}).passes("api.example.com", HOSTS)

    def test_a_deny_list_passes_nothing_by_itself(self) -> None:
        assert not firewall(allow("evil.example.com", kind="DENYLIST")).openings


class TestDefaultActions:
    """What no rule matches is dropped only where a default action of strict order says so."""

    @pytest.mark.parametrize(
        ("change", "open_"),
        [
            ({}, False),
            ({"statefulDefaultActions": ["aws:drop_established_app_layer_to_server"]}, False),
            ({"statefulDefaultActions": ["aws:alert_established"]}, True),
            ({"statefulDefaultActions": ["aws:alert_established_app_layer_to_server"]}, True),
            ({"statefulDefaultActions": None}, True),
            ({"statefulEngineOptions": {"ruleOrder": "DEFAULT_ACTION_ORDER"}}, True),
            ({"statefulEngineOptions": None}, True),
            ({"statelessDefaultActions": ["aws:pass"]}, True),
            ({"statelessFragmentDefaultActions": ["aws:pass"]}, True),
        ],
    )
    def test_a_gap_lets_traffic_through(self, change: dict[str, Any], open_: bool) -> None:
        assert bool(firewall(allow("api.example.com"), **change).unfiltered) is open_

    def test_drop_strict_drops_the_handshake_before_the_name(self) -> None:
        found = firewall(allow("api.example.com"), statefulDefaultActions=["aws:drop_strict"])
        assert not found.passes("api.example.com", HOSTS)


class TestSuricataRules:
    """Rules as text are read when their meaning is plain, and are a reason when it is not."""

    @pytest.mark.parametrize(
        ("options", "names"),
        [
            ('tls.sni; content:"api.example.com"; startswith; endswith; nocase; sid:1;', ("api.example.com",)),
            ('tls.sni; dotprefix; content:".example.com"; endswith; sid:1;', ("example.com", "*.example.com")),
            ('tls.sni; content:"example.com"; endswith; sid:1;', ("*example.com",)),
            ('tls.sni; content:"example"; sid:1;', ("*",)),
            ("sid:1;", None),
        ],
    )
    def test_names(self, options: str, names: tuple[str, ...] | None) -> None:
        rules, unread = parse_rules(f"pass tls $HOME_NET any -> $EXTERNAL_NET 443 ({options})")
        assert (rules[0].names, rules[0].exact, unread) == (names, True, ())

    def test_a_pass_rule_for_all_of_tcp_is_an_opening_to_any_name(self) -> None:
        found = firewall({"rulesString": "pass tcp $HOME_NET any -> any 443 (sid:1;)"})
        assert [opening.names for opening in found.openings] == [None]

    def test_a_handshake_alone_is_none(self) -> None:
        found = firewall({"rulesString": "pass tcp $HOME_NET any -> any 443 (flow:not_established; sid:1;)"})
        assert not found.openings

    def test_what_is_not_understood_is_a_reason(self) -> None:
        assert firewall({"rulesString": "include other.rules"}).reasons
        rules, _ = parse_rules('pass tls any any -> any any (tls.sni; content:"x.com"; ja3.hash; sid:1;)')
        assert not rules[0].exact


def resolver(*rules: dict[str, Any], **config: Any):
    """The resolver of a VPC with one rule group; each rule lists its domains."""
    plan = Plan()
    kind = "route53/resolverFirewall"
    vpc = plan.add("ec2/vpc:Vpc", "vpc", cidrBlock="10.20.0.0/16")
    group = plan.add(f"{kind}RuleGroup:ResolverFirewallRuleGroup", "g")
    for index, rule in enumerate(rules):
        listed = plan.add(f"{kind}DomainList:ResolverFirewallDomainList", f"l{index}", domains=rule.pop("domains"))
        body = {"firewallRuleGroupId": group, "firewallDomainListId": listed, "priority": index, **rule}
        plan.add(f"{kind}Rule:ResolverFirewallRule", f"r{index}", **body)
    if rules:
        name = f"{kind}RuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
        plan.add(name, "a", firewallRuleGroupId=group, vpcId=vpc, priority=101)
    plan.add(f"{kind}Config:ResolverFirewallConfig", "c", resourceId=vpc, **{"firewallFailOpen": "DISABLED", **config})
    return name_filter(read_world(plan.graph(), SETTINGS), vpc.urn)


ALLOW = {"domains": ["api.example.com"], "action": "ALLOW"}
BLOCK = {"domains": ["*"], "action": "BLOCK", "blockResponse": "NODATA"}


class TestDnsFirewall:
    """Allow api.example.com, then block every name: any-data.evil.example is not answered."""

    def test_it_is_closed(self) -> None:
        found = resolver(dict(ALLOW), dict(BLOCK))
        assert found.open_because is None
        assert found.answers("api.example.com")
        assert found.answers("any-data.evil.example") is None

    @pytest.mark.parametrize(
        ("rules", "config"),
        [
            ([], {}),
            ([ALLOW], {}),
            ([ALLOW, {**BLOCK, "action": "ALERT"}], {}),
            ([ALLOW, {**BLOCK, "qType": "A"}], {}),
            ([ALLOW, {**BLOCK, "domains": ["*.example"]}], {}),
            ([ALLOW, BLOCK], {"firewallFailOpen": "ENABLED"}),
        ],
    )
    def test_it_is_open_when_anything_is_left_out(self, rules: list[dict[str, Any]], config: dict[str, Any]) -> None:
        assert resolver(*(dict(rule) for rule in rules), **config).open_because

    def test_what_comes_after_the_block_is_never_asked(self) -> None:
        assert resolver(dict(BLOCK), {**ALLOW, "domains": ["*"]}).answers("x.example") is None

    @pytest.mark.parametrize(
        ("pattern", "name", "fits"),
        [
            ("example.com", "example.com.", True),
            ("example.com", "a.example.com", False),
            ("*.example.com", "a.b.example.com", True),
            ("*.example.com", "example.com", False),
            ("*", "anything", True),
        ],
    )
    def test_patterns(self, pattern: str, name: str, fits: bool) -> None:
        assert matches(pattern, name) is fits
