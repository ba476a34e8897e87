"""Texts that a model reads one after the other, put together: an identifier may begin in one and end in the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zt_ai.egress.decode.budget import Budget
from zt_ai.egress.decode.sheet import END, Joined, Sheet

_Item = tuple[int, int, str]
"""A piece, where in it the text begins, and the text."""
REACH = 48
"""Characters of a long text that are taken on either side of a border."""
_TRIM = " \t\r\n\"'`,;\u2026\u00a0"
_GLUE = "-"
_NEAR = 16
_SHORT = 24
_LEAST = 7
_MARK, _RUN = 4, 8
_MARKS = re.compile(r"[^A-Za-z]{1,4}")
_DIGIT = re.compile(r"[0-9]")
_LETTERS = re.compile(r"(?=[a-z_-]{0,7}[A-Z0-9+/=])[A-Za-z0-9+/_=-]{8}")
_LETTER = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-"
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{24}")


@dataclass(slots=True)
class Joiner:
    """Joins pieces of one sheet and adds what it makes to another, which may be the same.

    Raises:
        UnreadableError: `budget-exhausted`, from any method.
    """

    sheet: Sheet
    out: Sheet
    budget: Budget
    layers: tuple[str, ...] = ("split",)

    def join(self, groups: Iterable[Sequence[int]]) -> None:
        """Add the borders between neighbours of each group of pieces.

        Short pieces go in whole, so that an identifier may be spread over any number of them. Each border is tried as
        it is, then without the blanks and quotation marks around it; parts of numbers also apart from their neighbours,
        and three groups of digits with hyphens between them.
        """
        seen: set[tuple[int, ...]] = set()
        for group in groups:
            key = tuple(group)
            if len(key) < 2 or key in seen:
                continue
            seen.add(key)
            for chain in _chains(self.sheet, key):
                if len(chain) == 2:
                    self._border(chain)
                    continue
                self._put(chain)
                if _words(chain):
                    continue
                rough = _rough(chain)
                trimmed = _trimmed(chain) if rough else chain
                if rough:
                    self._put(trimmed)
                # Two are no more than was put down just now.
                for run in _runs(trimmed) if len(trimmed) > 2 else ():
                    self._spread(run, whole=len(run) < len(trimmed))

    def _border(self, chain: list[_Item]) -> None:
        """As `join` does with more; long texts meet two by two, and there may be many."""
        end, start = chain[0][2], chain[1][2]
        joined = end + start
        self.budget.spend(len(joined))
        self.out.parts += (joined, END)
        self.out.origins.append(Joined(self.sheet, self.layers, chain))
        if end[-1] in _TRIM or start[0] in _TRIM:
            self._put(_trimmed(chain))

    def join_parts(self, group: Sequence[int]) -> None:
        """Like `join` for pieces that merely stand next to each other: only where both may be parts of one thing."""
        for loose in _loose(self.sheet, group):
            for chain in _chains(self.sheet, loose):
                for run in _runs(_trimmed(chain)):
                    self._spread(run, whole=True)

    def _spread(self, run: list[_Item], *, whole: bool) -> None:
        size = len(run)
        lengths = [len(text) for _, _, text in run]
        for width in (2, 3, 4):
            if width < size:
                for first in range(size - width + 1):
                    # What goes over a long text in the middle is no number, and nothing short is an identifier.
                    inner = lengths[first + 1 : first + width - 1]
                    if sum(lengths[first : first + width]) < _LEAST or (inner and max(inner) > _SHORT):
                        continue
                    window = run[first : first + width]
                    window[0], window[-1] = _end_of(window[0]), _start_of(window[-1])
                    # No number ends in the middle of a long word; for encoded runs the whole will do.
                    if not (_TOKEN.fullmatch(window[0][2]) or _TOKEN.fullmatch(window[-1][2])):
                        self._put(window)
        if whole:
            self._put(run)
        if size > 2 and max(lengths) <= 6 and all(text.isdigit() for _, _, text in run):
            for first in range(size - 2):
                if sum(lengths[first : first + 3]) >= _LEAST:
                    self._put(run[first : first + 3], _GLUE)

    def _put(self, chain: list[_Item], glue: str = "") -> None:
        if len(chain) < 2:
            return
        self._add(glue.join([text for _, _, text in chain]), chain, len(glue))

    def _add(self, joined: str, chain: list[_Item], glue: int = 0) -> None:
        self.budget.spend(len(joined))
        self.out.parts += (joined, END)
        self.out.origins.append(Joined(self.sheet, self.layers, chain, glue))


def between_long(sheet: Sheet, group: Sequence[int], first: int, end: int) -> tuple[int, int] | None:
    """The `borders.Cut` of what `join` takes: what is read together ends in a long text, and begins in one."""
    long = [at for at in range(first, end) if len(sheet.parts[2 * group[at]]) > 2 * REACH]
    return (long[0] + 1, long[-1]) if len(long) > 1 else None


def between_whole(sheet: Sheet, group: Sequence[int], first: int, end: int) -> tuple[int, int] | None:
    """The `borders.Cut` of what `join_parts` takes: a stretch ends with a text that nothing goes on from."""
    stops = (at for at in range(first, end) if _is_whole(sheet.parts[2 * group[at]]))
    stop = next(stops, None)
    if stop is None:
        return None
    last = next(at for at in range(end - 1, first - 1, -1) if _is_whole(sheet.parts[2 * group[at]]))
    return stop + 1, last + 1


def _is_whole(text: str) -> bool:
    end = _end(text)
    return bool(end) and not _goes_on(end)


def _end(text: str) -> str:
    return text[-_NEAR:] if text and text[-1] not in _TRIM else text.rstrip(_TRIM)[-_NEAR:]


def _loose(sheet: Sheet, group: Sequence[int]) -> Iterable[list[int]]:
    """Stretches of a group in which each piece but the last could go on in the next (see `_runs`)."""
    parts = sheet.parts
    stretch: list[int] = []
    for index in group:
        end = _end(parts[2 * index])
        if end:
            stretch.append(index)
            if _goes_on(end):
                continue
            if len(stretch) > 1:
                yield stretch
            stretch = []
    if len(stretch) > 1:
        yield stretch


def _goes_on(end: str) -> bool:
    """Whether a next text could belong to the one that ends so: a digit near its end, letters of base64 up to it, or
    nothing but a hyphen or the like."""
    if end.islower() and end.isalpha() and end.isascii():
        return False  # a word, as most fields have
    size = len(end)
    if size >= _RUN and end[-1] in _LETTER and _LETTERS.match(end, size - _RUN):
        return True
    return _DIGIT.search(end) is not None or (size <= _MARK and _MARKS.fullmatch(end) is not None)


def _words(chain: list[_Item]) -> bool:
    """Whether all are plain words, as `role` has them: nothing to trim, and none goes on in the next."""
    joined = "".join([text for _, _, text in chain])
    return joined.isascii() and joined.isalpha() and joined.islower()


def _rough(chain: list[_Item]) -> bool:
    """Whether anything of what is trimmed stands at a border. Before the first text and after the last it is none."""
    before = chain[0][2]
    for _, _, text in chain[1:]:
        if before[-1] in _TRIM or text[0] in _TRIM:
            return True
        before = text
    return False


def _chains(sheet: Sheet, group: Sequence[int]) -> Iterable[list[_Item]]:
    """Runs of pieces that are read together: a tail, short ones, a head. Each with where in its piece it begins."""
    parts = sheet.parts
    chain: list[_Item] = []
    for index in group:
        text = parts[2 * index]
        size = len(text)
        if size <= 2 * REACH:
            if size:
                chain.append((index, 0, text))
            continue
        if chain:
            chain.append((index, 0, text[:REACH]))
            yield chain
        chain = [(index, size - REACH, text[-REACH:])]
    if len(chain) > 1:
        yield chain


def _trimmed(chain: list[_Item]) -> list[_Item]:
    """A chain without what surrounds its texts."""
    made: list[_Item] = []
    for item in chain:
        index, at, text = item
        if text[0] not in _TRIM and text[-1] not in _TRIM:
            made.append(item)
            continue
        short = text.lstrip(_TRIM)
        if short:
            made.append((index, at + len(text) - len(short), short.rstrip(_TRIM)))
    return made


def _runs(chain: list[_Item]) -> Iterable[list[_Item]]:
    """Neighbours that both may have a part of a number or of an encoded run, apart from what stands around them.

    `user`, `123-45`, `-6789`, `2` would run into one long word; two, three and four of them at a time do not.
    """
    run: list[_Item] = []
    loose = False
    for item in chain:
        text = item[2]
        # A digit near the border, nothing but letters of base64 up to it, or only a hyphen or the like.
        if run and not (loose and (_DIGIT.search(text[:_NEAR]) or _LETTERS.match(text) or _MARKS.fullmatch(text))):
            if len(run) > 1:
                yield run
            run = []
        run.append(item)
        loose = _goes_on(text[-_NEAR:])
    if len(run) > 1:
        yield run


def _end_of(item: _Item) -> _Item:
    index, at, text = item
    return item if len(text) <= _SHORT else (index, at + len(text) - _SHORT, text[-_SHORT:])


def _start_of(item: _Item) -> _Item:
    index, at, text = item
    return item if len(text) <= _SHORT else (index, at, text[:_SHORT])
