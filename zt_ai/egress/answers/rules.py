"""What holds for one answer: which placeholders go back, what is looked for, and what happens to what is found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from zt_ai.egress.model import Action, Finding, Verdict
from zt_ai.spec.types import Decision

Op = tuple[int, str | None]
"""So many characters of what was pushed, in order: passed on (None) or replaced by a text."""


class Scanned(Protocol):
    """What a scan returns (`zt_ai.egress.detect`)."""

    @property
    def findings(self) -> Sequence[Finding]: ...


class Scanner(Protocol):
    """What this package needs of `zt_ai.egress.detect.Detectors`."""

    def scan(self, text: str, *, repeated: bool = True) -> Scanned: ...

    def is_secret(self, type: str, /) -> bool: ...  # noqa: A002 - the contract's name


class Sink(Protocol):
    """Takes a text piece by piece and says what becomes of it, as soon as it can."""

    def push(self, text: str, *, end: bool = False) -> list[Op]: ...


class CutError(Exception):
    """The answer cannot go on. The verdict never holds text of the answer."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.rule)
        self.verdict = verdict


class MalformedError(ValueError):
    """The answer is not of the form that its content type says; holds no text of it."""


@dataclass(frozen=True)
class Rules:
    """For one answer."""

    placeholders: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What is put back; empty where the flow does not restore."""
    scanner: Scanner | None = None
    """What finds identifiers; None where the caller may see them, or answers are not inspected."""
    decision: Decision = Decision.BLOCK
    """What happens to an identifier: `redact` or `block`."""
    clause: str = ""
    data_class: str = ""

    @property
    def inspects(self) -> bool:
        """Whether an answer that cannot be read has to be cut."""
        return self.scanner is not None

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Matches every placeholder."""
        tokens = sorted(self.placeholders, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, tokens))) if tokens else None

    @cached_property
    def longest(self) -> int:
        """Characters of the longest placeholder."""
        return max(map(len, self.placeholders), default=0)

    @cached_property
    def openings(self) -> frozenset[str]:
        """Every proper beginning of a placeholder."""
        return frozenset(token[:size] for token in self.placeholders for size in range(1, len(token)))

    def identifiers(self, text: str) -> list[Finding]:
        """Findings in a text, without secrets: those are the caller's to keep from providers, not the other way."""
        if self.scanner is None:
            return []
        found = self.scanner.scan(text, repeated=False).findings
        return [finding for finding in found if not self.scanner.is_secret(finding.type)]

    def found(self) -> CutError:
        """An identifier that may not go on."""
        return CutError(
            Verdict(
                Action.REFUSE,
                "phi-in-answer",
                403,
                f"the answer contains identifiers of class {self.data_class}, which {self.clause} does not let "
                "through; ask for an answer without them",
            )
        )

    def unscannable(self) -> CutError:
        """Media in an answer in which identifiers may not go on."""
        return CutError(
            Verdict(
                Action.REFUSE,
                "media-unscannable",
                403,
                f"the answer contains media that cannot be inspected, and {self.clause} does not let "
                f"{self.data_class} through; ask for text",
            )
        )


def unreadable() -> CutError:
    """An answer that has to be inspected and cannot be read."""
    return CutError(
        Verdict(Action.REFUSE, "answer-unreadable", 502, "the provider's answer cannot be read for certain; try again")
    )
