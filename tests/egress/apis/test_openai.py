"""OpenAI and Azure OpenAI: what a request asks, what a model reads of it and in which order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.egress.apis.asking import ask, groups, joined, media
from zt_ai.egress.apis import adapter
from zt_ai.egress.model import Operation, Request
from zt_ai.spec.types import ProviderApi

OPENAI, AZURE = ProviderApi.OPENAI, ProviderApi.AZURE_OPENAI
PNG = "data:image/png;base64,iVBORw0KGgo="


def chat(**body: Any) -> dict[str, Any]:
    return {"model": "gpt", "messages": [{"role": "user", "content": "hello"}], **body}


def said(*parts: Any) -> dict[str, Any]:
    return chat(messages=[{"role": "user", "content": list(parts)}])


def responses(*items: Any, **body: Any) -> dict[str, Any]:
    return {"model": "gpt", "input": list(items), **body}


@pytest.mark.parametrize(
    ("api", "method", "path", "name"),
    [
        (OPENAI, "GET", "/v1/models", "models"),
        (OPENAI, "GET", "/v1/models/gpt-4o", "models"),
        (OPENAI, "DELETE", "/v1/models/ft:gpt:x", "models"),
        (OPENAI, "GET", "/v1/files", "files"),
        (OPENAI, "GET", "/v1/files/file-1/content", "files"),
        (OPENAI, "DELETE", "/v1/files/file-1", "files"),
        (OPENAI, "GET", "/v1/responses/resp_1", "responses"),
        (OPENAI, "DELETE", "/v1/responses/resp_1", "responses"),
        (OPENAI, "GET", "/v1/responses/resp_1/input_items", "responses"),
        (OPENAI, "POST", "/v1/responses/resp_1/cancel", "responses"),
        (OPENAI, "GET", "/v1/chat/completions/c_1/messages", "chat"),
        (OPENAI, "GET", "/v1/batches/b_1", "batches"),
        (OPENAI, "POST", "/v1/batches/b_1/cancel", "batches"),
        (AZURE, "GET", "/openai/models?api-version=2024-10-21", "models"),
        (AZURE, "GET", "/openai/v1/models", "models"),
        (AZURE, "GET", "/openai/files/f?api-version=2024-10-21", "files"),
        (AZURE, "DELETE", "/openai/v1/responses/r", "responses"),
    ],
)
def test_requests_without_a_body_are_known_by_method_and_path(api: ProviderApi, method: str, path: str, name: str):
    assert ask(api, path, method=method) == Operation(name)
    assert ask(api, path, {"a": "hidden"}, method=method).problem == "shape-unknown"


@pytest.mark.parametrize(
    ("api", "method", "path"),
    [
        (OPENAI, "POST", "/chat/completions"),
        (OPENAI, "POST", "/v2/chat/completions"),
        (OPENAI, "PUT", "/v1/chat/completions"),
        (OPENAI, "POST", "/v1/chat/completions/c_1"),  # changes the metadata of a stored answer
        (OPENAI, "POST", "/v1/Chat/Completions"),
        (OPENAI, "POST", "/v1/threads"),
        (OPENAI, "POST", "/v1/conversations"),
        (OPENAI, "POST", "/v1/vector_stores"),
        (OPENAI, "POST", "/v1/uploads"),
        (OPENAI, "POST", "/v1/realtime/sessions"),
        (OPENAI, "GET", "/v1/organization/users"),
        (AZURE, "POST", "/v1/chat/completions"),
        (AZURE, "POST", "/openai/chat/completions"),
        (AZURE, "POST", "/openai/deployments/d/images/generations"),
        (AZURE, "POST", "/openai/deployments/d/e/chat/completions"),
        (AZURE, "POST", "/openai/assistants"),
    ],
)
def test_what_nobody_knows_is_refused(api: ProviderApi, method: str, path: str):
    assert ask(api, path, chat(), method=method) == Operation("unknown", problem="shape-unknown")


@pytest.mark.parametrize("header", ["x-http-method-override", "x-http-method", "x-method-override"])
def test_a_header_that_asks_for_another_method_is_refused(header: str):
    request = Request("GET", "/v1/models", ((header, "DELETE"),), b"")
    assert adapter(OPENAI).operation(request, None).problem == "shape-unknown"


@pytest.mark.parametrize(
    ("api", "path", "body", "name", "model"),
    [
        (OPENAI, "/v1/chat/completions", chat(), "chat", "gpt"),
        (OPENAI, "/v1/responses", {"model": "gpt", "input": "hi"}, "responses", "gpt"),
        (OPENAI, "/v1/responses/input_tokens", {"model": "gpt", "input": "hi"}, "responses-input-tokens", "gpt"),
        (OPENAI, "/v1/responses/compact", {"model": "gpt", "input": "hi"}, "responses-compact", "gpt"),
        (OPENAI, "/v1/embeddings", {"model": "e", "input": "hi"}, "embeddings", "e"),
        (OPENAI, "/v1/completions", {"model": "c", "prompt": "hi"}, "completions", "c"),
        (OPENAI, "/v1/moderations", {"model": "m", "input": "hi"}, "moderations", "m"),
        (AZURE, "/openai/deployments/dep/chat/completions?api-version=x", chat(), "chat", "dep"),
        (AZURE, "/openai/deployments/dep/extensions/chat/completions", chat(model=None), "chat", "dep"),
        (AZURE, "/openai/deployments/dep/embeddings", {"input": "hi"}, "embeddings", "dep"),
        (AZURE, "/openai/deployments/dep/completions", {"prompt": "hi"}, "completions", "dep"),
        (AZURE, "/openai/v1/chat/completions", chat(model="dep"), "chat", "dep"),
        (AZURE, "/openai/v1/responses?api-version=preview", {"model": "dep", "input": "hi"}, "responses", "dep"),
        (AZURE, "/openai/responses?api-version=2025-04-01-preview", {"model": "d", "input": "h"}, "responses", "d"),
    ],
)
def test_the_operation_and_its_model(api: ProviderApi, path: str, body: Any, name: str, model: str):
    found = ask(api, path, body)
    assert (found.name, found.model, found.problem, found.stream) == (name, model, None, False)
    assert ask(api, path, {**body, "stream": True}).stream


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", chat(model=None)),
        ("/v1/chat/completions", chat(model="")),
        ("/v1/chat/completions", chat(model=["gpt", "other"])),
        ("/v1/chat/completions", chat(models=["gpt", "other"])),
        ("/v1/chat/completions", chat(fallbacks=[{"model": "other"}])),
        ("/v1/chat/completions", chat(fallback_models=["other"])),
        ("/v1/responses", {"input": "hi", "prompt": {"id": "pmpt_1"}}),
        ("/v1/embeddings", {"input": "hi"}),
        ("/v1/moderations", {"input": "hi"}),
        ("/v1/batches", {"input_file_id": "f", "endpoint": "/v1/chat/completions", "completion_window": "24h"}),
    ],
)
def test_without_exactly_one_model_it_cannot_be_decided(path: str, body: Any):
    assert ask(OPENAI, path, body).problem == "model-missing"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", None),
        ("/v1/chat/completions", []),
        ("/v1/chat/completions", chat(messages=None)),
        ("/v1/chat/completions", chat(messages={"role": "user", "content": "x"})),
        ("/v1/chat/completions", chat(messages="hi")),
        ("/v1/chat/completions", chat(messages=["hi"])),
        ("/v1/chat/completions", chat(messages=[{"content": "hi"}])),
        ("/v1/chat/completions", chat(messages=[{"role": "user", "content": {"text": "hi"}}])),
        ("/v1/chat/completions", chat(messages=[{"role": "user", "content": 7}])),
        ("/v1/chat/completions", said("hi")),
        ("/v1/chat/completions", chat(stream="true")),
        ("/v1/chat/completions", chat(stream=1)),
        ("/v1/chat/completions", chat(tools={"type": "function"})),
        ("/v1/chat/completions", chat(tools=["web_search"])),
        ("/v1/chat/completions", {"model": "gpt", "Messages": []}),
        ("/v1/chat/completions", chat(Messages=[])),
        ("/v1/chat/completions", chat(MODEL="other")),
        ("/v1/chat/completions", chat() | {"me\u017f\u017fages": []}),  # folds to `messages`
        ("/v1/chat/completions", chat() | {"top_\u212a": 1, "tool\u017f": []}),
        ("/v1/chat/completions", chat(messages=[{"role": "user", "content": "x", "Content": "y"}])),
        ("/v1/chat/completions", said({"type": "text", "Text": "hi"})),
        ("/v1/responses", {"model": "gpt", "input": {"role": "user"}}),
        ("/v1/responses", {"model": "gpt", "input": ["hi"]}),
        ("/v1/responses", {"model": "gpt", "Input": "hi"}),
        ("/v1/embeddings", {"model": "e"}),
        ("/v1/embeddings", {"model": "e", "input": {"a": "b"}}),
        ("/v1/embeddings", {"model": "e", "Input": "x", "input": "y"}),
    ],
)
def test_a_body_of_another_form_is_refused(path: str, body: Any):
    assert ask(OPENAI, path, body).problem == "shape-unknown"


def test_fields_that_nobody_knows_are_left_to_the_scan_of_the_whole_body():
    assert ask(OPENAI, "/v1/chat/completions", chat(new_field={"a": "b"})).problem is None


def test_a_conversation_is_read_in_its_order_whatever_its_parts():
    body = chat(
        messages=[
            {"role": "system", "content": "a"},
            {"role": "user", "name": "Zoe", "content": [{"type": "text", "text": "b"}, {"type": "text", "text": "c"}]},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "x", "type": "function", "function": {"name": "find", "arguments": "d"}},
                    {"id": "y", "type": "custom", "custom": {"name": "run", "input": "e"}},
                ],
            },
            {"role": "tool", "tool_call_id": "x", "content": [{"type": "text", "text": "f"}]},
            {"role": "assistant", "content": "g", "refusal": "h", "function_call": {"name": "n", "arguments": "i"}},
            {"role": "user", "content": "j"},
        ],
        prediction={"type": "content", "content": [{"type": "text", "text": "k"}]},
    )
    found = ask(OPENAI, "/v1/chat/completions", body)
    assert joined(found, body) == ["abcdefghijk", "bcj", "Zoefindrunn"]
    assert not found.media
    assert not found.hosted_tools


def test_the_user_is_read_apart_only_when_somebody_else_speaks():
    alone = chat(messages=[{"role": "user", "content": "a"}, {"role": "user", "content": "b"}])
    assert joined(ask(OPENAI, "/v1/chat/completions", alone), alone) == ["ab"]


def test_tool_definitions_and_answer_formats_are_a_group_and_what_stands_beside_another():
    body = chat(
        tools=[
            {
                "type": "function",
                "function": {
                    "name": "n",
                    "description": "d",
                    "parameters": {"properties": {"p": {"description": "q", "enum": ["e", "f"]}}},
                },
            },
            {"type": "custom", "custom": {"name": "c", "format": {"type": "grammar", "grammar": {"definition": "g"}}}},
        ],
        functions=[{"name": "old", "description": "o"}],
        response_format={"type": "json_schema", "json_schema": {"name": "s", "schema": {"description": "t"}}},
        stop=["x", "y"],
        user="u",
        metadata={"k": "v"},
        safety_identifier="i",
    )
    found = ask(OPENAI, "/v1/chat/completions", body)
    talk, tools, beside = groups(found, body)
    assert talk == ["hello"]
    assert tools == [
        *("function", "n", "d", "q", "e", "f", "custom", "c", "grammar", "g", "old", "o", "json_schema", "s", "t")
    ]
    assert beside == ["x", "y", "u", "i", "v"]


def test_responses_are_read_from_instructions_to_the_last_item():
    body = responses(
        {"role": "user", "content": "b"},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "c"}]},
        {"type": "message", "id": "m", "role": "assistant", "content": [{"type": "output_text", "text": "d"}]},
        {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "e"}], "encrypted_content": "zz"},
        {"type": "function_call", "call_id": "k", "name": "find", "arguments": "f"},
        {"type": "function_call_output", "call_id": "k", "output": "g"},
        {"type": "function_call_output", "call_id": "k", "output": [{"type": "input_text", "text": "h"}]},
        {"type": "custom_tool_call", "call_id": "k", "name": "run", "input": "i"},
        {"type": "mcp_call", "id": "m", "server_label": "l", "name": "n", "arguments": "j", "output": "k"},
        {"type": "local_shell_call_output", "id": "o", "output": "l"},
        {"role": "user", "content": "m"},
        instructions="a",
        text={"format": {"type": "json_schema", "description": "t"}},
        metadata={"k": "v"},
        user="u",
    )
    found = ask(OPENAI, "/v1/responses", body)
    assert joined(found, body) == ["abcdefghijklm", "bcm", "json_schemat", "findrunlnuv"]
    assert found.media == ()


@pytest.mark.parametrize(
    ("part", "where", "kind"),
    [
        ({"type": "image_url", "image_url": {"url": PNG}}, "image_url/url", "image"),
        ({"type": "image_url", "image_url": PNG}, "image_url", "image"),
        ({"type": "image_url", "image_url": {"url": " DATA:image/png;base64,x"}}, "image_url/url", "image"),
        ({"type": "image_url", "image_url": {"url": "https://a.example/x.png"}}, "image_url/url", "reference"),
        ({"type": "image_url", "image_url": {"url": "gs://bucket/x"}}, "image_url/url", "reference"),
        ({"type": "image_url"}, "", "image"),
        ({"type": "image_url", "url": "https://a.example"}, "", "image"),
        ({"type": "input_audio", "input_audio": {"data": "x", "format": "wav"}}, "input_audio", "audio"),
        ({"type": "file", "file": {"file_id": "f"}}, "file/file_id", "reference"),
        ({"type": "file", "file": {"file_data": "data:application/pdf;base64,x"}}, "file/file_data", "document"),
        ({"type": "file", "file": {"file_data": "JVBERi0="}}, "file/file_data", "document"),
        ({"type": "video_url", "video_url": {"url": "https://a.example"}}, "", "binary"),
        ({"type": "hologram", "data": "x"}, "", "binary"),
        ({"data": "x"}, "", "binary"),
        ({"type": ["text"], "text": "x"}, None, None),
        ({"type": "text", "text": "x", "image_url": {"url": PNG}}, "image_url/url", "image"),
        ({"type": "text", "text": "x", "file_id": "f"}, "file_id", "reference"),
    ],
)
def test_parts_of_a_chat_that_no_detector_can_read(part: Any, where: str | None, kind: str | None):
    found = ask(OPENAI, "/v1/chat/completions", said({"type": "text", "text": "see"}, part))
    assert found.problem is None
    if where is None:
        assert media(found) == {}
    else:
        assert media(found)["/".join(filter(None, ("messages/0/content/1", where)))] == kind


@pytest.mark.parametrize(
    "part",
    [
        {"type": "file", "file": {"file_data": "data:text/plain;base64,aGk=", "filename": "a.txt"}},
        {"type": "image_url", "image_url": {"url": "data:text/html,hi"}},
        {"type": "refusal", "refusal": "no"},
    ],
)
def test_texts_in_data_urls_are_no_media(part: Any):
    assert ask(OPENAI, "/v1/chat/completions", said(part)).media == ()


def test_an_answer_that_was_spoken_is_kept_at_the_provider():
    found = ask(OPENAI, "/v1/chat/completions", chat(messages=[{"role": "assistant", "audio": {"id": "a"}}]))
    assert media(found) == {"messages/0/audio": "reference"}


@pytest.mark.parametrize(
    ("body", "where", "kind"),
    [
        (responses({"type": "item_reference", "id": "i"}), "input/0", "reference"),
        (responses({"id": "i"}), "input/0", "reference"),
        (responses({"type": "compaction", "encrypted_content": "x"}), "input/0", "reference"),
        (responses({"type": "image_generation_call", "id": "i", "result": "iVBO"}), "input/0", "image"),
        (responses({"type": "future_call", "payload": "x"}), "input/0", "binary"),
        (
            responses({"role": "user", "content": [{"type": "input_image", "image_url": PNG}]}),
            "input/0/content/0/image_url",
            "image",
        ),
        (
            responses({"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}),
            "input/0/content/0/file_id",
            "reference",
        ),
        (
            responses({"role": "user", "content": [{"type": "input_file", "file_url": "https://a.example/b.pdf"}]}),
            "input/0/content/0/file_url",
            "reference",
        ),
        (
            responses({"role": "user", "content": [{"type": "input_file", "filename": "b", "file_data": "JVBE"}]}),
            "input/0/content/0/file_data",
            "document",
        ),
        (
            responses({"type": "computer_call_output", "output": {"type": "computer_screenshot", "image_url": PNG}}),
            "input/0/output/image_url",
            "image",
        ),
        (
            responses({"type": "function_call_output", "output": [{"type": "input_image", "image_url": PNG}]}),
            "input/0/output/0/image_url",
            "image",
        ),
        (
            responses({"type": "code_interpreter_call", "container_id": "c", "code": "x"}),
            "input/0/container_id",
            "reference",
        ),
        (
            responses(
                {"type": "shell_call", "environment": {"type": "container_reference", "container_id": "c"}},
            ),
            "input/0/environment/container_id",
            "reference",
        ),
        (responses(previous_response_id="r"), "previous_response_id", "reference"),
        (responses(conversation="c"), "conversation", "reference"),
        (responses(conversation={"id": "c"}), "conversation", "reference"),
        (responses(prompt={"id": "p", "version": "2"}), "prompt", "reference"),
        (
            responses(prompt={"id": "p", "variables": {"v": {"type": "input_image", "image_url": PNG}}}),
            "prompt/variables/v/image_url",
            "image",
        ),
        (responses(background_options={"continuation_id": "c"}), "background_options/continuation_id", "reference"),
        (
            responses(tools=[{"type": "file_search", "vector_store_ids": ["v"]}]),
            "tools/0/vector_store_ids",
            "reference",
        ),
        (responses(tools=[{"type": "code_interpreter", "container": "c"}]), "tools/0/container", "reference"),
        (
            responses(tools=[{"type": "code_interpreter", "container": {"type": "auto", "file_ids": ["f"]}}]),
            "tools/0/container/file_ids",
            "reference",
        ),
    ],
)
def test_parts_of_responses_that_no_detector_can_read(body: Any, where: str, kind: str):
    found = ask(OPENAI, "/v1/responses", body)
    assert found.problem is None
    assert media(found)[where] == kind


def test_variables_of_a_stored_prompt_are_read():
    body = responses(prompt={"id": "p", "variables": {"a": "123-45-", "b": {"type": "input_text", "text": "6789"}}})
    assert joined(ask(OPENAI, "/v1/responses", body), body)[0] == "123-45-6789"


@pytest.mark.parametrize(
    ("tool", "hosted"),
    [
        ({"type": "function", "name": "f"}, ()),
        ({"type": "custom", "name": "f"}, ()),
        ({"type": "local_shell"}, ()),
        ({"type": "apply_patch"}, ()),
        ({"type": "shell", "environment": {"type": "local"}}, ()),
        ({"type": "tool_search", "execution": "client"}, ()),
        ({"type": "namespace", "name": "n", "description": "d", "tools": [{"type": "function", "name": "f"}]}, ()),
        ({"type": "namespace", "tools": [{"type": "web_search"}]}, ("web_search",)),
        ({"type": "shell"}, ("shell",)),
        ({"type": "shell", "environment": {"type": "container_auto"}}, ("shell",)),
        ({"type": "tool_search"}, ("tool_search",)),
        ({"type": "web_search"}, ("web_search",)),
        ({"type": "web_search_preview_2025_03_11"}, ("web_search_preview_2025_03_11",)),
        ({"type": "file_search", "vector_store_ids": ["v"]}, ("file_search",)),
        ({"type": "code_interpreter", "container": {"type": "auto"}}, ("code_interpreter",)),
        ({"type": "mcp", "server_label": "l", "server_url": "https://a.example"}, ("mcp",)),
        ({"type": "mcp", "connector_id": "connector_gmail"}, ("mcp",)),
        ({"type": "image_generation"}, ("image_generation",)),
        ({"type": "computer_use_preview"}, ("computer_use_preview",)),
        ({"type": "programmatic_tool_calling"}, ("programmatic_tool_calling",)),
        ({"type": "Function", "name": "f"}, ("Function",)),
        ({"type": "tomorrow"}, ("tomorrow",)),
        ({"type": ["function"]}, ("unknown",)),
        ({"name": "f"}, ("unknown",)),
    ],
)
def test_tools_that_the_provider_would_run(tool: Any, hosted: tuple[str, ...]):
    for body in (
        responses(tools=[tool]),
        responses({"type": "additional_tools", "role": "developer", "tools": [tool]}),
    ):
        found = ask(OPENAI, "/v1/responses", body)
        assert (found.hosted_tools, found.problem) == (hosted, None)


def test_chat_searches_the_web_without_a_tool():
    assert ask(OPENAI, "/v1/chat/completions", chat(web_search_options={})).hosted_tools == ("web_search",)


def test_azures_own_data_is_a_tool_of_the_provider_and_a_reference():
    body = chat(data_sources=[{"type": "azure_search", "parameters": {"endpoint": "https://a.example", "key": "k"}}])
    found = ask(AZURE, "/openai/deployments/d/chat/completions", body)
    assert found.hosted_tools == ("azure_search",)
    assert media(found) == {"data_sources/0": "reference"}


def test_embeddings_are_read_in_order_and_numbers_of_tokens_not_at_all():
    body = {"model": "e", "input": ["123-45-", "6789"]}
    assert joined(ask(OPENAI, "/v1/embeddings", body), body) == ["123-45-6789"]
    for tokens in ([1, 2], [[1, 2], [3]], ["a", 1], [None]):
        assert media(ask(OPENAI, "/v1/embeddings", {"model": "e", "input": tokens})) == {"input": "binary"}
        assert media(ask(OPENAI, "/v1/completions", {"model": "e", "prompt": tokens})) == {"prompt": "binary"}


def test_moderations_take_parts_of_messages():
    parts = [
        {"type": "text", "text": "a"},
        {"type": "image_url", "image_url": {"url": PNG}},
        {"type": "text", "text": "b"},
    ]
    body = {"model": "m", "input": parts}
    found = ask(OPENAI, "/v1/moderations", body)
    assert joined(found, body) == ["ab"]
    assert media(found) == {"input/1/image_url/url": "image"}


def test_legacy_completions_are_read_with_their_suffix():
    body = {"model": "c", "prompt": ["a", "b"], "suffix": "c", "stop": "d"}
    assert joined(ask(OPENAI, "/v1/completions", body), body) == ["abc", "d"]


@pytest.mark.parametrize("path", ["/v1/files", "/openai/v1/files", "/openai/files?api-version=x"])
def test_files_go_out_as_multipart_and_no_other_way(path: str):
    chosen = adapter(OPENAI if path.startswith("/v1") else AZURE)
    multipart = (("content-type", 'multipart/form-data; boundary="x"'),)
    assert chosen.operation(Request("POST", path, multipart, b"..."), None) == Operation("files")
    assert chosen.operation(Request("POST", path, multipart, b"{}"), {}).problem == "shape-unknown"
    assert chosen.operation(Request("POST", path, (), b"..."), None).problem == "shape-unknown"
