"""Borders between texts that were joined and read before.

A conversation is sent again with every turn, and so is every border between two of its texts. Where the texts up to a
place are known (`zt_ai.egress.detect.memory`) and follow each other as they did when they were read, their borders hold
nothing either, and only those further on are joined.

The texts alone do not say which of them follow each other: the same ones may stand in other fields, in another order
of reading. So what is remembered is a digest over both, the place's own (which is keyed) and the pieces of each group
up to that place.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import accumulate, islice
from operator import lt
from typing import Protocol

from zt_ai.egress.decode.sheet import Sheet

Cut = Callable[[Sheet, Sequence[int], int, int], tuple[int, int] | None]
"""Of a group whose pieces from one position to another, that one not included, follow each other as before: where the
group may end and where it may go on without losing what reaches beyond; None if nothing can be left out."""
_MOST = 1 << 15
MOST_PIECES = 4096
"""Pieces of a request beyond which its borders should not be remembered: each place costs a look at all of them."""


class Beginnings(Protocol):
    """How much of a text was read before (`zt_ai.egress.detect.memory.Beginnings`)."""

    digests: Sequence[bytes]
    known: int
    kept: int

    @property
    def hides(self) -> bool:
        """Whether something in what is known may hide more text."""
        ...

    def end(self, number: int, /) -> int:
        """Where the beginning with a number ends, in characters."""
        ...


class Groups:
    """The pieces of a sheet that follow each other in one sense, and how such groups are cut."""

    def __init__(self, groups: Iterable[Sequence[int]], cut: Cut) -> None:
        self._cut = cut
        self._groups = [group for group in groups if len(group) > 1]

    @cached_property
    def _rising(self) -> list[tuple[array[int], int]]:
        """Each group, and from where on it follows the sheet."""
        return [(array("I", group), _rise(group)) for group in self._groups]

    def runs(self, pieces: int) -> bytes:
        """What follows each other among the first pieces of the sheet, in a form that no other order has."""
        runs: list[bytes] = []
        for group, first in self._rising:
            end = bisect_left(group, pieces, first)
            if end - first > 1:  # one piece has no border, and more groups may begin further on
                runs += ((end - first).to_bytes(8, "big"), group[first:end].tobytes())
        return b"".join(runs)

    def open(self, sheet: Sheet, pieces: int) -> list[Sequence[int]]:
        """The groups without the borders between the first pieces of the sheet."""
        if pieces == 0:
            return self._groups
        left: list[Sequence[int]] = []
        for group, first in self._rising:
            cut = self._cut(sheet, group, first, bisect_left(group, pieces, first))
            left += (group,) if cut is None else (group[: cut[0]], group[cut[1] :])
        return left


class Layout:
    """The texts of a sheet as they lie: where each ends, and which follow each other. Nothing is joined yet."""

    __slots__ = ("_ends", "_kinds", "_lengths")

    def __init__(self, sheet: Sheet, kinds: Sequence[Groups]) -> None:
        self._lengths = array("I", map(len, sheet.parts))
        self._ends = list(accumulate(self._lengths))
        self._kinds = kinds

    def pieces(self, place: int) -> int:
        """How many pieces end before a place, their separators included."""
        return bisect_right(self._ends, place) // 2

    def mark(self, digest: bytes, place: int) -> bytes:
        """A digest over the texts before a place, of which one is given, and over how they lie."""
        pieces = self.pieces(place)
        runs = [groups.runs(pieces) for groups in self._kinds]
        sizes = b"".join(len(run).to_bytes(8, "big") for run in runs)
        return sha256(b"".join((digest, sizes, self._lengths[: 2 * pieces].tobytes(), *runs))).digest()


class Borders:
    """Known borders. May be used by several threads at once."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._known: set[bytes] = set()

    def known(self, layout: Layout, beginnings: Beginnings) -> int:
        """How many of the first pieces have borders that are known."""
        number = beginnings.known
        place = beginnings.end(number)
        known = number > 0 and layout.mark(beginnings.digests[number - 1], place) in self._known
        return layout.pieces(place) if known else 0

    def keep(self, layout: Layout, beginnings: Beginnings) -> None:
        """Remember the borders of texts over which nothing was found, up to each place where the texts are kept."""
        if len(self._known) + beginnings.kept > self._most:
            self._known.clear()
        for number in range(beginnings.kept, 0, -1):
            mark = layout.mark(beginnings.digests[number - 1], beginnings.end(number))
            if mark in self._known:
                return  # those before it were kept with it
            self._known.add(mark)


def _rise(group: Sequence[int]) -> int:
    """From where on the pieces of a group are in the order in which they stand: what is read first may stand last, as
    instructions do."""
    if all(map(lt, group, islice(group, 1, None))):
        return 0
    return max(at for at in range(1, len(group)) if group[at] <= group[at - 1])
