"""The official SDKs read what comes out of the inspection, over a transport that answers in this process."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from tests.egress.answers.said import (
    ANTHROPIC,
    BLOCK,
    JSON,
    OPENAI,
    REDACT,
    SSE,
    SSN,
    anthropic_events,
    argument_events,
    chat_events,
    coming,
    cut,
    responses_events,
    sse,
    through,
)
from tests.egress.answers.test_whole import chat
from zt_ai.egress.answers import Answer

PIECES = ["Her number is 12", "3-45-", "6789 and [NAME", "_1] agrees."]
RESTORED = 'Her number is [SSN] and Ada "B." agrees.'
PLACEHOLDERS = {"[NAME_1]": 'Ada "B."'}
QUESTION: list[Any] = [{"role": "user", "content": "who?"}]


def transport(body: bytes, kind: str, inspected: Answer | None) -> httpx2.MockTransport:
    """A provider whose answer goes through the inspection, nine bytes at a time."""

    def respond(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": kind}, content=through(inspected, cut(body, [9]), kind))

    return httpx2.MockTransport(respond)


def openai_client(body: bytes, kind: str, inspected: Answer | None) -> openai.OpenAI:
    client = httpx2.Client(transport=transport(body, kind, inspected))
    return openai.OpenAI(api_key="none", base_url="https://h.example/v1", http_client=client, max_retries=0)


def anthropic_client(body: bytes, inspected: Answer | None) -> anthropic.Anthropic:
    client = httpx2.Client(transport=transport(body, SSE, inspected))
    return anthropic.Anthropic(api_key="none", base_url="https://h.example", http_client=client, max_retries=0)


def redacting(api: Any = OPENAI, *, stream: bool = True) -> Answer | None:
    return coming(REDACT, api=api, stream=stream, placeholders=PLACEHOLDERS)


def test_openai_reads_a_streamed_chat():
    client = openai_client(sse(chat_events(PIECES), done=True), SSE, redacting())
    chunks = list(client.chat.completions.create(model="m", messages=QUESTION, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == RESTORED
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_openai_puts_a_streamed_chat_with_a_tool_call_together():
    events = argument_events(['{"who": "[NAME', '_1]", "ssn": "123-45', '-6789"}'])
    client = openai_client(sse(events, done=True), SSE, redacting())
    with client.chat.completions.stream(model="m", messages=QUESTION) as stream:
        final = stream.get_final_completion()
    (call,) = final.choices[0].message.tool_calls or []
    assert json.loads(call.function.arguments) == {"who": 'Ada "B."', "ssn": "[SSN]"}


def test_openai_puts_a_streamed_response_together():
    client = openai_client(sse(responses_events(PIECES), named=True), SSE, redacting())
    with client.responses.stream(model="m", input="who?") as stream:
        streamed = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert streamed == final.output_text == RESTORED


def test_openai_reads_a_whole_chat():
    client = openai_client(json.dumps(chat("".join(PIECES))).encode(), JSON, redacting(stream=False))
    assert client.chat.completions.create(model="m", messages=QUESTION).choices[0].message.content == RESTORED


def test_openai_raises_its_own_error_when_a_stream_is_cut():
    client = openai_client(sse(chat_events(PIECES), done=True), SSE, coming(BLOCK, stream=True))
    seen: list[str] = []
    chunks = client.chat.completions.create(model="m", messages=QUESTION, stream=True)
    with pytest.raises(openai.APIError, match="phi-in-answer") as error:
        seen.extend(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert "req-1" in str(error.value)
    assert SSN not in str(error.value)
    assert "12" not in "".join(seen)


def test_anthropic_puts_a_streamed_message_together():
    client = anthropic_client(sse(anthropic_events(PIECES), named=True), redacting(ANTHROPIC))
    with client.messages.stream(model="m", max_tokens=9, messages=QUESTION) as stream:
        streamed = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert streamed == final.content[0].text == RESTORED  # type: ignore[union-attr]
    assert (final.usage.output_tokens, final.stop_reason) == (15, "end_turn")


def test_anthropic_puts_the_input_of_a_tool_together():
    pieces = ['{"who": "[NAME', '_1]", "ssn": "123-45', '-6789", "npi": 12345', "67893}"]
    events = anthropic_events(pieces, "input_json_delta", "partial_json")
    client = anthropic_client(sse(events, named=True), redacting(ANTHROPIC))
    with client.messages.stream(model="m", max_tokens=9, messages=QUESTION) as stream:
        final = stream.get_final_message()
    expected = {"who": 'Ada "B."', "ssn": "[SSN]", "npi": "[NPI]"}
    assert final.content[0].input == expected  # type: ignore[union-attr]


def test_anthropic_raises_its_own_error_when_a_stream_is_cut():
    client = anthropic_client(sse(anthropic_events(PIECES), named=True), coming(BLOCK, api=ANTHROPIC, stream=True))
    with (
        pytest.raises(anthropic.APIError, match="phi-in-answer"),
        client.messages.stream(model="m", max_tokens=9, messages=QUESTION) as stream,
    ):
        for _ in stream:
            pass
