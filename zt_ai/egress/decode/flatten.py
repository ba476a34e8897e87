"""A parsed document as texts in the order in which they stand in it, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from zt_ai.egress.decode.sheet import END, NAME, Fixed, Sheet
from zt_ai.egress.model import Path

_Shape = dict[str | None, Any]
"""Names on the way to a value, positions left out, and under None the pieces that are there."""


@dataclass(slots=True)
class Flattened:
    """What `flatten` adds to a sheet."""

    strings: list[int] = field(default_factory=list)
    """Pieces that are string values, in document order."""
    names: list[int] = field(default_factory=list)
    """Pieces that are names with a digit in them."""
    shapes: list[list[int]] = field(default_factory=list)
    """Strings that differ only in a position: the same field of every item of a list."""
    numbers: list[list[int]] = field(default_factory=list)
    """The same for numbers."""
    octets: list[tuple[int, bytes]] = field(default_factory=list)
    """Lists of byte values, with the piece of their first number."""


def flatten(tree: Any, reals: Sequence[str], base: Path, sheet: Sheet, *, replaceable: bool = True) -> Flattened:
    """Add every name, string and number of a document to a sheet.

    Args:
        tree: the parsed document.
        reals: its floating point numbers as they were written, in order.
        base: path of the document.
        sheet: where the texts go.
        replaceable: whether a string can be replaced at its path.
    """
    flat = Flattened()
    _Walker(sheet, flat, iter(reals), replaceable).value(tree, base, None)
    return flat


class _Walker:
    """One walk over a document. The loop over an object's items handles texts itself: most values are texts."""

    __slots__ = ("flat", "origins", "parts", "reals", "replaceable")

    def __init__(self, sheet: Sheet, flat: Flattened, reals: Iterator[str], replaceable: bool) -> None:
        self.parts, self.origins = sheet.parts, sheet.origins
        self.flat, self.reals, self.replaceable = flat, reals, replaceable

    def value(self, node: Any, path: Path, shape: _Shape | None) -> None:
        kind = type(node)
        if kind is str:
            self._text(node, path, shape)
        elif kind is dict:
            self._object(node, path, shape)
        elif kind is list:
            self._list(node, path, {} if shape is None else shape.setdefault("[]", {}))
        elif kind is int or kind is float:
            self.parts += (str(node) if kind is int else next(self.reals), END)
            if shape is not None:
                self._note(shape.setdefault("#", {}), len(self.origins), self.flat.numbers)
            self.origins.append(path if self.replaceable and kind is int else Fixed(path))
        elif node is not None:
            self.parts += ("true" if node else "false", END)
            self.origins.append(Fixed(path))

    def _text(self, text: str, path: Path, shape: _Shape | None) -> None:
        number = len(self.origins)
        self.flat.strings.append(number)
        if shape is not None:
            self._note(shape, number, self.flat.shapes)
        self.parts += (text, END)
        self.origins.append(path if self.replaceable else Fixed(path))

    def _object(self, node: dict[str, Any], path: Path, shape: _Shape | None) -> None:
        parts, origins, strings = self.parts, self.origins, self.flat.strings
        below: _Shape | None = None
        for name, child in node.items():
            here = (*path, name)
            number = len(origins)
            if not name.isalpha() and _DIGIT.search(name):
                self.flat.names.append(number)
            if shape is not None:
                below = shape.get(name)
                if below is None:
                    below = shape[name] = {}
            if child.__class__ is str:
                # As in `_text`, which would be one more call for nearly everything.
                parts += (name, NAME, child, END)
                origins += (None, here if self.replaceable else Fixed(here))
                strings.append(number + 1)
                if below is not None:
                    self._note(below, number + 1, self.flat.shapes)
            else:
                parts += (name, NAME)
                origins.append(Fixed(here))
                self.value(child, here, below)

    def _list(self, node: list[Any], path: Path, shape: _Shape) -> None:
        first = len(self.origins)
        for index, child in enumerate(node):
            self.value(child, (*path, index), shape)
        if len(node) >= 6 and type(node[0]) is int and all(type(item) is int and 0 <= item < 256 for item in node):
            self.flat.octets.append((first, bytes(node)))

    def _note(self, shape: _Shape, number: int, groups: list[list[int]]) -> None:
        pieces = shape.get(None)
        if pieces is None:
            shape[None] = [number]
        else:
            pieces.append(number)
            if len(pieces) == 2:
                groups.append(pieces)


_DIGIT = re.compile(r"[0-9]")
