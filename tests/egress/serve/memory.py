"""A connection without a socket, and Envoy's side of it spoken by the `h2` library."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection

from zt_ai.egress.serve.call import Call, Handler
from zt_ai.egress.serve.connection import Connection
from zt_ai.egress.serve.grpc import Status, message

HEADERS = [
    (":method", "POST"),
    (":scheme", "http"),
    (":path", "/echo"),
    (":authority", "inspector"),
    ("content-type", "application/grpc"),
    ("te", "trailers"),
]


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.writes = 0
        self.closed = False
        self.waiting = 0

    def write(self, data: bytes) -> None:  # type: ignore[override]
        self.written += data
        self.writes += 1

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        del high, low

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = bytes(self.written)
        self.written.clear()
        return data


class Echo:
    """Sends every message back, ends when the client does."""

    def __init__(self, call: Call, log: list[Any]) -> None:
        self.call, self.log = call, log

    def on_message(self, data: memoryview) -> None:
        self.log.append(bytes(data))
        self.call.send(bytes(data))

    def on_half_close(self) -> None:
        self.log.append("half-closed")
        self.call.finish(Status.OK)

    def on_lost(self) -> None:
        self.log.append("lost")


class Peer:
    """Both ends of a connection. Make it inside a running loop."""

    def __init__(self, handler: Callable[[Call, list[Any]], Handler] = Echo, limit: int = 1 << 20) -> None:
        self.log: list[Any] = []
        self.calls: list[Call] = []
        self.closed: list[Connection] = []
        self.transport = Transport()

        def opener(call: Call, headers: dict[bytes, bytes]) -> Handler:
            assert headers[b":method"] == b"POST"
            self.calls.append(call)
            return handler(call, self.log)

        self.connection = Connection(opener, limit, self.closed.append)
        self.connection.connection_made(self.transport)
        self.client = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))

    def greet(self) -> None:
        """Preface and settings in both directions."""
        self.client.initiate_connection()

    async def exchange(self) -> list[Any]:
        """Move bytes until both sides are quiet; the events that the client saw."""
        events: list[Any] = []
        while True:
            sent = self.client.data_to_send()
            if sent:
                self.connection.data_received(sent)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            answered = self.transport.taken()
            if answered:
                events += self.client.receive_data(answered)
            if not sent and not answered:
                return events


def conversation(messages: Iterable[bytes], frame_size: int = 16_384) -> bytes:
    """Everything that a client sends for one call with these messages, acknowledging nothing."""
    client = H2Connection(H2Configuration(client_side=True))
    client.initiate_connection()
    client.send_headers(1, HEADERS)
    for data in messages:
        whole = message(data)
        for at in range(0, len(whole), frame_size):
            client.send_data(1, whole[at : at + frame_size])
    client.end_stream(1)
    return client.data_to_send()
