"""`make bench-proxy`: throughput, added latency and memory of the egress path beside its peers, in one run."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.proxy import bodies, memory, pair
from bench.proxy.contestants import CONTESTANTS, HOST, Contestant, Ground, Target, direct
from tests.egress.authority import Authority

RATE = 400  # requests a second of the latency run
SHARE = 400 / 13_500
"""What that was of Envoy's own throughput on the machine for which the latencies were asked; a slower one is asked for
the same share, too, because queues depend on how busy a machine is."""


@dataclass(frozen=True)
class Measured:
    """One contestant's figures."""

    name: str
    fastest: pair.Result
    steady: pair.Result | None
    shared: pair.Result | None
    """At `SHARE` of what Envoy alone did in this run."""
    memory: float  # MiB

    @property
    def stopped(self) -> int:
        """Percent of the requests with identifiers that did not pass."""
        sent = self.fastest.requests * 2 // bodies.COUNT
        passed = sum(number for name, number in self.fastest.passed.items() if "phi" in name)
        return round(100 * (1 - passed / sent)) if sent else 0


def main() -> None:
    """Measure each contestant and print the table and the ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", action="append", default=[], help="part of a contestant's name; may be repeated")
    asked.add_argument("--seconds", type=float, default=10.0, help="length of each run")
    asked.add_argument("--connections", type=int, default=32)
    chosen = asked.parse_args()
    picked = [c for c in CONTESTANTS if not chosen.only or any(part in c.name for part in chosen.only)]
    with tempfile.TemporaryDirectory(prefix="ztb", ignore_cleanup_errors=True) as name, _ground(Path(name)) as ground:
        base = _steady(_direct(ground), ground, chosen.seconds, RATE)
        measured: list[Measured] = []
        share = 0.0
        for contestant in picked:
            print(f"measuring {contestant.name} …", file=sys.stderr)
            measured.append(_measure(contestant, ground, chosen.seconds, chosen.connections, share))
            if contestant.name == "Envoy alone":
                share = measured[-1].fastest.rate * SHARE
        calm = _steady(_direct(ground), ground, chosen.seconds, share) if share else None
    _print(measured, base, calm, share)


@contextmanager
def _ground(folder: Path) -> Iterator[Ground]:
    bodies.write(folder / "bodies")
    authority = Authority(folder / "authority")
    certificate, key = authority.leaf(HOST, "localhost")
    with pair.upstream(certificate, key) as address:
        yield Ground(folder, address, authority)


def _direct(ground: Ground) -> Target:
    with direct(ground) as target:
        return Target(target.url.replace(HOST, "localhost"), target.ca)


def _measure(contestant: Contestant, ground: Ground, seconds: float, connections: int, share: float) -> Measured:
    own = Ground(ground.folder / contestant.name.replace(" ", "-").replace(",", ""), ground.upstream, ground.authority)
    own.folder.mkdir()
    with contestant.start(own) as target:
        _load(target, ground, seconds=min(3.0, seconds), connections=connections)  # warm
        fastest = _load(target, ground, seconds=seconds, connections=connections)
        used = memory.proportional(target.processes)
        steady = _steady(target, ground, seconds, RATE) if contestant.sustained else None
        shared = _steady(target, ground, seconds, share) if contestant.sustained and share else None
    return Measured(contestant.name, fastest, steady, shared, used)


def _steady(target: Target, ground: Ground, seconds: float, rate: float) -> pair.Result:
    _load(target, ground, seconds=1.0, rate=rate, connections=64)
    return _load(target, ground, seconds=seconds, rate=rate, connections=64)


def _load(target: Target, ground: Ground, *, seconds: float, connections: int, rate: float = 0) -> pair.Result:
    return pair.load(
        target.url,
        ground.folder / "bodies",
        seconds=seconds,
        connections=connections,
        rate=rate,
        tls=target.tls,
        ca=target.ca,
        headers=("authorization:Bearer sk-bench", *target.headers),
    )


def _print(measured: list[Measured], base: pair.Result, calm: pair.Result | None, share: float) -> None:
    console = Console(width=120)
    table = Table(title="The same requests for all: 4 KB and 64 KB chats, one in ten with identifiers")
    added = [f"added p50 / p99 ms at {RATE}/s", f"at {share:.0f}/s" if share else "–"]
    for heading in ("", "requests/s", *added, "memory MiB", "stopped %", "errors"):
        table.add_column(heading, justify="left" if not heading else "right")
    for one in measured:
        steady = one.steady
        table.add_row(
            one.name,
            f"{one.fastest.rate:,.0f}",
            _added(steady, base),
            _added(one.shared, calm),
            f"{one.memory:,.0f}",
            f"{one.stopped}",
            f"{one.fastest.errors + (steady.errors if steady else 0)}",
        )
    console.print(table)
    console.print(f"without any proxy at {RATE}/s: p50 {base.p50:.2f} ms, p99 {base.p99:.2f} ms")
    if share:
        console.print(f"{share:.0f}/s are {100 * SHARE:.1f} % of what Envoy alone does here")
    ours = [one for one in measured if one.name.startswith("zt-ai")]
    for one in measured:
        if one not in ours:
            ratios = " and ".join(f"{our.fastest.rate / one.fastest.rate:.2f} ({our.name})" for our in ours)
            if ratios:
                console.print(f"beside {one.name}: {ratios} times the requests/s")


def _added(one: pair.Result | None, base: pair.Result | None) -> str:
    return f"{one.p50 - base.p50:.2f} / {one.p99 - base.p99:.2f}" if one and base else "–"


if __name__ == "__main__":
    main()
