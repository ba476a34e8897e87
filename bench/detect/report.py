"""What the benchmark prints."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bench.detect.corpus import Document, Span
from bench.detect.score import Score

TARGETS = dict.fromkeys(("date", "age", "address", "location", "zip", "facility", "name"), 0.95)
"""Recall to reach; names and places with the model; every other kind 0.99."""


def table(documents: Sequence[Document], results: Mapping[str, tuple[Score, float]], split: str) -> None:
    """One row for each kind: how many there are, and each detector's recall (and exact recall)."""
    size = sum(len(document.text) for document in documents) / 1024
    about = f"{split} half: {len(documents)} documents, {size:.0f} KiB"
    printed = Table(title=f"Recall by kind (in brackets: found as what it is); {about}")
    for column in ("kind", "n", "target", *results):
        printed.add_column(column, justify="left" if column == "kind" else "right")
    kinds = sorted({kind for result, _ in results.values() for kind in result.kinds})
    for kind in kinds:
        tallies = [result.kinds[kind] for result, _ in results.values()]
        cells = [f"{tally.recall:.3f} ({tally.recall_exact:.2f})" for tally in tallies]
        printed.add_row(kind, str(tallies[0].total), f"{TARGETS.get(kind, 0.99):.2f}", *cells)
    printed.add_section()
    first = next(iter(results.values()))[0]
    alarms = [f"{result.false_alarms:.1%}" for result, _ in results.values()]
    printed.add_row("harmless documents flagged", str(first.harmless), "5 % / 15 %", *alarms)
    printed.add_row("ms per KiB", "", "", *(f"{seconds * 1000 / size:.2f}" for _, seconds in results.values()))
    Console(width=140).print(printed)


def misses(result: Score, limit: int) -> None:
    """What was missed, by kind, and what was flagged in harmless documents, with the text around it."""
    shown: Counter[str] = Counter()
    by_kind: dict[str, list[str]] = defaultdict(list)
    for document, span in result.misses:
        shown[span.type] += 1
        if shown[span.type] <= limit:
            by_kind[span.type].append(f"  {document.id}: {_around(document, span)}")
    for kind, lines in sorted(by_kind.items()):
        print(f"\nmissed {kind} ({shown[kind]} of {result.kinds[kind].total})", *lines, sep="\n")
    print(f"\nfalse alarms ({len(result.alarms)} of {result.harmless} documents)")
    for document, spans in result.alarms:
        for span in spans[:3]:
            print(f"  {document.id}: {span.type} {_around(document, span)}")


def _around(document: Document, span: Span) -> str:
    text = document.text
    before, after = text[max(span.start - 40, 0) : span.start], text[span.end : span.end + 20]
    return repr(f"{before}⟦{text[span.start : span.end]}⟧{after}")
