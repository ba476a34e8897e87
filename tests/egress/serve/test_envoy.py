"""Real Envoy, the real worker process, and a provider that keeps every byte it receives."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from h2.connection import H2Connection
from h2.events import ResponseReceived, StreamEnded, StreamReset

from .fakes import CALLER, policy
from .harness import Proxy, wait_for

UNSEEN = {"response_header_mode": "SKIP", "response_body_mode": "NONE", "response_trailer_mode": "SKIP"}


@pytest.fixture(scope="module", params=["shown always", "shown when asked for"])
def proxy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Answers are shown to the inspector by configuration, or by the `mode_override` of its first answer."""
    asked = request.param == "shown when asked for"
    modes, extra = (UNSEEN, {"allow_mode_override": True}) if asked else ({}, {})
    with Proxy(tmp_path_factory.mktemp("proxy"), modes=modes, filter=extra) as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_received_yet(request: pytest.FixtureRequest) -> None:
    if "proxy" in request.fixturenames:
        request.getfixturevalue("proxy").upstream.received.clear()


def records(proxy: Proxy) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (proxy.folder / "records").read_text().splitlines()]


def test_an_allowed_request_passes_without_the_headers_of_the_proxy(proxy: Proxy) -> None:
    response = proxy.ask(b"hello")
    assert (response.status, response.body) == (200, b"an answer with a secret in it")
    sent = bytes(proxy.upstream.received)
    assert sent.endswith(b"\r\n\r\nhello")
    assert b"x-zt-" not in sent
    assert records(proxy)[-1]["rule"] == "allowed"


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/unseen"])
def test_an_answer_that_nobody_looks_at_arrives_whole(proxy: Proxy, path: str) -> None:
    for _ in range(20):
        response = proxy.ask(b"hello", path)
        assert (response.status, response.body) == (200, b"an answer with a secret in it")


def test_a_refused_request_gets_the_provider_s_error_and_sends_nothing(proxy: Proxy) -> None:
    response = proxy.ask(b"please refuse")
    assert response.status == 403
    assert response.headers["x-zt-rule"] == "phi-without-baa"
    assert response.headers["content-type"] == "application/json"
    assert response.error["request_id"] == response.headers["x-request-id"]
    assert proxy.upstream.received == b""


