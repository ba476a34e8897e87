"""The journal as the proxy uses it: when `journal.begin(record)` is done, or `await journal.append(record)`, the record
is on the disk.

The records go to the journal's own process (`zt_ai.audit.writer`) over a unix socket. Nothing here waits for a disk,
and no thread takes the interpreter away from the event loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from zt_ai.audit import protocol
from zt_ai.audit.canonical import encode_fields
from zt_ai.audit.errors import AuditError
from zt_ai.audit.keys import Keys
from zt_ai.audit.layout import DEFAULT_LIMITS, Limits
from zt_ai.audit.protocol import AnswerError, Receipt

__all__ = ["Journal", "Receipt", "answers"]


class Journal:
    """A process's way to the journal. Any number of tasks of one event loop may append at once.

    Args:
        socket: where the journal's process listens. It need not yet: each append connects if nothing is connected.
        keys: the newest one makes digests.
        limits: `waiting` and `patience` count here, the others in the journal's process.
    """

    def __init__(self, socket: Path, keys: Keys, limits: Limits = DEFAULT_LIMITS) -> None:
        self._socket = str(socket)
        self._digest = keys.current.digest
        self._limits = limits
        self._connection: _Connection | None = None
        self._connecting = asyncio.Lock()
        self._closed = False

    def digest(self, text: str) -> str:
        """Keyed digest of a matched text: 16 hexadecimal digits (`zt_ai.audit.keys.Key.digest`)."""
        return self._digest(text)

    async def append(self, record: Mapping[str, Any]) -> Receipt:
        """Write a record. Returns once it is chained, written and synced; raises as `begin` does."""
        return await self.begin(record)

    def begin(self, record: Mapping[str, Any]) -> asyncio.Future[Receipt]:
        """Send a record on its way; done once it is chained, written and synced.

        A record whose append failed or was cancelled may still stand in the journal: there may be a record without a
        request, never a request without a record.

        Raises:
            RecordError: the record is not plain JSON, too large, or uses one of the journal's own names.
            AuditError: it could not be written and synced, or the journal's process is not there. The next one may
                succeed. Raised here or by the future.
        """
        line = f"{encode_fields(record)}\n".encode("ascii")
        connection = self._connection
        if connection is None or connection.lost:
            return asyncio.ensure_future(self._connect_and_ask(line))
        if self._closed:
            raise AuditError("the audit journal is closed")
        return connection.ask(line)

    async def close(self) -> None:
        """Wait for what is under way, at most as long as a record would, then take no more."""
        self._closed = True
        if self._connection is not None:
            await self._connection.settled()
            self._connection.close("the audit journal is closed")

    async def _connect_and_ask(self, line: bytes) -> Receipt:
        return await (await self._connected()).ask(line)

    async def _connected(self) -> _Connection:
        async with self._connecting:
            if self._closed:
                raise AuditError("the audit journal is closed")
            if self._connection is None or self._connection.lost:
                loop = asyncio.get_running_loop()
                try:
                    _, self._connection = await loop.create_unix_connection(
                        lambda: _Connection(loop, self._limits), self._socket
                    )
                except OSError as error:
                    raise AuditError(f"the audit journal's process is not there: {error.strerror or error}") from None
            return self._connection


class _Connection(asyncio.Protocol):
    """Records that were sent and wait for their answers, in order."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits) -> None:
        self.lost = False
        self._loop, self._limits = loop, limits
        self._waiting: deque[tuple[asyncio.Future[Receipt], float]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._unfinished = b""
        self._transport: asyncio.Transport

    def ask(self, line: bytes) -> asyncio.Future[Receipt]:
        """Send a record's line. Raises AuditError when too many wait, or the connection is lost."""
        if self.lost:
            raise AuditError("the connection to the audit journal is lost")
        waiting = self._waiting
        if len(waiting) >= self._limits.waiting:
            raise AuditError(f"{len(waiting)} records wait to be written already")
        future: asyncio.Future[Receipt] = self._loop.create_future()
        due = self._loop.time() + self._limits.patience
        # Those that were given up keep their place: their answers come all the same, or never.
        waiting.append((future, due))
        if self._timer is None:
            self._timer = self._loop.call_at(due, self._give_up)
        self._transport.write(line)  # uvloop sends what was written in one turn of the loop together
        return future

    async def settled(self) -> None:
        """Wait until nobody waits; nobody does for longer than `patience`."""
        if waiting := [future for future, _ in self._waiting if not future.done()]:
            await asyncio.wait(waiting)

    def close(self, reason: str) -> None:
        """End it. Whoever still waits gets the reason as an AuditError."""
        self.lost = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            future, _ = self._waiting.popleft()
            if not future.done():
                future.set_exception(AuditError(reason))
        self._transport.abort()

    # what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answers, perhaps with the first bytes of one more."""
        *lines, self._unfinished = (self._unfinished + data).split(b"\n")
        if len(lines) > len(self._waiting) or len(self._unfinished) >= protocol.LONGEST_ANSWER:
            self.close("the audit journal's process says more than it was asked")
            return
        for line in lines:
            try:
                answer = protocol.read_answer(line)
            except AnswerError:
                self.close("the audit journal's process says what is no answer")
                return
            future, _ = self._waiting.popleft()
            if future.done():  # cancelled, or given up
                continue
            if isinstance(answer, Receipt):
                future.set_result(answer)
            else:
                future.set_exception(AuditError(answer))

    def connection_lost(self, exc: Exception | None) -> None:
        """The process has ended, or closed the connection."""
        if not self.lost:
            self.close("the connection to the audit journal is lost")

    def _give_up(self) -> None:
        self._timer = None
        now = self._loop.time()
        for future, due in self._waiting:
            if future.done():
                continue
            if due > now:
                self._timer = self._loop.call_at(due, self._give_up)
                return
            future.set_exception(AuditError(f"the record was not written within {self._limits.patience:g} s"))


async def answers(socket: Path, patience: float) -> bool:
    """Whether the journal's process answers within some seconds."""
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_unix_connection(socket)
            try:
                writer.write(b"\n")
                return await reader.readline() == protocol.HERE
            finally:
                writer.close()
    except (OSError, ValueError):
        return False
