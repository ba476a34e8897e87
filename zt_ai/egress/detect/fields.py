"""Columns of tables and fields of messages: what a value is follows from where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from zt_ai.egress.detect.rule import Spans

COLUMNS: Mapping[str, str] = {
    "mrn": r"(?:patient|pt|pat)?[ _-]?mrn(?:[ _-]?(?:id|no|number|#))?|med(?:ical)?[ _-]?rec(?:ord)?(?:[ _-]?(?:no\.?|num|number|nbr|#|id))?|(?:patient|pat|pt)[ _-]?(?:id|no|num|number|identifier|#)|chart[ _-]?(?:no|num|number|id|#)",
    "name": r"(?:patient|pt|first|last|middle|full|given|family|maiden|member|subscriber|provider|physician|doctor|employee|customer|guarantor|contact|mother|father|insured|legal|preferred)[ _-]?names?|f[ _-]?name|l[ _-]?name|"
    r"surname|forename|names?|patient|provider|physician|doctor|attending|resident|prescriber|caregiver|guardian|next[ _-]of[ _-]kin|nurse|clinician",
    "date": r"dob|d\.o\.b\.?|(?:date|dt)[ _-]?of[ _-]?(?:birth|service|admission|discharge|death|visit)|birth[ _-]?(?:date|day|dt)|[a-z_ ]{0,20}dates?|[a-z]{2,12}[ _](?:dt|dttm|at|on)|date[ _-]?time|dos|doa|dod|"
    r"collected|admitted|discharged|received|resulted|scheduled|last[ _-](?:visit|seen)|next[ _-](?:visit|appointment|appt)|visit|appointment|admission|discharge|timestamp",
    "ssn": r"ssn|social[ _-]?security(?:[ _-]?(?:no|num|number|#))?|ss[ _-]?(?:no|num|#)",
    "phone": r"(?:home|cell|work|mobile|patient|contact|emergency)?[ _-]?(?:phone|telephone|tel|mobile|cell)(?:[ _-]?(?:no|num|number|#))?|pager",
    "fax": r"fax(?:[ _-]?(?:no|num|number|#))?",
    "address": r"(?:street|home|mailing|patient|billing)?[ _-]?addr(?:ess)?(?:[ _-]?(?:line)?[ _-]?[12])?|street(?:[ _-]?(?:line)?[ _-]?[12])?",
    "location": r"city|town|county|(?:patient|home|birth)[ _-]?(?:city|place)",
    "zip": r"zip(?:[ _-]?code)?|postal[ _-]?code|post[ _-]?code",
    "health_plan": r"(?:member|subscriber|policy|group|insurance|medicaid|plan)[ _-]?(?:id|no|num|number|nbr|#)|mbi|hicn|policy",
    "claim": r"claim[ _-]?(?:id|no|num|number|#)?|auth(?:orization)?[ _-]?(?:id|no|num|number|#)",
    "npi": r"(?:[a-z]{0,12}[ _-])?npi(?:[ _-]?(?:no|number|#))?",
    "dea": r"dea(?:[ _-]?(?:no|num|number|#))?",
    "account": r"(?:patient|guarantor)?[ _-]?(?:account|acct|acc|har)(?:[ _-]?(?:id|no|num|number|#))?|invoice(?:[ _-]?(?:id|no|num|number|#))?",
    "accession": r"accession(?:[ _-]?(?:id|no|num|number|#))?|(?:specimen|sample|order)[ _-]?(?:id|no|num|number|#)",
    "encounter": r"(?:encounter|visit|csn|fin)[ _-]?(?:id|no|num|number|#)|csn|fin",
    "prescription": r"rx[ _-]?(?:id|no|num|number|#)|prescription[ _-]?(?:id|no|num|number|#)",
    "license": r"(?:driver'?s?[ _-]?)?licen[cs]e(?:[ _-]?(?:no|num|number|#))?|dl(?:[ _-]?(?:no|num|number|#))?",
    "device": r"(?:device[ _-]?)?serial(?:[ _-]?(?:no|num|number|#))?|device[ _-]?id",
    "study_subject": r"(?:subject|participant)[ _-]?(?:id|no|num|number|#)",
}
"""Kind → names of columns, in any case."""

_DELIMITERS = ("\t", "|", ";", ",")
_VALUES = re.compile(r"\(([^()\n]{3,400})\)\s{0,4}(?i:values)\s{0,4}")
_TUPLE = re.compile(r"\s{0,6},?\s{0,6}\(([^()]{3,2000})\)")
_RULE = re.compile(r"[\s|:+=-]*$")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_WORDS_ONLY = frozenset(("name", "location"))
_NOTHING = re.compile(r"(?i)(?:null|none|n/?a|unknown|true|false|nan|-+|date|name|varchar.*|text|int(?:eger)?)$")


def cells(text: str, start: int, end: int, delimiter: str) -> list[tuple[int, int]]:
    """The cells of one line, without quotes and blanks around them."""
    found: list[tuple[int, int]] = []
    at = start
    while at <= end:
        quote = re.compile(r"[ ]*([\"'])").match(text, at, end)
        if quote:
            close = text.find(quote[1], quote.end(), end)
            stop = text.find(delimiter, close if close >= 0 else at, end)
        else:
            stop = text.find(delimiter, at, end)
        stop = end if stop < 0 else stop
        low, high = at, stop
        while low < high and text[low] in " \t\"'*`":
            low += 1
        while high > low and text[high - 1] in " \t\r\"'*`":
            high -= 1
        found.append((low, high))
        at = stop + 1
    return found


def table(kind: str) -> Spans:
    """Values of a kind in the rows under a header that names it; also after `(columns) VALUES`."""
    column = re.compile(COLUMNS[kind], re.IGNORECASE)

    def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        at = text.rfind("\n", 0, low + 1) + 1
        while at <= high:
            end = _line_end(text, at)
            yield from _rows(text, at, end, column, kind)
            at = end + 1
        for head in _VALUES.finditer(text, max(low - 400, 0), min(high + 400, len(text))):
            names = cells(text, head.start(1), head.end(1), ",")
            wanted = [place for place, (a, b) in enumerate(names) if column.fullmatch(text[a:b])]
            row = _TUPLE.match(text, head.end())
            while row and wanted:
                yield from _values(text, cells(text, row.start(1), row.end(1), ","), wanted, kind)
                row = _TUPLE.match(text, row.end())

    return spans


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _rows(text: str, start: int, end: int, column: re.Pattern[str], kind: str) -> Iterator[tuple[int, int]]:
    line = text[start:end]
    for delimiter in _DELIMITERS:
        if line.count(delimiter) < 1:
            continue
        names = [text[a:b].strip() for a, b in cells(text, start, end, delimiter)]
        wanted = [place for place, name in enumerate(names) if column.fullmatch(name)]
        # A header is short words only; a sentence with commas is none.
        if not wanted or sum(bool(_HEADER.fullmatch(name)) for name in names) < max(2, len(names) - 1):
            continue
        at = end + 1
        while at < len(text):
            stop = _line_end(text, at)
            row = cells(text, at, stop, delimiter)
            if not _RULE.match(text, at, stop) or at == stop:
                if abs(len(row) - len(names)) > 1 or len(row) < 2:
                    return
                yield from _values(text, row, wanted, kind)
            at = stop + 1
        return


_HEADER = re.compile(r"[A-Za-z#][\w .#/()-]{0,30}|")


def _values(text: str, row: list[tuple[int, int]], wanted: list[int], kind: str) -> Iterator[tuple[int, int]]:
    for place in wanted:
        if place < len(row):
            low, high = row[place]
            value = text[low:high]
            if 0 < high - low <= 120 and not _NOTHING.match(value):
                if kind in _WORDS_ONLY:
                    good = bool(_LETTERS.search(value)) and not any(char.isdigit() for char in value)
                else:
                    good = sum(char.isdigit() for char in value) >= (1 if kind == "address" else 3)
                if good:
                    yield low, high


def triggers(kind: str) -> tuple[str, ...]:
    """Names of columns with a delimiter beside them."""
    names = COLUMNS[kind]
    return (
        rf"(?i)(?:^|[\n,;\t|\"'( ])(?:{names})[\"'*]?[ ]?[,;\t|][ \"'*]{{0,2}}[a-z#]",
        rf"(?i)[a-z)][\"'*]?[ ]?[,;\t|][ \"'*]{{0,2}}(?:{names})[\"'*]?[ )]?(?:[,;\t|\n]|\r\n|\) ?values)",
    )
