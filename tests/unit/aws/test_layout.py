"""Where subnets lie. Proved here: arithmetic. That AWS accepts the ranges is proved by the simulated cloud."""

from __future__ import annotations

import ipaddress
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zt_ai.aws.plan.layout import Layout, SubnetRole, layout
from zt_ai.intent.addresses import BlockConflictError
from zt_ai.spec.types import ZoneKind

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,10}[a-z0-9]", fullmatch=True)
ZONES = st.dictionaries(NAMES, st.sampled_from(ZoneKind), min_size=1, max_size=8)
PLACES = st.sets(st.sampled_from(["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"]), min_size=1)


def laid(zones: dict[str, ZoneKind], places: set[str]) -> Layout:
    access = [name for name, kind in zones.items() if kind is ZoneKind.ACCESS]
    try:
        return layout("10.0.0.0/16", places, zones, transit_zone=min(access, default=None))
    except BlockConflictError:
        assume(False)
        raise


def flat(plan: Layout) -> dict[tuple[str, str], str]:
    return {(segment.key, place): cidr for segment in plan.segments for place, cidr in segment.subnets.items()}


@settings(max_examples=50)
@given(ZONES, PLACES)
def test_no_two_subnets_overlap_and_each_is_one_that_aws_takes(zones: dict[str, ZoneKind], places: set[str]) -> None:
    networks = [ipaddress.IPv4Network(cidr) for cidr in flat(laid(zones, places)).values()]
    assert not any(a.overlaps(b) for a, b in combinations(networks, 2))
    assert all(16 <= network.prefixlen <= 28 for network in networks)
    assert all(network.subnet_of(ipaddress.IPv4Network("10.0.0.0/16")) for network in networks)


@settings(max_examples=50)
@given(ZONES, PLACES)
def test_one_range_names_the_subnets_of_a_role_and_no_others(zones: dict[str, ZoneKind], places: set[str]) -> None:
    plan = laid(zones, places)
    for segment in plan.segments:
        whole = ipaddress.IPv4Network(segment.cidr)
        inside = {
            other.key
            for other in plan.segments
            for cidr in other.subnets.values()
            if ipaddress.IPv4Network(cidr).overlaps(whole)
        }
        assert inside == {segment.key}
        assert all(ipaddress.IPv4Network(cidr).subnet_of(whole) for cidr in segment.subnets.values())


@settings(max_examples=50)
@given(ZONES, PLACES, NAMES, st.sampled_from([ZoneKind.DATA, ZoneKind.PROCESSING]))
def test_a_new_zone_moves_no_subnet(zones: dict[str, ZoneKind], places: set[str], new: str, kind: ZoneKind) -> None:
    assume(new not in zones)
    before, after = flat(laid(zones, places)), flat(laid({new: kind, **zones}, places))
    assert before.items() <= after.items()


@settings(max_examples=50)
@given(ZONES, PLACES)
def test_a_new_availability_zone_moves_no_subnet(zones: dict[str, ZoneKind], places: set[str]) -> None:
    everywhere = {"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"}
    assert flat(laid(zones, places)).items() <= flat(laid(zones, everywhere)).items()


def test_firewall_and_nat_subnets_exist_only_where_something_leaves() -> None:
    zones = {"exit": ZoneKind.EGRESS, "vault": ZoneKind.DATA}
    assert layout("10.0.0.0/16", ["us-east-1a"], zones).has(SubnetRole.NAT)
    closed = layout("10.0.0.0/16", ["us-east-1a"], zones, internet=False, endpoints=False)
    assert {segment.role for segment in closed.segments} == {SubnetRole.ZONE}
    with pytest.raises(KeyError, match="no nat subnets in zone 'exit'"):
        closed.segment(SubnetRole.NAT, "exit")


def test_availability_zones_four_letters_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="would share addresses"):
        layout("10.0.0.0/16", ["us-east-1a", "us-east-1e"], {"exit": ZoneKind.EGRESS})
