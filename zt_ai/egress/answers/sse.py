"""Server-sent events in pieces, each with the very bytes that it came in [WHATWG HTML, section 9.2.6]."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zt_ai.egress.answers.rules import MalformedError

LARGEST_EVENT = 16 << 20
"""Bytes of one event: what the last event of an OpenAI response repeats may be long, not endless."""
_BOM = b"\xef\xbb\xbf"
_END = re.compile(rb"(?>\r\n|\n|\r)(?>\r\n|\n|\r)")
_LINE = re.compile(r"(?>\r\n|\n|\r)")


@dataclass(frozen=True, slots=True)
class Event:
    """One event, or a block of comments."""

    raw: bytes
    """With the blank line at its end, if it had one."""
    name: str
    data: str | None
    """None: no data lines, so no event."""
    others: tuple[str, ...]
    """Every line that is no data, as it came: `event`, `id`, `retry`, comments, and what nobody knows."""
    broken: bool = False
    """Not UTF-8: nothing but `raw` is known."""

    def with_data(self, data: str) -> bytes:
        """The event with other data, which has no line ends."""
        return "".join([f"{line}\n" for line in self.others] + [f"data: {data}\n\n"]).encode()


class SseReader:
    """Splits a stream into events."""

    def __init__(self) -> None:
        self._buffer = b""
        self._seen = 0
        self._first = True

    def push(self, data: bytes, *, end: bool = False) -> list[Event]:
        """Take a piece and return the events that it completes; at the end, also one without its blank line.

        Raises:
            MalformedError: an event is larger than any is.
        """
        self._buffer += data
        events = []
        at = 0
        while match := _END.search(self._buffer, max(at, self._seen)):
            if match.end() == len(self._buffer) and self._buffer.endswith(b"\r") and not end:
                break  # the other half of this line end may still come
            events.append(self._event(self._buffer[at : match.end()]))
            at = self._seen = match.end()
        self._buffer = self._buffer[at:]
        self._seen = max(0, len(self._buffer) - 4)
        if end and self._buffer:
            events.append(self._event(self._buffer))
            self._buffer = b""
        if len(self._buffer) > LARGEST_EVENT:
            raise MalformedError("an event is too large")
        return events

    def _event(self, raw: bytes) -> Event:
        text_bytes = raw.removeprefix(_BOM) if self._first else raw
        self._first = False
        try:
            text = text_bytes.decode()
        except UnicodeDecodeError:
            return Event(raw, "", None, (), broken=True)
        name, data, others = "", [], []
        for line in _LINE.split(text):
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data":
                data.append(value)
                continue
            if line:
                others.append(line)
            if field == "event":
                name = value
        return Event(raw, name, "\n".join(data) if data else None, tuple(others))
