"""An inspector for tests: a gRPC server that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from envoy.service.ext_proc.v3 import external_processor_pb2 as pb

Answers = Iterator[Any]
Behaviour = Callable[[Iterator[Any]], Answers]
RELEASED = ("x-zt-verdict", "released")


def header(response: Any, name: str, value: str) -> None:
    """Set a header in a `HeaderMutation`."""
    option = response.set_headers.add()
    option.append_action = 2  # OVERWRITE_IF_EXISTS_OR_ADD
    option.header.key, option.header.raw_value = name, value.encode()


def headers_of(message: Any) -> list[tuple[str, str]]:
    """Headers of an `HttpHeaders` message."""
    return [(h.key, h.raw_value.decode()) for h in message.headers.headers]


def released(kind: str) -> Any:
    """The answer that lets a request go: `request_headers` or `request_body`."""
    answer = pb.ProcessingResponse()
    header(getattr(answer, kind).response.header_mutation, *RELEASED)
    return answer


def going_on(kind: str) -> Any:
    """The answer that changes nothing."""
    answer = pb.ProcessingResponse()
    getattr(answer, kind).SetInParent()
    return answer


def watch(answer: Any) -> None:
    """Ask to see the provider's answer too."""
    mode = answer.mode_override
    mode.request_header_mode, mode.response_header_mode = mode.SEND, mode.SEND
    mode.request_body_mode, mode.response_body_mode = mode.BUFFERED, mode.FULL_DUPLEX_STREAMED
    mode.request_trailer_mode, mode.response_trailer_mode = mode.SEND, mode.SEND


def allow(messages: Iterator[Any]) -> Answers:
    """Releases every request, and passes every answer."""
    for message in messages:
        kind = message.WhichOneof("request")
        if kind == "request_headers":
            answer = released(kind) if message.request_headers.end_of_stream else going_on(kind)
            watch(answer)
            yield answer
        elif kind == "request_body":
            yield released(kind)
        elif kind == "response_body":
            answer = pb.ProcessingResponse()
            streamed = answer.response_body.response.body_mutation.streamed_response
            streamed.body, streamed.end_of_stream = message.response_body.body, message.response_body.end_of_stream
            yield answer
        else:
            yield going_on(kind)


def refuse(messages: Iterator[Any]) -> Answers:
    """Refuses every request with a body of its own."""
    for message in messages:
        if message.WhichOneof("request") == "request_headers" and not message.request_headers.end_of_stream:
            yield going_on("request_headers")
            continue
        answer = pb.ProcessingResponse()
        answer.immediate_response.status.code = 403
        answer.immediate_response.body = b'{"refused":"by inspector"}'
        answer.immediate_response.details = "zt_phi-blocked"
        header(answer.immediate_response.headers, "content-type", "application/json")
        yield answer


def close_at_once(messages: Iterator[Any]) -> Answers:
    """Ends its stream without an error and without a verdict."""
    next(messages)
    yield from ()


def close_after_headers(messages: Iterator[Any]) -> Answers:
    """Answers the headers, then ends its stream without an error."""
    next(messages)
    yield going_on("request_headers")


def hang(messages: Iterator[Any]) -> Answers:
    """Never answers."""
    for _ in messages:
        time.sleep(3)
        return
    yield from ()


def fail(messages: Iterator[Any]) -> Answers:
    """Ends its stream with an error."""
    raise RuntimeError("the inspector broke")
    yield from messages


class Inspector:
    """Serves `ext_proc` and health on a unix socket."""

    def __init__(self, socket: Path) -> None:
        self.socket, self.behaviour, self.seen = socket, allow, list[list[tuple[str, str]]]()
        self.kinds: list[str] = []
        self._server: grpc.Server | None = None

    def start(self) -> None:
        """Begin to serve."""
        self.socket.unlink(missing_ok=True)
        server = grpc.server(
            futures.ThreadPoolExecutor(max_workers=32), options=[("grpc.max_receive_message_length", 64 << 20)]
        )
        server.add_generic_rpc_handlers((_Handler(self),))
        server.add_insecure_port(f"unix:{self.socket}")
        server.start()
        self._server = server

    def stop(self) -> None:
        """Stop at once."""
        if self._server:
            self._server.stop(0).wait()
        self._server = None

    @contextlib.contextmanager
    def doing(self, behaviour: Behaviour) -> Iterator[None]:
        """Behave otherwise for a while."""
        before, self.behaviour = self.behaviour, behaviour
        try:
            yield
        finally:
            self.behaviour = before


class _Handler(grpc.GenericRpcHandler):
    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector

    def service(self, handler_call_details: Any) -> Any:
        if handler_call_details.method == "/grpc.health.v1.Health/Check":
            return grpc.unary_unary_rpc_method_handler(lambda request, context: b"\x08\x01")  # SERVING
        if handler_call_details.method == "/envoy.service.ext_proc.v3.ExternalProcessor/Process":
            return grpc.stream_stream_rpc_method_handler(
                self._process, pb.ProcessingRequest.FromString, pb.ProcessingResponse.SerializeToString
            )
        return None

    def _process(self, messages: Iterator[Any], context: Any) -> Answers:
        def remembered() -> Iterator[Any]:
            for message in messages:
                self._inspector.kinds.append(message.WhichOneof("request"))
                if self._inspector.kinds[-1] == "request_headers":
                    self._inspector.seen.append(headers_of(message.request_headers))
                yield message

        yield from self._inspector.behaviour(remembered())
