"""Tables whose columns are made with blanks, under a header: boards, printed lists, the output of programs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zt_ai.egress.detect.records.cells import BLANKS, Cell, between_blanks, under
from zt_ai.egress.detect.records.heads import TITLE, Header, says
from zt_ai.egress.detect.records.memo import Value

_LEAST = 3
"""Columns of a header: two words with blanks between them stand in any letter."""
_ALONE = 2
"""Lines without a second cell after which a table is over; remarks stand between its rows."""
_WIDEST = 1000
_BREAK = re.compile(r"\r?\n|\x01")
_TYPE = re.compile(
    r"(?i)(?:[a-z]+[a-z0-9]* ?\([0-9, max]+\)|n?varchar2?|(?:big|small|tiny)?int(?:eger)?|datetime2|uniqueidentifier|varbinary|boolean)"
)
"""Types of columns: with one of them a line says what a table has, and is no header of one. `Date` may be one."""
_RULE = re.compile(r"[\s=_-]+")


class FixedHeader(Header):
    """A header with the places at which its columns begin in the line."""

    def __init__(self, text: str, start: int, cells: Sequence[Cell]) -> None:
        super().__init__(text, cells, BLANKS)
        self.places = [low - start for low, _ in cells]


def header(text: str, start: int, end: int) -> FixedHeader | None:
    """The header that a line is, or None for any other line."""
    if not 8 <= end - start <= _WIDEST or text.count(BLANKS, start, end) < _LEAST - 1:
        return None
    cells = between_blanks(text, start, end)
    if len(cells) < _LEAST or not all(
        TITLE.fullmatch(text, *cell) and not _TYPE.fullmatch(text, *cell) for cell in cells
    ):
        return None
    found = FixedHeader(text, start, cells)
    return found if found.columns else None


def read(text: str, at: int, above: FixedHeader) -> tuple[list[Value], int]:
    """Values of the rows from the line behind a header on, and where the table ends."""
    kinds = {place: (kind, sure) for place, kind, sure in above.columns}
    found: list[Value] = []
    alone = 0
    while at < len(text):
        breaking = _BREAK.search(text, at)
        end = breaking.start() if breaking else len(text)
        if end == at or end - at > _WIDEST or header(text, at, end) is not None:
            break
        row = [] if _RULE.fullmatch(text, at, end) else under(text, at, end, above.places)
        alone = alone + 1 if len(row) == 1 else 0
        if alone == _ALONE:
            break
        if len(row) > 1:
            for place, (low, high) in row:
                kind, sure = kinds.get(place, ("", False))
                if kind and says(kind, text[low:high], sure=sure):
                    found.append((low, high, kind))
        if breaking is None or breaking[0] == "\x01":
            break
        at = breaking.end()
    return found, at
