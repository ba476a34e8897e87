"""Clients of the journal's process: those that append and keep count, and those that need not behave."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.audit.journals import KEYS, lines, record
from zt_ai.audit import AuditError
from zt_ai.audit.canonical import encode_fields
from zt_ai.audit.journal import Journal


def stored(folder: Path) -> list[str]:
    """Requests of which there are records."""
    found = (json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in lines(path))
    return [one["request_id"] for one in found if "request_id" in one]


def line(number: int) -> bytes:
    """A record as it is sent."""
    return encode_fields(record(number)).encode() + b"\n"


@contextmanager
def connected(path: Path) -> Iterator[socket.socket]:
    """A client that need not behave."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        yield client


def read_lines(client: socket.socket, count: int) -> list[bytes]:
    """So many answers."""
    data = b""
    while data.count(b"\n") < count:
        received = client.recv(1 << 16)
        assert received, "the connection was closed"
        data += received
    return data.splitlines()


def closed(client: socket.socket) -> bool:
    """Whether the other side closes the connection, and answers nothing before."""
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


class Load:
    """Clients that append until they are told to stop, and keep what was acknowledged."""

    def __init__(self, path: Path, clients: int = 3, lanes: int = 8) -> None:
        self.acknowledged: list[str] = []
        self.refused = 0
        self._path, self._clients, self._lanes = path, clients, lanes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()

    def goes_on(self) -> None:
        """Wait until something more was acknowledged."""
        before, end = len(self.acknowledged), time.monotonic() + 20
        while len(self.acknowledged) < before + 50:
            assert time.monotonic() < end, "nothing is acknowledged"
            time.sleep(0.01)

    async def _run(self) -> None:
        journals = [Journal(self._path, KEYS) for _ in range(self._clients)]
        lanes = (
            self._lane(journal, f"{n}-{lane}") for n, journal in enumerate(journals) for lane in range(self._lanes)
        )
        await asyncio.gather(*lanes)
        for journal in journals:
            await journal.close()

    async def _lane(self, journal: Journal, name: str) -> None:
        number = 0
        while not self._stop.is_set():
            request_id = f"{name}-{number}"
            try:
                await journal.append(record(number, request_id=request_id))
                self.acknowledged.append(request_id)
            except AuditError:
                self.refused += 1
                await asyncio.sleep(0.01)
            number += 1
