"""What network security groups let pass on Azure, one scenario each."""

from __future__ import annotations

from itertools import product

import pytest

from tests.verify.azure.differential.worlds import random_world
from tests.verify.azure.handmade import Tiny, reach_of
from zt_ai.graph.model import Ref, Unknown
from zt_ai.verify.azure.reach import Reach
from zt_ai.verify.model import Verdict


def test_a_flow_needs_a_rule_at_both_ends() -> None:
    tiny = Tiny()
    tiny.connect()
    assert tiny.between() == ("tcp/443", "tcp/443")
    assert tiny.between("server", "caller") == ("nothing", "nothing")
    assert tiny.claims(("caller", "server"))["reachability"].verdict is Verdict.PROVED


@pytest.mark.parametrize(("zone", "way"), [("left", "Outbound"), ("right", "Inbound")])
def test_one_rule_alone_lets_nothing_pass_and_is_told(zone: str, way: str) -> None:
    tiny = Tiny()
    tiny.rule(zone, way, 200, "caller", "server", "443", protocol="Tcp")
    assert tiny.between() == ("nothing", "nothing")
    claim = tiny.claims()["reachability"]
    assert claim.verdict is Verdict.REFUTED
    assert "only the other side stands against it" in claim.witnesses[0].explanation


def test_without_the_closing_denials_the_default_rules_let_the_network_pass() -> None:
    tiny = Tiny()
    for closing in tiny.closings.values():
        tiny.remove(closing)
    assert tiny.between() == ("all", "all")
    claims = tiny.claims()
    witness = claims["reachability"].witnesses[0]
    assert "AllowVnetOutBound (65000)" in witness.explanation
    assert tiny.filters["left"].urn in witness.through
    # The table's route for 0.0.0.0/0 makes the tag VirtualNetwork mean every address.
    assert any("AllowVnetOutBound" in w.explanation for w in claims["data-zone-egress"].witnesses)
    tiny.remove(tiny.defaults["left"])
    tiny.remove(tiny.defaults["right"])
    tiny.remove(tiny.defaults["exit"])
    assert any("AllowInternetOutBound" in w.explanation for w in tiny.claims()["data-zone-egress"].witnesses)


def test_the_rule_with_the_lowest_number_decides() -> None:
    tiny = Tiny()
    tiny.connect()
    tiny.rule("right", "Inbound", 199, "caller", "server", "440-450", protocol="Tcp", access="Deny")
    assert tiny.between() == ("nothing", "nothing")
    tiny.rule("right", "Inbound", 198, "10.1.0.0/28", "*", "443", protocol="Tcp")
    assert tiny.between() == ("tcp/443", "tcp/443")


def test_a_denial_of_some_addresses_leaves_the_others() -> None:
    tiny = Tiny()
    tiny.connect()
    tiny.rule("right", "Inbound", 150, "10.1.0.8/29", "*", access="Deny")
    assert tiny.between() == ("tcp/443", "nothing")


def test_a_rule_for_one_source_port_is_no_rule_to_rely_on() -> None:
    tiny = Tiny()
    tiny.rule("left", "Outbound", 200, "caller", "server", "443", protocol="Tcp", sourcePortRange="50000")
    tiny.rule("right", "Inbound", 200, "caller", "server", "443", protocol="Tcp")
    assert tiny.between() == ("tcp/443", "nothing")


def test_a_denial_for_one_source_port_closes_nothing_for_sure() -> None:
    tiny = Tiny()
    tiny.connect()
    tiny.rule("left", "Outbound", 150, access="Deny", sourcePortRange="50000")
    assert tiny.between() == ("tcp/443", "nothing")


@pytest.mark.parametrize("tag", ["Storage", "AzureCloud.eastus2", "NoSuchTag"])
def test_a_service_tag_counts_as_the_widest_it_may_be(tag: str) -> None:
    tiny = Tiny()
    tiny.rule("left", "Outbound", 200, "*", tag, "443", protocol="Tcp")
    claims = tiny.claims()
    assert claims["data-zone-egress"].verdict is Verdict.REFUTED
    tiny = Tiny()
    tiny.remove(tiny.closings["left", "Outbound"])
    tiny.rule("left", "Outbound", 200, "*", tag, access="Deny")
    assert any("OutBound (6500" in w.explanation for w in tiny.claims()["data-zone-egress"].witnesses)


def test_virtual_network_includes_peered_networks_and_what_lies_behind_them() -> None:
    tiny = Tiny()
    for route in tiny.defaults.values():
        tiny.remove(route)  # with a route for everything the tag means everything
    tiny.rule("right", "Inbound", 200, "VirtualNetwork", "server", "443", protocol="Tcp")
    tiny.rule("left", "Outbound", 200, "caller", "server", "443", protocol="Tcp")
    told = {w.source for w in tiny.claims(("caller", "server"))["reachability"].witnesses}
    assert "elsewhere" not in told
    tiny.add(
        "network:VirtualNetworkPeering",
        "peering",
        virtualNetworkName="net",
        remoteVirtualNetwork={"id": "/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/virtualNetworks/z"},
        useRemoteGateways=True,
    )
    told = {w.source for w in tiny.claims(("caller", "server"))["reachability"].witnesses}
    assert "elsewhere" in told


