"""The worker's gRPC against gRPC's own client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest
from envoy.service.ext_proc.v3 import external_processor_pb2 as pb
from prometheus_client import CollectorRegistry

from zt_ai.egress.serve.connection import CALL_WINDOW
from zt_ai.egress.serve.inspector import Inspector, Settings
from zt_ai.egress.serve.limits import Limits
from zt_ai.egress.serve.metrics import Metrics
from zt_ai.egress.serve.service import Service

from .fakes import FakeJournal, FakeJudge
from .test_session import body, headers

SERVING, NOT_SERVING = b"\x08\x01", b"\x08\x02"


class Served:
    """A worker's service on a unix socket, on a loop in a thread."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "s.sock"
        self.folder = folder
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self.thread.start()
        assert self.ready.wait(10)

    async def _run(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.stop = asyncio.Event()
        limits = Limits(self.folder / "limits.bin")
        inspector = Inspector(
            FakeJudge(), FakeJournal(self.folder), limits, Metrics(CollectorRegistry()), Settings(waiting=1000)
        )
        self.service = Service(inspector)
        server = await self.loop.create_unix_server(self.service.connection, str(self.path))
        self.ready.set()
        await self.stop.wait()
        server.close()
        self.service.abort()
        await inspector.drained()
        limits.close()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(10)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    running = Served(tmp_path)
    yield running
    running.close()


@pytest.fixture
def channel(served: Served) -> Iterator[grpc.Channel]:
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(f"unix:{served.path}", options=unlimited) as opened:
        yield opened


def process(channel: grpc.Channel) -> Any:
    return channel.stream_stream(
        "/envoy.service.ext_proc.v3.ExternalProcessor/Process",
        request_serializer=pb.ProcessingRequest.SerializeToString,
        response_deserializer=pb.ProcessingResponse.FromString,
    )


def ask(channel: grpc.Channel, data: bytes) -> list[str]:
    answers = process(channel)(iter([headers(), body(data)]), timeout=20)
    return [answer.WhichOneof("response") for answer in answers]


def test_health_is_checked_and_watched(served: Served, channel: grpc.Channel) -> None:
    check = channel.unary_unary("/grpc.health.v1.Health/Check")
    assert check(b"", timeout=5) == SERVING
    watching = channel.unary_stream("/grpc.health.v1.Health/Watch")(b"", timeout=10)
    assert next(watching) == SERVING
    served.loop.call_soon_threadsafe(served.service.stop_serving)
    assert next(watching) == NOT_SERVING
    assert check(b"", timeout=5) == NOT_SERVING


def test_a_method_that_does_not_exist_is_unimplemented(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary("/nobody/Knows")(b"", timeout=5)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("size", [0, 5, 100_000, CALL_WINDOW + 1, 3 * CALL_WINDOW])
def test_bodies_of_every_size_come_through_flow_control(channel: grpc.Channel, size: int) -> None:
    assert ask(channel, b"a" * size) == ["request_headers", "request_body"]


def test_a_large_replaced_body_comes_back_whole(channel: grpc.Channel) -> None:
    data = b"redact" + b"b" * (6 << 20)
    answers = list(process(channel)(iter([headers(), body(data)]), timeout=20))
    assert answers[1].request_body.response.body_mutation.body == data.replace(b"redact", b"[NAME_1] and more")


def test_two_hundred_calls_at_once_are_each_answered(channel: grpc.Channel) -> None:
    with futures.ThreadPoolExecutor(20) as pool:
        kinds = list(pool.map(lambda n: ask(channel, b"refuse" if n % 2 else b"x" * n), range(200)))
    for number, kind in enumerate(kinds):
        assert kind == ["request_headers", "immediate_response" if number % 2 else "request_body"]


def test_compressed_messages_are_refused_with_an_error_not_a_verdict(channel: grpc.Channel) -> None:
    answers = process(channel)(iter([headers(), body(b"a" * 10_000)]), timeout=5, compression=grpc.Compression.Gzip)
    with pytest.raises(grpc.RpcError) as caught:
        list(answers)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_client_that_ends_without_a_body_gets_an_error_not_a_verdict(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        list(process(channel)(iter([headers()]), timeout=5))
    assert caught.value.code() is grpc.StatusCode.INTERNAL


def test_a_cancelled_call_leaves_nothing_behind(served: Served, channel: grpc.Channel) -> None:
    hold = threading.Event()

    def slowly() -> Iterator[pb.ProcessingRequest]:
        yield headers()
        hold.wait(5)

    answers = process(channel)(slowly(), timeout=10)
    assert next(answers).WhichOneof("response") == "request_headers"
    answers.cancel()
    hold.set()
    assert ask(channel, b"x") == ["request_headers", "request_body"]
    calls = [len(connection._calls) for connection in served.service._connections]
    assert sum(calls) == 0
