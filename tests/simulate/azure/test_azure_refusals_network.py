"""What Azure refuses of networks, routes, rules, endpoints and zones; beside each the neighbour it allows."""

from __future__ import annotations

from typing import Any

import pytest

from zt_ai.simulate.azure import assume_existing, raise_quotas

RULE = "network:SecurityRule"
BASE = {
    "networkSecurityGroupName": "nsg",
    "securityRuleName": "a",
    "priority": 100,
    "direction": "Inbound",
    "access": "Allow",
    "protocol": "Tcp",
    "sourcePortRange": "*",
    "destinationPortRange": "443",
    "sourceAddressPrefix": "10.0.0.0/16",
    "destinationAddressPrefix": "*",
}


def rule(**more: Any) -> dict[str, Any]:
    return {key: value for key, value in {**BASE, **more}.items() if value is not None}


class TestSubnets:
    def test_overlapping(self, azure: Any, refused: Any) -> None:
        network = azure.network()
        azure.subnet(network, "a", "10.0.0.0/24")
        with refused("NetcfgSubnetRangesOverlap"):
            azure.subnet(network, "b", "10.0.0.128/25")
        azure.subnet(network, "b", "10.0.1.0/25")
        azure.subnet(azure.network("other", "10.0.0.0/16"), "a", "10.0.0.0/24")

    def test_outside_of_the_network(self, azure: Any, refused: Any) -> None:
        network = azure.network()
        with refused("NetcfgInvalidSubnet"):
            azure.subnet(network, "a", "10.1.0.0/24")
        azure.subnet(network, "a", "10.0.255.0/24")

    @pytest.mark.parametrize(
        ("cidr", "allowed"), [("10.0.0.0/30", False), ("10.0.0.0/29", True), ("10.0.0.1/24", False)]
    )
    def test_size_and_host_bits(self, azure: Any, cidr: str, allowed: bool) -> None:
        inputs = {"virtualNetworkName": "net", "subnetName": "a", "addressPrefix": cidr}
        assert ("addressPrefix" not in azure.problems("network:Subnet", inputs)) == allowed

    @pytest.mark.parametrize(
        ("name", "small", "enough"),
        [("AzureFirewallSubnet", "27", "26"), ("AzureBastionSubnet", "27", "26"), ("RouteServerSubnet", "27", "26")],
    )
    def test_reserved_names_have_a_size(self, azure: Any, name: str, small: str, enough: str) -> None:
        inputs = {"virtualNetworkName": "net", "subnetName": name}
        assert (
            name in azure.problems("network:Subnet", {**inputs, "addressPrefix": f"10.0.0.0/{small}"})["addressPrefix"]
        )
        assert azure.problems("network:Subnet", {**inputs, "addressPrefix": f"10.0.0.0/{enough}"}) == {}
        assert (
            azure.problems("network:Subnet", {**inputs, "subnetName": "a", "addressPrefix": f"10.0.0.0/{small}"}) == {}
        )

    def test_the_firewalls_subnet_takes_no_security_group(self, azure: Any) -> None:
        inputs = {
            "virtualNetworkName": "net",
            "addressPrefix": "10.0.0.0/26",
            "networkSecurityGroup": {"id": group_id()},
        }
        problems = azure.problems("network:Subnet", {**inputs, "subnetName": "AzureFirewallSubnet"})
        assert "networkSecurityGroup" in problems
        assert azure.problems("network:Subnet", {**inputs, "subnetName": "app"}) == {}

    def test_declared_inline_and_separately(self, azure: Any, refused: Any) -> None:
        inline = {"name": "app", "addressPrefix": "10.0.0.0/24"}
        network = azure.network(subnets=[inline])
        with refused("declared inline"):
            azure.subnet(network, "app", "10.0.0.0/24")
        with refused("NetcfgSubnetRangesOverlap"):
            azure.subnet(network, "own", "10.0.0.0/25")
        azure.subnet(network, "own", "10.0.1.0/24")
        with refused("declare subnets in one way"):
            azure.change(network, tags={"a": "b"})

    def test_references_that_are_not_there_or_not_here(self, azure: Any, refused: Any) -> None:
        network, far = azure.network(), azure.security_group("far", location="westus2")
        with refused("InvalidResourceReference"):
            azure.subnet(network, networkSecurityGroup={"id": group_id("missing")})
        with refused("same region"):
            azure.subnet(network, networkSecurityGroup={"id": far.id})
        azure.subnet(network, networkSecurityGroup={"id": azure.security_group("near").id})

    @pytest.mark.parametrize(("kind", "code"), [("nsg", "InUseNetworkSecurityGroup"), ("table", "InUseRouteTable")])
    def test_what_a_subnet_uses_stays(self, azure: Any, refused: Any, kind: str, code: str) -> None:
        network = azure.network()
        table = azure.make("network:RouteTable", {"routeTableName": "t", "location": "eastus"})
        used = azure.security_group() if kind == "nsg" else table
        name = "networkSecurityGroup" if kind == "nsg" else "routeTable"
        subnet = azure.subnet(network, **{name: {"id": used.id}})
        with refused(f"{code}CannotBeDeleted"):
            azure.delete(used)
        azure.delete(subnet)
        azure.delete(used)

    def test_a_network_keeps_the_ranges_of_its_subnets(self, azure: Any, refused: Any) -> None:
        network = azure.network()
        azure.subnet(network)
        with refused("InUsePrefixCannotBeDeleted"):
            azure.change(network, addressSpace={"addressPrefixes": ["10.1.0.0/16"]})
        azure.change(network, addressSpace={"addressPrefixes": ["10.0.0.0/16", "10.1.0.0/16"]})


