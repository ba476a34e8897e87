"""The words of Anthropic's Messages API, which Bedrock and Vertex AI take too.

Source: the request types of the `anthropic` package, 2.14 (`anthropic/types`, `anthropic/types/beta`), which are
generated from Anthropic's API description.
"""

from __future__ import annotations

from typing import Any

from zt_ai.egress.apis.gather import Fields, Gathered, Words, marks, media_kind, readable, text
from zt_ai.egress.model import MediaKind, Path

MESSAGES = Fields(
    *("max_tokens", "messages", "model", "anthropic_version", "anthropic_beta", "billing_policy", "cache_control"),
    *("compaction", "container", "context_management", "diagnostics", "fallback_credit_token", "fallbacks"),
    *("inference_geo", "mcp_servers", "metadata", "output_config", "output_format", "service_tier", "speed"),
    *("stop_sequences", "stream", "system", "temperature", "thinking", "thread", "tool_choice", "tools", "top_k"),
    *("top_p", "user_profile_id", "workspace_id", "betas", "models", "fallback_models"),
)
MESSAGE = Fields("role", "content")
BLOCK = Fields("type", "text", "source", "content", "title", "context", "input", "thinking", "file_id", "tool")

_REFERENCE = MediaKind.REFERENCE
_SOURCES = frozenset({"base64", "url", "file", "text", "content"})


def _source(gathered: Gathered, value: dict[str, Any], path: Path) -> bool:
    """An image or a document: where it comes from says whether it can be read."""
    source = value.get("source")
    if source.__class__ is not dict:
        gathered.mark(_REFERENCE if source.__class__ is str else MediaKind.BINARY, path)
        return False
    assumed = MediaKind.IMAGE if value.get("type") == "image" else MediaKind.DOCUMENT
    kind, place = text(source, "type"), (*path, "source")
    if kind == "base64":
        said = text(source, "media_type")
        # An image that says it is a text is an image: what reads it goes by the block's type.
        medium = assumed if assumed is MediaKind.IMAGE or not readable(said) else media_kind(said)
        if medium is not None:
            gathered.mark(medium, place)
            return _beside(gathered, value, path)
    elif kind not in _SOURCES:
        gathered.mark(MediaKind.BINARY, place)
    elif kind in ("url", "file"):
        gathered.mark(_REFERENCE, place)
        return _beside(gathered, value, path)
    return False


def _beside(gathered: Gathered, value: dict[str, Any], path: Path) -> bool:
    for name in ("title", "context"):
        if value.get(name) is not None:
            gathered.strings(value[name], (*path, name), gathered.beside)
    return True


WORDS = Words(
    skip=frozenset(
        {
            *("type", "role", "id", "tool_use_id", "media_type", "ttl", "toolset_name", "skill_id", "page_age"),
            # Written and sealed by the provider: nobody else can put a text into it that the model would read.
            *("signature", "encrypted_content", "encrypted_index"),
        }
    ),
    beside=frozenset({"name", "title", "context", "mcp_server_name", "tool_name", "cache_control"}),
    free=frozenset({"input", "input_schema", "input_examples"}),
    media={"file_id": _REFERENCE},
    types={
        "image": _source,
        "document": _source,
        "container_upload": marks(_REFERENCE, "file_id"),
        "compaction": marks(_REFERENCE),  # an earlier conversation, in part sealed
        # Sealed as a whole: like `signature`.
        "redacted_thinking": lambda *_: True,
    },
)
BLOCK_TYPES = frozenset(
    {
        *("text", "image", "document", "search_result", "thinking", "redacted_thinking", "tool_use", "tool_result"),
        *("server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "advisor_tool_result"),
        *("code_execution_tool_result", "bash_code_execution_tool_result", "tool_search_tool_result"),
        *("text_editor_code_execution_tool_result", "mcp_tool_use", "mcp_tool_result", "container_upload"),
        *("compaction", "tool_addition", "tool_removal", "mcp_tool_listing", "fallback"),
    }
)
PLAIN_BLOCK = frozenset({"type", "text", "cache_control"})
# Run by the caller, who sends the results back in `tool_result` blocks [Claude docs, "Tool use", client tools]; what
# the provider runs comes as `server_tool_use`. Types end in a date, so they are known by what is before it.
CLIENT_TOOLS = frozenset({"bash", "text_editor", "computer", "memory", "computer_toolset", "browser_toolset"})


def run_by_client(kind: str) -> bool:
    """Whether the caller runs tools of a type itself."""
    name, _, dated = kind.rpartition("_")
    return kind in ("", "custom") or (name in CLIENT_TOOLS and dated.isascii() and dated.isdigit())
