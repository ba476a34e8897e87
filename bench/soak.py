"""`python -m bench.soak`: a day's requests in some minutes. Memory stays flat, and each request has its audit record.

Three callers ask four providers at once, as `tests/egress/zones.yaml` lets them: allowed and refused chats, large ones,
clinical text for a provider with an agreement, and streams in which placeholders go out and identifiers come back.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.child import ROOT
from bench.proxy import bodies, memory, pair
from tests.egress.authority import Authority
from tests.egress.standin import StandIn

SPEC = ROOT / "tests" / "egress" / "zones.yaml"
REQUESTS = 200_000
WARM = 0.1  # share of the requests that come before memory is looked at
GROWTH = 0.10  # of memory, that is too much
SAMPLE = 2.0  # seconds
ENDS = 5  # samples that are averaged at either end
START = 120.0  # seconds until the proxy must serve
LONGEST = 3600.0  # seconds
_SSN = "536-22-8714"


@dataclass(frozen=True)
class Flow:
    """One caller's requests to one provider."""

    name: str
    caller: str
    provider: str
    path: str
    model: str
    share: float
    connections: int
    statuses: frozenset[int]
    texts: Sequence[str]
    stream: bool = False
    large: bool = False
    """Whether the 4 KB and 64 KB chats of the proxy's benchmark are among its bodies."""

    def write(self, folder: Path) -> None:
        """Write its bodies."""
        folder.mkdir(parents=True)
        if self.large:
            bodies.write(folder)
        for number, text in enumerate(self.texts):
            body = {"model": self.model, "max_tokens": 200, "messages": [{"role": "user", "content": text}]}
            body |= {"stream": True} if self.stream else {}
            (folder / f"small-{number:02d}.json").write_text(json.dumps(body), "utf-8")


_HARMLESS = tuple(f"List {number} books about queues, and say what each is good for." for number in range(2, 56))
_CLINICAL = tuple(f"Mr. Ortega, DOB 03/{day:02d}/1962, SSN {_SSN}: summarise the stay." for day in range(10, 29))
_LETTERS = tuple(f"Write letter {number} to the holder of {_SSN}, please." for number in range(2, 12))
_ALLOWED, _SOME_REFUSED = frozenset({200}), frozenset({200, 403})
FLOWS = (
    Flow(
        "questions", "researcher", "openai", "/v1/chat/completions", "gpt-4.1-mini", 0.70, 16, _SOME_REFUSED,
        (*_HARMLESS, *(f"Who has {_SSN}? Answer in {number} words." for number in range(2, 8))), large=True,
    ),
    Flow("summaries", "summarizer", "anthropic", "/v1/messages", "claude-haiku-4-5", 0.22, 8, _ALLOWED, _CLINICAL),
    Flow(
        "drafts", "drafter", "drafts", "/v1/chat/completions", "gpt-4.1-mini", 0.04, 2, _ALLOWED, _LETTERS, stream=True
    ),
    Flow("letters", "drafter", "letters", "/v1/messages", "claude-haiku-4-5", 0.04, 2, _ALLOWED, _LETTERS, stream=True),
)  # fmt: skip


@dataclass
class Outcome:
    """What the soak showed."""

    requests: int = 0
    errors: int = 0
    unexpected: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    records: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    verified: bool = False
    verification: str = ""
    before: float = 0.0  # MiB
    after: float = 0.0
    slope: float = 0.0  # MiB for each 10,000 requests
    seconds: float = 0.0

    @property
    def problems(self) -> list[str]:
        """Why it failed; empty when it did not."""
        found = []
        if self.records != self.requests:
            found.append(f"{self.requests} requests have {self.records} records")
        if not self.verified:
            found.append("the journal does not verify")
        if self.errors or self.unexpected:
            found.append(f"{self.errors} requests without an answer, {self.unexpected} with an unexpected one")
        if self.after > self.before * (1 + GROWTH):
            found.append(f"memory grew by {100 * (self.after / self.before - 1):.1f} %")
        return found