def group_id(name: str = "nsg") -> str:
    base = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
    return f"{base}/providers/Microsoft.Network/networkSecurityGroups/{name}"


@pytest.mark.parametrize(
    ("prefixes", "allowed"),
    [(["10.0.0.0/16"], True), (["10.0.0.0/16", "10.0.1.0/24"], False), (["10.0.0.0/33"], False), ([], False)],
)
def test_ranges_of_a_network(azure: Any, prefixes: list[str], allowed: bool) -> None:
    problems = azure.problems("network:VirtualNetwork", {"addressSpace": {"addressPrefixes": prefixes}})
    assert (problems == {}) == allowed


class TestPeerings:
    def test_overlapping_networks_are_not_peered(self, azure: Any, refused: Any) -> None:
        azure.network("one", "10.0.0.0/16")
        twin, other = azure.network("twin", "10.0.128.0/17"), azure.network("other", "10.1.0.0/16")
        base = {"virtualNetworkName": "one", "allowForwardedTraffic": True}

        def peer(name: str, remote: Any) -> Any:
            inputs = {**base, "virtualNetworkPeeringName": name, "remoteVirtualNetwork": {"id": remote.id}}
            return azure.make("network:VirtualNetworkPeering", inputs, name)

        with refused("VnetAddressSpacesOverlap"):
            peer("b", twin)
        peer("c", other)
        with refused("PeeringAlreadyExists"):
            peer("again", other)


class TestRoutes:
    @pytest.mark.parametrize(
        ("more", "path"),
        [
            ({"nextHopType": "VirtualAppliance"}, "nextHopIpAddress"),
            ({"nextHopType": "None", "nextHopIpAddress": "10.0.0.4"}, "nextHopIpAddress"),
            ({"nextHopType": "None", "addressPrefix": "10.0.0.1/24"}, "addressPrefix"),
            ({"nextHopType": "Nowhere"}, "nextHopType"),
        ],
    )
    def test_next_hops(self, azure: Any, more: dict[str, str], path: str) -> None:
        inputs = {"routeTableName": "t", "routeName": "r", "addressPrefix": "0.0.0.0/0"}
        assert path in azure.problems("network:Route", {**inputs, **more})
        right = {"nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.0.4"}
        assert azure.problems("network:Route", {**inputs, **right}) == {}
        assert (
            azure.problems("network:Route", {**inputs, "addressPrefix": "Storage.EastUS", "nextHopType": "None"}) == {}
        )

    def test_one_route_for_a_prefix(self, azure: Any, refused: Any) -> None:
        azure.make("network:RouteTable", {"routeTableName": "t", "location": "eastus"})
        base = {"routeTableName": "t", "nextHopType": "None"}
        azure.make("network:Route", {**base, "routeName": "a", "addressPrefix": "0.0.0.0/0"})
        with refused("RouteConflict"):
            azure.make("network:Route", {**base, "routeName": "b", "addressPrefix": "0.0.0.0/0"})
        azure.make("network:Route", {**base, "routeName": "b", "addressPrefix": "10.0.0.0/8"})


