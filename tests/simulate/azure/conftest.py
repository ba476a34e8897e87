"""A simulated Azure behind its real gRPC servicer, and a small client that speaks the provider protocol to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from zt_ai.simulate.azure import SimulatedAzure
from zt_ai.simulate.serving import start_server
from zt_ai.simulate.values import decode, encode
from zt_ai.simulate.world import World

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"


class RefusedError(AssertionError):
    """The servicer refused; the message is what the engine would show."""


@dataclass
class Made:
    """A resource made through the servicer."""

    type: str
    name: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


@dataclass
class Client:
    """What an engine does to a provider, one call each. Types are given without ``azure-native:``."""

    stub: Any
    world: World
    made: list[Made] = field(default_factory=list)

    @staticmethod
    def urn(type_: str, name: str) -> str:
        return f"urn:pulumi:test::p::azure-native:{type_}::{name}"

    def problems(self, type_: str, inputs: Mapping[str, Any], name: str = "it") -> dict[str, str]:
        request = provider_pb2.CheckRequest(urn=self.urn(type_, name), news=encode(_given(type_, inputs)))
        return {failure.property: failure.reason for failure in self.stub.Check(request).failures}

    def check(self, type_: str, inputs: Mapping[str, Any], name: str = "it", olds: Any = None) -> dict[str, Any]:
        request = provider_pb2.CheckRequest(
            urn=self.urn(type_, name), news=encode(_given(type_, inputs)), olds=encode(olds or {})
        )
        reply = self.stub.Check(request)
        if reply.failures:
            raise RefusedError("; ".join(failure.reason for failure in reply.failures))
        return decode(reply.inputs)

    def make(self, type_: str, inputs: Mapping[str, Any], name: str = "it") -> Made:
        checked = self.check(type_, inputs, name)
        request = provider_pb2.CreateRequest(urn=self.urn(type_, name), properties=encode(checked))
        reply = self._call(self.stub.Create, request)
        made = Made(type_, name, reply.id, checked, decode(reply.properties))
        self.made.append(made)
        return made

    def preview(self, type_: str, inputs: Mapping[str, Any], name: str = "it") -> dict[str, Any]:
        checked = self.check(type_, inputs, name)
        request = provider_pb2.CreateRequest(urn=self.urn(type_, name), properties=encode(checked), preview=True)
        return decode(self._call(self.stub.Create, request).properties)

    def diff(self, type_: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Any:
        request = provider_pb2.DiffRequest(
            id="x", urn=self.urn(type_, "it"), olds=encode(old), old_inputs=encode(old), news=encode(new)
        )
        return self.stub.Diff(request)

    def update(self, made: Made, **changes: Any) -> dict[str, Any]:
        checked = self.check(made.type, {**made.inputs, **changes}, made.name, made.inputs)
        request = provider_pb2.UpdateRequest(
            id=made.id,
            urn=self.urn(made.type, made.name),
            olds=encode(made.outputs),
            old_inputs=encode(made.inputs),
            news=encode(checked),
        )
        return decode(self._call(self.stub.Update, request).properties)

    def read(self, type_: str, thing_id: str, name: str = "it") -> Any:
        return self._call(self.stub.Read, provider_pb2.ReadRequest(id=thing_id, urn=self.urn(type_, name)))

    def delete(self, made: Made) -> None:
        request = provider_pb2.DeleteRequest(id=made.id, urn=self.urn(made.type, made.name))
        self._call(self.stub.Delete, request)

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        request = provider_pb2.InvokeRequest(tok=token, args=encode(arguments))
        return decode(getattr(self._call(self.stub.Invoke, request), "return"))

    @staticmethod
    def _call(method: Any, request: Any) -> Any:
        try:
            return method(request)
        except grpc.RpcError as error:
            raise RefusedError(error.details()) from error

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


def _given(type_: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with the resource group, where the type has one."""
    without = type_ in ("resources:ResourceGroup", "monitor:DiagnosticSetting") or type_.startswith("authorization:")
    return dict(inputs) if without else {"resourceGroupName": "rg", **inputs}


def connect(port: int) -> Any:
    """A stub for the provider at a loopback port."""
    return provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))


@pytest.fixture(scope="session")
def azure_of_session(tmp_path_factory: pytest.TempPathFactory) -> SimulatedAzure:
    """The SDK's types are read once for all tests; each test gets a world of its own."""
    return SimulatedAzure(World(tmp_path_factory.mktemp("unused")), SUBSCRIPTION)


@pytest.fixture
def empty(tmp_path: Path, azure_of_session: SimulatedAzure) -> Iterator[Client]:
    """A subscription with nothing in it."""
    with World(tmp_path / "world") as world:
        azure_of_session.world = world
        server, port = start_server(azure_of_session)
        yield Client(connect(port), world)
        server.stop(None).wait()


@pytest.fixture
def azure(empty: Client) -> Client:
    """A subscription with the resource group `rg` in eastus."""
    empty.group()
    return empty


@pytest.fixture
def refused() -> Any:
    """A block that has to be refused with a code: ``with refused("SecurityRuleConflict"):``."""
    return lambda code: pytest.raises(AssertionError, match=code)
