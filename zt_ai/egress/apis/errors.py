"""What every error of the proxy has in common, whoever's format it takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zt_ai.egress.model import Reply

RETRY_LATER = {429: "5", 503: "1"}
"""Seconds in `retry-after`, by status: the refusals that another try can get past. Who knows better replaces them."""


def sentence(message: str, rule: str, request_id: str) -> str:
    """The message that people read: what was refused, by which rule, and the id to ask about it."""
    return f"{message} (rule: {rule}, request: {request_id})"


def reply(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> Reply:
    """An error as a whole HTTP answer.

    `x-should-retry: false` is obeyed by the SDKs of OpenAI and Anthropic (`_base_client.py`, `_should_retry`), which
    would otherwise repeat 408, 409, 429 and 5xx: a rule gives the same answer the second time.
    """
    later = RETRY_LATER.get(status)
    retry = {"x-should-retry": "false"} if later is None else {"retry-after": later}
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Reply(status, "application/json", encoded, {**headers, **retry})


def event(body: Mapping[str, Any], name: str | None = None) -> bytes:
    """A server-sent event [HTML Standard, section 9.2.6]. JSON has no line ends of its own, so one `data` line."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(body, ensure_ascii=True, separators=(',', ':'))}\n\n".encode()
