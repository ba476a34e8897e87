"""Ctrl-C while the engine works: the engine ends its running operations and saves its state before we go.

A Python exception in the middle of an Automation API call would leave the engine without its program, and the state
with pending operations. So the signal is passed on, and the call is left to return.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


@contextmanager
def passed_on(say: Callable[[str], None]) -> Iterator[Callable[[], bool]]:
    """A block in which SIGINT and SIGTERM stop the engine cleanly; a second signal stops at once.

    Gives a function that says whether a signal came. Does nothing outside of the main thread, where Python delivers
    signals.
    """
    came = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal came
        if came:
            for child in _children():
                _send(child, signal.SIGINT)
            signal.default_int_handler(signal.SIGINT, frame)
        came = True
        say("stopping: the operations that run now are ended first; once more stops at once")
        # A terminal sends Ctrl-C to the whole process group, the engine included; a second one would make it give up at
        # once. Any other sender reaches this process alone.
        if number == signal.SIGTERM or not _from_terminal():
            for child in _children():
                _send(child, signal.SIGINT)

    if threading.current_thread() is not threading.main_thread():
        yield lambda: came
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _from_terminal() -> bool:
    """Whether this process is in the foreground of a terminal, which then sends Ctrl-C to the whole group."""
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def _children() -> list[int]:
    """The engine: direct children in our process group. A simulated cloud has a session of its own and goes on serving.

    [proc(5), /proc/PID/task/TID/children]; none where the system does not say.
    """
    found: list[int] = []
    for listing in Path("/proc/self/task").glob("*/children"):
        try:
            found += [int(pid) for pid in listing.read_text(encoding="ascii").split()]
        except OSError:
            continue
    return [pid for pid in found if _group(pid) == os.getpgrp()]


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
