"""Accepting, by name and for a time, that a claim could not be decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody takes responsibility for one UNKNOWN claim, up to and including a day."""

    claim: str
    until: date

    def holds_on(self, day: date) -> bool:
        """Whether it still counts: an acceptance that has ended is as if it had not been given."""
        return day <= self.until

    def __str__(self) -> str:
        return f"{self.claim}@{self.until.isoformat()}"
