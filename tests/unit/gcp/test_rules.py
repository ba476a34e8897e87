"""The firewall policy: what each rule says, and that merging changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.gcp.clinic import intent, spec
from zt_ai.gcp.naming import Scope
from zt_ai.gcp.network.layout import layout
from zt_ai.gcp.network.rules import (
    HEALTH_CHECKS,
    RESTRICTED_VIP,
    Rule,
    attributes,
    closing,
    firewall_rules,
    fit,
    numbered,
)
from zt_ai.gcp.plan import gcp_settings

SPEC = spec()
SCOPE = Scope("clinic", "clinic-platform", "111122223333", "us-central1")
LAYOUT = layout(SPEC, intent(SPEC), gcp_settings(SPEC), SCOPE)
RULES = {rule.name: rule for rule in firewall_rules(intent(SPEC), LAYOUT, 2000)}


def test_a_flow_is_one_rule_at_each_end() -> None:
    out, into = RULES["retrieval.fhir-store.out"], RULES["retrieval.fhir-store.in"]
    assert (out.direction, out.targets, out.destination_ranges) == (
        "EGRESS",
        ("retrieval",),
        (LAYOUT.subnets["records"].cidr,),
    )
    assert (into.direction, into.targets, into.source_tags) == ("INGRESS", ("fhir-store",), ("retrieval",))
    assert out.ports == into.ports == (("tcp", "8446"),)
    assert out.clauses == into.clauses == ("flow:retrieval-to-fhir",)


def test_no_rule_knows_a_source_by_its_zone_alone() -> None:
    for rule in RULES.values():
        if rule.allows and rule.direction == "INGRESS":
            assert rule.source_tags or set(rule.source_ranges) <= {*HEALTH_CHECKS, "10.128.0.0/14", "10.136.8.0/21"}
            assert rule.targets, rule


def test_only_users_of_services_reach_the_restricted_addresses() -> None:
    reach = {rule.targets for rule in RULES.values() if RESTRICTED_VIP in rule.destination_ranges}
    users = {a.source for a in intent(SPEC).accesses if a.destination_party == "service"}
    assert reach == {(user,) for user in users}
    assert ("research-agent",) not in reach


def test_only_the_proxy_reaches_names_and_each_provider_by_its_own() -> None:
    named = {rule.destination_names: rule.targets for rule in RULES.values() if rule.destination_names}
    assert named == {("api.anthropic.com",): ("egress-proxy",), ("api.openai.com",): ("egress-proxy",)}


def test_the_end_denies_everything_both_ways() -> None:
    last = max(rule.priority for rule in RULES.values() if rule.allows)
    closed = [rule for rule in RULES.values() if not rule.allows]
    assert {(r.direction, *r.source_ranges, *r.destination_ranges) for r in closed} == {
        ("EGRESS", "0.0.0.0/0"),
        ("EGRESS", "::/0"),
        ("INGRESS", "0.0.0.0/0"),
        ("INGRESS", "::/0"),
    }
    assert all(rule.priority > last and rule.ports == (("all", ""),) and not rule.targets for rule in closed)


def test_one_flow_more_leaves_every_other_rule_alone() -> None:
    def more(document: dict) -> None:  # type: ignore[type-arg]
        document["flows"]["gateway-to-tools"] = {
            "from": "model-gateway",
            "to": "ehr-tools",
            "carries": "phi",
            "reason": "One flow more than before",
        }

    changed = spec(more)
    after = {rule.name: rule for rule in firewall_rules(intent(changed), LAYOUT, 2000)}
    assert set(after) - set(RULES) == {"model-gateway.ehr-tools.out", "model-gateway.ehr-tools.in"}
    assert all(after[name] == rule for name, rule in RULES.items())


def test_priorities_are_unique_even_where_two_names_fall_on_one() -> None:
    rules = [Rule(f"r{i}", "EGRESS", "x") for i in range(200)]
    assert len({rule.priority for rule in numbered([*rules, replace(rules[0], name="r0-again")])}) == 201


def passes(rules: tuple[Rule, ...]) -> set[tuple[object, ...]]:
    """Every (direction, one target, one source, destination, port): what a rule set lets through."""
    return {
        (r.direction, target, source, r.destination_ranges, r.destination_names, port)
        for r in rules
        for target in r.targets
        for source in (r.source_tags or r.source_ranges or (None,))
        for port in r.ports
    }


@pytest.mark.parametrize("quota", [40, 120, 170])
def test_merged_rules_let_through_exactly_the_same(quota: int) -> None:
    allows = tuple(rule for rule in RULES.values() if rule.allows)
    merged = fit(allows, quota)
    assert attributes(merged) < attributes(allows)
    assert passes(merged) == passes(allows)
    assert {c for r in merged for c in r.clauses} == {c for r in allows for c in r.clauses}


def test_rules_within_the_quota_are_not_merged() -> None:
    allows = tuple(rule for rule in RULES.values() if rule.allows)
    assert fit(allows, attributes(allows)) == allows


NAMES = st.sampled_from(["a", "b", "c", "d"])


def _pair(target: str, source: str, zone: str, port: str) -> tuple[Rule, Rule]:
    name, ports = f"{source}.{target}.{zone}.{port}", (("tcp", port),)
    return (
        Rule(f"{name}.out", "EGRESS", "x", targets=(source,), destination_ranges=(zone,), ports=ports),
        Rule(f"{name}.in", "INGRESS", "x", targets=(target,), source_tags=(source,), ports=ports),
    )


ZONES, PORTS = st.sampled_from(["10.0.0.0/24", "10.0.1.0/24"]), st.sampled_from(["443", "8443"])
MADE = st.builds(_pair, NAMES, NAMES, ZONES, PORTS)


@given(st.lists(MADE, max_size=12), st.integers(0, 60))
def test_merging_is_exact_whatever_the_rules(pairs: list[tuple[Rule, Rule]], quota: int) -> None:
    rules = tuple({rule.name: rule for pair in pairs for rule in pair}.values())
    assert passes(fit(rules, quota)) == passes(rules)


def test_merged_rules_still_name_all_their_clauses() -> None:
    """A rule takes 256 sources, and its description fewer of the longest names that flows may have."""
    rules = tuple(
        replace(_pair("store", f"caller-{index:03}", "10.0.0.0/24", "443")[1], clauses=(f"flow:{index:032}",))
        for index in range(200)
    )
    merged = fit(rules, 0)
    assert passes(merged) == passes(rules)
    assert 1 < len(merged) < 10
    assert {clause for rule in merged for clause in rule.clauses} == {c for rule in rules for c in rule.clauses}
    assert all(clause in rule.description for rule in merged for clause in rule.clauses)


def test_a_widened_rule_would_be_seen_as_a_difference() -> None:
    allows = tuple(rule for rule in RULES.values() if rule.allows)
    wider = (replace(allows[0], targets=(*allows[0].targets, "stranger")), *allows[1:])
    assert passes(wider) != passes(allows)


def test_the_closing_rules_never_share_a_priority() -> None:
    assert len({rule.priority for rule in closing()}) == len(closing())
