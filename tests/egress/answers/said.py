"""Answers for the tests: a small detector, policies, streams of every API, and readers that put them together again."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from botocore.eventstream import EventStreamBuffer

from zt_ai.egress.answers import Answer, answer
from zt_ai.egress.answers.eventstream import encode, encode_headers
from zt_ai.egress.apis import adapter
from zt_ai.egress.model import Finding, Operation
from zt_ai.egress.policy import AgreementPolicy, CallPolicy, LimitsPolicy, Policy, ProviderPolicy
from zt_ai.egress.redact import Placeholders
from zt_ai.spec.types import Decision, DetectorSet, HttpMethod, ProviderApi, ProviderKind

DAY = date(2026, 3, 1)
ALLOW, REDACT, BLOCK = Decision.ALLOW, Decision.REDACT, Decision.BLOCK
SSN = "123-45-6789"
OPENAI, ANTHROPIC, BEDROCK, VERTEX = (
    ProviderApi.OPENAI,
    ProviderApi.ANTHROPIC,
    ProviderApi.BEDROCK,
    ProviderApi.VERTEX_AI,
)
SSE = "text/event-stream"
FRAMES = "application/vnd.amazon.eventstream"
JSON = "application/json"


@dataclass(frozen=True)
class Found:
    findings: tuple[Finding, ...]


class Detectors:
    """A few patterns with the interface of the real detectors; counts how many characters it was given."""

    RULES = (
        ("ssn", r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])"),
        ("phone", r"\(\d{3}\) \d{3}-\d{4}"),
        ("email", r"[\w.+-]+@[\w-]+\.[a-z]{2,}"),
        ("npi", r"(?<!\d)[12]\d{9}(?!\d)"),
        ("mrn", r"(?i:\bmrn\b[\"':\s]{0,6})(?P<v>\d{6,8})(?!\d)|(?<!\d)(?P<w>\d{6,8}) is (?:his|her|the) MRN"),
        ("name", r"\b(?:Ada|Bo) [A-Z]\. Lovelace\b"),
        ("api_key", r"\bsk-[a-z0-9]{16,}"),
    )

    def __init__(self) -> None:
        self.characters = self.scans = 0

    def scan(self, text: str, *, repeated: bool = True) -> Found:
        text.encode()
        self.characters += len(text)
        self.scans += 1
        found = []
        for kind, pattern in self.RULES:
            for match in re.finditer(pattern, text):
                group = next((name for name, value in match.groupdict().items() if value), 0)
                found.append(Finding(kind, *match.span(group), f"{kind}.test"))
        return Found(tuple(sorted(found, key=lambda f: f.start)))

    def is_secret(self, type: str) -> bool:  # noqa: A002
        return type == "api_key"


class SwitchedOff(Detectors):
    """The negative twin: detectors that find nothing."""

    def scan(self, text: str, *, repeated: bool = True) -> Found:
        return Found(())


def coming(
    said: Decision = BLOCK,
    *,
    api: ProviderApi = OPENAI,
    stream: bool = False,
    operation: str = "chat",
    placeholders: Mapping[str, str] | None = None,
    responses: bool = True,
    restore: bool = True,
    agreement: bool = False,
    tokens_per_day: int | None = None,
    detectors: Any = None,
    request_characters: int = 0,
) -> Answer | None:
    """The answer to a request on a flow to which this was said about the highest class."""
    held = AgreementPolicy(reference="b", effective=DAY, expires=DAY + timedelta(9)) if agreement else None
    provider = ProviderPolicy(
        api=api, kind=ProviderKind.EXTERNAL, hosts=("h.example",), methods=(HttpMethod.POST,), agreement=held
    )
    call = CallPolicy(
        clause="flow:ask",
        caller="app",
        provider="p",
        models=("m",),
        paths=("/",),
        carries="phi",
        decisions={"public": ALLOW, "phi": said},
        restore=restore,
        limits=LimitsPolicy(tokens_per_day=tokens_per_day),
    )
    policy = Policy(
        name="clinic",
        trust_domain="clinic.internal",
        classes=("public", "phi"),
        providers={"p": provider},
        callers={},
        calls=(call,),
        detectors=(DetectorSet.SAFE_HARBOR,),
        secrets=BLOCK,
        body_limit=1 << 20,
        responses=responses,
        audit_days=1,
    )
    return answer(
        adapter(api),
        Operation(operation, stream=stream),
        call,
        provider,
        policy,
        detectors or Detectors(),
        Placeholders(placeholders or {}),
        DAY,
        "req-1",
        request_characters=request_characters,
    )


def through(inspected: Answer | None, pieces: Iterable[bytes], kind: str, *more: tuple[str, str]) -> bytes:
    """What the client receives."""
    assert inspected is not None
    head = inspected.head(200, [("content-type", kind), *more])
    assert head.look
    out = [inspected.feed(piece, end=False) for piece in pieces]
    return b"".join([*out, inspected.feed(b"", end=True)])


def cut(data: bytes, sizes: Sequence[int]) -> list[bytes]:
    """Bytes in pieces of the given sizes, over and over."""
    pieces, at, index = [], 0, 0
    while at < len(data):
        size = sizes[index % len(sizes)] if sizes else len(data)
        pieces.append(data[at : at + size])
        at, index = at + size, index + 1
    return pieces


def texts(text: str, lengths: Sequence[int]) -> list[str]:
    """A text in pieces."""
    return [piece.decode("utf-32-le") for piece in cut(text.encode("utf-32-le"), [4 * size for size in lengths])]


def sse(events: Iterable[Any], *, named: bool = False, line: str = "\n", done: bool = False) -> bytes:
    """Events on the wire."""
    blocks = []
    for event in events:
        name = f"event: {event['type']}{line}" if named else ""
        blocks.append(f"{name}data: {json.dumps(event)}{line}{line}")
    return ("".join(blocks) + (f"data: [DONE]{line}{line}" if done else "")).encode()


def read_sse(data: bytes) -> list[Any]:
    """The documents of a stream."""
    lines = [line for line in data.decode().splitlines() if line.startswith("data:")]
    return [json.loads(line[5:]) for line in lines if line[5:].strip() != "[DONE]"]


def frame(event: str, payload: Any) -> bytes:
    """One frame of an AWS event stream."""
    headers = {":event-type": event, ":content-type": JSON, ":message-type": "event"}
    return encode(encode_headers(headers), json.dumps(payload).encode())


def chunk(payload: Any) -> bytes:
    """One frame of an answer of InvokeModelWithResponseStream."""
    packed = base64.b64encode(json.dumps(payload).encode()).decode()
    return frame("chunk", {"bytes": packed, "p": "abc"})


def read_frames(data: bytes) -> list[tuple[str, Any]]:
    """Event types and payloads, read by the AWS SDK's own parser, which checks the checksums."""
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    found = []
    for message in buffer:
        payload = json.loads(message.payload)
        if "bytes" in payload:
            payload = json.loads(base64.b64decode(payload["bytes"]))
        found.append((message.headers.get(":event-type", message.headers.get(":exception-type")), payload))
    return found


