"""Security group rules from an intent. Proved here: the rules as data."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.aws.plans import changed, example, lab, understood
from zt_ai.aws.plan.group_rules import Group, GroupRole, GroupRule, PrefixList, Range, description, group_rules
from zt_ai.intent.model import EGRESS_PROXY, Clause, Ports

FRONT = Group(GroupRole.FRONT, EGRESS_PROXY)
PROXY = Group(GroupRole.WORKLOAD, EGRESS_PROXY)


def rules_of(data: dict[str, object]) -> dict[Group, tuple[GroupRule, ...]]:
    return group_rules(understood(data)[1])


def every(data: dict[str, object]) -> list[GroupRule]:
    return [rule for rules in rules_of(data).values() for rule in rules]


def test_each_end_of_an_access_has_the_rule_that_names_the_other() -> None:
    said = {(r.group, r.egress, r.peer, r.ports) for r in every(example("clinic"))}
    for group, egress, peer, ports in said:
        if isinstance(peer, Group):
            assert (peer, not egress, group, ports) in said


def test_aws_would_accept_every_rule_because_no_two_say_the_same() -> None:
    rules = every(example("clinic"))
    assert max(Counter((r.group, r.egress, r.peer, r.ports) for r in rules).values()) == 1
    assert len({r.name for r in rules}) == len(rules) > 50


def test_workloads_reach_the_proxy_s_front_and_only_the_front_reaches_the_proxy() -> None:
    rules = rules_of(example("clinic"))
    assert {r.peer for r in rules[PROXY] if not r.egress} == {FRONT}
    assert {r.ports.first for r in rules[PROXY] if not r.egress} == {3128, 8443, 8081}
    callers = {r.peer for r in rules[FRONT] if not r.egress}
    assert callers == {
        Group(GroupRole.WORKLOAD, name) for name in ("model-gateway", "scheduling-agent", "research-agent", "retrieval")
    }
    assert {r.peer for r in rules[FRONT] if r.egress} == {PROXY}


def test_only_the_proxy_may_send_to_addresses_outside() -> None:
    rules = every(example("clinic"))
    outside = {r.group for r in rules if r.egress and isinstance(r.peer, Range)}
    assert outside == {PROXY}
    assert {r.ports for r in rules if r.peer == Range("0.0.0.0/0")} == {Ports("tcp", 443, 443)}


def test_a_network_is_admitted_by_its_ranges_and_needs_no_answer_rule() -> None:
    rules = rules_of(example("clinic"))[Group(GroupRole.WORKLOAD, "intake")]
    assert {str(r.peer) for r in rules if isinstance(r.peer, Range)} == {"cidr.10.128.0.0-14", "cidr.10.136.8.0-21"}
    assert not any(r.egress for r in rules if isinstance(r.peer, Range))


def test_object_storage_is_reached_by_the_prefix_list_of_its_gateway_endpoint() -> None:
    peers = {r.peer for r in rules_of(example("clinic"))[Group(GroupRole.WORKLOAD, "intake")] if r.egress}
    assert PrefixList("s3") in peers
    assert Group(GroupRole.ENDPOINT, "logs") in peers


def test_two_flows_that_need_one_rule_share_it_and_are_both_named() -> None:
    data = lab()
    again = {**data["flows"]["call-0"], "reason": "A second reason for the same ports"}
    rules = every(changed(data, "flows", "again", to=again))
    assert {tuple(c.id for c in r.clauses) for r in rules} == {("flow:again", "flow:call-0")}
    assert {r.name for r in rules} == {r.name for r in every(data)}


def test_a_workload_without_flows_has_a_group_without_rules() -> None:
    rules = rules_of(changed(lab(), "workloads", "idle", to={"zone": "work"}))
    assert rules[Group(GroupRole.WORKLOAD, "idle")] == ()


@given(st.text(max_size=600))
def test_whatever_the_reason_says_the_description_is_one_that_aws_takes(reason: str) -> None:
    text = description([Clause("flow:a", reason)])
    assert re.fullmatch(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}", text)
