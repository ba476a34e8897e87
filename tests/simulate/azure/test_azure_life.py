"""One Azure resource through the servicer: preview, create, read, update, delete, import; parts go with the whole."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from zt_ai.simulate.azure import SeedError, assume_existing, seed
from zt_ai.simulate.values import UNKNOWN, Secret, decode, encode
from zt_ai.simulate.world import Thing

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
NETWORK = "network:VirtualNetwork"
NSG = "network:NetworkSecurityGroup"


class TestPreview:
    def test_what_azure_answers_is_unknown_and_what_was_given_is_known(self, azure: Any) -> None:
        inputs = {"virtualNetworkName": "net", "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "tags": {"a": "b"}}
        outputs = azure.preview(NETWORK, inputs)
        assert outputs["addressSpace"] == {"addressPrefixes": ["10.0.0.0/16"]}
        assert outputs["tags"] == {"a": "b"}
        for name in ("name", "etag", "provisioningState", "resourceGuid"):
            assert outputs[name] is UNKNOWN
        assert [thing.type for thing in azure.world.all()] == ["azure-native:resources:ResourceGroup"]

    def test_unknown_inputs_stay_unknown(self, azure: Any) -> None:
        inputs = {"virtualNetworkName": UNKNOWN, "subnetName": "app", "addressPrefix": "10.0.0.0/24"}
        outputs = azure.preview("network:Subnet", {**inputs, "routeTable": {"id": UNKNOWN}})
        assert outputs["routeTable"] == {"id": UNKNOWN}
        assert outputs["name"] is UNKNOWN

    def test_the_vault_that_will_be_has_no_address_yet(self, azure: Any) -> None:
        properties = {
            "tenantId": SUBSCRIPTION,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
        }
        previewed = azure.preview(
            "keyvault:Vault", {"vaultName": "keys-1", "location": "eastus", "properties": properties}
        )
        assert previewed["properties"] == {**properties, "vaultUri": UNKNOWN}
        made = azure.make("keyvault:Vault", {"vaultName": "keys-1", "location": "eastus", "properties": properties})
        assert made.outputs["properties"]["vaultUri"] == "https://keys-1.vault.azure.net/"

    def test_a_preview_of_a_change_keeps_what_is_known(self, azure: Any) -> None:
        network = azure.network()
        request = provider_pb2.UpdateRequest(
            id=network.id,
            urn=azure.urn(NETWORK, "net"),
            olds=encode(network.outputs),
            news=encode({**network.inputs, "tags": {"a": UNKNOWN}}),
            preview=True,
        )
        outputs = decode(azure.stub.Update(request).properties)
        assert outputs["resourceGuid"] == network.outputs["resourceGuid"]
        assert outputs["tags"]["a"] is UNKNOWN
        assert azure.world.get(f"azure-native:{NETWORK}", network.id).inputs == network.inputs


class TestLife:
    def test_what_was_made_is_read_back_changed_and_deleted(self, azure: Any) -> None:
        network = azure.network(tags={"a": "b"})
        found = azure.read(NETWORK, network.id)
        assert decode(found.inputs) == network.inputs
        assert decode(found.properties) == {**network.outputs, "subnets": [], "virtualNetworkPeerings": []}
        changed = azure.change(network, tags={"a": "c"})
        assert changed["tags"] == {"a": "c"}
        assert changed["resourceGuid"] == network.outputs["resourceGuid"]
        azure.delete(network)
        assert azure.read(NETWORK, network.id).id == ""
        azure.delete(network)

    def test_ids_and_outputs_are_what_azure_would_give(self, azure: Any) -> None:
        network = azure.network()
        assert network.id == f"{GROUP}/providers/Microsoft.Network/virtualNetworks/net"
        assert network.outputs["type"] == "Microsoft.Network/virtualNetworks"
        subnet = azure.subnet(network)
        assert subnet.id == f"{network.id}/subnets/app"
        assert (subnet.outputs["name"], subnet.outputs["type"]) == ("app", "Microsoft.Network/virtualNetworks/subnets")
        identity = azure.identity()
        assert len({identity.outputs[name] for name in ("principalId", "clientId", "tenantId")}) == 3
        account = azure.storage("audit1")
        assert account.outputs["primaryEndpoints"]["blob"] == "https://audit1.blob.core.windows.net/"
        setting = azure.make(
            "monitor:DiagnosticSetting",
            {"resourceUri": network.id, "name": "all", "storageAccountId": account.id, "metrics": [{"enabled": True}]},
        )
        assert setting.id == f"{network.id}/providers/Microsoft.Insights/diagnosticSettings/all"

    def test_records_are_sent_to_an_endpoint_under_a_rule(self, azure: Any) -> None:
        inputs = {"dataCollectionEndpointName": "records", "location": "eastus"}
        endpoint = azure.make("monitor:DataCollectionEndpoint", inputs)
        assert endpoint.outputs["logsIngestion"]["endpoint"].endswith(".eastus-1.ingest.monitor.azure.com")
        rule = azure.make("monitor:DataCollectionRule", {"dataCollectionRuleName": "records", "location": "eastus"})
        assert len(rule.outputs["immutableId"]) == len("dcr-") + 32
        assert azure.change(rule, tags={"a": "b"})["immutableId"] == rule.outputs["immutableId"]

    def test_a_type_outside_the_table_has_an_id_of_azures_form(self, azure: Any) -> None:
        made = azure.make(
            "redis:Redis",
            {"name": "cache", "location": "eastus", "sku": {"capacity": 1, "family": "C", "name": "Basic"}},
        )
        assert made.id == f"{GROUP}/providers/Microsoft.Redis/rediss/cache"
        assert azure.read("redis:Redis", made.id).id == made.id

    def test_the_provider_fills_in_location_and_api_version(self, azure: Any) -> None:
        checked = azure.check("network:RouteTable", {"routeTableName": "t"})
        assert (checked["location"], checked["azureApiVersion"]) == ("eastus", "2024-05-01")
        assert "location" not in azure.check(
            "network:Route",
            {"routeTableName": "t", "routeName": "r", "nextHopType": "None", "addressPrefix": "0.0.0.0/0"},
        )

    def test_a_name_is_made_up_and_kept(self, azure: Any) -> None:
        made = azure.make("network:RouteTable", {"location": "eastus"}, "table")
        assert made.inputs["routeTableName"].startswith("table")
        assert len(made.inputs["routeTableName"]) == len("table") + 8
        assert made.inputs["__createBeforeDelete"] is True
        again = azure.check("network:RouteTable", {"location": "eastus"}, "table", made.inputs)
        assert again == made.inputs
        part = azure.check(
            "network:Route", {"routeTableName": "t", "nextHopType": "None", "addressPrefix": "0.0.0.0/0"}, "way"
        )
        assert (part["routeName"], "__createBeforeDelete" in part) == ("way", False)

    def test_a_secret_stays_a_secret_and_its_value_is_not_read_back(self, azure: Any) -> None:
        properties = {
            "tenantId": SUBSCRIPTION,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
        }
        azure.make("keyvault:Vault", {"vaultName": "keys-1", "location": "eastus", "properties": properties})
        inputs = {
            "resourceGroupName": "rg",
            "vaultName": "keys-1",
            "secretName": "a",
            "properties": Secret({"value": "hidden"}),
        }
        request = provider_pb2.CreateRequest(urn=azure.urn("keyvault:Secret", "a"), properties=encode(inputs))
        outputs = decode(azure.stub.Create(request).properties)
        assert isinstance(outputs["properties"], Secret)
        assert "value" not in outputs["properties"].value
        assert outputs["properties"].value["secretUri"] == "https://keys-1.vault.azure.net/secrets/a"

    def test_a_refused_create_leaves_nothing_behind(self, azure: Any, refused: Any) -> None:
        network = azure.network()
        before = azure.world.all()
        with refused("NetcfgInvalidSubnet"):
            azure.subnet(network, cidr="10.9.0.0/24")
        assert azure.world.all() == before

    def test_a_second_of_the_same_id_is_refused_whatever_its_case(self, azure: Any, refused: Any) -> None:
        azure.network("net")
        with refused("already existing resource"):
            azure.network("NET")
        azure.network("net2")

    def test_an_identity_that_is_made_again_is_another(self, azure: Any) -> None:
        first = azure.identity()
        azure.delete(first)
        assert azure.identity().outputs["principalId"] != first.outputs["principalId"]


class TestPlace:
    def test_group_and_parent_are_there_first(self, azure: Any, refused: Any) -> None:
        with refused("ResourceGroupNotFound"):
            azure.make(
                NETWORK,
                {
                    "resourceGroupName": "other",
                    "virtualNetworkName": "net",
                    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                    "location": "eastus",
                },
            )
        with refused("ParentResourceNotFound"):
            azure.make(
                "network:Subnet", {"virtualNetworkName": "net", "subnetName": "app", "addressPrefix": "10.0.0.0/24"}
            )

    def test_parts_go_with_the_whole(self, azure: Any) -> None:
        group = azure.security_group()
        azure.rule(group, "a", 100)
        network = azure.network()
        azure.subnet(network)
        azure.delete(group)
        azure.delete(network)
        assert [thing.type for thing in azure.world.all()] == ["azure-native:resources:ResourceGroup"]

    def test_a_resource_group_takes_all_along(self, azure: Any) -> None:
        group = next(made for made in azure.made if made.type == "resources:ResourceGroup")
        network = azure.network()
        azure.subnet(network, networkSecurityGroup={"id": azure.security_group().id})
        azure.delete(group)
        assert azure.world.all() == ()

    def test_a_locked_scope_is_not_deleted(self, azure: Any, refused: Any) -> None:
        account = azure.storage()
        lock = azure.make(
            "authorization:ManagementLockByScope", {"scope": account.id, "lockName": "keep", "level": "CanNotDelete"}
        )
        with refused("ScopeLocked"):
            azure.delete(account)
        azure.change(account, tags={"still": "changes"})
        azure.delete(lock)
        azure.delete(account)


class TestReadBack:
    def test_a_group_shows_the_rules_in_it_whoever_made_them(self, azure: Any) -> None:
        group = azure.security_group()
        azure.rule(group, "mine", 100)
        by_hand = {"securityRuleName": "theirs", "priority": 200, "direction": "Inbound", "access": "Allow"}
        azure.world.put(
            Thing(
                "azure-native:network:SecurityRule",
                f"{group.id}/securityRules/theirs",
                "",
                None,
                "seeded",
                None,
                by_hand,
                {},
            )
        )
        read = azure.read(NSG, group.id)
        first, second = decode(read.properties)["securityRules"]
        assert (first["name"], first["id"], first["priority"]) == ("mine", f"{group.id}/securityRules/mine", 100)
        assert (second["name"], second["priority"]) == ("theirs", 200)
        assert "securityRules" not in decode(read.inputs), "the program did not give it: it is an output only"

    def test_a_table_shows_its_routes_and_a_network_its_subnets(self, azure: Any) -> None:
        table = azure.make("network:RouteTable", {"routeTableName": "t", "location": "eastus"})
        route = {"routeTableName": "t", "routeName": "none", "addressPrefix": "0.0.0.0/0", "nextHopType": "None"}
        azure.make("network:Route", route)
        (shown,) = decode(azure.read("network:RouteTable", table.id).properties)["routes"]
        assert (shown["name"], shown["nextHopType"]) == ("none", "None")
        network = azure.network()
        subnet = azure.subnet(network)
        (shown,) = decode(azure.read(NETWORK, network.id).properties)["subnets"]
        assert (shown["id"], shown["addressPrefix"]) == (subnet.id, "10.0.0.0/24")

    def test_a_new_group_shows_azures_own_rules(self, azure: Any) -> None:
        rules = {rule["name"]: rule["priority"] for rule in azure.security_group().outputs["defaultSecurityRules"]}
        assert (rules["AllowVnetInBound"], rules["AllowInternetOutBound"], rules["DenyAllOutBound"]) == (
            65000,
            65001,
            65500,
        )


class TestSeeds:
    def test_an_existing_network_is_adopted_with_its_facts(self, azure: Any, refused: Any) -> None:
        network_id = (
            f"/subscriptions/{SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub-net"
        )
        facts = {"addressSpace": {"addressPrefixes": ["10.8.0.0/16"]}, "location": "eastus"}
        seeds = [{"type": f"azure-native:{NETWORK}", "id": network_id, "inputs": facts}]
        assert seed(azure.world, seeds) == 2, "its resource group comes along"
        assert seed(azure.world, seeds) == 0
        read = azure.read(NETWORK, network_id)
        assert decode(read.inputs)["virtualNetworkName"] == "hub-net"
        inputs = {"resourceGroupName": "hub", "virtualNetworkName": "hub-net", "subnetName": "app"}
        with refused("NetcfgInvalidSubnet"):
            azure.make("network:Subnet", {**inputs, "addressPrefix": "10.9.0.0/24"})
        azure.make("network:Subnet", {**inputs, "addressPrefix": "10.8.0.0/24"})

    def test_an_id_is_enough_to_refer_to(self, azure: Any, refused: Any) -> None:
        network, hub = azure.network(), f"{GROUP}/providers/Microsoft.Network/virtualNetworks/hub"
        inputs = {"virtualNetworkName": "net", "virtualNetworkPeeringName": "hub", "remoteVirtualNetwork": {"id": hub}}
        with refused("InvalidResourceReference"):
            azure.make("network:VirtualNetworkPeering", inputs)
        assert assume_existing(azure.world, [hub]) == 1
        assert azure.make("network:VirtualNetworkPeering", inputs).id == f"{network.id}/virtualNetworkPeerings/hub"

    @pytest.mark.parametrize("text", ["hub", "/subscriptions/x", "vpc-0123456789abcdef0"])
    def test_what_is_no_id_is_refused(self, azure: Any, text: str) -> None:
        with pytest.raises(SeedError, match="no id of an Azure resource"):
            assume_existing(azure.world, [text])

    def test_unknown_keys_of_a_seed_are_refused(self, azure: Any) -> None:
        with pytest.raises(SeedError, match="did you mean 'inputs'"):
            seed(azure.world, [{"id": GROUP, "input": {}}])


class TestProvider:
    def test_it_says_that_it_is_simulated(self, empty: Any) -> None:
        assert empty.stub.GetPluginInfo(empty_pb2.Empty()).version.endswith("+simulated")

    def test_the_caller_and_what_exists_can_be_asked_for(self, azure: Any, refused: Any) -> None:
        found = azure.invoke("azure-native:authorization:getClientConfig", {})
        assert found["subscriptionId"] == SUBSCRIPTION
        network = azure.network()
        arguments = {"resourceGroupName": "rg", "virtualNetworkName": "net"}
        assert azure.invoke("azure-native:network:getVirtualNetwork", arguments)["id"] == network.id
        with refused("ResourceNotFound"):
            azure.invoke("azure-native:network:getVirtualNetwork", {**arguments, "virtualNetworkName": "no"})
        with refused("InvalidAction"):
            azure.invoke("azure-native:network:listNothing", {})

    def test_identities_belong_to_the_tenant_of_the_configuration(self, azure: Any) -> None:
        tenant = "99999999-2222-3333-4444-555555555555"
        assert azure.identity("before").outputs["tenantId"] != tenant
        azure.stub.Configure(provider_pb2.ConfigureRequest(args=encode({"tenantId": tenant})))
        assert azure.identity("after").outputs["tenantId"] == tenant
        assert azure.invoke("azure-native:authorization:getClientConfig", {})["tenantId"] == tenant

    @pytest.mark.parametrize(("name", "value"), [("subscriptionId", "mine"), ("location", "us-east-1")])
    def test_a_provider_configuration_that_makes_no_sense(self, empty: Any, name: str, value: str) -> None:
        def failures(text: str) -> list[str]:
            request = provider_pb2.CheckRequest(urn="u", news=encode({name: text}))
            return [failure.property for failure in empty.stub.CheckConfig(request).failures]

        assert failures(value) == [name]
        assert failures({"subscriptionId": SUBSCRIPTION, "location": "West US 2"}[name]) == []
