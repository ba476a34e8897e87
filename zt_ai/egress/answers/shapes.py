"""Where the texts are in the events of streamed answers, by the event's shape.

Every API gives its events a shape of their own, and Bedrock and Vertex AI also carry those of others, so the shape is
what tells them apart. Sources: OpenAI API reference ("Chat streaming", "Responses streaming events"), Anthropic API
reference ("Streaming messages"), Amazon Bedrock API reference ("ConverseStream", "InvokeModelWithResponseStream") and
user guide ("Inference request parameters and response fields"), Vertex AI reference ("GenerateContentResponse").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from zt_ai.egress.answers.rules import MalformedError

Key = tuple[str | int | None, ...]
"""A text that several events continue: its API, then the numbers of choice, block or item, then the field."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The piece of a text in one event."""

    holder: Any
    """Object or list of the event."""
    field: str | int
    key: Key
    alone: Callable[[str], dict[str, Any]]
    """An event of the same kind with another piece of this text and nothing else."""
    json: bool = False
    """The text is a JSON document: the arguments of a tool call."""


@dataclass(slots=True)
class Shape:
    """The texts of one event and the texts that end with it."""

    slots: list[Slot] = field(default_factory=list)
    closes: list[Key] = field(default_factory=list)
    """Beginnings of keys. Texts that have a slot in the same event end after it, others before it."""


def shape_of(event: Any) -> Shape:
    """The shape of an event; of one that nobody knows, no slots: all its strings are whole texts.

    Raises:
        MalformedError: a piece of a text does not say of which text.
    """
    if not isinstance(event, dict):
        return Shape()
    for reader in (_chat, _responses, _anthropic, _converse, _vertex, _invoke):
        if (shape := reader(event)) is not None:
            return shape
    return Shape()


def _slots(
    holder: Any, fields: tuple[str, ...], key: Key, alone: Callable[[str, str], dict[str, Any]], *, json: bool = False
) -> Iterator[Slot]:
    """A slot for every field that has a text."""
    if not isinstance(holder, dict):
        return
    for name in fields:
        if isinstance(holder.get(name), str):
            yield Slot(holder, name, (*key, name), lambda text, name=name: alone(name, text), json)  # type: ignore[misc]


def _dicts(node: Any) -> list[dict[str, Any]]:
    return [item for item in node if isinstance(item, dict)] if isinstance(node, list) else []


_CHAT_TEXTS = ("content", "refusal", "reasoning", "reasoning_content")


def _chat(event: dict[str, Any]) -> Shape | None:
    if not isinstance(event.get("choices"), list):
        return None
    shape = Shape()
    head: dict[str, Any] = {
        name: event[name] for name in ("id", "object", "created", "model", "system_fingerprint") if name in event
    }

    def one(index: Any, delta: dict[str, Any]) -> dict[str, Any]:
        return {**head, "choices": [{"index": index, "delta": delta, "finish_reason": None}]}

    for choice in _dicts(event["choices"]):
        index = choice.get("index", 0)
        key: Key = ("chat", index)
        delta = choice.get("delta")
        if isinstance(delta, dict):
            shape.slots += _slots(delta, _CHAT_TEXTS, key, lambda name, text, i=index: one(i, {name: text}))  # type: ignore[misc]
            shape.slots += _slots(
                delta.get("audio"),
                ("transcript", "data"),
                (*key, "audio"),
                lambda name, text, i=index: one(i, {"audio": {name: text}}),  # type: ignore[misc]
            )
            shape.slots += _slots(
                delta.get("function_call"),
                ("arguments",),
                (*key, "function_call"),
                lambda name, text, i=index: one(i, {"function_call": {name: text}}),  # type: ignore[misc]
                json=True,
            )
            for call in _dicts(delta.get("tool_calls")):
                number = call.get("index", 0)

                def called(name: str, text: str, i: Any = index, n: Any = number) -> dict[str, Any]:
                    return one(i, {"tool_calls": [{"index": n, "function": {name: text}}]})

                shape.slots += _slots(call.get("function"), ("arguments",), (*key, "tool", number), called, json=True)
            if delta.get("tool_calls"):
                # What was said before a tool is called ends there.
                shape.closes += [(*key, name) for name in _CHAT_TEXTS]

        def completed(name: str, text: str, i: Any = index) -> dict[str, Any]:
            return {**head, "choices": [{"index": i, name: text, "finish_reason": None}]}

        shape.slots += _slots(choice, ("text",), key, completed)
        if choice.get("finish_reason") is not None:
            shape.closes.append(key)
    return shape


_DOCUMENTS = ("response.function_call_arguments.delta", "response.mcp_call_arguments.delta")
_PLACES = ("item_id", "content_index", "summary_index", "command_index")


def _responses(event: dict[str, Any]) -> Shape | None:
    kind = event.get("type")
    if not isinstance(kind, str) or not kind.startswith("response."):
        return None
    item: Key = ("responses", _scalar(event.get("output_index")))
    if kind.endswith(".delta"):
        key: Key = (*item, kind, *(_scalar(event.get(name)) for name in _PLACES))
        alone = {name: value for name, value in event.items() if name not in ("delta", "obfuscation", "logprobs")}
        if "logprobs" in event:
            alone["logprobs"] = []
        slots = list(_slots(event, ("delta",), key, lambda name, text: {**alone, name: text}, json=kind in _DOCUMENTS))
        slots += _slots(
            event.get("delta"), ("stdout", "stderr"), key, lambda name, text: {**alone, "delta": {name: text}}
        )
        return Shape(slots)
    if kind.endswith(".done"):
        return Shape(closes=[item])
    if kind in ("response.completed", "response.incomplete", "response.failed", "response.cancelled"):
        return Shape(closes=[()])
    return Shape()


