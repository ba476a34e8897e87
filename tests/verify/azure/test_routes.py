"""Where packets of a subnet go on Azure, and what gives a way out, one scenario each."""

from __future__ import annotations

import pytest

from tests.verify.azure.handmade import Tiny, reach_of
from zt_ai.verify.model import Claim, Verdict

HUB = "/subscriptions/x/resourceGroups/y/providers/Microsoft.Network/virtualNetworks/hub"


def told(claim: Claim) -> str:
    return " | ".join(witness.explanation for witness in claim.witnesses)


def closed(tiny: Tiny) -> Tiny:
    """With names closed as well, so that nothing is told but what a test is about."""
    policy = tiny.add("dnsresolver:DnsResolverPolicy", "names", dnsResolverPolicyName="names")
    listed = tiny.add("dnsresolver:DnsResolverDomainList", "every", domains=["."])
    tiny.add(
        "dnsresolver:DnsSecurityRule",
        "closed",
        dnsResolverPolicyName="names",
        priority=100,
        action={"actionType": "Block"},
        dnsResolverDomainLists=[{"id": listed}],
    )
    tiny.add(
        "dnsresolver:DnsResolverPolicyVirtualNetworkLink",
        "link",
        dnsResolverPolicyName="names",
        virtualNetwork={"id": tiny.network},
    )
    assert policy
    return tiny


def test_a_closed_network_has_no_way_out() -> None:
    claims = closed(Tiny()).claims()
    assert {claim.verdict for claim in claims.values()} == {Verdict.PROVED}


def test_default_outbound_access_is_on_unless_it_is_said_to_be_off() -> None:
    tiny = closed(Tiny())
    tiny.change(tiny.subnets["left"], defaultOutboundAccess=None)
    claims = tiny.claims()
    for name in ("data-zone-egress", "internet-egress"):
        assert "default outbound access" in told(claims[name])
        assert all(tiny.subnets["left"].urn in witness.through for witness in claims[name].witnesses)


def test_without_a_route_of_its_own_a_subnet_is_routed_to_the_internet() -> None:
    tiny = closed(Tiny())
    tiny.remove(tiny.defaults["left"])
    claims = tiny.claims()
    assert "routed to the internet" in told(claims["data-zone-egress"])
    assert "straight to the internet" in told(claims["internet-egress"])


def test_the_longest_prefix_wins() -> None:
    tiny = closed(Tiny())
    tiny.route("left", "93.184.216.0/24", "Internet")
    witness = tiny.claims()["data-zone-egress"].witnesses[0]
    assert witness.packet is not None
    assert witness.packet.destination.startswith("93.184.216.")
    tiny.route("left", "93.184.216.0/25", "None")
    tiny.route("left", "93.184.216.128/25", "None")
    assert tiny.claims()["data-zone-egress"].verdict is Verdict.PROVED


def test_a_route_of_the_users_wins_over_one_of_the_system_of_the_same_length() -> None:
    tiny = Tiny()
    tiny.connect()
    tiny.route("left", "10.1.0.0/16", "None")
    assert tiny.between() == ("nothing", "nothing")


def test_the_way_back_counts_for_what_is_asked_for() -> None:
    tiny = Tiny()
    tiny.connect()
    tiny.route("right", "10.1.0.0/28", "None")
    assert tiny.between() == ("tcp/443", "nothing")
    assert "routes lead it or its answer elsewhere" in told(tiny.claims(("caller", "server"))["reachability"])


def test_a_peering_is_a_way_out_of_every_subnet_unless_a_route_of_the_same_length_shuts_it() -> None:
    tiny = closed(Tiny())
    tiny.add(
        "network:VirtualNetworkPeering",
        "hub",
        virtualNetworkName="net",
        remoteVirtualNetwork={"id": HUB},
        remoteAddressSpace={"addressPrefixes": ["10.250.0.0/20"]},
    )
    assert "peering" in told(tiny.claims()["data-zone-egress"])
    tiny.route("left", "10.250.0.0/20", "None")
    assert tiny.claims()["data-zone-egress"].verdict is Verdict.PROVED


