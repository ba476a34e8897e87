"""Ways in which an inspector can go wrong, each as the answers of one `ext_proc` stream.

Those that are needed elsewhere too are in `tests.egress.envoy.inspector`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from envoy.service.ext_proc.v3 import external_processor_pb2 as pb

from tests.egress.envoy.inspector import Answers, going_on, header, released, watch

Messages = Iterator[Any]
LATE = threading.Event()
"""Set once `late` has given its verdict, long after the request was given up."""
MESSAGE_TIMEOUT = 2.5
"""Seconds that Envoy waits for the inspector. Tests that compile detectors meanwhile keep both processors for one."""
_TOO_LONG = MESSAGE_TIMEOUT + 0.6  # seconds


def kind_of(message: Any) -> str:
    """Which of the messages of `ProcessingRequest` it is."""
    return str(message.WhichOneof("request"))


def close_after_body(messages: Messages) -> Answers:
    """Reads all of it, then ends its stream without an error and without a verdict."""
    if not next(messages).request_headers.end_of_stream:
        yield going_on("request_headers")
        next(messages)


def go_on_without_verdict(messages: Messages) -> Answers:
    """Answers everything, releases nothing."""
    for message in messages:
        yield going_on(kind_of(message))


def answer_the_body_first(messages: Messages) -> Answers:
    """Releases a body that it has not seen."""
    next(messages)
    yield released("request_body")
    yield from ()


def answer_an_answer(messages: Messages) -> Answers:
    """Takes the request for the provider's answer."""
    for _ in messages:
        yield going_on("response_headers")


def answer_twice(messages: Messages) -> Answers:
    """Answers the head twice and leaves the body without an answer."""
    next(messages)
    yield going_on("request_headers")
    yield going_on("request_headers")
    for _ in messages:
        yield going_on("request_headers")


def say_nothing_of_it(messages: Messages) -> Answers:
    """Sends messages that answer nothing."""
    for _ in messages:
        yield pb.ProcessingResponse()


def replace_the_body_early(messages: Messages) -> Answers:
    """Replaces the body in its answer to the head: Envoy then asks nothing more."""
    next(messages)
    answer = pb.ProcessingResponse()
    common = answer.request_headers.response
    common.status = common.CONTINUE_AND_REPLACE
    common.body_mutation.body = b"{}"
    yield answer
    yield from (going_on(kind_of(message)) for message in messages)


def skip_the_body(messages: Messages) -> Answers:
    """Asks Envoy not to be shown the body, which the configuration does not allow."""
    next(messages)
    answer = going_on("request_headers")
    answer.mode_override.request_body_mode = answer.mode_override.NONE
    yield answer
    yield from (going_on(kind_of(message)) for message in messages)


def hang_on_the_body(messages: Messages) -> Answers:
    """Answers the head, then nothing."""
    if not next(messages).request_headers.end_of_stream:
        yield going_on("request_headers")
    threading.Event().wait(_TOO_LONG)
    raise RuntimeError("given up")


def late(messages: Messages) -> Answers:
    """Releases a request after Envoy has given it up."""
    first = next(messages)
    kind = "request_headers"
    if not first.request_headers.end_of_stream:
        yield going_on(kind)
        kind = kind_of(next(messages))
    threading.Event().wait(_TOO_LONG)
    LATE.set()
    yield released(kind)


def fail_on_the_body(messages: Messages) -> Answers:
    """Answers the head, then ends its stream with an error."""
    if not next(messages).request_headers.end_of_stream:
        yield going_on("request_headers")
    raise RuntimeError("the inspector broke")


def other_verdict(messages: Messages) -> Answers:
    """Answers with another word than the one that releases."""
    for message in messages:
        answer = going_on(kind_of(message))
        header(getattr(answer, kind_of(message)).response.header_mutation, "x-zt-verdict", "refused")
        yield answer


Ending = Callable[[Messages], Answers]


def after_release(end: Ending) -> Callable[[Messages], Answers]:
    """Releases a request as it should, asks for the answer, and goes wrong there."""

    def behave(messages: Messages) -> Answers:
        for message in messages:
            kind = kind_of(message)
            if kind == "request_headers":
                answer = released(kind) if message.request_headers.end_of_stream else going_on(kind)
                watch(answer)
                yield answer
            elif kind == "request_body":
                yield released(kind)
            else:
                yield from end(messages)
                return

    return behave


def closing(messages: Messages) -> Answers:
    """Ends without an error."""
    yield from ()


def failing(messages: Messages) -> Answers:
    """Ends with an error."""
    raise RuntimeError("the inspector broke")
    yield from messages


def silent(messages: Messages) -> Answers:
    """Says nothing more."""
    threading.Event().wait(_TOO_LONG)
    raise RuntimeError("given up")
    yield from messages


def head_then(end: Ending) -> Ending:
    """Passes the answer's head on first."""

    def behave(messages: Messages) -> Answers:
        yield going_on("response_headers")
        next(messages)
        yield from end(messages)

    return behave
