"""Refusals reach a program as the exception of the SDK that it uses, with message, rule and request id to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import openai
import pytest
from botocore.eventstream import EventStreamBuffer
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import EventStreamJSONParser, RestJSONParser
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.egress.apis import adapter
from zt_ai.egress.apis.event_stream import frame
from zt_ai.egress.model import Reply
from zt_ai.spec.types import ProviderApi

RULE, ID, MESSAGE = "phi-without-baa", "req-7f3a", "identifiers may not go to this provider; remove them"
STATUSES = [400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503, 504]


class Wire(httpx2.BaseTransport):
    """Answers every request with one reply, and counts them."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body, self.requests = status, headers, body, 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        return httpx2.Response(self.status, headers=self.headers, content=self.body)


def wire(reply: Reply) -> Wire:
    return Wire(reply.status, {"content-type": reply.content_type, **reply.headers}, reply.body)


def refusal(api: ProviderApi, status: int) -> Reply:
    return adapter(api).refusal(status, RULE, MESSAGE, ID)


def openai_client(transport: Wire, retries: int = 0) -> openai.OpenAI:
    http = httpx2.Client(transport=transport)
    return openai.OpenAI(api_key="k", base_url="https://o.example/v1", http_client=http, max_retries=retries)


def azure_client(transport: Wire, retries: int = 0) -> openai.OpenAI:
    return openai.AzureOpenAI(
        api_key="k",
        azure_endpoint="https://o.example",
        api_version="2024-10-21",
        http_client=httpx2.Client(transport=transport),
        max_retries=retries,
    )


def anthropic_client(transport: Wire, retries: int = 0) -> anthropic.Anthropic:
    http = httpx2.Client(transport=transport)
    return anthropic.Anthropic(api_key="k", base_url="https://a.example", http_client=http, max_retries=retries)


def chat(client: openai.OpenAI, **more: Any) -> Any:
    return client.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}], **more)


def message(client: anthropic.Anthropic, **more: Any) -> Any:
    return client.messages.create(model="m", max_tokens=1, messages=[{"role": "user", "content": "x"}], **more)


OPENAI_EXCEPTIONS = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
    500: openai.InternalServerError,
    503: openai.InternalServerError,
    504: openai.InternalServerError,
}
ANTHROPIC_EXCEPTIONS = {
    400: (anthropic.BadRequestError, "invalid_request_error"),
    401: (anthropic.AuthenticationError, "authentication_error"),
    403: (anthropic.PermissionDeniedError, "permission_error"),
    404: (anthropic.NotFoundError, "not_found_error"),
    409: (anthropic.ConflictError, "conflict_error"),
    413: (anthropic.APIStatusError, "request_too_large"),
    415: (anthropic.APIStatusError, "invalid_request_error"),
    429: (anthropic.RateLimitError, "rate_limit_error"),
    500: (anthropic.InternalServerError, "api_error"),
    503: (anthropic.APIStatusError, "overloaded_error"),
    504: (anthropic.APIStatusError, "timeout_error"),
}


@pytest.mark.parametrize("client", [openai_client, azure_client])
@pytest.mark.parametrize("status", STATUSES)
def test_the_openai_sdk_raises_its_own_exception(client: Any, status: int):
    api = ProviderApi.OPENAI if client is openai_client else ProviderApi.AZURE_OPENAI
    with pytest.raises(OPENAI_EXCEPTIONS.get(status, openai.APIStatusError)) as raised:
        chat(client(wire(refusal(api, status))))
    error = raised.value
    assert isinstance(error, openai.APIStatusError)
    assert (error.status_code, error.code, error.request_id, error.param) == (status, RULE, ID, None)
    assert all(part in str(error) for part in (RULE, ID, MESSAGE))
    assert error.type


@pytest.mark.parametrize("status", STATUSES)
def test_the_anthropic_sdk_raises_its_own_exception(status: int):
    expected, kind = ANTHROPIC_EXCEPTIONS.get(status, (anthropic.APIStatusError, "invalid_request_error"))
    with pytest.raises(expected) as raised:
        message(anthropic_client(wire(refusal(ProviderApi.ANTHROPIC, status))))
    error = raised.value
    assert isinstance(error, anthropic.APIStatusError)
    assert (error.status_code, error.type, error.request_id) == (status, kind, ID)
    assert all(part in (error.api_message or "") for part in (RULE, ID, MESSAGE))
    assert isinstance(error.body, dict)
    assert error.body["request_id"] == ID