def test_the_door_refuses_before_the_body_is_uploaded(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as client:
        client.sendall(
            b"POST /v1/chat HTTP/1.1\r\nhost: a\r\nx-test-caller: spiffe://nobody\r\ncontent-length: 1000000\r\n\r\n"
        )
        assert client.recv(65536).startswith(b"HTTP/1.1 403")
    assert proxy.upstream.received == b""


def test_nothing_leaves_between_the_head_and_the_verdict(proxy: Proxy) -> None:
    """The head was answered with "go on"; Envoy still holds it while the body is missing and while the judge thinks."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as client:
        client.sendall(
            b"POST /v1/chat HTTP/1.1\r\nhost: a\r\nx-test-caller: %b\r\ncontent-length: 10\r\n\r\njudge"
            % CALLER.encode()
        )
        time.sleep(0.3)
        assert proxy.upstream.received == b""
        client.sendall(b"-naps")
        time.sleep(0.25)
        assert proxy.upstream.received == b""
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
    assert proxy.upstream.received != b""


def test_a_redacted_body_goes_out_with_its_own_length(proxy: Proxy) -> None:
    assert proxy.ask(b"please redact me").status == 200
    sent = bytes(proxy.upstream.received)
    assert sent.endswith(b"\r\n\r\nplease [NAME_1] and more me")
    assert b"content-length: 27\r\n" in sent


def test_a_request_without_a_body_is_judged_by_its_head(proxy: Proxy) -> None:
    assert proxy.ask(None, "/v1/models").status == 200
    proxy.upstream.received.clear()
    assert proxy.ask(None, "/v1/refuse").status == 403
    assert proxy.upstream.received == b""


def test_an_answer_is_looked_at_across_its_pieces(proxy: Proxy) -> None:
    response = proxy.ask(b"look", "/v1/stream")
    assert response.body == b"one [GONE] two three"
    assert response.headers["x-seen"] == "yes"
    assert proxy.ask(b"look").body == b"an answer with a [GONE] in it"
    assert proxy.ask(None, "/v1/look").body == b"an answer with a [GONE] in it"


def test_an_answer_that_nobody_asked_to_look_at_passes_as_it_is(proxy: Proxy) -> None:
    assert proxy.ask(b"x", "/v1/stream").body == b"one secret two three"
    assert proxy.ask(b"look head-only", "/v1/stream").body == b"one secret two three"


def test_pieces_of_a_stream_arrive_as_they_come(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as client:
        client.sendall(
            b"POST /v1/stream-cut HTTP/1.1\r\nhost: a\r\nx-test-caller: %b\r\ncontent-length: 1\r\n\r\nx"
            % CALLER.encode()
        )
        began = time.monotonic()
        data = b""
        while b"later" not in data:
            data += client.recv(65536)
        assert time.monotonic() - began < 3  # the whole stream takes four seconds


def test_a_cut_answer_ends_at_once_and_the_provider_is_let_go(proxy: Proxy) -> None:
    proxy.upstream.broken_off.clear()
    began = time.monotonic()
    response = proxy.ask(b"look", "/v1/stream-cut")
    assert response.body == b'fine fine data: {"error": "cut"}\n\n'
    assert time.monotonic() - began < 3
    assert proxy.upstream.broken_off.wait(5)


@pytest.mark.parametrize(
    ("asked", "path", "expected"),
    [
        (b"look wait reset", "/v1/stream-cut-early", b'{"error": {"code": "answer-holds-phi"}}'),
        (b"look reset", "/v1/stream-cut", b"fine fi<broken off>"),
        (b"look", "/v1/stream-explode", b"fine fine <broken off>"),
    ],
)
def test_an_answer_that_cannot_end_well_is_refused_or_broken_off(
    proxy: Proxy, asked: bytes, path: str, expected: bytes
) -> None:
    assert proxy.ask(asked, path).body == expected


def test_a_body_larger_than_envoy_buffers_is_refused(proxy: Proxy) -> None:
    response = None
    while response is None:
        try:
            response = proxy.ask(b"a" * (20 << 20))
        except ConnectionError:  # Envoy closes while we still send: the reply may be lost
            assert proxy.upstream.received == b""
    assert response.status == 413
    if not proxy.modes:  # else Envoy's own reply is not shown to the inspector
        assert response.error["code"] == "body-too-large"
    assert proxy.upstream.received == b""


def test_a_large_body_passes_whole(proxy: Proxy) -> None:
    data = bytes(range(1, 256)) * 12_000
    assert proxy.ask(b"redact" + data).status == 200
    assert bytes(proxy.upstream.received).endswith(b"[NAME_1] and more" + data)


def test_forty_clients_at_once_each_get_their_own_verdict(proxy: Proxy) -> None:
    statuses: dict[int, int] = {}

    def one(number: int) -> None:
        statuses[number] = proxy.ask(b"refuse" if number % 2 else b"x" * number * 1000).status

    threads = [threading.Thread(target=one, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert statuses == {number: 403 if number % 2 else 200 for number in range(40)}


def http2(port: int, body: bytes | None, trailers: bool) -> tuple[int, str]:
    """Status and rule of a request over HTTP/2."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        wire = H2Connection()
        wire.initiate_connection()
        head = [(":method", "POST"), (":path", "/v1/x?ssn=1"), (":scheme", "http"), (":authority", "a")]
        wire.send_headers(1, [*head, ("x-test-caller", CALLER)])
        if body is not None:
            wire.send_data(1, body)
        if trailers:
            wire.send_headers(1, [("x-note", "123-45-6789")], end_stream=True)
        else:
            wire.end_stream(1)
        client.sendall(wire.data_to_send())
        status, rule = 0, ""
        while True:
            for event in wire.receive_data(client.recv(65536)):
                if isinstance(event, ResponseReceived):
                    given = {bytes(k).decode(): bytes(v).decode() for k, v in event.headers}
                    status, rule = int(given[":status"]), given.get("x-zt-rule", "")
                if isinstance(event, StreamEnded | StreamReset):
                    return status, rule
            client.sendall(wire.data_to_send())


@pytest.mark.parametrize("body", [b"hello", None], ids=["after a body", "instead of a body"])
def test_trailers_of_a_request_are_refused(proxy: Proxy, body: bytes | None) -> None:
    assert http2(proxy.port, body, trailers=True) == (400, "request-trailers")
    assert proxy.upstream.received == b""


@pytest.mark.parametrize("body", [b"hello", b"", None])
def test_http2_requests_without_trailers_pass(proxy: Proxy, body: bytes | None) -> None:
    assert http2(proxy.port, body, trailers=False)[0] == 200


@pytest.mark.parametrize("verdict_required", [True, False])
def test_unless_envoy_shows_trailers_a_request_of_head_and_trailers_leaves_unseen(
    tmp_path: Path, verdict_required: bool
) -> None:
    """Why the filter needs `request_trailer_mode: SEND`, or at least a verdict: the negative twin of the test above."""
    with Proxy(tmp_path, modes={"request_trailer_mode": "SKIP"}, verdict_required=verdict_required) as proxy:
        assert http2(proxy.port, None, trailers=True)[1] == "inspector-error"  # noticed, but too late
        assert (b"/v1/x?ssn=1" in proxy.upstream.received) is not verdict_required


def test_a_filter_that_does_not_buffer_bodies_is_refused(tmp_path: Path) -> None:
    with Proxy(tmp_path, modes={"request_body_mode": "STREAMED"}) as proxy:
        assert proxy.ask(b"hello").headers["x-zt-rule"] == "inspector-misconfigured"
        assert proxy.upstream.received == b""


def test_a_flow_s_rate_is_limited(tmp_path: Path) -> None:
    with Proxy(tmp_path) as proxy:
        assert proxy.worker is not None
        (tmp_path / "policy.json").write_text(policy(requests_per_minute=2).model_dump_json())
        proxy.worker.terminate()
        proxy.worker.wait(10)
        proxy.start_worker()
        wait_for(lambda: "serving" in proxy.log().splitlines()[-1], 10)
        responses = [proxy.ask(b"x") for _ in range(4)]
        assert [r.status for r in responses if r.status != 500][-1] == 429
        assert int(responses[-1].headers["retry-after"]) > 0
