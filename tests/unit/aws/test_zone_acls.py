"""Network ACLs from an intent.

Proved here: the rules as data. How they act together with routes and groups is proved by `zt_ai.verify`.
"""

from __future__ import annotations

import ipaddress

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.aws.plans import changed, example, understood
from zt_ai.aws.plan.acl_rules import PRIVATE_RANGES, Layer, numbered, permits
from zt_ai.aws.plan.draft import plan_layout
from zt_ai.aws.plan.layout import SubnetRole
from zt_ai.aws.plan.zone_acls import Passages, passages
from zt_ai.intent.model import EGRESS_PROXY, Intent, Party


def drawn(data: dict[str, object], **options: bool) -> tuple[Intent, Passages]:
    spec, intent = understood(data)
    return intent, passages(intent, plan_layout(spec, intent), **options)


def zone_pairs(intent: Intent) -> set[tuple[str, str]]:
    """Zones between which some workload may open a connection."""
    zone = {name: workload.zone for name, workload in intent.workloads.items()}
    pairs = {
        (zone[a.source], zone[a.destination])
        for a in intent.accesses
        if a.source_party is Party.WORKLOAD and a.destination_party is Party.WORKLOAD
    }
    return pairs | {(zone[EGRESS_PROXY], zone[EGRESS_PROXY])}


@settings(max_examples=25)
@given(st.data())
def test_rules_stay_within_the_pairs_of_zones_that_flows_name(data: st.DataObject) -> None:
    clinic = example("clinic")
    kept = data.draw(st.sets(st.sampled_from(sorted(clinic["flows"]))))
    intent, acls = drawn(changed(clinic, "flows", to={k: v for k, v in clinic["flows"].items() if k in kept}))
    pairs = zone_pairs(intent)
    for key, rules in acls.items():
        role, _, zone = key.partition("-")
        for rule in rules:
            if role != "zone" or rule.peer not in intent.zones:
                continue
            opener, opened = (zone, rule.peer) if rule.egress else (rule.peer, zone)
            if rule.layer is Layer.REQUEST:
                assert (opener, opened) in pairs, (key, rule)
            elif rule.layer is Layer.RETURN:
                assert (opened, opener) in pairs, (key, rule)


def test_every_request_has_a_rule_at_both_ends_and_a_way_back() -> None:
    spec, intent = understood(example("clinic"))
    plan = plan_layout(spec, intent)
    acls = {key: numbered(rules) for key, rules in passages(intent, plan).items()}
    checked = 0
    for access in intent.accesses:
        if access.source_party is not Party.WORKLOAD or access.destination_party is not Party.WORKLOAD:
            continue
        source, target = (intent.workloads[name].zone for name in (access.source, access.destination))
        here, there = (
            str(ipaddress.IPv4Network(plan.segment(SubnetRole.ZONE, zone).cidr)[9]) for zone in (source, target)
        )
        for ports in access.ports:
            asked = {"protocol": ports.protocol, "port": ports.first}
            answer = {"protocol": ports.protocol, "port": 40_000}
            assert permits(acls[f"zone-{source}"], egress=True, address=there, **asked)
            assert permits(acls[f"zone-{target}"], egress=False, address=here, **asked)
            assert permits(acls[f"zone-{target}"], egress=True, address=here, **answer)
            assert permits(acls[f"zone-{source}"], egress=False, address=there, **answer)
            checked += 1
    assert checked > 15


def test_a_data_zone_without_a_gateway_endpoint_has_nothing_outside_the_vpc() -> None:
    _, acls = drawn(example("clinic"))
    assert not any(rule.layer in (Layer.OUTSIDE, Layer.OUTSIDE_RETURN) for rule in acls["zone-records"])
    # The zone that uses S3 has it, behind the denial of the inside.
    assert any(rule.layer is Layer.OUTSIDE for rule in acls["zone-front"])
    assert any(rule.layer is Layer.CLOSED and rule.egress for rule in acls["zone-front"])


def test_an_adopted_vpc_closes_all_private_ranges() -> None:
    _, acls = drawn(example("clinic"), shared_vpc=True)
    closed = {rule.cidr for rule in acls["zone-egress"] if rule.layer is Layer.CLOSED}
    assert closed == {"10.20.0.0/16", *PRIVATE_RANGES}
    _, own = drawn(example("clinic"))
    assert {rule.cidr for rule in own["zone-egress"] if rule.layer is Layer.CLOSED} == {"10.20.0.0/16"}


def test_a_network_reached_through_the_transit_gateway_is_not_outside() -> None:
    _, acls = drawn(example("clinic"))
    rules = numbered(acls["zone-front"])
    # The hospital calls in on 8443; HTTPS to anywhere must not become a way back to it.
    assert permits(rules, egress=True, address="52.1.2.3", protocol="tcp", port=443)
    assert not permits(rules, egress=True, address="10.128.0.9", protocol="tcp", port=443)
    unclosed = numbered(rule for rule in acls["zone-front"] if rule.cidr != "10.0.0.0/8")
    assert permits(unclosed, egress=True, address="10.128.0.9", protocol="tcp", port=443)


def test_every_passage_knows_the_clauses_that_need_it() -> None:
    _, acls = drawn(example("clinic"))
    rules = [(r, clauses) for said in acls.values() for r, clauses in said.items() if r.layer is not Layer.CLOSED]
    assert rules
    assert all(clauses for _, clauses in rules)


def test_the_transit_subnet_sees_traffic_to_the_zone_as_outbound() -> None:
    _, acls = drawn(example("clinic"))
    said = {(r.layer, r.egress, r.first) for r in acls["transit-front"]}
    assert said == {(Layer.REQUEST, True, 8443), (Layer.RETURN, False, 1024)}
