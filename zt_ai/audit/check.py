"""Is a journal what its writers wrote? Reads a folder, one file, an export or a log; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from zt_ai.audit.errors import AuditError
from zt_ai.audit.export import Header, parse_header
from zt_ai.audit.head import Head, HeadError, parse_head
from zt_ai.audit.keys import Keys
from zt_ai.audit.layout import CURRENT_NAME
from zt_ai.audit.link import Link
from zt_ai.audit.sources import Line, Opened, open_journal, read_lines, read_log
from zt_ai.audit.verification import Kind, Problem, Verification
from zt_ai.audit.walk import Walk

_LOCAL = (
    "the end is proved by the head beside the journal alone; --head or --at-least compare with what is kept elsewhere"
)


@dataclass(frozen=True, slots=True)
class Anchors:
    """What is known from elsewhere."""

    head: str | None = None
    """Hash that some record must have."""
    at_least: int | None = None
    """Number that the last record must have reached."""
    first: int | None = None
    """Number of the first record that must be there, for a folder whose older files were archived."""


def verify(
    path: Path, key: bytes | Keys | None = None, *, anchors: Anchors | None = None, log: bool = False
) -> Verification:
    """Verify a journal's folder, one file of it, an export, or (`log`) lines that a log store kept.

    Without a key the chain of hashes is followed, which shows changes unless everything behind them was made anew; only
    the key shows who wrote it. Raises AuditError when there is nothing to read.
    """
    keys = Keys([key]) if isinstance(key, bytes) else key
    result = Verification(keyed=keys is not None)
    anchor = _Anchored(result, anchors or Anchors())
    if log:
        _verify_log(path, keys, result, anchor)
    else:
        with ExitStack() as stack:
            opened = open_journal(path, stack)
            header = None if path.is_dir() else _header(opened)
            if header:
                _verify_export(opened, header, keys, result, anchor)
            else:
                _verify_journal(path, opened, keys, result, anchor)
    anchor.finish()
    if keys is None:
        result.notes.append("no key was given: who wrote the records was not checked")
    return result


class _Anchored:
    """Looks out for the record that was named from elsewhere."""

    def __init__(self, result: Verification, anchors: Anchors) -> None:
        self._result = result
        self.anchors = anchors
        self._seen = anchors.head is None

    def see(self, link: Link) -> None:
        if not self._seen and link.hash == self.anchors.head:
            self._seen = True

    def finish(self) -> None:
        if not self._seen:
            message = f"no record has the hash {self.anchors.head}: the journal was cut off or replaced"
            self._result.add(Problem(Kind.TRUNCATED, message))
        least = self.anchors.at_least
        last = max((chain.last or 0 for chain in self._result.chains), default=0)
        if least is not None and last < least:
            message = f"the last record is {last}, and there was a record {least}"
            self._result.add(Problem(Kind.TRUNCATED, message, "", last + 1, least))


def _verify_journal(path: Path, opened: Opened, keys: Keys | None, result: Verification, anchor: _Anchored) -> None:
    head = _head(path, opened, keys, result)
    lines = _known_lines(opened, head, result)
    early: list[Line] = []  # lines before it is known which chain this is
    chain = head.chain if head else None
    for line in lines:
        early.append(line)
        if chain is None and line.link is not None:
            chain = line.link.chain
        if chain is not None:
            break
    if chain is None:
        for line in early:
            result.add(Problem(Kind.UNREADABLE, line.problem, line.place))
        if not early:
            result.add(Problem(Kind.TRUNCATED, "there is no record"))
        return
    start = anchor.anchors.first or (1 if path.is_dir() else head.first if head else None)
    if start is None:
        _check_beginning(early, result)
    walk = Walk(result, chain, keys, start)
    for line in [*early, *lines]:
        _take(walk, line, anchor)
    if head:
        walk.finish(head.seq, head.hash, "the sealed head")
        if walk.last > head.seq:
            result.notes.append(f"{walk.last - head.seq} record(s) behind the head: a writer is at work or was killed")
        result.notes.append(_LOCAL)
    else:
        walk.finish()


def _known_lines(opened: Opened, head: Head | None, result: Verification) -> Iterator[Line]:
    """All lines but half a one behind the head: that is what a killed writer leaves, and nobody was told of it."""
    for name, line in opened.lines():
        if head and not line.whole and name == CURRENT_NAME and line.start >= head.size:
            result.notes.append(
                f"{line.place}: part of a record: a writer is at work, or was killed and the next one cuts it off"
            )
        else:
            yield line


def _check_beginning(lines: list[Line], result: Verification) -> None:
    """A file by itself begins with what its writer says at the beginning of each file."""
    link = lines[0].link
    if link is not None and link.event not in {"started", "continued"}:
        message = f"the file begins with record {link.seq}, which begins no file: what stood before is missing"
        result.add(Problem(Kind.REMOVED, message, "", None, link.seq - 1))


def _take(walk: Walk, line: Line, anchor: _Anchored) -> None:
    if line.link is not None:
        anchor.see(line.link)
        walk.take(line.link, line.place)
    elif line.seq is not None:
        walk.damaged(line.place, Kind.CHANGED, f"record {line.seq} {line.problem}", line.seq)
    else:
        walk.damaged(line.place, Kind.UNREADABLE, line.problem)


def _head(path: Path, opened: Opened, keys: Keys | None, result: Verification) -> Head | None:
    if opened.head is None:
        if path.is_dir() or path.name == CURRENT_NAME:
            result.add(Problem(Kind.TRUNCATED, "the head is missing: what stood at the end cannot be proved"))
        else:
            result.notes.append("the end of a file by itself is not sealed: give the folder, --head or --at-least")
        return None
    try:
        return parse_head(opened.head, keys)
    except HeadError as error:
        result.add(Problem(Kind.TRUNCATED, f"the head {error}: what stood at the end cannot be proved"))
        return None


def _header(opened: Opened) -> Header | None:
    _, file = opened.files[0]
    try:
        return parse_header(file.readline())
    except ValueError:
        file.seek(0)
        return None


def _verify_export(opened: Opened, header: Header, keys: Keys | None, result: Verification, anchor: _Anchored) -> None:
    name, file = opened.files[0]
    if keys is not None and not header.genuine(keys):
        message = "the first line is not sealed with the key: it may be shorter than what was exported"
        result.add(Problem(Kind.FOREIGN, message, f"{name}:1"))
    walk = Walk(result, header.chain, keys, max(header.first, 1))
    for line in read_lines(name, file):
        _take(walk, line, anchor)
    if header.records == 0:
        result.notes.append("nothing was exported")
    walk.finish(header.last, header.last_hash, "the first line")
    if walk.last > header.last:
        message = f"records {header.last + 1} to {walk.last} were not exported"
        result.add(Problem(Kind.FOREIGN, message, "", header.last + 1, walk.last))


def _verify_log(path: Path, keys: Keys | None, result: Verification, anchor: _Anchored) -> None:
    """A log may hold several journals, in the order in which lines arrived, and some lines twice."""
    chains: dict[str, dict[tuple[int, str], Line]] = {}
    for line in read_log(path):
        if line.link is None:
            result.add(Problem(Kind.UNREADABLE, line.problem, line.place))
        else:
            chains.setdefault(line.link.chain, {}).setdefault((line.link.seq, line.link.line()), line)
    if not chains and not result.problems:
        raise AuditError(f"{path} holds no audit record")
    for chain, lines in sorted(chains.items()):
        walk = Walk(result, chain, keys, None)
        for _, line in sorted(lines.items()):
            _take(walk, line, anchor)
        walk.finish()
    result.notes.append("what a log holds before its first and behind its last record cannot be seen in it")
