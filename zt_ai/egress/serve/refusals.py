"""Refusals that the worker makes by itself, in the provider's error format."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from zt_ai.egress.model import Action, Reply, Verdict
from zt_ai.egress.policy import Policy
from zt_ai.egress.serve.log import fault
from zt_ai.egress.serve.ports import Judge
from zt_ai.spec.types import Decision

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A verdict, and when it is worth trying again."""

    verdict: Verdict
    retry_after: int | None = None
    """Seconds."""


def _refuse(rule: str, status: int, message: str, retry_after: int | None = None) -> Refusal:
    return Refusal(Verdict(Action.REFUSE, rule, status, message), retry_after)


INSPECTOR_ERROR: Final = _refuse("inspector-error", 503, "the inspector could not judge the request; try again", 1)
MISCONFIGURED: Final = _refuse("inspector-misconfigured", 503, "the proxy is not set up to inspect this request")
TOO_SLOW: Final = _refuse(
    "too-slow", 503, "the request could not be judged in time; try again, or send less at once", 1
)
OVERLOADED: Final = _refuse("overloaded", 503, "too many requests are waiting to be judged; try again", 1)
AUDIT_UNAVAILABLE: Final = _refuse(
    "audit-unavailable", 503, "the audit record could not be written; try again later", 5
)
TRAILERS: Final = _refuse(
    "request-trailers", 400, "requests with HTTP trailers are not passed on; send them as headers"
)


BODY_TOO_LARGE: Final = _refuse("body-too-large", 413, "the request's body is larger than the proxy inspects")
BODY_TOO_SLOW: Final = _refuse("body-too-slow", 408, "the request's body did not arrive in time")


def of_envoy(status: int) -> Refusal:
    """What Envoy refused by itself before the whole body was there, in the provider's format."""
    return {413: BODY_TOO_LARGE, 408: BODY_TOO_SLOW}.get(status, INSPECTOR_ERROR)


def rate_limit(clause: str, limit: int, retry_after: int) -> Refusal:
    """More requests than the clause allows in a minute."""
    return _refuse("rate-limit", 429, f"{clause} allows {limit} requests per minute", retry_after)


def token_budget(clause: str, budget: int, retry_after: int) -> Refusal:
    """The tokens of the day are used up."""
    return _refuse(
        "token-budget", 429, f"{clause} allows {budget} tokens per day (UTC), which are used up", retry_after
    )


def reply(judge: Judge, provider: str, refusal: Refusal, request_id: str) -> Reply:
    """The reply to a refusal; in a plain format when the provider's own cannot be had."""
    try:
        made = judge.refuse(provider, refusal.verdict, request_id)
    except Exception as error:  # noqa: BLE001 - a refusal is given in any case
        fault(_log, "no reply in the provider's format", error, request_id=request_id)
        verdict = refusal.verdict
        error_body = {"message": verdict.message, "rule": verdict.rule, "request_id": request_id}
        made = Reply(verdict.status, "application/json", json.dumps({"error": error_body}).encode())
    if refusal.retry_after is None:
        return made
    return replace(made, headers={**made.headers, "retry-after": str(refusal.retry_after)})


def record(policy: Policy, facts: Mapping[str, Any], verdict: Verdict) -> dict[str, Any]:
    """The audit record of such a refusal. No path: what nobody judged may carry what must not be kept."""
    provider = facts["provider"] if facts["provider"] in policy.providers else None
    caller = policy.caller_of(facts["spiffe_id"])
    call = policy.call(caller, provider) if caller and provider else None
    return {
        **facts,
        "caller": caller,
        "provider": provider,
        "clause": call.clause if call else None,
        "operation": None,
        "model": None,
        "path": None,
        "decision": Decision.BLOCK.value,
        "rule": verdict.rule,
        "status": verdict.status,
        "findings": [],
        "policy": policy.digest,
        "tool": None,
    }
