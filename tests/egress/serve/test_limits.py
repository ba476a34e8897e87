"""Limits are counted together by all workers, and survive them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.egress.policy import CallPolicy
from zt_ai.egress.serve.limits import Limits, LimitsError

from .fakes import policy

NOON = 1_700_000_040.0 // 86_400 * 86_400 + 43_200


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def call(clause: str = "flow:charts", rate: int | None = None, budget: int | None = None) -> CallPolicy:
    made = policy(requests_per_minute=rate, tokens_per_day=budget).calls[0]
    return made.model_copy(update={"clause": clause})


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rule(limits: Limits, flow: CallPolicy) -> str | None:
    refusal = limits.admit(flow)
    return refusal.verdict.rule if refusal else None


def test_a_flow_without_limits_is_not_counted(tmp_path: Path, clock: Clock) -> None:
    limits = Limits(tmp_path / "l", slots=1, now=clock)
    assert [rule(limits, call(f"flow:{n}")) for n in range(5)] == [None] * 5


def test_no_more_requests_than_the_rate_pass_in_a_minute(tmp_path: Path, clock: Clock) -> None:
    limits = Limits(tmp_path / "l", now=clock)
    assert [rule(limits, call(rate=3)) for _ in range(5)] == [None] * 3 + ["rate-limit"] * 2


@given(rate=st.integers(1, 20), gaps=st.lists(st.floats(0.0, 45.0), min_size=1, max_size=60))
def test_the_time_to_come_back_is_enough_and_the_window_slides(
    tmp_path_factory: pytest.TempPathFactory, rate: int, gaps: list[float]
) -> None:
    clock = Clock()
    limits = Limits(tmp_path_factory.mktemp("l") / "l", now=clock)
    passed: list[float] = []
    for gap in gaps:
        clock.now += gap
        refusal = limits.admit(call(rate=rate))
        if refusal is None:
            passed.append(clock.now)
        else:
            assert refusal.retry_after is not None
            assert refusal.retry_after <= 121
            clock.now += refusal.retry_after
            assert limits.admit(call(rate=rate)) is None
            passed.append(clock.now)
    limits.close()
    # a fixed window would let twice the rate through around a full minute; this one spreads it over two windows
    for at in passed:
        assert sum(at <= other < at + 60 for other in passed) <= 2 * rate
    for minute in {int(at // 60) for at in passed}:
        assert sum(int(at // 60) == minute for at in passed) <= rate


def test_a_burst_around_the_full_minute_does_not_get_twice_the_rate(tmp_path: Path, clock: Clock) -> None:
    limits = Limits(tmp_path / "l", now=clock)
    clock.now += 59.0
    before = [rule(limits, call(rate=10)) for _ in range(10)]
    clock.now += 2.0
    after = [rule(limits, call(rate=10)) for _ in range(10)]
    assert before == [None] * 10
    assert after.count(None) == 0


def test_a_spent_budget_refuses_until_the_next_day(tmp_path: Path, clock: Clock) -> None:
    limits = Limits(tmp_path / "l", now=clock)
    flow = call(budget=100)
    assert rule(limits, flow) is None
    limits.spend(flow, 99)
    assert rule(limits, flow) is None
    limits.spend(flow, 1)
    refusal = limits.admit(flow)
    assert refusal is not None
    assert refusal.verdict.rule == "token-budget"
    assert refusal.retry_after == 43_200
    clock.now += 43_200
    assert rule(limits, flow) is None


def test_counters_survive_a_restart(tmp_path: Path, clock: Clock) -> None:
    first = Limits(tmp_path / "l", now=clock)
    first.spend(call(budget=10), 10)
    first.close()
    assert rule(Limits(tmp_path / "l", now=clock), call(budget=10)) == "token-budget"


def test_a_clock_set_back_a_little_gives_no_new_budget(tmp_path: Path, clock: Clock) -> None:
    limits = Limits(tmp_path / "l", now=clock)
    flow = call(rate=2)
    assert [rule(limits, flow) for _ in range(3)] == [None, None, "rate-limit"]
    clock.now -= 30
    assert rule(limits, flow) == "rate-limit"


def test_flows_have_counters_of_their_own_and_idle_ones_make_room(tmp_path: Path, clock: Clock) -> None:
    limits = Limits(tmp_path / "l", slots=8, now=clock)
    for number in range(8):
        assert rule(limits, call(f"flow:{number}", rate=1)) is None
    assert rule(limits, call("flow:3", rate=1)) == "rate-limit"
    with pytest.raises(LimitsError):
        limits.admit(call("flow:one-more", rate=1))
    clock.now += 3 * 86_400
    assert rule(limits, call("flow:one-more", rate=1)) is None


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "l").write_text("a letter")
    with pytest.raises(LimitsError):
        Limits(tmp_path / "l")


def _hammer(path: Path, times: int, got: object) -> None:
    limits = Limits(path, now=lambda: NOON)
    passed = sum(limits.admit(call(rate=1_000)) is None for _ in range(times))
    for _ in range(times):
        limits.spend(call("flow:tokens", budget=1 << 40), 1)
    got.put(passed)  # type: ignore[attr-defined]


def _used(path: Path, clause: str) -> int:
    return Limits(path)._read(clause, NOON)[5]


def test_four_processes_together_pass_exactly_the_limit_and_lose_no_token(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    got = context.Queue()
    workers = [context.Process(target=_hammer, args=(tmp_path / "l", 600, got)) for _ in range(4)]
    for worker in workers:
        worker.start()
    passed = sum(got.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join(10)
    assert passed == 1_000
    assert _used(tmp_path / "l", "flow:tokens") == 2_400


def _hold(path: Path) -> None:
    with Limits(path)._locked():
        (path.parent / "held").touch()
        time.sleep(60)


def test_a_worker_killed_with_the_lock_in_its_hand_holds_nobody_up(tmp_path: Path) -> None:
    holder = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path / "l",))
    holder.start()
    while not (tmp_path / "held").exists():
        time.sleep(0.02)
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    assert rule(Limits(tmp_path / "l"), call(rate=1)) is None
    holder.join(5)
