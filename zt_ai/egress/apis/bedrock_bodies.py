"""Request bodies of Bedrock: Converse, InvokeModel in the formats of its model families, token counts, guardrails.

Source: the service model `bedrock-runtime` 2023-09-30 in `botocore`, 1.44, and the Amazon Bedrock User Guide,
"Inference request parameters and response fields for foundation models", for what InvokeModel hands to each family.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from zt_ai.egress.apis import anthropic_bodies
from zt_ai.egress.apis.gather import (
    MODEL_MISSING,
    Fields,
    Gathered,
    ShapeError,
    Words,
    list_of,
    object_of,
    text,
)
from zt_ai.egress.model import MediaKind, Path

CONVERSE = Fields(
    *("messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig", "additionalModelRequestFields"),
    *("promptVariables", "additionalModelResponseFieldPaths", "requestMetadata", "performanceConfig", "serviceTier"),
    *("outputConfig", "modelId", "schemaVersion", "model", "models", "fallbacks"),
)
_MESSAGE = Fields("role", "content")
_BLOCK = Fields(
    *("text", "image", "document", "video", "audio", "toolUse", "toolResult", "guardContent", "cachePoint"),
    *("reasoningContent", "citationsContent", "searchResult", "toolAddition", "toolRemoval"),
)
_PLAIN = frozenset({"text"})
_REFERENCE = MediaKind.REFERENCE
_BODY: Path = ("body",)
_TEXT_DOCUMENTS = frozenset({"csv", "html", "txt", "md"})
# In Converse an image, a document and so on hold `source`, one of bytes, s3Location, text, content.
_SOURCED = {
    "image": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
    "document": MediaKind.DOCUMENT,
}
_SKIP = frozenset({"role", "toolUseId", "status", "type", "format", "signature", "ttl"})
CONVERSE_WORDS = Words(
    skip=_SKIP,
    beside=frozenset({"name", "title", "serverName", "qualifiers"}),
    free=frozenset({"input", "json"}),
    media={"s3Location": _REFERENCE, "bytes": MediaKind.BINARY},
)
# InvokeModel: what the families call their media [User Guide, the page of each family].
INVOKE_WORDS = Words(
    skip=_SKIP | {"id", "task_type", "taskType", "input_type", "tool_call_id", "tool_use_id", "schemaVersion"},
    beside=frozenset({"name", "title"}),
    free=frozenset({"arguments", "parameters", "input_schema", "parameter_definitions", "inputSchema"}),
    media={
        **dict.fromkeys(
            (
                "image",
                "images",
                "inputImage",
                "init_image",
                "mask",
                "mask_image",
                "maskImage",
                "image_url",
                "video_url",
            ),
            MediaKind.IMAGE,
        ),
        **dict.fromkeys(("control_image", "style_image", "referenceImages", "conditionImage"), MediaKind.IMAGE),
        **dict.fromkeys(("bytes", "bytesBase64Encoded", "embeddings", "tokens"), MediaKind.BINARY),
        **dict.fromkeys(("s3Location", "s3Uri", "s3_uri", "uri", "url", "gcsUri", "file_id"), _REFERENCE),
        **dict.fromkeys(("audio", "input_audio"), MediaKind.AUDIO),
        "video": MediaKind.VIDEO,
    },
)
_OTHER_MODELS = ("model", "modelId", "models", "fallbacks")


def converse(gathered: Gathered, body: dict[str, Any], path: Path = _BODY) -> None:
    """Converse and ConverseStream [`ConverseRequest`]."""
    CONVERSE.check(body)
    if any(body.get(name) for name in _OTHER_MODELS):
        gathered.problem = MODEL_MISSING  # the path names the model
    if body.get("system") is not None:
        _blocks(gathered, body["system"], (*path, "system"))
    variables = body.get("promptVariables")
    if variables is not None:
        gathered.walk(variables, (*path, "promptVariables"), CONVERSE_WORDS)
    messages = body.get("messages")
    if messages is None and variables is None:
        raise ShapeError("messages")
    for i, message in enumerate(list_of(messages) if messages is not None else ()):
        if message.__class__ is not dict or message.get("role").__class__ is not str:
            raise ShapeError("message")
        _MESSAGE.check(message)
        before = len(gathered.read)
        _blocks(gathered, message.get("content"), (*path, "messages", i, "content"))
        if message["role"] == "user":
            gathered.user += gathered.read[before:]
    _tool_config(gathered, body.get("toolConfig"), (*path, "toolConfig"))
    more = body.get("additionalModelRequestFields")
    if more is not None:
        place = (*path, "additionalModelRequestFields")
        gathered.walk(more, place, INVOKE_WORDS)
        _hosted_by_type(gathered, more, place)
    gathered.strings(body.get("outputConfig"), (*path, "outputConfig"), gathered.tools)
    for name in ("requestMetadata", "inferenceConfig"):
        gathered.strings(body.get(name), (*path, name), gathered.beside)


def _blocks(gathered: Gathered, value: Any, path: Path) -> None:
    for i, block in enumerate(list_of(value)):
        if block.__class__ is not dict:
            raise ShapeError("block")
        if block.keys() <= _PLAIN and block.get("text").__class__ is str:
            gathered.read.append((*path, i, "text"))
        else:
            _block(gathered, block, (*path, i))


def _block(gathered: Gathered, block: dict[str, Any], path: Path) -> None:
    _BLOCK.check(block)
    if not block.keys() <= _BLOCK.exact:
        gathered.mark(MediaKind.BINARY, path)
    for name, value in block.items():
        place = (*path, name)
        if name in _SOURCED:
            _sourced(gathered, value, place, _SOURCED[name])
        elif name == "toolResult":
            result = object_of(value)
            for i, part in enumerate(list_of(result.get("content", []))):
                _result(gathered, part, (*place, "content", i))
        elif name == "guardContent" and value.__class__ is dict and value.get("image") is not None:
            gathered.mark(MediaKind.IMAGE, place)
            gathered.walk(value.get("text"), (*place, "text"), CONVERSE_WORDS)
        elif name == "reasoningContent" and value.__class__ is dict and value.get("redactedContent") is not None:
            continue  # sealed by the provider
        else:
            gathered.walk(value, place, CONVERSE_WORDS)


def _result(gathered: Gathered, part: Any, path: Path) -> None:
    for name, value in object_of(part).items():
        if name in _SOURCED:
            _sourced(gathered, value, (*path, name), _SOURCED[name])
        elif name == "json":
            gathered.strings(value, (*path, name), gathered.read)
        else:
            gathered.walk(value, (*path, name), CONVERSE_WORDS)


def _sourced(gathered: Gathered, value: Any, path: Path, kind: MediaKind) -> None:
    """A medium of Converse: documents given as text are read, and those of a text format are when decoded."""
    medium = object_of(value)
    gathered.strings(medium.get("name"), (*path, "name"), gathered.beside)
    gathered.strings(medium.get("context"), (*path, "context"), gathered.beside)
    source = medium.get("source")
    if source.__class__ is not dict or not source:
        gathered.mark(kind, path)
        return
    for name, held in source.items():
        place = (*path, "source", name)
        if kind is MediaKind.DOCUMENT and name in ("text", "content"):
            gathered.walk(held, place, CONVERSE_WORDS)
        elif name == "bytes" and kind is MediaKind.DOCUMENT and text(medium, "format") in _TEXT_DOCUMENTS:
            continue
        else:
            gathered.mark(kind if name == "bytes" else _REFERENCE, place)


def _tool_config(gathered: Gathered, config: Any, path: Path) -> None:
    if config is None:
        return
    gathered.strings(config, path, gathered.tools)
    for tool in list_of(object_of(config).get("tools", [])):
        for name, value in object_of(tool).items():
            if name == "systemTool":
                gathered.hosted.append((text(value, "name") if value.__class__ is dict else "") or name)
            elif name not in ("toolSpec", "cachePoint"):
                gathered.hosted.append(name)


def invoke(gathered: Gathered, body: dict[str, Any], model: str, path: Path = _BODY) -> None:
    """InvokeModel: Anthropic's and Nova's formats as what they are, the others in the order in which they are written.

    The families take a prompt (`prompt`, `inputText`, `message`), texts to embed (`texts`, `inputText`) or messages in
    OpenAI's form; tools that are no functions count as hosted.
    """
    if any(body.get(name) for name in _OTHER_MODELS):
        gathered.problem = MODEL_MISSING  # the path names the model
    if "anthropic." in model or body.get("anthropic_version") is not None:
        if "prompt" in body and "messages" not in body:  # text completions
            gathered.walk(body, path, INVOKE_WORDS)
        else:
            anthropic_bodies.messages(gathered, body, path)
    elif "amazon.nova" in model and "messages" in body:
        converse(gathered, body, path)
    else:
        gathered.walk(body, path, INVOKE_WORDS)
        _hosted_by_type(gathered, body, path)


def _hosted_by_type(gathered: Gathered, body: Any, path: Path) -> None:
    """Tools inside a model's own format: functions and what Anthropic's clients run are the caller's."""
    if body.__class__ is not dict:
        return
    if body.get("mcp_servers"):
        gathered.hosted.append("mcp_servers")
    tools = body.get("tools")
    for i, tool in enumerate(tools if tools.__class__ is list else ()):
        if tool.__class__ is dict and tool.get("type") != "function":
            anthropic_bodies.tool_definition(gathered, tool, (*path, "tools", i))


