"""Beginnings of texts that were read before and hold nothing.

A conversation is sent again with every turn, the same instructions and tools with every request. What was read once
need not be read again: the text is digested at every thousand bytes, further on at every four thousand, and reading
begins shortly before the last digest that is known.

What is remembered is a keyed digest of all of the text up to that place, never a text, for as long as the process
lives (SHA-256: servers' processors have instructions for it and make it twice as fast as BLAKE2). A text that differs
in one character anywhere before that place is not known. A finding depends on what stands around it within `MARGIN`;
texts with anything whose rule looks further are not remembered (see `Detectors.scan`).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from secrets import token_bytes

FINE, STEP = 1024, 4096
"""Bytes between two places at which a text is digested, up to twice `STEP` and behind it. Fewer at the beginning would
leave short conversations out, more behind it would cost more than what they save."""
MARGIN = 1024
"""Bytes before a known place that are read again: more than any rule looks to either side of its trigger."""
LEAST = 2 * FINE
"""Bytes from which a text is worth it."""
_MOST = 1 << 16


class Memory:
    """Known beginnings. May be used by several threads at once."""

    def __init__(self, most: int = _MOST) -> None:
        self._key = token_bytes(64)
        self._most = most
        self._known: set[bytes] = set()

    def places(self, data: bytes) -> list[bytes]:
        """The digests of a text's beginnings, as long as `_end` says."""
        digest = sha256(self._key)  # one block of it; digests stay in here, so no one can go on from them
        found: list[bytes] = []
        view = memoryview(data)
        size, start, end = len(data), 0, FINE
        while end <= size:
            digest.update(view[start:end])
            found.append(digest.copy().digest())
            start, end = end, end + (FINE if end < 2 * STEP else STEP)
        return found

    def begin(self, places: Sequence[bytes]) -> int:
        """Where reading has to begin: 0, or `MARGIN` before the end of the longest beginning that is known."""
        for number in range(len(places), 0, -1):
            if places[number - 1] in self._known:
                return _end(number) - MARGIN
        return 0

    def keep(self, places: Sequence[bytes]) -> None:
        """Remember the beginnings of a text in which nothing was found."""
        if len(self._known) + len(places) > self._most:
            self._known.clear()
        self._known.update(places)


def _end(number: int) -> int:
    """Where the beginning with a number ends, the first being 1."""
    fine = 2 * STEP // FINE
    return number * FINE if number <= fine else (number - fine) * STEP + 2 * STEP
