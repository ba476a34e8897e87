"""What all requests of one worker share: judge, journal, queue, limits, and the record of how it went."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.egress.model import Verdict
from zt_ai.egress.policy import Policy
from zt_ai.egress.serve.limits import Limits
from zt_ai.egress.serve.log import fault
from zt_ai.egress.serve.metrics import Metrics
from zt_ai.egress.serve.ports import Answer, Journal, Judge, Judgement
from zt_ai.egress.serve.queue import Deadlines, Queue
from zt_ai.egress.serve.refusals import Refusal
from zt_ai.egress.serve.tracing import Tracer
from zt_ai.spec.types import DetectorSet

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a worker runs."""

    deadline: float = 4.0
    """Seconds from the whole request to its verdict; below Envoy's `message_timeout` of 5 s, which answers 504."""
    waiting: int = 256
    """Requests that may wait for their judgement; more are refused."""
    waiting_bytes: int = 256 << 20
    """Bytes of their bodies."""
    threads: int = 2
    """Threads for large bodies."""
    large: int = 256 << 10
    """Bytes from which a body is judged in a thread: there the patterns take some milliseconds. With the name model,
    which takes a hundred times as long and lets other threads run meanwhile, every body is judged in one."""


@dataclass(slots=True)
class Timing:
    """When what happened to a request, in seconds of `perf_counter`; 0 where it did not."""

    started_ns: int = 0
    """Nanoseconds since the epoch."""
    started: float = 0.0
    judging: float = 0.0
    judged: float = 0.0
    recording: float = 0.0
    recorded: float = 0.0
    settled: float = 0.0


class Inspector:
    """Shared by all sessions of a worker. `judge` is replaced when the policy changes."""

    def __init__(
        self,
        judge: Judge,
        journal: Journal,
        limits: Limits,
        metrics: Metrics,
        settings: Settings | None = None,
        tracer: Tracer | None = None,
    ) -> None:
        settings = settings or Settings()
        self.judge = judge
        self.limits = limits
        self.metrics = metrics
        self._journal = journal
        self._tracer = tracer
        self.queue = Queue(
            jobs=settings.waiting, size=settings.waiting_bytes, threads=settings.threads, large=settings.large
        )
        self._large = settings.large
        self.deadlines = Deadlines(settings.deadline)
        self._loop = asyncio.get_running_loop()
        self._writing: dict[asyncio.Future[Any], Callable[[BaseException | None], None]] = {}
        self.replace_judge(judge)

    def replace_judge(self, judge: Judge) -> None:
        """Judge by another policy from the next request on."""
        self.judge = judge
        self.queue.large = 0 if DetectorSet.NAMES in judge.policy.detectors else self._large
        self.metrics.policy(judge.policy)

    async def drained(self) -> None:
        """Wait until no record is being written."""
        while self._writing:
            await asyncio.wait(set(self._writing))

    def append(self, record: Mapping[str, Any], then: Callable[[BaseException | None], None]) -> None:
        """Write an audit record, and say so once it is on disk, or why it is not.

        The record is on its way on return; `then` is called later, never before that.
        """
        try:
            writing = self._journal.begin(record)
        except Exception as error:  # noqa: BLE001 - whatever it was, the record is not on disk
            self._loop.call_soon(then, error)
            return
        self._writing[writing] = then
        writing.add_done_callback(self._written)

    def _written(self, writing: asyncio.Future[Any]) -> None:
        then = self._writing.pop(writing)
        then(asyncio.CancelledError() if writing.cancelled() else writing.exception())

    def admit(self, policy: Policy, spiffe_id: str, provider: str) -> Refusal | None:
        """Count a request against the limits of its flow, or say why it may not pass."""
        caller = policy.caller_of(spiffe_id)
        call = policy.call(caller, provider) if caller else None
        if call is None:
            raise LookupError("no flow for a request that the door let in")
        return self.limits.admit(call)

    def settled(
        self,
        policy: Policy,
        verdict: Verdict,
        judgement: Judgement | None,
        facts: Mapping[str, Any],
        timing: Timing,
        headers: Iterable[tuple[str, str]],
    ) -> None:
        """A request has its verdict."""
        caller = policy.caller_of(facts["spiffe_id"]) or "unknown"
        provider = facts["provider"] if facts["provider"] in policy.providers else "unknown"
        record = judgement.record if judgement else {}
        self.metrics.settled(caller, provider, verdict, record.get("findings", ()), timing)
        if self._tracer is not None:
            traceparent = next((value for name, value in headers if name == "traceparent"), None)
            self._tracer.settled(caller, provider, verdict, record, facts["request_id"], timing, traceparent)

    def answered(self, answer: Answer, judgement: Judgement, request_id: str) -> None:
        """An answer has ended, or was broken off: count what it cost."""
        call = judgement.call
        if answer.cut is not None:
            self.metrics.cut(call.caller if call else "unknown", call.provider if call else "unknown", answer.cut.rule)
            _log.warning("answer cut", extra={"request_id": request_id, "rule": answer.cut.rule})
        usage = answer.usage
        if usage is None or call is None:
            return
        tokens = usage.input_tokens + usage.output_tokens
        self.metrics.tokens(call.caller, call.provider, usage.input_tokens, usage.output_tokens)
        try:
            self.limits.spend(call, tokens)
        except Exception as error:  # noqa: BLE001
            # The answer has been given; without counters the next request is refused by `admit`.
            fault(_log, "tokens not counted", error)
            self.metrics.error("limits")
