"""What a specification says exists already is what the simulated Azure starts with."""

from __future__ import annotations

from typing import Any

import pytest

from zt_ai.cli.simulated.azure import premises
from zt_ai.simulate.azure import assume_existing, raise_quotas, seed
from zt_ai.simulate.azure.act import QUOTAS
from zt_ai.spec.clouds import Azure

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network"
SETTINGS: dict[str, Any] = {
    "location": "eastus2",
    "subscription": SUBSCRIPTION,
    "tenant": SUBSCRIPTION,
    "cidr": "10.20.0.0/16",
}
HUB, MINE = f"{NETWORK}/virtualNetworks/hub", f"{NETWORK}/virtualNetworks/mine"
WATCHER = f"{NETWORK}/networkWatchers/watcher"
ALERTS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/ops/providers/Microsoft.Insights/actionGroups/on-call"
VAULT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/ops/providers/Microsoft.KeyVault/vaults/clinic"


def test_nothing_is_there_unless_it_is_said() -> None:
    found = premises(Azure.model_validate(SETTINGS))
    assert (found.referred, found.adopted) == ((), ())


def test_what_is_referred_to_and_what_is_adopted() -> None:
    said = {
        "hub": {"virtual_network": HUB, "cidrs": ["10.250.0.0/20"]},
        "network_watcher": WATCHER,
        "alert_group": ALERTS,
        "adopt": {"virtual_network": MINE, "services": {"secrets": VAULT}},
    }
    found = premises(Azure.model_validate({**SETTINGS, **said}))
    assert set(found.referred) == {HUB, WATCHER, ALERTS, VAULT}
    (network,) = found.adopted
    assert network["id"] == MINE
    assert network["inputs"] == {"addressSpace": {"addressPrefixes": ["10.20.0.0/16"]}, "location": "eastus2"}


def test_the_simulation_takes_it_all(empty: Any, refused: Any) -> None:
    said = {"hub": {"virtual_network": HUB, "cidrs": ["10.250.0.0/20"]}, "adopt": {"virtual_network": MINE}}
    found = premises(Azure.model_validate({**SETTINGS, **said, "quotas": {"subnets_per_virtual_network": 1}}))
    seed(empty.world, found.adopted)
    assume_existing(empty.world, found.referred, "eastus2")
    raise_quotas(empty.world, found.quotas)
    inputs = {"resourceGroupName": "net", "virtualNetworkName": "mine"}
    empty.make("network:Subnet", {**inputs, "subnetName": "a", "addressPrefix": "10.20.0.0/24"}, "a")
    with refused("cannot have more than 1 subnets"):
        empty.make("network:Subnet", {**inputs, "subnetName": "b", "addressPrefix": "10.20.1.0/24"}, "b")
    to_hub = {**inputs, "virtualNetworkPeeringName": "hub", "remoteVirtualNetwork": {"id": HUB}}
    empty.make("network:VirtualNetworkPeering", to_hub)


@pytest.mark.parametrize("name", sorted(premises(Azure.model_validate(SETTINGS)).quotas))
def test_the_defaults_of_specification_and_simulation_are_azures(name: str) -> None:
    assert premises(Azure.model_validate(SETTINGS)).quotas[name] == QUOTAS[name]
