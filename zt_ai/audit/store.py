"""The journal's folder under its lock: chain, write, sync, then the head. Synchronous; used by one thread at a time.

The order makes every crash safe: 1. lines are written, 2. synced, 3. copied to the log, 4. the head is moved. Whoever
is told of a record is told after step 4. All four happen under the lock, so a failed write or sync is cut back before
anybody can write behind it, and a sync that failed is not followed by one that succeeds for the same pages (Linux marks
pages clean after a failed write-back [fsync(2), "Notes"; LWN, "PostgreSQL's fsync() surprise"]).
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zt_ai.audit import layout, recovery
from zt_ai.audit.canonical import encode
from zt_ai.audit.errors import AuditError
from zt_ai.audit.head import HEAD_NAME, Head, HeadError, parse_head, read_head, write_head
from zt_ai.audit.keys import Keys
from zt_ai.audit.layout import CURRENT_NAME, DEFAULT_LIMITS, Limits
from zt_ai.audit.link import GENESIS, make
from zt_ai.audit.mirror import Mirror

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_NONE = -1


class Store:
    """One process's hold on a journal's folder. Several processes may have one each."""

    def __init__(
        self,
        folder: Path,
        keys: Keys,
        limits: Limits = DEFAULT_LIMITS,
        mirror: Mirror | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.folder = folder
        self._head_name, self._current_name = str(folder / HEAD_NAME), str(folder / CURRENT_NAME)
        self._keys = keys
        self._limits = limits
        self._mirror = mirror
        self._now = now
        self._lock_handle = self._file_handle = _NONE
        self._lock_inode = self._file_inode = 0
        self._known: tuple[bytes, Head] | None = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._locked():
                head, notes = self._settle(check_last=True)
                self._commit(head, notes)
        except OSError as error:
            self.close()
            raise AuditError(f"audit journal {folder} cannot be opened: {error.strerror or error}") from error
        except BaseException:
            self.close()
            raise

    def append(self, records: Sequence[str]) -> list[tuple[int, str]]:
        """Write records in canonical form; returns number and hash of each once all are synced.

        Raises AuditError when that failed; then none of them counts.
        """
        try:
            with self._locked():
                head, notes = self._settle()
                head, more = self._begin_new_file_if_due(head)
                return self._commit(head, [*notes, *more, *records])[len(notes) + len(more) :]
        except OSError as error:
            raise AuditError(f"audit journal {self.folder}: {error.strerror or error}") from error

    def head(self) -> Head:
        """The end of the chain."""
        with self._locked():
            return parse_head(read_head(self._lock_handle), self._keys)

    def close(self) -> None:
        """Close the files."""
        for handle in (self._lock_handle, self._file_handle):
            if handle != _NONE:
                os.close(handle)
        self._lock_handle = self._file_handle = _NONE

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock, on the file that has the name now: a head that was removed takes its lock with it."""
        while True:
            if self._lock_handle == _NONE:
                self._lock_handle = os.open(self._head_name, _FLAGS, 0o600)
                self._lock_inode = os.fstat(self._lock_handle).st_ino
            fcntl.flock(self._lock_handle, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if os.stat(self._head_name).st_ino == self._lock_inode:
                    break
            os.close(self._lock_handle)
            self._lock_handle = _NONE
        try:
            yield
        finally:
            fcntl.flock(self._lock_handle, fcntl.LOCK_UN)

    def _settle(self, *, check_last: bool = False) -> tuple[Head, list[str]]:
        """The head that the files agree with, and notes about what had to be done for that."""
        data = read_head(self._lock_handle)
        notes: list[str] = []
        if self._known and self._known[0] == data:
            head = self._known[1]
        else:
            head, notes = self._parse(data)
        size = self._open_current()
        if size == 0 and size != head.size:
            head = self._after_unfinished_rename(head)
        if size > head.size:
            head, more = self._take_in(head, size)
            notes += more
        elif size < head.size:
            whole = recovery.whole_lines(self.folder / CURRENT_NAME)
            os.ftruncate(self._file_handle, whole)
            notes.append(
                self._note("repaired", kind="truncated", problem="the end was cut off", missing_bytes=head.size - size)
            )
            head = replace(head, size=whole)
        elif check_last and head.size and not self._ends_as_sealed(head):
            problem = "the last record is not the one that was sealed"
            notes.append(self._note("repaired", kind="changed", problem=problem))
        if head.size == 0 and head.seq:  # also when the one who began the file could not write this
            notes.insert(0, self._note("continued", segment=head.segment, before=head.seq))
        return head, notes

    def _parse(self, data: bytes) -> tuple[Head, list[str]]:
        day = self._day()
        if not data and not layout.segments(self.folder) and not (self.folder / CURRENT_NAME).exists():
            head = Head(secrets.token_hex(8), 0, GENESIS, 1, 1, 0, day)
            # Before the first record: from now on an empty head beside records means that somebody emptied it.
            self._move_head(head)
            os.fsync(self._lock_handle)
            layout.sync_folder(self.folder)
            return head, [self._note("started")]
        try:
            return parse_head(data, self._keys), []
        except HeadError as error:
            if "another key" in str(error):
                raise AuditError(
                    f"{self.folder / HEAD_NAME} {error}; keep old keys in the key file, the newest in its last line"
                ) from None
            problem = f"the head {error}"
        head = recovery.rebuild_head(self.folder, self._keys, day, secrets.token_hex(8))
        return head, [self._note("repaired", kind="truncated", problem=problem)]

    def _open_current(self) -> int:
        """Make sure that our handle is the file of that name; its size."""
        path = self._current_name
        with suppress(FileNotFoundError):
            found = os.stat(path)
            if self._file_handle != _NONE and found.st_ino == self._file_inode:
                return found.st_size
        if self._file_handle != _NONE:
            os.close(self._file_handle)
            self._file_handle = _NONE
        created = not os.path.exists(path)
        self._file_handle = os.open(path, _FLAGS | os.O_APPEND, 0o600)
        found = os.fstat(self._file_handle)
        self._file_inode = found.st_ino
        if created:
            layout.sync_folder(self.folder)
        return found.st_size

    def _after_unfinished_rename(self, head: Head) -> Head:
        """A writer that was killed between the two steps of `_begin_new_file` left a full segment that the head still
        calls the current file."""
        full = layout.segment_path(self.folder, head.segment)
        return self._next_file(head) if full.exists() and full.stat().st_size == head.size else head

    def _take_in(self, head: Head, size: int) -> tuple[Head, list[str]]:
        """Accept the records behind the head that continue the chain, cut off what does not."""
        data = os.pread(self._file_handle, size - head.size, head.size)
        tail = recovery.read_tail(data, head, self._keys)
        if tail.cut:
            os.ftruncate(self._file_handle, size - tail.cut)
        if tail.links:
            if self._mirror:
                self._mirror.write(tail.data)
            last = tail.links[-1]
            head = replace(head, seq=last.seq, hash=last.hash, size=head.size + len(tail.data))
        counts = {"records": len(tail.links), "cut_bytes": tail.cut}
        if tail.foreign:
            problem = "lines behind the end that this journal did not write"
            return head, [self._note("repaired", kind="foreign", problem=problem, lines=tail.foreign, **counts)]
        return head, [self._note("recovered", **counts)]

    def _ends_as_sealed(self, head: Head) -> bool:
        link = recovery.read_line(recovery.last_line(self.folder / CURRENT_NAME, head.size), self._keys)
        return link is not None and link.hash == head.hash

    def _begin_new_file_if_due(self, head: Head) -> tuple[Head, list[str]]:
        full = head.size >= self._limits.segment_bytes
        if not head.size or not (full or (self._limits.daily and self._day() > head.day)):
            return head, []
        path = self.folder / CURRENT_NAME
        target = layout.segment_path(self.folder, head.segment)
        if target.exists():
            raise AuditError(f"{target} exists already; move it out of the journal's folder")
        path.rename(target)
        target.chmod(0o400)
        following = self._next_file(head)
        self._move_head(following)
        self._open_current()
        layout.sync_folder(self.folder)
        return following, [self._note("continued", segment=following.segment, before=head.seq)]

    def _next_file(self, head: Head) -> Head:
        return replace(head, segment=head.segment + 1, first=head.seq + 1, size=0, day=self._day())

    def _commit(self, head: Head, records: Sequence[str]) -> list[tuple[int, str]]:
        if not records:
            return []
        key, chain, seq, previous = self._keys.current, head.chain, head.seq, head.hash
        lines: list[str] = []
        receipts: list[tuple[int, str]] = []
        for canonical in records:
            seq += 1
            line, previous = make(key, seq, chain, previous, canonical)
            lines.append(line)
            receipts.append((seq, previous))
        lines.append("")
        data = "\n".join(lines).encode("ascii")
        try:
            _write_all(self._file_handle, data)
            layout.sync_data(self._file_handle)
        except BaseException:
            # If this fails as well, the next writer finds the lines behind the head and takes them in or cuts them off.
            with suppress(OSError):
                os.ftruncate(self._file_handle, head.size)
            raise
        if self._mirror:
            self._mirror.write(data)
        self._move_head(replace(head, seq=seq, hash=previous, size=head.size + len(data)))
        return receipts

    def _move_head(self, head: Head) -> None:
        data = head.render(self._keys.current)
        self._known = None
        write_head(self._lock_handle, data)
        self._known = (data, head)

    def _note(self, event: str, **facts: Any) -> str:
        return encode({"event": event, "time": layout.timestamp(self._now()), **facts})

    def _day(self) -> str:
        return self._now().date().isoformat()


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        written = os.write(handle, view)
        view = view[written:]
