"""Network ACL rules as a value: numbers, merging, and what passes. Proved here: what the rules say, by first match."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from zt_ai.aws.plan.acl_rules import Layer, Passage, closed, connection, fit, home, numbered, outside, permits

PORTS = st.tuples(st.integers(1, 65535), st.integers(0, 5)).map(lambda p: (p[0], min(65535, p[0] + p[1])))
PEERS = st.sampled_from([("clinical", "10.0.4.0/22"), ("agents", "10.0.8.0/22"), ("hospital", "10.128.0.0/14")])
PASSAGES = st.builds(
    lambda layer, egress, peer, protocol, span: Passage(layer, egress, *peer, protocol, *span),
    st.sampled_from([Layer.REQUEST, Layer.RETURN]),
    st.booleans(),
    PEERS,
    st.sampled_from(["tcp", "udp"]),
    PORTS,
)
EDGES = [*closed(["10.0.0.0/16"]), *outside()]


@settings(max_examples=60)
@given(st.sets(PASSAGES, max_size=40))
def test_numbers_are_unique_for_each_direction_and_ones_that_aws_takes(passages: set[Passage]) -> None:
    rules = numbered({*passages, *EDGES})
    assert len({(r.passage.egress, r.number) for r in rules}) == len(passages) + len(EDGES)
    assert all(1 <= r.number <= 32766 for r in rules)


@settings(max_examples=60)
@given(st.sets(PASSAGES, max_size=30), PASSAGES)
def test_a_new_rule_renumbers_no_other_unless_both_fall_on_one_number(passages: set[Passage], new: Passage) -> None:
    before = {r.passage: r.number for r in numbered(passages)}
    after = {r.passage: r.number for r in numbered({*passages, new})}
    homes = [(p.egress, home(p)) for p in {*passages, new}]
    if all(abs(a[1] - b[1]) > 1 or a == b for a, b in pairwise(sorted(homes))) and len(set(homes)) == len(homes):
        assert before.items() <= after.items()
    assert len(after) == len({*passages, new})


@settings(max_examples=60)
@given(st.sets(PASSAGES, max_size=40))
def test_what_is_denied_inside_comes_before_what_is_allowed_outside(passages: set[Passage]) -> None:
    rules = numbered({*passages, *EDGES})
    highest = {layer: max((r.number for r in rules if r.passage.layer is layer), default=0) for layer in Layer}
    lowest = {layer: min((r.number for r in rules if r.passage.layer is layer), default=32767) for layer in Layer}
    assert highest[Layer.RETURN] < lowest[Layer.CLOSED]
    assert highest[Layer.CLOSED] < min(lowest[Layer.OUTSIDE], lowest[Layer.OUTSIDE_RETURN])


@settings(max_examples=60)
@given(st.sets(PASSAGES, max_size=40), st.integers(1, 20), st.data())
def test_merging_changes_no_packet(passages: set[Passage], quota: int, data: st.DataObject) -> None:
    merged = fit({*passages, *EDGES}, quota)
    one, two = numbered({*passages, *EDGES}), numbered(merged)
    # The ends of every range and their neighbours: between them no rule changes.
    ports = sorted({q for p in passages for q in (p.first - 1, p.first, p.last, p.last + 1) if 0 < q < 65536} | {443})
    for _ in range(20):
        packet = {
            "egress": data.draw(st.booleans()),
            "address": data.draw(st.sampled_from(["10.0.4.9", "10.0.8.9", "10.0.99.9", "10.129.1.1", "52.1.2.3"])),
            "protocol": data.draw(st.sampled_from(["tcp", "udp", "icmp"])),
            "port": data.draw(st.sampled_from(ports)),
        }
        assert permits(one, **packet) == permits(two, **packet), packet
    assert len(merged) <= len({*passages, *EDGES})


def test_adjacent_ports_of_one_peer_merge_only_when_the_quota_asks_for_it() -> None:
    ports = [Passage(Layer.REQUEST, False, "work", "10.0.4.0/22", "tcp", p, p) for p in range(8000, 8010)]
    assert len(fit(ports, 20)) == 10
    assert fit(ports, 5) == (Passage(Layer.REQUEST, False, "work", "10.0.4.0/22", "tcp", 8000, 8009),)


def test_ports_that_do_not_touch_are_never_merged() -> None:
    ports = [Passage(Layer.REQUEST, False, "work", "10.0.4.0/22", "tcp", p, p) for p in (80, 90, 100)]
    assert len(fit(ports, 1)) == 3


def test_https_outside_does_not_open_the_inside() -> None:
    rules = numbered([*closed(["10.0.0.0/16"]), *outside()])
    assert permits(rules, egress=True, address="52.1.2.3", protocol="tcp", port=443)
    assert not permits(rules, egress=True, address="10.0.4.9", protocol="tcp", port=443)
    # Taken away, the inside is open: the denial is what protects it.
    assert permits(numbered(outside()), egress=True, address="10.0.4.9", protocol="tcp", port=443)


def test_a_connection_needs_both_of_its_passages() -> None:
    both = connection("work", "10.0.4.0/22", "tcp", 5432, 5432, outbound=False)
    rules = numbered(both)
    assert permits(rules, egress=False, address="10.0.4.9", protocol="tcp", port=5432)
    assert permits(rules, egress=True, address="10.0.4.9", protocol="tcp", port=50123)
    assert not permits(numbered(both[:1]), egress=True, address="10.0.4.9", protocol="tcp", port=50123)
    assert not permits(rules, egress=False, address="10.0.8.9", protocol="tcp", port=5432)
