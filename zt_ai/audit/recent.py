"""The last records of a journal, newest first, without reading all of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from zt_ai.audit.export import Filter
from zt_ai.audit.link import Link
from zt_ai.audit.sources import open_journal, parse_line

_BLOCK = 1 << 16


def recent(path: Path, chosen: Filter, count: int) -> list[Link]:
    """At most `count` records that a filter takes, newest first. They are shown, not verified: damaged lines are passed
    over. Raises AuditError when there is no journal."""
    with ExitStack() as stack:
        opened = open_journal(path, stack)
        found = (link for _, file in reversed(opened.files) for link in _backwards(file))
        wanted = (link for link in found if chosen.takes(link) and not (chosen.equal and link.event))
        return list(islice(wanted, count))


def _backwards(file: BinaryIO) -> Iterator[Link]:
    position = file.seek(0, os.SEEK_END)
    rest = b""
    while position > 0:
        start = max(0, position - _BLOCK)
        file.seek(start)
        first, *lines = (file.read(position - start) + rest).split(b"\n")
        for line in reversed(lines):
            link = parse_line(line, "").link
            if link:
                yield link
        position, rest = start, first
    link = parse_line(rest, "").link
    if link:
        yield link
