"""Both ends of a benchmark, built from `bench/proxy/pair` with the Go toolchain: the provider and its callers."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.child import ROOT

SOURCE = Path(__file__).parent / "pair"
BUILT = ROOT / ".zt-ai" / "bench" / "pair"


class NoToolchainError(Exception):
    """There is no Go to build the benchmark's ends with."""


@dataclass(frozen=True)
class Result:
    """What one load run measured; latencies in milliseconds."""

    seconds: float
    requests: int
    errors: int
    statuses: Mapping[int, int]
    passed: Mapping[str, int]
    p50: float
    p90: float
    p99: float
    max: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def build() -> Path:
    """The program, built unless it is newer than its source. Raises NoToolchainError."""
    newest = max(file.stat().st_mtime for file in SOURCE.iterdir())
    if not BUILT.exists() or BUILT.stat().st_mtime < newest:
        if shutil.which("go") is None:
            raise NoToolchainError("the benchmark's ends are built with Go 1.24 or newer, which is not on PATH")
        BUILT.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["go", "build", "-o", str(BUILT), "."], cwd=SOURCE, check=True)
    return BUILT


@contextmanager
def upstream(certificate: Path | None = None, key: Path | None = None) -> Iterator[str]:
    """A provider on loopback, over TLS where it has a certificate. Gives its address as HOST:PORT."""
    files = ["-cert", str(certificate), "-key", str(key)] if certificate else []
    process = subprocess.Popen([str(build()), "upstream", *files], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def load(
    url: str,
    bodies: Path,
    *,
    seconds: float,
    connections: int = 32,
    rate: float = 0,
    most: int = 0,
    tls: Sequence[Path] = (),
    ca: Path | None = None,
    headers: Sequence[str] = (),
) -> Result:
    """Post the bodies of a folder for some seconds.

    Args:
        rate: requests a second; 0 sends as fast as they are answered.
        most: stop after so many requests; 0 is no bound.
        tls: certificate and key of the caller.
        headers: `NAME:VALUE`.
    """
    command = [str(build()), "load", "-url", url, "-bodies", str(bodies), "-seconds", str(seconds)]
    command += ["-connections", str(connections), "-rate", str(rate), "-most", str(most)]
    command += ["-cert", str(tls[0]), "-key", str(tls[1])] if tls else []
    command += ["-ca", str(ca)] if ca else []
    for header in headers:
        command += ["-header", header]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    said = json.loads(run.stdout)
    return Result(**{**said, "statuses": {int(code): number for code, number in said["statuses"].items()}})
