"""The messages of `ext_proc` (envoy/service/ext_proc/v3/external_processor.proto): reading and making them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from envoy.service.ext_proc.v3 import external_processor_pb2 as pb  # type: ignore[import-untyped]

from zt_ai.egress.model import Reply, Request

BUFFERED: Final = 2
FULL_DUPLEX_STREAMED: Final = 4
"""Of `ProcessingMode.BodySendMode` (envoy/extensions/filters/http/ext_proc/v3/processing_mode.proto)."""
_SEND: Final = 1  # ProcessingMode.HeaderSendMode.SEND
_OVERWRITE: Final = 2  # HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD
VERDICT: Final = {"x-zt-verdict": "released"}
"""On a request that is released. Envoy sends nothing on without it, so a stream that ends without a verdict, which
Envoy takes for "go on", releases nothing. Envoy removes it again."""
IDENTITY_PREFIX: Final = "x-zt-"
"""Prefix of the headers that Envoy tells us about the caller with; they never leave the proxy."""
_SPECIAL: Final = (":", IDENTITY_PREFIX)
_KEPT: Final = 64
"""Answers of ours that are kept ready: most are the same for all requests of a flow."""

Headers = tuple[tuple[str, str], ...]


def parse(data: memoryview) -> Any:
    """A `ProcessingRequest`.

    Raises:
        google.protobuf.message.DecodeError: these bytes are none.
    """
    return pb.ProcessingRequest.FromString(data)


def status_of(head: Any) -> int:
    """The status in the head of an answer, 0 if there is none."""
    value = split(head.headers)[0].get(":status", "")
    return int(value) if value.isdecimal() else 0


def split(header_map: Any) -> tuple[dict[str, str], Headers, tuple[str, ...]]:
    """Pseudo-headers and identity headers by name; everything else in order; the names of the identity headers."""
    special: dict[str, str] = {}
    names: list[str] = []
    rest: list[tuple[str, str]] = []
    for header in header_map.headers:
        name = header.key
        # Envoy writes the values as bytes; older ones as text.
        value = (header.raw_value or header.value.encode()).decode("utf-8", "surrogateescape")
        if not name.startswith(_SPECIAL):
            rest.append((name, value))
        elif name[0] == ":":
            special[name] = value
        else:
            # Envoy overwrites what a client sent. Two values mean that it did not: then nobody is who they say.
            special[name] = "" if name in special else value
            names.append(name)
    return special, tuple(rest), tuple(sorted(set(names)))


def request_of(special: Mapping[str, str], rest: Headers, body: bytes) -> Request:
    """The request as it would go to the provider."""
    return Request(special.get(":method", ""), special.get(":path", ""), rest, body)


@lru_cache(maxsize=_KEPT)
def continue_headers(remove: tuple[str, ...], show_answer: bool) -> bytes:
    """Answer to `request_headers`: go on, without these headers. With a body to come Envoy goes on to the body only.

    `show_answer` asks Envoy to show us the answer too. It can only be asked for here: `mode_override` in the answer to
    a body is ignored (external_processor.proto), and the filter has to allow it (`allow_mode_override`).
    """
    return _headers(remove, {}, show_answer)


def release_headers(remove: tuple[str, ...], set_headers: Mapping[str, str], show_answer: bool) -> bytes:
    """Answer to `request_headers` of a request without a body: let it go."""
    return _headers(remove, {**set_headers, **VERDICT}, show_answer)


def _headers(remove: tuple[str, ...], set_headers: Mapping[str, str], show_answer: bool) -> bytes:
    response = pb.ProcessingResponse()
    _mutate(response.request_headers.response.header_mutation, remove, set_headers)
    if show_answer:
        mode = response.mode_override
        mode.request_body_mode = BUFFERED
        mode.request_trailer_mode = mode.response_header_mode = mode.response_trailer_mode = _SEND
        mode.response_body_mode = FULL_DUPLEX_STREAMED
    return bytes(response.SerializeToString())


def release_body(body: bytes | None, set_headers: Mapping[str, str]) -> bytes:
    """Answer to the buffered `request_body`: let the request go, with another body if one is given.

    Envoy still holds the headers then, so they can be changed too (`CommonResponse.header_mutation`).
    """
    if body is None:
        return _release_as_it_came(tuple(set_headers.items()))
    response = pb.ProcessingResponse()
    common = response.request_body.response
    common.body_mutation.body = body
    _mutate(common.header_mutation, ("content-encoding",), {**set_headers, **VERDICT, "content-length": str(len(body))})
    return bytes(response.SerializeToString())


@lru_cache(maxsize=_KEPT)
def _release_as_it_came(set_headers: Headers) -> bytes:
    response = pb.ProcessingResponse()
    _mutate(response.request_body.response.header_mutation, (), {**dict(set_headers), **VERDICT})
    return bytes(response.SerializeToString())


def refusal(reply: Reply, rule: str, request_id: str) -> bytes:
    """The proxy's own answer instead of the provider's. `details` puts the rule into Envoy's access log."""
    response = pb.ProcessingResponse()
    immediate = response.immediate_response
    immediate.status.code = reply.status if 400 <= reply.status <= 599 else 503
    immediate.body = reply.body
    immediate.details = f"zt_{rule}"
    _mutate(
        immediate.headers,
        (),
        {**reply.headers, "content-type": reply.content_type, "x-request-id": request_id, "x-zt-rule": rule},
    )
    return bytes(response.SerializeToString())


def answer_headers(remove: Iterable[str], set_headers: Mapping[str, str]) -> bytes:
    """Answer to `response_headers`."""
    return _answer_headers(tuple(remove), tuple(set_headers.items()))


@lru_cache(maxsize=_KEPT)
def _answer_headers(remove: tuple[str, ...], set_headers: Headers) -> bytes:
    response = pb.ProcessingResponse()
    response.response_headers.response.SetInParent()
    _mutate(response.response_headers.response.header_mutation, remove, dict(set_headers))
    return bytes(response.SerializeToString())


def answer_chunk(data: bytes, end: bool) -> bytes:
    """A piece of the answer's body, in `FULL_DUPLEX_STREAMED` mode."""
    response = pb.ProcessingResponse()
    streamed = response.response_body.response.body_mutation.streamed_response
    streamed.body = data
    streamed.end_of_stream = end
    return bytes(response.SerializeToString())


def answer_trailers() -> bytes:
    """Answer to `response_trailers`: they stay as they are."""
    response = pb.ProcessingResponse()
    response.response_trailers.SetInParent()
    return bytes(response.SerializeToString())


def _mutate(mutation: Any, remove: tuple[str, ...], set_headers: Mapping[str, str]) -> None:
    mutation.remove_headers.extend(remove)
    for name, value in set_headers.items():
        option = mutation.set_headers.add()
        option.append_action = _OVERWRITE
        option.header.key = name
        option.header.raw_value = value.encode("utf-8", "surrogateescape")
