"""The real engine against the simulated Azure: preview, up, up again, refresh, changes, refusals, import, destroy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pulumi
import pulumi_azure_native as azure
import pytest

from zt_ai.engine import EngineFailureError, Workspace, find_engine
from zt_ai.simulate import SimulatedCloud, World, pending_resolver

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
CONFIG = {"azure-native:location": "eastus", "azure-native:subscriptionId": SUBSCRIPTION}
BLOBS = "privatelink.blob.core.windows.net"
Program = Callable[[], None]
GUID = "00000000-0000-4000-8000-00000000000a"
ROLES = "/providers/Microsoft.Authorization/roleDefinitions"
READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"


def program(
    ports: tuple[int, ...] = (443,), subnet: str = "10.0.1.0/24", tags: str = "x", place: str = "app"
) -> Program:
    """A closed subnet, a private endpoint for blobs with its zone, an identity that reads them."""

    def run() -> None:
        group = azure.resources.ResourceGroup("rg", resource_group_name="clinic", tags={"zt-ai:spec": tags})
        inside = {"resource_group_name": group.name}
        network = azure.network.VirtualNetwork(
            "net",
            virtual_network_name="net",
            address_space=azure.network.AddressSpaceArgs(address_prefixes=["10.0.0.0/16"]),
            **inside,
        )
        nsg = azure.network.NetworkSecurityGroup("nsg", network_security_group_name="nsg", **inside)
        rule = {
            "network_security_group_name": nsg.name,
            "direction": azure.network.SecurityRuleDirection.INBOUND,
            "protocol": azure.network.SecurityRuleProtocol.TCP,
            "source_address_prefix": "10.0.0.0/16",
            "source_port_range": "*",
            "destination_address_prefix": "*",
            **inside,
        }
        for number, port in enumerate(ports):
            azure.network.SecurityRule(
                f"allow-{port}",
                security_rule_name=f"allow-{port}",
                access="Allow",
                priority=100 + number,
                destination_port_range=str(port),
                **rule,
            )
        closing = {**rule, "protocol": "*", "source_address_prefix": "*"}
        azure.network.SecurityRule(
            "close", security_rule_name="close", access="Deny", priority=4096, destination_port_range="*", **closing
        )
        app = azure.network.Subnet(
            "app",
            subnet_name="app",
            virtual_network_name=network.name,
            address_prefix=subnet,
            default_outbound_access=False,
            network_security_group=azure.network.NetworkSecurityGroupArgs(id=nsg.id),
            private_endpoint_network_policies="Enabled",
            **inside,
        )
        other = azure.network.Subnet(
            "other",
            subnet_name="other",
            virtual_network_name=network.name,
            address_prefix="10.0.2.0/24",
            default_outbound_access=False,
            opts=pulumi.ResourceOptions(depends_on=[app]),
            **inside,
        )
        account = azure.storage.StorageAccount(
            "charts", account_name="clinicharts", kind="StorageV2", sku={"name": "Standard_ZRS"}, **inside
        )
        zone = azure.privatedns.PrivateZone("blobs", private_zone_name=BLOBS, location="global", **inside)
        azure.privatedns.VirtualNetworkLink(
            "link",
            virtual_network_link_name="net",
            private_zone_name=zone.name,
            location="global",
            registration_enabled=False,
            virtual_network={"id": network.id},
            **inside,
        )
        endpoint = azure.network.PrivateEndpoint(
            "endpoint",
            private_endpoint_name="charts",
            subnet=azure.network.SubnetArgs(id={"app": app, "other": other}[place].id),
            private_link_service_connections=[
                azure.network.PrivateLinkServiceConnectionArgs(
                    name="charts", private_link_service_id=account.id, group_ids=["blob"]
                )
            ],
            **inside,
        )
        azure.network.PrivateDnsZoneGroup(
            "names",
            private_dns_zone_group_name="default",
            private_endpoint_name=endpoint.name,
            private_dns_zone_configs=[{"name": "blobs", "private_dns_zone_id": zone.id}],
            **inside,
        )
        worker = azure.managedidentity.UserAssignedIdentity("worker", resource_name_="worker", **inside)
        azure.authorization.RoleAssignment(
            "reads",
            role_assignment_name=GUID,
            principal_id=worker.principal_id,
            principal_type="ServicePrincipal",
            role_definition_id=f"{ROLES}/{READER}",
            scope=account.id,
        )
        pulumi.export("endpoint", endpoint.id)
        pulumi.export("subscription", azure.authorization.get_client_config().subscription_id)

    return run


class Stacks:
    """Opens the stack `dev` with a program, on a simulated Azure in a process of its own."""

    def __init__(self, workspace: Workspace, world: Path) -> None:
        self.workspace, self.world_dir = workspace, world

    def __call__(self, run: Program) -> Any:
        return self.workspace.stack("dev", run, CONFIG)

    def world(self) -> World:
        return World(self.world_dir)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stacks]:
    engine = find_engine(lambda stage, seconds: print(f"{seconds:6.0f} s  {stage}", file=sys.stderr, flush=True))
    with SimulatedCloud(tmp_path / "world", "azure", account=SUBSCRIPTION, region="eastus") as cloud:
        assert list(cloud.attach) == ["azure-native"]
        workspace = Workspace(engine, "p", state_dir=tmp_path / "state", attach=cloud.attach)
        yield Stacks(workspace, tmp_path / "world")


MADE = 14


def test_a_whole_life(stack: Stacks) -> None:
    assert stack(program()).preview().summary.created == MADE + 1, "and the stack itself"
    with stack.world() as world:
        assert world.all() == ()

    done = stack(program()).up()
    assert done.summary.created == MADE + 1, "and the stack itself"
    assert done.outputs["endpoint"].endswith("/privateEndpoints/charts")
    assert done.outputs["subscription"] == SUBSCRIPTION
    assert stack(program()).up().summary.changed == 0
    assert stack(program()).refresh().summary.changed == 0
    assert stack(program()).up().summary.changed == 0, "nor does what the refresh read back change anything"

    flow = stack(program(ports=(443, 8443))).up()
    assert (flow.summary.created, flow.summary.changed) == (1, 1)
    assert stack(program()).up().summary.deleted == 1
    tagged = stack(program(tags="y")).up()
    assert (tagged.summary.updated, tagged.summary.changed) == (1, 1)

    with stack.world() as world:
        (group,) = world.of_type("azure-native:network:NetworkSecurityGroup")
        before = [thing.id for thing in world.all()]
        assert len(before) == MADE
    with pytest.raises(EngineFailureError, match="SecurityRuleConflict"):
        stack(lambda: (program(ports=(443, 8443))(), _rule(group.id))).up()
    stack(program()).destroy()
    with stack.world() as world:
        assert world.all() == ()


def _rule(group: str) -> None:
    azure.network.SecurityRule(
        "again",
        resource_group_name="clinic",
        network_security_group_name=group.rsplit("/", 1)[-1],
        security_rule_name="again",
        access="Allow",
        direction="Inbound",
        priority=4096,
        protocol="Tcp",
        source_address_prefix="*",
        source_port_range="*",
        destination_address_prefix="*",
        destination_port_range="1",
    )


def test_what_somebody_deleted_is_found_missing_and_made_again(stack: Stacks) -> None:
    stack(program()).up()
    with stack.world() as world:
        (closing,) = (t for t in world.all() if t.id.endswith("/securityRules/close"))
        world.remove(closing)
    assert stack(program()).refresh().summary.deleted == 1
    assert stack(program()).up().summary.created == 1
    with stack.world() as world:
        assert len(world.all()) == MADE


def test_what_was_made_for_a_urn_is_found_after_an_interruption(stack: Stacks) -> None:
    """The state says that something was being created; the world knows what came of it."""
    handle = stack(program())
    handle.up()
    resolve = pending_resolver(stack.world_dir)
    (closing,) = (r for r in handle.export()["deployment"]["resources"] if r["urn"].endswith("::close"))
    assert resolve(closing["urn"], closing["type"], closing["inputs"]) == closing["id"]
    assert resolve(closing["urn"], closing["type"], {**closing["inputs"], "priority": 4095}) is None
    assert resolve(closing["urn"] + "r", closing["type"], closing["inputs"]) is None


def test_an_endpoint_in_another_subnet_is_another_endpoint(stack: Stacks) -> None:
    """The new one has the name and so the id of the old, which goes first."""
    stack(program()).up()
    done = stack(program(place="other")).up()
    assert done.summary.replaced >= 1
    with stack.world() as world:
        assert len(world.all()) == MADE
        (endpoint,) = world.of_type("azure-native:network:PrivateEndpoint")
    assert endpoint.inputs["subnet"]["id"].endswith("/subnets/other")


def test_a_subnet_in_use_keeps_its_range(stack: Stacks) -> None:
    stack(program()).up()
    with pytest.raises(EngineFailureError, match="InUsePrefixCannotBeDeleted"):
        stack(program(subnet="10.0.3.0/24")).up()
    stack(program(place="other")).up()
    assert stack(program(subnet="10.0.3.0/24", place="other")).up().summary.updated == 1
