"""Running a helper program with a deadline, with its output as lines, and without leaving children behind."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

TICK = 2.0
"""Seconds between two signs of life of a program that prints nothing."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended; `tail` are the last lines of its output, standard output and error together."""

    code: int | None
    tail: tuple[str, ...]
    seconds: float

    @property
    def reason(self) -> str:
        """One line that says why it failed; only for a program that did."""
        said = next((line for line in reversed(self.tail) if line.strip()), "it printed nothing")
        if self.code is None:
            return f"gave up after {self.seconds:.0f} s (last output: {said})"
        return f"exit code {self.code}: {said}"


def run(
    command: Sequence[str],
    *,
    deadline: float,
    silence: float | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
    on_tick: Callable[[], None] | None = None,
) -> Finished:
    """Run `command`; end it, and all it started, after `deadline` seconds or after `silence` seconds without a line.

    Raises OSError when the program cannot be started. `code` is None when it was ended by us.
    """
    start = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - the callers' commands hold no outside input
        command,
        cwd=cwd,
        env=dict(env) if env is not None else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=os.name != "nt",
    )
    lines: queue.Queue[str | None] = queue.Queue()
    output = cast("IO[str]", process.stdout)
    reader = threading.Thread(target=_read, args=(output, lines), daemon=True)
    reader.start()
    tail: deque[str] = deque(maxlen=20)
    heard = start
    try:
        while True:
            now = time.monotonic()
            if now - start > deadline or (silence is not None and now - heard > silence):
                return Finished(None, tuple(tail), now - start)
            try:
                line = lines.get(timeout=TICK)
            except queue.Empty:
                if on_tick is not None:
                    on_tick()
                continue
            if line is None:
                return Finished(process.wait(), tuple(tail), time.monotonic() - start)
            heard = time.monotonic()
            tail.append(line)
            if on_line is not None:
                on_line(line)
    finally:
        _end(process)
        reader.join(timeout=1)
        if not reader.is_alive():  # closing a pipe that a thread still reads would block
            output.close()


def _read(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line.rstrip())
    lines.put(None)


def _end(process: subprocess.Popen[str]) -> None:
    """Kill the program's whole session: a compiler or a download that it started must not go on alone."""
    if process.poll() is not None:
        return
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
