"""The simulated Azure, and what most of its tests stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.simulate.provider import Made, ProviderClient
from zt_ai.simulate.azure import SimulatedAzure
from zt_ai.simulate.world import World

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"


class Client(ProviderClient):
    package = "azure-native"

    @staticmethod
    def given(type_: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """With the resource group, where the type has one."""
        without = type_ in ("resources:ResourceGroup", "monitor:DiagnosticSetting") or type_.startswith(
            "authorization:"
        )
        return dict(inputs) if without else {"resourceGroupName": "rg", **inputs}

    def change(self, made: Made, **changes: Any) -> dict[str, Any]:
        """Give a resource some other inputs, with the former ones in the check's sight."""
        return self.update(made, {**made.inputs, **changes}, olds=made.inputs)

    # The things most tests stand on; all of them in the resource group `rg`.

    def group(self, name: str = "rg", location: str = "eastus") -> Made:
        return self.make("resources:ResourceGroup", {"resourceGroupName": name, "location": location}, name)

    def network(self, name: str = "net", cidr: str = "10.0.0.0/16", **more: Any) -> Made:
        inputs = {"virtualNetworkName": name, "addressSpace": {"addressPrefixes": [cidr]}, "location": "eastus", **more}
        return self.make("network:VirtualNetwork", inputs, name)

    def subnet(self, network: Made, name: str = "app", cidr: str = "10.0.0.0/24", **more: Any) -> Made:
        inputs = {"virtualNetworkName": network.name, "subnetName": name, "addressPrefix": cidr, **more}
        return self.make("network:Subnet", inputs, name)

    def security_group(self, name: str = "nsg", **more: Any) -> Made:
        inputs = {"networkSecurityGroupName": name, "location": "eastus", **more}
        return self.make("network:NetworkSecurityGroup", inputs, name)

    def application_group(self, name: str = "asg", location: str = "eastus") -> Made:
        inputs = {"applicationSecurityGroupName": name, "location": location}
        return self.make("network:ApplicationSecurityGroup", inputs, name)

    def rule(self, group: Made, name: str, priority: int, **more: Any) -> Made:
        return self.make("network:SecurityRule", rule(group, name, priority, **more), name)

    def storage(self, name: str = "audit1", **more: Any) -> Made:
        inputs = {
            "accountName": name,
            "kind": "StorageV2",
            "sku": {"name": "Standard_ZRS"},
            "location": "eastus",
            **more,
        }
        return self.make("storage:StorageAccount", inputs, name)

    def identity(self, name: str = "worker") -> Made:
        return self.make("managedidentity:UserAssignedIdentity", {"resourceName": name, "location": "eastus"}, name)

    def workspace(self, name: str = "logs", **more: Any) -> Made:
        inputs = {"workspaceName": name, "sku": {"name": "PerGB2018"}, "location": "eastus", **more}
        return self.make("operationalinsights:Workspace", inputs, name)


def rule(group: Made, name: str, priority: int, **more: Any) -> dict[str, Any]:
    """The inputs of an inbound rule that allows TLS from anywhere, with some of them changed."""
    base = {
        "networkSecurityGroupName": group.name,
        "securityRuleName": name,
        "priority": priority,
        "direction": "Inbound",
        "access": "Allow",
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": "443",
        "sourceAddressPrefix": "10.0.0.0/16",
        "destinationAddressPrefix": "*",
    }
    merged = {**base, **more}
    return {key: value for key, value in merged.items() if value is not None}


@pytest.fixture(scope="session")
def azure_of_session(tmp_path_factory: pytest.TempPathFactory) -> SimulatedAzure:
    """The SDK's types are read once for all tests; each test gets a world of its own."""
    return SimulatedAzure(World(tmp_path_factory.mktemp("unused")), SUBSCRIPTION)


@pytest.fixture
def empty(tmp_path: Path, azure_of_session: SimulatedAzure) -> Iterator[Client]:
    """A subscription with nothing in it."""
    with Client.of(azure_of_session, tmp_path / "world") as client:
        yield client


@pytest.fixture
def azure(empty: Client) -> Client:
    """A subscription with the resource group `rg` in eastus."""
    empty.group()
    return empty


@pytest.fixture
def refused() -> Any:
    """A block that has to be refused with a code: ``with refused("SecurityRuleConflict"):``."""
    return lambda code: pytest.raises(AssertionError, match=code)