def test_an_interface_without_groups_is_a_party_too() -> None:
    tiny = Tiny()
    tiny.rule("right", "Inbound", 200, "10.1.0.0/28", "server", "443", protocol="Tcp")
    tiny.rule("left", "Outbound", 200, "*", "server", "443", protocol="Tcp")
    witnesses = tiny.claims(("caller", "server"))["reachability"].witnesses
    assert {(w.source, w.destination) for w in witnesses} == {("subnet left", "server")}


def test_two_machines_of_one_subnet_pass_its_group() -> None:
    tiny = Tiny()
    assert tiny.between("server", "other") == ("nothing", "nothing")
    tiny.rule("right", "Outbound", 200, "server", "other", "443", protocol="Tcp")
    assert tiny.between("server", "other") == ("nothing", "nothing")
    tiny.rule("right", "Inbound", 200, "server", "other", "443", protocol="Tcp")
    assert tiny.between("server", "other") == ("tcp/443", "tcp/443")


def test_the_group_of_an_interface_is_asked_beside_that_of_its_subnet() -> None:
    tiny = Tiny()
    own = tiny.add("network:NetworkSecurityGroup", "own", networkSecurityGroupName="own")
    tiny.filters["own"] = own
    tiny.rule("own", "Inbound", 100, access="Deny")
    card = {"subnet": {"id": tiny.subnets["right"]}, "applicationSecurityGroups": [{"id": tiny.groups["server"]}]}
    tiny.add("network:NetworkInterface", "card", networkSecurityGroup={"id": own}, ipConfigurations=[card])
    reach = reach_of(tiny.graph())
    assert "nic card" not in {party.name for party in reach.parties}  # a machine of the workload: only narrower
    tiny.change(tiny.groups["server"], tags={})
    tiny.rule("left", "Outbound", 200, "caller", "*", "443", protocol="Tcp")
    tiny.rule("right", "Inbound", 200, "caller", "*", "443", protocol="Tcp")
    assert tiny.between("caller", "nic card") == ("nothing", "nothing")
    tiny.rule("own", "Inbound", 99 + 2, "caller", "*", "443", protocol="Tcp")
    assert tiny.between("caller", "nic card") == ("nothing", "nothing")


@pytest.mark.parametrize(
    ("policies", "reached"),
    [
        ("Disabled", "all"),
        ("RouteTableEnabled", "all"),
        ("Enabled", "nothing"),
        ("NetworkSecurityGroupEnabled", "nothing"),
    ],
)
def test_rules_bind_private_endpoints_only_where_the_subnet_says_so(policies: str, reached: str) -> None:
    tiny = Tiny()
    tiny.change(tiny.subnets["right"], privateEndpointNetworkPolicies=policies)
    tiny.rule("left", "Outbound", 200, "caller", "*")
    tiny.add("network:PrivateEndpoint", "store", subnet={"id": tiny.subnets["right"]})
    assert tiny.between("caller", "endpoint store")[0] == reached


def test_what_is_not_known_is_not_proved() -> None:
    tiny = Tiny()
    tiny.connect()
    rule = tiny.rule("right", "Inbound", 300, "caller", "server", "444", protocol="Tcp")
    tiny.change(rule, sourceApplicationSecurityGroups=[{"id": Unknown()}])
    claim = tiny.claims(("caller", "server"))["reachability"]
    assert claim.verdict is not Verdict.PROVED
    assert any(rule.urn in reason for reason in claim.reasons)


def test_ids_as_text_and_names_in_another_case_mean_the_same_resource() -> None:
    tiny = Tiny()
    tiny.connect()
    id_ = "/subscriptions/0F1E/resourceGroups/RG/providers/Microsoft.Network/applicationSecurityGroups/CALLER"
    for rule in ("left-Outbound-200", "right-Inbound-200"):
        ref = Ref(f"urn:pulumi:test::zt::azure-native:network:SecurityRule::{rule}")
        tiny.change(ref, sourceApplicationSecurityGroups=[{"id": id_}])
    assert tiny.between() == ("tcp/443", "tcp/443")
    tiny.change(tiny.groups["caller"], resourceGroupName="other")
    assert tiny.between() == ("nothing", "nothing")


@pytest.mark.parametrize("seed", range(24))
def test_the_rules_that_are_looked_up_are_those_that_fit(seed: int) -> None:
    """Found by group and by address, they are those that going through all of them finds."""
    reach = reach_of(random_world(seed))
    filters, network = reach.filters, next(iter(reach.world.networks))
    ends = [(groups, block) for groups in {party.groups for party in reach.parties} for block in _blocks(reach)]
    kept = 0
    for key, inbound in product(reach.world.filters, (True, False)):
        rules = filters.compiled(key, network, inbound)
        for here, there in product(ends, ends):
            local = [(one, fit) for one in rules if (fit := one.local.fits(*here))]
            tried = filters.tried(key, network, inbound, *here)
            assert list(tried.rules) == local
            assert tried.towards(*there) == [pair for pair in local if pair[0].remote.fits(*there)]
            kept += len(local)
    assert kept


def _blocks(reach: Reach) -> set[int]:
    """Two classes of addresses of every subnet, one outside, and none."""
    spaces = reach.spaces
    found = {place.addresses for party in reach.parties for place in party.places}
    return {
        0,
        spaces.public & -spaces.public,
        *(bits & -bits for bits in found),
        *(1 << bits.bit_length() - 1 for bits in found),
    }
