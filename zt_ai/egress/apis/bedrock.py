"""Amazon Bedrock: the model in the path, errors as the AWS SDKs expect them, answers in AWS event streams.

Sources: the service model `bedrock-runtime` 2023-09-30 in `botocore`, 1.44; AWS "rest-json" protocol, error code in the
header `x-amzn-errortype`. Not known, and so refused: bidirectional streams, asynchronous invocations (they take input
from and put output into S3), and OpenAI's and Anthropic's own paths, which Bedrock has too.
"""

from __future__ import annotations

import json
import re
from typing import Any

from zt_ai.egress.apis.bedrock_bodies import converse, count_tokens, guardrail, invoke
from zt_ai.egress.apis.errors import reply, sentence
from zt_ai.egress.apis.event_stream import frame
from zt_ai.egress.apis.gather import MODEL_MISSING, SHAPE_UNKNOWN, Gathered, ShapeError, flag, object_of
from zt_ai.egress.apis.paths import model_id, model_path
from zt_ai.egress.apis.requests import UNKNOWN, overridden
from zt_ai.egress.model import MediaKind, Operation, Reply, Request
from zt_ai.spec.types import ProviderApi

_MODEL = re.compile(r"/model/([^/]+)/([a-z-]+)")
_GUARDRAIL = re.compile(r"/guardrail/[A-Za-z0-9:._-]+/version/[A-Za-z0-9]+/apply")
# Verb in the path → operation, and whether the answer comes in parts.
_VERBS = {
    "converse": ("converse", False),
    "converse-stream": ("converse", True),
    "invoke": ("invoke", False),
    "invoke-with-response-stream": ("invoke", True),
    "count-tokens": ("count-tokens", False),
}
_ERRORS = {
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    429: "ThrottlingException",
    503: "ServiceUnavailableException",
    504: "ModelTimeoutException",
}


class Bedrock:
    """Requests and errors of Amazon Bedrock's runtime."""

    api = ProviderApi.BEDROCK

    def canonical_path(self, target: str) -> str | None:
        """The path without its query, None when it is ambiguous; the slash of an ARN stays `%2F`."""
        return model_path(target)

    def operation(self, request: Request, tree: Any) -> Operation:
        """What a request asks."""
        path = model_path(request.target)
        if path is None or request.method != "POST" or overridden(request):
            return UNKNOWN
        asked = _MODEL.fullmatch(path)
        if asked is None:
            return _guarded(tree) if _GUARDRAIL.fullmatch(path) else UNKNOWN
        model, verb = model_id(asked[1]), _VERBS.get(asked[2])
        if verb is None:
            return UNKNOWN
        name, stream = verb
        if model is None:
            return Operation(name, problem=MODEL_MISSING)
        return _understood(name, model, stream, tree)

    def refusal(self, status: int, rule: str, message: str, request_id: str) -> Reply:
        """An error of the service: `{"message"}`, its code in a header."""
        headers = {"x-amzn-errortype": _code(status), "x-amzn-requestid": request_id, "request-id": request_id}
        return reply(status, {"message": sentence(message, rule, request_id)}, headers)

    def refusal_template(self, status: int = 503) -> dict[str, Any]:
        """The same with places to fill in."""
        return {"message": sentence("{message}", "{rule}", "{request_id}")}

    def stream_refusal(self, rule: str, message: str, request_id: str, operation: str = "") -> bytes:
        """The frame that ends a running answer: an exception that both streams of the service define and that asks for
        no other try [`ConverseStreamOutput`, `ResponseStream`]."""
        headers = {
            ":exception-type": "validationException",
            ":content-type": "application/json",
            ":message-type": "exception",
        }
        return frame(headers, json.dumps({"message": sentence(message, rule, request_id)}).encode())


def _code(status: int) -> str:
    return _ERRORS.get(status, "InternalServerException" if status >= 500 else "ValidationException")


def _understood(name: str, model: str, stream: bool, tree: Any) -> Operation:
    gathered = Gathered()
    try:
        body = object_of(tree)
        if name == "converse":
            converse(gathered, body)
        elif name == "invoke":
            flag(body, "stream")
            invoke(gathered, body, model)
        else:
            count_tokens(gathered, body, model)
    except ShapeError:
        return Operation(name, problem=SHAPE_UNKNOWN)
    if ":prompt/" in model:  # a prompt that is kept at the provider, with a model of its own choice
        gathered.mark(MediaKind.REFERENCE, ("path",))
    return gathered.operation(name, model, stream=stream)


def _guarded(tree: Any) -> Operation:
    gathered = Gathered()
    try:
        guardrail(gathered, object_of(tree))
    except ShapeError:
        return Operation("guardrail", problem=SHAPE_UNKNOWN)
    return gathered.operation("guardrail", None)
