"""A simulated AWS behind its real gRPC servicer, and a small client that speaks the provider protocol to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from zt_ai.simulate.aws import SimulatedAws
from zt_ai.simulate.serving import start_server
from zt_ai.simulate.values import decode, encode
from zt_ai.simulate.world import World


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
    """What an engine does to a provider, one call each. Types are given without ``aws:``."""

    stub: Any
    world: World
    made: list[Made] = field(default_factory=list)

    @staticmethod
    def urn(type_: str, name: str) -> str:
        return f"urn:pulumi:test::p::aws:{type_}::{name}"

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

    def update(self, made: Made, inputs: Mapping[str, Any]) -> dict[str, Any]:
        checked = self.check(made.type, {**inputs}, made.name)
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

    # The things most tests stand on.

    def vpc(self, name: str = "net", cidr: str = "10.0.0.0/16", **more: Any) -> Made:
        return self.make("ec2/vpc:Vpc", {"cidrBlock": cidr, "enableDnsHostnames": True, **more}, name)

    def subnet(self, vpc: Made, cidr: str, zone: str = "us-east-1a", name: str | None = None) -> Made:
        inputs = {"vpcId": vpc.id, "cidrBlock": cidr, "availabilityZone": zone}
        return self.make("ec2/subnet:Subnet", inputs, name or f"subnet-{cidr}")

    def group(self, vpc: Made, name: str = "web") -> Made:
        return self.make("ec2/securityGroup:SecurityGroup", {"vpcId": vpc.id, "name": name, "description": name}, name)


def connect(port: int) -> Any:
    """A stub for the provider at a loopback port."""
    return provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}"))


@pytest.fixture(scope="session")
def cloud_of_session(tmp_path_factory: pytest.TempPathFactory) -> SimulatedAws:
    """The SDK's types are read once for all tests; each test gets a world of its own."""
    return SimulatedAws(World(tmp_path_factory.mktemp("unused")))


@pytest.fixture
def aws(tmp_path: Path, cloud_of_session: SimulatedAws) -> Iterator[Client]:
    with World(tmp_path / "world") as world:
        cloud_of_session.world = world
        server, port = start_server(cloud_of_session)
        yield Client(connect(port), world)
        server.stop(None).wait()


@pytest.fixture
def statement() -> dict[str, Any]:
    """A policy statement that every kind of resource policy takes."""
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
