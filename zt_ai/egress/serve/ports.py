"""What the worker needs of the rest of the inspector: the shapes of the judge, the answer and the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from zt_ai.egress.model import Reply, Request, Verdict
from zt_ai.egress.policy import CallPolicy, Policy


class Usage(Protocol):
    """Tokens of one request, as the provider counts them."""

    @property
    def input_tokens(self) -> int: ...
    @property
    def output_tokens(self) -> int: ...


class AnswerHead(Protocol):
    """What becomes of the head of a provider's answer, whether its body is looked at, and whether the head waits for
    the first bytes that may pass."""

    @property
    def set(self) -> Mapping[str, str]: ...
    @property
    def remove(self) -> Collection[str]: ...
    @property
    def look(self) -> bool: ...
    @property
    def wait(self) -> bool: ...


class Answer(Protocol):
    """Looks at the answer to one request while it passes (`zt_ai.egress.answers`)."""

    @property
    def cut(self) -> Verdict | None: ...
    @property
    def reset(self) -> bool:
        """After a cut: the client must not take what it has for a whole answer."""

    @property
    def reply(self) -> Reply | None:
        """After a cut: what to answer instead, if the head has not gone yet."""

    @property
    def usage(self) -> Usage | None: ...
    def head(self, status: int, headers: Sequence[tuple[str, str]]) -> AnswerHead: ...
    def feed(self, data: bytes, end: bool) -> bytes: ...


class Judgement(Protocol):
    """The outcome for one request (`zt_ai.egress.judge`)."""

    @property
    def verdict(self) -> Verdict: ...
    @property
    def reply(self) -> Reply | None: ...
    @property
    def body(self) -> bytes | None: ...
    @property
    def set_headers(self) -> Mapping[str, str]: ...
    @property
    def record(self) -> Mapping[str, Any]: ...
    @property
    def answer(self) -> Answer | None: ...
    @property
    def call(self) -> CallPolicy | None: ...


class Judge(Protocol):
    """Judges requests by one policy document; pure and synchronous."""

    @property
    def policy(self) -> Policy: ...
    def door(self, request: Request, caller_id: str, provider: str, request_id: str) -> Judgement | None: ...
    def looks_at_answers(self, request: Request, caller_id: str, provider: str) -> bool:
        """Whether the judgement of a request with this head may have an `answer`."""
        ...

    def judge(self, request: Request, caller_id: str, provider: str, request_id: str) -> Judgement: ...
    def refuse(self, provider: str, verdict: Verdict, request_id: str) -> Reply: ...


class Journal(Protocol):
    """The audit trail (`zt_ai.audit`)."""

    def begin(self, record: Mapping[str, Any]) -> asyncio.Future[Any]:
        """Send a record on its way. Done once it is on disk, an error if it cannot be written; may also raise that."""

    async def close(self) -> None:
        """Wait for what is being written, and take no more."""
