"""How much work one request may cause, in steps and bytes rather than in time, so that it is the same anywhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


class UnreadableError(ValueError):
    """A request cannot be read for certain; `rule` refuses it."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


_FACTOR = 8
_BASE = 1 << 20


@dataclass(slots=True)
class Budget:
    """What is left. Spending more than that raises.

    Attributes:
        size: bytes and characters that may still be produced by undoing layers.
        steps: runs, windows and streams that may still be undone.
        depth: layers that may lie over each other.
        seconds: a last net; by far the most requests that run into a limit run into one of the others first.
    """

    size: int
    steps: int = 200_000
    depth: int = 12
    seconds: float = 5.0
    clock: Callable[[], float] = time.monotonic
    end: float = field(init=False, default=0.0)
    """When the time is over, by `clock`."""

    def __post_init__(self) -> None:
        self.end = self.clock() + self.seconds

    @classmethod
    def of(cls, body: int) -> Budget:
        """The budget for a body of that many bytes: everything may be undone a few times over."""
        return cls(size=_FACTOR * body + _BASE)

    def spend(self, size: int, steps: int = 1) -> None:
        """Count what was produced.

        Raises:
            UnreadableError: `budget-exhausted`.
        """
        self.size -= size
        self.steps -= steps
        if self.size < 0 or self.steps < 0 or self.clock() > self.end:
            raise UnreadableError("budget-exhausted")