def count_tokens(gathered: Gathered, body: dict[str, Any], model: str) -> None:
    """CountTokens: a Converse request, or the body of an InvokeModel request in base64, read when that is undone."""
    given = object_of(body.get("input"))
    if "converse" in given:
        converse(gathered, object_of(given["converse"]), ("body", "input", "converse"))
        return
    inner = object_of(given.get("invokeModel")).get("body")
    if inner.__class__ is not str:
        raise ShapeError("body")
    try:
        inside = json.loads(base64.b64decode(inner, validate=True), object_pairs_hook=_once)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise ShapeError("body") from error
    # Only what it asks for can be told from here: its texts have no path, and are scanned when the base64 is undone.
    hidden = Gathered()
    invoke(hidden, object_of(inside), model)
    gathered.hosted, gathered.problem = hidden.hosted, hidden.problem
    if hidden.media:
        gathered.mark(hidden.media[0].kind, ("body", "input", "invokeModel", "body"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, each of whose fields stands in it once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ShapeError("duplicate")
    return found


def guardrail(gathered: Gathered, body: dict[str, Any]) -> None:
    """ApplyGuardrail: contents for the guardrail's own models."""
    for i, block in enumerate(list_of(body.get("content"))):
        path = ("body", "content", i)
        if object_of(block).get("image") is not None:
            gathered.mark(MediaKind.IMAGE, path)
        gathered.walk(block.get("text"), (*path, "text"), CONVERSE_WORDS)
