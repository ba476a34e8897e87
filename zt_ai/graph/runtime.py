"""Running a Pulumi program in this process: an event loop of its own, and nothing that only a real engine needs."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pulumi.runtime import resource as pulumi_resource
from pulumi.runtime.proto import source_pb2

_T = TypeVar("_T")


class _InlineLoop(asyncio.SelectorEventLoop):
    """An event loop whose executor is the loop itself: our monitor answers in microseconds and needs no thread."""

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., _T], *args: Any
    ) -> asyncio.Future[_T]:
        future: asyncio.Future[_T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  (belongs to whoever awaits the future)
            future.set_exception(error)
        return future


@contextmanager
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A new event loop for this thread; whatever is left in it is cancelled at the end, and the former loop returns."""
    try:
        before = asyncio.get_event_loop_policy().get_event_loop() if _has_loop() else None
    except RuntimeError:
        before = None
    loop = _InlineLoop()
    # After a failure the SDK leaves futures that nobody reads; their loop would report each on standard error.
    loop.set_exception_handler(lambda _loop, _context: None)
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        leftover = asyncio.all_tasks(loop)
        for task in leftover:
            task.cancel()
        if leftover:
            loop.run_until_complete(asyncio.gather(*leftover, return_exceptions=True))
        asyncio.set_event_loop(before)
        loop.close()


def _has_loop() -> bool:
    """Whether this thread has an event loop already (asking the policy for one would make it)."""
    local = getattr(asyncio.get_event_loop_policy(), "_local", None)
    return getattr(local, "_loop", None) is not None


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def outside_of_loops(run: Callable[[], None]) -> None:
    """Run here, or on a thread of its own if this thread is inside an event loop (a loop cannot run in another)."""
    if not _in_loop():
        run()
        return
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            run()
        except BaseException as error:  # noqa: BLE001  (raised again by the waiting thread)
            failures.append(error)

    thread = threading.Thread(target=guarded, name="pulumi-program")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


@contextmanager
def fast_runtime() -> Iterator[None]:
    """Leave out source positions, which only a real engine needs, and garbage collection in the middle of a run."""
    name = "_get_stack_trace"
    positions: Any = getattr(pulumi_resource, name, None)
    collecting = gc.isenabled()
    gc.disable()
    if positions:
        setattr(pulumi_resource, name, source_pb2.StackTrace)
    try:
        yield
    finally:
        if positions:
            setattr(pulumi_resource, name, positions)
        if collecting:
            gc.enable()