# For each API: how a list of pieces of text becomes a stream, and how the text comes out of one again.


def chat_events(pieces: Sequence[str]) -> list[Any]:
    head = {"id": "c-1", "object": "chat.completion.chunk", "created": 1234567893, "model": "m"}
    deltas = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces), {}]
    last = len(deltas) - 1
    return [
        {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": "stop" if n == last else None}]}
        for n, delta in enumerate(deltas)
    ]


def argument_events(pieces: Sequence[str]) -> list[Any]:
    events = chat_events(pieces)
    for event in events:
        (choice,) = event["choices"]
        text = choice["delta"].pop("content", None)
        if text is not None:
            choice["delta"]["tool_calls"] = [{"index": 0, "function": {"arguments": text}}]
    events[0]["choices"][0]["delta"]["tool_calls"][0] |= {"id": "call_1", "type": "function"}
    events[0]["choices"][0]["delta"]["tool_calls"][0]["function"]["name"] = "look_up"
    return events


def responses_events(pieces: Sequence[str]) -> list[Any]:
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    text = "".join(pieces)
    item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
    whole = {**item, "content": [{"type": "output_text", "text": text, "annotations": []}]}
    response = {"id": "r", "object": "response", "status": "completed", "output": [whole], "created_at": 1234567893.0}
    usage = {"input_tokens": 11, "output_tokens": 7, "total_tokens": 18}
    events = [
        {"type": "response.created", "response": {**response, "output": [], "status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {
            "type": "response.content_part.added",
            **place,
            "part": {"type": "output_text", "text": "", "annotations": []},
        },
        *({"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []} for piece in pieces),
        {"type": "response.output_text.done", **place, "text": text, "logprobs": []},
        {"type": "response.output_item.done", "output_index": 0, "item": whole},
        {"type": "response.completed", "response": {**response, "usage": usage}},
    ]
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def anthropic_events(pieces: Sequence[str], kind: str = "text_delta", field: str = "text") -> list[Any]:
    empty = {"text_delta": {"type": "text", "text": ""}, "thinking_delta": {"type": "thinking", "thinking": ""}}
    block = empty.get(kind, {"type": "tool_use", "id": "toolu_1", "name": "look_up", "input": {}})
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None}
    usage = {"input_tokens": 25, "cache_read_input_tokens": 5, "output_tokens": 1}
    return [
        {"type": "message_start", "message": {**message, "usage": usage}},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 0, "delta": {"type": kind, field: piece}} for piece in pieces),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 15}},
        {"type": "message_stop"},
    ]


