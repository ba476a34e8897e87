"""Token counts as the provider reports them, and estimates where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.egress.answers.said import (
    ALLOW,
    ANTHROPIC,
    BEDROCK,
    FORMATS,
    JSON,
    SSE,
    chat_events,
    coming,
    cut,
    sse,
    through,
)
from tests.egress.answers.test_whole import chat, whole


@pytest.mark.parametrize(
    ("api", "document", "tokens"),
    [
        (None, chat("hello"), (9, 12)),
        (ANTHROPIC, {"usage": {"input_tokens": 5, "cache_read_input_tokens": 3, "output_tokens": 2}}, (8, 2)),
        (BEDROCK, {"usage": {"inputTokens": 5, "outputTokens": 2, "totalTokens": 7}}, (5, 2)),
        (None, {"usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 2, "thoughtsTokenCount": 9}}, (5, 11)),
        (None, {"message": {"usage": None}, "other": {"input_tokens": 99}}, None),
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_tokens_are_counted_as_the_provider_reports_them(api: Any, document: Any, tokens: Any, size: int):
    more = {"api": api} if api else {}
    inspected = coming(ALLOW, agreement=True, tokens_per_day=10, request_characters=10, **more)
    body = whole(document)
    assert through(inspected, cut(body, [size]), JSON) == body
    assert inspected is not None
    usage = inspected.usage
    assert usage.estimated == (tokens is None)
    assert (usage.input_tokens, usage.output_tokens) == (tokens or (3, 0))


def test_counts_in_the_head_of_an_answer_of_bedrock_are_read():
    inspected = coming(ALLOW, agreement=True, tokens_per_day=10, api=BEDROCK)
    headers = (("x-amzn-bedrock-input-token-count", "21"), ("x-amzn-bedrock-output-token-count", "4"))
    through(inspected, [b'{"generation": "hello"}'], JSON, *headers)
    assert inspected is not None
    assert (inspected.usage.input_tokens, inspected.usage.output_tokens, inspected.usage.estimated) == (21, 4, False)


def test_tokens_of_a_stream_without_counts_are_estimated():
    inspected = coming(ALLOW, agreement=True, tokens_per_day=10, stream=True, request_characters=401)
    through(inspected, [sse(chat_events(["abcd" * 10, "efgh"]))], SSE)
    assert inspected is not None
    assert (inspected.usage.input_tokens, inspected.usage.output_tokens, inspected.usage.estimated) == (101, 11, True)


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("anthropic", (30, 15)),
        ("responses", (11, 7)),
        ("converse", (9, 4)),
        ("invoke", (30, 15)),
        ("vertex-sse", (8, 5)),
        ("vertex-list", (8, 5)),
    ],
)
def test_tokens_of_a_stream_are_counted_as_the_provider_reports_them(name: str, tokens: tuple[int, int]):
    told = FORMATS[name]
    inspected = coming(ALLOW, agreement=True, api=told.api, stream=True, tokens_per_day=5)
    stream = told.write(["some ", "words"])
    assert through(inspected, cut(stream, [11]), told.kind) == stream
    assert inspected is not None
    assert (inspected.usage.input_tokens, inspected.usage.output_tokens) == tokens
    assert not inspected.usage.estimated
