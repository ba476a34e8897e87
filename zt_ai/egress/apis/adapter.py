"""One adapter for each provider's API: what a request asks, and how the API says no."""

from __future__ import annotations

from typing import Any, Protocol

from zt_ai.egress.apis.anthropic import Anthropic
from zt_ai.egress.apis.azure_openai import AzureOpenAI
from zt_ai.egress.apis.bedrock import Bedrock
from zt_ai.egress.apis.openai import OpenAI
from zt_ai.egress.apis.vertex_ai import VertexAI
from zt_ai.egress.model import Operation, Reply, Request
from zt_ai.spec.types import ProviderApi


class Adapter(Protocol):
    """Understands the requests of one API and speaks its errors. Stateless; nothing here raises on any request."""

    @property
    def api(self) -> ProviderApi:
        """The API."""

    def canonical_path(self, target: str) -> str | None:
        """The path of a request target in one spelling, without the query; None when it can be read in two ways."""

    def operation(self, request: Request, tree: Any) -> Operation:
        """What a request asks; `tree` is its parsed JSON body, None when it has none.

        Problems are `shape-unknown` (path, method or body are not of the API) and `model-missing` (no model is named,
        or the choice among several is left to the provider). Groups of texts are, in this order and where there are
        any: the conversation, the user's part of it, tools, and what stands beside.
        """

    def refusal(self, status: int, rule: str, message: str, request_id: str) -> Reply:
        """An error from which the API's SDK raises its own exception with message, rule and request id in it."""

    def refusal_template(self, status: int = 503) -> dict[str, Any]:
        """The JSON of an error, with `{message}`, `{rule}` and `{request_id}` in its strings, to be filled in."""

    def stream_refusal(self, rule: str, message: str, request_id: str, operation: str = "") -> bytes:
        """What ends a running answer, after the last whole event: an error that its reader cannot take for an end.

        `operation` is the operation's name: one provider frames errors by it (Anthropic's models on Vertex AI).
        """


_ADAPTERS: dict[ProviderApi, Adapter] = {
    chosen.api: chosen for chosen in (OpenAI(), Anthropic(), AzureOpenAI(), Bedrock(), VertexAI())
}


def adapter(api: ProviderApi) -> Adapter:
    """The adapter of an API."""
    return _ADAPTERS[api]
