"""One gRPC call on one HTTP/2 stream: what its handler sees, and sending under flow control."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from zt_ai.egress.serve import grpc
from zt_ai.egress.serve.frames import Code, Flag, Type, frame, head, rst_stream
from zt_ai.egress.serve.grpc import RESPONSE_HEADERS, Messages, Status


class Handler(Protocol):
    """What answers a call. Each method is called on the loop and must not block."""

    def on_message(self, data: memoryview) -> None:
        """A message of the client, without its prefix; the view may be kept."""

    def on_half_close(self) -> None:
        """The client will send no more."""

    def on_lost(self) -> None:
        """The call is over without our doing: reset by the client, or its connection is gone. Sending is pointless."""


class Over:
    """The handler of a call that is over: the one that it had is let go of, and does not wait for the garbage collector
    because it holds the call in turn."""

    def on_message(self, data: memoryview) -> None:
        """What was under way when the call ended."""

    def on_half_close(self) -> None:
        """Nothing."""

    def on_lost(self) -> None:
        """Nothing."""


OVER = Over()


class Wire(Protocol):
    """What a call needs of its connection."""

    send_window: int
    peer_max_frame: int
    paused: bool

    def write(self, data: bytes) -> None: ...
    def block(self, call: Call) -> None: ...
    def forget(self, call: Call) -> None: ...


class Call:
    """A call that the client opened. The handler is set by whoever routes the call."""

    __slots__ = (
        "_ended",
        "_pending",
        "_pending_size",
        "_started",
        "_trailers",
        "_wire",
        "half_closed",
        "handler",
        "id",
        "messages",
        "received",
        "send_window",
    )

    handler: Handler

    def __init__(self, wire: Wire, number: int, send_window: int, message_limit: int) -> None:
        self._wire = wire
        self.id = number
        self.send_window = send_window
        self.received = 0
        """Bytes received and not yet granted again."""
        self.messages = Messages(message_limit)
        self.half_closed = False
        self._pending: deque[memoryview] = deque()
        self._pending_size = 0
        self._started = False
        self._ended = False
        self._trailers: bytes | None = None

    @property
    def ended(self) -> bool:
        """Whether we have ended the call (or decided to, once everything before it is sent)."""
        return self._ended

    @property
    def backlog(self) -> int:
        """Bytes that the client's windows do not let us send yet."""
        return self._pending_size

    def send(self, data: bytes) -> None:
        """Send a message; without effect once the call has ended."""
        if self._ended:
            return
        wire = self._wire
        if not self._started:
            self._started = True
            wire.write(frame(Type.HEADERS, Flag.END_HEADERS, self.id, RESPONSE_HEADERS))
        whole = grpc.message(data)
        size = len(whole)
        if (
            not self._pending
            and size <= self.send_window
            and size <= wire.send_window
            and size <= wire.peer_max_frame
            and not wire.paused
        ):
            self.send_window -= size
            wire.send_window -= size
            wire.write(head(Type.DATA, 0, self.id, size) + whole)
            return
        self._pending.append(memoryview(whole))
        self._pending_size += size
        self.pump()

    def finish(self, status: Status, why: str = "") -> None:
        """End the call after everything that was sent before."""
        if self._ended:
            return
        self._ended = True
        self._trailers = grpc.trailers(status, why) if why or status else grpc.OK_TRAILERS
        self.pump()

    def reset(self, code: Code) -> None:
        """Break the call off: to Envoy an error, never a verdict."""
        self._ended = True
        self._pending.clear()
        self._pending_size = 0
        self._wire.write(rst_stream(self.id, code))
        self._leave()

    def pump(self) -> bool:
        """Send what the windows allow; whether nothing is left."""
        wire = self._wire
        pending = self._pending
        while pending:
            first = pending[0]
            room = min(self.send_window, wire.send_window, wire.peer_max_frame)
            if room <= 0 or wire.paused:
                wire.block(self)
                return False
            part = first[:room]
            size = len(part)
            wire.write(head(Type.DATA, 0, self.id, size) + bytes(part))
            self.send_window -= size
            wire.send_window -= size
            self._pending_size -= size
            if size == len(first):
                pending.popleft()
            else:
                pending[0] = first[size:]
        if self._trailers is not None:
            block = self._trailers if self._started else RESPONSE_HEADERS + self._trailers
            wire.write(frame(Type.HEADERS, Flag.END_HEADERS | Flag.END_STREAM, self.id, block))
            self._trailers = None
            self._leave()
        return True

    def _leave(self) -> None:
        self._wire.forget(self)
        self.handler = OVER


Opener = Callable[[Call, dict[bytes, bytes]], Handler | None]
"""Gives the handler of a call by its request headers; None when the opener has already ended the call."""
