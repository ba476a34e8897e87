"""(A), (B), (C) What stands in a column of names is a name, in one of towns a town, in one of days a day.

Boards and exports often have no header, or one that says little. Lists and context know some of what stands in a
column; the rest is known by where it stands. Looked at only in texts in which an identifier of a person was found: a
table of nothing but words stays one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from zt_ai.egress.decode.sheet import BORDER
from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import CODES, STATE_NAMES, STATES
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.lists.things import SHOWN
from zt_ai.egress.detect.records.cells import BLANKS, Cell, between_blanks, cells_of
from zt_ai.egress.detect.records.headers import kind_of
from zt_ai.egress.detect.resolve import Ranked
from zt_ai.egress.detect.rules.rosters import may_be_name, words_of

_PERSONAL = frozenset(
    "name location date age phone fax email mrn ssn address zip encounter account health_plan mbi facility".split()
)
"""Kinds of which one has to be found in a text: numbers of tickets and addresses of the web stand in any."""
_LEAST = 2
"""Different cells of a column that have to be known; they also have to be half of those that fill it."""
_ROWS = 3
_WIDEST = 1000
"""Characters of a line that is read as a row."""
_SEPARATORS = ("\t", "|", ";", BLANKS, ",")
_DRAWN = re.compile(r"[\s|:+=_-]*")
_NO_ROW = re.compile(r"[^\s|;,]+(?: [^\s|;,]+){0,2}")
_REMARK = 20
"""Characters of a line between two rows that says that there is none: `B4 -------`."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a cell of a column of this kind looks like."""

    rule: str
    shape: re.Pattern[str]
    """Its group `v` is what is found."""
    fits: Callable[[str], bool]
    """Whether a value of this shape may be one."""
    known: Callable[[str], bool] | None = None
    """Whether a value speaks for the whole column, though it was not found where it stands; None: no value does."""


def _may_be_named(value: str) -> bool:
    return may_be_name(words_of(value)) and person.case(value) not in SHOWN and kind_of(value) is None


_FORMAL = re.compile(rf"[A-Z]\. {person.WORD}|{person.WORD}, ?{person.WORD}.*|(?=\S{{4}}){person.WORD} [A-Z]\.?")
"""`R. Agbayani`, `Dhillon, Gurbaksh K`, `ADDO K`: in a column that is a name whether or not lists know it."""


def _is_known(value: str) -> bool:
    words = [person.case(part) for word in words_of(value) for part in word.split("-") if len(part) > 1]
    listed = any((word in person.SURNAMES or word in person.GIVEN) and word not in EPONYMS for word in words)
    return _may_be_named(value) and (listed or _FORMAL.fullmatch(value) is not None)


def _may_be_town(value: str) -> bool:
    first = value.split(maxsplit=1)[0]
    return (
        value not in STATES
        and first not in person.STOP
        and person.case(value) not in SHOWN
        and not (value.isupper() and len(value) < 3)
        and kind_of(value) is None
    )


_BEFORE = (
    r"(?:[A-Z]{0,4}-?[0-9]{1,6}[A-Z]?[.):]? |(?:Dr|DR|Mr|MR|Mrs|MRS|Ms|MS)\.? |(?:RN|CNA|LPN|MD|NP|BB|BG) |[-*] )?"
)
_SMALL = r"(?:(?:de|del|de la|da|dos|van|von|der|bin|al|el) )?"
_KINDS: Mapping[str, _Kind] = {
    "name": _Kind(
        "name.column",
        re.compile(
            rf"{_BEFORE}(?P<v>{_SMALL}(?:{person.WORD}|[A-Z]\.)(?:(?:, ?| |/){_SMALL}(?:{person.WORD}|[A-Z]\.?)){{0,3}})"
            r"(?:,? (?:MD|DO|RN|NP|PA|PA-C|CRNA|CNM))?"
        ),
        _may_be_named,
        _is_known,
    ),
    "location": _Kind(
        "location.column",
        re.compile(
            # A hyphen belongs to a word: as a border too it would be tried in thousands of ways.
            rf"(?P<v>{person.WORD}\.?(?: (?:{person.WORD}\.?|of|de|du|la|del|los|las|and)){{0,4}})"
            rf"(?:,? (?:{CODES}|{STATE_NAMES}))?"
        ),
        _may_be_town,
    ),
    "date": _Kind(
        "date.column",
        re.compile(
            r"(?:[A-Za-z]{1,4}\.? )?(?P<v>[01]?[0-9]([/-])[0-3]?[0-9](?:\2(?:[0-9]{4}|[0-9]{2}))?)(?: [0-9:]{3,5})?"
        ),
        lambda value: True,
    ),
}

