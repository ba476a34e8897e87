"""Placeholder → original, for one request. It lives in the worker's memory and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn, SupportsIndex


class Placeholders(Mapping[str, str]):
    """A mapping that can be read and neither printed, pickled nor copied: only whoever asks for a key sees a value."""

    __slots__ = ("_originals",)

    def __init__(self, originals: Mapping[str, str] | None = None) -> None:
        self._originals = dict(originals or {})

    def __getitem__(self, placeholder: str) -> str:
        return self._originals[placeholder]

    def __iter__(self) -> Iterator[str]:
        return iter(self._originals)

    def __len__(self) -> int:
        return len(self._originals)

    def __repr__(self) -> str:
        return f"Placeholders({len(self)})"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        # Pickling and copying both come through here.
        raise TypeError("the originals of a redacted request do not leave the process")


def label(kind: str) -> str:
    """How a placeholder names a kind of identifier: `medical-record` becomes `MEDICAL_RECORD`."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in kind).upper() or "REDACTED"


class Numbering:
    """Gives placeholders out: the same original of the same kind gets the same one, in the order they are asked for.

    `taken` is every text of the request: a placeholder that already stands there would be restored to an original
    that somebody else wrote, so all of a request's placeholders get a letter that makes them unlike it.
    """

    def __init__(self, kinds: Iterable[str], taken: str) -> None:
        labels = {label(kind) for kind in kinds}
        self._mark = next(mark for mark in _marks() if not any(f"[{name}_{mark}" in taken for name in labels))
        self._counts: dict[str, int] = {}
        self._given: dict[tuple[str, str], str] = {}

    def placeholder(self, kind: str, original: str) -> str:
        """The placeholder of one original."""
        name = label(kind)
        key = (name, original)
        if key not in self._given:
            self._counts[name] = self._counts.get(name, 0) + 1
            self._given[key] = f"[{name}_{self._mark}{self._counts[name]}]"
        return self._given[key]

    def originals(self) -> Placeholders:
        """Everything that was given out."""
        return Placeholders({token: original for (_, original), token in self._given.items()})


def _marks() -> Iterator[str]:
    """Nothing, then R, S …, then RR, RS …: a letter that begins no number."""
    letters = "RSTUVWXYZ"
    marks = [""]
    while True:
        yield from marks
        marks = [mark + letter for mark in marks for letter in letters]