class Sampler:
    """Memory of a process tree over time, in MiB."""

    def __init__(self, process: int) -> None:
        self.samples: list[tuple[float, float]] = []
        self._process, self._stop = process, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self.samples.append((time.monotonic(), memory.proportional([self._process])))
            if self._stop.wait(SAMPLE):
                self.samples.append((time.monotonic(), memory.proportional([self._process])))
                return

    def ends(self) -> tuple[float, float]:
        """Medians of the first and of the last samples."""
        used = [size for _, size in self.samples]
        return statistics.median(used[:ENDS]), statistics.median(used[-ENDS:])

    def slope(self) -> float:
        """MiB a second in the second half, by least squares: what goes on growing when caches are full."""
        half = self.samples[len(self.samples) // 2 :]
        return statistics.linear_regression(*zip(*half, strict=True)).slope if len(half) > 1 else 0.0


@contextmanager
def proxy(folder: Path, authority: Authority, places: dict[str, str], workers: int) -> Iterator[tuple[int, Any]]:
    """`zt-ai proxy run` with providers' hosts at these places. Gives its process id and what its ready file says."""
    ready, log = folder / "ready.json", folder / "proxy.log"
    command = [str(Path(sys.executable).with_name("zt-ai")), "proxy", "run", str(SPEC), "--ready-file", str(ready)]
    command += ["--state", str(folder / "state"), "--provider-ca", str(authority.certificate)]
    command += ["--workers", str(workers), "--connect-port", "0", "--gateway-port", "0", "--admin-port", "0"]
    for host, place in places.items():
        command += ["--resolve", f"{host}={place}"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        until = time.monotonic() + START
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the proxy does not serve:\n{log.read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.1)
        yield process.pid, json.loads(ready.read_text("utf-8"))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def load(flow: Flow, ready: Any, folder: Path, requests: int) -> pair.Result:
    """Send a flow's share of the requests."""
    files = ready["callers"][flow.caller]
    return pair.load(
        ready["gateways"][flow.provider].removesuffix("/v1") + flow.path,
        folder / flow.name,
        seconds=LONGEST,
        connections=flow.connections,
        most=max(1, round(requests * flow.share)),
        tls=(Path(files["cert"]), Path(files["key"])),
        ca=Path(ready["ca"]),
        headers=("authorization:Bearer sk-soak", "x-api-key:sk-soak", "anthropic-version:2023-06-01"),
    )


def burst(ready: Any, folder: Path, requests: int, outcome: Outcome) -> None:
    """Have all flows send at once."""
    with ThreadPoolExecutor(len(FLOWS)) as pool:
        results = list(pool.map(lambda flow: load(flow, ready, folder, requests), FLOWS))
    for flow, result in zip(FLOWS, results, strict=True):
        outcome.requests += result.requests
        outcome.errors += result.errors
        outcome.statuses.update(result.statuses)
        outcome.unexpected += sum(
            number for status, number in result.statuses.items() if status and status not in flow.statuses
        )


def journal(ready: Any, outcome: Outcome) -> None:
    """Count what the journal holds, and have `zt-ai audit verify` look at it."""
    audit = Path(ready["audit"]).parent
    for file in audit.glob("audit*.jsonl"):
        with file.open("rb") as lines:
            decisions = [record["decision"] for line in lines if "request_id" in (record := json.loads(line))]
        outcome.records += len(decisions)
        outcome.decisions.update(decisions)
    command = [str(Path(sys.executable).with_name("zt-ai")), "audit", "verify", str(audit)]
    run = subprocess.run(
        [*command, "--key", ready["audit_key"], "--at-least", str(max(1, outcome.requests))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    outcome.verified, outcome.verification = run.returncode == 0, (run.stdout + run.stderr).strip()


def soak(requests: int, workers: int = 2) -> Outcome:
    """Run it."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix="zts", ignore_cleanup_errors=True) as name, ExitStack() as stack:
        folder = Path(name)
        for flow in FLOWS:
            flow.write(folder / "bodies" / flow.name)
        authority = Authority(folder / "authority")
        fast = ("api.openai.com", "api.anthropic.com")
        streaming = ("api.drafts.example", "api.letters.example")
        quick = stack.enter_context(pair.upstream(*authority.leaf(*fast)))
        standin = stack.enter_context(StandIn(authority, streaming))
        places = dict.fromkeys(fast, quick) | dict.fromkeys(streaming, standin.address)
        process, ready = stack.enter_context(proxy(folder, authority, places, workers))
        stack.enter_context(_forgetting(standin))
        begun = time.monotonic()
        burst(ready, folder / "bodies", round(requests * WARM), outcome)
        warmed, sent = time.monotonic(), outcome.requests
        with Sampler(process) as sampler:
            burst(ready, folder / "bodies", requests - sent, outcome)
        ended = time.monotonic()
        outcome.before, outcome.after = sampler.ends()
        outcome.slope = sampler.slope() * (ended - warmed) / (outcome.requests - sent) * 10_000
        outcome.seconds = ended - begun
        if _SSN.encode() in bytes(standin.wire):
            outcome.unexpected += 1  # an identifier went out
        journal(ready, outcome)
    return outcome


@contextmanager
def _forgetting(standin: StandIn) -> Iterator[None]:
    """Keep the stand-in from keeping every byte; nothing is forgotten that holds an identifier."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(SAMPLE):
            if _SSN.encode() not in bytes(standin.wire):
                standin.forget()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def report(outcome: Outcome) -> Iterator[str]:
    """Lines for people."""
    yield f"requests        {outcome.requests:,} in {outcome.seconds:,.0f} s, {outcome.errors} without an answer"
    yield "statuses        " + ", ".join(f"{status}: {number:,}" for status, number in sorted(outcome.statuses.items()))
    yield f"audit records   {outcome.records:,}" + "".join(
        f", {d}: {n:,}" for d, n in sorted(outcome.decisions.items())
    )
    yield "audit verify    " + outcome.verification.replace("\n", "\n" + " " * 16)
    growth = f"{100 * (outcome.after / outcome.before - 1):+.1f} %"
    yield f"memory          {outcome.before:.1f} MiB after warming up, {outcome.after:.1f} MiB at the end ({growth})"
    yield f"                {outcome.slope:+.3f} MiB for each 10,000 requests of the second half"
    for problem in outcome.problems:
        yield f"FAILED          {problem}"


def main(argv: Sequence[str] | None = None) -> int:
    """Soak, report, and give 1 when something went wrong."""
    asked = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    asked.add_argument("--requests", type=int, default=REQUESTS)
    asked.add_argument("--workers", type=int, default=2)
    chosen = asked.parse_args(argv)
    outcome = soak(chosen.requests, chosen.workers)
    for line in report(outcome):
        print(line)
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
