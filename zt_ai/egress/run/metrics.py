"""One page of metrics: Envoy's, the workers', and the supervisor's own."""

from __future__ import annotations

import logging
import struct
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

_LOG = logging.getLogger(__name__)
_TORN = (OSError, ValueError, RuntimeError, struct.error)
"""What `prometheus_client` raises for a file that a worker was killed in the middle of, or has only begun."""
_TRIES, _WAIT = 4, 0.05


def workers_metrics(folder: Path) -> bytes:
    """What all workers counted together, in Prometheus' text format.

    [prometheus_client documentation, "Multiprocess Mode": a registry made for each scrape reads the files of all.]
    A file that a worker is making is waited for; one that stays torn is left out: its worker was killed.
    """
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - slow, and only for a scrape

    for left in reversed(range(_TRIES)):
        registry = CollectorRegistry()
        torn = [] if left else _torn(folder)
        registry.register(_Whole(folder, torn))  # type: ignore[arg-type]
        try:
            return generate_latest(registry)
        except _TORN:
            time.sleep(_WAIT)
    return b""


class _Whole:
    """The files of a folder but those that are torn, as one collector."""

    def __init__(self, folder: Path, torn: list[str]) -> None:
        self._files = sorted({str(file) for file in folder.glob("*.db")} - set(torn))

    def describe(self) -> list[object]:
        return []  # so that registering reads no file

    def collect(self) -> object:
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

        return MultiProcessCollector.merge(self._files, accumulate=True)  # type: ignore[no-untyped-call]


def _torn(folder: Path) -> list[str]:
    """The files that cannot be read: a worker was killed while it made them, and nobody will end them."""
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    torn = []
    for file in map(str, folder.glob("*.db")):
        try:
            MultiProcessCollector.merge([file], accumulate=True)  # type: ignore[no-untyped-call]
        except _TORN as error:
            _LOG.warning("metrics of a worker that cannot be read: %s: %s", file, error)
            torn.append(file)
    return torn


def forget_worker(folder: Path, pid: int) -> None:
    """Forget the gauges of a worker that has ended; what it counted stays."""
    for kind in ("livesum", "liveall", "livemax", "livemin", "livemostrecent"):
        (folder / f"gauge_{kind}_{pid}.db").unlink(missing_ok=True)


def one_page(parts: Iterable[bytes]) -> bytes:
    """Several in one."""
    return b"".join(part if part.endswith(b"\n") else part + b"\n" for part in parts)


def own_metrics(values: Mapping[str, tuple[str, str, float]]) -> bytes:
    """The supervisor's: name → (type, help, value)."""
    lines = [
        line
        for name, (kind, text, value) in values.items()
        for line in (f"# HELP {name} {text}", f"# TYPE {name} {kind}", f"{name} {value:g}")
    ]
    return ("\n".join(lines) + "\n").encode()
