"""Azure OpenAI: deployments in the path, or `/openai/v1` with the deployment as the model.

Sources: Azure OpenAI reference, "API endpoints", "Data plane inference" and "v1 API"; the `openai` package, 3.57
(`lib/azure.py`). With a deployment in the path the service takes no notice of `model` in the body, so neither do we.
"""

from __future__ import annotations

import re
from typing import Any

from zt_ai.egress.apis.errors import event, reply, sentence
from zt_ai.egress.apis.openai import error, operation
from zt_ai.egress.apis.paths import canonical_path
from zt_ai.egress.apis.requests import UNKNOWN
from zt_ai.egress.model import Operation, Reply, Request
from zt_ai.spec.types import ProviderApi

_DEPLOYMENT = re.compile(r"/openai/deployments/([A-Za-z0-9._-]+)(?:/extensions)?(/(?:chat/)?completions|/embeddings)")
# Without a version in the path, and so with `api-version` in the query.
_SHARED = re.compile(r"/openai(?:/v1)?(/(?:models|files|batches|responses)(?:/.*)?)")
_V1 = "/openai/v1"


class AzureOpenAI:
    """Requests and errors of Azure OpenAI."""

    api = ProviderApi.AZURE_OPENAI

    def canonical_path(self, target: str) -> str | None:
        """The path without its query, None when it is ambiguous."""
        return canonical_path(target)

    def operation(self, request: Request, tree: Any) -> Operation:
        """What a request asks; the model is the name of a deployment."""
        path = canonical_path(request.target)
        if path is None:
            return UNKNOWN
        deployed = _DEPLOYMENT.fullmatch(path)
        if deployed is not None:
            return operation(request, tree, deployed[2], deployed[1])
        if path.startswith(f"{_V1}/"):
            return operation(request, tree, path[len(_V1) :])
        shared = _SHARED.fullmatch(path)
        return operation(request, tree, shared[1]) if shared else UNKNOWN

    def refusal(self, status: int, rule: str, message: str, request_id: str) -> Reply:
        """An error of the service: OpenAI's, with the status beside [reference, "Content filtering", error sample]."""
        told = {**error(status, rule, sentence(message, rule, request_id)), "status": status}
        return reply(status, {"error": told}, {"apim-request-id": request_id, "x-request-id": request_id})

    def refusal_template(self, status: int = 503) -> dict[str, Any]:
        """The same with places to fill in."""
        told = error(status, "{rule}", sentence("{message}", "{rule}", "{request_id}"))
        return {"error": {**told, "status": status}}

    def stream_refusal(self, rule: str, message: str, request_id: str, operation: str = "") -> bytes:
        """The event that ends a running answer, as OpenAI's."""
        told = sentence(message, rule, request_id)
        body = {"type": "error", "error": error(403, rule, told), "code": rule, "message": told, "param": None}
        return event({**body, "sequence_number": 0}, "error")
