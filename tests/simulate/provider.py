"""A simulated cloud behind its real gRPC servicer, and a small client that speaks the provider protocol to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

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
class ProviderClient:
    """What an engine does to a provider, one call each. Types are given without the package's name."""

    package: ClassVar[str]

    stub: Any
    world: World
    made: list[Made] = field(default_factory=list)

    @classmethod
    @contextmanager
    def of(cls, cloud: Any, folder: Path) -> Iterator[Self]:
        """A client of a simulated cloud that gets a world of its own, kept in a folder."""
        with World(folder) as world:
            cloud.world = world
            server, port = start_server(cloud)
            yield cls(provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{port}")), world)
            server.stop(None).wait()

    @classmethod
    def urn(cls, type_: str, name: str) -> str:
        return f"urn:pulumi:test::p::{cls.package}:{type_}::{name}"

    @staticmethod
    def given(type_: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs with what nearly every resource of the cloud takes."""
        return dict(inputs)

    def problems(self, type_: str, inputs: Mapping[str, Any], name: str = "it") -> dict[str, str]:
        reply = self._checked(type_, inputs, name, {})
        return {failure.property: failure.reason for failure in reply.failures}

    def check(
        self, type_: str, inputs: Mapping[str, Any], name: str = "it", olds: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        reply = self._checked(type_, inputs, name, olds or {})
        if reply.failures:
            raise RefusedError("; ".join(failure.reason for failure in reply.failures))
        return decode(reply.inputs)

    def _checked(self, type_: str, inputs: Mapping[str, Any], name: str, olds: Mapping[str, Any]) -> Any:
        news = encode(self.given(type_, inputs))
        return self.stub.Check(provider_pb2.CheckRequest(urn=self.urn(type_, name), news=news, olds=encode(olds)))

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

    def update(
        self,
        made: Made,
        inputs: Mapping[str, Any],
        *,
        olds: Mapping[str, Any] | None = None,
        preview: bool = False,
    ) -> dict[str, Any]:
        """Give a resource other inputs; `olds` are those that the check sees as the former ones."""
        checked = self.check(made.type, inputs, made.name, olds)
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
