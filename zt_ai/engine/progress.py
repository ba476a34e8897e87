"""How long work reports itself: a callback that gets a stage text and the seconds since the work began."""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[str, float], None]
"""`progress(stage, elapsed_seconds)`; called every few seconds at least, with the same stage when nothing is new."""


class Reporter:
    """Stamps stage texts with the time since the work began and drops what would flood a terminal."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._start = time.monotonic()
        self._last = ("", -1.0)

    @property
    def elapsed(self) -> float:
        """Seconds since the work began."""
        return time.monotonic() - self._start

    def say(self, stage: str) -> None:
        """Report a stage that a reader must see."""
        self._last = (stage, self.elapsed)
        if self._progress is not None:
            self._progress(stage, self.elapsed)

    def tick(self, stage: str) -> None:
        """Report a stage that changes often: at most once a second."""
        if self.elapsed - self._last[1] >= 1.0:
            self.say(stage)
