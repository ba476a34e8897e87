"""Lists of names and places, one file each, entries between semicolons."""

from __future__ import annotations

from collections.abc import Container
from importlib.resources import files


def entries(*names: str) -> frozenset[str]:
    """The entries of each `NAME.txt` together; lines that begin with `#` say where they come from."""
    found: set[str] = set()
    for name in names:
        text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
        body = " ".join(line for line in text.splitlines() if not line.startswith("#"))
        found.update(entry for part in body.split(";") if (entry := part.strip()))
    return frozenset(found)


class AnyOf(Container[str]):
    """Several lists as one. A set of them all would hold every entry once more: megabytes in each worker."""

    __slots__ = ("_lists",)

    def __init__(self, *lists: frozenset[str]) -> None:
        self._lists = lists

    def __contains__(self, entry: object) -> bool:
        return any(entry in one for one in self._lists)
