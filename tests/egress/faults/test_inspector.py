"""An inspector that goes wrong in any way lets nothing out, and the caller is told in the provider's own format."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.egress.envoy import inspector
from tests.egress.envoy.inspector import Behaviour
from tests.egress.faults import misbehaviour
from tests.egress.faults.checks import (
    SSN,
    door_of,
    files_with_identifiers,
    in_own_format,
    nothing_leaves,
    serves,
    until,
)
from tests.egress.faults.inspected import Inspected, failing_open, inspected, without_verdict
from tests.egress.faults.wire import WAYS, post

# To Envoy these are messages that it has not asked for.
OUT_OF_TURN = "inspector-unavailable"

FAULTS: dict[str, tuple[Behaviour, str]] = {
    "closes at once": (inspector.close_at_once, "verdict-missing"),
    "closes after the head": (inspector.close_after_headers, "verdict-missing"),
    "closes after the body": (misbehaviour.close_after_body, "verdict-missing"),
    "goes on without a verdict": (misbehaviour.go_on_without_verdict, "verdict-missing"),
    "says another word": (misbehaviour.other_verdict, "verdict-missing"),
    "replaces the body early": (misbehaviour.replace_the_body_early, "verdict-missing"),
    "skips the body": (misbehaviour.skip_the_body, "verdict-missing"),
    "fails at once": (inspector.fail, "inspector-unavailable"),
    "fails on the body": (misbehaviour.fail_on_the_body, "inspector-unavailable"),
    "answers the body first": (misbehaviour.answer_the_body_first, OUT_OF_TURN),
    "answers an answer": (misbehaviour.answer_an_answer, OUT_OF_TURN),
    "answers twice": (misbehaviour.answer_twice, OUT_OF_TURN),
    "says nothing": (misbehaviour.say_nothing_of_it, OUT_OF_TURN),
    "hangs on the body": (misbehaviour.hang_on_the_body, "inspector-timeout"),
    "is late": (misbehaviour.late, "inspector-timeout"),
}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inspected]:
    with inspected(tmp_path_factory.mktemp("inspected")) as running:
        yield running


@pytest.mark.parametrize("api", WAYS)
@pytest.mark.parametrize("what", FAULTS)
def test_no_request_leaves_without_a_verdict(proxy: Inspected, what: str, api: str) -> None:
    way, (behaviour, rule) = WAYS[api], FAULTS[what]
    with nothing_leaves(proxy), proxy.inspector.doing(behaviour):
        answer = post(proxy, way, way.chat(f"Who has {SSN}?"))
        request_id = in_own_format(answer, way, 503, rule)
        if behaviour is misbehaviour.late:
            until(misbehaviour.LATE.is_set, "the late verdict")
            misbehaviour.LATE.clear()
    assert door_of(proxy, request_id)["rule"] == rule
    serves(proxy, way)


ENDINGS: dict[str, misbehaviour.Ending] = {
    "fails before the answer's head": misbehaviour.failing,
    "fails after the answer's head": misbehaviour.head_then(misbehaviour.failing),
    "is silent after the answer's head": misbehaviour.head_then(misbehaviour.silent),
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("api", WAYS)
@pytest.mark.parametrize("what", ENDINGS)
def test_no_answer_arrives_that_the_inspector_was_to_see_and_did_not(
    proxy: Inspected, what: str, api: str, stream: bool
) -> None:
    way = WAYS[api]
    proxy.standin.forget()
    with proxy.inspector.doing(misbehaviour.after_release(ENDINGS[what])):
        answer = post(proxy, way, way.chat("All is clear.", **({"stream": True} if stream else {})))
    assert len(proxy.standin.requests) == 1
    assert answer.body == b"" or b"clear" not in answer.body
    assert not answer.whole or answer.status == 503
    if answer.status == 503:
        in_own_format(answer, way, 503, str(answer.rule))
    serves(proxy, way)


def test_the_log_of_the_door_holds_no_identifier(proxy: Inspected) -> None:
    assert files_with_identifiers(proxy) == []


OPEN = {
    "the check of the verdict": (without_verdict, ("closes at once", "closes after the head", "closes after the body")),
    "the check, and failing closed": (failing_open, ("fails at once", "fails on the body", "answers an answer")),
}


@pytest.mark.parametrize("missing", OPEN)
def test_without_its_protection_the_same_faults_let_the_body_out(
    missing: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The twin: what stops these requests is what the configuration says, and not that Envoy would anyway."""
    change, faults = OPEN[missing]
    way = WAYS["openai"]
    body = way.chat(f"Who has {SSN}?")
    with inspected(tmp_path_factory.mktemp("weak"), change) as weak:
        for what in faults:
            weak.standin.forget()
            with weak.inspector.doing(FAULTS[what][0]):
                assert post(weak, way, body).status == 200, what
            assert SSN.encode() in weak.standin.wire, what
