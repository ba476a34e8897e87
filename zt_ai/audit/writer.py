"""The journal's own process: writes the records of all workers of a proxy, and says so once they are on the disk.

One thread waits for records, commits all that have arrived since the last commit together, and answers. A slow disk
makes the batches larger, not the queue longer. It is a process of its own because in a worker every call to the disk
gives the interpreter up to the event loop, and then waits to get it back.
"""

from __future__ import annotations

import json
import math
import selectors
import signal
import socket
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from zt_ai.audit import protocol
from zt_ai.audit.canonical import read_fields
from zt_ai.audit.errors import AuditError, RecordError
from zt_ai.audit.layout import DEFAULT_LIMITS, Limits, timestamp
from zt_ai.audit.store import Store

_READ: Final = 64 << 10
"""Bytes that are read of one client at a time. It gets no more of our memory than what stands in them."""
_UNREAD: Final = 256 << 10
"""Bytes of answers that a client has not read, from which on nothing more is read of it."""
_CLIENTS: Final = 512
"""Clients at once; one more is turned away, so that descriptors never run out."""
_GATHER: Final = 0.002
"""Seconds from a commit to the next under load: records gather meanwhile, and a commit for ten costs hardly more than
one for one. Other writers get their turn at the lock, which is not handed over: who takes it again at once has it."""
_MANY: Final = 1.5
"""Records that have to be expected in `_GATHER` for it to be load. With fewer, a rest only makes the next one late."""
_SMOOTH: Final = 0.1
"""Seconds over which the rate of records is averaged."""


