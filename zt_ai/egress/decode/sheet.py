"""All texts of one level, laid out as one text so that one pass of the detectors reads them all.

Each piece is followed by a separator no identifier contains: a control character, which stands for the border of
values, then a new line, which ends a line for patterns that look at lines. A name and its value are joined by a colon,
so that the name is context for the value.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol, cast

from zt_ai.egress.model import Path

END = "\x01\n"
NAME = ": "
BORDER = END + END
"""Behind the last text of a request: what follows its last place are texts joined from those before it. No character of
its own: any other control character is one that may hide something."""
_MOST = 64
"""Texts over which a place is told exactly."""


@dataclass(frozen=True, slots=True)
class Place:
    """A span of a text of the request."""

    path: Path
    start: int
    end: int
    layers: tuple[str, ...]
    redactable: bool
    over: tuple[tuple[Path, int, int], ...] = ()
    """Of a span that crosses borders: the part of it in each text, the first one included."""

    def under(self, layers: tuple[str, ...]) -> Place:
        """The same place with more layers over what was found there."""
        return Place(self.path, self.start, self.end, (*self.layers, *layers), self.redactable, self.over)


class Origin(Protocol):
    """Where a piece comes from."""

    def place(self, start: int, end: int) -> Place | None:
        """The span of the request that holds a span of the piece; None: nothing new, it was seen elsewhere."""
        ...


@dataclass(slots=True)
class Sheet:
    """Texts and where they come from. `parts` alternates between texts and separators."""

    parts: list[str] = field(default_factory=list)
    origins: list[Origin | Path | None] = field(default_factory=list)
    """For each text; a bare path is a text of the request that can be replaced there, None the name of the text that
    follows, which cannot."""
    text: str = ""
    _starts: list[int] | None = None

    def add(self, text: str, origin: Origin | Path, separator: str = END) -> None:
        """Add a piece."""
        self.parts += (text, separator)
        self.origins.append(origin)

    def end_of_texts(self) -> int:
        """Whatever is added from now on is joined from texts that are in here; how many these are."""
        if self.parts:
            self.parts[-1] = BORDER
        return len(self.origins)

    def cut(self, pieces: int) -> None:
        """Take out what was added behind the first pieces."""
        del self.parts[2 * pieces :], self.origins[pieces:]
        self._starts = None

    def close(self) -> str:
        """The whole text. Nothing is added after this."""
        self.text = "".join(self.parts)
        return self.text

    def drop(self) -> None:
        """Let go of everything. Texts joined on their own sheet refer to it: without this, all texts of a request wait
        for the garbage collector, whose pauses and cold memory cost more than reading them."""
        self.parts.clear()
        self.origins.clear()
        self.text = ""

    @property
    def starts(self) -> list[int]:
        """Where each piece starts in the whole text, and the end."""
        if self._starts is None:
            lengths = list(map(len, self.parts))
            self._starts = [0, *accumulate(map(int.__add__, lengths[::2], lengths[1::2]))]
        return self._starts

    def piece(self, index: int) -> str:
        """A piece's text."""
        return self.parts[2 * index]

    def at(self, offset: int) -> int:
        """The piece that holds an offset of the whole text."""
        return bisect_right(self.starts, offset) - 1

    def place(self, start: int, end: int) -> Place | None:
        """Where a span of the whole text is in the request. One that crosses a border counts for its first piece."""
        index = self.at(start)
        base = self.starts[index]
        size = len(self.parts[2 * index])
        inside = end - base <= size
        place = self.within(index, min(start - base, size), min(end - base, size))
        if inside or place is None:
            return place
        return Place(place.path, place.start, place.end, place.layers, redactable=False)

    def within(self, index: int, start: int, end: int) -> Place | None:
        """Where a span of a piece is in the request."""
        origin = self.origins[index]
        if origin is None:
            text = self.origins[index + 1]
            origin = text if isinstance(text, Fixed) else Fixed(cast(Path, text))
        if isinstance(origin, tuple):
            return Place(origin, start, end, (), redactable=True)
        return origin.place(start, end)

    def __len__(self) -> int:
        return len(self.origins)


@dataclass(slots=True)
class Fixed:
    """A text of the request that cannot be replaced where it stands: a name, a number, a header."""

    path: Path
    layers: tuple[str, ...] = ()

    def place(self, start: int, end: int) -> Place | None:
        """The span itself."""
        return Place(self.path, start, end, self.layers, redactable=False)


