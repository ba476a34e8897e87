"""Which changes replace an Azure resource, which are made in place, and which Azure refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from zt_ai.simulate.values import UNKNOWN

SUBNET = {"resourceGroupName": "rg", "virtualNetworkName": "net", "subnetName": "a", "addressPrefix": "10.0.0.0/24"}
ENDPOINT = {
    "resourceGroupName": "rg",
    "privateEndpointName": "pe",
    "subnet": {"id": "/a/subnets/a"},
    "location": "eastus",
}
ADDRESS = {"resourceGroupName": "rg", "publicIpAddressName": "a", "location": "eastus", "sku": {"name": "Standard"}}
ROLE = {"scope": "/subscriptions/s", "roleAssignmentName": "g", "principalId": "p", "roleDefinitionId": "r"}
ACCOUNT = {
    "resourceGroupName": "rg",
    "accountName": "a",
    "location": "eastus",
    "kind": "StorageV2",
    "isHnsEnabled": False,
}

REPLACES = [
    ("network:Subnet", SUBNET, {"subnetName": "b"}),
    ("network:Subnet", SUBNET, {"virtualNetworkName": "other"}),
    ("network:Subnet", SUBNET, {"resourceGroupName": "other"}),
    ("network:PrivateEndpoint", ENDPOINT, {"subnet": {"id": "/a/subnets/b"}}),
    ("network:PublicIPAddress", ADDRESS, {"sku": {"name": "Basic"}}),
    ("network:PublicIPAddress", ADDRESS, {"location": "westus2"}),
    ("authorization:RoleAssignment", ROLE, {"principalId": "q"}),
    ("authorization:RoleAssignment", ROLE, {"scope": "/subscriptions/t"}),
    ("storage:StorageAccount", ACCOUNT, {"isHnsEnabled": True}),
    ("storage:StorageAccount", ACCOUNT, {"location": "westus2"}),
    ("resources:ResourceGroup", {"resourceGroupName": "rg", "location": "eastus"}, {"location": "westus2"}),
    ("network:Subnet", SUBNET, {"virtualNetworkName": UNKNOWN}),
]
IN_PLACE = [
    ("network:Subnet", SUBNET, {"addressPrefix": "10.0.1.0/24"}),
    ("network:Subnet", SUBNET, {"routeTable": {"id": "/a"}}),
    ("network:PrivateEndpoint", ENDPOINT, {"tags": {"a": "b"}}),
    ("network:PublicIPAddress", ADDRESS, {"idleTimeoutInMinutes": 5}),
    ("storage:StorageAccount", ACCOUNT, {"kind": "BlobStorage"}),
    ("network:SecurityRule", {"securityRuleName": "a", "priority": 100}, {"priority": 101}),
    ("network:NetworkSecurityGroup", {"networkSecurityGroupName": "a", "location": "eastus"}, {"location": "westus2"}),
]
THE_SAME = [
    ("network:VirtualNetwork", {"location": "East US 2"}, {"location": "eastus2"}),
    ("network:VirtualNetwork", {"azureApiVersion": "2023-02-01"}, {"azureApiVersion": "2024-05-01"}),
    ("network:Subnet", {"routeTable": {"id": "/subscriptions/A/b"}}, {"routeTable": {"id": "/subscriptions/a/B"}}),
    ("network:Subnet", SUBNET, {}),
]


@pytest.mark.parametrize(("kind", "old", "change"), REPLACES)
def test_replaces(azure: Any, kind: str, old: dict[str, Any], change: dict[str, Any]) -> None:
    found = azure.diff(kind, old, {**old, **change})
    assert list(found.replaces) == list(change)
    assert found.deleteBeforeReplace, "its name, and so its id, is taken until it is gone"


@pytest.mark.parametrize(("kind", "old", "change"), IN_PLACE)
def test_is_changed_in_place(azure: Any, kind: str, old: dict[str, Any], change: dict[str, Any]) -> None:
    found = azure.diff(kind, old, {**old, **change})
    assert (list(found.diffs), list(found.replaces)) == (list(change), [])


@pytest.mark.parametrize(("kind", "old", "change"), THE_SAME)
def test_means_the_same(azure: Any, kind: str, old: dict[str, Any], change: dict[str, Any]) -> None:
    assert azure.diff(kind, old, {**old, **change}).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_with_a_name_made_up_the_new_one_may_come_first(azure: Any) -> None:
    old = {**ADDRESS, "__createBeforeDelete": True}
    assert not azure.diff("network:PublicIPAddress", old, {**old, "location": "westus2"}).deleteBeforeReplace


class TestRefusedChanges:
    """What neither the provider replaces nor Azure changes."""

    def test_location(self, azure: Any, refused: Any) -> None:
        group = azure.security_group()
        with refused("InvalidResourceLocation"):
            azure.change(group, location="westus2")
        azure.change(group, location="East US")

    def test_the_network_of_a_link(self, azure: Any, refused: Any) -> None:
        one, other = azure.network(), azure.network("other", "10.1.0.0/16")
        azure.make("privatedns:PrivateZone", {"privateZoneName": "a.clinic", "location": "global"})
        inputs = {"privateZoneName": "a.clinic", "virtualNetworkLinkName": "l", "location": "global"}
        link = azure.make("privatedns:VirtualNetworkLink", {**inputs, "virtualNetwork": {"id": one.id}})
        with refused("PropertyChangeNotAllowed"):
            azure.change(link, virtualNetwork={"id": other.id})
        azure.change(link, registrationEnabled=True)

    def test_the_role_of_an_assignment(self, azure: Any, refused: Any) -> None:
        base = "/subscriptions/11111111-2222-3333-4444-555555555555/providers/Microsoft.Authorization/roleDefinitions/"
        inputs = {
            "scope": azure.storage().id,
            "roleAssignmentName": "00000000-0000-4000-8000-000000000001",
            "principalId": azure.identity().outputs["principalId"],
            "principalType": "ServicePrincipal",
            "roleDefinitionId": f"{base}2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
        }
        made = azure.make("authorization:RoleAssignment", inputs)
        with refused("PropertyChangeNotAllowed"):
            azure.change(made, roleDefinitionId=f"{base}ba92f5b4-2d11-453d-a403-e96b0029c9fe")
        azure.change(made, description="reads charts")
