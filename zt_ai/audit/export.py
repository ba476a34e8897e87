"""Part of a journal for somebody else, so that it can be verified by itself.

The first line says what was exported and is sealed; then comes every record of the range. One that a filter leaves out
keeps its place in the chain: its fields are replaced by their digest. The receiver sees that it is there and when it
stood, not what it says (the digest is not keyed: with guesses for every field, one can test a guess).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zt_ai.audit.canonical import decode, encode
from zt_ai.audit.errors import AuditError
from zt_ai.audit.keys import Keys
from zt_ai.audit.link import GENESIS, Link
from zt_ai.audit.sources import open_journal

_FORM = re.compile(r'(\{"chain":"[0-9a-f]{16}","export":1,.*),"seal":("[0-9a-f]{32}"|null)\}\n')


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are exported or shown with their fields. None and empty: all."""

    since: str | None = None
    """Earliest `time`, RFC 3339 in UTC or a beginning of it such as `2026-11-25`."""
    until: str | None = None
    """Latest `time`, likewise; `2026-11-25` includes the whole day."""
    equal: Mapping[str, str] | None = None
    """Values that fields must have: `caller`, `provider`, `decision`, `rule` …"""

    def takes(self, link: Link) -> bool:
        """Whether a record's fields are wanted. The journal's own records are, at any time that is asked for."""
        fields = link.fields or {}
        if not self.in_range(link):
            return False
        return link.event is not None or all(fields.get(name) == value for name, value in (self.equal or {}).items())

    def in_range(self, link: Link) -> bool:
        """Whether a record lies in the range of time."""
        time = str((link.fields or {}).get("time", ""))
        return (self.since is None or time >= self.since) and (
            self.until is None or time[: len(self.until)] <= self.until
        )


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of an export."""

    chain: str
    first: int
    last: int
    last_hash: str
    records: int
    """Lines that follow."""
    filters: Mapping[str, Any]
    key: str | None = None
    body: str = ""
    seal: str | None = None

    def render(self, keys: Keys | None) -> str:
        """The line with its end."""
        key = keys.current if keys else None
        body = encode(
            {
                "chain": self.chain,
                "export": 1,
                "filters": dict(self.filters),
                "first": self.first,
                "key": key.id if key else None,
                "last": self.last,
                "last_hash": self.last_hash,
                "records": self.records,
            }
        )[:-1]
        seal = f'"{key.seal(body.encode())}"' if key else "null"
        return f'{body},"seal":{seal}}}\n'

    def genuine(self, keys: Keys) -> bool:
        """Whether one of the keys sealed it."""
        key = keys.get(self.key) if self.key else None
        return key is not None and key.seal(self.body.encode()) == self.seal


def parse_header(line: bytes) -> Header:
    """The first line of an export. Raises ValueError when it is none."""
    match = _FORM.fullmatch(line.decode("ascii"))
    if not match:
        raise ValueError("it begins no export")
    value = decode(match[1] + "}")
    if encode(value)[:-1] != match[1]:
        raise ValueError("it is written in another way than the journal writes it")
    try:
        numbers = [value[name] for name in ("first", "last", "records")]
        texts = [value["chain"], value["last_hash"]]
        header = Header(
            value["chain"],
            value["first"],
            value["last"],
            value["last_hash"],
            value["records"],
            value["filters"],
            value["key"],
            match[1],
            json.loads(match[2]),
        )
    except KeyError as error:
        raise ValueError(f"it has no {error}") from None
    if not all(type(number) is int for number in numbers) or not all(isinstance(text, str) for text in texts):
        raise ValueError("its values are not of the right type")
    return header


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    records: int
    omitted: int
    first: int
    last: int
    head: str


def export(path: Path, out: Callable[[str], object], chosen: Filter, keys: Keys | None) -> Exported:
    """Write the records of a journal's folder or file that a filter takes, from the first to the last of them.

    `out` gets text. The journal is read twice, so that memory stays small. Raises AuditError when a line is not a
    record: a tampered journal is verified, not exported.
    """
    with ExitStack() as stack:
        opened = open_journal(path, stack)
        first = last = records = omitted = 0
        chain, last_hash = "0" * 16, GENESIS
        for link in _links(opened.lines()):
            chain = link.chain
            if chosen.in_range(link):
                first = first or link.seq
                last, last_hash = link.seq, link.hash
        filters = {"since": chosen.since, "until": chosen.until, **(chosen.equal or {})}
        count = last - first + 1 if first else 0
        out(Header(chain, first, last, last_hash, count, filters).render(keys))
        for _, file in opened.files:
            file.seek(0)
        for link in _links(opened.lines()):
            if first and first <= link.seq <= last:
                taken = chosen.takes(link)
                records, omitted = records + taken, omitted + (not taken)
                out((link if taken else link.without_fields()).line() + "\n")
    return Exported(records, omitted, first, last, last_hash)


def _links(lines: Iterator[tuple[str, Any]]) -> Iterator[Link]:
    for _, line in lines:
        if line.link is not None:
            yield line.link
        elif line.whole:  # part of a line at the end is a record that nobody was told of
            raise AuditError(f"{line.place} {line.problem}; run: zt-ai audit verify")
