"""Splitting groups. Proved here: nothing is lost, nothing is added, and little moves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zt_ai.aws.plan.group_rules import Group, GroupRole, GroupRule
from zt_ai.aws.plan.shards import shards
from zt_ai.intent.model import Ports

HUB = Group(GroupRole.WORKLOAD, "hub")


def rule(number: int, egress: bool = False) -> GroupRule:
    return GroupRule(HUB, egress, Group(GroupRole.WORKLOAD, f"peer-{number}"), Ports("tcp", 443, 443))


RULES = st.sets(st.tuples(st.integers(0, 10_000), st.booleans()), max_size=200).map(
    lambda pairs: [rule(n, e) for n, e in sorted(pairs)]
)


@settings(max_examples=60)
@given(RULES, st.integers(10, 60))
def test_every_rule_is_in_exactly_one_shard_and_no_shard_is_over_the_quota(rules: list[GroupRule], quota: int) -> None:
    split = shards(rules, quota, 20)
    assert sorted((r for found in split.values() for r in found), key=lambda r: r.name) == sorted(
        rules, key=lambda r: r.name
    )
    for found in split.values():
        assert sum(r.egress for r in found) <= quota
        assert sum(not r.egress for r in found) <= quota
    assert 1 in split  # the one that peers name


@settings(max_examples=60)
@given(RULES, st.integers(10, 60), st.integers(20_000, 30_000))
def test_a_new_rule_moves_others_only_out_of_the_shard_that_it_fills(
    rules: list[GroupRule], quota: int, new: int
) -> None:
    before = {r: n for n, found in shards(rules, quota, 20).items() for r in found}
    after = {r: n for n, found in shards([*rules, rule(new)], quota, 20).items() for r in found}
    moved = {r for r in rules if before[r] != after[r]}
    assert len({before[r] for r in moved}) <= 1
    assert not any(r.egress for r in moved)  # the new one is inbound: outbound rules have their own quota


def test_a_group_within_its_quota_is_not_split() -> None:
    assert set(shards([rule(n) for n in range(60)], 60, 5)) == {1}
    assert len(shards([rule(n) for n in range(61)], 60, 5)) > 1


def test_five_groups_hold_what_they_can_hold_and_no_more() -> None:
    full = shards([rule(n) for n in range(300)], 60, 5)
    assert [len(found) for found in full.values()] == [60] * 5
    with pytest.raises(ValueError, match="301 rules in one direction; 5 groups of 60 hold 300"):
        shards([rule(n) for n in range(301)], 60, 5)
