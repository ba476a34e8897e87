"""What leaves with the head of a request: path, query, headers."""

from __future__ import annotations

import pytest

from tests.egress.decode.encoders import b64
from tests.egress.decode.fakes import PATH, SSN, Fake, chat, kinds, reading, request
from zt_ai.egress.decode.headers import Heads
from zt_ai.egress.model import Reading

JSON = ("content-type", "application/json")


def _with(*headers: tuple[str, str], target: str = PATH) -> Reading:
    return reading(request(chat("Hello."), [JSON, *headers], target=target))


@pytest.mark.parametrize(
    "header",
    [
        ("x-note", SSN),
        ("x-note", "123%2D45%2D6789"),
        ("x-note", b64(SSN.encode())),
        ("x-note", "=?utf-8?Q?123=2D45=2D6789?="),
        ("x-note", "\udce9 123-45-6789"),
        ("x-123-45-6789", "1"),
        ("cookie", f"a=b; last={SSN}"),
        ("user-agent", f"me/1.0 ({SSN})"),
        ("referer", "https://example.org/?a=123%2D45%2D6789"),
        ("openai-organization", SSN),
        ("authorization", f"Bearer {SSN}"),
        ("authorization", "Basic " + b64(f"user:{SSN}".encode())),
        ("x-api-key", SSN),
        ("anthropic-version", SSN),
        ("anthropic-beta", SSN),
        ("accept", SSN),
        ("content-language", SSN),
        ("x-stainless-lang", SSN),
        ("traceparent", SSN),
        ("content-type ", SSN),
    ],
    ids=str,
)
def test_a_number_is_found_in(header: tuple[str, str]) -> None:
    result = _with(header)
    assert "ssn" in kinds(result)
    assert not any(found.redactable for found in result.found)


@pytest.mark.parametrize(
    "target",
    [
        f"{PATH}?note={SSN}",
        f"{PATH}?note=123%2D45%2D6789",
        f"{PATH}?note=123%252D45%252D6789",
        f"{PATH}?{SSN}=1",
        f"{PATH}?a=1&b=ssn+123456789",
        f"/v1/files/{SSN}",
        "/v1/files/123%2D45%2D6789",
        f"/v1/files/{b64(SSN.encode())}",
    ],
)
def test_a_number_is_found_in_a_target(target: str) -> None:
    result = _with(target=target)
    assert "ssn" in kinds(result)
    assert {found.path[0] for found in result.found} <= {"path", "query"}
    assert not any(found.redactable for found in result.found)


@pytest.mark.parametrize(
    "header",
    [
        ("host", "api.openai.com:443"),
        ("authorization", "Bearer sk-abcdefghijklmnopqrstuvwxyz0123"),
        ("x-api-key", "sk-abcdefghijklmnopqrstuvwxyz0123"),
        ("anthropic-version", "2023-06-01"),
        ("anthropic-beta", "prompt-caching-2024-07-31,tools-2024-05-16"),
        ("x-amz-date", "20261125T101112Z"),
        ("x-zt-caller", "spiffe://hospital.example/ns/research/sa/jane.doe@example.org"),
        ("user-agent", "AsyncOpenAI/Python 2.8.0"),
        ("x-stainless-package-version", "2.8.0"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("date", "Wed, 25 Nov 2026 10:11:12 GMT"),
    ],
    ids=str,
)
def test_what_every_client_sends_passes(header: tuple[str, str]) -> None:
    result = _with(header)
    assert (result.problem, result.found, result.media) == (None, (), ())


def test_a_key_where_no_key_belongs_is_found() -> None:
    assert kinds(_with(("x-note", "sk-abcdefghijklmnopqrstuvwxyz0123"))) == ["api_key"]


@pytest.mark.parametrize(
    "target",
    [
        "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
        "/openai/deployments/gpt-4o/chat/completions?api-version=2025-03-01-preview",
        "/model/us.anthropic.claude-3-5-haiku-20241022-v1%3A0/converse",
        "/v1/projects/p/locations/us-central1/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict",
        "/v1beta/models/gemini-2.5-flash:generateContent?key=sk-abcdefghijklmnopqrstuvwxyz0123",
    ],
)
def test_dates_that_are_words_of_an_api_pass(target: str) -> None:
    assert _with(target=target).found == ()


def test_but_other_dates_there_are_found() -> None:
    assert kinds(_with(target=f"{PATH}?api-version=born-1980-03-12")) == ["date"]
    assert kinds(_with(target="/v1/files/jane-1980-03-12")) == ["date"]


@pytest.mark.parametrize(
    "body",
    [
        {"model": "gpt-4o-2024-08-06"},
        {"model": "claude-3-5-sonnet-20241022"},
        {"anthropic_version": "bedrock-2023-05-31"},
        {"tools": [{"type": "web_search_20250305"}]},
    ],
    ids=str,
)
def test_dates_in_names_of_models_pass(body: dict[str, object]) -> None:
    assert reading(request(body)).found == ()


def test_but_not_elsewhere_in_a_body() -> None:
    assert kinds(reading(request({"note": "claude-3-5-sonnet-20241022"}))) == ["date"]
    assert kinds(reading(request({"model": "jane 1980-03-12"}))) == ["date"]


def test_a_head_that_held_nothing_is_read_once() -> None:
    fake = Fake()
    headers = [JSON, ("authorization", "Bearer sk-abcdefghijklmnopqrstuvwxyz0123"), ("user-agent", "x/1")]
    reading(request(chat("Hello."), headers), fake)
    assert "sk-abc" in fake.texts[1]
    before = fake.scans
    reading(request(chat("Hello."), headers), fake)
    assert fake.scans == before + 1


def test_a_head_that_held_something_is_read_each_time() -> None:
    fake = Fake()
    for _ in range(3):
        assert kinds(reading(request(chat("Hello."), [JSON, ("x-note", SSN)]), fake)) == ["ssn"]


def test_no_value_is_remembered() -> None:
    heads = Heads(most=2)
    _, marks = heads.unknown(request(b"", [("authorization", "Bearer secret")]))
    heads.clean(marks)
    assert heads.unknown(request(b"", [("authorization", "Bearer secret")]))[1] == []
    assert b"secret" not in b"".join(marks)
    for number in range(10):
        heads.clean([bytes([number])])
    assert heads.unknown(request(b"", [("authorization", "Bearer secret")]))[1] != []
