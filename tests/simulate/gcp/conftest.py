"""The simulated Google Cloud, and what most of its tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulate.provider import Made, ProviderClient
from zt_ai.simulate.gcp import SimulatedGcp
from zt_ai.simulate.world import World

PROJECT, REGION = "clinic-prod", "europe-west3"


class Client(ProviderClient):
    package = "gcp"

    # The things most tests stand on.

    def network(self, name: str = "net", **more: Any) -> Made:
        return self.make("compute/network:Network", {"name": name, "autoCreateSubnetworks": False, **more}, name)

    def subnet(self, network: Made, cidr: str, name: str = "records", **more: Any) -> Made:
        inputs = {"name": name, "network": network.id, "ipCidrRange": cidr, **more}
        return self.make("compute/subnetwork:Subnetwork", inputs, name)

    def account(self, account_id: str = "orchestrator") -> Made:
        return self.make("serviceaccount/account:Account", {"accountId": account_id}, account_id)

    def policy(self, name: str = "clinic") -> Made:
        return self.make("compute/networkFirewallPolicy:NetworkFirewallPolicy", {"name": name}, name)

    def rule(self, policy: Made, priority: int, name: str | None = None, **more: Any) -> Made:
        return self.make(
            "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
            rule_inputs(policy.outputs["name"], priority, **more),
            name or f"rule-{priority}",
        )

    def tag_value(self, network: Made, name: str = "intake", purpose: str | None = "GCE_FIREWALL") -> Made:
        inputs: dict[str, Any] = {"parent": f"projects/{PROJECT}", "shortName": f"{name}-key"}
        if purpose:
            inputs |= {"purpose": purpose, "purposeData": {"network": f"{PROJECT}/{network.outputs['name']}"}}
        key = self.make("tags/tagKey:TagKey", inputs, f"{name}-key")
        return self.make("tags/tagValue:TagValue", {"parent": key.id, "shortName": name}, name)


def rule_inputs(policy: str, priority: int, **more: Any) -> dict[str, Any]:
    """An egress rule that is right as it stands."""
    return {
        "firewallPolicy": policy,
        "priority": priority,
        "direction": "EGRESS",
        "action": "allow",
        "match": {"destIpRanges": ["10.0.0.0/24"], "layer4Configs": [{"ipProtocol": "tcp", "ports": ["443"]}]},
        **more,
    }


@pytest.fixture(scope="session")
def gcp_of_session(tmp_path_factory: pytest.TempPathFactory) -> SimulatedGcp:
    """The SDK's types are read once for all tests; each test gets a world of its own."""
    return SimulatedGcp(World(tmp_path_factory.mktemp("unused")), PROJECT, REGION)


@pytest.fixture
def gcp(tmp_path: Path, gcp_of_session: SimulatedGcp) -> Iterator[Client]:
    with Client.of(gcp_of_session, tmp_path / "world") as client:
        yield client
