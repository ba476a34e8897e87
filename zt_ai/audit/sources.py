"""Where records are read from: a journal's folder, one of its files, an export, a log."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from zt_ai.audit.canonical import decode
from zt_ai.audit.errors import AuditError
from zt_ai.audit.head import HEAD_NAME, read_head
from zt_ai.audit.layout import CURRENT_NAME, segments
from zt_ai.audit.link import Link, link_of


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a record, or why it is none."""

    place: str
    link: Link | None
    problem: str = ""
    whole: bool = True
    """False for bytes without a line end at the end of a file."""
    start: int = 0
    """Offset of the line in its file."""
    seq: int | None = None
    """The number it says it has, when it holds no record."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A journal's files, opened in one moment between two batches."""

    files: tuple[tuple[str, BinaryIO], ...]
    head: bytes | None
    """Content of the head's file, None without one."""

    def lines(self) -> Iterator[tuple[str, Line]]:
        """Every line with its file's name, oldest first."""
        for name, file in self.files:
            for line in read_lines(name, file):
                yield name, line


def open_journal(path: Path, stack: ExitStack) -> Opened:
    """Open a journal's folder, or one file of it, while no writer is in the middle of something."""
    folder = path if path.is_dir() else path.parent
    whole = path.is_dir()
    head_path = folder / HEAD_NAME
    try:
        head = None
        lock: BinaryIO | None = None
        if (whole or path.name == CURRENT_NAME) and head_path.exists():
            lock = stack.enter_context(head_path.open("rb"))
            fcntl.flock(lock, fcntl.LOCK_SH)
            head = read_head(lock.fileno())
        paths = [segment for _, segment in segments(folder)] if whole else [path]
        if whole and (folder / CURRENT_NAME).exists():
            paths.append(folder / CURRENT_NAME)
        files = tuple((each.name, stack.enter_context(each.open("rb"))) for each in paths)
        if lock:
            fcntl.flock(lock, fcntl.LOCK_UN)
    except OSError as error:
        raise AuditError(f"{error.filename or path} cannot be read: {error.strerror}") from None
    if not files and head is None:
        raise AuditError(f"{path} holds no audit journal: there is no {CURRENT_NAME}")
    return Opened(files, head)


def read_lines(name: str, file: BinaryIO) -> Iterator[Line]:
    """The lines of a journal's file or an export, each of which must be written exactly as the journal writes it."""
    start = 0
    for number, data in enumerate(file, 1):
        place = f"{name}:{number}"
        if data.endswith(b"\n"):
            yield parse_line(data[:-1], place)
        else:
            yield Line(place, None, "the last line is not whole", whole=False, start=start)
        start += len(data)


def parse_line(data: bytes, place: str) -> Line:
    """The record that a line without its end holds."""
    value: Any = None
    try:
        text = data.decode("ascii")
        value = decode(text)
        link = link_of(value)
    except (ValueError, RecursionError) as error:
        said = value.get("seq") if isinstance(value, dict) else None
        reason = str(error) if value is not None else "it is not JSON"
        return Line(place, None, f"holds no record: {reason}", seq=said if type(said) is int else None)
    if link.line() != text:
        return Line(place, None, "is written in another way than the journal writes it", seq=link.seq)
    return Line(place, link)


def read_log(path: Path) -> Iterator[Line]:
    """The records in a log: lines of text, each perhaps behind a time and a name, or wrapped in JSON by a log store.

    Understood are `{"message": …}` on a line, the `events` of `aws logs filter-log-events` and `get-log-events`, and
    the result lists of Cloud Logging (`jsonPayload`, `textPayload`) and of Azure Monitor (`Message`, `LogEntry`).
    Lines without a record are passed over: a log holds other things as well.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AuditError(f"{path} cannot be read: {error.strerror}") from None
    text = data.decode("utf-8", "replace")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, list | dict):
        yield from _found(whole, path.name)
        return
    for number, line in enumerate(text.split("\n"), 1):
        start = line.find("{")
        if start < 0:
            continue
        place = f"{path.name}:{number}"
        try:
            value = json.loads(line[start:])
        except (ValueError, RecursionError):
            if _looks_like_record(line):
                yield Line(place, None, "holds a record that is cut or damaged")
            continue
        yield from _found(value, place)


def _found(value: Any, place: str) -> Iterator[Line]:
    if isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _found(item, f"{place}[{number}]")
    elif isinstance(value, str):
        if _looks_like_record(value):
            yield parse_line(value[value.find("{") :].strip().encode("utf-8", "replace"), place)
    elif isinstance(value, dict):
        if {"seq", "prev", "mac"} <= value.keys():
            try:
                yield Line(place, link_of(value))
            except (ValueError, RecursionError) as error:
                yield Line(place, None, f"holds no record: {error}")
            return
        for name, item in value.items():
            if name in _WRAPPINGS:
                yield from _found(item, f"{place}.{name}" if name == "events" else place)


def _looks_like_record(text: str) -> bool:
    return '"prev"' in text and '"mac"' in text and '"seq"' in text


_WRAPPINGS = frozenset(
    {"message", "@message", "events", "jsonPayload", "textPayload", "Message", "LogEntry", "log", "entries", "results"}
)
