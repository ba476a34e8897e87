"""A judge, an answer and a journal that do what the request asks of them; a policy with one caller and one provider."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from zt_ai.egress.model import Action, Reply, Request, Verdict
from zt_ai.egress.policy import (
    AgreementPolicy,
    CallerPolicy,
    CallPolicy,
    LimitsPolicy,
    Policy,
    ProviderPolicy,
)
from zt_ai.spec.types import Decision, HttpMethod, ProviderApi, ProviderKind

CALLER = "spiffe://clinic.example/chart-agent"
PROVIDER = "openai"


def policy(name: str = "clinic", requests_per_minute: int | None = None, tokens_per_day: int | None = None) -> Policy:
    """One caller that may ask one provider."""
    return Policy(
        name=name,
        trust_domain="clinic.example",
        classes=("public", "phi"),
        providers={
            PROVIDER: ProviderPolicy(
                api=ProviderApi.OPENAI,
                kind=ProviderKind.EXTERNAL,
                hosts=("api.openai.com",),
                methods=(HttpMethod.POST,),
                agreement=AgreementPolicy(reference="BAA-1", effective=date(2026, 1, 1), expires=date(2099, 1, 1)),
            )
        },
        callers={"chart-agent": CallerPolicy(spiffe_id=CALLER, zone="clinical", holds="phi")},
        calls=(
            CallPolicy(
                clause="flow:charts",
                caller="chart-agent",
                provider=PROVIDER,
                models=("gpt",),
                paths=("/v1/",),
                carries="phi",
                decisions={"public": Decision.ALLOW, "phi": Decision.BLOCK},
                limits=LimitsPolicy(requests_per_minute=requests_per_minute, tokens_per_day=tokens_per_day),
            ),
        ),
        detectors=(),
        secrets=Decision.BLOCK,
        body_limit=4 << 20,
        responses=True,
        audit_days=30,
    )


@dataclass(frozen=True)
class FakeUsage:
    """Tokens."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class FakeHead:
    """What becomes of the head."""

    set: Mapping[str, str] = field(default_factory=dict)
    remove: Sequence[str] = ()
    look: bool = True
    wait: bool = False


class FakeAnswer:
    """Turns `secret` into `[GONE]` across pieces, cuts the answer at `forbidden`, raises at `explode`."""

    def __init__(self, look: bool = True, wait: bool = False, reset: bool = False) -> None:
        self.cut: Verdict | None = None
        self.reset = False
        self.reply: Reply | None = None
        self.usage = FakeUsage(10, 5)
        self.pieces = 0
        self._look, self._wait, self._reset = look, wait, reset
        self._released = False
        self._held = b""

    def head(self, status: int, headers: Sequence[tuple[str, str]]) -> FakeHead:
        """Say that we looked."""
        assert status >= 200
        assert all(not name.startswith(":") for name, _ in headers)
        return FakeHead({"x-seen": "yes"}, ("content-length",), self._look, self._wait)

    def feed(self, data: bytes, end: bool) -> bytes:
        """Hold back the last nine bytes."""
        self.pieces += 1
        data = (self._held + data).replace(b"secret", b"[GONE]")
        if b"explode" in data:
            raise RuntimeError("explode")
        if b"forbidden" in data:
            self.cut = Verdict(Action.REFUSE, "answer-holds-phi", 502, "cut")
            if self._reset:
                self.reset = True
                if not self._released:
                    self.reply = Reply(502, "application/json", b'{"error": {"code": "answer-holds-phi"}}')
                return b""
            return data[: data.index(b"forbidden")] + b'data: {"error": "cut"}\n\n'
        keep = 0 if end else min(9, len(data))
        self._held = data[len(data) - keep :]
        self._released = self._released or len(data) > keep
        return data[: len(data) - keep]