def converse_frames(pieces: Sequence[str]) -> bytes:
    deltas = [{"contentBlockIndex": 0, "delta": {"text": piece}, "p": "abcd"} for piece in pieces]
    return b"".join(
        (
            frame("messageStart", {"role": "assistant", "p": "ab"}),
            *(frame("contentBlockDelta", delta) for delta in deltas),
            frame("contentBlockStop", {"contentBlockIndex": 0}),
            frame("messageStop", {"stopReason": "end_turn"}),
            frame("metadata", {"usage": {"inputTokens": 9, "outputTokens": 4, "totalTokens": 13}}),
        )
    )


def invoke_frames(pieces: Sequence[str]) -> bytes:
    return b"".join(chunk(event) for event in anthropic_events(pieces))


def vertex_chunks(pieces: Sequence[str]) -> list[Any]:
    chunks: list[Any] = [
        {"candidates": [{"content": {"role": "model", "parts": [{"text": piece}]}}], "modelVersion": "m"}
        for piece in pieces or [""]
    ]
    chunks[-1]["candidates"][0]["finishReason"] = "STOP"
    chunks[-1]["usageMetadata"] = {"promptTokenCount": 8, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}
    return chunks


def chat_text(events: Iterable[Any]) -> str:
    deltas = [choice["delta"] for event in events for choice in event.get("choices", [])]
    return "".join(delta.get("content") or "" for delta in deltas)


def argument_text(events: Iterable[Any]) -> str:
    deltas = [choice["delta"] for event in events for choice in event.get("choices", [])]
    return "".join(c["function"].get("arguments", "") for delta in deltas for c in delta.get("tool_calls", []))


def responses_text(events: Iterable[Any]) -> str:
    events = list(events)
    streamed = "".join(e["delta"] for e in events if e.get("type") == "response.output_text.delta")
    for event in events:
        if event.get("type") == "response.completed":
            assert event["response"]["output"][0]["content"][0]["text"] == streamed, "told twice, and not the same"
    return streamed


def anthropic_text(events: Iterable[Any]) -> str:
    deltas = [event["delta"] for event in events if event.get("type") == "content_block_delta"]
    return "".join(d.get("text") or d.get("partial_json") or d.get("thinking") or "" for d in deltas)


def vertex_text(chunks: Iterable[Any]) -> str:
    candidates = [candidate for item in chunks for candidate in item.get("candidates", [])]
    return "".join(part.get("text", "") for c in candidates for part in c["content"]["parts"])


@dataclass(frozen=True)
class Format:
    """One way in which a text can be streamed."""

    api: ProviderApi
    kind: str
    write: Any
    read: Any


FORMATS = {
    "chat": Format(OPENAI, SSE, lambda p: sse(chat_events(p), done=True), lambda data: chat_text(read_sse(data))),
    "chat-crlf": Format(
        ProviderApi.AZURE_OPENAI,
        SSE,
        lambda p: sse(chat_events(p), done=True, line="\r\n"),
        lambda data: chat_text(read_sse(data)),
    ),
    "responses": Format(
        OPENAI, SSE, lambda p: sse(responses_events(p), named=True), lambda data: responses_text(read_sse(data))
    ),
    "anthropic": Format(
        ANTHROPIC, SSE, lambda p: sse(anthropic_events(p), named=True), lambda data: anthropic_text(read_sse(data))
    ),
    "thinking": Format(
        ANTHROPIC,
        SSE,
        lambda p: sse(anthropic_events(p, "thinking_delta", "thinking"), named=True),
        lambda data: anthropic_text(read_sse(data)),
    ),
    "converse": Format(
        BEDROCK,
        FRAMES,
        converse_frames,
        lambda data: "".join(p["delta"].get("text", "") for k, p in read_frames(data) if k == "contentBlockDelta"),
    ),
    "invoke": Format(
        BEDROCK, FRAMES, invoke_frames, lambda data: anthropic_text(p for k, p in read_frames(data) if k == "chunk")
    ),
    "vertex-sse": Format(VERTEX, SSE, lambda p: sse(vertex_chunks(p)), lambda data: vertex_text(read_sse(data))),
    "vertex-list": Format(
        VERTEX,
        JSON,
        lambda p: json.dumps(vertex_chunks(p), indent=1).encode(),
        lambda data: vertex_text(json.loads(data)),
    ),
}