@pytest.mark.parametrize("status", [400, 403, 408, 409, 413, 500, 504])
def test_no_sdk_repeats_what_a_rule_has_refused(status: int):
    for api, client, call in (
        (ProviderApi.OPENAI, openai_client, chat),
        (ProviderApi.ANTHROPIC, anthropic_client, message),
    ):
        transport = wire(refusal(api, status))
        with pytest.raises((openai.APIStatusError, anthropic.APIStatusError)):
            call(client(transport, retries=2))
        assert transport.requests == 1


def test_without_the_header_an_sdk_would_repeat_it():
    reply = refusal(ProviderApi.OPENAI, 409)
    headers = {name: value for name, value in reply.headers.items() if name != "x-should-retry"}
    transport = wire(Reply(reply.status, reply.content_type, reply.body, {**headers, "retry-after-ms": "1"}))
    with pytest.raises(openai.ConflictError):
        chat(openai_client(transport, retries=2))
    assert transport.requests == 3


@pytest.mark.parametrize("api", list(ProviderApi))
@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_says_when_to_come_back_or_not_to(api: ProviderApi, status: int):
    headers = refusal(api, status).headers
    assert ("retry-after" in headers) == (status in (429, 503))
    assert ("x-should-retry" in headers) != (status in (429, 503))


def bedrock() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("bedrock-runtime", "service-2"))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ValidationException"),
        (403, "AccessDeniedException"),
        (404, "ResourceNotFoundException"),
        (413, "ValidationException"),
        (429, "ThrottlingException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailableException"),
        (504, "ModelTimeoutException"),
    ],
)
def test_botocore_reads_the_code_of_a_bedrock_refusal(status: int, code: str):
    reply, model = refusal(ProviderApi.BEDROCK, status), bedrock()
    operation = model.operation_model("Converse")
    answer = {"status_code": reply.status, "headers": {**reply.headers}, "body": reply.body}
    parsed = RestJSONParser().parse(answer, operation.output_shape)
    assert parsed["Error"]["Code"] == code
    assert all(part in parsed["Error"]["Message"] for part in (RULE, ID, MESSAGE))
    assert parsed["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"] == ID
    assert code in {shape.name for shape in operation.error_shapes}


@pytest.mark.parametrize("status", STATUSES)
def test_google_errors_have_a_code_a_status_and_details(status: int):
    error = json.loads(refusal(ProviderApi.VERTEX_AI, status).body)["error"]
    assert error["code"] == status
    assert error["status"].isupper()
    assert all(part in error["message"] for part in (RULE, ID, MESSAGE))
    info, request = error["details"]
    assert (info["metadata"]["rule"], request["requestId"]) == (RULE, ID)


def test_the_anthropic_sdk_for_vertex_raises_its_own_exception():
    transport = wire(refusal(ProviderApi.VERTEX_AI, 403))
    client = anthropic.AnthropicVertex(
        region="us-east1",
        project_id="p",
        access_token="t",
        base_url="https://v.example/v1",
        http_client=httpx2.Client(transport=transport),
    )
    with pytest.raises(anthropic.PermissionDeniedError) as raised:
        message(client)  # type: ignore[arg-type]
    assert raised.value.request_id == ID
    assert RULE in str(raised.value)
    assert transport.requests == 1


@pytest.mark.parametrize("api", list(ProviderApi))
@pytest.mark.parametrize("status", [403, 413, 503, 504])
def test_a_filled_template_is_the_refusal(api: ProviderApi, status: int):
    template = json.dumps(adapter(api).refusal_template(status))
    filled = template.replace("{message}", MESSAGE).replace("{rule}", RULE).replace("{request_id}", ID)
    assert json.loads(filled) == json.loads(refusal(api, status).body)
    assert all(template.count(place) for place in ("{message}", "{rule}", "{request_id}"))


@pytest.mark.parametrize("api", list(ProviderApi))
def test_a_refusal_is_json_whatever_it_has_to_say(api: ProviderApi):
    reply = adapter(api).refusal(403, RULE, 'say "no"\n{rule} \udcff ü', ID)
    assert reply.content_type == "application/json"
    assert json.loads(reply.body)
    assert all(value.isascii() and "\n" not in value for value in reply.headers.values())


# --- running answers


def stream(body: bytes, kind: str = "text/event-stream") -> Wire:
    return Wire(200, {"content-type": kind}, body)


CHUNK = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[]}\n\n'
DELTA = b'event: ping\ndata: {"type":"ping"}\n\n'


