"""A provider that breaks off, is silent, or answers what nobody can read. The caller is told; nobody else notices."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable

import pytest

from tests.egress import standin
from tests.egress.faults import checks
from tests.egress.faults.checks import SSN, in_own_format, record_of, serves, until
from tests.egress.faults.wayward import Raw, Wayward
from tests.egress.faults.wire import EVERY_WAY, OPENAI, WAYS, Answer, Way, head, opened, post, received
from tests.egress.running import Proxy
from tests.egress.standin import Received

Make = Callable[[Way], bytes]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n\r\n"


def provider(proxy: Proxy) -> Wayward:
    """The stand-in behind the proxy."""
    assert isinstance(proxy.standin, Wayward)
    return proxy.standin


def whole(way: Way, text: str = "All is clear.") -> bytes:
    """The body of a proper answer."""
    made = standin.anthropic(text) if way.path == "/v1/messages" else standin.chat(text)
    return b"".join(made.chunks)


def events(way: Way, text: str = "All is clear, and no more is to be said.") -> bytes:
    """The body of a proper stream."""
    made = standin.anthropic_stream(text) if way.path == "/v1/messages" else standin.chat_stream(text)
    return b"".join(made.chunks)


def sized(body: bytes, *lines: bytes, size: int | None = None) -> bytes:
    """A JSON answer with its length, or another one."""
    length = b"content-length: %d\r\n" % (len(body) if size is None else size)
    return HEAD + b"".join(line + b"\r\n" for line in lines) + length + b"\r\n" + body


def streamed(body: bytes) -> bytes:
    """A stream that ends with its connection."""
    return b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + body


# What the provider sends before it closes the connection.
BROKEN: dict[str, Make] = {
    "nothing": lambda way: b"",
    "half of a head": lambda way: HEAD[:30],
    "no HTTP": lambda way: b"\x16\x03\x01\x02\x00 hello\r\n\r\n",
    "a body without a head": whole,
    "a head of 200 KB": lambda way: sized(whole(way), b"x-a: " + b"a" * 200_000),
    "a length and chunks": lambda way: sized(whole(way), b"transfer-encoding: chunked"),
    "two lengths": lambda way: sized(whole(way), b"content-length: 9"),
    "less than its length": lambda way: sized(whole(way), size=9999),
    "half of a chunk": lambda way: HEAD + CHUNKED + b"ffff\r\n" + whole(way),
    "a chunk size that is none": lambda way: HEAD + CHUNKED + b"zz\r\n" + whole(way),
    "a body where none may be": lambda way: b"HTTP/1.1 204 No\r\ncontent-length: 5\r\n\r\nhello",
}
UNREADABLE: dict[str, Make] = {
    "half of a document": lambda way: sized(whole(way)[:-9]),
    "bytes that are no text": lambda way: sized(b"\xff\xfe" * 40),
    "an unknown coding": lambda way: sized(whole(way), b"content-encoding: zip"),
    "a coding that it has not": lambda way: sized(whole(way), b"content-encoding: gzip"),
    "half of a gzip": lambda way: sized(gzip.compress(whole(way))[:-9], b"content-encoding: gzip"),
    "a gzip that grows": lambda way: sized(gzip.compress(b" " * (9 << 20)), b"content-encoding: gzip"),
}
NO_STREAM: dict[str, Make] = {
    "bytes that are no text": lambda way: streamed(b"data: \xff\xfe\n\n" * 9),
    "events that are no JSON": lambda way: streamed(b"data: {nothing\n\n"),
    "a line without end": lambda way: streamed(b"data: " + b"a" * (5 << 20)),
    "half of an event": lambda way: streamed(events(way) + b'data: {"half'),
}


def answered(proxy: Proxy, way: Way, data: bytes, *, stream: bool = False, reset: bool = False) -> Answer:
    """Ask, and have the provider answer like this."""
    proxy.standin.forget()
    with provider(proxy).answering(lambda request: Raw(data, reset=reset)):
        answer = post(proxy, way, way.chat(**({"stream": True} if stream else {})))
    assert len(proxy.standin.requests) == 1, "a request that the provider may have read is not sent again"
    return answer


@pytest.mark.parametrize("reset", [False, True], ids=["closes", "resets"])
@pytest.mark.parametrize("how", EVERY_WAY)
@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_answer_is_an_error_in_the_providers_own_format(
    proxy: Proxy, what: str, how: str, reset: bool
) -> None:
    way = EVERY_WAY[how]
    answer = answered(proxy, way, BROKEN[what](way), reset=reset)
    request_id = in_own_format(answer, way, 502, "upstream-failed")
    assert record_of(proxy, request_id)["decision"] == "allow"  # it was sent, and the record says so
    serves(proxy, way)


@pytest.mark.parametrize("how", EVERY_WAY)
@pytest.mark.parametrize("what", UNREADABLE)
def test_an_answer_that_cannot_be_read_does_not_arrive(proxy: Proxy, what: str, how: str) -> None:
    way = EVERY_WAY[how]
    answer = answered(proxy, way, UNREADABLE[what](way))
    assert record_of(proxy, in_own_format(answer, way, 502, "answer-unreadable"))["decision"] == "allow"
    serves(proxy, way)


@pytest.mark.parametrize("how", EVERY_WAY)
@pytest.mark.parametrize("what", NO_STREAM)
def test_a_stream_that_cannot_be_read_ends_with_an_error_event(proxy: Proxy, what: str, how: str) -> None:
    way = EVERY_WAY[how]
    answer = answered(proxy, way, NO_STREAM[what](way), stream=True)
    assert (answer.status, answer.whole) == (200, True)
    last = answer.body.decode().rstrip("\n").rpartition("\n\n")[2].splitlines()
    error = json.loads(next(line for line in last if line.startswith("data: ")).removeprefix("data: "))
    assert "event: error" in last
    assert error["type"] == "error"
    assert "answer-unreadable" in error["error"]["message"]
    assert answer.headers["x-zt-request-id"] in error["error"]["message"]
    serves(proxy, way)


@pytest.mark.parametrize("reset", [False, True], ids=["closes", "resets"])
@pytest.mark.parametrize("api", WAYS)
def test_a_stream_that_breaks_off_is_not_taken_for_a_whole_one(proxy: Proxy, api: str, reset: bool) -> None:
    way, go_on = WAYS[api], threading.Event()
    begun = events(way, "All is clear, " * 20)
    data = streamed(b"").replace(b"connection: close\r\n\r\n", CHUNKED) + b"%x\r\n%b" % (2 * len(begun), begun)
    proxy.standin.forget()
    breaking = provider(proxy).answering(lambda request: Raw(data, reset=reset, hold=go_on))
    with breaking, opened(proxy, way) as (connection, _):
        body = way.chat(stream=True)
        connection.sendall(head(proxy, way, f"content-length: {len(body)}") + body)
        answer = received(connection, begun=go_on.set)
    assert answer.status == 200
    assert b"All" in answer.body
    assert not answer.whole or b"event: error" in answer.body
    serves(proxy, way)


class TestCompression:
    @pytest.mark.parametrize("api", WAYS)
    def test_is_not_asked_for(self, proxy: Proxy, api: str) -> None:
        proxy.standin.forget()
        post(proxy, WAYS[api], WAYS[api].chat(), "accept-encoding: gzip, br")
        assert proxy.standin.requests[0].header("accept-encoding") == "identity"

    @pytest.mark.parametrize("api", WAYS)
    def test_that_comes_all_the_same_is_undone(self, proxy: Proxy, api: str) -> None:
        way = WAYS[api]
        data = sized(gzip.compress(whole(way)), b"content-encoding: gzip")
        answer = answered(proxy, way, data)
        assert answer.json == json.loads(whole(way))
        assert "content-encoding" not in answer.headers

    @pytest.mark.parametrize("api", WAYS)
    def test_hides_nothing(self, proxy: Proxy, api: str) -> None:
        way = WAYS[api]
        plain = whole(way, f"It is {SSN}.")
        coded = sized(gzip.compress(plain), b"content-encoding: gzip")
        for data in (coded, sized(plain), sized(whole(way) + plain)):
            answer = answered(proxy, way, data)
            assert SSN.encode() not in answer.body
            assert answer.status == 403 or b"[SSN" in answer.body or not answer.whole


class TestSilence:
    def test_of_the_provider_holds_up_nobody_else(self, proxy: Proxy) -> None:
        let_go, asked = threading.Event(), threading.Event()

        def silent(request: Received) -> standin.Answer | Raw:
            if b"wait" not in request.body:
                return standin.answer_for(request)
            asked.set()
            return Raw(hold=let_go)

        body = OPENAI.chat("wait")
        with provider(proxy).answering(silent), opened(proxy, OPENAI) as (connection, _):
            connection.sendall(head(proxy, OPENAI, f"content-length: {len(body)}") + body)
            assert asked.wait(10)
            for way in WAYS.values():
                assert post(proxy, way, way.chat()).status == 200
            let_go.set()
            assert received(connection).status == 502


@pytest.mark.parametrize("api", WAYS)
def test_a_huge_answer_arrives_whole(proxy: Proxy, api: str) -> None:
    way = WAYS[api]
    data = whole(way, "All is clear. " * 300_000)
    answer = answered(proxy, way, sized(data))
    assert (answer.status, answer.whole) == (200, True)
    assert answer.json == json.loads(data)


def test_an_answer_that_changes_the_protocol_opens_no_way_out(proxy: Proxy) -> None:
    switch = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n"
    hold, body = threading.Event(), OPENAI.chat()
    proxy.standin.forget()
    switching = provider(proxy).answering(lambda request: Raw(switch, hold=hold))
    with switching, opened(proxy, OPENAI) as (connection, _):
        connection.sendall(head(proxy, OPENAI, f"content-length: {len(body)}") + body)
        received(connection)
        connection.sendall(f"and then {SSN}\r\n\r\n".encode() * 2)
        received(connection)
        hold.set()
    assert SSN.encode() not in proxy.standin.wire
    serves(proxy, OPENAI)


def test_an_answer_cut_for_one_caller_leaves_the_worker_as_it_was(proxy: Proxy) -> None:
    log = checks.state(proxy) / "logs" / "worker-0.log"
    assert log.read_text().count('"message": "serving"') == 1, "the worker was started again"


def test_no_file_of_the_proxy_holds_an_identifier(proxy: Proxy) -> None:
    until(lambda: checks.state(proxy).exists(), "the state")
    assert checks.files_with_identifiers(proxy) == []
