"""A tiny cloud and a Pulumi provider for it, so that the engine can be tested without any real or simulated one.

The package is `demo`, its only kind of resource `demo:index:Thing` with any inputs. `label` changes in place, `place`
replaces the thing, `broken: true` is refused. The world counts every call, knows which URN each thing was made for, and
can be told to stop at a chosen creation, before or after the thing exists, so that a test can kill the engine there.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

Moment = Literal["before", "after"]


@dataclass
class World:
    """The things that exist, by physical id."""

    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    made_for: dict[str, str] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    unreadable: bool = False
    stop_at: tuple[str, Moment] | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def create(self, urn: str, inputs: dict[str, Any]) -> str:
        """Make a thing; stops before or after it exists when a test has asked for that."""
        name = urn.rsplit("::", 1)[-1]
        self._pause(name, "before")
        identity = f"thing-{self.calls['create']:04d}"
        self.calls["create"] += 1
        self.things[identity] = inputs
        self.made_for[identity] = urn
        self._pause(name, "after")
        return identity

    def update(self, identity: str, inputs: dict[str, Any]) -> None:
        """Change a thing; stops like `create`."""
        name = self.made_for[identity].rsplit("::", 1)[-1]
        self._pause(name, "before")
        self.calls["update"] += 1
        self.things[identity] = inputs
        self._pause(name, "after")

    def find(self, urn: str) -> str | None:
        """The newest thing that was made for a URN."""
        return next((key for key in reversed(self.things) if self.made_for[key] == urn), None)

    def find_name(self, name: str) -> str:
        """The only thing with this logical name."""
        (found,) = (key for key in self.things if self.made_for[key].rsplit("::", 1)[-1] == name)
        return found

    def names(self) -> list[str]:
        """The logical names of all things, sorted; a name that is there twice was created twice."""
        return sorted(self.made_for[key].rsplit("::", 1)[-1] for key in self.things)

    def _pause(self, name: str, moment: Moment) -> None:
        if self.stop_at == (name, moment):
            self.stopped.set()  # the test kills the engine now, and then lets us go on
            if not self.go_on.wait(60) or moment == "before":
                # The caller is dead by now: a cloud that had not begun yet never begins.
                raise ConnectionError("the engine is gone")


class Provider(provider_pb2_grpc.ResourceProviderServicer):  # type: ignore[misc]
    """The provider of package `demo`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="1.0.0")

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:
        if _plain(request.news).get("broken"):
            failure = provider_pb2.CheckFailure(property="broken", reason="a thing cannot be broken")
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:
        old, new = _plain(request.old_inputs), _plain(request.news)
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        kind = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=kind, diffs=changed, replaces=[k for k in changed if k == "place"])

    def Create(self, request: Any, context: Any) -> Any:
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        inputs = _plain(request.properties)
        identity = self.world.create(request.urn, inputs)
        return provider_pb2.CreateResponse(id=identity, properties=_outputs(identity, inputs))

    def Read(self, request: Any, context: Any) -> Any:
        self.world.calls["read"] += 1
        if self.world.unreadable:
            context.abort(grpc.StatusCode.UNKNOWN, "the thing cannot be read now")
        inputs = self.world.things.get(request.id)
        if inputs is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(id=request.id, properties=_outputs(request.id, inputs), inputs=_struct(inputs))

    def Update(self, request: Any, context: Any) -> Any:
        inputs = _plain(request.news)
        if not request.preview:
            self.world.update(request.id, inputs)
        return provider_pb2.UpdateResponse(properties=_outputs(request.id, inputs))

    def Delete(self, request: Any, context: Any) -> Any:
        self.world.calls["delete"] += 1
        self.world.things.pop(request.id, None)
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()


@contextmanager
def serving(world: World) -> Iterator[int]:
    """Serve the provider on a free port of this machine, which is given."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(world), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(0)


def _plain(struct: struct_pb2.Struct) -> dict[str, Any]:
    return json_format.MessageToDict(struct)


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    result = struct_pb2.Struct()
    result.update(values)
    return result


def _outputs(identity: str, inputs: Mapping[str, Any]) -> struct_pb2.Struct:
    return _struct({**inputs, "address": f"demo://{identity}"})
