"""`make bench-proxy`: throughput, added latency and memory of the egress path beside its peers, in one run."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rich import table as drawing
from rich.console import Console

from bench.proxy import pair
from bench.proxy.contestants import CONTESTANTS
from bench.proxy.measure import RATE, Table, measure


def main() -> None:
    """Measure each contestant and print the table and the ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", action="append", default=[], help="part of a contestant's name; may be repeated")
    asked.add_argument("--rounds", type=int, default=3, help="how often all are measured in turn; the best run counts")
    asked.add_argument("--seconds", type=float, default=6.0, help="length of each load")
    asked.add_argument("--connections", type=int, default=32)
    chosen = asked.parse_args()
    picked = [c for c in CONTESTANTS if not chosen.only or any(part in c.name for part in chosen.only)]
    with tempfile.TemporaryDirectory(prefix="ztb", ignore_cleanup_errors=True) as name:
        measured = measure(
            picked,
            rounds=chosen.rounds,
            seconds=chosen.seconds,
            connections=chosen.connections,
            folder=Path(name),
        )
        _print(measured)


def _print(measured: Table) -> None:
    console = Console(width=120)
    share = measured.share
    table = drawing.Table(title="The same requests for all: 4 KB and 64 KB chats, one in ten with identifiers")
    added = [f"added p50 / p99 ms at {RATE}/s", f"at {share:.0f}/s" if share else "–"]
    for heading in ("", "requests/s", "slowest round", *added, "memory MiB", "stopped %", "errors"):
        table.add_column(heading, justify="left" if not heading else "right")
    for one in measured.contestants:
        table.add_row(
            one.name,
            f"{one.rate:,.0f}",
            f"{one.rates[0]:,.0f}",
            _added(one.steady, measured.direct),
            _added(one.shared, measured.calm),
            f"{one.memory:,.0f}",
            f"{one.stopped}",
            f"{one.errors}",
        )
    console.print(table)
    base = measured.direct
    console.print(f"without any proxy at {RATE}/s: p50 {base.p50:.2f} ms, p99 {base.p99:.2f} ms")
    if share:
        envoy = next(one for one in measured.contestants if one.name == "Envoy alone")
        console.print(f"{share:.0f}/s are {100 * share / envoy.rate:.1f} % of what Envoy alone does here")
    ours = [one for one in measured.contestants if one.name.startswith("zt-ai")]
    for one in measured.contestants:
        if one not in ours:
            ratios = " and ".join(f"{our.rate / one.rate:.2f} ({our.name})" for our in ours)
            if ratios:
                console.print(f"beside {one.name}: {ratios} times the requests/s")


def _added(one: pair.Result | None, base: pair.Result | None) -> str:
    return f"{one.p50 - base.p50:.2f} / {one.p99 - base.p99:.2f}" if one and base else "–"


if __name__ == "__main__":
    main()
