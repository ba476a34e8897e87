"""Our HTTP/2 connection against the `h2` library, and against bytes that no client should send."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest
from h2.events import ConnectionTerminated, DataReceived, StreamEnded, StreamReset
from h2.settings import SettingCodes
from hypothesis import given, settings
from hypothesis import strategies as st

from zt_ai.egress.serve import frames
from zt_ai.egress.serve.call import OVER, Call
from zt_ai.egress.serve.connection import CALLS, Connection
from zt_ai.egress.serve.frames import PREFACE, Flag, Type
from zt_ai.egress.serve.grpc import Messages, Status, message

from .memory import HEADERS, Echo, Peer, conversation


def received(events: list[Any], stream: int) -> list[bytes]:
    data = b"".join(e.data for e in events if isinstance(e, DataReceived) and e.stream_id == stream)
    return [bytes(one) for one in Messages(1 << 30).feed(data)]


def run(test: Callable[[], Any]) -> Any:
    return asyncio.run(test())


def test_messages_come_back_and_the_call_ends_with_status_ok() -> None:
    async def test() -> None:
        peer = Peer()
        peer.greet()
        peer.client.send_headers(1, HEADERS)
        peer.client.send_data(1, message(b"one") + message(b"two"), end_stream=True)
        events = await peer.exchange()
        assert received(events, 1) == [b"one", b"two"]
        assert [e for e in events if isinstance(e, StreamEnded)]
        assert peer.log == [b"one", b"two", "half-closed"]

    run(test)


@pytest.mark.parametrize("ending", ["half-closed", "reset", "connection lost"])
def test_a_call_that_is_over_does_not_keep_its_handler(ending: str) -> None:
    """Both refer to each other; what waits for the garbage collector makes its pauses long."""

    async def test() -> None:
        peer = Peer()
        peer.greet()
        peer.client.send_headers(1, HEADERS)
        peer.client.send_data(1, message(b"one"), end_stream=ending == "half-closed")
        await peer.exchange()
        if ending == "reset":
            peer.client.reset_stream(1)
            await peer.exchange()
        elif ending == "connection lost":
            peer.connection.connection_lost(None)
        assert peer.log[-1] == ("half-closed" if ending == "half-closed" else "lost")
        assert peer.calls[0].handler is OVER

    run(test)


def test_header_blocks_are_stateless_once_the_client_has_acknowledged_our_settings() -> None:
    async def test() -> None:
        peer = Peer()
        peer.greet()
        for number in range(1, 21, 2):
            peer.client.send_headers(number, HEADERS)
            peer.client.send_data(number, message(b"x"), end_stream=True)
            events = await peer.exchange()
            assert received(events, number) == [b"x"]
        assert len(peer.connection._headers._kept) <= 2

    run(test)


def test_what_answers_one_read_is_written_together_and_not_later() -> None:
    async def test() -> None:
        peer = Peer()
        peer.greet()
        await peer.exchange()
        for number in range(1, 41, 2):
            peer.client.send_headers(number, HEADERS)
            peer.client.send_data(number, message(b"x"))
        peer.transport.writes = 0
        peer.connection.data_received(peer.client.data_to_send())
        assert peer.transport.writes == 1  # before anything else has its turn
        peer.calls[0].send(b"late")
        assert peer.transport.writes == 2

    run(test)


@settings(max_examples=60)
@given(
    st.lists(st.one_of(st.binary(max_size=50), st.integers(1, 90_000).map(lambda n: b"a" * n)), max_size=5),
    st.integers(1, 5_000),
    st.randoms(use_true_random=False),
)
def test_the_chunks_of_a_conversation_do_not_matter(
    messages: list[bytes], frame_size: int, chance: random.Random
) -> None:
    async def test() -> None:
        total = sum(len(m) + 5 for m in messages)
        if total > 60_000:  # the window of a client that was granted nothing yet
            return
        wire = conversation(messages, frame_size)
        peer = Peer()
        at = 0
        while at < len(wire):
            step = chance.choice((1, 2, 7, 100, 20_000, len(wire)))
            peer.connection.data_received(wire[at : at + step])
            at += step
        assert peer.log == [*messages, "half-closed"]
        assert not peer.transport.closed

    run(test)


def test_answers_wait_for_the_client_s_window_and_come_whole() -> None:
    async def test() -> None:
        peer = Peer(limit=8 << 20)
        peer.greet()
        await peer.exchange()
        peer.client.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 1_000})
        await peer.exchange()
        peer.client.send_headers(1, HEADERS)
        peer.client.send_data(1, message(b"b" * 15_000), end_stream=False)
        events = await peer.exchange()
        got = sum(len(e.data) for e in events if isinstance(e, DataReceived))
        assert got == 1_000
        assert peer.calls[0].backlog == 15_005 - 1_000
        peer.client.end_stream(1)
        while not any(isinstance(e, StreamEnded) for e in events):
            peer.client.increment_flow_control_window(700, 1)
            peer.client.increment_flow_control_window(700)
            more = await peer.exchange()
            events += more
        assert received(events, 1) == [b"b" * 15_000]

    run(test)


def test_more_calls_than_allowed_are_refused_without_an_answer() -> None:
    async def test() -> None:
        peer = Peer()
        peer.greet()
        await peer.exchange()
        peer.client.remote_settings[SettingCodes.MAX_CONCURRENT_STREAMS] = CALLS + 10
        peer.client.remote_settings.acknowledge()
        for number in range(1, 2 * CALLS + 3, 2):
            peer.client.send_headers(number, HEADERS)
        events = await peer.exchange()
        assert [e.stream_id for e in events if isinstance(e, StreamReset)] == [2 * CALLS + 1]
        assert len(peer.calls) == CALLS

    run(test)


def test_a_reset_call_is_lost_and_the_others_go_on() -> None:
    async def test() -> None:
        peer = Peer()
        peer.greet()
        peer.client.send_headers(1, HEADERS)
        peer.client.send_headers(3, HEADERS)
        await peer.exchange()
        peer.client.reset_stream(1)
        peer.client.send_data(3, message(b"x"), end_stream=True)
        events = await peer.exchange()
        assert peer.log == ["lost", b"x", "half-closed"]
        assert received(events, 3) == [b"x"]

    run(test)


def test_a_lost_connection_loses_every_call_on_it() -> None:
    async def test() -> None:
        peer = Peer()
        peer.greet()
        for number in (1, 3, 5):
            peer.client.send_headers(number, HEADERS)
        await peer.exchange()
        peer.connection.connection_lost(None)
        assert peer.log == ["lost"] * 3
        assert peer.closed == [peer.connection]

    run(test)


def test_draining_refuses_new_calls_and_closes_after_the_last_one() -> None:
    async def test() -> None:
        peer = Peer()
        peer.greet()
        peer.client.send_headers(1, HEADERS)
        await peer.exchange()
        peer.connection.drain()
        await asyncio.sleep(0)
        assert not peer.transport.closed
        events = peer.client.receive_data(peer.transport.taken())
        assert any(isinstance(e, ConnectionTerminated) for e in events)
        peer.connection.data_received(frames.frame(Type.DATA, Flag.END_STREAM, 1, message(b"x")))
        await asyncio.sleep(0.01)
        assert peer.transport.closed

    run(test)


def test_a_handler_that_raises_closes_the_connection_and_says_nothing() -> None:
    class Raises(Echo):
        def on_message(self, data: memoryview) -> None:
            raise RuntimeError

    async def test() -> None:
        peer = Peer(Raises)
        peer.greet()
        peer.client.send_headers(1, HEADERS)
        peer.client.send_data(1, message(b"x"))
        peer.connection.data_received(peer.client.data_to_send())
        assert peer.transport.closed
        assert b"grpc-status" not in peer.transport.written

    run(test)


def open_call(connection: Connection) -> bytes:
    del connection
    return conversation([b"x"])[:-9]


def data(payload: bytes, flags: int = 0, stream: int = 1) -> bytes:
    return frames.frame(Type.DATA, flags, stream, payload)


MALFORMED: dict[str, bytes] = {
    "data on a stream that was never opened": data(b"x", stream=3),
    "data on stream 0": data(b"x", stream=0),
    "data on an even stream": data(b"x", stream=2),
    "more padding than data": data(b"\x09x", Flag.PADDED),
    "the end inside a message": data(message(b"abc")[:-1], Flag.END_STREAM),
    "an even stream is opened": frames.frame(Type.HEADERS, Flag.END_HEADERS, 2, b"\x83"),
    "stream 0 is opened": frames.frame(Type.HEADERS, Flag.END_HEADERS, 0, b"\x83"),
    "a block that cannot be decoded": frames.frame(Type.HEADERS, Flag.END_HEADERS, 3, b"\xff\xff\xff\xff\xff\xff"),
    "an index outside the tables": frames.frame(Type.HEADERS, Flag.END_HEADERS, 3, b"\xfe"),
    "a call that is no POST": frames.frame(Type.HEADERS, Flag.END_HEADERS, 3, b"\x82"),
    "upper case in a name": frames.frame(Type.HEADERS, Flag.END_HEADERS, 3, b"\x83\x00\x01A\x01b"),
    "a pseudo-header after others": frames.frame(Type.HEADERS, Flag.END_HEADERS, 3, b"\x00\x01a\x01b\x83"),
    "a second block that is no end": frames.frame(Type.HEADERS, Flag.END_HEADERS, 1, b"\x83"),
    "a block that is interrupted": frames.frame(Type.HEADERS, 0, 3, b"\x83") + data(b"x"),
    "a continuation of nothing": frames.frame(Type.CONTINUATION, Flag.END_HEADERS, 1, b"\x83"),
    "a block without end": frames.frame(Type.HEADERS, 0, 3, b"\x83")
    + frames.frame(Type.CONTINUATION, 0, 3, b"\x83" * 16_000) * 5,
    "empty continuations": frames.frame(Type.HEADERS, 0, 3, b"\x83") + frames.frame(Type.CONTINUATION, 0, 3),
    "a window update of 0": frames.window_update(1, 0),
    "a window that is too large": frames.window_update(0, 2**31 - 1) + frames.window_update(1, 2**31 - 1),
    "a window update of a wrong length": frames.frame(Type.WINDOW_UPDATE, 0, 0, b"abc"),
    "a window of an idle stream": frames.window_update(9, 1),
    "a reset of an idle stream": frames.rst_stream(9, frames.Code.CANCEL),
    "a reset of a wrong length": frames.frame(Type.RST_STREAM, 0, 1, b""),
    "settings on a stream": frames.frame(Type.SETTINGS, 0, 1),
    "settings of a wrong length": frames.frame(Type.SETTINGS, 0, 0, b"1"),
    "an acknowledgement too many": frames.frame(Type.SETTINGS, Flag.ACK, 0) * 2,
    "an acknowledgement with a payload": frames.frame(Type.SETTINGS, Flag.ACK, 0, b"123456"),
    "a ping of a wrong length": frames.frame(Type.PING, 0, 0, b"1"),
    "a ping on a stream": frames.frame(Type.PING, 0, 1, b"12345678"),
    "a promise": frames.frame(Type.PUSH_PROMISE, 0, 1, b"1234"),
    "a goodbye that is too short": frames.frame(Type.GOAWAY, 0, 0, b""),
    "a priority of a wrong length": frames.frame(Type.PRIORITY, 0, 1, b"1"),
    "a frame that is too large": frames.head(Type.DATA, 0, 1, (1 << 20) + 1),
}


@pytest.mark.parametrize("wrong", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_no_client_may_send_closes_the_connection(wrong: bytes) -> None:
    async def test() -> None:
        peer = Peer()
        peer.connection.data_received(open_call(peer.connection))
        assert not peer.transport.closed
        peer.connection.data_received(wrong)
        assert peer.transport.closed
        # what comes later is not even looked at
        before = list(peer.log)
        peer.connection.data_received(data(message(b"later")))
        assert peer.log == before

    run(test)


def test_frames_that_mean_nothing_to_us_are_ignored() -> None:
    async def test() -> None:
        peer = Peer()
        peer.connection.data_received(open_call(peer.connection))
        peer.connection.data_received(
            frames.frame(Type.PRIORITY, 0, 1, b"12345")
            + frames.frame(200, 255, 77, b"unknown")
            + frames.frame(Type.PING, 0, 0, b"12345678")
            + frames.frame(Type.GOAWAY, 0, 0, b"12345678")
            + data(b"\x02" + message(b"padded") + b"\x00\x00", Flag.PADDED)
        )
        await asyncio.sleep(0)
        assert not peer.transport.closed
        assert peer.log == [b"x", b"padded"]
        assert frames.frame(Type.PING, Flag.ACK, 0, b"12345678") in peer.transport.written

    run(test)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [(b"\x01" + message(b"x")[1:], b"12"), (b"\x00\x00\x20\x00\x00", b"8")],
    ids=["compressed", "too large"],
)
def test_a_message_that_we_do_not_read_ends_its_call_with_an_error(wrong: bytes, status: bytes) -> None:
    async def test() -> None:
        peer = Peer(limit=1 << 20)
        peer.connection.data_received(open_call(peer.connection) + data(wrong))
        await asyncio.sleep(0)
        assert peer.log == [b"x", "lost"]
        assert b"grpc-status" + bytes((len(status),)) + status in peer.transport.written
        assert not peer.transport.closed

    run(test)


@settings(max_examples=300)
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_bytes_that_were_tampered_with_never_crash_or_hang_the_connection(chance: random.Random, changes: int) -> None:
    """After any change the connection has either closed or says nothing but what the handler wanted said."""

    async def test() -> None:
        wire = bytearray(conversation([b"one", b"two" * 50, b""], 37))
        for _ in range(changes):
            at = chance.randrange(len(PREFACE), len(wire))
            match chance.randrange(3):
                case 0:
                    wire[at] ^= 1 << chance.randrange(8)
                case 1:
                    del wire[at : at + chance.randrange(1, 12)]
                case _:
                    wire[at:at] = chance.randbytes(chance.randrange(1, 12))
        peer = Peer()
        peer.connection.data_received(bytes(wire[:50]))
        peer.connection.data_received(bytes(wire[50:]))
        await asyncio.sleep(0)
        peer.connection.connection_lost(None)
        assert peer.closed == [peer.connection]
        assert not peer.connection._calls

    run(test)


def test_a_client_that_does_not_read_is_cut_off() -> None:
    async def test() -> None:
        peer = Peer()
        peer.greet()
        await peer.exchange()
        peer.transport.waiting = 1 << 30
        peer.connection.data_received(frames.frame(Type.PING, 0, 0, b"12345678"))
        await asyncio.sleep(0)
        assert peer.transport.closed

    run(test)


def test_a_full_socket_holds_data_back_until_it_takes_more() -> None:
    async def test() -> None:
        peer = Peer()
        peer.greet()
        peer.client.send_headers(1, HEADERS)
        await peer.exchange()
        peer.connection.pause_writing()
        peer.client.send_data(1, message(b"x"), end_stream=True)
        events = await peer.exchange()
        assert received(events, 1) == []
        peer.connection.resume_writing()
        events = await peer.exchange()
        assert received(events, 1) == [b"x"]
        assert any(isinstance(e, StreamEnded) for e in events)

    run(test)


def test_data_after_the_end_of_a_call_that_we_still_answer_closes_the_connection() -> None:
    class Thinks(Echo):
        def on_half_close(self) -> None:
            self.log.append("half-closed")

    async def test() -> None:
        peer = Peer(Thinks)
        peer.connection.data_received(open_call(peer.connection) + data(b"", Flag.END_STREAM))
        assert not peer.transport.closed
        peer.connection.data_received(data(b"x"))
        assert peer.transport.closed

    run(test)


def test_an_ended_call_sends_nothing_more() -> None:
    async def test() -> None:
        calls: list[Call] = []

        class Ends(Echo):
            def on_message(self, data: memoryview) -> None:
                calls.append(self.call)
                self.call.finish(Status.OK)
                self.call.send(b"late")
                self.call.finish(Status.OK)

        peer = Peer(Ends)
        peer.greet()
        peer.client.send_headers(1, HEADERS)
        peer.client.send_data(1, message(b"x"))
        events = await peer.exchange()
        assert received(events, 1) == []
        assert sum(isinstance(e, StreamEnded) for e in events) == 1

    run(test)
