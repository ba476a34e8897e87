"""Request bodies of Vertex AI: Gemini's contents, predictions, and the formats of other publishers.

Sources: Vertex AI REST reference (v1), `GenerateContentRequest`, `CountTokensRequest`, `Content`, `Part`, `Tool`;
Protocol Buffers, "ProtoJSON format": a parser takes each field by its lowerCamelCase name and by its name in the
`.proto` file, so both are read here, and an object that has a field under both names is refused. Where a list is
defined, a single object is taken too (Google's own samples send `"parts": {"text": …}`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zt_ai.egress.apis.bedrock_bodies import INVOKE_WORDS
from zt_ai.egress.apis.gather import MODEL_MISSING, Gathered, ShapeError, media_kind, object_of
from zt_ai.egress.model import MediaKind, Path

_REFERENCE = MediaKind.REFERENCE
_BODY: Path = ("body",)
Field = tuple[str, Any]
"""The name under which a field stands in the body, and its value."""
_NOTHING: Field = ("", None)


class Message:
    """The fields of a protocol buffers message, by their lowerCamelCase names."""

    __slots__ = ("_folded", "names")

    def __init__(self, *names: str) -> None:
        self.names = frozenset(names)
        self._folded = {name.casefold(): name for name in names}

    def read(self, value: Any) -> dict[str, Field]:
        """Known fields by their name. Raises ShapeError for a field in another case, or under two names."""
        found: dict[str, Field] = {}
        for key, child in object_of(value).items():
            name = key if key in self.names else self._folded.get(key.replace("_", "").casefold())
            if name is None:
                continue
            if name in found or (key != name and key != _snake(name)):
                raise ShapeError(key)
            found[name] = (key, child)
        return found

    def unknown(self, value: dict[str, Any]) -> list[str]:
        """Fields that the message does not define."""
        return [key for key in value if key.replace("_", "").casefold() not in self._folded]


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


REQUEST = Message(
    *("contents", "systemInstruction", "tools", "toolConfig", "cachedContent", "generationConfig", "safetySettings"),
    *("labels", "modelArmorConfig", "model", "instances", "content", "title", "taskType", "parameters", "endpoint"),
)
_CONTENT = Message("role", "parts")
_PART = Message(
    *("text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult"),
    *("thought", "thoughtSignature", "videoMetadata", "mediaResolution", "partMetadata"),
)
_BLOB = Message("mimeType", "data", "displayName")
_FILE = Message("mimeType", "fileUri", "displayName")
_CONFIG = Message("routingConfig", "responseSchema", "responseJsonSchema", "stopSequences", "speechConfig")
_TOOL = Message("functionDeclarations")
_RESPONSE = Message("name", "id", "response", "parts", "willContinue", "scheduling")


def generate(gathered: Gathered, body: dict[str, Any], model: str) -> None:
    """GenerateContent, StreamGenerateContent, CountTokens, EmbedContent."""
    fields = REQUEST.read(body)
    _same_model(gathered, fields, model)
    key, system = fields.get("systemInstruction", _NOTHING)
    if system is not None:
        _content(gathered, system, ("body", key))
    for name in ("contents", "content"):
        key, contents = fields.get(name, _NOTHING)
        for place, content in _each(contents, ("body", key)):
            before = len(gathered.read)
            if _content(gathered, content, place) in ("user", None):
                gathered.user += gathered.read[before:]
    key, instances = fields.get("instances", _NOTHING)
    if instances is not None:
        gathered.walk(instances, ("body", key), INVOKE_WORDS)
    elif "contents" not in fields and "content" not in fields:
        raise ShapeError("contents")
    _around(gathered, fields)


def _around(gathered: Gathered, fields: dict[str, Field]) -> None:
    """Everything but the contents."""
    key, tools = fields.get("tools", _NOTHING)
    for place, tool in _each(tools, ("body", key)):
        gathered.strings(tool, place, gathered.tools)
        _TOOL.read(tool)
        # `Tool` has one field per kind of tool; all but functions are run by Google, and so are those nobody knows.
        gathered.hosted.extend(_camel(name) for name in _TOOL.unknown(tool))
    key, config = fields.get("generationConfig", _NOTHING)
    if config is not None:
        gathered.strings(config, ("body", key), gathered.tools)
        if _CONFIG.read(config).get("routingConfig", _NOTHING)[1] is not None:
            gathered.problem = MODEL_MISSING  # lets the service choose the model
    key, cached = fields.get("cachedContent", _NOTHING)
    if cached is not None:
        gathered.mark(_REFERENCE, ("body", key))
    for name in ("labels", "toolConfig", "title"):
        key, value = fields.get(name, _NOTHING)
        gathered.strings(value, ("body", key), gathered.beside)


def predict(gathered: Gathered, body: dict[str, Any], model: str) -> None:
    """Predict and RawPredict of models without a format that is known here: in the order in which they are written."""
    _same_model(gathered, REQUEST.read(body), model)
    gathered.walk(body, _BODY, INVOKE_WORDS)


def _same_model(gathered: Gathered, fields: dict[str, Field], model: str) -> None:
    """The path names the model; a body may repeat it, and no more."""
    for name in ("model", "endpoint"):
        given = fields.get(name, _NOTHING)[1]
        if given is not None and not (given.__class__ is str and given.rpartition("/")[2] == model.rpartition("/")[2]):
            gathered.problem = MODEL_MISSING


def _each(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The items of a list, or the one object that stands for a list of one."""
    if value.__class__ is list:
        for i, item in enumerate(value):
            yield (*path, i), item
    elif value is not None:
        yield path, value