def test_routes_of_a_gateway_lead_anywhere_unless_the_table_takes_none() -> None:
    tiny = Tiny()
    tiny.add(
        "network:VirtualNetworkPeering",
        "hub",
        virtualNetworkName="net",
        remoteVirtualNetwork={"id": HUB},
        useRemoteGateways=True,
    )
    key = tiny.subnets["left"].urn
    hops = {hop.kind for hop in reach_of(tiny.graph()).routes.hops(key) if not hop.certain}
    assert hops == {"peering"}
    tiny.change(tiny.tables["left"], disableBgpRoutePropagation=False)
    hops = {hop.kind for hop in reach_of(tiny.graph()).routes.hops(key) if not hop.certain}
    assert hops == {"peering", "gateway"}


def test_a_network_outside_needs_a_way_in_and_a_way_back() -> None:
    networks = {"office": "172.20.0.0/16"}
    tiny = Tiny()
    tiny.rule("right", "Inbound", 200, "172.20.0.0/16", "server", "443", protocol="Tcp")

    def claim() -> Claim:
        return tiny.claims(("office", "server"), networks=networks)["reachability"]

    assert "there is no peering" in told(claim())
    tiny.add(
        "network:VirtualNetworkPeering",
        "hub",
        virtualNetworkName="net",
        remoteVirtualNetwork={"id": HUB},
        remoteAddressSpace={"addressPrefixes": ["10.250.0.0/20"]},
    )
    assert "no route back" in told(claim())
    tiny.route("right", "172.20.0.0/16", "VirtualAppliance", "10.250.0.4")
    assert claim().verdict is Verdict.PROVED


@pytest.mark.parametrize("name", ["natGateway", "serviceEndpoints"])
def test_what_is_bound_to_a_subnet_is_a_way_out(name: str) -> None:
    tiny = closed(Tiny())
    nat = tiny.add("network:NatGateway", "nat", natGatewayName="nat")
    value = {"natGateway": {"id": nat}, "serviceEndpoints": [{"service": "Microsoft.Storage"}]}[name]
    tiny.change(tiny.subnets["left"], **{name: value})
    claims = tiny.claims()
    assert claims["data-zone-egress"].verdict is claims["internet-egress"].verdict is Verdict.REFUTED


def test_a_security_rule_may_shut_the_resolver_where_no_policy_does() -> None:
    tiny = Tiny()
    assert "any name" in told(tiny.claims()["data-zone-egress"])
    tiny.rule("left", "Outbound", 100, "*", "AzurePlatformDNS", access="Deny")
    assert tiny.claims()["data-zone-egress"].verdict is Verdict.PROVED


def test_a_load_balancer_passes_on_what_its_backends_let_in() -> None:
    tiny = Tiny()
    front = {"name": "front", "privateIPAddress": "10.1.0.30", "subnet": {"id": tiny.subnets["right"]}}
    balancer = tiny.add(
        "network:LoadBalancer",
        "front",
        loadBalancerName="front",
        tags={"zt-ai:workload": "server"},
        frontendIPConfigurations=[front],
        probes=[{"name": "ready", "port": 8081}],
        loadBalancingRules=[
            {"protocol": "Tcp", "frontendPort": 443, "backendPort": 443, "probe": {"id": "/x/probes/ready"}}
        ],
    )
    card = {
        "subnet": {"id": tiny.subnets["right"]},
        "applicationSecurityGroups": [{"id": tiny.groups["server"]}],
        "loadBalancerBackendAddressPools": [{"id": balancer}],
    }
    tiny.add("network:NetworkInterface", "card", ipConfigurations=[card])
    tiny.rule("left", "Outbound", 200, "caller", "10.1.0.30/32", "443", protocol="Tcp")
    tiny.rule("right", "Inbound", 200, "caller", "server", "443", protocol="Tcp")
    claim = tiny.claims(("caller", "server"))["reachability"]
    assert "its health probes do not get in" in told(claim)
    tiny.rule("right", "Inbound", 201, "AzureLoadBalancer", "server", "8081", protocol="Tcp")
    assert tiny.claims(("caller", "server"))["reachability"].verdict is Verdict.PROVED
    tiny.rule("right", "Inbound", 202, "AzureLoadBalancer", "server", "22", protocol="Tcp")
    assert "no load balancer in front of it asks there" in told(tiny.claims(("caller", "server"))["reachability"])
