"""A port that an engine before had: the new engine there is reached, whatever became of the old connection."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime import _grpc_settings
from pulumi.runtime import settings as sdk
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from zt_ai.engine.channels import OWN_POOL, own_connections

_NO_NEXT_ATTEMPT = [("grpc.initial_reconnect_backoff_ms", 600_000), ("grpc.min_reconnect_backoff_ms", 600_000)]
"""A refused connection stays refused while a test lasts; by itself gRPC waits for a second first, then longer."""

MESSAGE = engine_pb2.LogRequest(message="hello")


class _Engine(engine_pb2_grpc.EngineServicer):
    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()


@contextmanager
def engine(port: int = 0) -> Iterator[int]:
    """An engine that takes messages on a port of loopback."""
    server = grpc.server(ThreadPoolExecutor(1), options=[("grpc.so_reuseport", 0)])
    engine_pb2_grpc.add_EngineServicer_to_server(_Engine(), server)
    got = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield got
    finally:
        server.stop(0).wait()


def connected(port: int) -> engine_pb2_grpc.EngineStub:
    """What a program of the SDK talks to its engine with."""
    stub = sdk.Settings("project", "stack", engine=f"127.0.0.1:{port}").engine
    assert stub is not None
    return stub


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The list that the SDK makes its channels with, for one test, without what an earlier test may have added."""
    fresh = [*(item for item in _grpc_settings._GRPC_CHANNEL_OPTIONS if item != OWN_POOL), *_NO_NEXT_ATTEMPT]
    monkeypatch.setattr(_grpc_settings, "_GRPC_CHANNEL_OPTIONS", fresh)
    monkeypatch.setattr(sdk, "_GRPC_CHANNEL_OPTIONS", fresh)
    return fresh


def _end(stub: engine_pb2_grpc.EngineStub) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        stub.Log(MESSAGE)
    return str(caught.value)


@contextmanager
def second_engine() -> Iterator[engine_pb2_grpc.EngineStub]:
    """An engine on the port of one that ended, while a program of that one still waits for it."""
    with engine() as port:
        first = connected(port)
        first.Log(MESSAGE)
    # The first call may still notice that the old connection was closed; one after it tries to connect and is refused.
    ends = [_end(first) for _ in range(3)]
    assert "Connection refused" in ends[-1]
    with engine(port):
        yield connected(port)


def test_an_engine_on_the_port_of_an_earlier_one_is_reached(options: list[tuple[str, int]]) -> None:
    own_connections()
    own_connections()
    assert options.count(OWN_POOL) == 1
    with second_engine() as stub:
        stub.Log(MESSAGE)


def test_without_connections_of_its_own_it_is_not(options: list[tuple[str, int]]) -> None:
    assert OWN_POOL not in options
    with second_engine() as stub, pytest.raises(grpc.RpcError, match="Connection refused"):
        stub.Log(MESSAGE)


def test_the_sdk_makes_its_channels_with_the_list_that_is_changed() -> None:
    assert sdk._GRPC_CHANNEL_OPTIONS is _grpc_settings._GRPC_CHANNEL_OPTIONS
