"""Beginnings of texts that were read before, and where something was found in them.

A conversation is sent again with every turn, the same instructions and tools with every request. What was read once
need not be read again: the text is digested at every thousand bytes, further on at every four thousand, and reading
begins shortly before the last digest that is known.

What is remembered is a keyed digest of all of the text up to that place and, of what was found, offsets and rules: never a
text, and for as long as the process lives (SHA-256: servers' processors have instructions for it and make it twice as
fast as BLAKE2). A text that differs in one character anywhere before that place is not known. A finding depends on what
stands around it within `MARGIN`; where a rule looks further no beginning ends (see `Detectors._unsettled`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import itemgetter
from secrets import token_bytes
from typing import Any

from zt_ai.egress.detect.resolve import Ranked

FINE, STEP = 1024, 4096
"""Bytes between two places at which a text is digested, up to twice `STEP` and behind it. Fewer at the beginning would
leave short conversations out, more behind it would cost more than what they save."""
MARGIN = 1024
"""Bytes before a known place that are read again: more than any rule looks to either side of its trigger."""
LEAST = 2 * FINE
"""Bytes from which a text is worth it."""
_MOST, _MOST_FOUND = 1 << 16, 200_000
"""Places that are known, and findings that are remembered for them all together."""
END_OF = itemgetter(1)
"""Where a finding ends, or a carrier was seen."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a text, or in a beginning of one."""

    rules: Sequence[Ranked]
    """What rules found by what they look for, sorted by where it ends."""
    beside: Sequence[Ranked]
    """What other rules found because of that, sorted likewise."""
    carriers: Sequence[tuple[int, int]]
    """Bits of carriers, and where each was seen first, in order."""

    def before(self, place: int, most: int) -> Found | None:
        """What can be said of the beginning that ends at a place, whatever follows: the last findings may change. None if
        it is more than `most`."""
        rules, beside = (bisect_right(some, place - MARGIN, key=END_OF) for some in (self.rules, self.beside))
        carriers = bisect_right(self.carriers, place, key=END_OF)
        if rules + beside + carriers > most:
            return None
        return Found(tuple(self.rules[:rules]), tuple(self.beside[:beside]), tuple(self.carriers[:carriers]))

    @property
    def size(self) -> int:
        """How much there is to remember."""
        return len(self.rules) + len(self.beside) + len(self.carriers)


@dataclass(slots=True)
class Beginnings:
    """The beginnings of one text at each place, numbered from 1."""

    digests: list[bytes] = field(default_factory=list)
    known: int = 0
    """How many of them were read before."""
    found: Found | None = None
    """What was found in the longest of those; None: nothing at all."""
    kept: int = 0
    """How many are known now that the rest was read."""
    _state: Any = None

    @staticmethod
    def end(number: int) -> int:
        """Where the beginning with a number ends, in bytes."""
        fine = 2 * STEP // FINE
        return number * FINE if number <= fine else (number - fine) * STEP + 2 * STEP

    @property
    def hides(self) -> bool:
        """Whether something in the known ones may hide more text."""
        return self.found is not None and bool(self.found.carriers)

    @property
    def settled(self) -> int:
        """Up to where findings end that need not be looked for again."""
        return self.end(self.known) - MARGIN if self.known else 0

    @property
    def unread(self) -> int:
        """Where reading has to begin: further in front of what is settled where something was found, since what tells of
        a finding stands up to `MARGIN` before it."""
        return self.settled if self.found is None else max(self.settled - MARGIN, 0)


class Memory:
    """Known beginnings. May be used by several threads at once."""

    def __init__(self, most: int = _MOST, most_found: int = _MOST_FOUND) -> None:
        self._key = token_bytes(64)
        self._most, self._most_found = most, most_found
        self._known: dict[bytes, Found | None] = {}
        self._held = 0

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
        remembered = self._known  # another thread may begin a new one
        known = len(digests)
        while known and digests[known - 1] not in remembered:
            known -= 1
        return Beginnings(digests, known, remembered[digests[known - 1]] if known else None, 0, digest)

    def keep(
        self, beginnings: Beginnings, clean: int, unsettled: Sequence[tuple[int, int]], found: Found | None
    ) -> None:
        """Remember the beginnings of a text.

        Args:
            beginnings: the text's.
            clean: up to where nothing was found, in bytes.
            unsettled: stretches inside of which no beginning may end that is remembered.
            found: all that was found; None: beginnings with anything are not remembered.
        """
        beginnings.kept = beginnings.known
        new: dict[bytes, Found | None] = {}
        held = 0
        # The longest first: they are asked for first, and of very many findings not all places can have their own.
        for one in range(len(beginnings.digests), beginnings.known, -1):
            end = beginnings.end(one)
            if any(low < end < high for low, high in unsettled) or (found is None and end > clean):
                continue
            beginnings.kept = max(beginnings.kept, one)
            if found is None or end <= clean:
                new[beginnings.digests[one - 1]] = None
            elif (known := found.before(end, self._most_found // 4 - held)) is not None:
                new[beginnings.digests[one - 1]] = known
                held += known.size
        if len(self._known) + len(new) > self._most or self._held + held > self._most_found:
            self._known, self._held = {}, 0
        self._known.update(new)
        self._held += held
