"""How long a scan takes beside hyperscan alone, same database and bytes: `python -m bench.scan_speed`.

Best of many runs in one process, so that the ratio means something on any machine. Hits are what hyperscan reports and
Python has to look at; they cost more than the bytes. With `--hostile`, the slowest of thousands of texts that were made
to be slow: the beginning of what a rule finds, then a chain that goes on like it and ends in nothing, again and again.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.proxy.bodies import _text as talk
from zt_ai.egress.detect import Detectors
from zt_ai.spec.types import DetectorSet

SIZE = 32 << 10
RUNS = 200
CLINICAL = Path(__file__).parents[1] / "tests" / "egress" / "detect" / "harmless.txt"


def texts() -> dict[str, str]:
    """The texts by name, each of `SIZE` characters: ordinary talk, and clinical sentences without identifiers."""
    dice = random.Random(7)  # noqa: S311 - the same text each time
    sentences = CLINICAL.read_text(encoding="utf-8").splitlines()
    clinical = " ".join(dice.choice(sentences) for _ in range(SIZE // 20))
    return {
        "talk": talk(dice, SIZE // 4)[:SIZE],
        "talk, curly quotes": talk(dice, SIZE // 4)[:SIZE].replace(". ", ".\u201d ", 40),
        "clinical, harmless": clinical[:SIZE],
    }


CHAINS = ("Aaa-", "Aaa ", "A. ", "12, ", "aa-")


def hostile(detectors: Detectors, size: int = 8 << 10) -> list[tuple[float, str, str]]:
    """Milliseconds for a KiB, the rule and the chain, the slowest first."""
    found = []
    for rule in detectors.rules:
        for case in rule.positives:
            text = case.replace("\u00ab", "").replace("\u00bb", "")
            for chain in CHAINS:
                block = f"{text[: len(text) * 3 // 4]}{chain * 30}"[:400] + " "
                slow = block * (size // len(block))
                started = time.perf_counter()
                detectors.scan(slow)
                found.append(((time.perf_counter() - started) * 1e3 / (len(slow) / 1024), rule.id, chain))
    return sorted(found, reverse=True)


def best(run: Callable[[str], object], text: str) -> float:
    """Milliseconds of the fastest of `RUNS` runs, each over a text that begins as none before it."""
    fastest = float("inf")
    for number in range(RUNS):
        fresh = f"{number:07x} {text}"
        started = time.perf_counter()
        run(fresh)
        fastest = min(fastest, time.perf_counter() - started)
    return fastest * 1e3


def main() -> None:
    """Print one line for each text."""
    started = time.perf_counter()
    detectors = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))
    print(f"start-up {time.perf_counter() - started:.2f} s, {len(detectors.rules)} rules")
    print(f"{'32 KB of':<20} {'hits':>5} {'hyperscan ms':>13} {'scan ms':>8} {'ratio':>6}")
    for name, text in texts().items():
        hits = len(detectors.hits(text.encode()))
        alone = best(lambda fresh: detectors.hits(fresh.encode()), text)
        whole = best(detectors.scan, text)
        print(f"{name:<20} {hits:>5} {alone:>13.3f} {whole:>8.3f} {whole / alone:>6.2f}")
    if "--hostile" in sys.argv:
        for slow, rule, chain in hostile(detectors)[:8]:
            print(f"{slow:6.2f} ms for a KiB: the beginning of {rule} and {chain!r}")


if __name__ == "__main__":
    main()