class TestRules:
    def test_one_rule_for_a_priority_and_direction(self, azure: Any, refused: Any) -> None:
        group = azure.security_group()
        azure.rule(group, "a", 100)
        with refused("SecurityRuleConflict"):
            azure.rule(group, "b", 100)
        azure.rule(group, "b", 100, direction="Outbound")
        azure.rule(azure.security_group("other"), "a", 100)
        third = azure.rule(group, "c", 101)
        with refused("SecurityRuleConflict"):
            azure.change(third, priority=100)
        azure.change(third, priority=102)

    def test_rules_given_inline_count_too(self, azure: Any, refused: Any) -> None:
        inline = {key: value for key, value in rule().items() if not key.endswith("Name")}
        group = azure.security_group(securityRules=[{"name": "a", **inline}])
        with refused("SecurityRuleConflict"):
            azure.rule(group, "b", 100)
        with refused("declared inline"):
            azure.rule(group, "a", 200)
        azure.rule(group, "b", 101)
        assert (
            "SecurityRuleConflict"
            in azure.problems(
                "network:NetworkSecurityGroup", {"securityRules": [{"name": "a", **inline}, {"name": "b", **inline}]}
            )["securityRules"]
        )

    @pytest.mark.parametrize(
        ("priority", "allowed"), [(99, False), (100, True), (4096, True), (4097, False), (65000, False)]
    )
    def test_priorities(self, azure: Any, priority: int, allowed: bool) -> None:
        problems = azure.problems(RULE, rule(priority=priority))
        assert (problems == {}) == allowed
        assert allowed or "SecurityRuleInvalidPriority" in problems["priority"]

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"sourceAddressPrefix": "10.0.0.0/40"}, "SecurityRuleInvalidAddressPrefix"),
            ({"sourceAddressPrefix": "not a tag"}, "SecurityRuleInvalidAddressPrefix"),
            ({"sourceAddressPrefix": None}, "one of"),
            ({"sourceAddressPrefixes": ["10.1.0.0/16"]}, "one of"),
            (
                {"sourceAddressPrefix": None, "sourceAddressPrefixes": ["*"]},
                "SecurityRuleParameterContainsUnsupportedValue",
            ),
            ({"destinationPortRange": "80,443"}, "SecurityRuleInvalidPortRange"),
            ({"destinationPortRange": "443-80"}, "SecurityRuleInvalidPortRange"),
            ({"destinationPortRange": "65536"}, "SecurityRuleInvalidPortRange"),
            ({"destinationPortRange": None}, "neither"),
            ({"destinationAddressPrefix": "AzurePlatformDNS"}, "SecurityRuleInvalidAccessType"),
            ({"description": "x" * 141}, "140"),
        ],
    )
    def test_ends_and_ports(self, azure: Any, more: dict[str, Any], code: str) -> None:
        assert any(code in reason for reason in azure.problems(RULE, rule(**more)).values())

    @pytest.mark.parametrize(
        "more",
        [
            {"sourceAddressPrefix": "VirtualNetwork"},
            {"sourceAddressPrefix": "Storage.EastUS"},
            {"sourceAddressPrefix": "2001:db8::/32"},
            {"sourceAddressPrefix": None, "sourceAddressPrefixes": ["10.0.0.0/24", "10.0.1.5"]},
            {"destinationPortRange": None, "destinationPortRanges": ["80", "8000-8080"]},
            {"destinationAddressPrefix": "AzurePlatformDNS", "access": "Deny"},
            {"description": "x" * 140},
        ],
    )
    def test_other_ends_and_ports_are_taken(self, azure: Any, more: dict[str, Any]) -> None:
        assert azure.problems(RULE, rule(**more)) == {}

    def test_application_groups_are_there_and_in_the_region(self, azure: Any, refused: Any) -> None:
        group = azure.security_group()
        near, far = azure.application_group("near"), azure.application_group("far", "westus2")

        def by(asg_id: str) -> Any:
            return azure.rule(
                group, "a", 100, sourceAddressPrefix=None, sourceApplicationSecurityGroups=[{"id": asg_id}]
            )

        with refused("InvalidResourceReference"):
            by(near.id.replace("near", "none"))
        with refused("same region"):
            by(far.id)
        made = by(near.id)
        with refused("InUseApplicationSecurityGroupCannotBeDeleted"):
            azure.delete(near)
        azure.delete(made)
        azure.delete(near)


