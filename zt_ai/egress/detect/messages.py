"""Fields of HL7 v2 messages: what a field holds follows from its segment and number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from zt_ai.egress.detect.rule import Spans

# HL7 v2.5.1, chapters 2.14 (MSH), 3.4 (PID, NK1, PV1, PD1, EVN), 4.5 (ORC, OBR), 6.5 (GT1, IN1, DG1), 7.4 (OBX).
FIELDS: Mapping[str, Mapping[int, str]] = {
    "MSH": {7: "date"},
    "EVN": {2: "date", 3: "date", 5: "staff", 6: "date"},
    "PID": {2: "mrn", 3: "mrn", 4: "mrn", 5: "name", 6: "name", 7: "date", 9: "name", 11: "address", 12: "location", 13: "phone", 14: "phone",
            18: "account", 19: "ssn", 20: "license", 21: "mrn", 23: "location", 29: "date"},
    "NK1": {2: "name", 4: "address", 5: "phone", 6: "phone", 16: "date", 30: "name", 31: "phone", 32: "address", 37: "ssn"},
    "PD1": {4: "staff"},
    "PV1": {7: "staff", 8: "staff", 9: "staff", 17: "staff", 19: "encounter", 44: "date", 45: "date", 50: "encounter"},
    "ORC": {2: "accession", 3: "accession", 9: "date", 10: "staff", 11: "staff", 12: "staff", 15: "date"},
    "OBR": {2: "accession", 3: "accession", 6: "date", 7: "date", 8: "date", 14: "date", 16: "staff", 22: "date"},
    "OBX": {14: "date", 16: "staff", 19: "date"},
    "GT1": {2: "account", 3: "name", 4: "name", 5: "address", 6: "phone", 7: "phone", 8: "date", 12: "ssn", 19: "other_id"},
    "IN1": {8: "health_plan", 16: "name", 18: "date", 19: "address", 36: "health_plan", 49: "health_plan"},
    "DG1": {5: "date"},
    "MRG": {1: "mrn", 7: "name"},
}  # fmt: skip
"""Segment → number of the field → kind; `staff` is a name after an id, `address` has parts of its own."""

_SEGMENT = re.compile(r"(?:(?<=[\n\r>\"])|^|(?<=\\n)|(?<=\\r)|(?<=\s))(MSH|EVN|PID|NK1|PD1|PV1|ORC|OBR|OBX|GT1|IN1|DG1|MRG)\|", re.MULTILINE)
TRIGGERS = tuple(rf"{segment}\|" for segment in FIELDS)
_END = re.compile(r"[\n\r]|\\n|\\r|$")
_ADDRESS = {0: "address", 2: "location", 4: "zip", 8: "location"}


def segments(kind: str) -> Spans:
    """Values of a kind in HL7 segments."""

    def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        for match in _SEGMENT.finditer(text, low, high):
            ending = _END.search(text, match.end())
            end = ending.start() if ending else len(text)
            number = 1 if match[1] == "MSH" else 0
            at = match.end() - 1
            wanted = FIELDS[match[1]]
            while at < end and number <= 60:
                number += 1
                stop = text.find("|", at + 1, end)
                stop = end if stop < 0 else stop
                if number in wanted and stop > at + 1:
                    yield from _parts(text, at + 1, stop, wanted[number], kind)
                at = stop

    return spans


def _parts(text: str, start: int, end: int, field: str, kind: str) -> Iterator[tuple[int, int]]:
    for repeat in re.compile(r"[^~]+").finditer(text, start, end):
        low, high = repeat.span()
        parts = [found.span() for found in re.compile(r"(?:(?<=\^)|(?<=[|~]))[^^]*").finditer(text, low, high)]
        if field == "address":
            for place, named in _ADDRESS.items():
                if named == kind and place < len(parts) and parts[place][1] > parts[place][0]:
                    yield parts[place]
        elif field in ("name", "staff") and kind == "name":
            skip = 1 if field == "staff" and len(parts) > 1 and any(c.isdigit() for c in text[slice(*parts[0])]) else 0
            first, last = parts[skip][0], parts[min(skip + 2, len(parts) - 1)][1]
            value = text[first:last].rstrip("^")
            if re.search(r"[^\W\d_]{2}", value):
                yield first, first + len(value)
        elif field == kind:
            first, last = parts[0] if parts else (low, high)
            if sum(c.isdigit() for c in text[first:last]) >= 3 or (kind == "location" and re.search(r"[^\W\d_]{3}", text[first:last])):
                yield first, last
