"""The way back: a provider's answer passes through, piece by piece, in Envoy's `FULL_DUPLEX_STREAMED` mode.

In that mode Envoy passes on what we send and nothing else
(envoy/extensions/filters/http/ext_proc/v3/processing_mode.proto), so what is held back simply comes later, and nothing
is buffered whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from zt_ai.egress.model import Reply
from zt_ai.egress.serve import messages
from zt_ai.egress.serve.call import Call
from zt_ai.egress.serve.ports import Answer, AnswerHead

_BROKEN_OFF: Final = Reply(502, "text/plain", b"the answer was broken off")
"""Once the head has gone nobody reads it: Envoy resets the stream instead (`immediate_response` in
external_processor.proto)."""


class _Head(NamedTuple):
    set: Mapping[str, str] = {}
    remove: Collection[str] = ()
    look: bool = False
    wait: bool = False


class Unseen:
    """An answer that nobody has to look at, of which Envoy was asked to show all: it goes back as it comes.

    To end the stream instead would be cheaper, and loses the body when the answer is quicker than the end: Envoy has
    sent it here by then, and takes what was not sent back for nothing.
    """

    cut = reply = usage = None
    reset = False

    def head(self, status: int, headers: Sequence[tuple[str, str]]) -> _Head:
        """Nothing changes."""
        del status, headers
        return _Head()

    def feed(self, data: bytes, end: bool) -> bytes:
        """All of it."""
        del end
        return data


class Answering:
    """Passes one answer on."""

    __slots__ = ("_call", "_change", "_head_sent", "_looked_at", "_request_id", "_started", "answer", "over")

    def __init__(self, call: Call, answer: Answer, request_id: str) -> None:
        self.answer = answer
        self.over = False
        """Whether nothing is left to do for this answer."""
        self._call = call
        self._request_id = request_id
        self._started = False
        self._change: AnswerHead | None = None
        self._head_sent = False
        self._looked_at = True

    @property
    def started(self) -> bool:
        """Whether Envoy has shown us the answer's head."""
        return self._started

    def take(self, kind: str | None, message: Any) -> bool:
        """Handle a message about the answer; False when it is out of turn."""
        if self.over:
            return False
        if kind == "response_headers" and not self._started:
            self._head(message.response_headers)
        elif kind == "response_body" and self._started:
            self._piece(message.response_body.body, message.response_body.end_of_stream)
        elif kind == "response_trailers" and self._started:
            self._trailers()
        else:
            return False
        return True

    def _head(self, head: Any) -> None:
        self._started = True
        special, headers, _ = messages.split(head.headers)
        change = self._change = self.answer.head(int(special.get(":status", "0")), headers)
        if self.answer.cut is not None:
            self._cut(b"")
            return
        # Pieces of a body that is not looked at are on their way already: to end the stream now would lose them, so
        # they are sent back as they are.
        self._looked_at = change.look
        if head.end_of_stream or not change.wait:
            self._pass_head()
        self.over = bool(head.end_of_stream)

    def _pass_head(self) -> None:
        if not self._head_sent and self._change is not None:
            self._head_sent = True
            self._call.send(messages.answer_headers(self._change.remove, self._change.set))

    def _piece(self, data: bytes, end: bool) -> None:
        passed = self._look(data, end)
        if self.answer.cut is not None:
            self._cut(passed)
            return
        if passed or end:
            self._pass_head()
            self._call.send(messages.answer_chunk(passed, end))
        self.over = end

    def _trailers(self) -> None:
        rest = self._look(b"", True)
        if self.answer.cut is not None:
            self._cut(rest)
            return
        self._pass_head()
        if rest:
            self._call.send(messages.answer_chunk(rest, False))
        self._call.send(messages.answer_trailers())
        self.over = True

    def _look(self, data: bytes, end: bool) -> bytes:
        return self.answer.feed(data, end) if self._looked_at else data

    def _cut(self, last: bytes) -> None:
        """End the answer: with an error in its own form, with a refusal instead of it, or by breaking it off."""
        self.over = True
        answer = self.answer
        if answer.cut is None:
            raise ValueError("not cut")
        if not answer.reset:
            self._pass_head()
            self._call.send(messages.answer_chunk(last, True))
            return
        reply = None if self._head_sent else answer.reply
        if last and reply is None:
            self._pass_head()
            self._call.send(messages.answer_chunk(last, False))
        self._call.send(messages.refusal(reply or _BROKEN_OFF, answer.cut.rule, self._request_id))
