"""A copy of every record in a log that nobody here can change: standard output, which the cloud's log store keeps.

Lines are written under the journal's lock and before anybody is told of them, so the log has every record that let a
request go, also when a process is killed at the worst moment (then a record may stand there twice).
"""

from __future__ import annotations

import os
import select
import time

from zt_ai.audit.errors import AuditError

_PIPE_BUF = 4096  # a write to a pipe of at most this many bytes is not mixed with another's [pipe(7), "PIPE_BUF"]


class Mirror:
    """Copies lines to a file descriptor; `patience` is how many seconds a full pipe may stay full."""

    def __init__(self, handle: int, patience: float = 5.0) -> None:
        self._handle = handle
        self._ready = select.poll()
        self._ready.register(handle, select.POLLOUT)
        self._patience = patience

    def write(self, data: bytes) -> None:
        """Copy whole lines. Raises AuditError when the other end does not take them."""
        start = 0
        while start < len(data):
            end = len(data)
            if end - start > _PIPE_BUF:
                end = data.rfind(b"\n", start, start + _PIPE_BUF) + 1 or data.index(b"\n", start) + 1
            self._write_all(memoryview(data)[start:end])
            start = end

    def _write_all(self, view: memoryview) -> None:
        deadline = time.monotonic() + self._patience
        while view:
            try:
                # Also for a descriptor that blocks: a reader that hangs must not hold the lock for ever. Where
                # it says that there is room, there is room for this much.
                if not self._ready.poll(max(0.0, deadline - time.monotonic()) * 1000):
                    raise AuditError("the log that keeps a copy of audit records takes nothing any more")
                view = view[os.write(self._handle, view[:_PIPE_BUF]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise AuditError(f"audit records cannot be copied to the log: {error.strerror}") from error
