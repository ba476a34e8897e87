"""Subnets follow from names, and every subnet's default route is its own."""

from __future__ import annotations

import ipaddress

import pytest

from tests.unit.azure.plans import HUB, Data, changed, clinic, lab, understood
from zt_ai.azure.plan.layout import SubnetRole
from zt_ai.azure.plan.plan import NetworkPlan, draft
from zt_ai.azure.plan.routes import ANYWHERE, Hop, PlannedRoute


def plan(data: Data) -> NetworkPlan:
    return draft(*understood(data))


def test_subnets_do_not_overlap_and_lie_in_the_range() -> None:
    placed = plan(clinic(proxy={"private_link": {"subscriptions": ["0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1"]}})).layout
    ranges = [ipaddress.IPv4Network(s.cidr) for s in placed.segments]
    assert all(r.subnet_of(ipaddress.IPv4Network(placed.cidr)) for r in ranges)
    assert not any(a.overlaps(b) for i, a in enumerate(ranges) for b in ranges[i + 1 :])
    assert {s.role for s in placed.segments} == set(SubnetRole)


def test_a_new_zone_moves_no_subnet() -> None:
    before = {s.key: s.cidr for s in plan(clinic()).layout.segments}
    after = {
        s.key: s.cidr
        for s in plan(changed(clinic(), "zones", "imaging", to={"kind": "processing", "holds": "phi"})).layout.segments
    }
    assert after.keys() - before.keys() == {"zone-imaging"}
    assert {key: after[key] for key in before} == before


def test_the_firewalls_subnet_is_large_enough_at_the_smallest_range() -> None:
    firewall = plan(clinic(cidr="10.64.0.0/18")).layout.segment(SubnetRole.FIREWALL, "egress")
    assert ipaddress.IPv4Network(firewall.cidr).prefixlen <= 26


def test_only_the_egress_zone_leads_out_and_only_to_the_firewall() -> None:
    for key, table in plan(clinic()).tables.items():
        default = [route.hop for route in table.routes if route.prefix == ANYWHERE]
        wanted = {"zone-egress": Hop.FIREWALL, "firewall-egress": Hop.INTERNET}.get(key, Hop.NOWHERE)
        assert default == [wanted], key


def test_without_an_external_provider_no_zone_leads_out_at_all() -> None:
    found = plan(lab())
    assert not found.layout.has(SubnetRole.FIREWALL)
    assert {r.hop for t in found.tables.values() for r in t.routes} == {Hop.NOWHERE}


def test_the_hub_is_out_of_reach_of_every_zone_but_those_it_calls() -> None:
    shut = PlannedRoute("hub-10.250.0.0-20", "10.250.0.0/20", Hop.NOWHERE)
    for key, table in plan(clinic()).tables.items():
        assert (shut in table.routes) is (key != "zone-front"), key
        assert table.learns is (key == "zone-front"), key


def test_with_an_appliance_in_the_hub_networks_are_reached_through_it_and_nothing_is_learned() -> None:
    hub = {"virtual_network": HUB, "cidrs": ["10.250.0.0/20"], "appliance": "10.250.0.4"}
    tables = plan(clinic(hub=hub)).tables
    assert not any(table.learns for table in tables.values())
    through = {(key, r.prefix) for key, table in tables.items() for r in table.routes if r.hop is Hop.APPLIANCE}
    assert through == {("zone-front", "10.128.0.0/14"), ("zone-front", "10.136.8.0/21")}
    assert {r.address for t in tables.values() for r in t.routes if r.hop is Hop.APPLIANCE} == {"10.250.0.4"}


@pytest.mark.parametrize("adopted", [True, False])
def test_without_a_hub_only_an_adopted_networks_own_gateway_is_learned_from(adopted: bool) -> None:
    adopt = {"virtual_network": HUB.replace("virtualNetworks/hub", "virtualNetworks/spoke")} if adopted else None
    tables = plan(clinic(hub=None, adopt=adopt)).tables
    assert {key for key, table in tables.items() if table.learns} == ({"zone-front"} if adopted else set())


def test_azure_keeps_four_addresses_at_the_beginning_of_a_subnet() -> None:
    segment = plan(clinic()).layout.segment(SubnetRole.ZONE, "egress")
    first = ipaddress.IPv4Network(segment.cidr).network_address
    assert ipaddress.IPv4Address(segment.address(0)) == first + 4
