"""Beginnings of texts that were read before and hold nothing.

A conversation is sent again with every turn, the same instructions and tools with every request. What was read once
need not be read again: the text is digested at every thousand bytes, further on at every four thousand, and reading
begins shortly before the last digest that is known.

What is remembered is a keyed digest of all of the text up to that place, never a text, for as long as the process
lives (SHA-256: servers' processors have instructions for it and make it twice as fast as BLAKE2). A text that differs
in one character anywhere before that place is not known. A finding depends on what stands around it within `MARGIN`;
texts with anything whose rule looks further are not remembered (see `Detectors.scan`). Of a text with findings the
beginnings before the first one are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

FINE, STEP = 1024, 4096
"""Bytes between two places at which a text is digested, up to twice `STEP` and behind it. Fewer at the beginning would
leave short conversations out, more behind it would cost more than what they save."""
MARGIN = 1024
"""Bytes before a known place that are read again: more than any rule looks to either side of its trigger."""
LEAST = 2 * FINE
"""Bytes from which a text is worth it."""
_MOST = 1 << 16


@dataclass(slots=True)
class Beginnings:
    """The beginnings of one text at each place, numbered from 1."""

    digests: list[bytes] = field(default_factory=list)
    known: int = 0
    """How many of them were read before and hold nothing."""
    kept: int = 0
    """How many hold nothing by the scan that read the rest."""
    _state: Any = None

    @staticmethod
    def end(number: int) -> int:
        """Where the beginning with a number ends, in bytes."""
        fine = 2 * STEP // FINE
        return number * FINE if number <= fine else (number - fine) * STEP + 2 * STEP

    @property
    def unread(self) -> int:
        """Where reading has to begin: 0, or `MARGIN` before the end of the longest beginning that is known."""
        return self.end(self.known) - MARGIN if self.known else 0


class Memory:
    """Known beginnings. May be used by several threads at once."""

    def __init__(self, most: int = _MOST) -> None:
        self._key = token_bytes(64)
        self._most = most
        self._known: set[bytes] = set()

    def look(self, data: bytes, shorter: Beginnings | None = None) -> Beginnings:
        """The beginnings of a text, and how many are known; going on from those of a shorter text that it begins with."""
        if shorter is not None and shorter.digests:
            digests, digest = list(shorter.digests), shorter._state.copy()
        else:
            digests, digest = [], sha256(self._key)  # one block of it; digests stay in here: no one can go on from them
        view = memoryview(data)
        size, start, end = len(data), Beginnings.end(len(digests)), Beginnings.end(len(digests) + 1)
        while end <= size:
            digest.update(view[start:end])
            digests.append(digest.copy().digest())
            start, end = end, end + (FINE if end < 2 * STEP else STEP)
        known = len(digests)
        while known and digests[known - 1] not in self._known:
            known -= 1
        return Beginnings(digests, known, 0, digest)

    def keep(self, beginnings: Beginnings, clean: int) -> None:
        """Remember the beginnings of a text in which nothing was found before a place, in bytes."""
        number = len(beginnings.digests)
        while number and beginnings.end(number) > clean:
            number -= 1
        beginnings.kept = number
        if number > beginnings.known:
            if len(self._known) + number > self._most:
                self._known.clear()
            self._known.update(beginnings.digests[:number])
