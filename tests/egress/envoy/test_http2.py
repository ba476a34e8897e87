"""The same protections over HTTP/2, and those that only it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.egress.envoy import inspector
from tests.egress.envoy.h2_client import H2Answer, Headers, exchange
from tests.egress.envoy.policies import BODY_LIMIT, RESEARCH
from tests.egress.envoy.running import Proxy


def ask(
    proxy: Proxy,
    path: str,
    body: bytes | None = b"{}",
    *,
    caller: str = "doctor",
    port: str = "gateway_port",
    method: str = "POST",
    more: Headers = (),
    trailers: Headers = (),
) -> H2Answer:
    head = [(":method", method), (":scheme", "https"), (":path", path), (":authority", "localhost"), *more]
    return exchange(proxy.client(caller), getattr(proxy.settings, port), head, body, trailers)


def test_a_listed_caller_reaches_its_provider(proxy: Proxy) -> None:
    answer = ask(proxy, "/openai/v1/chat/completions", caller="research")
    assert answer.status == 200
    assert dict(proxy.inspector.seen[-1])["x-zt-caller"] == RESEARCH


def test_a_caller_without_the_flow_does_not(proxy: Proxy) -> None:
    answer = ask(proxy, "/anthropic/v1/messages", caller="research")
    assert (answer.status, answer.headers["x-zt-rule"]) == (403, "caller-not-permitted")


@pytest.mark.parametrize(("size", "status"), [(BODY_LIMIT, 200), (BODY_LIMIT + 1, 413), (8 * BODY_LIMIT, 413)])
def test_the_limit_of_bodies_holds(proxy: Proxy, size: int, status: int) -> None:
    """HTTP/2 has a limit of its own, its flow-control window: it must not be the smaller one."""
    assert ask(proxy, "/anthropic/v1/messages", b"x" * size).status == status


def test_a_body_far_over_the_limit_is_refused_before_all_of_it_came(proxy: Proxy) -> None:
    answer = ask(proxy, "/anthropic/v1/messages", b"x" * (3 << 20))
    assert answer.status == 413 or answer.reset


def test_trailers_are_shown_to_the_inspector_and_reach_nobody(proxy: Proxy) -> None:
    proxy.inspector.kinds.clear()
    answer = ask(proxy, "/anthropic/v1/messages", trailers=[("x-note", "123-45-6789")])
    assert answer.status == 200
    assert "request_trailers" in proxy.inspector.kinds
    assert "123-45-6789" not in str(proxy.upstream.received[-1])


def test_nothing_goes_out_when_the_inspector_ends_between_body_and_trailers(proxy: Proxy) -> None:
    def without_verdict(messages: Iterator[Any]) -> Iterator[Any]:
        for message in messages:
            kind = message.WhichOneof("request")
            if kind == "request_trailers":
                return
            yield inspector.going_on(kind)

    before = len(proxy.upstream.received)
    with proxy.inspector.doing(without_verdict):
        answer = ask(proxy, "/anthropic/v1/messages", trailers=[("x-note", "a")])
    assert answer.status == 503
    assert len(proxy.upstream.received) == before


def test_two_values_of_an_internal_header_do_not_get_past_one(proxy: Proxy) -> None:
    forged = [("x-zt-caller", "spiffe://clinic.internal/doctor"), ("x-zt-caller", "spiffe://clinic.internal/other")]
    ask(proxy, "/openai/v1/x", caller="research", more=forged)
    assert [v for k, v in proxy.inspector.seen[-1] if k == "x-zt-caller"] == [RESEARCH]


class TestExtendedConnect:
    """A WebSocket over HTTP/2 [RFC 8441]."""

    WEBSOCKET = ((":protocol", "websocket"), ("sec-websocket-version", "13"))

    def test_is_not_offered_by_the_gateway_and_refused_when_asked_for(self, proxy: Proxy) -> None:
        before = len(proxy.upstream.received)
        answer = ask(proxy, "/openai/v1/realtime", b"", method="CONNECT", more=self.WEBSOCKET)
        assert not answer.extended_connect
        assert answer.reset or answer.status >= 400
        assert len(proxy.upstream.received) == before

    def test_is_refused_by_the_forward_proxy(self, proxy: Proxy) -> None:
        head = [
            (":method", "CONNECT"),
            (":scheme", "https"),
            (":path", "/"),
            (":authority", "api.openai.com:443"),
            *self.WEBSOCKET,
        ]
        answer = exchange(proxy.client("doctor"), proxy.settings.connect_port, head, None)
        assert answer.reset or answer.status >= 400


@pytest.mark.parametrize(("authority", "status"), [("api.openai.com:443", 200), ("example.org:443", 403)])
def test_a_tunnel_may_be_asked_for_over_http2(proxy: Proxy, authority: str, status: int) -> None:
    head = [(":method", "CONNECT"), (":authority", authority)]
    answer = exchange(proxy.client("doctor"), proxy.settings.connect_port, head, b"no TLS at all")
    assert answer.status == status
