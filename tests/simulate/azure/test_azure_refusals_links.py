"""What Azure refuses of private endpoints, private link services, DNS zones, firewalls and load balancers."""

from __future__ import annotations

from typing import Any

import pytest

ENDPOINT, ZONE, LINK = "network:PrivateEndpoint", "privatedns:PrivateZone", "privatedns:VirtualNetworkLink"
POLICY, GROUP = "network:FirewallPolicy", "network:FirewallPolicyRuleCollectionGroup"
BLOBS = "privatelink.blob.core.windows.net"


def connection(target: Any, *groups: str) -> list[dict[str, Any]]:
    return [{"name": "c", "privateLinkServiceId": target.id, "groupIds": list(groups)}]


def endpoint(azure: Any, subnet: Any, target: Any, *groups: str, name: str = "pe", **more: Any) -> Any:
    inputs = {
        "privateEndpointName": name,
        "location": "eastus",
        "subnet": {"id": subnet.id},
        "privateLinkServiceConnections": connection(target, *groups),
        **more,
    }
    return azure.make(ENDPOINT, inputs, name)


def zone(azure: Any, name: str = BLOBS, group: str = "rg") -> Any:
    return azure.make(ZONE, {"resourceGroupName": group, "privateZoneName": name, "location": "global"}, name)


def link(azure: Any, zone_name: str, network: Any, name: str = "link", **more: Any) -> Any:
    inputs = {
        "privateZoneName": zone_name,
        "virtualNetworkLinkName": name,
        "virtualNetwork": {"id": network.id},
        "registrationEnabled": False,
        "location": "global",
        **more,
    }
    return azure.make(LINK, inputs, name)


