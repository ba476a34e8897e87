"""The processes of a running proxy: found, killed, and waited for."""

from __future__ import annotations

import os
import signal
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from tests.egress.faults.checks import serves, until
from tests.egress.faults.wire import OPENAI, WAYS, post
from tests.egress.run.running import _children
from tests.egress.running import Proxy

READY = 180.0  # seconds for a worker to come back: it may have to compile its detectors first


def workers(proxy: Proxy) -> dict[str, int]:
    """Name and process id of the workers."""
    return {name: pid for name, pid in _children(proxy.process.pid) if name.startswith("worker")}


def journal(proxy: Proxy) -> int:
    """Process id of the journal's process. Raises KeyError while there is none."""
    return dict(_children(proxy.process.pid))["journal"]


def healthy(proxy: Proxy) -> int:
    """How many workers answer, as the proxy itself tells."""
    with urllib.request.urlopen(proxy.ready["admin"] + "/metrics", timeout=10) as page:  # noqa: S310 - loopback
        lines = page.read().decode().splitlines()
    return int(float(next(line for line in lines if line.startswith("zt_workers_healthy ")).split()[1]))


def kill(pids: Iterable[int]) -> None:
    """End processes at once."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@contextmanager
def kept_down(proxy: Proxy) -> Iterator[None]:
    """Whatever worker is started meanwhile ends at once: by themselves they serve again within two seconds."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            with suppress(ProcessLookupError):  # it ended by itself
                kill(workers(proxy).values())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def whole_again(proxy: Proxy) -> Iterator[None]:
    """Wait until both workers answer; the next requests pass."""
    yield
    until(lambda: healthy(proxy) == 2 and _passes(proxy), "both workers", READY)
    serves(proxy, *WAYS.values())


def _passes(proxy: Proxy) -> bool:
    """Whether requests pass, whichever worker gets them."""
    return all(post(proxy, OPENAI, OPENAI.chat()).status == 200 for _ in range(4))
