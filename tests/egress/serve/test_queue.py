"""Judging in order: bounded, with the loop's turn in between, large bodies aside."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from zt_ai.egress.serve.queue import Deadlines, Queue


class Job:
    """A job that takes some time."""

    def __init__(self, size: int = 1, seconds: float = 0.0, error: Exception | None = None) -> None:
        self.size, self.seconds, self.error = size, seconds, error
        self.live = True
        self.outcome: Any = None
        self.thread: str | None = None

    def work(self) -> str:
        self.thread = threading.current_thread().name
        time.sleep(self.seconds)
        if self.error:
            raise self.error
        return "judged"

    def done(self, result: Any) -> None:
        self.outcome = result

    def failed(self, error: BaseException) -> None:
        self.outcome = error


def queue(**given: int) -> Queue:
    return Queue(**{"jobs": 10, "size": 1000, "threads": 2, "large": 500, **given})  # type: ignore[arg-type]


def run(test: Callable[[], Any]) -> None:
    asyncio.run(test())


def test_small_jobs_run_on_the_loop_and_large_ones_in_a_thread() -> None:
    async def test() -> None:
        waiting = queue()
        small, large = Job(499), Job(500)
        assert waiting.put(small)
        assert waiting.put(large)
        await asyncio.sleep(0.1)
        assert small.outcome == large.outcome == "judged"
        assert small.thread == threading.main_thread().name
        assert (large.thread or "").startswith("judge")
        assert len(waiting) == 0

    run(test)


@pytest.mark.parametrize("size", [1, 500])
def test_an_error_reaches_the_job_and_the_next_one_runs(size: int) -> None:
    async def test() -> None:
        waiting = queue()
        error = RuntimeError()
        first, second = Job(size, error=error), Job(size)
        waiting.put(first)
        waiting.put(second)
        await asyncio.sleep(0.1)
        assert first.outcome is error
        assert second.outcome == "judged"

    run(test)


def test_no_more_than_its_number_and_its_bytes_wait() -> None:
    async def test() -> None:
        waiting = queue(jobs=3)
        assert [waiting.put(Job(1)) for _ in range(4)] == [True, True, True, False]
        waiting = queue(size=100)
        assert [waiting.put(Job(60)) for _ in range(2)] == [True, False]
        assert queue(size=100).put(Job(400))  # one alone always has room

    run(test)


def test_nobody_works_for_a_job_that_has_been_given_up() -> None:
    async def test() -> None:
        waiting = queue()
        job = Job()
        waiting.put(job)
        job.live = False
        await asyncio.sleep(0.01)
        assert job.thread is None
        assert len(waiting) == 0

    run(test)


def test_one_job_is_done_in_each_turn_of_the_loop() -> None:
    """What was judged is recorded, and what came meanwhile is read, before the next one begins."""

    async def test() -> None:
        waiting = queue()
        jobs = [Job() for _ in range(4)]
        for job in jobs:
            waiting.put(job)
        for turn in range(1, 5):
            await asyncio.sleep(0)
            assert sum(job.outcome is not None for job in jobs) == turn

    run(test)


def test_threads_that_all_hang_are_noticed() -> None:
    async def test() -> None:
        waiting = queue()
        for _ in range(2):
            waiting.put(Job(500 // 1, seconds=0.3))
            waiting._size = 0
        await asyncio.sleep(0.1)
        assert waiting.stuck(0.05)
        assert not waiting.stuck(10)
        await asyncio.sleep(0.3)
        assert not waiting.stuck(0.0)

    run(test)


def test_what_is_late_is_told_once_and_what_was_done_is_not() -> None:
    class Late:
        told = 0

        def too_slow(self) -> None:
            self.told += 1

    async def test() -> None:
        deadlines = Deadlines(0.05, tick=0.01)
        late, done = Late(), Late()
        deadlines.start(late)
        deadlines.start(done)
        deadlines.stop(done)
        await asyncio.sleep(0.2)
        assert (late.told, done.told) == (1, 0)

    run(test)