class Writer:
    """Writes one journal for the clients of a unix socket.

    Args:
        store: the journal.
        path: where to listen; the folder must be its owner's alone.
        limits: `batch` counts here, and `patience` when it stops.

    Raises:
        OSError: it cannot listen there.
    """

    def __init__(self, store: Store, path: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self._store, self._path, self._limits = store, path, limits
        self._clients: set[_Client] = set()
        self._ready: dict[_Client, None] = {}  # those whose records wait, in turn
        self._failing = self._stopping = self._at_signals = False
        self._rate, self._rated = 0.0, time.monotonic()  # records a second, and as of when
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        path.chmod(0o600)
        self._listener.listen(_CLIENTS)
        self._woken, self._waker = socket.socketpair()
        for one in (self._listener, self._woken, self._waker):
            one.setblocking(False)
        for one in (self._listener, self._woken):
            self._selector.register(one, selectors.EVENT_READ)

    def stop_at(self, *signals: signal.Signals) -> None:
        """Let these signals stop it. To be called from the main thread."""
        for number in signals:
            signal.signal(number, lambda *_: self.stop())
        # Python calls a handler between two instructions, and one that waits in the kernel comes to none.
        signal.set_wakeup_fd(self._waker.fileno())
        self._at_signals = True

    def stop(self) -> None:
        """Let `run` end, after it has written what has arrived. May be called from any thread."""
        self._stopping = True
        with suppress(OSError):  # it is awake anyway, or has ended meanwhile
            self._waker.send(b"\0")

    def run(self) -> None:
        """Serve until told to stop."""
        try:
            while not self._stopping:
                self._turn(None)
            self._path.unlink(missing_ok=True)  # those who have connected already are still heard
            until = time.monotonic() + self._limits.patience
            while (self._turn(0) or self._ready) and time.monotonic() < until:
                continue
        finally:
            for client in list(self._clients):
                self._drop(client)
            if self._at_signals:  # a late signal would be written to whatever gets this number next
                signal.set_wakeup_fd(-1)
            for one in (self._listener, self._woken, self._waker):
                one.close()
            self._selector.close()

    def _turn(self, timeout: float | None) -> bool:
        """Read what has arrived, commit it, answer. Returns whether anything has."""
        found = self._selector.select(0 if self._ready else timeout)
        for key, events in found:
            if isinstance(key.data, _Client):
                if events & selectors.EVENT_WRITE:
                    self._send(key.data)
                else:
                    self._receive(key.data)
            elif key.fileobj is self._listener:
                self._accept()
            else:
                self._woken.recv(_READ)
        if self._ready and self._rate_with(self._commit()) * _GATHER >= _MANY:
            time.sleep(_GATHER)
        return bool(found)

    def _rate_with(self, records: int) -> float:
        """Records a second of late, with those of a commit."""
        now = time.monotonic()
        passed = max(now - self._rated, 1e-6)
        self._rate += (1 - math.exp(-passed / _SMOOTH)) * (records / passed - self._rate)
        self._rated = now
        return self._rate

    def _accept(self) -> None:
        with suppress(OSError):  # it has left already
            connection, _ = self._listener.accept()
            if len(self._clients) >= _CLIENTS:
                connection.close()
                say("error", "too many clients, one was turned away")
                return
            connection.setblocking(False)
            client = _Client(connection)
            self._clients.add(client)
            self._selector.register(connection, client.events, client)

    def _drop(self, client: _Client) -> None:
        self._clients.discard(client)
        self._ready.pop(client, None)
        self._selector.unregister(client.connection)
        client.connection.close()

    def _receive(self, client: _Client) -> None:
        if client.records:  # their turn comes; what follows them waits in the kernel until then
            return
        try:
            data = client.connection.recv(_READ)
            if not data:
                self._drop(client)
                return
            client.take(data)
        except BlockingIOError:
            return
        except OSError:
            self._drop(client)
            return
        except RecordError as error:
            say("error", "a client was cut off", reason=str(error))
            self._drop(client)
            return
        if client.records:
            self._ready[client] = None
        self._send(client)

    def _send(self, client: _Client) -> None:
        unsent = client.unsent
        if unsent:
            try:
                del unsent[: client.connection.send(unsent)]
            except BlockingIOError:
                pass
            except OSError:
                self._drop(client)
                return
        read = selectors.EVENT_READ if len(unsent) < _UNREAD else 0
        events = read | selectors.EVENT_WRITE if unsent else read
        if events != client.events:
            client.events = events
            self._selector.modify(client.connection, events, client)

    def _commit(self) -> int:
        """Write one batch, to which each client that waits gives its share, and answer. Returns how many it took."""
        most = self._limits.batch
        share = max(1, most // len(self._ready))
        batch: list[str] = []
        given: list[tuple[_Client, int]] = []
        for client in list(self._ready):
            if len(batch) >= most:
                break
            count = min(share, len(client.records))
            batch += [client.records.popleft() for _ in range(count)]
            given.append((client, count))
            del self._ready[client]
            if client.records:
                self._ready[client] = None  # at the end of the row
        said = self._append(batch)
        start = 0
        for client, count in given:
            client.unsent += b"".join(said[start : start + count])
            start += count
            self._send(client)
        return len(batch)

    def _append(self, batch: list[str]) -> list[bytes]:
        try:
            written = self._store.append(batch)
        except AuditError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever or take it for success
            reason = f"audit journal: {type(error).__name__}: {error}"
        else:
            if self._failing:
                self._failing = False
                say("info", "records are written again")
            return [protocol.done(seq, hash_) for seq, hash_ in written]
        if not self._failing:
            self._failing = True
            say("error", "records cannot be written", reason=reason)
        return [protocol.failed(reason)] * len(batch)


class _Client:
    """A connection, the records that came over it, and the answers that it has not read."""

    __slots__ = ("connection", "events", "records", "unfinished", "unsent")

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.events = selectors.EVENT_READ
        self.records: deque[str] = deque()
        self.unfinished = b""
        self.unsent = bytearray()

    def take(self, data: bytes) -> None:
        """Take in what came. Raises RecordError when it is not what a worker sends."""
        *lines, self.unfinished = (self.unfinished + data).split(b"\n")
        if len(self.unfinished) >= protocol.LONGEST_RECORD:
            raise RecordError("a line without an end")
        for line in lines:
            if line:
                self.records.append(read_fields(line))
            else:
                self.unsent += protocol.HERE


def say(level: str, message: str, **extra: Any) -> None:
    """Say something on standard error, as a JSON line like the workers' own."""
    line = {"time": timestamp(), "level": level, "logger": "zt_ai.audit", "message": message, **extra}
    with suppress(OSError):  # nobody listens: no reason to stop
        print(json.dumps(line), file=sys.stderr, flush=True)
