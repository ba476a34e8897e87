"""One page of metrics: Envoy's, the workers', and the supervisor's own."""

from __future__ import annotations

import logging
import struct
import time
from collections.abc import Mapping
from pathlib import Path

_LOG = logging.getLogger(__name__)
_TORN = (OSError, ValueError, RuntimeError, struct.error)
"""What `prometheus_client` raises for a file that a worker was killed in the middle of, or has only begun."""
_TRIES, _WAIT = 4, 0.05


def workers_metrics(folder: Path) -> bytes:
    """What all workers counted together, in Prometheus' text format.

    [prometheus_client documentation, "Multiprocess Mode": a registry made for each scrape reads the files of all.]
    Nothing while a file cannot be read, which passes: whoever asks then wants to know of the other metrics.
    """
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - slow, and only for a scrape
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    for left in reversed(range(_TRIES)):
        try:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        except _TORN as error:
            if not left:
                _LOG.warning("the workers' metrics cannot be read: %s", error)
        time.sleep(_WAIT)
    return b""


def forget_worker(folder: Path, pid: int) -> None:
    """Forget the gauges of a worker that has ended; what it counted stays."""
    for kind in ("livesum", "liveall", "livemax", "livemin", "livemostrecent"):
        (folder / f"gauge_{kind}_{pid}.db").unlink(missing_ok=True)


def own_metrics(values: Mapping[str, tuple[str, str, float]]) -> bytes:
    """The supervisor's: name → (type, help, value)."""
    lines = [
        line
        for name, (kind, text, value) in values.items()
        for line in (f"# HELP {name} {text}", f"# TYPE {name} {kind}", f"{name} {value:g}")
    ]
    return ("\n".join(lines) + "\n").encode()
