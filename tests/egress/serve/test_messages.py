"""The messages of `ext_proc`: reading heads, making answers."""

from __future__ import annotations

from typing import Any

import pytest
from envoy.service.ext_proc.v3 import external_processor_pb2 as pb

from zt_ai.egress.model import Reply
from zt_ai.egress.serve import messages

from .test_session import headers


def test_the_body_s_release_is_marked_and_so_is_the_head_s_but_not_the_going_on() -> None:
    """Envoy sends on nothing without the mark: answering the head must not carry it."""
    marked = {
        "head goes on": messages.continue_headers(("x-zt-caller",), True),
        "head released": messages.release_headers((), {}, False),
        "body released": messages.release_body(None, {}),
        "body released with headers": messages.release_body(None, {"accept-encoding": "identity"}),
        "body replaced": messages.release_body(b"x", {}),
        "refused": messages.refusal(Reply(403, "text/plain", b""), "no", "id"),
    }
    assert {name for name, data in marked.items() if b"x-zt-verdict" in data} == {
        "head released",
        "body released",
        "body released with headers",
        "body replaced",
    }


def test_a_client_s_own_mark_is_taken_off_with_the_other_headers_of_the_proxy() -> None:
    given = headers(extra=[("x-zt-verdict", "released")]).request_headers.headers
    _, rest, names = messages.split(given)
    assert "x-zt-verdict" in names
    assert all(name != "x-zt-verdict" for name, _ in rest)


@pytest.mark.parametrize("value", [b"plain", "ünï".encode(), b"\xff\xfe raw", b""])
def test_header_values_keep_their_bytes(value: bytes) -> None:
    message = pb.ProcessingRequest()
    header = message.request_headers.headers.headers.add()
    header.key, header.raw_value = "x", value
    _, ((_, read),), _ = messages.split(message.request_headers.headers)
    assert read.encode("utf-8", "surrogateescape") == value
    sent = pb.ProcessingResponse.FromString(messages.release_headers((), {"x": read}, False))
    assert sent.request_headers.response.header_mutation.set_headers[0].header.raw_value == value


def test_messages_that_are_kept_ready_are_those_that_were_asked_for() -> None:
    def headers_set(mutation: Any) -> dict[str, bytes]:
        return {option.header.key: option.header.raw_value for option in mutation.set_headers}

    for number in range(200):
        given = {"a": str(number), "b": "same"}
        head = pb.ProcessingResponse.FromString(messages.answer_headers([f"r-{number}"], given)).response_headers
        assert head.response.header_mutation.remove_headers == [f"r-{number}"]
        assert headers_set(head.response.header_mutation) == {"a": str(number).encode(), "b": b"same"}
        body = pb.ProcessingResponse.FromString(messages.release_body(None, given)).request_body
        assert headers_set(body.response.header_mutation) == {
            "a": str(number).encode(),
            "b": b"same",
            "x-zt-verdict": b"released",
        }
    assert messages.answer_headers(("a",), {"b": "c"}) == messages.answer_headers(["a"], {"b": "c"})
    assert messages.answer_headers(("a",), {"b": "c"}) != messages.answer_headers(("a",), {"b": "d"})
    assert messages.release_body(None, {}) != messages.release_body(None, {"b": "c"})


def test_values_that_an_older_envoy_writes_as_text_are_read() -> None:
    message = pb.ProcessingRequest()
    for name, value in ((":status", "413"), ("x", "plain"), ("empty", "")):
        header = message.response_headers.headers.headers.add()
        header.key, header.value = name, value
    special, rest, _ = messages.split(message.response_headers.headers)
    assert (special, rest) == ({":status": "413"}, (("x", "plain"), ("empty", "")))
    assert messages.status_of(message.response_headers) == 413


@pytest.mark.parametrize(("status", "given"), [(403, 403), (503, 503), (200, 503), (0, 503), (600, 503)])
def test_a_refusal_never_has_a_status_of_success(status: int, given: int) -> None:
    sent = pb.ProcessingResponse.FromString(messages.refusal(Reply(status, "text/plain", b""), "no", "id"))
    assert sent.immediate_response.status.code == given


def test_the_rule_of_a_refusal_goes_to_client_and_access_log() -> None:
    sent = pb.ProcessingResponse.FromString(messages.refusal(Reply(403, "a/b", b"x", {"h": "v"}), "no-flow", "id"))
    immediate = sent.immediate_response
    assert immediate.details == "zt_no-flow"
    assert {h.header.key: h.header.raw_value for h in immediate.headers.set_headers} == {
        "content-type": b"a/b",
        "x-request-id": b"id",
        "x-zt-rule": b"no-flow",
        "h": b"v",
    }


def test_the_answer_to_a_head_asks_to_be_shown_the_provider_s_answer() -> None:
    mode = pb.ProcessingResponse.FromString(messages.continue_headers((), True)).mode_override
    assert (mode.request_body_mode, mode.request_trailer_mode) == (messages.BUFFERED, 1)
    assert (mode.response_header_mode, mode.response_body_mode) == (1, messages.FULL_DUPLEX_STREAMED)
    assert not pb.ProcessingResponse.FromString(messages.continue_headers((), False)).HasField("mode_override")