class TestPublicAddresses:
    def test_basic_is_gone_and_standard_is_static(self, azure: Any, refused: Any) -> None:
        base = {"publicIpAddressName": "a", "location": "eastus"}
        with refused("IPv4BasicSkuPublicIpCountLimitReached"):
            azure.make("network:PublicIPAddress", base)
        with refused("PublicIPAddressWithStandardSkuMustBeStatic"):
            azure.make("network:PublicIPAddress", {**base, "sku": {"name": "Standard"}})
        made = azure.make(
            "network:PublicIPAddress", {**base, "sku": {"name": "Standard"}, "publicIPAllocationMethod": "Static"}
        )
        assert made.outputs["ipAddress"].startswith(("203.0.113.", "198.51.100."))


QUOTAS = [
    ("subnets-per-network", "SubnetCountLimitReached"),
    ("rules-per-security-group", "SecurityRuleCountLimitReached"),
    ("route-tables", "RouteTableCountLimitReached"),
    ("routes-per-table", "RouteCountLimitReached"),
    ("virtual-networks", "VnetCountLimitReached"),
    ("security-groups", "NetworkSecurityGroupCountLimitReached"),
    ("application-security-groups", "ApplicationSecurityGroupCountLimitReached"),
    ("private-zones", "BadRequest"),
    ("storage-accounts", "MaxStorageAccountsCountPerSubscriptionExceeded"),
]


@pytest.mark.parametrize(("quota", "code"), QUOTAS)
def test_a_quota_and_its_raise(azure: Any, refused: Any, quota: str, code: str) -> None:
    network, group = azure.network("first", "10.9.0.0/16"), azure.security_group("first")
    azure.make("network:RouteTable", {"routeTableName": "first", "location": "eastus"})

    def make(number: int) -> None:
        name = f"n{number}"
        table = {"routeTableName": "first", "routeName": name, "nextHopType": "None"}
        makers = {
            "subnets-per-network": lambda: azure.subnet(network, name, f"10.9.{number}.0/24"),
            "rules-per-security-group": lambda: azure.rule(group, name, 100 + number),
            "route-tables": lambda: azure.make("network:RouteTable", {"routeTableName": name, "location": "eastus"}),
            "routes-per-table": lambda: azure.make("network:Route", {**table, "addressPrefix": f"10.{number}.0.0/16"}),
            "virtual-networks": lambda: azure.network(name),
            "security-groups": lambda: azure.security_group(name),
            "application-security-groups": lambda: azure.application_group(name),
            "private-zones": lambda: azure.make(
                "privatedns:PrivateZone", {"privateZoneName": f"{name}.a", "location": "global"}
            ),
            "storage-accounts": lambda: azure.storage(f"account{number}"),
        }
        makers[quota]()

    there = 1 if quota in ("route-tables", "virtual-networks", "security-groups") else 0
    raise_quotas(azure.world, {quota: there + 1})
    make(1)
    with refused(code):
        make(2)
    raise_quotas(azure.world, {quota: there + 2})
    make(2)


def test_an_unknown_quota_is_refused(azure: Any) -> None:
    with pytest.raises(ValueError, match="did you mean 'subnets-per-network'"):
        raise_quotas(azure.world, {"subnets-per-vnet": 1})


def test_what_is_only_assumed_says_nothing_about_its_place(azure: Any) -> None:
    network = azure.network()
    assume_existing(azure.world, [group_id("theirs")])
    azure.subnet(network, networkSecurityGroup={"id": group_id("theirs")})
