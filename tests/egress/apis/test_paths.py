"""Paths: one spelling or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.egress.apis import adapter
from zt_ai.egress.apis.paths import canonical_path, model_path
from zt_ai.spec.types import ProviderApi

ARN = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-v1:0"
ENCODED = ARN.replace(":", "%3A").replace("/", "%2F")


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/v1/chat/completions?a=b%2Fc", "/v1/chat/completions"),
        ("/v1/models/ft:gpt-4o:org::id", "/v1/models/ft:gpt-4o:org::id"),
        ("/v1/models/ft%3Agpt-4o", "/v1/models/ft:gpt-4o"),
        (
            "/v1/projects/p/locations/l/publishers/anthropic/models/claude%4020250101:rawPredict",
            "/v1/projects/p/locations/l/publishers/anthropic/models/claude@20250101:rawPredict",
        ),
        ("/v1/a..b/...", "/v1/a..b/..."),
    ],
)
def test_a_path_with_one_reading_is_kept_without_its_query(target: str, path: str):
    assert canonical_path(target) == path


AMBIGUOUS = [
    "",
    "v1/chat/completions",
    "https://api.openai.com/v1/models",
    "//v1/models",
    "/",
    "/v1//models",
    "/v1/models/",
    "/v1/./models",
    "/v1/../admin",
    "/v1/..",
    "/v1/%2e%2e/admin",
    "/v1/%2E/models",
    "/v1/.%2e/admin",
    "/v1%2fmodels",
    "/v1/%2Fmodels",
    "/v1/%5c..%5cadmin",
    "/v1\\models",
    "/v1/models;x=1",
    "/v1/models%3bx",
    "/v1/models#x",
    "/v1/models?a#b",
    "/v1/models%23",
    "/v1/models%3f",
    "/v1/models%00",
    "/v1/models%0a",
    "/v1/models\x00",
    "/v1/mod els",
    "/v1/models\t",
    "/v1/models\n",
    "/v1/models?\n",
    "/v1/models?a b",
    "/v1/mödels",
    "/v1/models?ä",
    "/v1/m%C3%B6dels",
    "/v1/%63hat/completions",
    "/v1/%252e%252e/admin",
    "/v1/x%253A0",
    "/v1/x%3",
    "/v1/x%",
    "*",
]


@pytest.mark.parametrize("target", AMBIGUOUS)
@pytest.mark.parametrize("api", list(ProviderApi))
def test_a_path_with_two_readings_is_refused_by_every_adapter(api: ProviderApi, target: str):
    assert adapter(api).canonical_path(target) is None


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/model/amazon.titan-embed-text-v2%3A0/invoke", "/model/amazon.titan-embed-text-v2:0/invoke"),
        ("/model/amazon.titan-embed-text-v2:0/invoke", "/model/amazon.titan-embed-text-v2:0/invoke"),
        (f"/model/{ENCODED}/converse", f"/model/{ARN.replace('/', '%2F')}/converse"),
        (f"/model/{ENCODED.replace('%2F', '%2f')}/converse?x=1", f"/model/{ARN.replace('/', '%2F')}/converse"),
        (f"/model/{ARN.replace('/', '%2F')}/converse", f"/model/{ARN.replace('/', '%2F')}/converse"),
    ],
)
def test_a_bedrock_model_keeps_the_slash_of_its_arn_encoded(target: str, path: str):
    assert model_path(target) == path


@pytest.mark.parametrize(
    "target",
    [
        f"/model/{ARN}/converse",  # four segments: not the path of any operation
        f"/model/{ENCODED}%2F..%2F../converse",
        f"/model/{ENCODED}/../converse",
        f"/model/{ENCODED}//converse",
        f"/model/{ENCODED}%2fx%2fy/converse",
        f"/model/{ENCODED}%252F/converse",
        f"/model/{ENCODED};x/converse",
        "/model/arn%2F..%2Fadmin/converse",
        "/model/arn%3Aaws%3As3%3A%3A%3Abucket%2Fkey/converse",
        "/model/x%2Fy/converse",
        "/guardrail/arn%2Fx/version/1/apply",
    ],
)
def test_an_encoded_slash_is_for_arns_of_bedrock_alone(target: str):
    path = model_path(target)
    assert path is None or path.count("/") != 3


@given(st.text())
def test_what_is_canonical_stays_as_it_is(target: str):
    for spelled in (canonical_path, model_path):
        path = spelled(f"/{target}")
        assert path is None or spelled(path) == path


@given(st.lists(st.sampled_from(["/", ".", "..", "%2e", "%2F", "%5C", "a", "model", "arn", ":", "%3A", ";", "//"])))
def test_no_canonical_path_has_a_dot_segment_or_an_empty_one(parts: list[str]):
    for spelled in (canonical_path, model_path):
        path = spelled("".join(parts))
        assert path is None or not {"", ".", ".."} & set(path.replace("%2F", "/").split("/")[1:])
