"""Anthropic: requests under `/v1`, and errors as its SDKs expect them.

Sources: the `anthropic` package, 2.14 (`resources`, `_exceptions.py`, `_streaming.py`), and Claude docs, "Errors".
"""

from __future__ import annotations

import re
from typing import Any

from zt_ai.egress.apis.anthropic_bodies import batch, complete, messages
from zt_ai.egress.apis.errors import event, reply, sentence
from zt_ai.egress.apis.gather import MODEL_MISSING, SHAPE_UNKNOWN, Gathered, ShapeError, flag, named_model, object_of
from zt_ai.egress.apis.paths import canonical_path
from zt_ai.egress.apis.requests import UNKNOWN, bodyless, overridden, uploads
from zt_ai.egress.model import Operation, Reply, Request
from zt_ai.spec.types import ProviderApi

_POSTS = {
    "/v1/messages": "messages",
    "/v1/messages/count_tokens": "count-tokens",
    "/v1/messages/batches": "batches",
    "/v1/complete": "complete",
}
_ID = r"[A-Za-z0-9._:-]+"
_BODYLESS = (
    (re.compile(rf"GET /v1/models(?:/{_ID})?"), "models"),
    (re.compile(rf"GET /v1/files(?:/{_ID}(?:/content)?)?|DELETE /v1/files/{_ID}"), "files"),
    (re.compile(rf"GET /v1/messages/batches(?:/{_ID}(?:/results)?)?"), "batches"),
    (re.compile(rf"DELETE /v1/messages/batches/{_ID}|POST /v1/messages/batches/{_ID}/cancel"), "batches"),
)
_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}


class Anthropic:
    """Requests and errors of Anthropic."""

    api = ProviderApi.ANTHROPIC

    def canonical_path(self, target: str) -> str | None:
        """The path without its query, None when it is ambiguous."""
        return canonical_path(target)

    def operation(self, request: Request, tree: Any) -> Operation:
        """What a request asks."""
        path = canonical_path(request.target)
        if path is None or overridden(request):
            return UNKNOWN
        name = _POSTS.get(path) if request.method == "POST" else None
        if name is not None:
            return _understood(name, tree)
        if path == "/v1/files" and request.method == "POST":
            return uploads("files", request, tree)
        return bodyless(_BODYLESS, request, path, tree)

    def refusal(self, status: int, rule: str, message: str, request_id: str) -> Reply:
        """An error of the API: `{"type": "error", "error": {type, message}, "request_id"}`."""
        body = error(status, sentence(message, rule, request_id), request_id)
        return reply(status, body, {"request-id": request_id})

    def refusal_template(self, status: int = 503) -> dict[str, Any]:
        """The same with places to fill in."""
        return error(status, sentence("{message}", "{rule}", "{request_id}"), "{request_id}")

    def stream_refusal(self, rule: str, message: str, request_id: str, operation: str = "") -> bytes:
        """The event that ends a running answer [Claude docs, "Streaming messages", error events]."""
        return stream_error(rule, message, request_id)


def error(status: int, message: str, request_id: str) -> dict[str, Any]:
    """The body of an error."""
    kind = _TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}


def stream_error(rule: str, message: str, request_id: str) -> bytes:
    """The error event of a stream of messages, at whichever cloud."""
    return event(error(403, sentence(message, rule, request_id), request_id), "error")


def _understood(name: str, tree: Any) -> Operation:
    gathered = Gathered()
    try:
        body = object_of(tree)
        stream, model = flag(body, "stream"), named_model(body)
        if name == "batches":
            model = batch(gathered, body)
        elif name == "complete":
            complete(gathered, body)
        else:
            messages(gathered, body)
    except ShapeError:
        return Operation(name, problem=SHAPE_UNKNOWN)
    if model is None:
        gathered.problem = MODEL_MISSING
    return gathered.operation(name, model, stream=stream)
