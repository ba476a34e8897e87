"""Vertex AI: the model and what is asked of it in the path; Gemini, and other publishers by raw predictions.

Sources: Vertex AI REST reference (v1), `projects.locations.publishers.models` and `projects.locations.endpoints`;
Google Cloud API design guide, "Errors"; the `anthropic` package, 2.14 (`lib/vertex`), for Anthropic's models. Caches,
batch predictions and tuning keep or take contents elsewhere: not known here, and so refused.
"""

from __future__ import annotations

import re
from typing import Any

from zt_ai.egress.apis import anthropic_bodies
from zt_ai.egress.apis.anthropic import stream_error
from zt_ai.egress.apis.errors import event, reply, sentence
from zt_ai.egress.apis.gather import MODEL_MISSING, SHAPE_UNKNOWN, Gathered, ShapeError, flag, named_model, object_of
from zt_ai.egress.apis.openai_bodies import chat
from zt_ai.egress.apis.paths import canonical_path
from zt_ai.egress.apis.requests import UNKNOWN, bodyless, overridden
from zt_ai.egress.apis.vertex_bodies import generate, predict
from zt_ai.egress.model import MediaKind, Operation, Reply, Request
from zt_ai.spec.types import ProviderApi

_ID = r"[A-Za-z0-9._@-]+"
_PLACE = rf"/v1(?:beta1)?(?:/projects/{_ID}/locations/{_ID})?"
_MODEL = re.compile(rf"{_PLACE}/publishers/({_ID})/models/({_ID}):([A-Za-z]+)")
_ENDPOINT = re.compile(rf"{_PLACE}/(endpoints/{_ID}):([A-Za-z]+)")
_OPENAI = re.compile(rf"{_PLACE}/endpoints/openapi/chat/completions")
_BODYLESS = (
    (re.compile(rf"GET {_PLACE}/publishers/{_ID}/models(?:/{_ID})?"), "models"),
    (re.compile(rf"GET {_PLACE}/(?:models|endpoints)(?:/{_ID})?"), "models"),
)
# Verb in the path → operation, and whether the answer comes in parts.
_VERBS = {
    "generateContent": ("generate-content", False),
    "streamGenerateContent": ("generate-content", True),
    "countTokens": ("count-tokens", False),
    "embedContent": ("embed-content", False),
    "predict": ("predict", False),
    "rawPredict": ("raw-predict", False),
    "streamRawPredict": ("raw-predict", True),
}
# Google Cloud API design guide, "Errors", table of codes.
_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class VertexAI:
    """Requests and errors of Vertex AI."""

    api = ProviderApi.VERTEX_AI

    def canonical_path(self, target: str) -> str | None:
        """The path without its query, None when it is ambiguous."""
        return canonical_path(target)

    def operation(self, request: Request, tree: Any) -> Operation:
        """What a request asks. A model is named as in the path, a model behind an endpoint `endpoints/ID`."""
        path = canonical_path(request.target)
        if path is None or overridden(request):
            return UNKNOWN
        if request.method != "POST":
            return bodyless(_BODYLESS, request, path, tree)
        asked = _MODEL.fullmatch(path)
        if asked is not None:
            publisher, model, verb = asked.groups()
        else:
            behind = _ENDPOINT.fullmatch(path)
            if behind is None:
                return _chat(tree) if _OPENAI.fullmatch(path) else UNKNOWN
            publisher, (model, verb) = "", behind.groups()
        known = _VERBS.get(verb)
        return UNKNOWN if known is None else _understood(known[0], known[1], publisher, model, tree)

    def refusal(self, status: int, rule: str, message: str, request_id: str) -> Reply:
        """An error of Google's APIs, the rule and the request's id as details."""
        body = {"error": error(status, rule, sentence(message, rule, request_id), request_id)}
        return reply(status, body, {"x-request-id": request_id, "request-id": request_id})

    def refusal_template(self, status: int = 503) -> dict[str, Any]:
        """The same with places to fill in."""
        told = sentence("{message}", "{rule}", "{request_id}")
        return {"error": error(status, "{rule}", told, "{request_id}")}

    def stream_refusal(self, rule: str, message: str, request_id: str, operation: str = "") -> bytes:
        """The event that ends a running answer: Anthropic's own in a stream of messages, whose SDK reads no events
        without a name. Without `alt=sse` answers are one JSON array: there the last item is the body of a refusal."""
        if operation == "messages":
            return stream_error(rule, message, request_id)
        return event({"error": error(403, rule, sentence(message, rule, request_id), request_id)})


def error(status: int, rule: str, message: str, request_id: str) -> dict[str, Any]:
    """The object `error`; its details are `google.rpc.ErrorInfo` and `google.rpc.RequestInfo`."""
    return {
        "code": status,
        "message": message,
        "status": _STATUS.get(status, "INTERNAL" if status >= 500 else "INVALID_ARGUMENT"),
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "REFUSED_BY_EGRESS_PROXY",
                "domain": "zt-ai",
                "metadata": {"rule": rule},
            },
            {"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": request_id},
        ],
    }


def _understood(name: str, stream: bool, publisher: str, model: str, tree: Any) -> Operation:
    gathered = Gathered()
    try:
        body = object_of(tree)
        if name == "raw-predict" and publisher == "anthropic":
            return _anthropic(gathered, body, model, stream)
        if name == "raw-predict":
            stream = flag(body, "stream") or stream
            predict(gathered, body, model)
        elif name == "predict":
            predict(gathered, body, model)
        else:
            generate(gathered, body, model)
    except ShapeError:
        return Operation(name, problem=SHAPE_UNKNOWN)
    return gathered.operation(name, model, stream=stream)


def _anthropic(gathered: Gathered, body: dict[str, Any], model: str, stream: bool) -> Operation:
    """Anthropic's models: the model is in the path, but for counting tokens in the body (`lib/vertex/_client.py`)."""
    stream = flag(body, "stream") or stream
    anthropic_bodies.messages(gathered, body)
    named = named_model(body)
    if model == "count-tokens":
        if named is None:
            gathered.problem = MODEL_MISSING
        return gathered.operation("count-tokens", named)
    if body.get("model") is not None and named != model:
        gathered.problem = MODEL_MISSING
    return gathered.operation("messages", model, stream=stream)


def _chat(tree: Any) -> Operation:
    """Chat completions in OpenAI's form; the model is named in the body as `google/MODEL`."""
    gathered = Gathered()
    try:
        body = object_of(tree)
        stream = flag(body, "stream")
        chat(gathered, body)
        more = body.get("extra_body")
        google = more.get("google") if more.__class__ is dict else body.get("google")
        if google is not None:  # caches and Google's own tools, by OpenAI's way to say more
            gathered.mark(MediaKind.REFERENCE, ("body",))
    except ShapeError:
        return Operation("chat", problem=SHAPE_UNKNOWN)
    model = named_model(body)
    if model is None:
        gathered.problem = MODEL_MISSING
    return gathered.operation("chat", model, stream=stream)