class TestEndpoints:
    def test_subnet_of_another_location(self, azure: Any, refused: Any) -> None:
        account = azure.storage()
        far = azure.subnet(azure.network("far", location="westus2"), "app")
        with refused("same region"):
            endpoint(azure, far, account, "blob")
        endpoint(azure, azure.subnet(azure.network("near")), account, "blob")

    def test_subnet_that_is_not_there(self, azure: Any, refused: Any) -> None:
        account, subnet = azure.storage(), azure.subnet(azure.network())
        azure.delete(subnet)
        with refused("InvalidResourceReference"):
            endpoint(azure, subnet, account, "blob")

    @pytest.mark.parametrize("groups", [("vault",), (), ("blob", "file")])
    def test_subresources_of_another_type(self, azure: Any, refused: Any, groups: tuple[str, ...]) -> None:
        account, subnet = azure.storage(), azure.subnet(azure.network())
        with refused("BadRequest"):
            endpoint(azure, subnet, account, *groups)
        endpoint(azure, subnet, account, "blob")

    def test_what_has_no_private_link(self, azure: Any, refused: Any) -> None:
        network = azure.network()
        with refused("no private link"):
            endpoint(azure, azure.subnet(network), azure.security_group(), "blob")

    def test_a_registry_needs_the_premium_tier(self, azure: Any, refused: Any) -> None:
        subnet = azure.subnet(azure.network())
        base = {"registryName": "images", "location": "eastus"}
        standard = azure.make("containerregistry:Registry", {**base, "sku": {"name": "Standard"}})
        with refused("Premium"):
            endpoint(azure, subnet, standard, "registry")
        azure.change(standard, sku={"name": "Premium"})
        endpoint(azure, subnet, standard, "registry")

    def test_an_openai_account_needs_a_subdomain(self, azure: Any, refused: Any) -> None:
        subnet = azure.subnet(azure.network())
        base = {"accountName": "models", "kind": "OpenAI", "sku": {"name": "S0"}, "location": "eastus"}
        account = azure.make("cognitiveservices:Account", {**base, "properties": {}})
        with refused("subdomain"):
            endpoint(azure, subnet, account, "account")
        azure.change(account, properties={"customSubDomainName": "clinic-models"})
        endpoint(azure, subnet, account, "account")

    def test_it_keeps_its_subnet_and_target_there(self, azure: Any, refused: Any) -> None:
        account, subnet = azure.storage(), azure.subnet(azure.network())
        made = endpoint(azure, subnet, account, "blob")
        with refused("InUseSubnetCannotBeDeleted"):
            azure.delete(subnet)
        azure.delete(made)
        azure.delete(subnet)

    def test_static_addresses(self, azure: Any, refused: Any) -> None:
        account, subnet = azure.storage(), azure.subnet(azure.network(), cidr="10.0.0.0/28")

        def at(address: str, name: str = "pe") -> Any:
            given = {"name": "ip", "groupId": "blob", "memberName": "blob", "privateIPAddress": address}
            return endpoint(azure, subnet, account, "blob", name=name, ipConfigurations=[given])

        with refused("PrivateIPAddressNotInSubnet"):
            at("10.0.1.5")
        for reserved in ("10.0.0.0", "10.0.0.3", "10.0.0.15"):
            with refused("PrivateIPAddressInReservedRange"):
                at(reserved)
        at("10.0.0.5")
        with refused("PrivateIPAddressIsAllocated"):
            at("10.0.0.5", "second")

    def test_a_full_subnet(self, azure: Any, refused: Any) -> None:
        account, subnet = azure.storage(), azure.subnet(azure.network(), cidr="10.0.0.0/29")
        for number in range(3):
            endpoint(azure, subnet, account, "blob", name=f"pe{number}")
        with refused("SubnetIsFull"):
            endpoint(azure, subnet, account, "blob", name="pe3")

    def test_one_zone_group_with_five_zones(self, azure: Any, refused: Any) -> None:
        endpoint(azure, azure.subnet(azure.network()), azure.storage(), "blob")
        zones = [zone(azure, f"z{number}.example.net") for number in range(6)]
        base = {"privateEndpointName": "pe"}

        def configs(count: int) -> list[dict[str, str]]:
            return [{"name": f"z{n}", "privateDnsZoneId": zones[n].id} for n in range(count)]

        with refused("up to 5"):
            azure.make(
                "network:PrivateDnsZoneGroup",
                {**base, "privateDnsZoneGroupName": "a", "privateDnsZoneConfigs": configs(6)},
            )
        azure.make(
            "network:PrivateDnsZoneGroup", {**base, "privateDnsZoneGroupName": "a", "privateDnsZoneConfigs": configs(5)}
        )
        with refused("already"):
            azure.make(
                "network:PrivateDnsZoneGroup", {**base, "privateDnsZoneGroupName": "b", "privateDnsZoneConfigs": []}
            )


