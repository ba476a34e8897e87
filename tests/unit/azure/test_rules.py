"""Rules of the network security groups: exactly what flows ask for, and a denial below it."""

from __future__ import annotations

import pytest

from tests.unit.azure.plans import Data, changed, clinic, lab, understood, without
from zt_ai.azure.plan.plan import NetworkPlan, draft
from zt_ai.azure.plan.rules import FIRST, LAST, Group, GroupRole, Range, SecurityRule


def plan(data: Data) -> NetworkPlan:
    return draft(*understood(data))


def rules(data: Data) -> list[SecurityRule]:
    return [rule for found in plan(data).rules.by_segment.values() for rule in found]


def test_a_flow_opens_one_rule_at_each_end() -> None:
    opened = [rule for rule in rules(lab()) if rule.allow]
    caller, store = Group(GroupRole.WORKLOAD, "caller"), Group(GroupRole.WORKLOAD, "store")
    assert {(r.segment, r.inbound, r.source, r.destination, r.protocol, r.ports) for r in opened} == {
        ("zone-work", False, caller, store, "Tcp", ("8443",)),
        ("zone-vault", True, caller, store, "Tcp", ("8443",)),
    }


def test_without_the_flow_nothing_is_open() -> None:
    assert not [rule for rule in rules(without(lab(), "flows", "call")) if rule.allow]


def test_every_group_ends_in_a_denial_of_everything_in_each_direction() -> None:
    for key, found in plan(clinic()).rules.by_segment.items():
        for inbound in (True, False):
            last = max((r for r in found if r.inbound is inbound), key=lambda r: r.priority)
            assert (last.allow, last.priority, last.protocol, last.ports) == (False, LAST, "*", ("*",)), key
            assert last.source == last.destination == Range("any", ("*",))


def test_what_is_allowed_lies_above_the_denial_with_a_priority_of_its_own() -> None:
    for found in plan(clinic()).rules.by_segment.values():
        taken = [(r.inbound, r.priority) for r in found]
        assert len(set(taken)) == len(taken)
        assert all(FIRST <= r.priority < LAST for r in found if r.allow)


def test_a_new_flow_moves_no_other_rule() -> None:
    before = {(r.segment, r.name): r for r in rules(clinic())}
    flow = {"from": "intake", "to": "retrieval", "carries": "phi", "reason": "The front end asks for passages itself"}
    after = {(r.segment, r.name): r for r in rules(changed(clinic(), "flows", "more", to=flow))}
    assert set(after.keys() - before.keys()) == {
        ("zone-front", "more.out.intake.retrieval"),
        ("zone-clinical", "more.in.intake.retrieval"),
    }
    assert all(after[name] == rule for name, rule in before.items())


def test_names_and_descriptions_fit_into_what_azure_takes() -> None:
    long = "a" * 31
    data = changed(lab(), "workloads", f"{long}1", to={"zone": "work"})
    flow = {"from": f"{long}1", "to": "store", "carries": "phi", "reason": "r" * 1000}
    for rule in rules(changed(data, "flows", f"{long}2", to=flow)):
        assert len(rule.name) <= 80
        assert len(rule.description) <= 140
        assert not rule.allow or rule.description.endswith(f"[zt-ai:clause={rule.clauses[0].id}]")


def test_two_ports_of_one_flow_share_a_rule_and_two_protocols_do_not() -> None:
    served = {"a": {"port": 9000}, "b": {"port": 9100, "end_port": 9110}, "c": {"port": 9200, "protocol": "udp"}}
    opened = [r for r in rules(changed(lab(), "workloads", "store", "serves", to=served)) if r.allow and r.inbound]
    assert {(r.protocol, r.ports) for r in opened} == {("Tcp", ("9000", "9100-9110")), ("Udp", ("9200",))}


def test_callers_of_the_proxy_send_to_its_front_and_arrive_at_its_machines_as_themselves() -> None:
    of_flow = [r for r in rules(clinic()) if r.clauses and r.clauses[0].id == "flow:model-gateway-to-anthropic"]
    sent = next(r for r in of_flow if not r.inbound and r.segment == "zone-clinical")
    received = next(r for r in of_flow if r.inbound)
    assert isinstance(sent.destination, Range)
    assert sent.destination.prefixes[0].endswith(".4/32")
    assert received.source == Group(GroupRole.WORKLOAD, "model-gateway")
    assert received.destination == Group(GroupRole.WORKLOAD, "egress-proxy")
    assert sent.ports == received.ports == ("3128", "8443")


def test_only_probes_reach_the_health_port() -> None:
    health = [r for r in rules(clinic()) if "8081" in r.ports]
    assert [(r.source, r.inbound) for r in health] == [(Range("probes", ("AzureLoadBalancer",)), True)]


def test_only_the_proxy_may_send_to_the_internet() -> None:
    out = [r for r in rules(clinic()) if r.destination == Range("internet", ("Internet",))]
    assert out
    assert {r.source for r in out} == {Group(GroupRole.WORKLOAD, "egress-proxy")}
    assert {r.ports for r in out} == {("443",)}


@pytest.mark.parametrize("linked", [True, False])
def test_consumers_of_the_private_link_service_come_from_its_subnet_alone(linked: bool) -> None:
    link = {"private_link": {"subscriptions": ["0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1"]}} if linked else {}
    found = plan(clinic(proxy=link))
    consumers = [r for r in found.rules.by_segment["zone-egress"] if str(r.source) == "consumers"]
    assert bool(consumers) is linked
    for rule in consumers:
        segment = next(s for s in found.layout.segments if s.key == "consumers-egress")
        assert rule.source == Range("consumers", (segment.cidr,))
        assert rule.ports == ("3128", "8443")


def test_the_firewalls_subnet_has_no_group() -> None:
    found = plan(clinic())
    assert "firewall-egress" in {segment.key for segment in found.layout.segments}
    assert "firewall-egress" not in found.rules.by_segment