@dataclass(frozen=True)
class FakeJudgement:
    """As `zt_ai.egress.judge.Judgement`."""

    verdict: Verdict
    record: Mapping[str, Any]
    reply: Reply | None = None
    body: bytes | None = None
    set_headers: Mapping[str, str] = field(default_factory=dict)
    answer: FakeAnswer | None = None
    call: CallPolicy | None = None


class FakeJudge:
    """Judges by words in the body (or, without a body, in the path)."""

    def __init__(self, given: Policy | None = None) -> None:
        self.policy = given or policy()
        self.seen: list[Request] = []

    def door(self, request: Request, caller_id: str, provider: str, request_id: str) -> FakeJudgement | None:
        """Refuse unknown callers and providers."""
        if b"door-raises" in request.target.encode():
            raise RuntimeError("door-raises")
        caller = self.policy.caller_of(caller_id)
        if caller is None or self.policy.call(caller, provider) is None:
            return self._refused(request, provider, request_id, "no-flow")
        return None

    def looks_at_answers(self, request: Request, caller_id: str, provider: str) -> bool:
        """Unless the path says otherwise."""
        return "unseen" not in request.target

    def judge(self, request: Request, caller_id: str, provider: str, request_id: str) -> FakeJudgement:
        """Do what the request asks for."""
        self.seen.append(request)
        asked = request.body or request.target.encode()
        if b"judge-raises" in asked:
            raise RuntimeError("judge-raises")
        if b"judge-hangs" in asked:
            time.sleep(30)
        if b"judge-naps" in asked:
            time.sleep(0.5)
        if b"kill-me" in asked:
            os._exit(9)
        if b"refuse" in asked:
            return self._refused(request, provider, request_id, "phi-without-baa")
        verdict = Verdict(Action.ALLOW, "allowed")
        body = None
        if b"redact" in asked:
            verdict, body = (
                Verdict(Action.REDACT, "phi-redacted"),
                request.body.replace(b"redact", b"[NAME_1] and more"),
            )
        answer = None
        if b"look" in asked:
            answer = FakeAnswer(b"head-only" not in asked, b"wait" in asked, b"reset" in asked)
        record = {"request_id": request_id, "decision": verdict.action.value, "rule": verdict.rule, "findings": []}
        caller = self.policy.caller_of(caller_id)
        call = self.policy.call(caller, provider) if caller else None
        set_headers = {"accept-encoding": "identity"} if answer else {}
        return FakeJudgement(verdict, record, body=body, answer=answer, call=call, set_headers=set_headers)

    def refuse(self, provider: str, verdict: Verdict, request_id: str) -> Reply:
        """The provider's format."""
        if provider == "broken":
            raise LookupError(provider)
        error = {"message": verdict.message, "code": verdict.rule, "request_id": request_id}
        return Reply(verdict.status, "application/json", json.dumps({"error": error}).encode())

    def _refused(self, request: Request, provider: str, request_id: str, rule: str) -> FakeJudgement:
        del request
        verdict = Verdict(Action.REFUSE, rule, 403, "refused")
        record = {"request_id": request_id, "decision": "block", "rule": rule, "findings": []}
        return FakeJudgement(verdict, record, self.refuse(provider, verdict, request_id))


class FakeJournal:
    """Records as JSON lines in `FOLDER/records`; fails while there is a file `broken`, hangs while there is `hangs`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, record: Mapping[str, Any]) -> asyncio.Future[None]:
        """Begin to write a record."""
        return asyncio.ensure_future(self._append(record))

    async def _append(self, record: Mapping[str, Any]) -> None:
        await asyncio.sleep(0)
        if (self._folder / "broken").exists():
            raise OSError("no space left on device")
        while (self._folder / "hangs").exists():
            await asyncio.sleep(0.05)
        with (self._folder / "records").open("a") as file:
            file.write(json.dumps(record) + "\n")

    async def close(self) -> None:
        """Nothing is left to write."""

    @property
    def records(self) -> list[dict[str, Any]]:
        """What was written."""
        path = self._folder / "records"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
