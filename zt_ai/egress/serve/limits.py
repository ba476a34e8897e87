"""Requests per minute and tokens per day of each flow, counted together by all workers of one proxy.

The counters stand in a file that every worker maps into memory; a lock on the file orders the workers, and the kernel
drops it when one dies. The file outlives workers, so a crash gives nobody a new budget.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from math import ceil
from pathlib import Path
from struct import Struct
from typing import Final

from zt_ai.egress.policy import CallPolicy
from zt_ai.egress.serve import refusals
from zt_ai.egress.serve.refusals import Refusal

_MAGIC: Final = b"ztlimit1"
_SLOT = Struct("<16sQQQQQ")  # key, minute, requests in it, requests in the one before, day, tokens on it
_SLOT_SIZE: Final = 64
_MINUTE: Final = 60
_DAY: Final = 86_400
_EMPTY: Final = bytes(16)


class LimitsError(RuntimeError):
    """The counters cannot be used: the file is not ours, or is full."""


class Limits:
    """Counters for up to `slots` flows.

    Args:
        path: the file; made when it is missing.
        slots: flows that may have counters; counters of flows that were idle for two days make room.
        now: seconds since the epoch.

    Raises:
        LimitsError: the file is something else.
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path, *, slots: int = 4096, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._slots = slots
        self._size = _SLOT_SIZE * (slots + 1)
        self._keys: dict[str, bytes] = {}
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with self._locked():
                size = os.fstat(self._file).st_size
                if size == 0:
                    os.ftruncate(self._file, self._size)
                    os.pwrite(self._file, _MAGIC, 0)
                elif size != self._size or os.pread(self._file, len(_MAGIC), 0) != _MAGIC:
                    raise LimitsError(  # noqa: TRY301
                        f"{path} does not hold the counters of limits"
                    )
            self._table = mmap.mmap(self._file, self._size)
        except BaseException:
            os.close(self._file)
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()
        os.close(self._file)

    def admit(self, call: CallPolicy) -> Refusal | None:
        """Count a request, or say why there may be none now.

        The rate is a sliding window: the requests of this minute, and those of the last one as far as it still reaches
        into the past 60 seconds. A refused request does not count.

        Raises:
            LimitsError: no room for another flow.
        """
        limits = call.limits
        rate, budget = limits.requests_per_minute, limits.tokens_per_day
        if rate is None and budget is None:
            return None
        now = self._now()
        with self._locked():
            at, minute, current, before, day, tokens = self._read(call.clause, now)
            if budget is not None and tokens >= budget:
                return refusals.token_budget(call.clause, budget, ceil(_DAY - now % _DAY))
            if rate is not None:
                reaching = before * (1 - now % _MINUTE / _MINUTE)
                if current + reaching + 1 > rate:
                    return refusals.rate_limit(call.clause, rate, _wait(rate, current, before, now))
                current += 1
            self._write(at, call.clause, minute, current, before, day, tokens)
        return None

    def spend(self, call: CallPolicy, tokens: int) -> None:
        """Count the tokens of an answer. What a single answer costs is known too late to refuse it.

        Raises:
            LimitsError: no room for another flow.
        """
        if call.limits.tokens_per_day is None or tokens <= 0:
            return
        with self._locked():
            at, minute, current, before, day, used = self._read(call.clause, self._now())
            self._write(at, call.clause, minute, current, before, day, used + tokens)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _key(self, clause: str) -> bytes:
        key = self._keys.get(clause)
        if key is None:
            key = self._keys[clause] = blake2b(clause.encode(), digest_size=16).digest()
        return key

    def _read(self, clause: str, now: float) -> tuple[int, int, int, int, int, int]:
        """Where a flow's counters stand, and the counters as of now."""
        key = self._key(clause)
        minute, day = int(now // _MINUTE), int(now // _DAY)
        first = int.from_bytes(key[:8], "little")
        free = 0
        for step in range(self._slots):
            at = _SLOT_SIZE * ((first + step) % self._slots + 1)
            found, was_minute, current, before, was_day, tokens = _SLOT.unpack_from(self._table, at)
            if found == key:
                # A clock that was set back a little gives nobody a new budget; one set back a lot starts anew.
                minute = minute + 1 if was_minute == minute + 1 else minute
                day = day + 1 if was_day == day + 1 else day
                if was_minute != minute:
                    before = current if was_minute == minute - 1 else 0
                    current = 0
                return at, minute, current, before, day, tokens if was_day == day else 0
            if not free and (found == _EMPTY or max(was_day, was_minute * _MINUTE // _DAY) < day - 1):
                free = at
            if found == _EMPTY:
                break
        if not free:
            raise LimitsError("no room for the counters of another flow")
        return free, minute, 0, 0, day, 0

    def _write(self, at: int, clause: str, minute: int, current: int, before: int, day: int, tokens: int) -> None:
        _SLOT.pack_into(self._table, at, self._key(clause), minute, current, before, day, tokens)


def _wait(rate: int, current: int, before: int, now: float) -> int:
    """Whole seconds until one more request fits, at least 1."""
    left = _MINUTE - now % _MINUTE
    if current + 1 <= rate and before:
        # The part of the last minute that reaches into the window has to shrink to what is still free.
        return max(1, ceil(left - _MINUTE * (rate - current - 1) / before))
    # This minute alone is full; in the next one it is the minute before.
    return max(1, ceil(left + _MINUTE * (1 - (rate - 1) / current))) if current else max(1, ceil(left))
