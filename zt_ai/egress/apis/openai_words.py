"""The words of OpenAI's APIs: what each field of a message, an item and a tool is for.

Source: the request types of the `openai` package, 3.57 (`openai/types/chat`, `openai/types/responses`), which are
generated from OpenAI's API description.
"""

from __future__ import annotations

from typing import Any

from zt_ai.egress.apis.gather import Fields, Gathered, ShapeError, Words, list_of, marks, text
from zt_ai.egress.model import MediaKind, Path

CHAT = Fields(
    *("messages", "model", "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs"),
    *("max_completion_tokens", "max_tokens", "metadata", "modalities", "moderation", "n", "parallel_tool_calls"),
    *("prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention"),
    *("reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream"),
    *("stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity"),
    *("web_search_options", "data_sources", "models", "fallbacks", "fallback_models"),
)
RESPONSES = Fields(
    *("access_programs", "background", "background_options", "context_management", "conversation", "image", "include"),
    *("input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model", "moderation"),
    *("parallel_tool_calls", "personality", "previous_response_id", "prompt", "prompt_cache_key"),
    *("prompt_cache_options", "prompt_cache_retention", "reasoning", "safety_identifier", "service_tier", "store"),
    *("stream", "stream_options", "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p"),
    *("truncation", "user", "models", "fallbacks", "fallback_models"),
)
# Embeddings, completions and moderations share their words.
SIMPLE = Fields(
    *("input", "prompt", "suffix", "model", "user", "stream", "stop", "metadata", "dimensions", "encoding_format"),
    *("echo", "logit_bias", "max_tokens", "models", "fallbacks", "fallback_models"),
)
MESSAGE = Fields("role", "content", "name", "refusal", "audio", "function_call", "tool_calls", "tool_call_id")
PART = Fields("type", "text", "refusal", "image_url", "input_audio", "file", "file_id", "file_data", "file_url")

# Not OpenAI's own: servers that speak its format choose among several models with them.
OTHER_MODELS = ("models", "fallbacks", "fallback_models")

_REFERENCE = MediaKind.REFERENCE
WORDS = Words(
    skip=frozenset(
        {
            *("type", "role", "id", "status", "call_id", "tool_call_id", "approval_request_id", "caller_id", "detail"),
            *("phase", "mode", "ttl", "execution", "quality", "size", "background", "output_format", "fingerprint"),
            # Written and sealed by the provider: nobody else can put a text into it that the model would read.
            "encrypted_content",
        }
    ),
    beside=frozenset({"name", "filename", "namespace", "server_label", "user", "metadata", "attributes"}),
    free=frozenset({"parameters", "arguments", "input_schema", "output_schema", "schema", "env"}),
    media={
        "image_url": MediaKind.IMAGE,
        "video_url": MediaKind.VIDEO,
        "audio_url": MediaKind.AUDIO,
        "input_audio": MediaKind.AUDIO,
        "file_data": MediaKind.DOCUMENT,
        "file_url": _REFERENCE,
        "file_id": _REFERENCE,
        "file_ids": _REFERENCE,
        "vector_store_ids": _REFERENCE,
        "container_id": _REFERENCE,
    },
    types={
        "image_url": marks(MediaKind.IMAGE, "image_url"),
        "input_image": marks(MediaKind.IMAGE, "image_url", "file_id"),
        "computer_screenshot": marks(MediaKind.IMAGE, "image_url", "file_id"),
        "image": marks(MediaKind.IMAGE),  # an image that a code interpreter gave
        "image_generation_call": marks(MediaKind.IMAGE),
        "input_audio": marks(MediaKind.AUDIO, "input_audio"),
        "input_file": marks(MediaKind.DOCUMENT, "file_data", "file_url", "file_id"),
        "item_reference": marks(_REFERENCE),
        "compaction": marks(_REFERENCE),  # an earlier conversation, sealed
    },
)

PART_TYPES = frozenset({"text", "input_text", "output_text", "refusal", "summary_text", "reasoning_text"}) | {
    *("image_url", "input_image", "input_audio", "file", "input_file", "computer_screenshot"),
}
ITEM_TYPES = frozenset(
    {
        *("message", "file_search_call", "computer_call", "computer_call_output", "web_search_call", "function_call"),
        *("function_call_output", "tool_search_call", "tool_search_output", "additional_tools", "reasoning"),
        *("configuration_update", "compaction", "image_generation_call", "code_interpreter_call", "local_shell_call"),
        *("local_shell_call_output", "shell_call", "shell_call_output", "apply_patch_call", "apply_patch_call_output"),
        *("mcp_list_tools", "mcp_approval_request", "mcp_approval_response", "mcp_call", "custom_tool_call"),
        *("custom_tool_call_output", "compaction_trigger", "item_reference", "program", "program_output"),
    }
)
_PLAIN_PART = frozenset({"type", "text", "prompt_cache_breakpoint", "cache_control", "annotations", "logprobs"})
# The caller runs these itself [OpenAI guides, "Function calling", "Local shell", "Apply patch"]. Computer use is run by
# the caller too, but takes pictures of a screen to the provider: it counts as hosted, so that a policy has to name it.
_CLIENT_TOOLS = frozenset({"function", "custom", "local_shell", "apply_patch"})


def contents(gathered: Gathered, value: Any, path: Path) -> None:
    """The contents of a message: a text or a list of parts."""
    if value.__class__ is str:
        gathered.read.append(path)
    elif value.__class__ is list:
        for i, one in enumerate(value):
            part(gathered, one, (*path, i))
    elif value is not None:
        raise ShapeError("content")


def part(gathered: Gathered, value: Any, path: Path) -> None:
    """One part of a message. A type that is not known is a part that cannot be read."""
    if value.__class__ is not dict:
        raise ShapeError("part")
    if value.keys() <= _PLAIN_PART and value.get("text").__class__ is str:
        gathered.read.append((*path, "text"))
        return
    PART.check(value)
    if text(value, "type") not in PART_TYPES:
        gathered.mark(MediaKind.BINARY, path)
    gathered.walk(value, path, WORDS)


def tools(gathered: Gathered, value: Any, path: Path) -> None:
    """Tool definitions: their texts, and which of them the provider would run itself. Unknown types count as hosted."""
    if value is None:
        return
    pending = [(tool, (*path, i)) for i, tool in enumerate(list_of(value))]
    for tool, place in pending:
        if tool.__class__ is not dict:
            raise ShapeError("tool")
        gathered.strings(tool, place, gathered.tools)
        kind = text(tool, "type")
        if kind == "namespace":
            pending.extend((inner, (*place, "tools", i)) for i, inner in enumerate(list_of(tool.get("tools"))))
        elif kind not in _CLIENT_TOOLS and not _run_by_client(kind, tool):
            gathered.hosted.append(kind or "unknown")
            _references(gathered, tool, place)


def _run_by_client(kind: str, tool: dict[str, Any]) -> bool:
    environment = tool.get("environment")
    if kind == "shell":
        return environment.__class__ is dict and environment.get("type") == "local"
    return kind == "tool_search" and tool.get("execution") == "client"


def _references(gathered: Gathered, tool: dict[str, Any], path: Path) -> None:
    """What a hosted tool would read of what the provider keeps: vector stores, containers, files."""
    for name in ("vector_store_ids", "container", "environment", "input_image_mask"):
        value = tool.get(name)
        if value.__class__ is dict:
            kept = ("file_ids", "file_id", "image_url", "container_id", "skills")
            for inner in kept:
                if value.get(inner):
                    gathered.mark(_REFERENCE, (*path, name, inner))
        elif value:
            gathered.mark(_REFERENCE, (*path, name))