class TestZones:
    def test_zones_of_one_name_are_not_linked_to_one_network(self, azure: Any, refused: Any) -> None:
        azure.make("resources:ResourceGroup", {"resourceGroupName": "dns", "location": "eastus"}, "dns")
        network, other = azure.network(), azure.network("other", "10.1.0.0/16")
        zone(azure)
        zone(azure, group="dns")
        link(azure, BLOBS, network)
        with refused("overlapping namespaces"):
            link(azure, BLOBS, network, resourceGroupName="dns")
        with refused("already linked"):
            link(azure, BLOBS, network, "again")
        link(azure, BLOBS, other, resourceGroupName="dns")
        zone(azure, "privatelink.file.core.windows.net")
        link(azure, "privatelink.file.core.windows.net", network)

    def test_one_zone_registers_the_machines_of_a_network(self, azure: Any, refused: Any) -> None:
        network = azure.network()
        for name in ("a.clinic", "b.clinic"):
            zone(azure, name)
        link(azure, "a.clinic", network, registrationEnabled=True)
        with refused("registers its machines"):
            link(azure, "b.clinic", network, registrationEnabled=True)
        link(azure, "b.clinic", network)

    def test_a_linked_zone_and_a_linked_network_stay(self, azure: Any, refused: Any) -> None:
        network, made = azure.network(), zone(azure)
        joined = link(azure, BLOBS, network)
        with refused("CannotDeleteResource"):
            azure.delete(made)
        with refused("InUseVirtualNetworkCannotBeDeleted"):
            azure.delete(network)
        azure.delete(joined)
        azure.delete(made)
        azure.delete(network)

    @pytest.mark.parametrize(
        ("more", "path"),
        [
            ({"recordType": "X"}, "recordType"),
            ({"recordType": "A", "ttl": 60}, "aRecords"),
            ({"recordType": "A", "ttl": 60, "aRecords": [{"ipv4Address": "10.0.0.4"}], "txtRecords": []}, "txtRecords"),
            ({"recordType": "A", "aRecords": [{"ipv4Address": "10.0.0.4"}]}, "ttl"),
        ],
    )
    def test_records(self, azure: Any, more: dict[str, Any], path: str) -> None:
        base = {"privateZoneName": "a.clinic", "relativeRecordSetName": "proxy"}
        assert path in azure.problems("privatedns:PrivateRecordSet", {**base, **more})
        right = {"recordType": "A", "ttl": 60, "aRecords": [{"ipv4Address": "10.0.0.4"}]}
        assert azure.problems("privatedns:PrivateRecordSet", {**base, **right}) == {}

    def test_names_of_azures_own(self, azure: Any) -> None:
        taken = azure.problems(ZONE, {"privateZoneName": "core.windows.net", "location": "global"})
        assert "reserved" in taken["privateZoneName"]
        assert azure.problems(ZONE, {"privateZoneName": BLOBS, "location": "global"}) == {}


class TestLinkServices:
    def test_network_policies_of_its_subnet_are_off(self, azure: Any, refused: Any) -> None:
        network = azure.network()
        subnet = azure.subnet(network)
        balancer = load_balancer(azure, subnet)
        inputs = {
            "serviceName": "pls",
            "location": "eastus",
            "ipConfigurations": [{"name": "ip", "subnet": {"id": subnet.id}, "primary": True}],
            "loadBalancerFrontendIpConfigurations": [{"id": f"{balancer.id}/frontendIPConfigurations/front"}],
        }
        with refused("SubnetThatHasNetworkPoliciesEnabled"):
            azure.make("network:PrivateLinkService", inputs)
        azure.change(subnet, privateLinkServiceNetworkPolicies="Disabled")
        missing = [{"id": f"{balancer.id}/frontendIPConfigurations/back"}]
        with refused("InvalidResourceReference"):
            azure.make("network:PrivateLinkService", {**inputs, "loadBalancerFrontendIpConfigurations": missing})
        service = azure.make("network:PrivateLinkService", inputs)
        assert service.outputs["alias"].endswith(".eastus.azure.privatelinkservice")
        with refused("InUseLoadBalancerCannotBeDeleted"):
            azure.delete(balancer)
        joined = endpoint(azure, subnet, service)
        with refused("PrivateEndpointConnectionsCannotBeDeleted"):
            azure.delete(service)
        azure.delete(joined)
        azure.delete(service)


def load_balancer(azure: Any, subnet: Any, name: str = "lb", **frontend: Any) -> Any:
    inputs = {
        "loadBalancerName": name,
        "location": "eastus",
        "sku": {"name": "Standard"},
        "frontendIPConfigurations": [{"name": "front", "subnet": {"id": subnet.id}, **frontend}],
        "backendAddressPools": [{"name": "pool"}],
        "probes": [{"name": "ready", "port": 8081, "protocol": "Http", "requestPath": "/ready"}],
    }
    return azure.make("network:LoadBalancer", inputs, name)


