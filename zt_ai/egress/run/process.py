"""A child process that never outlives us."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_LIBC = ctypes.CDLL(None, use_errno=True)


def _bound_to(parent: int) -> Callable[[], None]:
    """Runs in the child before its program: the kernel kills it when we end, however we end [prctl(2)]."""

    def bind() -> None:
        _LIBC.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # we ended before the kernel knew
            os._exit(1)
        os.umask(0o077)

    return bind


class Child:
    """One running program. Its own session keeps a terminal's Ctrl-C from it: we end our children in order."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self._process = process

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        log: Path | None,
        environment: Mapping[str, str] | None = None,
        stdout: int = 2,
    ) -> Child:
        """Start a program; what it writes goes to the end of `log`, else its output to our file descriptor `stdout` and
        its errors to our standard error. Raises OSError."""
        output = None if log is None else os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output if output is not None else stdout,
                stderr=output if output is not None else 2,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
                preexec_fn=_bound_to(os.getpid()),
            )
        finally:
            if output is not None:
                os.close(output)
        return cls(name, process)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.running:
            try:
                self._process.send_signal(number)
            except ProcessLookupError:
                return

    async def wait(self) -> int:
        """Its exit status."""
        return await self._process.wait()

    async def stop(self, patience: float) -> None:
        """Ask it to end, and kill it when it has not after `patience` seconds."""
        self.signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self._process.wait()


class Backoff:
    """How long to wait before something that ended is started again: doubled each time, forgotten after a good run."""

    def __init__(self, first: float = 0.2, most: float = 15.0, good: float = 30.0) -> None:
        self._first, self._most, self._good = first, most, good
        self._next = first

    def after(self, ran: float) -> float:
        """Seconds to wait, after it ran for `ran` seconds."""
        if ran >= self._good:
            self._next = self._first
        wait, self._next = self._next, min(self._next * 2, self._most)
        return wait
