"""The journal as the proxy uses it: `await journal.append(record)`, and the record is on the disk.

One thread per process writes. It takes all records that wait (group commit), so a slow disk makes batches larger, not
the queue longer.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from zt_ai.audit.canonical import MAX_LINE, encode_fields
from zt_ai.audit.errors import AuditError, RecordError
from zt_ai.audit.keys import Keys
from zt_ai.audit.layout import CURRENT_NAME, DEFAULT_LIMITS, Limits
from zt_ai.audit.mirror import Mirror
from zt_ai.audit.store import Store

_OVERHEAD = 400  # what a line has beside the fields, rounded up
_TURN_SECONDS = 0.0002


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a record is on the disk."""

    seq: int
    hash: str


Waiting = tuple[str, "asyncio.Future[Receipt]", asyncio.AbstractEventLoop]


class Journal:
    """An open journal. Any number of tasks of one process may append at once, and any number of processes."""

    def __init__(self, store: Store, keys: Keys, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._digest = keys.current.digest
        self._waiting: deque[Waiting] = deque()
        self._wake = threading.Event()
        self._closing = False
        # A daemon: a disk that hangs must not keep a process from ending.
        self._thread = threading.Thread(target=self._run, name="audit-journal", daemon=True)
        self._thread.start()

    @classmethod
    def open(
        cls, folder: Path, key: bytes | Keys, *, limits: Limits = DEFAULT_LIMITS, mirror: int | None = None
    ) -> Self:
        """Open the journal in a folder, or begin one; recovers what a killed writer left.

        `key` is one secret of 32 bytes or more, or all keys of a key file (`load_keys`). `mirror` is a file descriptor
        that gets a copy of every line before anybody is told of the record: standard output in the cloud. Open it after
        forking: it starts a thread.

        Raises:
            AuditError: the folder cannot be written, or the head is sealed with a key that is not given.
        """
        keys = key if isinstance(key, Keys) else Keys([key])
        store = Store(folder, keys, limits, Mirror(mirror, limits.patience) if mirror is not None else None)
        return cls(store, keys, limits)

    @property
    def file(self) -> Path:
        """The file that records are written to now."""
        return self._store.folder / CURRENT_NAME

    def digest(self, text: str) -> str:
        """Keyed digest of a matched text: 16 hexadecimal digits (`zt_ai.audit.keys.Key.digest`)."""
        return self._digest(text)

    async def append(self, record: Mapping[str, Any]) -> Receipt:
        """Write a record. Returns once it is chained, written and synced, together with all before it.

        A record whose append failed or was cancelled may still stand in the journal: there may be a record without a
        request, never a request without a record.

        Raises:
            RecordError: the record is not plain JSON, too large, or uses one of the journal's own names.
            AuditError: it could not be written and synced. The next one may succeed.
        """
        canonical = encode_fields(record)
        if len(canonical) + _OVERHEAD > MAX_LINE:
            raise RecordError(f"a record of {len(canonical)} bytes is too large; {MAX_LINE - _OVERHEAD} at most")
        if self._closing:
            raise AuditError("the audit journal is closed")
        if len(self._waiting) >= self._limits.waiting:
            raise AuditError(f"{len(self._waiting)} records wait to be written already")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Receipt] = loop.create_future()
        timer = loop.call_later(self._limits.patience, _give_up, future, self._limits.patience)
        self._waiting.append((canonical, future, loop))
        if not self._wake.is_set():
            self._wake.set()
        try:
            return await future
        finally:
            timer.cancel()

    def close(self) -> None:
        """Write what waits, then close. Waits at most as long as a record would."""
        self._closing = True
        self._wake.set()
        self._thread.join(self._limits.patience)
        if not self._thread.is_alive():
            self._store.close()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            while batch := self._next_batch():
                self._write(batch)
                if self._store.contended:
                    # Locks are not handed over in turn: who lets go and takes again at once starves the others.
                    time.sleep(_TURN_SECONDS)
            if self._closing and not self._waiting:
                return

    def _next_batch(self) -> list[Waiting]:
        batch: list[Waiting] = []
        while self._waiting and len(batch) < self._limits.batch:
            batch.append(self._waiting.popleft())
        # A record that was given up before it was written needs no line.
        return [waiting for waiting in batch if not waiting[1].done()] or (self._next_batch() if batch else [])

    def _write(self, batch: Sequence[Waiting]) -> None:
        try:
            written = self._store.append([canonical for canonical, _, _ in batch])
            results: list[Receipt | AuditError] = [Receipt(seq, hash_) for seq, hash_ in written]
        except AuditError as error:
            results = [error] * len(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever or take it for success
            results = [AuditError(f"audit journal: {type(error).__name__}: {error}")] * len(batch)
        loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Receipt], Receipt | AuditError]]] = {}
        for (_, future, loop), result in zip(batch, results, strict=True):
            loops.setdefault(loop, []).append((future, result))
        for loop, pairs in loops.items():
            try:
                loop.call_soon_threadsafe(_resolve, pairs)
            except RuntimeError:  # the loop is closed: whoever waited is gone, and nothing is released
                continue


def _resolve(pairs: Sequence[tuple[asyncio.Future[Receipt], Receipt | AuditError]]) -> None:
    for future, result in pairs:
        if future.done():  # cancelled, or given up
            continue
        if isinstance(result, AuditError):
            future.set_exception(AuditError(str(result)))
        else:
            future.set_result(result)


def _give_up(future: asyncio.Future[Receipt], seconds: float) -> None:
    if not future.done():
        future.set_exception(AuditError(f"the record was not written within {seconds:g} s"))
