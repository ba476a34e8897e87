"""Requests that are too large, cut off, or written in a way that two readers could read differently.

OpenAI's API is asked by base URL, Anthropic's through a tunnel.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest

from tests.egress.faults import checks
from tests.egress.faults.checks import SSN, in_own_format, nothing_leaves, record_of, serves
from tests.egress.faults.wire import OPENAI, WAYS, Http2, Way, head, opened, post, received, send
from tests.egress.running import Proxy

LIMIT = 2 << 20  # body_limit of the specification
Parts = list[bytes]


@dataclass(frozen=True)
class Case:
    """What a client sends, and how it is refused."""

    name: str
    send: Callable[[Proxy, Way], Parts]
    status: int
    rule: str
    inspected: bool = True
    """Whether the inspector saw it, and so wrote a record; else the door did."""


def _body(make: Callable[[Way], bytes], *lines: str) -> Callable[[Proxy, Way], Parts]:
    """A body with its right length."""

    def parts(proxy: Proxy, way: Way) -> Parts:
        body = make(way)
        return [head(proxy, way, f"content-length: {len(body)}", *lines), body]

    return parts


def _lines(*lines: str, body: Callable[[bytes], bytes] = bytes) -> Callable[[Proxy, Way], Parts]:
    """Header lines as they are, and what is made of a chat with an identifier in it."""

    def parts(proxy: Proxy, way: Way) -> Parts:
        chat = way.chat(f"Who has {SSN}?")
        return [head(proxy, way, *(line.format(size=len(chat)) for line in lines)), body(chat)]

    return parts


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def chunked(data: bytes) -> bytes:
    """A whole chunked body."""
    return chunk(data) + b"0\r\n\r\n"


def _text(way: Way) -> bytes:
    return way.chat(f"Who has {SSN}?")


CHUNKED, LENGTH = "transfer-encoding: chunked", "content-length: {size}"
MALFORMED, HEADERS = "malformed-request", "headers-too-large"

CASES = (
    # Bodies that are whole for HTTP and wrong for their content type.
    Case("trailing garbage", _body(lambda way: _text(way) + b"}"), 400, "body-malformed"),
    Case("a second document", _body(lambda way: way.chat() + _text(way)), 400, "body-malformed"),
    Case("cut off in the middle", _body(lambda way: _text(way)[:-9]), 400, "body-malformed"),
    Case("not UTF-8", _body(lambda way: _text(way).replace(b"Who", b"\xff\xfe")), 400, "body-malformed"),
    Case("a byte of zero", _body(lambda way: _text(way) + b"\0"), 400, "body-malformed"),
    Case(
        "the same key twice",
        _body(lambda way: _text(way)[:-1] + b', "messages": [{"role": "user", "content": "Hello."}]}'),
        400,
        "duplicate-key",
    ),
    Case("nothing", _body(lambda way: b""), 400, "shape-unknown"),
    Case("half of a gzip", _body(lambda way: gzip.compress(_text(way))[:-9], "content-encoding: gzip"), 400, "*"),
    Case("a gzip that grows", _body(lambda way: gzip.compress(b" " * (9 << 20)), "content-encoding: gzip"), 413, "*"),
    # Lengths that are wrong.
    Case("a length that is too small", _lines("content-length: 40"), 400, "body-malformed"),
    Case("a chunk longer than it says", _lines(CHUNKED, body=lambda b: b"5\r\n" + b + b"\r\n0\r\n\r\n"), 400, "*"),
    Case("a chunk size that is none", _lines(CHUNKED, body=lambda b: b"zz\r\n" + b), 400, MALFORMED, False),
    Case("a chunk of less than nothing", _lines(CHUNKED, body=lambda b: b"-5\r\n" + b), 400, MALFORMED, False),
    Case(
        "a chunk size of 68 bits", _lines(CHUNKED, body=lambda b: b"f" * 17 + b"\r\n"), 400, "malformed-request", False
    ),
    Case("a negative length", _lines("content-length: -1"), 400, MALFORMED, False),
    Case("a length with a sign", _lines("content-length: +{size}"), 400, MALFORMED, False),
    # Two ways to find the end of a request: what one reader takes for a body is the next request for another.
    Case("a length and chunks", _lines(LENGTH, CHUNKED), 400, MALFORMED, False),
    Case("chunks and a length", _lines(CHUNKED, "content-length: 5", body=chunked), 400, MALFORMED, False),
    Case("two lengths", _lines("content-length: 5", LENGTH), 400, MALFORMED, False),
    Case("a list of lengths", _lines("content-length: {size}, {size}"), 400, MALFORMED, False),
    Case(
        "no coding, and a length",
        _lines("transfer-encoding: identity", LENGTH),
        400,
        MALFORMED,
        False,
    ),
    # Heads.
    Case("a header of 100 KB", _lines(LENGTH, f"x-a: {'a' * 100_000}"), 431, "headers-too-large", False),
    Case(
        "200 headers",
        _lines(LENGTH, *("x-a: a" for _ in range(200))),
        431,
        "headers-too-large",
        False,
    ),
    Case("a space before the colon", _lines("content-length : {size}"), 400, MALFORMED, False),
    Case("a zero in a header", _lines(LENGTH, "x-a: a\0b"), 400, MALFORMED, False),
    # Sizes.
    Case("one byte more than the limit", _body(lambda way: _text(way).ljust(LIMIT + 1)), 413, "body-too-large", False),
    Case("50 MB", _body(lambda way: _text(way).ljust(50 << 20)), 413, "body-too-large", False),
    Case("8 MB in chunks", _lines(CHUNKED, body=lambda b: chunked(b.ljust(8 << 20))), 413, "body-too-large", False),
    # Upgrades.
    Case(
        "a WebSocket",
        lambda proxy, way: [head(proxy, way, "connection: upgrade", "upgrade: websocket", method="GET")],
        403,
        "upgrade-refused",
        False,
    ),
)


@pytest.mark.parametrize("api", WAYS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_request_that_is_wrong_is_refused_and_sends_nothing(proxy: Proxy, case: Case, api: str) -> None:
    way = WAYS[api]
    with nothing_leaves(proxy):
        answer = send(proxy, way, *case.send(proxy, way))
        rule = answer.rule if case.rule == "*" else case.rule
        if case.inspected:
            request_id = in_own_format(answer, way, case.status, str(rule))
            record = record_of(proxy, request_id)
            assert (record["decision"], record["rule"], record["status"]) == ("block", rule, case.status)
        elif way.host or case.rule not in (MALFORMED, HEADERS) or "chunk " in case.name:
            in_own_format(answer, way, case.status, str(rule))
        else:
            # Not even the path could be read, which names the provider at the gateway.
            assert (answer.status, answer.rule) == (case.status, rule)
            assert answer.json["error"]["code"] == rule
            assert answer.json["error"]["request_id"] == answer.headers["x-request-id"]
    assert SSN.encode() not in answer.body
    serves(proxy, way)


@pytest.mark.parametrize("api", WAYS)
def test_a_body_of_exactly_the_limit_passes(proxy: Proxy, api: str) -> None:
    way = WAYS[api]
    proxy.standin.forget()
    body = way.chat().ljust(LIMIT)
    assert post(proxy, way, body).status == 200
    assert proxy.standin.requests[0].body == body


LEFT: dict[str, Callable[[Proxy, Way], Parts]] = {
    "in the middle of its body": _lines("content-length: 9999"),
    "in the middle of its chunks": _lines(CHUNKED, body=chunk),
    "in the middle of its head": lambda proxy, way: [head(proxy, way)[:-6]],
}


@pytest.mark.parametrize("api", WAYS)
@pytest.mark.parametrize("when", LEFT)
def test_a_client_that_leaves_before_its_request_is_whole_sends_nothing(proxy: Proxy, when: str, api: str) -> None:
    before = len(proxy.records())
    with nothing_leaves(proxy):
        answer = send(proxy, WAYS[api], *LEFT[when](proxy, WAYS[api]), leave=True)
    assert answer.status == 0
    assert len(proxy.records()) == before  # it never reached the inspector
    serves(proxy, WAYS[api])


class TestWhatIsReadInOneWayOnly:
    """Envoy forgives some things. What it then sends is what the inspector saw, and nothing of the rest."""

    @pytest.mark.parametrize("api", WAYS)
    def test_a_slow_body_of_single_bytes_passes_whole(self, proxy: Proxy, api: str) -> None:
        way, body = WAYS[api], WAYS[api].chat()
        proxy.standin.forget()
        pieces = [body[i : i + 1] for i in range(len(body))]
        answer = send(proxy, way, head(proxy, way, CHUNKED), *map(chunk, pieces), b"0\r\n\r\n")
        assert answer.status == 200
        (arrived,) = proxy.standin.requests
        assert arrived.body == body

    @pytest.mark.parametrize("api", WAYS)
    def test_trailers_of_http1_do_not_go_out(self, proxy: Proxy, api: str) -> None:
        way, body = WAYS[api], WAYS[api].chat()
        proxy.standin.forget()
        trailers = b"0\r\nx-note: " + SSN.encode() + b"\r\n\r\n"
        answer = send(proxy, way, head(proxy, way, CHUNKED, "trailer: x-note"), chunk(body) + trailers)
        assert answer.status == 200
        assert SSN.encode() not in proxy.standin.wire
        assert proxy.standin.requests[0].body == body

    @pytest.mark.parametrize("api", WAYS)
    def test_what_stands_behind_a_chunk_does_not_go_out(self, proxy: Proxy, api: str) -> None:
        way, body = WAYS[api], WAYS[api].chat()
        proxy.standin.forget()
        behind = b"%x\r\n%b%b\r\n0\r\n\r\n" % (len(body), body, SSN.encode())
        send(proxy, way, head(proxy, way, CHUNKED), behind)
        assert SSN.encode() not in proxy.standin.wire
        assert [request.body for request in proxy.standin.requests] in ([], [body])

    @pytest.mark.parametrize("api", WAYS)
    def test_a_second_request_behind_the_first_is_judged_for_itself(self, proxy: Proxy, api: str) -> None:
        way, clean = WAYS[api], WAYS[api].chat()
        dirty = way.chat("Hello.", metadata={"user_id": SSN})[:-1]  # and malformed, so that no provider may have it
        proxy.standin.forget()
        both = [head(proxy, way, f"content-length: {len(body)}") + body for body in (clean, dirty)]
        before = len(proxy.records())
        with opened(proxy, way) as (connection, _):
            connection.sendall(b"".join(both))
            checks.until(lambda: len(proxy.records()) == before + 2, "both records")
            assert received(connection).status == 200
        assert [record["rule"] for record in proxy.records()[before:]] == ["allowed", "body-malformed"]
        assert [request.body for request in proxy.standin.requests] == [clean]
        assert SSN.encode() not in proxy.standin.wire

    @pytest.mark.parametrize("line", ["upgrade: h2c", "connection: x-note", "host: other.example"])
    def test_headers_between_two_hops_do_not_go_out(self, proxy: Proxy, line: str) -> None:
        proxy.standin.forget()
        post(proxy, OPENAI, OPENAI.chat(), line, "x-note: a")
        for arrived in proxy.standin.requests:
            names = {name for name, _ in arrived.headers}
            assert not names & {"upgrade", "connection"}
            assert arrived.header("host") == "api.openai.com"


HTTP2_WRONG: dict[str, Callable[[Http2, bytes], None]] = {
    "an identifier in trailers": lambda h2, body: (h2.headers(), h2.data(body), h2.trailers(("x-note", SSN)))[0],
    "trailers without a body": lambda h2, body: (h2.headers(), h2.trailers(("x-note", SSN)))[0],
    "a head alone": lambda h2, body: h2.headers(end=True),
    "an empty body": lambda h2, body: (h2.headers(), h2.data(b"", end=True))[0],
}
HTTP2_BROKEN: dict[str, Callable[[Http2, bytes], None]] = {
    "more than its length": lambda h2, body: (h2.headers(("content-length", "5")), h2.data(body, end=True))[0],
    "less than its length": lambda h2, body: (h2.headers(("content-length", "9999")), h2.data(body, end=True))[0],
    "a transfer coding": lambda h2, body: (h2.headers(("transfer-encoding", "chunked")), h2.data(body, end=True))[0],
    "a name in capitals": lambda h2, body: (h2.headers(("X-Note", "a")), h2.data(body, end=True))[0],
    "a line break in a value": lambda h2, body: (h2.headers(("x-note", "a\r\nx: b")), h2.data(body, end=True))[0],
    "a reset behind its body": lambda h2, body: (h2.headers(), h2.data(body), h2.wire.reset_stream(1))[0],
}


class TestHttp2:
    @pytest.mark.parametrize("api", WAYS)
    @pytest.mark.parametrize("what", HTTP2_WRONG)
    def test_what_cannot_be_judged_is_refused(self, proxy: Proxy, what: str, api: str) -> None:
        way = WAYS[api]
        with nothing_leaves(proxy), Http2(proxy, way) as h2:
            HTTP2_WRONG[what](h2, way.chat())
            answer = h2.answer()
            rule = "request-trailers" if "trailers" in what else "shape-unknown"
            record = record_of(proxy, in_own_format(answer, way, 400, rule))
        assert record["rule"] == rule
        serves(proxy, way)

    @pytest.mark.parametrize("what", HTTP2_BROKEN)
    def test_what_breaks_the_protocol_is_broken_off(self, proxy: Proxy, what: str) -> None:
        with nothing_leaves(proxy), Http2(proxy, OPENAI) as h2:
            HTTP2_BROKEN[what](h2, _text(OPENAI))
            if "reset" in what:
                h2.wire.ping(b"12345678")  # answered after the reset was read
            answer = h2.answer()
        assert answer.status in (0, 400)
        assert SSN.encode() not in answer.body
        serves(proxy, OPENAI)

    @pytest.mark.parametrize("api", WAYS)
    def test_the_end_may_stand_on_the_last_piece_or_behind_it(self, proxy: Proxy, api: str) -> None:
        way, body = WAYS[api], WAYS[api].chat()
        for pieces in ([body], [body, b""], [body[:9], body[9:]], [b"", body]):
            proxy.standin.forget()
            with Http2(proxy, way) as h2:
                h2.headers()
                for piece, following in pairwise([*pieces, None]):
                    assert piece is not None
                    h2.data(piece, end=following is None)
                assert h2.answer().status == 200
            assert [request.body for request in proxy.standin.requests] == [body]


def test_no_file_of_the_proxy_holds_an_identifier(proxy: Proxy) -> None:
    assert checks.files_with_identifiers(proxy) == []


def test_and_it_would_be_found(proxy: Proxy) -> None:
    """The twin: the same search finds what was written to a log."""
    log = checks.state(proxy) / "logs" / "planted.log"
    log.write_text(f"the request said {SSN}\n")
    try:
        assert checks.files_with_identifiers(proxy) == [str(log)]
    finally:
        log.unlink()
