"""Vertex AI: the path says what is asked of which model; fields go by two names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.egress.apis.asking import ask, groups, joined, media
from zt_ai.egress.model import Operation
from zt_ai.spec.types import ProviderApi

API = ProviderApi.VERTEX_AI
HERE = "/v1/projects/p/locations/us-east1"
GEMINI = f"{HERE}/publishers/google/models/gemini-2.5-pro:"
CLAUDE = f"{HERE}/publishers/anthropic/models/claude-x@20250101:"
GENERATE = GEMINI + "generateContent"


def asked(*parts: Any, **body: Any) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": list(parts or ({"text": "hello"},))}], **body}


def messages(**body: Any) -> dict[str, Any]:
    return {"anthropic_version": "vertex-2023-10-16", "messages": [{"role": "user", "content": "hi"}], **body}


@pytest.mark.parametrize(
    ("path", "body", "name", "model", "stream"),
    [
        (GENERATE, asked(), "generate-content", "gemini-2.5-pro", False),
        (GEMINI + "streamGenerateContent?alt=sse", asked(), "generate-content", "gemini-2.5-pro", True),
        (GEMINI + "countTokens", asked(), "count-tokens", "gemini-2.5-pro", False),
        (GEMINI + "embedContent", {"content": {"parts": [{"text": "x"}]}}, "embed-content", "gemini-2.5-pro", False),
        (GEMINI + "predict", {"instances": [{"content": "x"}]}, "predict", "gemini-2.5-pro", False),
        ("/v1beta1/publishers/google/models/g:generateContent", asked(), "generate-content", "g", False),
        (f"{HERE}/endpoints/123:generateContent", asked(), "generate-content", "endpoints/123", False),
        (f"{HERE}/endpoints/123:predict", {"instances": []}, "predict", "endpoints/123", False),
        (
            f"{HERE}/endpoints/openapi/chat/completions",
            {"model": "google/g", "messages": []},
            "chat",
            "google/g",
            False,
        ),
        (CLAUDE + "rawPredict", messages(), "messages", "claude-x@20250101", False),
        (CLAUDE.replace("@", "%40") + "streamRawPredict", messages(stream=True), "messages", "claude-x@20250101", True),
        (
            f"{HERE}/publishers/anthropic/models/count-tokens:rawPredict",
            messages(model="claude-x"),
            "count-tokens",
            "claude-x",
            False,
        ),
        (
            f"{HERE}/publishers/mistralai/models/m:rawPredict",
            {"model": "m", "stream": True, "messages": [{"role": "user", "content": "x"}]},
            "raw-predict",
            "m",
            True,
        ),
    ],
)
def test_the_path_names_operation_and_model(path: str, body: Any, name: str, model: str, stream: bool):
    found = ask(API, path, body)
    assert (found.name, found.model, found.stream, found.problem) == (name, model, stream, None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", GEMINI + "tomorrow"),
        ("POST", f"{HERE}/publishers/google/models/gemini:x:generateContent"),
        ("POST", f"{HERE}/publishers/google/models/gemini"),
        ("POST", f"{HERE}/cachedContents"),
        ("POST", f"{HERE}/batchPredictionJobs"),
        ("POST", "/v2/publishers/google/models/g:generateContent"),
        ("GET", GENERATE),
        ("PUT", GENERATE),
    ],
)
def test_what_nobody_knows_is_refused(method: str, path: str):
    assert ask(API, path, asked(), method=method) == Operation("unknown", problem="shape-unknown")


def test_models_are_listed_without_a_body():
    assert ask(API, "/v1/publishers/google/models", method="GET") == Operation("models")
    assert ask(API, f"{HERE}/publishers/google/models/g", method="GET") == Operation("models")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GENERATE, asked(model="projects/p/locations/l/publishers/google/models/other")),
        (GENERATE, asked(model=["gemini-2.5-pro"])),
        (GENERATE, asked(generationConfig={"routingConfig": {"autoMode": {}}})),
        (GENERATE, asked(generation_config={"routing_config": {"manualMode": {"modelName": "other"}}})),
        (GEMINI + "predict", {"instances": [], "endpoint": "endpoints/other"}),
        (CLAUDE + "rawPredict", messages(model="other")),
        (CLAUDE + "rawPredict", messages(fallbacks="default")),
        (f"{HERE}/publishers/anthropic/models/count-tokens:rawPredict", messages()),
        (f"{HERE}/publishers/mistralai/models/m:rawPredict", {"model": "other", "messages": []}),
        (f"{HERE}/endpoints/openapi/chat/completions", {"messages": []}),
    ],
)
def test_a_body_names_no_second_model(path: str, body: Any):
    assert ask(API, path, body).problem == "model-missing"


def test_a_body_may_repeat_the_model():
    repeated = asked(model="publishers/google/models/gemini-2.5-pro")
    assert ask(API, GEMINI + "countTokens", repeated).problem is None
    assert ask(API, CLAUDE + "rawPredict", messages(model="claude-x@20250101")).problem is None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GENERATE, None),
        (GENERATE, {}),
        (GENERATE, {"contents": [7]}),
        (GENERATE, {"contents": [{"role": 7, "parts": []}]}),
        (GENERATE, {"contents": [{"parts": ["hi"]}]}),
        (GENERATE, asked(Contents=[])),
        (GENERATE, asked(system_instruction="a", systemInstruction="b")),
        (GENERATE, asked(System_Instruction="a")),
        (GENERATE, asked(systeminstruction="a")),
        (GENERATE, asked({"Text": "hi"})),
        (GENERATE, asked({"inline_data": {"mime_type": "text/plain", "mimeType": "image/png", "data": "x"}})),
        (GENERATE, asked(tools=["googleSearch"])),
        (GENERATE, asked(generationConfig=[])),
        (CLAUDE + "rawPredict", {"anthropic_version": "x"}),
        (CLAUDE + "rawPredict", messages(stream="x")),
        (f"{HERE}/endpoints/openapi/chat/completions", {"model": "g", "messages": "hi"}),
    ],
)
def test_a_body_of_another_form_is_refused(path: str, body: Any):
    assert ask(API, path, body).problem == "shape-unknown"


@pytest.mark.parametrize("snake", [False, True])
def test_a_conversation_is_read_by_either_name_of_each_field(snake: bool):
    def name(camel: str) -> str:
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in camel) if snake else camel

    body = {
        name("systemInstruction"): {"parts": {"text": "a"}},
        "contents": [
            {"role": "user", "parts": [{"text": "b"}, {"text": "c", "thought": False}]},
            {
                "role": "model",
                "parts": [
                    {name("functionCall"): {"name": "d", "args": {"q": "e"}}, name("thoughtSignature"): "zz"},
                    {name("executableCode"): {"code": "f"}},
                    {name("codeExecutionResult"): {"output": "g"}},
                ],
            },
            {"role": "user", "parts": [{name("functionResponse"): {"name": "find", "response": {"r": "h"}}}]},
            {"parts": {"text": "i"}},
        ],
        "tools": [{name("functionDeclarations"): [{"name": "find", "description": "d"}]}],
        name("generationConfig"): {name("responseSchema"): {"description": "s"}, name("stopSequences"): ["w"]},
        "labels": {"k": "v"},
    }
    found = ask(API, GENERATE, body)
    assert joined(found, body)[:2] == ["abcdefghi", "bchi"]
    assert groups(found, body)[2:] == [["find", "d", "s", "w"], ["find", "v"]]
    assert (found.problem, found.media, found.hosted_tools) == (None, (), ())


def test_one_content_stands_for_a_list_of_one():
    body = {"contents": {"role": "user", "parts": {"text": "a"}}, "systemInstruction": "b"}
    assert joined(ask(API, GENERATE, body), body) == ["ba"]


@pytest.mark.parametrize(
    ("part", "where", "kind"),
    [
        ({"inlineData": {"mimeType": "image/png", "data": "x"}}, "inlineData", "image"),
        ({"inline_data": {"mime_type": "audio/wav", "data": "x"}}, "inline_data", "audio"),
        ({"inlineData": {"mimeType": "video/mp4", "data": "x"}}, "inlineData", "video"),
        ({"inlineData": {"mimeType": "application/pdf", "data": "x"}}, "inlineData", "document"),
        ({"inlineData": {"data": "x"}}, "inlineData", "binary"),
        ({"fileData": {"fileUri": "gs://b/k", "mimeType": "text/plain"}}, "fileData", "reference"),
        ({"file_data": {"file_uri": "https://a.example"}}, "file_data", "reference"),
        ({"tomorrow": "x"}, "", "binary"),
        ({"text": "x", "tomorrow": "x"}, "", "binary"),
        (
            {"functionResponse": {"name": "n", "parts": [{"inlineData": {"mimeType": "image/png", "data": "x"}}]}},
            "functionResponse/parts/0/inlineData",
            "image",
        ),
    ],
)
def test_parts_that_no_detector_can_read(part: Any, where: str, kind: str):
    found = ask(API, GENERATE, asked(part))
    assert media(found) == {"/".join(filter(None, ("contents/0/parts/0", where))): kind}


def test_inline_texts_are_no_media():
    assert ask(API, GENERATE, asked({"inlineData": {"mimeType": "text/plain", "data": "aGk="}})).media == ()


def test_a_cache_is_a_reference():
    assert media(ask(API, GENERATE, asked(cachedContent="c"))) == {"cachedContent": "reference"}
    assert media(ask(API, GENERATE, asked(cached_content="c"))) == {"cached_content": "reference"}


@pytest.mark.parametrize(
    ("tool", "hosted"),
    [
        ({"functionDeclarations": []}, ()),
        ({"function_declarations": []}, ()),
        ({"googleSearch": {}}, ("googleSearch",)),
        ({"google_search": {}}, ("googleSearch",)),
        ({"googleSearchRetrieval": {}}, ("googleSearchRetrieval",)),
        ({"urlContext": {}}, ("urlContext",)),
        ({"codeExecution": {}}, ("codeExecution",)),
        ({"retrieval": {"vertexAiSearch": {}}}, ("retrieval",)),
        ({"enterpriseWebSearch": {}}, ("enterpriseWebSearch",)),
        ({"googleMaps": {}}, ("googleMaps",)),
        ({"computerUse": {}}, ("computerUse",)),
        ({"functionDeclarations": [], "googleSearch": {}}, ("googleSearch",)),
        ({"tomorrow": {}}, ("tomorrow",)),
    ],
)
def test_tools_that_the_provider_would_run(tool: Any, hosted: tuple[str, ...]):
    assert ask(API, GENERATE, asked(tools=[tool])).hosted_tools == hosted
    assert ask(API, GENERATE, asked(tools=tool)).hosted_tools == hosted


@pytest.mark.parametrize(
    ("body", "read", "found"),
    [
        ({"instances": [{"content": "a"}, {"content": "b"}]}, "ab", {}),
        ({"instances": [{"prompt": "a"}], "parameters": {"negativePrompt": "b"}}, "ab", {}),
        (
            {"instances": [{"prompt": "a", "image": {"bytesBase64Encoded": "x"}}]},
            "a",
            {"instances/0/image": "image"},
        ),
        ({"instances": [{"prompt": "a", "video": {"gcsUri": "gs://b/k"}}]}, "a", {"instances/0/video": "video"}),
        ({"instances": [{"text": "a", "source": {"gcsUri": "g"}}]}, "a", {"instances/0/source/gcsUri": "reference"}),
    ],
)
def test_predictions_are_read_in_the_order_in_which_they_are_written(body: Any, read: str, found: dict[str, str]):
    operation = ask(API, GEMINI + "predict", body)
    assert joined(operation, body)[0] == read
    assert media(operation) == found


def test_chat_with_googles_own_fields_may_use_caches_and_tools():
    body = {"model": "google/g", "messages": [], "extra_body": {"google": {"cached_content": "c"}}}
    assert media(ask(API, f"{HERE}/endpoints/openapi/chat/completions", body)) == {"": "reference"}
