"""Request bodies of Anthropic's Messages API, of its batches and of the older text completions.

Source: see `anthropic_words`. The provider keeps containers, threads, earlier messages and files: they are references.
"""

from __future__ import annotations

from typing import Any

from zt_ai.egress.apis.anthropic_words import (
    BLOCK,
    BLOCK_TYPES,
    MESSAGE,
    MESSAGES,
    PLAIN_BLOCK,
    WORDS,
    run_by_client,
)
from zt_ai.egress.apis.gather import (
    MODEL_MISSING,
    Fields,
    Gathered,
    ShapeError,
    flag,
    list_of,
    named_model,
    object_of,
    text,
)
from zt_ai.egress.model import MediaKind, Path

_REFERENCE = MediaKind.REFERENCE
_BODY: Path = ("body",)
_BATCH = Fields("requests", "user_profile_id", "workspace_id")
_BATCHED = Fields("custom_id", "params")
_COMPLETE = Fields("prompt", "model", "stream", "stop_sequences", "metadata", "max_tokens_to_sample")
_OTHER_MODELS = ("fallbacks", "models", "fallback_models")


def messages(gathered: Gathered, body: dict[str, Any], path: Path = _BODY) -> None:
    """Messages, and counting their tokens [`MessageCreateParams`, `MessageCountTokensParams`]."""
    MESSAGES.check(body)
    if any(body.get(name) for name in _OTHER_MODELS):
        gathered.problem = MODEL_MISSING  # another model answers when the first one will not
    system = body.get("system")
    if system is not None:
        _contents(gathered, system, (*path, "system"))
    read, place = gathered.read, (*path, "messages")
    for i, message in enumerate(list_of(body.get("messages"))):
        if message.__class__ is not dict or message.get("role").__class__ is not str:
            raise ShapeError("message")
        MESSAGE.check(message)
        before, content = len(read), message.get("content")
        if content.__class__ is str:
            read.append((*place, i, "content"))
        else:
            _contents(gathered, content, (*place, i, "content"))
        if message["role"] == "user":
            gathered.user += read[before:]
    _around(gathered, body, path)


def _around(gathered: Gathered, body: dict[str, Any], path: Path) -> None:
    """Everything but the conversation."""
    if body.get("tools") is not None:
        for i, tool in enumerate(list_of(body["tools"])):
            tool_definition(gathered, tool, (*path, "tools", i))
    for name in ("tool_choice", "output_config", "output_format"):
        gathered.strings(body.get(name), (*path, name), gathered.tools)
    for name in ("metadata", "stop_sequences", "user_profile_id", "compaction", "context_management"):
        gathered.strings(body.get(name), (*path, name), gathered.beside)
    if body.get("mcp_servers"):  # the provider calls these addresses itself
        gathered.hosted.append("mcp_servers")
        gathered.strings(body["mcp_servers"], (*path, "mcp_servers"), gathered.beside)
    container = body.get("container")
    if container.__class__ is str or (container.__class__ is dict and container.get("id")):
        gathered.mark(_REFERENCE, (*path, "container"))
    if container.__class__ is dict and container.get("skills"):
        gathered.hosted.append("skills")
    for name in ("thread", "diagnostics"):
        kept = body.get(name)
        if kept.__class__ is dict and kept.get("previous_message_id") is not None:
            gathered.mark(_REFERENCE, (*path, name, "previous_message_id"))


def _contents(gathered: Gathered, value: Any, path: Path) -> None:
    """A text or a list of blocks."""
    if value.__class__ is str:
        gathered.read.append(path)
        return
    for i, block in enumerate(list_of(value)):
        if block.__class__ is not dict:
            raise ShapeError("block")
        if block.keys() <= PLAIN_BLOCK and block.get("text").__class__ is str:
            gathered.read.append((*path, i, "text"))
        else:
            _block(gathered, block, (*path, i))


def _block(gathered: Gathered, block: dict[str, Any], path: Path) -> None:
    BLOCK.check(block)
    kind = text(block, "type")
    if kind not in BLOCK_TYPES:
        gathered.mark(MediaKind.BINARY, path)
    if kind == "tool_addition":
        tool = object_of(block.get("tool"))
        if text(tool, "type") == "tool_definition":
            tool_definition(gathered, tool.get("definition"), (*path, "tool", "definition"))
        elif text(tool, "type") != "tool_reference":
            gathered.hosted.append(text(tool, "type") or "unknown")
        return
    gathered.walk(block, path, WORDS)


def tool_definition(gathered: Gathered, tool: Any, path: Path) -> None:
    """A tool: its texts, and whether the provider would run it itself. Unknown types count as hosted."""
    definition = object_of(tool)
    gathered.strings(definition, path, gathered.tools)
    kind = definition.get("type")
    if kind is not None and not (kind.__class__ is str and run_by_client(kind)):
        gathered.hosted.append(kind if kind.__class__ is str else "unknown")


def batch(gathered: Gathered, body: dict[str, Any]) -> str | None:
    """A batch of messages, each read like a message of its own; its model if it is one for all."""
    _BATCH.check(body)
    models: set[str | None] = set()
    for i, request in enumerate(list_of(body.get("requests"))):
        _BATCHED.check(object_of(request))
        params = object_of(request.get("params"))
        flag(params, "stream")
        gathered.strings(request.get("custom_id"), ("body", "requests", i, "custom_id"), gathered.beside)
        messages(gathered, params, ("body", "requests", i, "params"))
        models.add(named_model(params))
    return models.pop() if len(models) == 1 else None


def complete(gathered: Gathered, body: dict[str, Any]) -> None:
    """Text completions, the API before messages."""
    _COMPLETE.check(body)
    if body.get("prompt").__class__ is not str:
        raise ShapeError("prompt")
    gathered.read.append(("body", "prompt"))
    for name in ("stop_sequences", "metadata"):
        gathered.strings(body.get(name), ("body", name), gathered.beside)
