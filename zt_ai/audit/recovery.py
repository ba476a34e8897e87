"""What a writer finds that is not what the head says: after a kill, a power failure, or somebody's hand.

A kill or a power failure can only leave more than the head knows: whole records that nobody was told of, then perhaps
part of one. Less than the head knows, or something else than it knows, is never the result of a crash, because the head
is written after the records are on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zt_ai.audit.canonical import decode
from zt_ai.audit.head import Head
from zt_ai.audit.keys import Keys
from zt_ai.audit.layout import CURRENT_NAME, segments
from zt_ai.audit.link import GENESIS, Link, link_of


@dataclass(frozen=True, slots=True)
class Tail:
    """What stands behind the head."""

    links: tuple[Link, ...]
    """Records that continue the chain."""
    data: bytes
    """Their lines."""
    foreign: int
    """Whole lines behind them that do not."""
    cut: int
    """Bytes behind the last good record."""


def read_tail(data: bytes, head: Head, keys: Keys) -> Tail:
    """Tell the records that continue the chain from what must be cut off. `data` is what follows the head's size."""
    links: list[Link] = []
    seq, previous, good = head.seq, head.hash, 0
    for line in data.splitlines(keepends=True):
        link = read_line(line, keys) if line.endswith(b"\n") else None
        if link is None or (link.chain, link.seq, link.prev) != (head.chain, seq + 1, previous):
            break
        links.append(link)
        seq, previous, good = link.seq, link.hash, good + len(line)
    rest = data[good:]
    return Tail(tuple(links), data[:good], rest.count(b"\n"), len(rest))


def read_line(line: bytes, keys: Keys) -> Link | None:
    """The record in a line with its end, None unless it is whole, rightly written and made with one of the keys."""
    try:
        link = link_of(decode(line.decode("ascii")))
    except ValueError:
        return None
    key = keys.get(link.key)
    whole = key is not None and link.consistent() and link.authentic(key) and line == link.line().encode() + b"\n"
    return link if whole else None


def rebuild_head(folder: Path, keys: Keys, day: str, new_chain: str) -> Head:
    """A head for a folder whose own is lost: behind the last record that one of the keys made.

    What stood behind that record nobody can say any more; the caller notes that. Numbers go on from the highest.
    """
    last: Link | None = None
    number = 0
    for number, path in segments(folder):  # noqa: B007 - the last number is needed
        last = _last_of(path, keys, last)
    current = folder / CURRENT_NAME
    before = last.seq if last else 0
    if current.exists():
        last = _last_of(current, keys, last)
    size = whole_lines(current)
    if last is None:
        return Head(new_chain, 0, GENESIS, number + 1, 1, size, day)
    return Head(last.chain, last.seq, last.hash, number + 1, before + 1, size, day)


def _last_of(path: Path, keys: Keys, last: Link | None) -> Link | None:
    with path.open("rb") as file:
        for line in file:
            link = read_line(line, keys)
            if link is not None and (last is None or link.seq > last.seq):
                last = link
    return last


def whole_lines(path: Path) -> int:
    """Bytes up to and with the last line end in a file; 0 when there is no file."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        size = file.seek(0, 2)
        position, step = size, 1 << 16
        while position > 0:
            start = max(0, position - step)
            file.seek(start)
            end = file.read(position - start).rfind(b"\n")
            if end >= 0:
                return start + end + 1
            position = start
    return 0


def last_line(handle_path: Path, size: int) -> bytes:
    """The last line within the first `size` bytes of a file, with its end."""
    with handle_path.open("rb") as file:
        start = max(0, size - (1 << 16))
        file.seek(start)
        lines = file.read(size - start).splitlines(keepends=True)
    return lines[-1] if lines else b""