def _content(gathered: Gathered, content: Any, path: Path) -> str | None:
    """A content; gives its role."""
    if content.__class__ is str:  # what older SDKs take as a system instruction
        gathered.read.append(path)
        return None
    fields = _CONTENT.read(content)
    role = fields.get("role", _NOTHING)[1]
    if role is not None and role.__class__ is not str:
        raise ShapeError("role")
    key, parts = fields.get("parts", _NOTHING)
    for place, part in _each(parts, (*path, key)):
        if part.__class__ is dict and len(part) == 1 and part.get("text").__class__ is str:
            gathered.read.append((*place, "text"))
        else:
            _part(gathered, part, place)
    return role


def _part(gathered: Gathered, part: Any, path: Path) -> None:
    fields = _PART.read(part)
    if _PART.unknown(part):
        gathered.mark(MediaKind.BINARY, path)
    for name, (key, value) in fields.items():
        place = (*path, key)
        if value is None:
            continue
        if name == "inlineData":
            _blob(gathered, value, place)
        elif name == "fileData":
            gathered.mark(_REFERENCE, place)
            shown = _FILE.read(value).get("displayName", _NOTHING)
            gathered.strings(shown[1], (*place, shown[0]), gathered.beside)
        elif name == "functionResponse":
            _function_response(gathered, value, place)
        elif name not in ("thoughtSignature", "videoMetadata"):
            gathered.strings(value, place, gathered.read)


def _function_response(gathered: Gathered, value: Any, path: Path) -> None:
    fields = _RESPONSE.read(value)
    for name in ("name", "response"):
        key, inner = fields.get(name, _NOTHING)
        gathered.strings(inner, (*path, key), gathered.beside if name == "name" else gathered.read)
    key, parts = fields.get("parts", _NOTHING)
    for place, part in _each(parts, (*path, key)):
        _part(gathered, part, place)


def _blob(gathered: Gathered, value: Any, path: Path) -> None:
    fields = _BLOB.read(value)
    mime = fields.get("mimeType", _NOTHING)[1]
    kind = media_kind(mime) if mime.__class__ is str else MediaKind.BINARY
    if kind is not None:
        gathered.mark(kind, path)
    key, shown = fields.get("displayName", _NOTHING)
    gathered.strings(shown, (*path, key), gathered.beside)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)
