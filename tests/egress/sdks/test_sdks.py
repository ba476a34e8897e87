"""The providers' own SDKs through the real proxy: they need a base URL or a proxy, a certificate, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator

import anthropic
import httpx2
import openai
import pytest

from tests.egress.running import Proxy, running
from tests.egress.standin import Answer as StandInAnswer
from tests.egress.standin import Received, chat, chat_stream, said

SSN = "536-22-8714"
MESSAGES: list[openai.types.chat.ChatCompletionMessageParam] = [{"role": "user", "content": "Name three queues."}]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with running(tmp_path_factory.mktemp("sdks")) as proxy:
        yield proxy


@pytest.fixture(autouse=True)
def fresh(proxy: Proxy) -> None:
    proxy.standin.forget()


def openai_by_gateway(proxy: Proxy, caller: str, provider: str) -> openai.OpenAI:
    http = openai.DefaultHttpxClient(verify=proxy.tls(caller))
    return openai.OpenAI(api_key="sk-test", base_url=proxy.ready["gateways"][provider], http_client=http, max_retries=0)


def openai_by_connect(proxy: Proxy, caller: str, base_url: str) -> openai.OpenAI:
    tls = proxy.tls(caller)
    way = httpx2.Proxy(proxy.ready["connect"], ssl_context=tls)
    http = openai.DefaultHttpxClient(verify=proxy.tls(None), proxy=way)
    return openai.OpenAI(api_key="sk-test", base_url=base_url, http_client=http, max_retries=0)


def anthropic_by_gateway(proxy: Proxy, caller: str, provider: str) -> anthropic.Anthropic:
    http = anthropic.DefaultHttpxClient(verify=proxy.tls(caller))
    return anthropic.Anthropic(
        api_key="sk-test", base_url=proxy.ready["gateways"][provider], http_client=http, max_retries=0
    )


def clients(proxy: Proxy) -> Iterator[openai.OpenAI]:
    yield openai_by_gateway(proxy, "researcher", "openai")
    yield openai_by_connect(proxy, "researcher", "https://api.openai.com/v1")


def test_a_chat_passes_by_gateway_and_by_connect(proxy: Proxy) -> None:
    for client in clients(proxy):
        answer = client.chat.completions.create(model="gpt-4.1-mini", messages=MESSAGES)
        assert answer.choices[0].message.content == "Name three queues."
    assert [request.header("host") for request in proxy.standin.requests] == ["api.openai.com"] * 2
    assert {request.target for request in proxy.standin.requests} == {"/v1/chat/completions"}
    assert {request.header("authorization") for request in proxy.standin.requests} == {"Bearer sk-test"}
    assert not [name for request in proxy.standin.requests for name, _ in request.headers if name.startswith("x-zt-")]


def test_a_streamed_chat_passes(proxy: Proxy) -> None:
    for client in clients(proxy):
        events = client.chat.completions.create(model="gpt-4.1-mini", messages=MESSAGES, stream=True)
        assert "".join(e.choices[0].delta.content or "" for e in events) == "Name three queues."


def test_an_identifier_is_refused_as_a_permission_error_with_rule_and_request_id(proxy: Proxy) -> None:
    for client in clients(proxy):
        with pytest.raises(openai.PermissionDeniedError) as refused:
            client.chat.completions.create(
                model="gpt-4.1-mini", messages=[{"role": "user", "content": f"Who has {SSN}?"}]
            )
        assert refused.value.request_id
        assert refused.value.request_id in str(refused.value)
        assert "phi" in str(refused.value)
        assert SSN not in str(refused.value)
    assert proxy.standin.requests == []


def test_a_model_or_path_that_no_flow_lists_is_refused(proxy: Proxy) -> None:
    client = openai_by_gateway(proxy, "researcher", "openai")
    with pytest.raises(openai.PermissionDeniedError, match="unlisted-model"):
        client.chat.completions.create(model="gpt-5", messages=MESSAGES)
    with pytest.raises(openai.PermissionDeniedError, match="unlisted-path"):
        client.images.generate(model="gpt-image-1", prompt="A heron")
    assert proxy.standin.requests == []


def test_a_caller_without_a_flow_is_refused(proxy: Proxy) -> None:
    client = openai_by_gateway(proxy, "summarizer", "openai")
    with pytest.raises(openai.PermissionDeniedError):
        client.chat.completions.create(model="gpt-4.1-mini", messages=MESSAGES)
    with pytest.raises(openai.APIConnectionError):
        openai_by_connect(proxy, "summarizer", "https://api.openai.com/v1").chat.completions.create(
            model="gpt-4.1-mini", messages=MESSAGES
        )
    assert proxy.standin.requests == []


def test_an_identifier_goes_out_as_a_placeholder_and_comes_back(proxy: Proxy) -> None:
    client = openai_by_gateway(proxy, "drafter", "drafts")
    text = f"Write to the holder of {SSN}, please."
    answer = client.chat.completions.create(model="gpt-4.1-mini", messages=[{"role": "user", "content": text}])
    assert answer.choices[0].message.content == text
    (arrived,) = proxy.standin.requests
    assert SSN.encode() not in bytes(proxy.standin.wire)
    assert said(arrived.json).startswith("Write to the holder of [")


def test_a_placeholder_split_over_the_events_of_a_stream_comes_back(proxy: Proxy) -> None:
    client = openai_by_gateway(proxy, "drafter", "drafts")
    text = f"Write to the holder of {SSN}, please; again: {SSN}."
    for size in (1, 2, 5, 7):

        def respond(request: Received, size: int = size) -> StandInAnswer:
            return chat_stream(said(request.json), size)

        proxy.standin.respond, before = respond, proxy.standin.respond
        try:
            events = client.chat.completions.create(
                model="gpt-4.1-mini", messages=[{"role": "user", "content": text}], stream=True
            )
            assert "".join(e.choices[0].delta.content or "" for e in events if e.choices) == text
        finally:
            proxy.standin.respond = before
    assert SSN.encode() not in bytes(proxy.standin.wire)


def test_an_identifier_in_an_answer_does_not_reach_a_caller_who_may_not_have_it(proxy: Proxy) -> None:
    client = openai_by_gateway(proxy, "researcher", "openai")
    for answer in (chat(f"It is {SSN}."), chat_stream(f"It is {SSN}.", 4)):
        proxy.standin.respond, before = (lambda _, answer=answer: answer), proxy.standin.respond
        try:
            raw = client.chat.completions.with_raw_response
            got = raw.create(model="gpt-4.1-mini", messages=MESSAGES).text
        except openai.APIError as error:
            got = str(error)
        finally:
            proxy.standin.respond = before
        assert SSN not in got
        assert "8714" not in got


def test_anthropic_answers_whole_and_streamed(proxy: Proxy) -> None:
    client = anthropic_by_gateway(proxy, "summarizer", "anthropic")
    text = f"Summarise the stay of {SSN}."
    answer = client.messages.create(
        model="claude-haiku-4-5", max_tokens=50, messages=[{"role": "user", "content": text}]
    )
    assert answer.content[0].type == "text"
    assert answer.content[0].text == text
    with client.messages.stream(
        model="claude-haiku-4-5", max_tokens=50, messages=[{"role": "user", "content": text}]
    ) as stream:
        assert "".join(stream.text_stream) == text


def test_anthropic_placeholders_come_back_in_a_stream(proxy: Proxy) -> None:
    client = anthropic_by_gateway(proxy, "drafter", "letters")
    text = f"Dear holder of {SSN}, thank you."
    with client.messages.stream(
        model="claude-haiku-4-5", max_tokens=50, messages=[{"role": "user", "content": text}]
    ) as stream:
        assert "".join(stream.text_stream) == text
    assert SSN.encode() not in bytes(proxy.standin.wire)


def test_anthropic_errors_have_the_sdks_own_type(proxy: Proxy) -> None:
    client = anthropic_by_gateway(proxy, "drafter", "letters")
    with pytest.raises(anthropic.PermissionDeniedError, match="unlisted-model"):
        client.messages.create(model="claude-opus-4", max_tokens=5, messages=[{"role": "user", "content": "Hello."}])
    assert proxy.standin.requests == []


def test_the_printed_variables_are_all_that_an_unchanged_program_needs(proxy: Proxy) -> None:
    """`local` of the ready file is what `zt-ai proxy run` prints: base URLs with a token, for one caller each."""
    program = textwrap.dedent("""
        import anthropic, openai
        text = openai.OpenAI().chat.completions.create(
            model="gpt-4.1-mini", messages=[{"role": "user", "content": "Name three queues."}])
        print(text.choices[0].message.content)
    """)
    variables = {**proxy.ready["local"]["researcher"], "OPENAI_API_KEY": "sk-test"}
    run = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **variables}, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "Name three queues."
    wrong = {**variables, "OPENAI_BASE_URL": variables["OPENAI_BASE_URL"].replace("/openai", "x/openai")}
    refused = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **wrong}, capture_output=True, text=True, check=False
    )
    assert refused.returncode != 0
