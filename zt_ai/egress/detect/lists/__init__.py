"""Lists of names and places, one file each, entries between semicolons."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator
from importlib.resources import files


def read(*names: str) -> Iterator[str]:
    """The entries of each `NAME.txt` in turn; lines that begin with `#` say where they come from."""
    for name in names:
        text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
        body = " ".join(line for line in text.splitlines() if not line.startswith("#"))
        yield from (entry for part in body.split(";") if (entry := part.strip()))


def entries(*names: str) -> frozenset[str]:
    """The entries of each `NAME.txt` together."""
    return frozenset(read(*names))


class AnyOf(Container[str]):
    """Several lists as one. A set of them all would hold every entry once more: megabytes in each worker."""

    __slots__ = ("_lists",)

    def __init__(self, *lists: frozenset[str]) -> None:
        self._lists = lists

    def __contains__(self, entry: object) -> bool:
        return any(entry in one for one in self._lists)


class Hashed(Container[str]):
    """A long list of which only the hashes are kept, sorted: eight bytes for an entry instead of 120 in a set, in each
    worker. Of 2**46 questions one gets a wrong yes where there are 2**18 entries."""

    __slots__ = ("_hashes",)

    def __init__(self, entries: Iterable[str]) -> None:
        self._hashes = array("q", sorted(map(hash, entries)))

    def __contains__(self, entry: object) -> bool:
        wanted = hash(entry)
        place = bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted
