"""Splitting a security group that would have too many rules. Pure.

An interface that carries several groups may do what any of them allows [VPC User Guide, "Security groups"], so rules
can be spread over several groups without a change of meaning; peers name the first one, which every interface of the
workload carries.

Where a rule goes follows from its own name: shard k of a split by 2^d holds the rules whose hash ends in the bits of k.
When a shard is full only that one is split in two, and half of its rules move; all other rules stay where they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from zt_ai.aws.plan.group_rules import GroupRule

_MAX_DEPTH = 4  # 16 shards: more groups than any interface can carry


def shards(rules: Sequence[GroupRule], per_group: int, groups: int) -> dict[int, tuple[GroupRule, ...]]:
    """Rules by shard number; 1 is the group itself and is always there.

    Args:
        rules: all rules of one workload's group.
        per_group: rules that a group can hold in each direction.
        groups: groups that an interface can carry.

    Raises:
        ValueError: even `groups` full groups cannot hold them.
    """
    result: dict[int, list[GroupRule]] = {1: []}
    for egress in (False, True):
        side = [rule for rule in rules if rule.egress is egress]
        if len(side) > per_group * groups:
            raise ValueError(
                f"{len(side)} rules in one direction; {groups} groups of {per_group} hold {per_group * groups}"
            )
        split = _split(side, per_group, 0, 0)
        if split is None or max(split, default=0) >= groups:
            split = _packed(side, per_group)
        for value, found in split.items():
            result.setdefault(value + 1, []).extend(found)
    return {number: tuple(found) for number, found in sorted(result.items())}


Split = dict[int, Sequence[GroupRule]]


def _split(rules: Sequence[GroupRule], per_group: int, value: int, depth: int) -> Split | None:
    """Rules by the low bits of their hash, as few bits as are needed; None where that does not come to an end."""
    if len(rules) <= per_group:
        return {value: rules} if rules else {}
    if depth == _MAX_DEPTH:
        return None
    low = _split([r for r in rules if not _bit(r, depth)], per_group, value, depth + 1)
    high = _split([r for r in rules if _bit(r, depth)], per_group, value | 1 << depth, depth + 1)
    return None if low is None or high is None else {**low, **high}


def _packed(rules: Sequence[GroupRule], per_group: int) -> Split:
    """As few groups as possible, filled in the order of the hash: keeps the meaning, and only mostly the places."""
    ordered = sorted(rules, key=_hash)
    return {i // per_group: ordered[i : i + per_group] for i in range(0, len(ordered), per_group)}


def _hash(rule: GroupRule) -> int:
    return int.from_bytes(hashlib.sha256(rule.name.encode()).digest()[:8], "big")


def _bit(rule: GroupRule, depth: int) -> int:
    return _hash(rule) >> depth & 1
