"""Request bodies of OpenAI's APIs, also as Azure OpenAI and Vertex AI take them: what is read, and in which order.

Source: see `openai_words`. Contents that a conversation refers to and that the provider keeps (a previous response, a
conversation, a stored prompt, files) are references: nobody here can say what is in them. `store`, `background` and
`metadata` keep data at the provider to which it goes in any case, under the same agreement; they change nothing.
"""

from __future__ import annotations

from typing import Any

from zt_ai.egress.apis.gather import MODEL_MISSING, Gathered, ShapeError, list_of, text
from zt_ai.egress.apis.openai_words import (
    CHAT,
    ITEM_TYPES,
    MESSAGE,
    OTHER_MODELS,
    RESPONSES,
    SIMPLE,
    WORDS,
    contents,
    part,
    tools,
)
from zt_ai.egress.model import MediaKind, Path

_REFERENCE = MediaKind.REFERENCE
_BODY: Path = ("body",)
_SHORT = frozenset({"role", "content"})
_ITEM_REFERENCE = frozenset({"id", "type"})


def chat(gathered: Gathered, body: dict[str, Any]) -> None:
    """Chat completions [`CompletionCreateParams`]."""
    CHAT.check(body)
    _one_model(gathered, body)
    read, user = gathered.read, gathered.user
    for i, message in enumerate(list_of(body.get("messages"))):
        if message.__class__ is not dict or message.get("role").__class__ is not str:
            raise ShapeError("message")
        before = len(read)
        content = message.get("content")
        if content.__class__ is str:
            read.append(("body", "messages", i, "content"))
        else:
            contents(gathered, content, ("body", "messages", i, "content"))
        if not message.keys() <= _SHORT:
            _rest_of_message(gathered, message, ("body", "messages", i))
        if message["role"] == "user":
            user += read[before:]
    prediction = body.get("prediction")
    if prediction.__class__ is dict:
        contents(gathered, prediction.get("content"), ("body", "prediction", "content"))
    tools(gathered, body.get("tools"), ("body", "tools"))
    for name in ("functions", "response_format", "tool_choice", "function_call"):
        _strings(gathered, body, name, gathered.tools)
    for name in ("stop", "user", "safety_identifier", "metadata", "prompt_cache_key", "web_search_options", "audio"):
        _strings(gathered, body, name, gathered.beside)
    if body.get("web_search_options") is not None:
        gathered.hosted.append("web_search")
    _data_sources(gathered, body)


def _rest_of_message(gathered: Gathered, message: dict[str, Any], path: Path) -> None:
    MESSAGE.check(message)
    for name, value in message.items():
        if name in {"role", "content", "tool_call_id"} or value is None:
            continue
        if name == "audio":  # the id of an answer that was spoken and is kept at the provider
            gathered.mark(_REFERENCE, (*path, name))
        elif name == "name":
            gathered.strings(value, (*path, name), gathered.beside)
        else:
            gathered.walk(value, (*path, name), WORDS)


def _data_sources(gathered: Gathered, body: dict[str, Any]) -> None:
    """Azure OpenAI's own data: the service asks an index, with keys and queries of the caller [reference, "Azure OpenAI
    On Your Data"]."""
    sources = body.get("data_sources")
    if sources is None:
        return
    for i, source in enumerate(list_of(sources)):
        path = ("body", "data_sources", i)
        gathered.hosted.append((text(source, "type") if source.__class__ is dict else "") or "data_sources")
        gathered.mark(_REFERENCE, path)
        gathered.strings(source, path, gathered.tools)


def responses(gathered: Gathered, body: dict[str, Any]) -> None:
    """Responses, and counting their tokens and compacting them [`ResponseCreateParams`, `InputTokenCountParams`]."""
    RESPONSES.check(body)
    _one_model(gathered, body)
    _strings(gathered, body, "instructions", gathered.read)
    prompt = body.get("prompt")
    if prompt is not None:  # a template that is kept at the provider; its variables are ours
        gathered.mark(_REFERENCE, ("body", "prompt"))
        gathered.walk(prompt, ("body", "prompt"), WORDS)
    items = body.get("input")
    if items.__class__ is str:
        gathered.read.append(("body", "input"))
    elif items is not None:
        for i, item in enumerate(list_of(items)):
            _item(gathered, item, ("body", "input", i))
    tools(gathered, body.get("tools"), ("body", "tools"))
    for name in ("text", "tool_choice"):
        _strings(gathered, body, name, gathered.tools)
    for name in ("user", "safety_identifier", "metadata", "prompt_cache_key", "personality"):
        _strings(gathered, body, name, gathered.beside)
    for name in ("previous_response_id", "conversation"):
        if body.get(name) is not None:
            gathered.mark(_REFERENCE, ("body", name))
    background, caching = body.get("background_options"), body.get("prompt_cache_options")
    if background.__class__ is dict and background.get("continuation_id") is not None:
        gathered.mark(_REFERENCE, ("body", "background_options", "continuation_id"))
    if caching.__class__ is dict and caching.get("comparison_response_id") is not None:
        gathered.mark(_REFERENCE, ("body", "prompt_cache_options", "comparison_response_id"))


def _item(gathered: Gathered, item: Any, path: Path) -> None:
    if item.__class__ is not dict:
        raise ShapeError("item")
    before, kind = len(gathered.read), item.get("type")
    if kind == "message" or (kind is None and "role" in item):
        MESSAGE.check(item)
        contents(gathered, item.get("content"), (*path, "content"))
        if item.get("role") == "user":
            gathered.user += gathered.read[before:]
        return
    if kind is None and item.keys() <= _ITEM_REFERENCE:  # the type of an item reference may be left out
        gathered.mark(_REFERENCE, path)
        return
    if kind in ("tool_search_output", "additional_tools"):
        tools(gathered, item.get("tools"), (*path, "tools"))
        return
    if kind.__class__ is not str or kind not in ITEM_TYPES:
        gathered.mark(MediaKind.BINARY, path)
    gathered.walk(item, path, WORDS)


def simple(gathered: Gathered, body: dict[str, Any], name: str) -> None:
    """Embeddings, legacy completions and moderations: one field of texts.

    Texts given as numbers of tokens [`EmbeddingCreateParams`, `CompletionCreateParams`] cannot be read.
    """
    SIMPLE.check(body)
    _one_model(gathered, body)
    value, path = body.get(name), ("body", name)
    if value.__class__ is str:
        gathered.read.append(path)
    elif value.__class__ is list:
        for i, item in enumerate(value):
            if item.__class__ is str:
                gathered.read.append((*path, i))
            elif item.__class__ is dict:
                part(gathered, item, (*path, i))
            else:
                gathered.mark(MediaKind.BINARY, path)
                break
    elif value is not None or name == "input":
        raise ShapeError(name)
    _strings(gathered, body, "suffix", gathered.read)
    for beside in ("user", "stop", "metadata"):
        _strings(gathered, body, beside, gathered.beside)


def batch(gathered: Gathered, body: dict[str, Any]) -> None:
    """A batch: its requests are in a file at the provider, so neither its models nor its texts can be seen here."""
    gathered.mark(_REFERENCE, ("body", "input_file_id"))
    gathered.strings(body, _BODY, gathered.beside)
    gathered.problem = MODEL_MISSING


def _one_model(gathered: Gathered, body: dict[str, Any]) -> None:
    if any(body.get(name) for name in OTHER_MODELS):
        gathered.problem = MODEL_MISSING


def _strings(gathered: Gathered, body: dict[str, Any], name: str, into: list[Path]) -> None:
    value = body.get(name)
    if value is not None:
        gathered.strings(value, ("body", name), into)
