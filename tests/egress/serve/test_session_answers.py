"""What a session does with an answer once its request was released."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from envoy.service.ext_proc.v3 import external_processor_pb2 as pb

from zt_ai.egress.serve.grpc import Status

from .fakes import FakeJudge, policy
from .sessions import Bench, FakeCall, answer_body, answer_head, answer_trailers, body, headers, run


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """For the journal and the limits."""
    return tmp_path


def test_the_tokens_of_an_answer_are_counted_against_the_day(folder: Path) -> None:
    async def test() -> None:
        judge = FakeJudge(policy(tokens_per_day=15))
        first, second = Bench(folder, judge), Bench(folder, judge)
        await first.give(headers(), body(b"look"), answer_head(), answer_body(b"done", end=True))
        call = await second.give(headers())
        assert call.refusal == (429, "token-budget")

    run(test)


def streamed(call: FakeCall) -> bytes:
    return b"".join(
        s.response_body.response.body_mutation.streamed_response.body
        for s in call.sent
        if s.WhichOneof("response") == "response_body"
    )


@pytest.mark.parametrize("end", ["body", "trailers"])
def test_an_answer_passes_piece_by_piece_with_what_was_held_back(folder: Path, end: str) -> None:
    async def test() -> None:
        bench = Bench(folder)
        call = await bench.give(
            headers(), body(b"look"), answer_head(), answer_body(b"a sec"), answer_body(b"ret 12345678")
        )
        assert call.ended is None
        await bench.give(*([answer_body(b"!", end=True)] if end == "body" else [answer_body(b"!"), answer_trailers()]))
        assert streamed(call) == b"a [GONE] 12345678!"
        assert call.ended is Status.OK

    run(test)


@pytest.mark.parametrize("shown", [True, False], ids=["always shown", "shown when asked for"])
@pytest.mark.parametrize("end", ["body", "trailers", "head"])
def test_an_answer_that_is_shown_for_nothing_passes_unchanged(folder: Path, shown: bool, end: str) -> None:
    """To end the stream would lose what is under way (`test_faults`)."""

    async def test() -> None:
        bench = Bench(folder)
        call = await bench.give(headers(shown=shown), body(b"hello"))
        assert call.sent[0].HasField("mode_override") is not shown
        assert call.ended is None
        if end == "head":
            await bench.give(answer_head(end=True))
        else:
            await bench.give(answer_head(), answer_body(b"a se"), answer_body(b"cret", end=end == "body"))
            assert streamed(call) == b"a secret"
        if end == "trailers":
            assert call.ended is None
            await bench.give(answer_trailers())
        assert call.ended is Status.OK
        assert bench.registry.get_sample_value("zt_errors_total", {"where": "answer-unseen"}) is None

    run(test)


def test_an_answer_that_has_to_be_looked_at_and_will_not_be_shown_is_refused(folder: Path) -> None:
    """Between head and body, at midnight, an agreement may end."""

    async def test() -> None:
        call = await Bench(folder).give(headers("/v1/unseen", shown=False), body(b"look"))
        assert call.refusal == (503, "inspector-error")
        assert "request_body" not in call.kinds

    run(test)


def test_an_answer_that_is_not_looked_at_passes_unchanged(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        call = await bench.give(headers(), body(b"look head-only"), answer_head(), answer_body(b"a secret", end=True))
        assert streamed(call) == b"a secret"
        assert call.ended is Status.OK

    run(test)


def test_a_cut_answer_ends_with_its_own_error_and_what_follows_is_dropped(folder: Path) -> None:
    async def test() -> None:
        bench = Bench(folder)
        call = await bench.give(
            headers(), body(b"look"), answer_head(), answer_body(b"ok forbidden"), answer_body(b"x")
        )
        assert streamed(call) == b'ok data: {"error": "cut"}\n\n'
        last = call.sent[-1].response_body.response.body_mutation.streamed_response
        assert last.end_of_stream
        assert call.ended is Status.OK

    run(test)


@pytest.mark.parametrize(
    ("asked", "pieces", "kinds"),
    [
        (b"look wait reset", [b"forbidden"], ["immediate_response"]),
        (b"look reset", [b"forbidden"], ["response_headers", "immediate_response"]),
        (
            b"look reset",
            [b"long enough to pass ", b"forbidden"],
            ["response_headers", "response_body", "immediate_response"],
        ),
        (b"look", [b"explode"], ["response_headers", "immediate_response"]),
    ],
    ids=["refused in its place", "broken off before the body", "broken off in the body", "broken off by an error"],
)
def test_an_answer_that_cannot_end_well_is_refused_or_broken_off(
    folder: Path, asked: bytes, pieces: list[bytes], kinds: list[str]
) -> None:
    async def test() -> None:
        bench = Bench(folder)
        call = await bench.give(headers(), body(asked), answer_head(), *map(answer_body, pieces))
        assert call.kinds[2:] == kinds
        assert call.ended is Status.OK
        assert bench.rules == ["allowed"]  # one record for each request

    run(test)


@pytest.mark.parametrize(
    "messages",
    [
        [answer_body(b"x")],
        [answer_trailers()],
        [answer_head(), answer_head()],
        [answer_head(), body(b"x")],
        [headers()],
    ],
    ids=["body first", "trailers first", "two heads", "a request body", "a request head"],
)
def test_an_answer_out_of_turn_is_broken_off(folder: Path, messages: list[pb.ProcessingRequest]) -> None:
    async def test() -> None:
        call = await Bench(folder).give(headers(), body(b"look"), *messages)
        assert call.kinds[-1] == "immediate_response"
        assert call.ended is Status.OK

    run(test)
