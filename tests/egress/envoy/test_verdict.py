"""Nothing goes out without the inspector's word, and its silence is answered in the provider's own format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.egress.envoy import inspector
from tests.egress.envoy.client import Answer
from tests.egress.envoy.conftest import without_filter
from tests.egress.envoy.policies import BODY_LIMIT
from tests.egress.envoy.running import Proxy

BODY = b'{"patient":"somebody"}'
SEND = {
    "gateway": lambda p, body, method: p.client("doctor").gateway(
        p.settings.gateway_port, "/anthropic/v1/messages", body, method=method
    ),
    "tunnel": lambda p, body, method: p.client("doctor").through(
        p.settings.connect_port, "api.anthropic.com", "/v1/messages", body, method=method
    ),
}


def in_provider_format(answer: Answer, status: int, rule: str) -> None:
    """The body is the provider's error, and its ids are the headers' ids."""
    assert (answer.status, answer.rule) == (status, rule)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["api"] == "anthropic"
    assert answer.json["rule"] == rule
    assert answer.json["id"] == answer.headers["x-request-id"] == answer.headers["x-zt-request-id"]


FAULTS = [
    (inspector.close_at_once, "verdict-missing"),
    (inspector.close_after_headers, "verdict-missing"),
    (inspector.fail, "inspector-unavailable"),
    (inspector.hang, "inspector-timeout"),
]


class TestAFaultyInspector:
    @pytest.mark.parametrize("how", SEND)
    @pytest.mark.parametrize(("behaviour", "rule"), FAULTS, ids=[b.__name__ for b, _ in FAULTS])
    def test_lets_nothing_out(self, proxy: Proxy, how: str, behaviour: inspector.Behaviour, rule: str) -> None:
        before = len(proxy.upstream.received)
        with proxy.inspector.doing(behaviour):
            in_provider_format(SEND[how](proxy, BODY, "POST"), 503, rule)
        assert len(proxy.upstream.received) == before

    @pytest.mark.parametrize(("behaviour", "rule"), FAULTS, ids=[b.__name__ for b, _ in FAULTS])
    def test_lets_no_request_without_a_body_out_either(
        self, proxy: Proxy, behaviour: inspector.Behaviour, rule: str
    ) -> None:
        before = len(proxy.upstream.received)
        with proxy.inspector.doing(behaviour):
            answer = SEND["gateway"](proxy, None, "GET")
        assert (answer.status, answer.rule, len(proxy.upstream.received)) == (503, rule, before)

    def test_without_the_check_a_stream_that_is_closed_lets_the_body_out(
        self, other_proxy: Callable[..., Proxy]
    ) -> None:
        """The twin: to Envoy alone, a closed stream means that the request may go on."""
        weak = other_proxy(change=without_filter("rbac.verdict-missing"))
        with weak.inspector.doing(inspector.close_at_once):
            assert SEND["gateway"](weak, BODY, "POST").status == 200
        assert weak.upstream.received[-1]["body"] == BODY


def test_an_inspector_that_moves_a_request_elsewhere_is_not_obeyed(proxy: Proxy) -> None:
    def elsewhere(messages: Iterator[Any]) -> Iterator[Any]:
        for message in messages:
            kind = message.WhichOneof("request")
            answer = inspector.released(kind) if kind == "request_body" else inspector.going_on(kind)
            inspector.header(getattr(answer, kind).response.header_mutation, ":path", "/v1/files")
            yield answer

    before = len(proxy.upstream.received)
    with proxy.inspector.doing(elsewhere):
        assert SEND["gateway"](proxy, BODY, "POST").status == 503
    assert len(proxy.upstream.received) == before


def test_the_inspectors_own_refusal_passes_as_it_is(proxy: Proxy) -> None:
    with proxy.inspector.doing(inspector.refuse):
        answer = SEND["gateway"](proxy, BODY, "POST")
    assert (answer.status, answer.body) == (403, b'{"refused":"by inspector"}')
    assert not [line for line in proxy.door() if line["request_id"] == answer.headers.get("x-zt-request-id")]


class TestAnswers:
    def test_are_seen_when_the_inspector_asks(self, proxy: Proxy) -> None:
        proxy.inspector.kinds.clear()
        assert SEND["gateway"](proxy, BODY, "POST").status == 200
        assert proxy.inspector.kinds[:3] == ["request_headers", "request_body", "response_headers"]
        assert "response_body" in proxy.inspector.kinds

    def test_refusals_at_the_door_do_not_wait_for_an_inspector(self, proxy: Proxy) -> None:
        proxy.inspector.kinds.clear()
        answer = proxy.client("research").gateway(proxy.settings.gateway_port, "/anthropic/v1/messages")
        assert answer.status == 403
        assert proxy.inspector.kinds == []


class TestBodies:
    @pytest.mark.parametrize("how", SEND)
    def test_of_exactly_the_limit_pass(self, proxy: Proxy, how: str) -> None:
        answer = SEND[how](proxy, b"x" * BODY_LIMIT, "POST")
        assert (answer.status, answer.json["size"]) == (200, BODY_LIMIT)

    @pytest.mark.parametrize("how", SEND)
    def test_one_byte_larger_are_refused(self, proxy: Proxy, how: str) -> None:
        before = len(proxy.upstream.received)
        in_provider_format(SEND[how](proxy, b"x" * (BODY_LIMIT + 1), "POST"), 413, "body-too-large")
        assert len(proxy.upstream.received) == before

    def test_may_grow_by_redaction(self, proxy: Proxy) -> None:
        def grow(messages: Iterator[Any]) -> Iterator[Any]:
            for message in messages:
                kind = message.WhichOneof("request")
                answer = inspector.going_on(kind)
                if kind == "request_body":
                    answer = inspector.released(kind)
                    common = answer.request_body.response
                    common.body_mutation.body = b"y" * (BODY_LIMIT + 1000)
                    inspector.header(common.header_mutation, "content-length", str(BODY_LIMIT + 1000))
                yield answer

        with proxy.inspector.doing(grow):
            answer = SEND["gateway"](proxy, b"x" * BODY_LIMIT, "POST")
        assert (answer.status, answer.json["size"]) == (200, BODY_LIMIT + 1000)

    def test_that_come_in_chunks_arrive_with_their_length(self, proxy: Proxy) -> None:
        answer = proxy.client("doctor").gateway(
            proxy.settings.gateway_port,
            "/anthropic/v1/messages",
            b"5\r\nhello\r\n0\r\nx-trailer: somebody\r\n\r\n",
            headers={"transfer-encoding": "chunked"},
        )
        assert (answer.status, answer.json["size"]) == (200, 5)
        assert "somebody" not in str(proxy.upstream.received[-1])


MALFORMED = {
    "an escaped slash": ("/anthropic/v1%2Fmessages", {}),
    "an escaped backslash": ("/anthropic/v1%5cmessages", {}),
    "an underscore": ("/anthropic/v1/messages", {"x_a": "1"}),
    "two lengths": ("/anthropic/v1/messages", {"content-length": "2", "transfer-encoding": "chunked"}),
    "a fragment": ("/anthropic/v1/messages#a", {}),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_can_be_read_in_two_ways_is_refused(proxy: Proxy, what: str) -> None:
    path, headers = MALFORMED[what]
    answer = proxy.client("doctor").gateway(proxy.settings.gateway_port, path, b"{}", headers=headers)
    assert (answer.status, answer.rule) == (400, "malformed-request")
    assert answer.headers["x-request-id"] in str(answer.json)


class TestTheDoorLog:
    def test_says_who_was_refused_what_and_why(self, proxy: Proxy) -> None:
        answer = proxy.client("research").gateway(proxy.settings.gateway_port, "/anthropic/v1/messages?ssn=123-45-6789")
        line = next(one for one in proxy.door() if one["request_id"] == answer.headers["x-request-id"])
        assert (line["rule"], line["status"], line["method"]) == ("caller-not-permitted", 403, "POST")
        assert line["spiffe_id"].endswith("/research")
        assert line["path"] == "/v1/messages"
        assert "123-45" not in str(line)

    def test_names_connections_that_never_became_a_request(self, proxy: Proxy) -> None:
        with pytest.raises(OSError, match=r".*"):
            proxy.client(None).gateway(proxy.settings.gateway_port, "/anthropic/v1/messages")
        assert any(one["rule"] == "connection-refused" and one["listener"] == "gateway" for one in proxy.door())

    def test_does_not_name_requests_that_the_inspector_decided(self, proxy: Proxy) -> None:
        answer = SEND["tunnel"](proxy, BODY, "POST")
        assert answer.status == 200
        assert answer.headers["x-zt-request-id"] not in str(proxy.door())
