"""A program that is started again whenever it ends, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Awaitable, Callable

from zt_ai.egress.run.process import Backoff, Child

_LOG = logging.getLogger(__name__)


class Service:
    """Keeps one child running."""

    def __init__(
        self, name: str, start: Callable[[], Awaitable[Child]], *, ended: Callable[[int], None] | None = None
    ) -> None:
        self.name = name
        self._on_end = ended
        self.restarts = 0
        self._start = start
        self._child: Child | None = None
        self._since = 0.0
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Start it for the first time. Raises OSError when its program cannot be started."""
        await self._run()
        self._task = asyncio.create_task(self._keep(), name=self.name)

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._child.pid if self._child and self._child.running else None

    @property
    def age(self) -> float:
        """Seconds since it was last started, 0 while it does not run."""
        return time.monotonic() - self._since if self.pid is not None else 0.0

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self._child:
            self._child.signal(number)

    async def stop(self, patience: float) -> None:
        """Stop it for good."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._child:
            await self._child.stop(patience)

    async def _run(self) -> None:
        self._child = await self._start()
        self._since = time.monotonic()

    async def _keep(self) -> None:
        backoff = Backoff()
        while True:
            if self._child is not None:
                status = await self._child.wait()
                if self._on_end:
                    self._on_end(self._child.pid)
                ran = time.monotonic() - self._since
                wait = backoff.after(ran)
                _LOG.warning(
                    "%s ended with status %d after %.1f s; started again in %.1f s", self.name, status, ran, wait
                )
            else:
                wait = backoff.after(0.0)
            await asyncio.sleep(wait)
            self.restarts += 1
            try:
                await self._run()
            except OSError as error:  # out of memory or processes: the next try may do
                self._child = None
                _LOG.error("%s cannot be started: %s", self.name, error)