Row = Mapping[int, Cell]
"""The cells of a line by their column: its number, or of columns made with blanks where it begins."""


def columns(text: str, found: Sequence[Ranked]) -> list[Ranked]:
    """Further names, towns and days, by the columns in which they stand; none in what was joined from pieces."""
    if not any(one[3] in _PERSONAL for one in found):
        return []
    border = text.rfind(BORDER)
    size = len(text) if border < 0 else border
    spans = {kind: sorted({(one[0], one[1]) for one in found if one[3] == kind}) for kind in _KINDS}
    further: list[Ranked] = []
    for rows in _tables(text, size):
        headed = not any(map(str.isdigit, text[min(rows[0].values())[0] : max(rows[0].values())[1]]))
        for column in _columns_of(text, rows[headed:]):
            for kind, form in _KINDS.items():
                further += ((*cell, 0, kind, form.rule) for cell in _unknown(form, column, spans[kind]))
    return further


def _unknown(form: _Kind, column: Mapping[str, Sequence[Cell]], spans: Sequence[Cell]) -> Iterator[Cell]:
    """The cells of a column that were not found, if half of it speaks for their kind. The column by what it holds."""
    if not spans and form.known is None:
        return
    certain = 0
    matches: list[tuple[re.Match[str], Sequence[Cell]]] = []
    for written, cells in column.items():
        match = form.shape.fullmatch(written)
        if match is not None:
            matches.append((match, cells))
        certain += any(_covered(cell, spans) for cell in cells) or (
            match is not None and form.known is not None and form.known(match["v"])
        )
    if certain < _LEAST or certain * 2 < len(column):
        return
    for match, cells in matches:
        if form.fits(match["v"]):
            low, high = match.span("v")
            yield from ((start + low, start + high) for start, _ in cells)


def _covered(cell: Cell, spans: Sequence[Cell]) -> bool:
    """Whether most of a cell was found."""
    start, end = cell
    at = max(bisect_left(spans, cell) - 1, 0)
    found = 0
    while at < len(spans) and spans[at][0] < end:
        low, high = max(spans[at][0], start), min(spans[at][1], end)
        found += max(high - low, 0)
        at += 1
    return found * 2 > end - start


def _columns_of(text: str, rows: Sequence[Row]) -> Iterator[Mapping[str, list[Cell]]]:
    """The filled cells of each column that has enough of them, by what they hold: most columns repeat themselves."""
    filled: dict[int, dict[str, list[Cell]]] = {}
    counts: Counter[int] = Counter()
    for row in rows:
        for place, (low, high) in row.items():
            if low < high:
                filled.setdefault(place, {}).setdefault(text[low:high], []).append((low, high))
                counts[place] += 1
    yield from (filled[place] for place in sorted(filled) if counts[place] >= _ROWS and len(filled[place]) >= _LEAST)


def _tables(text: str, size: int) -> Iterator[list[Row]]:
    """Lines below each other with as many cells."""
    lines = text[:size].split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for separator in _SEPARATORS:
        if text.count(separator, 0, size) < _ROWS:
            continue
        width = 0
        run: list[int] = []
        for number, line in enumerate(lines):
            count = line.count(separator) if len(line) <= _WIDEST else 0
            if separator == BLANKS:
                count = min(count, 1)
            if count and count == width:
                run.append(number)
            elif not run or not _between(line):
                yield from _rows(text, lines, starts, run, separator)
                width, run = count, [number] if count else []
        yield from _rows(text, lines, starts, run, separator)


def _between(line: str) -> bool:
    """Whether a line between two rows is none: drawn, empty, or a remark."""
    return _DRAWN.fullmatch(line) is not None or (len(line) < _REMARK and _NO_ROW.fullmatch(line) is not None)


def _rows(
    text: str, lines: Sequence[str], starts: Sequence[int], run: Sequence[int], separator: str
) -> Iterator[list[Row]]:
    if len(run) < _ROWS:
        return
    rows: list[Row] = []
    for number in run:
        if not _DRAWN.fullmatch(lines[number]):
            start, end = starts[number], starts[number] + len(lines[number].rstrip("\r"))
            if separator == BLANKS:
                rows.append({low - start: (low, high) for low, high in between_blanks(text, start, end)})
            else:
                rows.append(dict(enumerate(cells_of(text, start, end, separator))))
    if len(rows) >= _ROWS:
        yield rows
