"""One request through its states: every way ends in a verdict, and nothing but the judge's word lets it go."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from envoy.service.ext_proc.v3 import external_processor_pb2 as pb
from hypothesis import given, settings
from hypothesis import strategies as st

from zt_ai.egress.serve.grpc import Status
from zt_ai.egress.serve.inspector import Settings
from zt_ai.egress.serve.session import Session, State

from .fakes import CALLER, PROVIDER, FakeJudge, policy
from .sessions import Bench, FakeCall, answer_body, answer_head, answer_trailers, body, headers, run, trailers


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """For the journal and the limits."""
    return tmp_path


def test_an_allowed_request_is_recorded_then_released_and_the_stream_ends(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        call = await bench.give(headers("/v1/unseen", shown=False))
        assert call.kinds == ["request_headers"]
        assert not call.sent[0].HasField("mode_override")
        assert list(call.sent[0].request_headers.response.header_mutation.remove_headers) == [
            "x-zt-caller",
            "x-zt-other",
            "x-zt-provider",
        ]
        assert call.ended is None
        await bench.give(body(b"hello"))
        assert call.kinds == ["request_headers", "request_body"]
        assert call.ended is Status.OK
        assert bench.rules == ["allowed"]
        assert bench.judge.seen[0].body == b"hello"
        assert all(not name.startswith(("x-zt-", ":")) for name, _ in bench.judge.seen[0].headers)

    run(test)


def test_a_request_without_a_body_is_released_by_the_answer_to_its_head(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        call = await bench.give(headers(end=True, shown=False))
        assert call.kinds == ["request_headers"]
        assert call.ended is Status.OK
        assert bench.rules == ["allowed"]

    run(test)


def test_a_redacted_body_replaces_the_old_one_with_its_length_and_without_its_coding(folder: Path) -> None:
    async def test() -> None:
        call = await Bench(folder).give(headers(), body(b"redact me"))
        common = call.sent[1].request_body.response
        assert common.body_mutation.body == b"[NAME_1] and more me"
        assert list(common.header_mutation.remove_headers) == ["content-encoding"]
        set_headers = {h.header.key: h.header.raw_value for h in common.header_mutation.set_headers}
        assert set_headers == {"content-length": b"20", "x-zt-verdict": b"released"}

    run(test)


WRONG_TURNS: dict[str, tuple[list[pb.ProcessingRequest], str]] = {
    "a body without a head": ([body(b"x")], "inspector-error"),
    "trailers without a head": ([trailers()], "inspector-error"),
    "an answer without a request": ([answer_head()], "inspector-error"),
    "a second head": ([headers(), headers()], "inspector-error"),
    "an answer before the body": ([headers(), answer_head()], "inspector-error"),
    "a piece of an answer before the body": ([headers(), answer_body(b"x")], "inspector-error"),
    "Envoy's own 413": ([headers(), answer_head(status="413")], "body-too-large"),
    "Envoy's own 408": ([headers(), answer_head(status="408")], "body-too-slow"),
    "trailers after the body": ([headers(), body(b"x", end=False)], "request-trailers"),
    "trailers instead of a body": ([headers(), trailers()], "request-trailers"),
    "a message that says nothing": ([pb.ProcessingRequest()], "inspector-error"),
    "a body that is streamed": ([headers(request_mode=1)], "inspector-misconfigured"),
    "a body that is not shown": ([headers(request_mode=0)], "inspector-misconfigured"),
    "an unknown caller": ([headers(caller="spiffe://elsewhere/x")], "no-flow"),
    "a caller said twice": ([headers(extra=[("x-zt-caller", CALLER)])], "no-flow"),
    "a door that raises": ([headers("/door-raises")], "inspector-error"),
    "a judge that raises": ([headers(), body(b"judge-raises")], "inspector-error"),
    "a judge that raises on a head": ([headers("/judge-raises", end=True)], "inspector-error"),
    "a judge that refuses": ([headers(), body(b"refuse")], "phi-without-baa"),
}


@pytest.mark.parametrize(("messages", "rule"), WRONG_TURNS.values(), ids=WRONG_TURNS.keys())
def test_everything_but_the_right_turn_is_refused_and_recorded(
    folder: Path, messages: list[pb.ProcessingRequest], rule: str
) -> None:
    async def test() -> None:
        bench = Bench(folder)
        call = await bench.give(*messages)
        assert call.refusal[1] == rule
        assert call.kinds.count("immediate_response") == 1
        assert "request_body" not in call.kinds
        assert call.ended is Status.OK
        assert bench.rules == [rule]

    run(test)


def test_bytes_that_are_no_message_are_refused(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        bench.session.on_message(memoryview(b"\xff\xff\xff"))
        assert bench.call.refusal == (503, "inspector-error")

    run(test)


KINDS: list[Callable[[], pb.ProcessingRequest]] = [
    headers,
    lambda: headers(end=True),
    lambda: body(b"refuse"),
    lambda: body(b"look refuse", end=False),
    trailers,
    answer_head,
    lambda: answer_head(end=True),
    lambda: answer_body(b"x"),
    lambda: answer_body(b"x", end=True),
    answer_trailers,
    pb.ProcessingRequest,
]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6), st.booleans())
def test_no_order_of_messages_releases_a_request_that_the_judge_refuses(
    tmp_path_factory: pytest.TempPathFactory, order: list[Callable[[], pb.ProcessingRequest]], quick: bool
) -> None:
    async def test() -> None:
        judge = FakeJudge()
        judge.judge = lambda request, caller, provider, rid: judge._refused(request, provider, rid, "no")  # type: ignore[method-assign]
        bench = Bench(tmp_path_factory.mktemp("any"), judge)
        for make in order:
            bench.session.on_message(memoryview(make().SerializeToString()))
            if not quick:
                await bench.settle()
        await bench.settle()
        assert "request_body" not in bench.call.kinds
        heads = bench.call.kinds.count("request_headers")
        assert heads <= 1
        if heads:  # it was answered because its body was still to come
            assert order[0] is headers
        if bench.call.ended is not None:
            assert bench.call.ended is not Status.OK or "immediate_response" in bench.call.kinds
        bench.session.on_half_close()
        assert bench.call.ended is not Status.OK or "immediate_response" in bench.call.kinds

    run(test)


@pytest.mark.parametrize("messages", [[], [headers()]], ids=["before the head", "before the body"])
def test_an_early_half_close_ends_the_stream_with_an_error_never_with_ok(
    folder: Path, messages: list[pb.ProcessingRequest]
) -> None:
    async def test() -> None:
        bench = Bench(folder)
        await bench.give(*messages)
        bench.session.on_half_close()
        assert bench.call.ended is Status.INTERNAL

    run(test)


def test_a_half_close_while_the_judge_thinks_takes_nothing_from_the_verdict(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        await bench.give(headers("/v1/unseen", shown=False))
        bench.session.on_message(memoryview(body(b"x").SerializeToString()))
        assert bench.session.state is State.JUDGING
        bench.session.on_half_close()
        assert bench.call.ended is None
        await bench.settle()
        assert bench.call.ended is Status.OK
        assert bench.call.kinds == ["request_headers", "request_body"]

    run(test)


def test_without_its_record_no_request_is_released(folder: Path) -> None:
    async def test() -> None:
        (folder / "broken").touch()
        call = await Bench(folder).give(headers(), body(b"hello"))
        assert call.refusal == (503, "audit-unavailable")
        assert "request_body" not in call.kinds

    run(test)


def test_a_refusal_is_given_even_when_it_cannot_be_recorded(folder: Path) -> None:
    async def test() -> None:
        (folder / "broken").touch()
        call = await Bench(folder).give(headers(), body(b"refuse"))
        assert call.refusal == (403, "phi-without-baa")

    run(test)


@pytest.mark.parametrize("size", [0, 1 << 20], ids=["small", "large"])
def test_a_verdict_after_the_deadline_is_ignored(folder: Path, size: int) -> None:
    async def test() -> None:
        bench = Bench(folder, settings=Settings(deadline=0.05, large=1 << 16))
        (folder / "hangs").touch()  # the journal does not answer
        await bench.give(headers())
        bench.session.on_message(memoryview(body(b"hello" + b"x" * size).SerializeToString()))
        await asyncio.sleep(0.5)
        assert bench.call.refusal == (503, "too-slow")
        (folder / "hangs").unlink()
        await bench.inspector.drained()
        assert bench.call.kinds == ["request_headers", "immediate_response"]
        assert "too-slow" in bench.rules

    run(test)


def test_a_judge_that_hangs_on_a_large_body_is_refused_in_time(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder, settings=Settings(deadline=0.1, large=1 << 16))
        await bench.give(headers())
        bench.session.on_message(memoryview(body(b"judge-naps" + b"x" * (1 << 17)).SerializeToString()))
        await asyncio.sleep(0.35)
        assert bench.call.refusal == (503, "too-slow")
        await asyncio.sleep(0.4)  # the judge comes back
        assert bench.call.kinds == ["request_headers", "immediate_response"]

    run(test)


def test_more_waiting_requests_than_allowed_are_refused_at_once(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder, settings=Settings(waiting=2))
        sessions = [Session(FakeCall(), bench.inspector) for _ in range(4)]  # type: ignore[arg-type]
        for session in sessions:
            session.on_message(memoryview(headers().SerializeToString()))
        for session in sessions:
            session.on_message(memoryview(body(b"x").SerializeToString()))
        refused = [s.call.refusal for s in sessions if s.state is State.OVER]  # type: ignore[attr-defined]
        assert refused == [(503, "overloaded")] * 2
        await bench.settle()
        released = [s for s in sessions if "request_body" in s.call.kinds]  # type: ignore[attr-defined]
        assert len(released) == 2

    run(test)


def test_a_client_that_left_is_not_judged(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        await bench.give(headers())
        bench.session.on_message(memoryview(body(b"x").SerializeToString()))
        bench.session.on_lost()
        await bench.settle()
        bench.inspector.metrics.flush()
        assert bench.judge.seen == []
        assert bench.registry.get_sample_value("zt_requests_abandoned_total") == 1
        assert bench.registry.get_sample_value("zt_inflight") == 0

    run(test)


def test_the_limits_of_a_flow_are_refused_with_a_time_to_come_back(folder: Path) -> None:
    async def test() -> None:
        judge = FakeJudge(policy(requests_per_minute=1))
        first, second = Bench(folder, judge), Bench(folder, judge)
        await first.give(headers(), body(b"x"))
        call = await second.give(headers())
        assert call.refusal == (429, "rate-limit")
        names = {h.header.key: h.header.raw_value for h in call.sent[-1].immediate_response.headers.set_headers}
        assert 1 <= int(names["retry-after"]) <= 120
        assert second.rules[-1] == "rate-limit"

    run(test)


def test_a_request_id_that_a_client_made_up_is_not_kept(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        message = headers()
        for header in message.request_headers.headers.headers:
            if header.key == "x-request-id":
                header.raw_value = b"patient-123-45-6789"
        await bench.give(message, body(b"x"))
        assert "6789" not in bench.journal.records[0]["request_id"]

    run(test)


def test_a_new_policy_holds_for_requests_that_begin_after_it(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        await bench.give(headers())
        closed = FakeJudge(policy("closed").model_copy(update={"calls": ()}))
        bench.inspector.replace_judge(closed)
        call = await bench.give(body(b"x"))
        assert "request_body" in call.kinds
        later = Session(FakeCall(), bench.inspector)  # type: ignore[arg-type]
        later.on_message(memoryview(headers().SerializeToString()))
        await bench.settle()
        assert later.call.refusal == (403, "no-flow")  # type: ignore[attr-defined]

    run(test)


def test_requests_are_counted_by_names_from_the_policy(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        await bench.give(headers(), body(b"x"))
        for number in itertools.count():
            if number == 3:
                break
            session = Session(FakeCall(), bench.inspector)  # type: ignore[arg-type]
            session.on_message(memoryview(headers(caller=f"spiffe://elsewhere/{number}").SerializeToString()))
        await bench.settle()
        bench.inspector.metrics.flush()
        sample = bench.registry.get_sample_value
        assert (
            sample(
                "zt_requests_total",
                {"caller": "chart-agent", "provider": PROVIDER, "decision": "allow", "rule": "allowed"},
            )
            == 1
        )
        assert (
            sample(
                "zt_requests_total",
                {"caller": "unknown", "provider": PROVIDER, "decision": "refuse", "rule": "no-flow"},
            )
            == 3
        )
        assert sample("zt_seconds_count", {"step": "whole"}) == 4
        assert sample("zt_agreement_days_left", {"provider": PROVIDER}) > 20_000

    run(test)
