"""Journals to test with: written by the store itself, or by the journal's process, or by one that is a thread here."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zt_ai.audit import Keys, Limits
from zt_ai.audit.canonical import encode_fields
from zt_ai.audit.journal import answers
from zt_ai.audit.link import make
from zt_ai.audit.store import Store
from zt_ai.audit.writer import Writer

ROOT = Path(__file__).resolve().parents[2]

SECRET = bytes(range(32))
OTHER_SECRET = bytes(range(1, 33))
KEYS = Keys([SECRET])
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def record(number: int, **fields: Any) -> dict[str, Any]:
    """A record as the proxy writes it, shortened."""
    return {
        "time": f"2026-11-25T12:{number // 60 % 60:02d}:{number % 60:02d}.000Z",
        "request_id": f"req-{number}",
        "caller": "intake",
        "provider": "openai",
        "decision": "allow",
        "findings": [{"type": "ssn", "count": 1, "digests": ["0123456789abcdef"]}],
        "tool": None,
        **fields,
    }


def write(
    folder: Path,
    records: Iterable[Mapping[str, Any]],
    *,
    keys: Keys = KEYS,
    segment_bytes: int = 1 << 20,
    now: Callable[[], datetime] = lambda: NOON,
) -> None:
    """Append records one by one, and close."""
    store = Store(folder, keys, Limits(segment_bytes=segment_bytes), now=now)
    try:
        for fields in records:
            store.append([encode_fields(fields)])
    finally:
        store.close()


@contextmanager
def socket_folder() -> Iterator[Path]:
    """A folder with a short name: paths of sockets may have 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="zt-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served(folder: Path, limits: Limits | None = None) -> Iterator[Path]:
    """The journal's process as a thread of ours, so that a test can get at its disk. Gives its socket."""
    limits = limits or Limits()
    with socket_folder() as place:
        store = Store(folder, KEYS, limits)
        writer = Writer(store, place / "s", limits)
        thread = threading.Thread(target=writer.run)
        thread.start()
        try:
            yield place / "s"
        finally:
            writer.stop()
            thread.join(20)
            assert not thread.is_alive()
            store.close()


class Process:
    """The journal's process. It can be killed and started again."""

    def __init__(self, place: Path, *options: str, stdout: int | None = None) -> None:
        self.folder, self.socket, self.log = place / "audit", place / "s", place / "log"
        self._key = place / "key"
        self._key.write_text(SECRET.hex())
        self._key.chmod(0o600)
        self._options, self._stdout = options, stdout
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.socket.unlink(missing_ok=True)
        command = [sys.executable, "-m", "zt_ai.audit", "--socket", str(self.socket), "--audit", str(self.folder)]
        command += ["--audit-key", str(self._key), *self._options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=self._stdout, stderr=log)
        end = time.monotonic() + 20
        while not asyncio.run(answers(self.socket, 1.0)):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end
            time.sleep(0.02)

    def kill(self) -> None:
        """As the kernel does it."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def process(*options: str, stdout: int | None = None) -> Iterator[Process]:
    """One that runs."""
    with socket_folder() as place:
        one = Process(place, *options, stdout=stdout)
        try:
            yield one
        finally:
            one.kill()


def current(folder: Path) -> Path:
    """The file that is written to."""
    return folder / "audit.jsonl"


def lines(path: Path) -> list[bytes]:
    """Lines of a file with their ends."""
    return path.read_bytes().splitlines(keepends=True)


def forged(number: int, chain: str, previous: str, fields: Mapping[str, Any]) -> bytes:
    """What somebody can write who knows the format and everything in the journal, but has another key."""
    key = Keys([OTHER_SECRET]).current
    key.id = KEYS.current.id
    return make(key, number, chain, previous, encode_fields(fields))[0].encode() + b"\n"
