"""The order in which requests are judged: bounded, fair to the event loop, with a deadline for each request."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import perf_counter
from typing import Any, Protocol


class Job(Protocol):
    """A request that waits for its judgement."""

    @property
    def live(self) -> bool:
        """Whether anybody still waits."""

    @property
    def size(self) -> int:
        """Bytes of the body."""

    def work(self) -> Any:
        """Judge. May run in a thread."""

    def done(self, result: Any) -> None:
        """Take the judgement; on the loop."""

    def failed(self, error: BaseException) -> None:
        """`work` raised; on the loop."""


class Queue:
    """Judges small bodies on the loop, one in each of its turns, and large ones in threads.

    What was judged goes on its way before the next one begins: with several in a turn, both cores were idle for a tenth
    of the time under full load, because records, releases and answers all came in heaps.

    Args:
        jobs: requests that may wait or be judged at once; more are not taken.
        size: bytes of their bodies together; a single body may always wait.
        threads: threads for large bodies.
        large: size in bytes from which a body is large.
    """

    def __init__(self, *, jobs: int, size: int, threads: int, large: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._limit, self._size_limit = jobs, size
        self.large = large
        self._waiting: deque[Job] = deque()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="judge")
        self._jobs = 0
        self._size = 0
        self._due = False
        self._threads = threads
        self._running: dict[int, float] = {}

    def __len__(self) -> int:
        return self._jobs

    def put(self, job: Job) -> bool:
        """Take a job in; False when there is no room, and then the request has to be refused."""
        size = job.size
        if self._jobs >= self._limit or (self._jobs and self._size + size > self._size_limit):
            return False
        self._jobs += 1
        self._size += size
        if size >= self.large:
            future = self._pool.submit(self._in_thread, job)
            future.add_done_callback(lambda f: self._loop.call_soon_threadsafe(self._from_thread, job, size, f))
        else:
            self._waiting.append(job)
            self._wake()
        return True

    def close(self) -> None:
        """Take the threads down without waiting for them."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _wake(self) -> None:
        if not self._due:
            self._due = True
            self._loop.call_soon(self._run)

    def _run(self) -> None:
        self._due = False
        waiting = self._waiting
        while waiting:
            job = waiting.popleft()
            self._jobs -= 1
            self._size -= job.size
            if job.live:
                _settle(job, job.work)
                break
        if waiting:
            self._wake()

    def stuck(self, seconds: float) -> bool:
        """Whether every thread has been at one job for longer than this."""
        began = list(self._running.values())
        return len(began) == self._threads and all(perf_counter() - at > seconds for at in began)

    def _in_thread(self, job: Job) -> Any:
        if not job.live:
            return None
        self._running[id(job)] = perf_counter()
        try:
            return job.work()
        finally:
            del self._running[id(job)]

    def _from_thread(self, job: Job, size: int, future: Future[Any]) -> None:
        self._jobs -= 1
        self._size -= size
        if job.live and not future.cancelled():
            _settle(job, future.result)


def _settle(job: Job, result: Callable[[], Any]) -> None:
    try:
        outcome = result()
    except Exception as error:  # noqa: BLE001 - whatever it was, the request must get a verdict
        job.failed(error)
    else:
        job.done(outcome)


class Watched(Protocol):
    """Something that has to be done in time."""

    def too_slow(self) -> None:
        """The deadline has passed."""


class Deadlines:
    """One deadline for all: what starts first expires first, so one timer and an ordered dictionary are enough."""

    def __init__(self, seconds: float, tick: float = 0.1) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds, self._tick = seconds, tick
        self._due: dict[Watched, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def start(self, watched: Watched) -> None:
        """Begin to wait for something; without effect when we already do."""
        self._due.setdefault(watched, self._loop.time() + self._seconds)
        if self._timer is None:
            self._timer = self._loop.call_later(self._tick, self._sweep)

    def stop(self, watched: Watched) -> None:
        """It is done."""
        self._due.pop(watched, None)

    def _sweep(self) -> None:
        self._timer = None
        now = self._loop.time()
        late = []
        for watched, due in self._due.items():
            if due > now:
                break
            late.append(watched)
        for watched in late:
            self._due.pop(watched, None)
            watched.too_slow()
        if self._due:
            self._timer = self._loop.call_later(self._tick, self._sweep)
