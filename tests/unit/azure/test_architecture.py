"""The whole architecture under mocks: what each resource says, seen from the plan."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.unit.azure.plans import (
    HUB,
    SUBSCRIPTION,
    Data,
    built,
    changed,
    changes,
    clinic,
    every,
    lab,
    only,
    understood,
    without,
)
from zt_ai.azure.architecture import SegmentedArchitecture, SegmentedArchitectureArgs
from zt_ai.azure.egress.firewall import AllowedNames, ProviderEgress, ProviderEgressArgs
from zt_ai.azure.naming import Scope
from zt_ai.azure.network.network import Home
from zt_ai.graph.model import Ref, ResourceGraph
from zt_ai.spec.problems import SpecError

SPOKE = HUB.replace("resourceGroups/hub", "resourceGroups/ours").replace("virtualNetworks/hub", "virtualNetworks/spoke")
OTHER = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1"


@pytest.fixture(scope="module")
def graph() -> ResourceGraph:
    return built(clinic())


def test_every_resource_belongs_to_the_architecture_and_has_a_name_of_its_own(graph: ResourceGraph) -> None:
    (top,) = graph.of_type("zt-ai:azure:SegmentedArchitecture")
    for resource in graph:
        above = resource
        while above.parent is not None:
            above = graph.resources[above.parent]
        assert above.urn == top.urn
    assert len({r.urn for r in graph}) == len(graph)


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _keys(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _keys(item)


def test_every_property_has_its_wire_name(graph: ResourceGraph) -> None:
    """Where a property takes one of several types, the SDK passes on a dictionary with its Python names."""
    named_by_us = {"zt_ai_role", "zt_ai_workload"}
    seen = set()
    for resource in graph:
        for key in _keys({k: v for k, v in resource.inputs.items() if k not in ("tags", "streamDeclarations")}):
            seen.add(key)
            assert "_" not in key or key in named_by_us or key.startswith("zt-ai"), (resource.urn, key)
    assert {"odataType", "allOf", "networkInterfaceConfigurations"} <= seen


def test_subnets_are_resources_of_their_own_closed_by_themselves(graph: ResourceGraph) -> None:
    assert "subnets" not in only(graph, "network:VirtualNetwork").inputs
    for subnet in every(graph, "network:Subnet"):
        assert subnet.inputs["defaultOutboundAccess"] is False
        assert subnet.inputs["privateEndpointNetworkPolicies"] == "Enabled"
        assert isinstance(subnet.inputs["routeTable"], dict)
        firewall = subnet.inputs["subnetName"] == "AzureFirewallSubnet"
        assert ("networkSecurityGroup" in subnet.inputs) is not firewall


def test_subnets_and_endpoints_are_made_one_after_the_other(graph: ResourceGraph) -> None:
    for kind in ("network:Subnet", "network:PrivateEndpoint"):
        urns = [r.urn for r in every(graph, kind)]
        for earlier, later in itertools.pairwise(urns):
            assert earlier in graph.resources[later].dependencies


def test_an_endpoint_carries_its_own_group_and_leads_to_its_own_account(graph: ResourceGraph) -> None:
    for endpoint in every(graph, "network:PrivateEndpoint"):
        inputs: Any = endpoint.inputs
        (group,) = inputs["applicationSecurityGroups"]
        (connection,) = inputs["privateLinkServiceConnections"]
        assert "manualPrivateLinkServiceConnections" not in inputs
        tagged: Any = graph.resources[group["id"].urn].inputs["tags"]
        assert tagged["zt-ai:service"] == inputs["tags"]["zt-ai:service"]
        account: Any = graph.resources[connection["privateLinkServiceId"].urn].inputs
        assert account["tags"]["zt-ai:service"] == inputs["tags"]["zt-ai:service"]
        assert set(inputs["subnet"]) == {"id"}


@pytest.mark.parametrize(
    ("kind", "closed"),
    [
        ("storage:StorageAccount", {"publicNetworkAccess": "Disabled", "allowSharedKeyAccess": False}),
        ("containerregistry:Registry", {"publicNetworkAccess": "Disabled", "adminUserEnabled": False}),
        ("operationalinsights:Workspace", {"publicNetworkAccessForIngestion": "Disabled"}),
    ],
)
def test_accounts_take_nothing_from_public_networks(graph: ResourceGraph, kind: str, closed: Data) -> None:
    for account in every(graph, kind):
        assert {key: account.inputs[key] for key in closed} == closed


def test_vaults_and_models_take_nothing_from_public_networks(graph: ResourceGraph) -> None:
    for vault in every(graph, "keyvault:Vault"):
        said: Any = vault.inputs["properties"]
        assert (said["publicNetworkAccess"], said["networkAcls"]["defaultAction"]) == ("disabled", "Deny")
        assert said["enableRbacAuthorization"]
        assert said["enablePurgeProtection"]
    models = only(graph, "cognitiveservices:Account").inputs["properties"]
    assert (models["publicNetworkAccess"], models["disableLocalAuth"]) == ("Disabled", True)


def test_monitor_is_private_only(graph: ResourceGraph) -> None:
    assert only(graph, "monitor:PrivateLinkScope").inputs["accessModeSettings"] == {
        "ingestionAccessMode": "PrivateOnly",
        "queryAccessMode": "PrivateOnly",
    }


def test_every_private_zone_is_linked_to_the_network_and_does_not_fall_back(graph: ResourceGraph) -> None:
    zones = {z.inputs["privateZoneName"] for z in every(graph, "privatedns:PrivateZone")}
    links = {k.inputs["privateZoneName"]: k.inputs for k in every(graph, "privatedns:VirtualNetworkLink")}
    assert zones == links.keys()
    for said in links.values():
        assert (said["registrationEnabled"], said["resolutionPolicy"]) == (False, "Default")
    assert {"privatelink.openai.azure.com", "privatelink.azurecr.io", "privatelink.monitor.azure.com"} <= zones


def test_an_organisation_that_makes_zone_groups_by_policy_gets_none_from_us() -> None:
    by_policy = built(clinic(private_dns="policy"))
    assert not by_policy.of_type("azure-native:network:PrivateDnsZoneGroup")
    assert [z.inputs["privateZoneName"] for z in every(by_policy, "privatedns:PrivateZone")] == [
        "clinic.zt-ai.internal"
    ]
    assert len(every(by_policy, "network:PrivateEndpoint")) == 8


def test_the_firewall_lets_the_proxys_subnet_reach_the_providers_and_denies_every_other_name(
    graph: ResourceGraph,
) -> None:
    allowed, closed = only(graph, "network:FirewallPolicyRuleCollectionGroup").inputs["ruleCollections"]
    assert [rule["targetFqdns"] for rule in allowed["rules"]] == [("api.anthropic.com",), ("api.openai.com",)]
    assert {rule["sourceAddresses"] for rule in allowed["rules"]} == {("10.20.184.0/23",)}
    assert (closed["action"]["type"], closed["rules"][0]["targetFqdns"]) == ("Deny", ("*",))
    assert allowed["priority"] < closed["priority"]
    assert {rule["ruleType"] for c in (allowed, closed) for rule in c["rules"]} == {"ApplicationRule"}


def test_a_firewall_rule_without_names_is_refused_and_an_empty_list_still_denies() -> None:
    scope = Scope("lab", SUBSCRIPTION, "eastus2")
    given = {"scope": scope, "home": Home(SPOKE), "proxy_cidr": "10.0.0.0/24", "proxy_table": "t"}
    with pytest.raises(ValueError, match="would allow every name"):
        ProviderEgress("e", ProviderEgressArgs(names=[AllowedNames("p", (), ())], **given))  # type: ignore[arg-type]
    from tests.unit.azure.plans import run

    empty = run(lambda: ProviderEgress("e", ProviderEgressArgs(names=[], **given)))  # type: ignore[arg-type]
    (closed,) = only(empty, "network:FirewallPolicyRuleCollectionGroup").inputs["ruleCollections"]
    assert closed["action"]["type"] == "Deny"


def test_the_way_out_leads_to_the_firewall(graph: ResourceGraph) -> None:
    route = only(graph, "network:Route", routeTableName="clinic-zone-egress", routeName="default")
    assert route.inputs["nextHopType"] == "VirtualAppliance"
    assert route.inputs["nextHopIpAddress"] == Ref(only(graph, "network:AzureFirewall").urn)


def test_without_external_providers_there_is_no_firewall_and_no_public_address() -> None:
    closed = built(lab())
    assert not closed.of_type("azure-native:network:AzureFirewall", "azure-native:network:PublicIPAddress")
    assert not closed.of_type("azure-native:compute:VirtualMachineScaleSet")


def test_machines_of_the_proxy_are_known_before_they_are_deployed(graph: ResourceGraph) -> None:
    profile = only(graph, "compute:VirtualMachineScaleSet").inputs["virtualMachineProfile"]
    (interface,) = profile["networkProfile"]["networkInterfaceConfigurations"]
    (address,) = interface["ipConfigurations"]
    assert "publicIPAddressConfiguration" not in address
    assert interface["enableIPForwarding"] is False
    (group,) = address["applicationSecurityGroups"]
    assert graph.resources[group["id"].urn].inputs["tags"]["zt-ai:workload"] == "egress-proxy"  # type: ignore[index,call-overload]
    assert json.loads(base64.b64decode(profile["osProfile"]["customData"]))["systemd"]
    assert profile["osProfile"]["allowExtensionOperations"] is False


def test_the_load_balancer_is_inside_at_an_address_that_the_rules_know(graph: ResourceGraph) -> None:
    (front,) = only(graph, "network:LoadBalancer").inputs["frontendIPConfigurations"]
    assert "publicIPAddress" not in front
    sent = {
        r.inputs["destinationAddressPrefix"]
        for r in every(graph, "network:SecurityRule", direction="Outbound")
        if str(r.inputs.get("destinationAddressPrefix", "")).startswith("10.")
    }
    assert sent == {f"{front['privateIPAddress']}/32"}
    record = only(graph, "privatedns:PrivateRecordSet").inputs
    assert record["aRecords"] == ({"ipv4Address": front["privateIPAddress"]},)


def test_a_private_link_service_is_made_where_another_network_consumes_the_proxy() -> None:
    linked = built(clinic(proxy={"private_link": {"subscriptions": [OTHER]}}))
    service = only(linked, "network:PrivateLinkService").inputs
    assert service["visibility"] == service["autoApproval"] == {"subscriptions": (OTHER,)}
    subnet = only(linked, "network:Subnet", subnetName="consumers-egress")
    assert subnet.inputs["privateLinkServiceNetworkPolicies"] == "Disabled"
    assert not built(clinic()).of_type("azure-native:network:PrivateLinkService")


def test_an_adopted_network_gets_our_subnets_and_nothing_else_of_it_is_touched() -> None:
    adopted = built(clinic(adopt={"virtual_network": SPOKE}))
    assert not adopted.of_type("azure-native:network:VirtualNetwork")
    for subnet in every(adopted, "network:Subnet"):
        assert (subnet.inputs["virtualNetworkName"], subnet.inputs["resourceGroupName"]) == ("spoke", "ours")
    for group in every(adopted, "network:NetworkSecurityGroup"):
        assert group.inputs["resourceGroupName"] == "zt-ai-clinic"


def test_the_peering_takes_the_hubs_gateway_only_where_no_appliance_forwards() -> None:
    hub = {"virtual_network": HUB, "cidrs": ["10.250.0.0/20"], "appliance": "10.250.0.4"}
    assert only(built(clinic()), "network:VirtualNetworkPeering").inputs["useRemoteGateways"] is True
    assert only(built(clinic(hub=hub)), "network:VirtualNetworkPeering").inputs["useRemoteGateways"] is False


def test_the_store_is_locked_for_as_long_as_the_specification_says(graph: ResourceGraph) -> None:
    (store,) = [a for a in every(graph, "storage:StorageAccount") if "immutableStorageWithVersioning" in a.inputs]
    immutable: Any = store.inputs["immutableStorageWithVersioning"]
    assert immutable["immutabilityPolicy"] == {
        "state": "Locked",
        "immutabilityPeriodSinceCreationInDays": 2557,
        "allowProtectedAppendWrites": True,
    }
    log = only(graph, "network:FlowLog").inputs
    assert log["storageId"] == Ref(store.urn)
    assert log["targetResourceId"] == Ref(only(graph, "network:VirtualNetwork").urn)


def test_everything_that_can_tell_who_did_what_writes_to_the_store(graph: ResourceGraph) -> None:
    kept = [s for s in every(graph, "monitor:DiagnosticSetting") if "storageAccountId" in s.inputs]
    names = {s.name.removeprefix("clinic-records-") for s in kept}
    assert names == {
        "activity", "app-secrets", "cloud-models-clinic-openai", "cohorts", "documents", "egress-images",
        "egress-secrets", "firewall", "names", "record-keys",
    }  # fmt: skip


def test_a_new_flow_makes_its_rules_and_nothing_else(graph: ResourceGraph) -> None:
    flow = {"from": "intake", "to": "retrieval", "carries": "phi", "reason": "The front end asks for passages itself"}
    made, gone, differing = changes(graph, built(changed(clinic(), "flows", "more", to=flow)))
    assert made == {
        "clinic-zone-front-more.out.intake.retrieval",
        "clinic-zone-clinical-more.in.intake.retrieval",
    }
    assert (gone, differing) == (set(), {})


def test_a_changed_reason_changes_a_description_in_place(graph: ResourceGraph) -> None:
    reason = "Each request is planned by the orchestrator of the clinic"
    made, gone, differing = changes(
        graph, built(changed(clinic(), "flows", "intake-to-orchestrator", "reason", to=reason))
    )
    assert (made, gone) == (set(), set())
    assert {frozenset(keys) for keys in differing.values()} == {frozenset({"description"})}
    assert len(differing) == 2


def test_a_quota_that_cannot_be_kept_leaves_nothing_behind() -> None:
    spec, intent = understood(clinic(quotas={"rules_per_network_security_group": 5}))
    with pytest.raises(SpecError, match="rules_per_network_security_group"):
        SegmentedArchitecture("clinic", SegmentedArchitectureArgs(spec=spec, intent=intent))


def test_users_tags_are_on_everything_and_ours_win() -> None:
    tagged = built(clinic(), tags={"team": "platform", "zt-ai:spec": "other"})
    for subnet in every(tagged, "network:NetworkSecurityGroup"):
        said: Any = subnet.inputs["tags"]
        assert (said["team"], said["zt-ai:spec"]) == ("platform", "clinic")


def test_a_specification_without_azure_says_so() -> None:
    spec, intent = understood(changed(without(clinic(), "clouds"), "clouds", to={}))
    with pytest.raises(ValueError, match=r"has no `clouds\.azure`"):
        SegmentedArchitecture("clinic", SegmentedArchitectureArgs(spec=spec, intent=intent))


def test_a_role_can_be_given_on_an_adopted_account_in_another_group(graph: ResourceGraph) -> None:
    data = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/data"
    account = f"{data}/providers/Microsoft.Storage/storageAccounts/clinicscans"
    adopted = built(clinic(adopt={"services": {"documents": account}}))

    def scopes(of: ResourceGraph) -> Any:
        (role,) = [r for r in every(of, "authorization:RoleDefinition") if r.name.endswith("storage-read-write")]
        return role.inputs["assignableScopes"]

    assert data in scopes(adopted)
    assert data not in scopes(graph)
    given = [r.inputs["scope"] for r in every(adopted, "authorization:RoleAssignment")]
    assert f"{account}/blobServices/default/containers/clinic-intake-documents" in given
    assert len(adopted.of_type("azure-native:storage:StorageAccount")) == 2
