"""One `ext_proc` stream, that is one HTTP request: from its head to the verdict, and its answer on the way back.

Envoy holds head and body of a request until the buffered body is answered, so the head can be answered at once
(`tests/egress/serve/test_envoy.py` shows that nothing leaves before). What the head alone decides is refused before the
body is even uploaded.

Two rules make this fail closed. Nothing but `_release` says that a request may go, and it runs only after the judge
said so and the record is on disk. And whatever else happens (an exception, a message out of turn, a deadline, no room)
ends in a refusal, because to Envoy the end of a stream without a verdict means "go on".
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum, auto
from time import perf_counter, time_ns
from typing import Any
from uuid import uuid4

from zt_ai.egress.model import Action, Reply, Verdict
from zt_ai.egress.serve import messages, refusals
from zt_ai.egress.serve.answering import Answering, Unseen
from zt_ai.egress.serve.call import Call
from zt_ai.egress.serve.grpc import Status
from zt_ai.egress.serve.inspector import Inspector, Timing
from zt_ai.egress.serve.log import fault
from zt_ai.egress.serve.ports import Judgement
from zt_ai.egress.serve.refusals import Refusal
from zt_ai.spec.types import HttpMethod

_log = logging.getLogger(__name__)
# A request id that a client chose could carry anything; only what Envoy's generator makes is kept.
_REQUEST_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch

_METHODS = frozenset(HttpMethod) | {"PUT", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE"}


class State(Enum):
    """Where a request is."""

    NEW = auto()
    BODY = auto()
    """The head was answered, the body is to come. Nothing left the proxy."""
    JUDGING = auto()
    RECORDING = auto()
    RELEASED = auto()
    """The request went on; its answer is looked at."""
    OVER = auto()
    """Refused, released with nothing left to do, or lost."""


class Session:
    """Handles one call of `ExternalProcessor/Process`."""

    __slots__ = (
        "_answering",
        "_asks",
        "_body",
        "_caller",
        "_has_body",
        "_headers",
        "_inspector",
        "_judge",
        "_judgement",
        "_method",
        "_names",
        "_provider",
        "_shown",
        "_special",
        "_timing",
        "call",
        "request_id",
        "state",
    )

    def __init__(self, call: Call, inspector: Inspector) -> None:
        self.call = call
        self.state = State.NEW
        self.request_id = ""
        self._inspector = inspector
        self._judge = inspector.judge  # a reload does not touch a request that has begun
        self._special: Mapping[str, str] = {}
        self._headers: messages.Headers = ()
        self._names: tuple[str, ...] = ()
        self._caller = self._provider = self._method = ""
        self._body = b""
        self._has_body = False
        self._asks = self._shown = False
        self._judgement: Judgement | None = None
        self._answering: Answering | None = None
        self._timing = Timing()
        inspector.metrics.began()

    # what the connection calls

    def on_message(self, data: memoryview) -> None:
        """A `ProcessingRequest`."""
        try:
            self._take(messages.parse(data))
        except Exception as error:  # noqa: BLE001 - fail closed, whatever it was
            self._broken(error)

    def on_half_close(self) -> None:
        """Envoy sends no more. A request that is being judged still gets its verdict; one that is not whole gets none,
        and then the status is an error."""
        if self.state in (State.JUDGING, State.RECORDING):
            return
        decided = self.state in (State.RELEASED, State.OVER)
        self._over()
        self.call.finish(Status.OK if decided else Status.INTERNAL, "" if decided else "no verdict")

    def on_lost(self) -> None:
        """The request is gone: its client left, or Envoy did."""
        if self.state in (State.NEW, State.BODY, State.JUDGING):
            self._inspector.metrics.abandoned()
        self._over()

    # what the queue and the deadline call

    @property
    def live(self) -> bool:
        """Whether the request still waits for its judgement."""
        return self.state is State.JUDGING

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self._body)

    def work(self) -> Judgement:
        """Judge the complete request. Touches nothing but what belongs to this request: it may run in a thread."""
        request = messages.request_of(self._special, self._headers, self._body)
        self._timing.judging = perf_counter()
        judgement = self._judge.judge(request, self._caller, self._provider, self.request_id)
        self._timing.judged = perf_counter()
        return judgement

    def done(self, result: Judgement) -> None:
        """The judge has spoken."""
        try:
            self._conclude(result)
        except Exception as error:  # noqa: BLE001 - fail closed, whatever it was
            self._broken(error)

    def failed(self, error: BaseException) -> None:
        """The judge raised, which it never should."""
        self._broken(error)

    def too_slow(self) -> None:
        """The deadline has passed. A verdict that comes later is ignored."""
        if self.state in (State.JUDGING, State.RECORDING):
            self._refuse(refusals.TOO_SLOW)

    # messages

    def _take(self, message: Any) -> None:
        kind = message.WhichOneof("request")
        state = self.state
        if state is State.OVER:
            return  # what was under way when the verdict was given
        if kind == "request_headers" and state is State.NEW:
            self._head(message)
        elif kind == "request_body" and state is State.BODY:
            self._whole_body(message.request_body)
        elif kind == "request_trailers" and state is State.BODY:
            self._refuse(refusals.TRAILERS)
        elif state is State.RELEASED and self._answering is not None and self._answering.take(kind, message):
            if self._answering.over:
                self._over()
                self.call.finish(Status.OK)
        elif kind == "response_headers" and state is State.BODY:
            # Envoy itself answers, 413 for example while it buffers the body. In any case nobody has judged this.
            self._refuse(refusals.of_envoy(messages.status_of(message.response_headers)))
        else:
            _log.error("message out of turn", extra={"kind": kind, "state": state.name, "request_id": self.request_id})
            self._inspector.metrics.error("out-of-turn")
            self._refuse(refusals.INSPECTOR_ERROR)

    def _head(self, message: Any) -> None:
        self._timing.started_ns, self._timing.started = time_ns(), perf_counter()
        head = message.request_headers
        self._special, self._headers, self._names = messages.split(head.headers)
        self._method = self._special.get(":method", "")
        self._caller = self._special.get("x-zt-caller", "")
        self._provider = self._special.get("x-zt-provider", "")
        given = next((value for name, value in self._headers if name == "x-request-id"), "")
        self.request_id = given if _REQUEST_ID(given) else str(uuid4())
        modes = message.protocol_config
        # Whether Envoy shows answers only where it is asked to.
        self._asks = modes.response_body_mode != messages.FULL_DUPLEX_STREAMED
        if modes.request_body_mode != messages.BUFFERED or message.observability_mode:
            _log.error("envoy does not buffer request bodies, or does not wait for the verdict")
            self._refuse(refusals.MISCONFIGURED)
            return
        request = messages.request_of(self._special, self._headers, b"")
        refused = self._judge.door(request, self._caller, self._provider, self.request_id)
        if refused is not None:
            if refused.verdict.action is not Action.REFUSE:
                raise ValueError("the door lets nobody in by itself")
            self._conclude(refused)
            return
        limited = self._inspector.admit(self._judge.policy, self._caller, self._provider)
        if limited is not None:
            self._refuse(limited)
        elif head.end_of_stream:
            self._enqueue()
        else:
            self._has_body = True
            self.state = State.BODY
            self._shown = not self._asks or self._judge.looks_at_answers(request, self._caller, self._provider)
            self.call.send(messages.continue_headers(self._names, self._asks and self._shown))

    def _whole_body(self, body: Any) -> None:
        if not body.end_of_stream:
            # Buffered, so the body is whole: trailers follow, which would go out unseen.
            self._refuse(refusals.TRAILERS)
            return
        self._body = body.body
        self._enqueue()

    def _enqueue(self) -> None:
        self.state = State.JUDGING
        if self._inspector.queue.put(self):
            self._inspector.deadlines.start(self)
        else:
            self._refuse(refusals.OVERLOADED)

    # the verdict

    def _conclude(self, judgement: Judgement) -> None:
        """The judgement is there; write it down, then act on it."""
        self._judgement = judgement
        self.state = State.RECORDING
        self._inspector.deadlines.start(self)
        self._timing.recording = perf_counter()
        self._inspector.append(self._stamped(judgement.record), self._recorded)

    def _recorded(self, error: BaseException | None) -> None:
        """The record is on disk, or is not: act on the judgement."""
        try:
            judgement = self._judgement
            if judgement is None:
                raise ValueError("a record without a judgement")  # noqa: TRY301 - one way out
            verdict = judgement.verdict
            if error is not None:
                self._report("audit", error)
                if verdict.action is not Action.REFUSE:
                    self._refuse(refusals.AUDIT_UNAVAILABLE, recorded=True)
                    return
            self._timing.recorded = perf_counter()
            if self.state is not State.RECORDING:
                return  # too late, or the client has left
            if verdict.action is Action.REFUSE:
                self._refuse(Refusal(verdict), judgement.reply, recorded=True)
            else:
                self._release(judgement)
        except Exception as failure:  # noqa: BLE001 - fail closed, whatever it was
            self._broken(failure)

    def _release(self, judgement: Judgement) -> None:
        looked_at = judgement.answer is not None
        if self._has_body:
            if looked_at and not self._shown:  # an agreement ended at midnight, between head and body
                raise ValueError("the answer has to be looked at, and Envoy will not show it")
            # A redaction that did not change anything is still a body that was written anew.
            released = messages.release_body(judgement.body, judgement.set_headers)
        elif judgement.body is None:
            self._shown = looked_at or not self._asks
            released = messages.release_headers(self._names, judgement.set_headers, self._asks and looked_at)
        else:
            raise ValueError("a body for a request that has none")
        self._settle(judgement.verdict)
        self.call.send(released)
        if self._shown and not self.call.half_closed:
            self.state = State.RELEASED
            self._answering = Answering(self.call, judgement.answer or Unseen(), self.request_id)
        else:
            # A stream that ends cleanly is not consulted any more (external_processor.proto, service comment, 6). Here
            # that is what we want: the verdict has been given, and the answer passes unseen.
            self._over()
            self.call.finish(Status.OK)

    def _refuse(self, refusal: Refusal, reply: Reply | None = None, *, recorded: bool = False) -> None:
        """Answer instead of the provider. Also the last resort, so it needs nothing that could fail."""
        if self.state is State.OVER:
            return
        self.request_id = self.request_id or str(uuid4())
        if reply is None:
            reply = refusals.reply(self._judge, self._provider, refusal, self.request_id)
        if self.state is not State.RELEASED:  # else the request has its record, and its answer is broken off
            if not recorded:
                record = refusals.record(self._judge.policy, self.facts, refusal.verdict)
                # What we refuse by ourselves does not wait for its record.
                self._inspector.append(self._stamped(record), self._recorded_late)
            self._settle(refusal.verdict)
        self._over()
        self.call.send(messages.refusal(reply, refusal.verdict.rule, self.request_id))
        self.call.finish(Status.OK)

    def _recorded_late(self, error: BaseException | None) -> None:
        if error is not None:
            self._report("audit", error)

    def _broken(self, error: BaseException) -> None:
        self._report("exception", error)
        try:
            self._refuse(refusals.INSPECTOR_ERROR)
        except Exception as second:  # noqa: BLE001 - nothing is left but an error on the stream, which Envoy refuses by
            self._report("exception", second)
            self._over()
            self.call.finish(Status.INTERNAL, "inspector-error")

    # bookkeeping

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a record of ours says about the request. No path: an unread one may carry what must not be kept."""
        return {
            "request_id": self.request_id,
            "spiffe_id": self._caller,
            "provider": self._provider,
            "method": self._method if self._method in _METHODS else None,
            "bytes": len(self._body),
        }

    def _stamped(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), **record}

    def _settle(self, verdict: Verdict) -> None:
        self._timing.settled = perf_counter()
        self._inspector.settled(self._judge.policy, verdict, self._judgement, self.facts, self._timing, self._headers)

    def _report(self, where: str, error: BaseException) -> None:
        fault(_log, f"{where} failed", error, request_id=self.request_id)
        self._inspector.metrics.error(where)

    def _over(self) -> None:
        """Nothing more is to come. Runs once for each request, however it ends."""
        if self.state is State.OVER:
            return
        self.state = State.OVER
        self._body = b""
        self._inspector.deadlines.stop(self)
        self._inspector.metrics.ended()
        answering, self._answering = self._answering, None
        if answering is not None and self._judgement is not None and self._judgement.answer is not None:
            if not answering.started:
                self._inspector.metrics.error("answer-unseen")
            self._inspector.answered(answering.answer, self._judgement, self.request_id)
