"""`make bench-detect`: recall by kind and false alarms, ours beside Presidio's, on the held-out half of the corpus."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from bench.detect import detectors, environment
from bench.detect.corpus import Document, corpus
from bench.detect.report import misses, table
from bench.detect.score import score


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or with `--dump` the corpus as lines of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.detect", description=__doc__)
    parser.add_argument("--split", choices=("held-out", "dev"), default="held-out", help="which half of the corpus")
    parser.add_argument("--dump", action="store_true", help='print {"id", "text", "spans"} as JSON Lines and stop')
    parser.add_argument("--harmless", action="store_true", help="with --dump: only the documents without identifiers")
    parser.add_argument("--ours-only", action="store_true", help="leave Presidio out")
    parser.add_argument("--without-model", action="store_true", help="leave our model for names out")
    parser.add_argument("--misses", action="store_true", help="list what ours missed and flagged (dev only)")
    parser.add_argument("--limit", type=int, default=12, help="how many of each kind --misses lists")
    chosen = parser.parse_args(arguments)
    documents = corpus(environment.raw_data(), chosen.split == "held-out")
    if chosen.dump:
        for document in documents:
            if document.harmless >= chosen.harmless:
                print(document.line())
        return
    if chosen.misses and chosen.split == "held-out":
        parser.error("the held-out half is not for tuning: use --split dev")
    runs: dict[str, Callable[[list[Document]], detectors.Scanned]] = {
        "zt-ai, no model": lambda texts: detectors.ours(texts, model=False)
    }
    if not chosen.without_model:
        runs["zt-ai, model"] = lambda texts: detectors.ours(texts, model=True)
    if not chosen.ours_only:
        runs["presidio default"] = lambda texts: detectors.presidio(texts, "default")
        runs["presidio all on"] = lambda texts: detectors.presidio(texts, "all")
    results = {}
    for name, run in runs.items():
        print(f"{name} …", file=sys.stderr)
        scanned = run(documents)
        results[name] = (score(documents, scanned.findings), scanned.seconds)
    table(documents, results, chosen.split)
    if chosen.misses:
        name = "zt-ai, no model" if chosen.without_model else "zt-ai, model"
        misses(results[name][0], chosen.limit)


if __name__ == "__main__":
    main()
