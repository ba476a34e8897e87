"""Laws of address allocation: blocks never overlap, and a zone's block does not depend on the other zones."""

from __future__ import annotations

import ipaddress
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.spec.addresses import BlockConflictError, allocate, derived_block, quarter_index, shared_block

CIDRS = st.builds(
    lambda base, prefix: str(ipaddress.IPv4Network((base << 16, prefix))),
    st.integers(0x0A00, 0x0AFF),
    st.integers(16, 20),
)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,20}[a-z0-9]", fullmatch=True)


@given(CIDRS, st.sets(NAMES, max_size=12))
def test_blocks_lie_in_the_range_and_never_overlap(cidr: str, zones: set[str]) -> None:
    if len({derived_block(cidr, zone) for zone in zones}) < len(zones):
        with pytest.raises(BlockConflictError):
            allocate(cidr, zones, {})
        return
    blocks = allocate(cidr, zones, {})
    assert all(block.subnet_of(ipaddress.IPv4Network(cidr)) for block in blocks.values())
    assert not any(a.overlaps(b) for a, b in combinations([*blocks.values(), shared_block(cidr)], 2))


@given(CIDRS, st.sets(NAMES, min_size=1, max_size=8), NAMES)
def test_adding_a_zone_moves_no_other(cidr: str, zones: set[str], added: str) -> None:
    try:
        before, after = allocate(cidr, zones, {}), allocate(cidr, {*zones, added}, {})
    except BlockConflictError:
        return
    assert all(after[zone] == before[zone] for zone in zones)


@given(CIDRS, NAMES, NAMES)
def test_the_block_that_an_error_proposes_is_accepted(cidr: str, first: str, second: str) -> None:
    pinned = {first: str(derived_block(cidr, second))}
    if first == second:
        return
    with pytest.raises(BlockConflictError) as caught:
        allocate(cidr, [first, second], pinned)
    proposed = caught.value.hint.partition("cidr: ")[2].partition("}")[0]
    assert set(allocate(cidr, [first, second], {**pinned, caught.value.zone: proposed})) == {first, second}


@pytest.mark.parametrize(
    ("pinned", "says"),
    [("10.21.0.0/22", "outside"), ("10.20.0.0/27", "too small"), ("10.20.252.0/22", "shared endpoints")],
)
def test_a_pinned_block_has_to_fit(pinned: str, says: str) -> None:
    with pytest.raises(BlockConflictError, match=says):
        allocate("10.20.0.0/16", ["records"], {"records": pinned})


def test_availability_zones_keep_their_quarter_whatever_the_order() -> None:
    assert [quarter_index(f"us-east-1{letter}") for letter in "abcdef"] == [0, 1, 2, 3, 0, 1]
