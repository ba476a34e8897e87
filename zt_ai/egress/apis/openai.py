"""OpenAI: requests under `/v1`, and errors as its SDKs expect them.

Sources: the `openai` package, 3.57 (`resources` for paths and methods, `_exceptions.py`, `_streaming.py`), and OpenAI's
guide "Error codes".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from zt_ai.egress.apis.errors import event, reply, sentence
from zt_ai.egress.apis.gather import MODEL_MISSING, SHAPE_UNKNOWN, Gathered, ShapeError, flag, named_model, object_of
from zt_ai.egress.apis.openai_bodies import batch, chat, responses, simple
from zt_ai.egress.apis.paths import canonical_path
from zt_ai.egress.apis.requests import UNKNOWN, bodyless, overridden, uploads
from zt_ai.egress.model import Operation, Reply, Request
from zt_ai.spec.types import ProviderApi

# Path after the version → operation and the reader of its body.
_BODIES: Mapping[str, tuple[str, Callable[[Gathered, dict[str, Any]], None]]] = {
    "/chat/completions": ("chat", chat),
    "/responses": ("responses", responses),
    "/responses/compact": ("responses-compact", responses),
    "/responses/input_tokens": ("responses-input-tokens", responses),
    "/embeddings": ("embeddings", lambda gathered, body: simple(gathered, body, "input")),
    "/moderations": ("moderations", lambda gathered, body: simple(gathered, body, "input")),
    "/completions": ("completions", lambda gathered, body: simple(gathered, body, "prompt")),
    "/batches": ("batches", batch),
}
_ID = r"[A-Za-z0-9._:-]+"
# Requests without a body: method and path, the operation.
_BODYLESS = (
    (re.compile(rf"GET /models(?:/{_ID})?|DELETE /models/{_ID}"), "models"),
    (re.compile(rf"GET /files(?:/{_ID}(?:/content)?)?|DELETE /files/{_ID}"), "files"),
    (re.compile(rf"(?:GET|DELETE) /responses/{_ID}|GET /responses/{_ID}/input_items"), "responses"),
    (re.compile(rf"POST /responses/{_ID}/cancel"), "responses"),
    (re.compile(rf"GET /chat/completions(?:/{_ID}(?:/messages)?)?|DELETE /chat/completions/{_ID}"), "chat"),
    (re.compile(rf"GET /batches(?:/{_ID})?|POST /batches/{_ID}/cancel"), "batches"),
)
_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


class OpenAI:
    """Requests and errors of OpenAI, and of servers that speak its format."""

    api = ProviderApi.OPENAI

    def canonical_path(self, target: str) -> str | None:
        """The path without its query, None when it is ambiguous."""
        return canonical_path(target)

    def operation(self, request: Request, tree: Any) -> Operation:
        """What a request asks."""
        path = canonical_path(request.target)
        if path is None or not path.startswith("/v1/"):
            return UNKNOWN
        return operation(request, tree, path[3:])

    def refusal(self, status: int, rule: str, message: str, request_id: str) -> Reply:
        """An error of the API: `{"error": {message, type, param, code}}`, the rule as `code`."""
        body = {"error": error(status, rule, sentence(message, rule, request_id))}
        return reply(status, body, {"x-request-id": request_id})

    def refusal_template(self, status: int = 503) -> dict[str, Any]:
        """The same with places to fill in."""
        return {"error": error(status, "{rule}", sentence("{message}", "{rule}", "{request_id}"))}

    def stream_refusal(self, rule: str, message: str, request_id: str, operation: str = "") -> bytes:
        """The event that ends a running answer.

        One event serves chat completions, where the SDK raises on a field `error` (`_streaming.py`), and responses,
        whose own event `error` has `code` and `message` [`ResponseErrorEvent`]. No `[DONE]` follows: a client that
        knows nothing of errors in streams must not take what it has for a whole answer.
        """
        told = sentence(message, rule, request_id)
        body = {"type": "error", "error": error(403, rule, told), "code": rule, "message": told, "param": None}
        return event({**body, "sequence_number": 0}, "error")


def error(status: int, rule: str, message: str) -> dict[str, Any]:
    """The object `error`."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"message": message, "type": kind, "param": None, "code": rule}


def operation(request: Request, tree: Any, path: str, deployment: str | None = None) -> Operation:
    """What is asked at a path after the version; `deployment` is the model where the path has named it."""
    if overridden(request):
        return UNKNOWN
    known = _BODIES.get(path) if request.method == "POST" else None
    if known is None:
        if path == "/files" and request.method == "POST":
            return uploads("files", request, tree)
        return bodyless(_BODYLESS, request, path, tree)
    name, reader = known
    gathered = Gathered()
    try:
        body = object_of(tree)
        stream = flag(body, "stream")
        reader(gathered, body)
    except ShapeError:
        return Operation(name, problem=SHAPE_UNKNOWN)
    model = deployment or named_model(body)
    if model is None:
        gathered.problem = MODEL_MISSING
    return gathered.operation(name, model, stream=stream)
