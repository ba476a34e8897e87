"""The door, which the head of a request decides alone: what is kept of it changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest

from tests.egress.serve.fakes import CALLER, PROVIDER, policy
from zt_ai.egress.answers import answer
from zt_ai.egress.apis import adapter
from zt_ai.egress.judge import Judge
from zt_ai.egress.model import Operation, Request
from zt_ai.egress.policy import Policy
from zt_ai.spec.types import Decision

LISTED = "/v1/chat/completions"


def judge(given: Policy) -> Judge:
    return Judge(given, cast(Any, None), today=lambda: date(2026, 3, 1))


def listing(*paths: str) -> Policy:
    given = policy()
    return given.model_copy(update={"calls": (given.calls[0].model_copy(update={"paths": paths}),)})


def asked(target: str = LISTED, method: str = "POST") -> Request:
    return Request(method, target, (), b"")


def outcome(by: Judge, request: Request, caller: str = CALLER, provider: str = PROVIDER) -> str | None:
    refused = by.door(request, caller, provider, "id")
    return refused and refused.verdict.rule


REQUESTS: list[tuple[Request, str, str, str | None]] = [
    (asked(), CALLER, PROVIDER, None),
    (asked(f"{LISTED}?a=b"), CALLER, PROVIDER, None),
    (asked(f"{LISTED}/abc"), CALLER, PROVIDER, None),
    (asked(f"{LISTED}/../files"), CALLER, PROVIDER, "ambiguous-path"),
    (asked("/v1/files"), CALLER, PROVIDER, "unlisted-path"),
    (asked(method="GET"), CALLER, PROVIDER, "unlisted-method"),
    (asked(), f"{CALLER}/other", PROVIDER, "unknown-caller"),
    (asked(), "", PROVIDER, "unknown-caller"),
    (asked(), CALLER, "other", "no-flow"),
]


@pytest.mark.parametrize(("request_", "caller", "provider", "rule"), REQUESTS)
def test_who_was_let_in_before_opens_the_door_for_nobody_else(
    request_: Request, caller: str, provider: str, rule: str | None
) -> None:
    by = judge(listing(LISTED))
    for _ in range(2):
        assert outcome(by, asked()) is None
        assert outcome(by, request_, caller, provider) == rule
        assert outcome(judge(listing(LISTED)), request_, caller, provider) == rule


def test_only_what_the_policy_lists_word_for_word_is_kept() -> None:
    by = judge(listing(LISTED, "/v1/models"))
    for target in (LISTED, "/v1/models", f"{LISTED}?ssn=123-45-6789", f"{LISTED}/123-45-6789", "/v1/models/abc"):
        assert outcome(by, asked(target)) is None
    for _, caller, provider, _ in REQUESTS:
        outcome(by, asked("/v1/models/abc"), caller, provider)
    assert {kept[3] for kept in by._entered} == {LISTED, "/v1/models"}
    assert len(by._entered) == 2


def test_a_path_that_another_policy_lists_is_refused_by_this_one() -> None:
    assert outcome(judge(listing(LISTED)), asked()) is None
    assert outcome(judge(listing("/v1/models")), asked()) == "unlisted-path"


@pytest.mark.parametrize("said", list(Decision))
@pytest.mark.parametrize("responses", [True, False])
@pytest.mark.parametrize("restore", [True, False])
@pytest.mark.parametrize("tokens", [None, 100])
@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 3, 1)], ids=["before the agreement", "under it"])
def test_answers_are_asked_for_where_one_may_have_to_be_looked_at(
    said: Decision, responses: bool, restore: bool, tokens: int | None, day: date
) -> None:
    given = policy(tokens_per_day=tokens)
    decisions = {"public": Decision.ALLOW, "phi": said}
    call = given.calls[0].model_copy(update={"paths": (LISTED,), "restore": restore, "decisions": decisions})
    given = given.model_copy(update={"calls": (call,), "responses": responses})
    by = Judge(given, cast(Any, None), today=lambda: day)
    chosen, operation = adapter(given.providers[PROVIDER].api), Operation("chat", "gpt")
    about = (chosen, operation, call, given.providers[PROVIDER], given, cast(Any, object()))
    some, none = (answer(*about, placeholders, day, "id") is not None for placeholders in ({"[NAME_1]": "Ada"}, {}))
    assert by.looks_at_answers(asked(), CALLER, PROVIDER) is some
    assert some or not none
    assert not by.looks_at_answers(asked("/v1/files"), CALLER, PROVIDER)