class TestBalancers:
    def test_addresses(self, azure: Any, refused: Any) -> None:
        subnet = azure.subnet(azure.network())
        static = {"privateIPAllocationMethod": "Static", "privateIPAddress": "10.0.0.10"}
        load_balancer(azure, subnet, "a", **static)
        with refused("PrivateIPAddressIsAllocated"):
            load_balancer(azure, subnet, "b", **static)
        dynamic = load_balancer(azure, subnet, "c")
        (front,) = dynamic.outputs["frontendIPConfigurations"]
        assert front["privateIPAddress"] == "10.0.0.4", "the first that Azure does not keep for itself"
        (front,) = azure.change(dynamic, tags={"a": "b"})["frontendIPConfigurations"]
        assert front["privateIPAddress"] == "10.0.0.4"

    def test_rules_speak_of_parts_that_are_there(self, azure: Any) -> None:
        base = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb"
        inputs = {
            "sku": {"name": "Standard"},
            "frontendIPConfigurations": [{"name": "front", "subnet": {"id": f"{base}x/subnets/a"}}],
            "backendAddressPools": [{"name": "pool"}],
        }

        def rule(front: str, pool: str = "pool") -> list[dict[str, Any]]:
            ends = {
                "frontendIPConfiguration": {"id": f"{base}/frontendIPConfigurations/{front}"},
                "backendAddressPool": {"id": f"{base}/backendAddressPools/{pool}"},
            }
            return [{"name": "r", "protocol": "Tcp", "frontendPort": 443, "backendPort": 443, **ends}]

        kind = "network:LoadBalancer"
        assert azure.problems(kind, {**inputs, "loadBalancingRules": rule("front")}) == {}
        assert azure.problems(kind, {**inputs, "loadBalancingRules": rule("back")}) != {}
        assert azure.problems(kind, {**inputs, "loadBalancingRules": rule("front", "none")}) != {}
        assert "retired" in azure.problems(kind, {**inputs, "sku": {"name": "Basic"}})["sku"]

    def test_a_scale_set_stands_where_it_says(self, azure: Any, refused: Any) -> None:
        subnet = azure.subnet(azure.network())
        balancer, asg = load_balancer(azure, subnet), azure.application_group()

        def scale_set(pool: str = "pool", **more: Any) -> Any:
            ip = {
                "name": "ip",
                "subnet": {"id": subnet.id},
                "applicationSecurityGroups": [{"id": asg.id}],
                "loadBalancerBackendAddressPools": [{"id": f"{balancer.id}/backendAddressPools/{pool}"}],
            }
            interface = {"name": "nic", "primary": True, "ipConfigurations": [ip]}
            profile = {"networkProfile": {"networkInterfaceConfigurations": [interface]}, **more}
            inputs = {
                "vmScaleSetName": "proxy",
                "location": "eastus",
                "sku": {"name": "Standard_D2s_v5", "capacity": 2},
                "upgradePolicy": {"mode": "Automatic"},
                "virtualMachineProfile": profile,
            }
            return azure.make("compute:VirtualMachineScaleSet", inputs)

        with refused("InvalidResourceReference"):
            scale_set("none")
        with refused("Base64"):
            scale_set(osProfile={"customData": "#cloud-config"})
        made = scale_set(osProfile={"customData": "I2Nsb3VkLWNvbmZpZw=="})
        shown = made.outputs["virtualMachineProfile"]["osProfile"]
        assert "customData" not in shown
        for used in (balancer, asg, subnet):
            with refused("CannotBeDeleted"):
                azure.delete(used)
        azure.delete(made)
        azure.delete(asg)

    @pytest.mark.parametrize(
        ("default", "allowed"), [("1", False), ("2", True), ("5", True), ("6", False), ("two", False)]
    )
    def test_autoscaling_between_its_bounds(self, azure: Any, default: str, allowed: bool) -> None:
        profile = {"name": "p", "capacity": {"minimum": "2", "maximum": "5", "default": default}, "rules": []}
        assert (azure.problems("monitor:AutoscaleSetting", {"profiles": [profile]}) == {}) == allowed


