"""The inside of a JSON string: what is read is the text, what is passed on are the very characters that came."""

from __future__ import annotations

import json
import re
from collections import deque

from zt_ai.egress.answers.rules import Op, Sink

_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL
)
_PLAIN = frozenset('"\\/bfnrt')
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_PARTIAL = re.compile(r"(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?:\\u[0-9a-fA-F]{0,3})?|\\u[0-9a-fA-F]{0,3})\Z")


def whole_escapes(raw: str) -> int:
    """How much of a text ends with a whole escape: the rest could begin one, or the first half of a surrogate pair.

    A backslash at the very end must not be given.
    """
    at = max(0, len(raw) - 11)
    while match := _PARTIAL.search(raw, at):
        before = raw[: match.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return match.start()
        at = match.start() + 1  # this backslash is itself an escaped one
    return len(raw)


def unescape(raw: str) -> tuple[str, list[tuple[int, int]]]:
    """The text, and for each character of it that came as an escape its position and how much longer the escape is."""
    if "\\" not in raw:
        return raw, []
    pieces: list[str] = []
    extras: list[tuple[int, int]] = []
    at = size = 0
    for match in _ESCAPE.finditer(raw):
        high, low, unit, short = match.groups()
        if high:
            char = chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
        elif unit:
            char = chr(int(unit, 16))
        else:
            char = _SHORT.get(short, short)
        size += match.start() - at
        extras.append((size, match.end() - match.start() - 1))
        pieces += (raw[at : match.start()], char)
        size += 1
        at = match.end()
    pieces.append(raw[at:])
    return "".join(pieces), extras


def bad_escape(raw: str) -> int | None:
    """Where a text, which ends with a whole escape, has a backslash that begins none of JSON's; None if nowhere."""
    if "\\" not in raw:
        return None
    return next((m.start() for m in _ESCAPE.finditer(raw) if m[4] is not None and m[4] not in _PLAIN), None)


def escape(text: str) -> str:
    """A text as it stands between the quotes of a JSON string."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(text)[1:-1]
    return json.dumps(text, ensure_ascii=False)[1:-1]


class Quoted:
    """Feeds a sink with the text of a JSON string, and turns its answers into ones about the characters that came."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._fed = self._done = 0
        self._extras: deque[tuple[int, int]] = deque()
        self.tail = ""
        """The end of the text so far."""
        self.size = 0
        """Characters of the text so far."""

    def push(self, text: str, *, end: bool = False) -> list[Op]:
        """Take a piece, whole escapes only."""
        said, extras = unescape(text)
        self._extras += [(self._fed + position, extra) for position, extra in extras]
        self._fed += len(said)
        self.size += len(said)
        self.tail = (self.tail + said)[-64:]
        ops: list[Op] = []
        for count, new in self._sink.push(said, end=end):
            self._done += count
            width = count
            while self._extras and self._extras[0][0] < self._done:
                width += self._extras.popleft()[1]
            ops.append((width, None if new is None else escape(new)))
        return ops


class Splice:
    """A sink's own text with its answers put in."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._waiting = ""

    @property
    def held(self) -> int:
        """Characters that wait."""
        return len(self._waiting)

    def push(self, text: str, *, end: bool = False) -> str:
        """Take a piece and return what may go on."""
        joined = self._waiting + text
        pieces: list[str] = []
        at = 0
        for count, new in self._sink.push(text, end=end):
            pieces.append(joined[at : at + count] if new is None else new)
            at += count
        self._waiting = joined[at:]
        return "".join(pieces)
