"""The server side of one HTTP/2 connection that carries gRPC calls (RFC 9113).

It serves one kind of client, Envoy's, over a unix socket. What the client may not do, or what we did not ask for,
closes the connection: Envoy answers the requests on it with an error and opens another one. Nothing here ends a call in
a way that Envoy could take for a verdict.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, cast

from zt_ai.egress.serve import frames
from zt_ai.egress.serve.call import OVER, Call, Opener
from zt_ai.egress.serve.frames import Code, Cutter, Flag, Http2Error, Setting, Type
from zt_ai.egress.serve.grpc import GrpcError
from zt_ai.egress.serve.headers import LARGEST_LIST, HeaderReader
from zt_ai.egress.serve.log import fault

MAX_FRAME: Final = 1 << 20
"""Largest frame we take, in bytes."""
CALLS: Final = 1_024
"""Calls at the same time on one connection; Envoy opens another connection beyond it."""
CALL_WINDOW: Final = 4 << 20
"""Bytes that a client may send on one call before we grant more."""
_BACKLOG: Final = 1 << 20
"""Bytes of ours waiting for the client's window on one call, above which we grant that call nothing more."""
_CONTROL_LIMIT: Final = 16 << 20
"""Bytes waiting in the socket above which a client that does not read is cut off."""

_GREETING: Final = frames.settings(
    {
        Setting.HEADER_TABLE_SIZE: 0,
        Setting.MAX_CONCURRENT_STREAMS: CALLS,
        Setting.INITIAL_WINDOW_SIZE: CALL_WINDOW,
        Setting.MAX_FRAME_SIZE: MAX_FRAME,
        Setting.MAX_HEADER_LIST_SIZE: LARGEST_LIST,
    }
) + frames.window_update(0, frames.LARGEST_WINDOW - frames.DEFAULT_WINDOW)

_log = logging.getLogger(__name__)


