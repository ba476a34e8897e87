"""A simulated Google Cloud behind its real gRPC servicer, and a small client that speaks the provider protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from zt_ai.simulate.gcp import SimulatedGcp
from zt_ai.simulate.serving import start_server
from zt_ai.simulate.values import decode, encode
from zt_ai.simulate.world import World

PROJECT, REGION = "clinic-prod", "europe-west3"


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
    """What an engine does to a provider, one call each. Types are given without ``gcp:``."""

    stub: Any
    world: World

    @staticmethod
    def urn(type_: str, name: str) -> str:
        return f"urn:pulumi:test::p::gcp:{type_}::{name}"

    def problems(self, type_: str, inputs: Mapping[str, Any], name: str = "it") -> dict[str, str]:
        reply = self.stub.Check(provider_pb2.CheckRequest(urn=self.urn(type_, name), news=encode(inputs)))
        return {failure.property: failure.reason for failure in reply.failures}

    def check(self, type_: str, inputs: Mapping[str, Any], name: str = "it") -> dict[str, Any]:
        reply = self.stub.Check(provider_pb2.CheckRequest(urn=self.urn(type_, name), news=encode(inputs)))
        if reply.failures:
            raise RefusedError("; ".join(failure.reason for failure in reply.failures))
        return decode(reply.inputs)

    def make(self, type_: str, inputs: Mapping[str, Any], name: str = "it") -> Made:
        checked = self.check(type_, inputs, name)
        request = provider_pb2.CreateRequest(urn=self.urn(type_, name), properties=encode(checked))
        reply = self._call(self.stub.Create, request)
        return Made(type_, name, reply.id, checked, decode(reply.properties))

    def preview(self, type_: str, inputs: Mapping[str, Any], name: str = "it") -> dict[str, Any]:
        checked = self.check(type_, inputs, name)
        request = provider_pb2.CreateRequest(urn=self.urn(type_, name), properties=encode(checked), preview=True)
        return decode(self._call(self.stub.Create, request).properties)

    def diff(self, type_: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Any:
        request = provider_pb2.DiffRequest(
            id="x", urn=self.urn(type_, "it"), olds=encode(old), old_inputs=encode(old), news=encode(new)
        )
        return self.stub.Diff(request)

    def update(self, made: Made, inputs: Mapping[str, Any], *, preview: bool = False) -> dict[str, Any]:
        checked = self.check(made.type, {**inputs}, made.name)
        request = provider_pb2.UpdateRequest(
            id=made.id,
            urn=self.urn(made.type, made.name),
            olds=encode(made.outputs),
            old_inputs=encode(made.inputs),
            news=encode(checked),
            preview=preview,
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
    with World(tmp_path / "world") as world:
        gcp_of_session.world = world
        server, port = start_server(gcp_of_session)
        yield Client(provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}")), world)
        server.stop(None).wait()