@dataclass(slots=True)
class Run:
    """Decoded from a run of a piece: whatever is found stands for the whole run.

    The text has `before` characters of what stands before the run, as context, and `size` decoded ones after them.
    """

    sheet: Sheet
    index: int
    start: int
    end: int
    layers: tuple[str, ...]
    before: int = 0
    size: int = 1 << 62

    def place(self, start: int, end: int) -> Place | None:
        """The run."""
        if end <= self.before or start >= self.before + self.size:
            return None
        found = self.sheet.within(self.index, self.start, self.end)
        return found and found.under(self.layers)


@dataclass(slots=True)
class Edited:
    """A stretch of a piece in which some characters were replaced; offsets are carried back.

    `marks` has, for each stretch that was copied or put in, where it starts in the new text, its span in the old one,
    and whether it was copied.
    """

    sheet: Sheet
    index: int
    layers: tuple[str, ...]
    starts: list[int]
    marks: list[tuple[int, int, bool]]

    def place(self, start: int, end: int) -> Place | None:
        """The span that became this one."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, max(end - 1, start)) - 1, 0)
        low, _, copied = self.marks[first]
        if copied:
            low += start - self.starts[first]
        begin, high, copied = self.marks[last]
        if copied:
            high = begin + end - self.starts[last]
        found = self.sheet.within(self.index, low, high)
        return found and found.under(self.layers)


@dataclass(slots=True)
class Turned:
    """A piece with each character replaced by another one, or read from its end: every offset has its own."""

    sheet: Sheet
    index: int
    layers: tuple[str, ...]
    backwards: bool

    def place(self, start: int, end: int) -> Place | None:
        """The same characters."""
        if self.backwards:
            size = len(self.sheet.piece(self.index))
            start, end = size - end, size - start
        found = self.sheet.within(self.index, start, end)
        return found and found.under(self.layers)


@dataclass(slots=True)
class Joined:
    """Pieces put one after the other; only what crosses a border is new, and that cannot be replaced in one place.

    `items` has for each which piece of `sheet` it is, where in that it begins, and its text; `glue` characters stand
    between two of them. Most joined texts hold nothing, so where each begins is told when it is asked for.
    """

    sheet: Sheet
    layers: tuple[str, ...]
    items: Sequence[tuple[int, int, str]]
    glue: int = 0
    answer: bool = False
    """Whether the first piece asks for what the second says, so that what is found in the second alone counts too."""
    _starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """Where each piece begins in the joined text, and the end."""
        if self._starts is None:
            self._starts = [0, *accumulate(len(text) + self.glue for _, _, text in self.items)]
        return self._starts

    def crosses(self, start: int, end: int) -> bool:
        """Whether a span has parts in more than one piece."""
        first = bisect_right(self.starts, start)
        return first < len(self.items) and self.starts[first] < end

    def place(self, start: int, end: int) -> Place | None:
        """The part of the span in its first piece."""
        if self.answer and start >= self.starts[1]:
            index, offset, text = self.items[1]
            # What goes up to where the text was cut may be the beginning of something else.
            if end == self.starts[1] + len(text) and offset + len(text) < len(self.sheet.piece(index)):
                return None
            return self._said(index, offset + start - self.starts[1], offset + end - self.starts[1])
        if not self.crosses(start, end):
            return None
        starts, top = self.starts, len(self.items) - 1
        first = min(bisect_right(starts, start) - 1, top)
        last = min(bisect_right(starts, max(end - 1, start)) - 1, top)
        over: list[tuple[Path, int, int]] = []
        for number in range(first, min(last, first + _MOST) + 1):
            index, offset, _ = self.items[number]
            base = starts[number]
            low = offset + max(start - base, 0)
            high = offset + min(end, starts[number + 1]) - base
            high = min(high, len(self.sheet.piece(index)))
            part = self.sheet.within(index, low, max(high, low))
            if part is None:
                return None
            over.append((part.path, part.start, part.end))
            if number == first:
                found = part
        return Place(found.path, found.start, found.end, (*found.layers, *self.layers), False, tuple(over))

    def _said(self, index: int, start: int, end: int) -> Place | None:
        found = self.sheet.within(index, start, min(end, len(self.sheet.piece(index))))
        return found and found.under(self.layers)