def _scalar(value: Any) -> str | int | None:
    return value if isinstance(value, str | int) else None


def _anthropic(event: dict[str, Any]) -> Shape | None:
    kind, index = event.get("type"), event.get("index")
    key: Key = ("anthropic", _scalar(index))
    match kind:
        case "content_block_delta":
            if not isinstance(index, int):
                # Whose text this is would be for each client to guess.
                raise MalformedError("a piece of a content block does not say of which")
            delta = event.get("delta")
            told = delta.get("type") if isinstance(delta, dict) else None

            def alone(name: str, text: str) -> dict[str, Any]:
                return {"type": kind, "index": index, "delta": {"type": told, name: text}}

            texts = _slots(delta, ("text", "thinking", "content"), key, alone)
            return Shape([*texts, *_slots(delta, ("partial_json",), key, alone, json=True)])
        case "content_block_stop":
            return Shape(closes=[key])
        case "message_delta" | "message_stop" | "error":
            return Shape(closes=[()])
        case "content_block_start" | "message_start" | "ping":
            return Shape()
        case "completion":
            # The older text completions.
            texts = _slots(event, ("completion",), key, lambda name, text: {"type": kind, name: text})
            return Shape(list(texts), [()] if event.get("stop_reason") is not None else [])
    return None


def _converse(event: dict[str, Any]) -> Shape | None:
    # Models that Amazon makes put the events of Converse into objects named after them.
    for name in ("contentBlockDelta", "contentBlockStart", "contentBlockStop", "messageStop"):
        if isinstance(event.get(name), dict):
            inner = _converse(event[name])
            if inner is not None:
                inner.slots = [_wrapped(slot, name) for slot in inner.slots]
            return inner
    if "stopReason" in event:
        return Shape(closes=[()])
    if "contentBlockIndex" not in event:
        return None
    index = event["contentBlockIndex"]
    key: Key = ("converse", _scalar(index))
    delta = event.get("delta")
    if delta is None:
        return Shape() if "start" in event else Shape(closes=[key])

    def alone(delta: dict[str, Any]) -> dict[str, Any]:
        return {"contentBlockIndex": index, "delta": delta}

    slots = list(_slots(delta, ("text",), key, lambda name, text: alone({name: text})))
    if isinstance(delta, dict):
        slots += _slots(
            delta.get("toolUse"),
            ("input",),
            (*key, "toolUse"),
            lambda name, text: alone({"toolUse": {name: text}}),
            json=True,
        )
        slots += _slots(
            delta.get("reasoningContent"),
            ("text",),
            (*key, "reasoning"),
            lambda name, text: alone({"reasoningContent": {name: text}}),
        )
        for position, part in enumerate(_dicts(delta.get("toolResult"))):
            slots += _slots(
                part, ("text",), (*key, "result", position), lambda name, text: alone({"toolResult": [{name: text}]})
            )
    return Shape(slots)


def _wrapped(slot: Slot, name: str) -> Slot:
    return Slot(slot.holder, slot.field, slot.key, lambda text: {name: slot.alone(text)}, slot.json)


def _vertex(event: dict[str, Any]) -> Shape | None:
    if not isinstance(event.get("candidates"), list):
        return None
    shape = Shape()
    for candidate in _dicts(event["candidates"]):
        index = candidate.get("index", 0)
        key: Key = ("vertex", index)
        content = candidate.get("content")
        for part in _dicts(content.get("parts")) if isinstance(content, dict) else []:
            thought = {"thought": True} if part.get("thought") else {}

            def alone(name: str, text: str, i: Any = index, more: dict[str, Any] = thought) -> dict[str, Any]:
                content = {"role": "model", "parts": [{name: text, **more}]}
                return {"candidates": [{"index": i, "content": content}]}

            shape.slots += _slots(part, ("text",), (*key, "thought" if thought else "answer"), alone)
            if "functionCall" in part or "function_call" in part:
                shape.closes.append(key)
        if candidate.get("finishReason") is not None:
            shape.closes.append(key)
    return shape


_INVOKE_TEXTS = ("generation", "outputText", "text", "completion")
_INVOKE_ENDS = ("stop_reason", "completionReason", "finish_reason", "is_finished")


def _invoke(event: dict[str, Any]) -> Shape | None:
    """Chunks of other models on Bedrock: Llama, Titan, Cohere, Mistral."""
    if "type" in event:
        return None
    slots = list(_slots(event, _INVOKE_TEXTS, ("invoke", 0), lambda name, text: {name: text}))
    ends = any(event.get(name) for name in _INVOKE_ENDS)
    for position, output in enumerate(_dicts(event.get("outputs"))):
        slots += _slots(output, ("text",), ("invoke", position), lambda name, text: {"outputs": [{name: text}]})
        ends = ends or output.get("stop_reason") is not None
    return Shape(slots, [()] if ends else []) if slots or ends else None