@pytest.mark.parametrize("api", [ProviderApi.OPENAI, ProviderApi.AZURE_OPENAI])
def test_a_cut_chat_raises_while_it_is_read(api: ProviderApi):
    body = CHUNK + adapter(api).stream_refusal(RULE, MESSAGE, ID)
    chunks = iter(chat(openai_client(stream(body)), stream=True))
    assert next(chunks).id == "c"
    with pytest.raises(openai.APIError) as raised:
        next(chunks)
    assert raised.value.code == RULE
    assert all(part in raised.value.message for part in (RULE, ID, MESSAGE))


def test_without_the_event_a_cut_chat_looks_whole():
    assert len(list(chat(openai_client(stream(CHUNK)), stream=True))) == 1


def test_a_cut_response_raises_while_it_is_read_and_has_the_apis_own_error_event():
    body = adapter(ProviderApi.OPENAI).stream_refusal(RULE, MESSAGE, ID)
    with pytest.raises(openai.APIError) as raised:
        list(openai_client(stream(body)).responses.create(model="m", input="x", stream=True))
    assert raised.value.code == RULE
    data = json.loads(body.split(b"data: ")[1])
    told = openai.types.responses.ResponseErrorEvent.model_validate(data)
    assert (told.type, told.code) == ("error", RULE)


def test_a_cut_message_raises_while_it_is_read():
    body = DELTA + adapter(ProviderApi.ANTHROPIC).stream_refusal(RULE, MESSAGE, ID)
    with pytest.raises(anthropic.APIStatusError) as raised:
        list(message(anthropic_client(stream(body)), stream=True))
    assert raised.value.type == "permission_error"
    assert all(part in str(raised.value) for part in (RULE, ID, MESSAGE))


def test_a_cut_message_on_vertex_raises_too():
    body = adapter(ProviderApi.VERTEX_AI).stream_refusal(RULE, MESSAGE, ID, "messages")
    with pytest.raises(anthropic.APIStatusError, match=RULE):
        list(message(anthropic_client(stream(body)), stream=True))


def bedrock_events(body: bytes, shape: str) -> Iterator[dict[str, Any]]:
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    for found in buffer:
        yield EventStreamJSONParser().parse(found.to_response_dict(), bedrock().shape_for(shape))


@pytest.mark.parametrize("shape", ["ConverseStreamOutput", "ResponseStream"])
def test_botocore_reads_the_exception_that_ends_a_bedrock_stream(shape: str):
    (parsed,) = bedrock_events(adapter(ProviderApi.BEDROCK).stream_refusal(RULE, MESSAGE, ID), shape)
    assert parsed["Error"]["Code"] == "validationException"
    assert all(part in parsed["Error"]["Message"] for part in (RULE, ID, MESSAGE))


def test_the_anthropic_sdk_reads_it_as_an_error_event():
    from anthropic.lib.bedrock._stream_decoder import AWSEventStreamDecoder

    body = adapter(ProviderApi.BEDROCK).stream_refusal(RULE, MESSAGE, ID)
    (found,) = AWSEventStreamDecoder().iter_bytes(iter([body]))
    assert found.event == "error"
    assert RULE in found.data


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5), st.binary(max_size=200))
def test_a_frame_is_read_back_by_botocore_which_checks_both_checksums(headers: dict[str, str], payload: bytes):
    buffer = EventStreamBuffer()
    buffer.add_data(frame(headers, payload))
    (found,) = buffer
    assert (found.headers, found.payload) == (headers, payload)


def test_a_cut_answer_of_gemini_ends_with_the_body_of_a_refusal_as_event_or_as_item():
    chosen = adapter(ProviderApi.VERTEX_AI)
    told = chosen.stream_refusal(RULE, MESSAGE, ID, "generate-content")
    assert told == b"data: " + chosen.refusal(403, RULE, MESSAGE, ID).body + b"\n\n"
    assert told == chosen.stream_refusal(RULE, MESSAGE, ID)


@pytest.mark.parametrize("api", [api for api in ProviderApi if api is not ProviderApi.BEDROCK])
def test_an_event_is_one_event_whatever_it_has_to_say(api: ProviderApi):
    told = adapter(api).stream_refusal(RULE, "a\n\ndata: [DONE]\r\n\r\n\u2028\x85", ID)
    lines = [line for line in told.decode().splitlines() if line]
    assert [line.partition(":")[0] for line in lines] in (["event", "data"], ["data"])
    assert told.count(b"\n\n") == 1