def rules(**more: Any) -> dict[str, Any]:
    rule = {
        "ruleType": "ApplicationRule",
        "name": "providers",
        "sourceAddresses": ["10.0.0.0/24"],
        "protocols": [{"protocolType": "Https", "port": 443}],
        "targetFqdns": ["api.example.com"],
        **more,
    }
    collection = {
        "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
        "name": "allow",
        "priority": 100,
        "action": {"type": "Allow"},
        "rules": [{key: value for key, value in rule.items() if value is not None}],
    }
    return {"firewallPolicyName": "p", "ruleCollectionGroupName": "g", "priority": 200, "ruleCollections": [collection]}


class TestFirewalls:
    @pytest.mark.parametrize(
        "more",
        [
            {"targetFqdns": []},
            {"targetFqdns": ["https://api.example.com/"]},
            {"targetFqdns": ["api.*.example.com"]},
            {"protocols": None},
            {"sourceAddresses": None},
            {"ruleType": "NatRule"},
        ],
    )
    def test_application_rules(self, azure: Any, more: dict[str, Any]) -> None:
        """An empty list of names is refused, so that it can never mean that all names are allowed."""
        assert azure.problems(GROUP, rules(**more)) != {}

    @pytest.mark.parametrize("names", [["api.example.com"], ["*.example.com"], ["*"]])
    def test_names_that_are_taken(self, azure: Any, names: list[str]) -> None:
        assert azure.problems(GROUP, rules(targetFqdns=names)) == {}

    def test_priorities(self, azure: Any, refused: Any) -> None:
        azure.make(POLICY, {"firewallPolicyName": "p", "location": "eastus"})
        assert azure.problems(GROUP, {**rules(), "priority": 99}) != {}
        azure.make(GROUP, rules())
        with refused("PriorityConflict"):
            azure.make(GROUP, {**rules(), "ruleCollectionGroupName": "h"})
        azure.make(GROUP, {**rules(), "ruleCollectionGroupName": "h", "priority": 300})

    def test_names_in_network_rules_need_the_dns_proxy(self, azure: Any, refused: Any) -> None:
        policy = azure.make(POLICY, {"firewallPolicyName": "p", "location": "eastus"})
        inputs = rules(
            ruleType="NetworkRule", targetFqdns=None, protocols=None, ipProtocols=["TCP"], destinationPorts=["443"]
        )
        inputs["ruleCollections"][0]["rules"][0]["destinationFqdns"] = ["api.example.com"]
        with refused("DNS proxy"):
            azure.make(GROUP, inputs)
        azure.change(policy, dnsSettings={"enableProxy": True})
        azure.make(GROUP, inputs)

    def test_it_stands_in_the_subnet_of_its_name(self, azure: Any, refused: Any) -> None:
        network = azure.network()
        own = azure.subnet(network, "AzureFirewallSubnet", "10.0.0.0/26")
        other = azure.subnet(network, "firewall", "10.0.1.0/26")
        address = azure.make(
            "network:PublicIPAddress",
            {
                "publicIpAddressName": "a",
                "location": "eastus",
                "sku": {"name": "Standard"},
                "publicIPAllocationMethod": "Static",
            },
        )
        policy = azure.make(POLICY, {"firewallPolicyName": "p", "location": "eastus", "sku": {"tier": "Premium"}})

        def firewall(subnet: Any, tier: str = "Premium", name: str = "fw") -> Any:
            inputs = {
                "azureFirewallName": name,
                "location": "eastus",
                "sku": {"name": "AZFW_VNet", "tier": tier},
                "firewallPolicy": {"id": policy.id},
                "ipConfigurations": [
                    {"name": "ip", "subnet": {"id": subnet.id}, "publicIPAddress": {"id": address.id}}
                ],
            }
            return azure.make("network:AzureFirewall", inputs, name)

        with refused("AzureFirewallSubnet"):
            firewall(other)
        with refused("tier"):
            firewall(own, "Standard")
        made = firewall(own)
        assert made.outputs["ipConfigurations"][0]["privateIPAddress"] == "10.0.0.4"
        with refused("one firewall"):
            firewall(own, name="second")
        for used in (policy, address, own):
            with refused("CannotBeDeleted"):
                azure.delete(used)
        azure.delete(made)
        azure.delete(policy)
