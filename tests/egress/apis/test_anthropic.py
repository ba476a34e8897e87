"""Anthropic: what a request asks, what a model reads of it and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.egress.apis.asking import ask, groups, joined, media
from zt_ai.egress.apis import adapter
from zt_ai.egress.model import Operation, Request
from zt_ai.spec.types import ProviderApi

API = ProviderApi.ANTHROPIC
MESSAGES = "/v1/messages"


def asked(**body: Any) -> dict[str, Any]:
    return {"model": "claude", "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}], **body}


def said(*blocks: Any) -> dict[str, Any]:
    return asked(messages=[{"role": "user", "content": list(blocks)}])


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v1/models", "models"),
        ("GET", "/v1/models/claude-x", "models"),
        ("GET", "/v1/files/f/content", "files"),
        ("DELETE", "/v1/files/f", "files"),
        ("GET", "/v1/messages/batches", "batches"),
        ("GET", "/v1/messages/batches/b/results", "batches"),
        ("POST", "/v1/messages/batches/b/cancel", "batches"),
        ("DELETE", "/v1/messages/batches/b", "batches"),
    ],
)
def test_requests_without_a_body(method: str, path: str, name: str):
    assert ask(API, path, method=method) == Operation(name)
    assert ask(API, path, {"a": "hidden"}, method=method).problem == "shape-unknown"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", MESSAGES),
        ("PUT", MESSAGES),
        ("POST", "/messages"),
        ("POST", "/v1/sessions"),
        ("POST", "/v1/skills"),
        ("POST", "/v1/memory_stores"),
        ("GET", "/v1/organizations/users"),
        ("POST", "/v1/messages/extra"),
    ],
)
def test_what_nobody_knows_is_refused(method: str, path: str):
    assert ask(API, path, asked(), method=method) == Operation("unknown", problem="shape-unknown")


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        (MESSAGES, asked(), "messages"),
        ("/v1/messages?beta=true", asked(), "messages"),
        ("/v1/messages/count_tokens", asked(), "count-tokens"),
        ("/v1/messages/batches", {"requests": [{"custom_id": "1", "params": asked()}]}, "batches"),
        ("/v1/complete", {"model": "claude", "prompt": "hi"}, "complete"),
    ],
)
def test_the_operation_and_its_model(path: str, body: Any, name: str):
    found = ask(API, path, body)
    assert (found.name, found.model, found.problem, found.stream) == (name, "claude", None, False)


def test_streams_are_told_apart():
    assert ask(API, MESSAGES, asked(stream=True)).stream


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (MESSAGES, asked(model=None)),
        (MESSAGES, asked(model={"id": "claude"})),
        (MESSAGES, asked(fallbacks=[{"model": "other"}])),
        (MESSAGES, asked(fallbacks="default")),
        ("/v1/messages/batches", {"requests": []}),
        (
            "/v1/messages/batches",
            {"requests": [{"custom_id": c, "params": asked(model=c)} for c in ("claude", "other")]},
        ),
        ("/v1/messages/batches", {"requests": [{"custom_id": "1", "params": asked(fallbacks="default")}]}),
        ("/v1/complete", {"prompt": "hi"}),
    ],
)
def test_without_exactly_one_model_it_cannot_be_decided(path: str, body: Any):
    assert ask(API, path, body).problem == "model-missing"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (MESSAGES, None),
        (MESSAGES, "hi"),
        (MESSAGES, asked(messages="hi")),
        (MESSAGES, asked(messages=[["user", "hi"]])),
        (MESSAGES, asked(messages=[{"role": "user", "content": None}])),
        (MESSAGES, said("hi")),
        (MESSAGES, asked(system=7)),
        (MESSAGES, asked(system=["hi"])),
        (MESSAGES, asked(stream="yes")),
        (MESSAGES, asked(tools="none")),
        (MESSAGES, asked(tools=["bash"])),
        (MESSAGES, asked(System="hi")),
        (MESSAGES, asked(MCP_Servers=[])),
        (MESSAGES, asked(messages=[{"Role": "user", "role": "user", "content": "x"}])),
        (MESSAGES, said({"type": "text", "TEXT": "hi"})),
        ("/v1/messages/batches", asked()),
        ("/v1/messages/batches", {"requests": [{"custom_id": "1", "params": {"model": "claude"}}]}),
        ("/v1/messages/batches", {"requests": [{"custom_id": "1", "params": asked(), "Params": asked()}]}),
        ("/v1/complete", {"model": "claude", "prompt": ["hi"]}),
    ],
)
def test_a_body_of_another_form_is_refused(path: str, body: Any):
    assert ask(API, path, body).problem == "shape-unknown"


def test_a_conversation_is_read_from_the_system_prompt_to_the_last_result():
    body = asked(
        system=[{"type": "text", "text": "a"}, {"type": "text", "text": "b", "cache_control": {"type": "ephemeral"}}],
        messages=[
            {"role": "user", "content": "c"},
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "d", "signature": "zz"},
                    {"type": "redacted_thinking", "data": "zz"},
                    {"type": "text", "text": "e"},
                    {"type": "tool_use", "id": "t", "name": "find", "input": {"q": "f", "more": ["g", {"id": "h"}]}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "t", "content": "i"},
                    {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "j"}]},
                    {
                        "type": "document",
                        "title": "T",
                        "source": {"type": "text", "media_type": "text/plain", "data": "k"},
                    },
                    {
                        "type": "document",
                        "context": "C",
                        "source": {"type": "content", "content": [{"type": "text", "text": "l"}]},
                    },
                    {"type": "search_result", "title": "S", "source": "m", "content": [{"type": "text", "text": "n"}]},
                ],
            },
        ],
        tools=[{"name": "find", "description": "d", "input_schema": {"properties": {"q": {"description": "e"}}}}],
        output_config={"format": {"type": "json_schema", "schema": {"description": "f"}}},
        metadata={"user_id": "u"},
        stop_sequences=["s"],
    )
    found = ask(API, MESSAGES, body)
    assert groups(found, body)[2:] == [["find", "d", "e", "json_schema", "f"], ["find", "T", "C", "S", "u", "s"]]
    assert joined(found, body)[:2] == ["abcdefghijklmn", "cijklmn"]
    assert found.media == ()
    assert found.hosted_tools == ()


def test_every_request_of_a_batch_is_read():
    body = {
        "requests": [
            {"custom_id": "x", "params": asked(messages=[{"role": "user", "content": "123-45-"}])},
            {
                "custom_id": "y",
                "params": asked(messages=[{"role": "user", "content": "6789"}], mcp_servers=[{"url": "u"}]),
            },
        ]
    }
    found = ask(API, "/v1/messages/batches", body)
    assert joined(found, body)[0] == "123-45-6789"
    assert found.hosted_tools == ("mcp_servers",)


def source(**fields: Any) -> dict[str, Any]:
    return {"source": fields}


@pytest.mark.parametrize(
    ("block", "where", "kind"),
    [
        ({"type": "image", **source(type="base64", media_type="image/png", data="x")}, "source", "image"),
        ({"type": "image", **source(type="base64", media_type="text/plain", data="x")}, "source", "image"),
        ({"type": "image", **source(type="base64", data="x")}, "source", "image"),
        ({"type": "image", **source(type="url", url="https://a.example")}, "source", "reference"),
        ({"type": "image", **source(type="file", file_id="f")}, "source", "reference"),
        ({"type": "image", **source(type="new")}, "source", "binary"),
        ({"type": "image"}, "", "binary"),
        ({"type": "document", **source(type="base64", media_type="application/pdf", data="x")}, "source", "document"),
        ({"type": "document", **source(type="base64", media_type="image/png", data="x")}, "source", "document"),
        ({"type": "document", **source(type="url", url="https://a.example")}, "source", "reference"),
        ({"type": "document", **source(type="file", file_id="f")}, "source", "reference"),
        ({"type": "container_upload", "file_id": "f"}, "file_id", "reference"),
        ({"type": "container_upload"}, "", "reference"),
        ({"type": "compaction", "content": "x"}, "", "reference"),
        ({"type": "tomorrow", "data": "x"}, "", "binary"),
        ({"text": "x", "data": "y"}, "", "binary"),
        (
            {"type": "tool_result", "content": [{"type": "image", **source(type="base64", data="x")}]},
            "content/0/source",
            "image",
        ),
        (
            {
                "type": "web_fetch_tool_result",
                "content": {
                    "type": "web_fetch_result",
                    "content": {"type": "document", **source(type="base64", media_type="application/pdf", data="x")},
                },
            },
            "content/content/source",
            "document",
        ),
        (
            {
                "type": "bash_code_execution_tool_result",
                "content": {"content": [{"type": "bash_code_execution_output", "file_id": "f"}]},
            },
            "content/content/0/file_id",
            "reference",
        ),
        (
            {"type": "document", **source(type="content", content=[{"type": "image", **source(type="url", url="u")}])},
            "source/content/0/source",
            "reference",
        ),
    ],
)
def test_blocks_that_no_detector_can_read(block: Any, where: str, kind: str):
    found = ask(API, MESSAGES, said(block))
    assert found.problem is None
    assert media(found) == {"/".join(filter(None, ("messages/0/content/0", where))): kind}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "document", **source(type="base64", media_type="text/plain", data="aGk=")},
        {"type": "document", **source(type="base64", media_type="text/markdown; charset=utf-8", data="aGk=")},
        {"type": "tool_use", "id": "t", "name": "n", "input": {"file_id": "the caller's own", "type": "image"}},
    ],
)
def test_texts_are_no_media(block: Any):
    assert ask(API, MESSAGES, said(block)).media == ()


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (asked(container="c"), "container"),
        (asked(container={"id": "c"}), "container"),
        (asked(thread={"type": "continue", "previous_message_id": "m"}), "thread/previous_message_id"),
        (asked(diagnostics={"previous_message_id": "m"}), "diagnostics/previous_message_id"),
    ],
)
def test_what_the_provider_keeps_is_a_reference(body: Any, where: str):
    assert media(ask(API, MESSAGES, body)) == {where: "reference"}


@pytest.mark.parametrize(
    ("kind", "hosted"),
    [
        (None, False),
        ("custom", False),
        ("bash_20250124", False),
        ("text_editor_20250728", False),
        ("computer_20251124", False),
        ("computer_toolset_20260801", False),
        ("browser_toolset_20260801", False),
        ("memory_20250818", False),
        ("web_search_20250305", True),
        ("web_fetch_20260318", True),
        ("code_execution_20250825", True),
        ("tool_search_tool_bm25_20251119", True),
        ("advisor_20260301", True),
        ("mcp_toolset", True),
        ("bash_", True),
        ("bash_x", True),
        ("text_editor_code_execution_20250825", True),
        ("computer_server_20270101", True),
        ("bash_2\u0661", True),
        ("bash_code_execution", True),
        ("Custom", True),
        ("tomorrow", True),
    ],
)
def test_tools_that_the_provider_would_run(kind: str | None, hosted: bool):
    tool = {"name": "n"} if kind is None else {"type": kind, "name": "n"}
    added = {"type": "tool_addition", "tool": {"type": "tool_definition", "definition": tool}}
    for body in (asked(tools=[tool]), asked(messages=[{"role": "system", "content": [added]}])):
        found = ask(API, MESSAGES, body)
        assert (found.hosted_tools, found.problem) == ((kind,) if hosted else (), None)


def test_remote_servers_and_skills_are_run_by_the_provider():
    body = asked(
        mcp_servers=[{"type": "url", "url": "https://a.example", "name": "n"}], container={"skills": [{"a": 1}]}
    )
    assert ask(API, MESSAGES, body).hosted_tools == ("mcp_servers", "skills")


def test_files_go_out_as_multipart():
    multipart = (("content-type", "multipart/form-data; boundary=x"),)
    assert adapter(API).operation(Request("POST", "/v1/files", multipart, b"..."), None) == Operation("files")
