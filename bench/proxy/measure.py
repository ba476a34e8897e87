"""Measuring the contestants in turn, several times over, so that what a machine does beside hits none of them alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.proxy import bodies, memory, pair
from bench.proxy.contestants import HOST, Contestant, Ground, Target, direct
from tests.egress.authority import Authority

RATE = 400  # requests a second of the latency run
SHARE = 400 / 13_500
"""What that was of Envoy's own throughput on the machine for which the latencies were asked; a slower one is asked for
the same share, too, because queues depend on how busy a machine is."""


@dataclass(frozen=True)
class Run:
    """One contestant, measured once."""

    fastest: pair.Result
    steady: pair.Result | None
    shared: pair.Result | None
    """At `SHARE` of what Envoy alone did in the first round."""
    memory: float  # MiB


@dataclass(frozen=True)
class Measured:
    """One contestant's runs. Whatever else runs on the machine only ever makes one slower, so the best counts."""

    name: str
    runs: Sequence[Run]

    @property
    def rates(self) -> Sequence[float]:
        """Requests a second of each run, the best last."""
        return sorted(run.fastest.rate for run in self.runs)

    @property
    def rate(self) -> float:
        """Requests a second of the best run."""
        return self.rates[-1]

    @property
    def steady(self) -> pair.Result | None:
        """The best run at `RATE`."""
        return quickest(run.steady for run in self.runs)

    @property
    def shared(self) -> pair.Result | None:
        """The best run at `SHARE`."""
        return quickest(run.shared for run in self.runs)

    @property
    def memory(self) -> float:
        """The most of all runs, in MiB."""
        return max(run.memory for run in self.runs)

    @property
    def errors(self) -> int:
        """Requests without an answer, of all runs together."""
        results = (result for run in self.runs for result in (run.fastest, run.steady, run.shared))
        return sum(result.errors for result in results if result is not None)

    @property
    def stopped(self) -> int:
        """Percent of the requests with identifiers that did not pass, in the run in which most of them did."""
        return min(_stopped(run.fastest) for run in self.runs)


@dataclass(frozen=True)
class Table:
    """All that was measured."""

    contestants: Sequence[Measured]
    direct: pair.Result
    """Without any proxy, at `RATE`."""
    calm: pair.Result | None
    """Without any proxy, at `share`."""
    share: float
    """Requests a second that are `SHARE` of Envoy's, 0 if Envoy alone was not measured."""


def measure(picked: Sequence[Contestant], *, rounds: int, seconds: float, connections: int, folder: Path) -> Table:
    """Measure each contestant `rounds` times, `seconds` for each of its up to three loads."""
    runs: dict[str, list[Run]] = {contestant.name: [] for contestant in picked}
    bases: list[pair.Result] = []
    calms: list[pair.Result] = []
    share = 0.0
    with _ground(folder) as ground:
        for number in range(rounds):
            bases.append(_steady(_direct(ground), ground, seconds, RATE))
            for contestant in picked:
                print(f"round {number + 1} of {rounds}: {contestant.name} …", file=sys.stderr)
                run = _run(contestant, ground, number, seconds, connections, share)
                runs[contestant.name].append(run)
                if contestant.name == "Envoy alone" and not share:
                    share = run.fastest.rate * SHARE
            if share:
                calms.append(_steady(_direct(ground), ground, seconds, share))
    base = min(bases, key=_middle)
    return Table([Measured(name, own) for name, own in runs.items()], base, quickest(calms), share)


def quickest(results: Iterator[pair.Result | None] | Sequence[pair.Result]) -> pair.Result | None:
    """The one with the lowest p50, None of none."""
    return min((result for result in results if result is not None), key=_middle, default=None)


def _middle(result: pair.Result) -> float:
    return result.p50


def _stopped(result: pair.Result) -> int:
    sent = result.requests * 2 // bodies.COUNT
    passed = sum(number for name, number in result.passed.items() if "phi" in name)
    return round(100 * (1 - passed / sent)) if sent else 0


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


def _run(contestant: Contestant, ground: Ground, number: int, seconds: float, connections: int, share: float) -> Run:
    name = contestant.name.replace(" ", "-").replace(",", "")
    own = Ground(ground.folder / f"{name}-{number}", ground.upstream, ground.authority)
    own.folder.mkdir()
    with contestant.start(own) as target:
        _load(target, ground, seconds=min(3.0, seconds), connections=connections)  # warm
        fastest = _load(target, ground, seconds=seconds, connections=connections)
        used = memory.proportional(target.processes)
        steady = _steady(target, ground, seconds, RATE) if contestant.sustained else None
        shared = _steady(target, ground, seconds, share) if contestant.sustained and share else None
    return Run(fastest, steady, shared, used)


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
