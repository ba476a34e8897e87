"""Recall by kind and false alarms by document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.detect.corpus import Document, Span

FAMILIES = (
    {"address", "location", "zip", "facility", "coordinates"},
    {"phone", "fax"},
    {"ssn", "itin"},
    {"mbi", "health_plan"},
)


@dataclass
class Tally:
    """How many identifiers of a kind there are, how many were found, and how many of these as what they are."""

    total: int = 0
    found: int = 0
    exact: int = 0

    @property
    def recall(self) -> float:
        """Share that was found, whatever it was called."""
        return self.found / self.total if self.total else 1.0

    @property
    def recall_exact(self) -> float:
        """Share that was found and called what it is, or a sibling (`FAMILIES`)."""
        return self.exact / self.total if self.total else 1.0


@dataclass
class Score:
    """What one detector achieved on a corpus."""

    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    harmless: int = 0
    flagged: int = 0
    misses: list[tuple[Document, Span]] = field(default_factory=list)
    alarms: list[tuple[Document, list[Span]]] = field(default_factory=list)

    @property
    def false_alarms(self) -> float:
        """Share of the harmless documents in which anything was found."""
        return self.flagged / self.harmless if self.harmless else 0.0


def covered(document: Document, span: Span, findings: Iterable[Span]) -> bool:
    """Whether findings together cover more than half of the letters and digits of a span."""
    text = document.text
    wanted = {i for i in range(span.start, span.end) if text[i].isalnum()}
    seen = {i for finding in findings for i in range(max(finding.start, span.start), min(finding.end, span.end))}
    return len(wanted & seen) * 2 > len(wanted)


def siblings(kind: str) -> frozenset[str]:
    """The kinds that count as the same for exact recall."""
    return frozenset({kind}.union(*(family for family in FAMILIES if kind in family)))


def score(documents: Sequence[Document], findings: Mapping[str, Sequence[Span]]) -> Score:
    """Compare findings, by document id, with what the documents hold.

    Raises:
        KeyError: a document was not scanned.
    """
    result = Score()
    for document in documents:
        found = findings[document.id]
        if document.harmless:
            result.harmless += 1
            if found:
                result.flagged += 1
                result.alarms.append((document, list(found)))
            continue
        for span in document.spans:
            tally = result.kinds[span.type]
            near = [f for f in found if f.start < span.end and span.start < f.end]
            tally.total += 1
            if covered(document, span, near):
                tally.found += 1
            else:
                result.misses.append((document, span))
            same = siblings(span.type)
            tally.exact += covered(document, span, [f for f in near if f.type in same])
    return result
