"""Bedrock: the model in the path, Converse, and the formats of the families behind InvokeModel."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.egress.apis.asking import ask, groups, joined, media
from zt_ai.egress.model import Operation
from zt_ai.spec.types import ProviderApi

API = ProviderApi.BEDROCK
CLAUDE = "/model/anthropic.claude-sonnet-4-v1%3A0/"
NOVA = "/model/us.amazon.nova-pro-v1:0/"


def asked(*blocks: Any, **body: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(blocks or ({"text": "hello"},))}], **body}


@pytest.mark.parametrize(
    ("path", "name", "model", "stream"),
    [
        (CLAUDE + "converse", "converse", "anthropic.claude-sonnet-4-v1:0", False),
        (CLAUDE + "converse-stream", "converse", "anthropic.claude-sonnet-4-v1:0", True),
        (NOVA + "invoke", "invoke", "us.amazon.nova-pro-v1:0", False),
        (NOVA + "invoke-with-response-stream", "invoke", "us.amazon.nova-pro-v1:0", True),
        (
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse",
            "converse",
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
            False,
        ),
    ],
)
def test_the_path_names_operation_and_model(path: str, name: str, model: str, stream: bool):
    found = ask(API, path, asked())
    assert (found.name, found.model, found.stream, found.problem) == (name, model, stream, None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", CLAUDE + "converse"),
        ("POST", CLAUDE + "invoke-with-bidirectional-stream"),
        ("POST", CLAUDE + "tomorrow"),
        ("POST", "/async-invoke"),
        ("GET", "/async-invoke"),
        ("POST", "/model/a/b/converse"),
        ("POST", "/model/converse"),
        ("POST", "/openai/v1/chat/completions"),
        ("POST", "/guardrail-checks/invoke"),
    ],
)
def test_what_nobody_knows_is_refused(method: str, path: str):
    assert ask(API, path, asked(), method=method) == Operation("unknown", problem="shape-unknown")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CLAUDE + "converse", None),
        (CLAUDE + "converse", {}),
        (CLAUDE + "converse", {"messages": "hi"}),
        (CLAUDE + "converse", {"messages": [{"role": "user", "content": "hi"}]}),
        (CLAUDE + "converse", {"messages": [{"role": "user", "content": ["hi"]}]}),
        (CLAUDE + "converse", asked(Messages=[])),
        (CLAUDE + "converse", asked(toolconfig={})),
        (CLAUDE + "converse", asked({"Text": "hi"})),
        (CLAUDE + "converse", asked({"image": "x"})),
        (CLAUDE + "converse", asked(toolConfig={"tools": {}})),
        (CLAUDE + "invoke", []),
        (CLAUDE + "invoke", {"anthropic_version": "x", "messages": "hi"}),
        (CLAUDE + "count-tokens", {}),
        (CLAUDE + "count-tokens", {"input": {"invokeModel": {"body": "!"}}}),
        (CLAUDE + "count-tokens", {"input": {"invokeModel": {"body": "aGk="}}}),
        (
            CLAUDE + "count-tokens",
            {"input": {"invokeModel": {"body": "eyJwcm9tcHQiOiJhIiwicHJvbXB0IjoiYiJ9"}}},
        ),  # twice
        (CLAUDE + "converse", asked({"document": {"format": [], "source": []}}, {"image": None})),
    ],
)
def test_a_body_of_another_form_is_refused(path: str, body: Any):
    assert ask(API, path, body).problem == "shape-unknown"


@pytest.mark.parametrize("field", ["model", "models", "fallbacks", "modelId"])
def test_a_body_names_no_second_model(field: str):
    assert ask(API, CLAUDE + "converse", asked(**{field: "other"})).problem == "model-missing"
    assert ask(API, "/model/meta.llama/invoke", {"prompt": "hi", field: "other"}).problem == "model-missing"


def test_converse_is_read_from_the_system_prompt_to_the_last_result():
    body = {
        "system": [{"text": "a"}, {"guardContent": {"text": {"text": "b", "qualifiers": ["query"]}}}],
        "messages": [
            {"role": "user", "content": [{"text": "c"}, {"text": "d"}]},
            {
                "role": "assistant",
                "content": [
                    {"reasoningContent": {"reasoningText": {"text": "e", "signature": "zz"}}},
                    {"reasoningContent": {"redactedContent": "zz"}},
                    {"toolUse": {"toolUseId": "t", "name": "find", "input": {"q": "f", "type": "g"}}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "toolResult": {
                            "toolUseId": "t",
                            "status": "success",
                            "content": [{"text": "h"}, {"json": {"k": "i"}}],
                        }
                    },
                    {"document": {"name": "N", "format": "txt", "source": {"text": "j"}}},
                    {"document": {"name": "M", "format": "txt", "source": {"content": [{"text": "k"}]}}},
                    {"searchResult": {"source": "l", "title": "T", "content": [{"text": "m"}]}},
                    {"cachePoint": {"type": "default"}},
                ],
            },
        ],
        "toolConfig": {
            "tools": [{"toolSpec": {"name": "find", "description": "d", "inputSchema": {"json": {"a": "e"}}}}]
        },
        "outputConfig": {"textFormat": {"structure": {"jsonSchema": {"schema": "s"}}}},
        "requestMetadata": {"k": "v"},
        "inferenceConfig": {"stopSequences": ["w"]},
    }
    found = ask(API, CLAUDE + "converse", body)
    assert joined(found, body)[:2] == ["abcdefghijklm", "cdhijklm"]
    assert groups(found, body)[2:] == [["find", "d", "e", "s"], ["query", "find", "N", "M", "T", "v", "w"]]
    assert found.media == ()
    assert found.hosted_tools == ()


@pytest.mark.parametrize(
    ("block", "where", "kind"),
    [
        ({"image": {"format": "png", "source": {"bytes": "x"}}}, "image/source/bytes", "image"),
        (
            {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://b/k"}}}},
            "image/source/s3Location",
            "reference",
        ),
        ({"image": {"format": "png", "source": {"text": "x"}}}, "image/source/text", "reference"),
        ({"image": {"format": "png"}}, "image", "image"),
        ({"video": {"format": "mp4", "source": {"bytes": "x"}}}, "video/source/bytes", "video"),
        ({"audio": {"format": "mp3", "source": {"bytes": "x"}}}, "audio/source/bytes", "audio"),
        ({"document": {"format": "pdf", "source": {"bytes": "x"}}}, "document/source/bytes", "document"),
        ({"document": {"source": {"bytes": "x"}}}, "document/source/bytes", "document"),
        ({"guardContent": {"image": {"source": {"bytes": "x"}}}}, "guardContent", "image"),
        (
            {"toolResult": {"content": [{"image": {"format": "png", "source": {"bytes": "x"}}}]}},
            "toolResult/content/0/image/source/bytes",
            "image",
        ),
        ({"hologram": {"bytes": "x"}}, "", "binary"),
    ],
)
def test_blocks_that_no_detector_can_read(block: Any, where: str, kind: str):
    found = ask(API, CLAUDE + "converse", asked(block))
    assert media(found)["/".join(filter(None, ("messages/0/content/0", where)))] == kind


def test_documents_of_a_text_format_are_read_when_their_base64_is_undone():
    assert (
        ask(API, CLAUDE + "converse", asked({"document": {"format": "csv", "source": {"bytes": "YQ=="}}})).media == ()
    )


@pytest.mark.parametrize(
    ("tool", "hosted"),
    [
        ({"toolSpec": {"name": "n"}}, ()),
        ({"cachePoint": {"type": "default"}}, ()),
        ({"systemTool": {"name": "nova_grounding"}}, ("nova_grounding",)),
        ({"systemTool": None}, ("systemTool",)),
        ({"tomorrow": {}}, ("tomorrow",)),
    ],
)
def test_tools_that_the_provider_would_run(tool: Any, hosted: tuple[str, ...]):
    assert ask(API, NOVA + "converse", asked(toolConfig={"tools": [tool]})).hosted_tools == hosted


def test_a_models_own_fields_cannot_smuggle_in_a_hosted_tool():
    more = {"tools": [{"type": "web_search_20250305", "name": "w"}, {"type": "computer_20250124", "name": "c"}]}
    found = ask(API, CLAUDE + "converse", asked(additionalModelRequestFields=more))
    assert found.hosted_tools == ("web_search_20250305",)


def test_a_stored_prompt_is_a_reference_and_its_variables_are_read():
    body = {"promptVariables": {"a": {"text": "123-45-"}, "b": {"text": "6789"}}}
    arn = "arn:aws:bedrock:us-east-1:123456789012:prompt%2FABCDEFGHIJ:1"
    found = ask(API, f"/model/{arn}/converse", body)
    assert joined(found, body) == ["123-45-6789"]
    assert [one.kind.value for one in found.media] == ["reference"]


@pytest.mark.parametrize(
    ("model", "body", "read"),
    [
        (
            "anthropic.claude-x",
            {
                "anthropic_version": "bedrock-2023-05-31",
                "system": "a",
                "messages": [{"role": "user", "content": [{"type": "text", "text": "b"}]}],
            },
            "ab",
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:imported-model%2Fabc",
            {"anthropic_version": "v", "messages": []},
            None,
        ),
        ("anthropic.claude-v2:1", {"prompt": "a", "max_tokens_to_sample": 1}, "a"),
        ("us.amazon.nova-pro-v1:0", {"schemaVersion": "messages-v1", "system": [{"text": "a"}], **asked()}, "ahello"),
        ("amazon.titan-text-v1", {"inputText": "a", "textGenerationConfig": {"stopSequences": ["b"]}}, "ab"),
        ("amazon.titan-embed-text-v2:0", {"inputText": "a", "dimensions": 512}, "a"),
        ("meta.llama3-70b-instruct-v1:0", {"prompt": "a"}, "a"),
        ("mistral.mistral-large-v1:0", {"prompt": "a", "stop": ["b"]}, "ab"),
        ("cohere.embed-v3", {"texts": ["a", "b"], "input_type": "search_document"}, "ab"),
        ("cohere.command-r", {"chat_history": [{"role": "USER", "message": "a"}], "message": "b"}, "ab"),
        ("deepseek.r1", {"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}, "ab"),
        ("stability.sd3", {"text_prompts": [{"text": "a"}, {"text": "b"}]}, "ab"),
    ],
)
def test_each_family_is_read_in_its_order(model: str, body: Any, read: str | None):
    found = ask(API, f"/model/{model}/invoke", body)
    assert found.problem is None
    assert (joined(found, body)[0] if found.reading_order else None) == read


@pytest.mark.parametrize(
    ("model", "body", "kind"),
    [
        (
            "anthropic.c",
            {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "base64"}}]}]},
            "image",
        ),
        ("us.amazon.nova-lite-v1:0", asked({"image": {"source": {"bytes": "x"}}}), "image"),
        ("amazon.titan-embed-image-v1", {"inputImage": "x"}, "image"),
        ("stability.sd3", {"prompt": "a", "image": "x"}, "image"),
        ("meta.llama3", {"prompt": "a", "images": ["x"]}, "image"),
        (
            "mistral.p",
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://a"}}]}]},
            "reference",
        ),
        ("twelvelabs.p", {"inputPrompt": "a", "mediaSource": {"s3Location": {"uri": "s3://b/k"}}}, "reference"),
    ],
)
def test_media_of_each_family(model: str, body: Any, kind: str):
    assert kind in media(ask(API, f"/model/{model}/invoke", body)).values()


def test_tools_of_a_family_count_as_hosted_unless_they_are_functions():
    tools = [{"type": "function", "function": {"name": "f"}}, {"type": "browser_search"}]
    assert ask(API, "/model/openai.gpt-oss/invoke", {"messages": [], "tools": tools}).hosted_tools == (
        "browser_search",
    )
    claude = {"messages": [], "anthropic_version": "x", "tools": [{"type": "web_search_20250305", "name": "w"}]}
    assert ask(API, CLAUDE + "invoke", claude).hosted_tools == ("web_search_20250305",)


def test_tokens_are_counted_of_either_form():
    body = {"input": {"converse": asked({"text": "a"}, {"text": "b"})}}
    assert joined(ask(API, CLAUDE + "count-tokens", body), body) == ["ab"]
    image = {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "u"}}]}]}
    inner = base64.b64encode(json.dumps(image).encode()).decode()
    found = ask(API, CLAUDE + "count-tokens", {"input": {"invokeModel": {"body": inner}}})
    assert media(found) == {"input/invokeModel/body": "reference"}


def test_guardrails_read_texts_and_see_images():
    body = {
        "source": "INPUT",
        "content": [{"text": {"text": "a"}}, {"text": {"text": "b"}}, {"image": {"source": {"bytes": "x"}}}],
    }
    found = ask(API, "/guardrail/abc/version/DRAFT/apply", body)
    assert joined(found, body) == ["ab"]
    assert media(found) == {"content/2": "image"}
    assert (found.name, found.model, found.problem) == ("guardrail", None, None)
    assert ask(API, "/guardrail/abc/version/1/apply", {"content": "x"}).problem == "shape-unknown"