class Connection(asyncio.Protocol):
    """One client. `opener` routes its calls; `on_closed` is called once, when it is gone."""

    def __init__(self, opener: Opener, message_limit: int, on_closed: Callable[[Connection], None]) -> None:
        self._opener = opener
        self._message_limit = message_limit
        self._on_closed = on_closed
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._cutter = Cutter(MAX_FRAME)
        self._headers = HeaderReader()
        self._calls: dict[int, Call] = {}
        self._last = 0
        self._out: list[bytes] = []
        self._reading = False
        self._blocked: dict[int, Call] = {}
        self._greeted = False
        self._settings_unacknowledged = 1
        self._block = b""
        self._block_call = 0
        self._block_ends_call = False
        self._received = 0
        self._call_window = frames.DEFAULT_WINDOW
        self._draining = False
        self.send_window = frames.DEFAULT_WINDOW
        self.peer_max_frame = frames.SMALLEST_MAX_FRAME
        self.paused = False

    # what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet: our settings and a window that connections never use up."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=4 << 20)
        self.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        """Take in what the client sent; whatever is wrong closes the connection."""
        if self._transport is None or self._transport.is_closing():
            return
        self._reading = True
        try:
            for kind, flags, number, payload in self._cutter.feed(data):
                self._take(kind, flags, number, payload)
        except Http2Error as error:
            self._fail(error.code, str(error))
        except Exception as error:  # noqa: BLE001 - never go on in an unknown state
            fault(_log, "connection closed after an unexpected error", error)
            self._fail(Code.INTERNAL_ERROR, "unexpected error")
        finally:
            self._reading = False
            self._flush()

    def eof_received(self) -> bool:
        """The client closed its side: so do we."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Every call that is still open is lost."""
        self._transport = None
        self._out.clear()
        calls, self._calls = self._calls, {}
        self._blocked.clear()
        for call in calls.values():
            self._lose(call)
        self._on_closed(self)

    def pause_writing(self) -> None:
        """The socket is full."""
        self.paused = True

    def resume_writing(self) -> None:
        """The socket takes more."""
        self.paused = False
        self._pump()

    # what calls use

    def write(self, data: bytes) -> None:
        """Write bytes; what answers one read goes out together."""
        self._out.append(data)
        if not self._reading:
            self._flush()

    def block(self, call: Call) -> None:
        """A call has something to send and no window."""
        self._blocked[call.id] = call

    def forget(self, call: Call) -> None:
        """A call is over."""
        self._calls.pop(call.id, None)
        self._blocked.pop(call.id, None)
        if self._draining and not self._calls:
            self._loop.call_soon(self.close)

    # ending

    def drain(self) -> None:
        """Take no new calls and close when the open ones have ended."""
        if not self._draining:
            self._draining = True
            self.write(frames.goaway(self._last, Code.NO_ERROR))
            if not self._calls:
                self._loop.call_soon(self.close)

    def close(self) -> None:
        """Write what is queued, then close."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once; open calls are lost."""
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, code: Code, why: str) -> None:
        _log.warning("connection refused", extra={"code": code.name, "why": why})
        self.write(frames.goaway(self._last, code, why))
        self.close()

    def _flush(self) -> None:
        transport = self._transport
        out = self._out
        if transport is not None and out and not transport.is_closing():
            transport.write(out[0] if len(out) == 1 else b"".join(out))
            if transport.get_write_buffer_size() > _CONTROL_LIMIT:
                _log.warning("connection aborted: the client does not read")
                transport.abort()
        out.clear()

    def _lose(self, call: Call) -> None:
        handler, call.handler = call.handler, OVER
        try:
            handler.on_lost()
        except Exception as error:  # noqa: BLE001 - the other lost calls must hear of it too
            fault(_log, "handler failed on a lost call", error)

    # frames

    def _take(self, kind: int, flags: int, number: int, payload: bytes) -> None:  # noqa: PLR0912 - one case for each type
        if self._block_call and (kind != Type.CONTINUATION or number != self._block_call):
            raise Http2Error(Code.PROTOCOL_ERROR, "a header block was interrupted")
        if not self._greeted:
            if kind != Type.SETTINGS or flags & Flag.ACK:
                raise Http2Error(Code.PROTOCOL_ERROR, "the first frame is not SETTINGS")
            self._greeted = True
        match kind:
            case Type.DATA:
                self._data(flags, number, payload)
            case Type.HEADERS:
                self._open(flags, number, payload)
            case Type.CONTINUATION:
                self._continue(flags, number, payload)
            case Type.WINDOW_UPDATE:
                self._grant(number, frames.number(payload))
            case Type.RST_STREAM:
                self._reset(number, frames.number(payload))
            case Type.SETTINGS:
                self._set(flags, number, payload)
            case Type.PING:
                self._ping(flags, number, payload)
            case Type.GOAWAY:
                if number or len(payload) < 8:
                    raise Http2Error(Code.PROTOCOL_ERROR, "GOAWAY is malformed")
            case Type.PRIORITY:
                if not number or len(payload) != 5:
                    raise Http2Error(Code.FRAME_SIZE_ERROR, "PRIORITY is malformed")
            case Type.PUSH_PROMISE:
                raise Http2Error(Code.PROTOCOL_ERROR, "a client cannot push")
            case _:
                pass  # unknown types are ignored (RFC 9113, section 4.1)

    def _known(self, number: int) -> Call | None:
        """The open call with this number, None if it is over; a number that was never opened is an error."""
        call = self._calls.get(number)
        if call is None and (number % 2 == 0 or number > self._last):
            raise Http2Error(Code.PROTOCOL_ERROR, f"frame on the idle stream {number}")
        return call

    def _data(self, flags: int, number: int, payload: bytes) -> None:
        call = self._known(number)
        size = len(payload)
        self._received += size
        if self._received > frames.LARGEST_WINDOW:
            raise Http2Error(Code.FLOW_CONTROL_ERROR, "more data than the connection's window")
        if self._received >= 1 << 30:
            self.write(frames.window_update(0, self._received))
            self._received = 0
        if call is None:
            return  # what was under way when the call ended
        if call.half_closed:
            raise Http2Error(Code.STREAM_CLOSED, "data after the end of a stream")
        call.received += size
        if call.received > CALL_WINDOW:
            raise Http2Error(Code.FLOW_CONTROL_ERROR, "more data than the call's window")
        if flags & Flag.PADDED:
            payload = frames.without_padding(flags, payload)
        if not call.ended:
            try:
                for message in call.messages.feed(payload):
                    call.handler.on_message(message)
            except GrpcError as error:
                _log.warning("call refused", extra={"why": str(error)})
                self._calls.pop(number, None)
                self._lose(call)
                call.finish(error.status, str(error))
                return
        if flags & Flag.END_STREAM:
            self._half_close(call)
        elif call.received >= CALL_WINDOW // 2:
            self._regrant(call)

    def _regrant(self, call: Call) -> None:
        if call.received >= CALL_WINDOW // 2 and call.backlog < _BACKLOG and not call.half_closed:
            self.write(frames.window_update(call.id, call.received))
            call.received = 0

    def _half_close(self, call: Call) -> None:
        call.half_closed = True
        if call.ended:
            return
        if call.messages.partial:
            raise Http2Error(Code.PROTOCOL_ERROR, "a call ended inside a message")
        call.handler.on_half_close()

    def _open(self, flags: int, number: int, payload: bytes) -> None:
        if flags & (Flag.PADDED | Flag.PRIORITY):
            payload = frames.without_padding(flags, payload)
            if flags & Flag.PRIORITY:
                if len(payload) < 5:
                    raise Http2Error(Code.FRAME_SIZE_ERROR, "HEADERS is too short for its priority")
                payload = payload[5:]
        if number % 2 == 0:
            raise Http2Error(Code.PROTOCOL_ERROR, f"a client cannot open stream {number}")
        self._block_ends_call = bool(flags & Flag.END_STREAM)
        if flags & Flag.END_HEADERS:
            self._headers_complete(number, payload)
        else:
            self._block_call = number
            self._block = payload

    def _continue(self, flags: int, number: int, payload: bytes) -> None:
        if not self._block_call:
            raise Http2Error(Code.PROTOCOL_ERROR, "CONTINUATION without HEADERS")
        self._block += payload
        if len(self._block) > LARGEST_LIST or not payload:
            raise Http2Error(Code.ENHANCE_YOUR_CALM, "header block too large, or in empty pieces")
        if flags & Flag.END_HEADERS:
            block, self._block, self._block_call = self._block, b"", 0
            self._headers_complete(number, block)

    def _headers_complete(self, number: int, block: bytes) -> None:
        headers = self._headers.read(block)
        if number <= self._last:  # trailers, which gRPC clients do not send but may
            call = self._calls.get(number)
            if not self._block_ends_call or (call is not None and call.half_closed):
                raise Http2Error(Code.PROTOCOL_ERROR, "a second header block that does not end the stream")
            if call is not None:
                self._half_close(call)
            return
        self._last = number
        if self._draining or len(self._calls) >= CALLS:
            self.write(frames.rst_stream(number, Code.REFUSED_STREAM))
            return
        call = Call(self, number, self._call_window, self._message_limit)
        handler = self._opener(call, headers)
        if handler is None:
            if not call.ended:
                raise Http2Error(Code.INTERNAL_ERROR, "a call without a handler")
            return
        call.handler = handler
        self._calls[number] = call
        if self._block_ends_call:
            self._half_close(call)

    def _grant(self, number: int, increment: int) -> None:
        if not increment:
            raise Http2Error(Code.PROTOCOL_ERROR, "WINDOW_UPDATE of 0")
        if number == 0:
            self.send_window += increment
            if self.send_window > frames.LARGEST_WINDOW:
                raise Http2Error(Code.FLOW_CONTROL_ERROR, "the connection's window is too large")
            self._pump()
            return
        call = self._known(number) or self._blocked.get(number)
        if call is not None:
            call.send_window += increment
            if call.send_window > frames.LARGEST_WINDOW:
                raise Http2Error(Code.FLOW_CONTROL_ERROR, "a call's window is too large")
            self._pump_call(call)

    def _pump(self) -> None:
        for call in list(self._blocked.values()):
            self._pump_call(call)

    def _pump_call(self, call: Call) -> None:
        if self._blocked.pop(call.id, None) is not None:
            call.pump()
            self._regrant(call)

    def _reset(self, number: int, _code: int) -> None:
        call = self._known(number)
        self._blocked.pop(number, None)
        if call is not None:
            self.forget(call)
            self._lose(call)

    def _set(self, flags: int, number: int, payload: bytes) -> None:
        if number:
            raise Http2Error(Code.PROTOCOL_ERROR, "SETTINGS on a stream")
        if flags & Flag.ACK:
            if payload or not self._settings_unacknowledged:
                raise Http2Error(Code.FRAME_SIZE_ERROR, "an acknowledgement of nothing, or with a payload")
            self._settings_unacknowledged -= 1
            self._headers.settings_acknowledged()
            return
        for key, value in frames.read_settings(payload):
            if key == Setting.MAX_FRAME_SIZE:
                self.peer_max_frame = value
            elif key == Setting.INITIAL_WINDOW_SIZE:
                delta = value - self._call_window
                self._call_window = value
                for call in self._calls.values():
                    call.send_window += delta
                    if call.send_window > frames.LARGEST_WINDOW:
                        raise Http2Error(Code.FLOW_CONTROL_ERROR, "a call's window is too large")
        self.write(frames.frame(Type.SETTINGS, Flag.ACK, 0))
        self._pump()

    def _ping(self, flags: int, number: int, payload: bytes) -> None:
        if number or len(payload) != 8:
            raise Http2Error(Code.FRAME_SIZE_ERROR, "PING is malformed")
        if not flags & Flag.ACK:
            self.write(frames.frame(Type.PING, Flag.ACK, 0, payload))
