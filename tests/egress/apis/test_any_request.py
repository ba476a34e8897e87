"""Laws for every adapter: whatever comes, it answers; what it points at is there."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.egress.apis.asking import at
from zt_ai.egress.apis import adapter
from zt_ai.egress.apis.gather import Fields, Gathered
from zt_ai.egress.model import Operation, Path, Request
from zt_ai.spec.types import ProviderApi

GEMINI = "/v1/projects/p/locations/l/publishers/google/models/g:"
MESSAGE = {
    "role": "user",
    "content": [
        {"type": "text", "text": "a"},
        {"type": "image_url", "image_url": {"url": "https://a.example"}},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "x"}},
        {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "b"}]},
        {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "c"}]}},
    ],
    "tool_calls": [{"id": "i", "type": "function", "function": {"name": "n", "arguments": "{}"}}],
}
SEEDS: list[tuple[ProviderApi, str, Any]] = [
    (
        ProviderApi.OPENAI,
        "/v1/chat/completions",
        {"model": "m", "messages": [MESSAGE], "tools": [{"type": "function"}], "stream": True, "data_sources": [{}]},
    ),
    (
        ProviderApi.OPENAI,
        "/v1/responses",
        {
            "model": "m",
            "input": [MESSAGE, {"type": "function_call_output", "output": [{"type": "input_text", "text": "x"}]}],
            "tools": [{"type": "code_interpreter", "container": {"type": "auto", "file_ids": ["f"]}}],
            "prompt": {"id": "p", "variables": {"a": "b"}},
        },
    ),
    (ProviderApi.OPENAI, "/v1/embeddings", {"model": "m", "input": ["a", {"type": "text", "text": "b"}, [1]]}),
    (ProviderApi.AZURE_OPENAI, "/openai/deployments/d/completions", {"prompt": ["a"], "suffix": "b"}),
    (
        ProviderApi.ANTHROPIC,
        "/v1/messages",
        {
            "model": "m",
            "system": [{"type": "text", "text": "s"}],
            "messages": [MESSAGE],
            "tools": [{"type": "bash_20250124", "name": "bash"}],
            "container": {"id": "c", "skills": [{}]},
            "thread": {"type": "continue", "previous_message_id": "m"},
        },
    ),
    (
        ProviderApi.ANTHROPIC,
        "/v1/messages/batches",
        {"requests": [{"custom_id": "c", "params": {"model": "m", "messages": [MESSAGE]}}]},
    ),
    (
        ProviderApi.BEDROCK,
        "/model/anthropic.c/converse",
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"text": "a"},
                        {"document": {"name": "n", "format": "pdf", "source": {"bytes": "x"}}},
                        {"toolResult": {"content": [{"json": {"a": "b"}}, {"image": {"source": {"bytes": "x"}}}]}},
                        {"guardContent": {"text": {"text": "x"}}},
                    ],
                }
            ],
            "toolConfig": {"tools": [{"toolSpec": {"name": "n"}}, {"systemTool": {"name": "n"}}]},
            "additionalModelRequestFields": {"tools": [{"type": "x"}]},
            "promptVariables": {"a": {"text": "b"}},
        },
    ),
    (ProviderApi.BEDROCK, "/model/anthropic.c/invoke", {"anthropic_version": "v", "messages": [MESSAGE]}),
    (ProviderApi.BEDROCK, "/model/meta.l/invoke", {"prompt": "p", "tools": [{"type": "function"}], "images": ["x"]}),
    (
        ProviderApi.BEDROCK,
        "/model/anthropic.c/count-tokens",
        {"input": {"invokeModel": {"body": "eyJtZXNzYWdlcyI6W119"}, "converse": {"messages": []}}},
    ),
    (ProviderApi.BEDROCK, "/guardrail/g/version/1/apply", {"content": [{"text": {"text": "a"}}, {"image": {}}]}),
    (
        ProviderApi.VERTEX_AI,
        GEMINI + "generateContent",
        {
            "contents": [
                {
                    "role": "user",
                    "parts": [
                        {"text": "a"},
                        {"inlineData": {"mimeType": "image/png", "data": "x"}},
                        {"fileData": {"fileUri": "u", "displayName": "d"}},
                        {"functionResponse": {"name": "n", "response": {"a": "b"}, "parts": [{"text": "x"}]}},
                    ],
                }
            ],
            "systemInstruction": {"parts": [{"text": "s"}]},
            "tools": [{"functionDeclarations": [{"name": "n"}]}, {"googleSearch": {}}],
            "generationConfig": {"routingConfig": None, "responseSchema": {"description": "d"}},
        },
    ),
    (ProviderApi.VERTEX_AI, GEMINI + "predict", {"instances": [{"content": "x"}], "parameters": {}}),
    (
        ProviderApi.VERTEX_AI,
        GEMINI.replace("google", "anthropic") + "rawPredict",
        {"anthropic_version": "v", "messages": [MESSAGE]},
    ),
]

NAMES = sorted(
    {"type", "text", "source", "content", "messages", "role", "url", "image_url", "tools", "input", "parts", "data"}
    | {"contents", "file_id", "toolResult", "system", "TEXT", "Role", "model", "models", "inline_data", "mimeType"}
)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from([*NAMES, "", "image"])
trees = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)


def places(tree: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(place for key, child in inner for place in places(child, (*path, key)))]


def planted(tree: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    tree = copy.deepcopy(tree)
    here = tree
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return tree


def check(found: Operation, body: Any) -> None:
    """Every path points at something, every path of a text at a text, and no place is read twice in a group."""
    for group in found.reading_order:
        assert group
        assert len(set(group)) == len(group)
        assert all(isinstance(at(body, path), str) for path in group)
    for one in found.media:
        if one.path[0] == "body":
            at(body, one.path)


@pytest.mark.parametrize(("api", "path", "body"), SEEDS)
@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_request_with_anything_anywhere_is_understood_or_refused(
    api: ProviderApi, path: str, body: Any, data: st.DataObject
):
    for _ in range(data.draw(st.integers(1, 3))):
        body = planted(body, data.draw(st.sampled_from(places(body))), data.draw(trees))
    found = adapter(api).operation(Request("POST", path, (), b"x"), body)
    if found.problem != "shape-unknown":
        check(found, body)


@pytest.mark.parametrize("api", list(ProviderApi))
@given(method=st.sampled_from(["GET", "POST", "DELETE", "X"]), target=st.text(), tree=trees)
def test_any_request_at_all_gets_an_answer(api: ProviderApi, method: str, target: str, tree: Any):
    found = adapter(api).operation(Request(method, target, (), b"x"), tree)
    assert isinstance(found, Operation)


def test_strings_come_in_document_order_at_any_depth():
    deep: Any = ["last"]
    for i in range(200):
        deep = {"before": f"b{i}", "inner": [deep, f"a{i}"]}
    found: list[Path] = []
    Gathered().strings(deep, ("body",), found)
    before, after = [f"b{i}" for i in range(199, -1, -1)], [f"a{i}" for i in range(200)]
    assert [at(deep, path) for path in found] == [*before, "last", *after]


@pytest.mark.parametrize(("api", "path", "body"), SEEDS)
def test_no_depth_of_nesting_breaks_an_adapter(api: ProviderApi, path: str, body: Any):
    deep: Any = "x"
    for i in range(3000):
        deep = [deep] if i % 2 else {"content": deep}
    for name in body:
        adapter(api).operation(Request("POST", path, (), b"x"), {**body, name: deep})


RECASED = [
    (ProviderApi.OPENAI, "/v1/chat/completions", {"model": "m", "messages": [], "Messages": [MESSAGE]}),
    (ProviderApi.OPENAI, "/v1/responses", {"model": "m", "INPUT": "x"}),
    (ProviderApi.ANTHROPIC, "/v1/messages", {"model": "m", "messages": [], "System": "x"}),
    (ProviderApi.BEDROCK, "/model/a.b/converse", {"messages": [], "SYSTEM": [{"text": "x"}]}),
]


@pytest.mark.parametrize(("api", "path", "body"), RECASED)
def test_a_field_in_another_case_would_be_overlooked_if_it_were_not_refused(
    api: ProviderApi, path: str, body: Any, monkeypatch: pytest.MonkeyPatch
):
    request = Request("POST", path, (), b"x")
    assert adapter(api).operation(request, body).problem == "shape-unknown"
    monkeypatch.setattr(Fields, "check", lambda *_: None)
    overlooking = adapter(api).operation(request, body)
    assert (overlooking.problem, overlooking.reading_order) == (None, ())


@pytest.mark.parametrize(("api", "path", "body"), SEEDS)
def test_the_seeds_themselves_are_understood(api: ProviderApi, path: str, body: Any):
    found = adapter(api).operation(Request("POST", path, (), b"x"), body)
    assert found.problem in (None, "model-missing")
    check(found, body)
