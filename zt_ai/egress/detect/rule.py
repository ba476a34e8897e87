"""What a detector is: when to look, where exactly, and cases that show both."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

Spans = Callable[[str, int, int], Iterator[tuple[int, int]]]
"""From a text and the window to look at, the spans of identifiers in it."""
Check = Callable[[re.Match[str]], bool]
EVERYWHERE = sys.maxsize
BIRTH = "date:birth"
"""Among the kinds of `Rule.beside`: dates of birth. Other dates stand in any text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A detector. A cheap trigger says that something may be near; `spans` decides.

    In the cases `«` and `»` stand around what must be found; a negative case has no finding of this rule's kind.
    """

    id: str
    """`KIND.FORM`."""
    kind: str
    source: str
    """Document and section of the facts."""
    triggers: tuple[str, ...]
    """Hyperscan expressions over UTF-8 bytes. Only the end of a match is known."""
    spans: Spans
    positives: tuple[str, ...]
    negatives: tuple[str, ...] = ()
    literals: Collection[str] = ()
    """Further triggers that are plain strings; thousands of them cost next to nothing."""
    before: int = 80
    """Characters before the end of a trigger's match that are looked at; of a rule with `beside`, before a finding."""
    after: int = 80
    """Characters after it."""
    beside: frozenset[str] = frozenset()
    """Kinds: instead of having triggers, the rule looks around what rules without `beside` found of these. Dates count
    behind a word for birth alone, as `BIRTH`."""
    reads_on: Callable[[str, int, int], int] | None = None
    """Of a rule that reads on from an opening for as long as a table or message goes: from the text and a window, up to
    where what it finds from there depends on the text; `EVERYWHERE` if nobody knows."""
    rank: int = 0
    """Which of two findings of the same span stays: the higher rank. Rules with a checksum or a label have more."""


def matching(pattern: str, check: Check | None = None) -> Spans:
    """Spans of a regular expression: of its group `v` or `w`, or of the whole match, wherever the check agrees."""
    compiled = re.compile(pattern)
    groups = tuple(name for name in ("v", "w") if name in compiled.groupindex)

    def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        for match in compiled.finditer(text, low, high):
            if check is None or check(match):
                span = match.span()
                for name in groups:
                    if match.start(name) >= 0:
                        span = match.span(name)
                        break
                yield span

    return spans


def value(match: re.Match[str]) -> str:
    """What `matching` takes as the value of a match."""
    found = match.groupdict()
    return found.get("v") or found.get("w") or match[0]
