"""A JSON list in pieces, split into its items: how Vertex AI streams an answer unless it is asked for events."""

from __future__ import annotations

import re

from zt_ai.egress.answers.rules import MalformedError
from zt_ai.egress.answers.sse import LARGEST_EVENT

_MARK = re.compile(r'["\\{}\[\]]')
_BETWEEN = re.compile(r"[\s,]*")


class ItemReader:
    """Splits a list into objects and what stands between them."""

    def __init__(self) -> None:
        self._buffer = ""
        self._at = 0
        self._depth = 0
        self._in_string = False
        self._state = "before"

    def push(self, text: str, *, end: bool = False) -> list[tuple[str, bool]]:
        """Take a piece and return the texts that it completes in order, True for an item.

        Raises:
            MalformedError: it is not a list of objects, or an item is larger than any is.
        """
        self._buffer += text
        parts: list[tuple[str, bool]] = []
        while self._buffer and self._next(parts):
            pass
        if len(self._buffer) > LARGEST_EVENT:
            raise MalformedError("an item of the list is too large")
        if end and (self._buffer or self._state != "after"):
            raise MalformedError("the list ends too early")
        return parts

    def rest(self) -> str:
        """What was taken and not returned."""
        rest, self._buffer = self._buffer, ""
        return rest

    def _next(self, parts: list[tuple[str, bool]]) -> bool:
        if self._state == "item":
            return self._item(parts)
        between = _BETWEEN.match(self._buffer)
        at = between.end() if between else 0
        char = self._buffer[at : at + 1]
        if not char:
            parts.append((self._buffer, False))
            self._buffer = ""
            return False
        opening = self._state == "before" and char == "[" and "," not in self._buffer[:at]
        closing = self._state == "inside" and char == "]"
        if opening or closing:
            parts.append((self._buffer[: at + 1], False))
            self._buffer = self._buffer[at + 1 :]
            self._state = "inside" if opening else "after"
            return True
        if self._state != "inside" or char != "{":
            raise MalformedError("the answer is not a list of objects")
        parts.append((self._buffer[:at], False))
        self._buffer = self._buffer[at:]
        self._at, self._depth, self._state = 0, 0, "item"
        return True

    def _item(self, parts: list[tuple[str, bool]]) -> bool:
        at = self._at
        while match := _MARK.search(self._buffer, at):
            at, mark = match.end(), match[0]
            if mark == "\\":
                if at >= len(self._buffer):
                    self._at = match.start()
                    return False
                at += 1
            elif mark == '"':
                self._in_string = not self._in_string
            elif not self._in_string:
                self._depth += 1 if mark in "{[" else -1
                if self._depth == 0:
                    parts.append((self._buffer[:at], True))
                    self._buffer = self._buffer[at:]
                    self._state = "inside"
                    return True
        self._at = len(self._buffer)
        return False
