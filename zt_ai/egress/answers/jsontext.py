"""A JSON document that arrives in pieces: its structure passes, its texts and numbers are looked at.

Memory is bounded by one piece and what waits of one string. A document inside a string (the arguments of a tool call,
an answer in JSON) is read as one, so that what is put back is escaped once for each level.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from zt_ai.egress.answers import words
from zt_ai.egress.answers.channel import CONTEXT, Channel
from zt_ai.egress.answers.quoted import Quoted, bad_escape, unescape, whole_escapes
from zt_ai.egress.answers.rules import MalformedError, Op, Rules, Sink
from zt_ai.egress.answers.usage import Meter
from zt_ai.egress.redact.placeholders import label
from zt_ai.spec.types import Decision

DEEPEST = 4
"""Documents inside strings that are read as documents; below, they are read as text."""
_LONGEST_KEY = 4096
_LONGEST_NUMBER = 1024
_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_GAP = re.compile(rf"(?:[\s:,\[\]{{}}]|(?:{_NUMBER}|true|false|null)\s*+(?=[,\]}}]))*+")
_LAST = re.compile(rf"\s*(?:{_NUMBER}|true|false|null)\s*")
_UNFINISHED = re.compile(r"(?:-?[\d.eE+-]*|[a-z]{0,5})\s*")
_LONG_NUMBER = re.compile(r"(?<![\d.eE+])-?\d{7,}(?![\d.eE])")
_OPENING = re.compile(r"\[[\s\[{]*\Z")
_STRUCTURE = re.compile(rf"[{{}}\[\]]|{_NUMBER}")
_BRACKET = re.compile(r"[{}\[\]]")
_INSIDE = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_COUNT = re.compile(r"[\s:]*(\d+)\s*[,}]")
_CONTROL = re.compile("[\x00-\x1f]")


@dataclass(slots=True)
class _Frame:
    bracket: str
    key: str
    written: bool
    muted: bool


class JsonText:
    """A JSON document as a sink.

    Args:
        rules: what holds for the answer.
        meter: counts tokens and characters.
        before: text that stands before the document and gives it meaning.
        depth: how many documents this one is inside of. The outermost must be JSON; one inside a string that turns out
            not to be is read as text from there.
    """

    def __init__(self, rules: Rules, meter: Meter, *, before: str = "", depth: int = 0) -> None:
        self._rules, self._meter, self._depth = rules, meter, depth
        self._pending = ""
        self._trail = before
        self._stack: list[_Frame] = []
        self._key = ""
        self._last = ""
        self._string: Quoted | None = None
        self._in_key = False
        self._plain: Channel | None = None
        self._harmless: set[str] = set()

    def push(self, text: str, *, end: bool = False) -> list[Op]:
        """Take a piece.

        Raises:
            CutError: the document holds what may not go on.
            MalformedError: the outermost document is not JSON.
        """
        if self._plain:
            return self._plain.push(text, end=end)
        self._pending += text
        ops: list[Op] = []
        try:
            while self._pending:
                before = len(self._pending)
                if self._in_key:
                    self._read_key(ops)
                elif self._string:
                    self._read_string(ops, self._string)
                else:
                    self._read_gap(ops, end=end)
                if len(self._pending) == before:
                    break
            if end:
                self._finish(ops)
        except MalformedError:
            if not self._depth:
                raise
            self._plain = Channel(self._rules, self._trail)
            rest, self._pending = self._pending, ""
            ops += self._plain.push(rest, end=end)
        return ops

    @property
    def _written(self) -> bool:
        return self._depth > 0 or (bool(self._stack) and self._stack[-1].written)

    @property
    def _muted(self) -> bool:
        return bool(self._stack) and self._stack[-1].muted

    def _take(self, count: int) -> str:
        taken, self._pending = self._pending[:count], self._pending[count:]
        return taken

    def _finish(self, ops: list[Op]) -> None:
        if self._string:
            # A document that was cut off: what came of its last string still has to be looked at.
            ops += self._string.push(self._take(len(self._pending)), end=True)
            self._string = None
        elif self._pending:
            raise MalformedError("the document ends too early")
        if not self._depth and self._stack:
            raise MalformedError("the document ends too early")

    def _read_gap(self, ops: list[Op], *, end: bool) -> None:
        """What stands between two strings: brackets, commas, colons, numbers and words."""
        quote = self._pending.find('"')
        gap = self._pending if quote < 0 else self._pending[:quote]
        match = _GAP.match(gap)
        size = match.end() if match else 0
        if size < len(gap):
            rest = gap[size:]
            if quote >= 0 or len(rest) > _LONGEST_NUMBER or not _UNFINISHED.fullmatch(rest):
                raise MalformedError("the document is not JSON")
            if end and not self._stack and _LAST.fullmatch(rest):
                size = len(gap)
        elif self._depth and quote < 0 and (opening := _OPENING.search(gap)):
            # A text that goes on otherwise has to be looked at with its bracket: "[NAME_1]".
            size = opening.start()
        done = gap[:size]
        self._structure(done, ops)
        self._take(size)
        if stripped := done.rstrip():
            self._last = stripped[-1]
        if size == quote:
            self._take(1)
            ops.append((1, None))
            self._in_key = bool(self._stack) and self._stack[-1].bracket == "{" and self._last in "{,"
            if not self._in_key:
                self._string = Quoted(self._value())

    def _structure(self, gap: str, ops: list[Op]) -> None:
        if not gap:
            return
        counted = self._key in words.COUNTS and bool(self._stack) and self._stack[-1].key in words.USAGE
        if counted and (count := _COUNT.match(gap + "}")):
            self._meter.note(self._key, int(count[1]))
        looked_at = self._written or self._muted or _LONG_NUMBER.search(gap) is not None
        numbers = self._rules.inspects and looked_at
        if not numbers and not _BRACKET.search(gap):
            ops.append((len(gap), None))
            return
        at = 0
        for match in _STRUCTURE.finditer(gap):
            found = match[0]
            if found in "{[":
                written, muted = self._written or self._key in words.WRITTEN, self._muted
                self._stack.append(_Frame(found, self._key, written, muted or self._key in words.LOGPROBS))
            elif found in "}]":
                if not self._stack or self._stack[-1].bracket != ("{" if found == "}" else "["):
                    raise MalformedError("the document's brackets do not match")
                self._key = self._stack.pop().key
            elif numbers and (new := self._number(found)) is not None:
                if match.start() > at:
                    ops.append((match.start() - at, None))
                ops.append((len(found), new))
                at = match.end()
        if len(gap) > at:
            ops.append((len(gap) - at, None))

    def _number(self, token: str) -> str | None:
        """What a number is replaced by, None if it may go on."""
        if self._muted:
            return "0" if self._key == "bytes" else None
        if not self._written and (words.TIMES.search(self._key) or not _LONG_NUMBER.fullmatch(token)):
            return None
        for finding in self._rules.identifiers(self._trail + token):
            if finding.end > len(self._trail):
                if self._rules.decision is not Decision.REDACT:
                    raise self._rules.found()
                return json.dumps(f"[{label(finding.type)}]")
        return None

    def _read_key(self, ops: list[Op]) -> None:
        size = _inside(self._pending)
        if self._pending[size : size + 1] != '"':
            if len(self._pending) > _LONGEST_KEY:
                raise MalformedError("a key of the document is too long")
            return
        if bad_escape(self._pending[:size]) is not None or (not self._depth and _CONTROL.search(self._pending[:size])):
            raise MalformedError("a key of the document is not JSON")
        raw = self._take(size)
        self._take(1)
        self._in_key = False
        self._key, _ = unescape(raw)
        self._last = '"'
        plain = words.WRITTEN_NAME if self._written else words.NAME
        if self._key in self._harmless or plain.fullmatch(self._key):
            ops.append((size + 1, None))
        else:
            sink = Quoted(Channel(self._rules))
            spliced = sink.push(raw, end=True)
            ops += [*spliced, (1, None)]
            if all(new is None for _, new in spliced) and len(self._harmless) < 256:
                self._harmless.add(self._key)
        self._trail = f"{self._trail} {self._key}: "[-CONTEXT:]

    def _read_string(self, ops: list[Op], string: Quoted) -> None:
        size = _inside(self._pending)
        complete = self._pending[size : size + 1] == '"'
        if not complete:
            size = whole_escapes(self._pending[:size])
        raw = self._pending[:size]
        if not self._depth and _CONTROL.search(raw):
            raise MalformedError("a string of the document has a control character")
        if (bad := bad_escape(raw)) is not None:
            # Not JSON after all: what came of the string ends here.
            ops += string.push(self._take(bad), end=True)
            self._trail = f"{self._trail}{string.tail}"[-CONTEXT:]
            self._string = None
            raise MalformedError("a string of the document has an escape that is none")
        self._take(size)
        ops += string.push(raw, end=complete)
        if complete:
            self._take(1)
            ops.append((1, None))
            self._last = '"'
            self._trail = f"{self._trail}{string.tail}\n"[-CONTEXT:]
            self._meter.read(string.size)
            self._string = None

    def _value(self) -> Sink:
        if self._muted and self._rules.inspects and self._key == "token":
            return Mute()
        if not self._written and self._key in words.OPAQUE:
            return Opaque(self._rules, self._trail)
        return Text(self._rules, self._meter, before=self._trail, depth=self._depth)


def _inside(text: str) -> int:
    """How much of a text belongs to the JSON string that it begins in."""
    match = _INSIDE.match(text)
    return match.end() if match else 0


class Text:
    """A text that may be a document itself: what begins with a bracket is read as one as long as it is."""

    def __init__(self, rules: Rules, meter: Meter, *, before: str = "", depth: int = 0) -> None:
        self._rules, self._meter, self._before, self._depth = rules, meter, before, depth
        self._sink: Sink | None = None
        self._space = ""

    def push(self, text: str, *, end: bool = False) -> list[Op]:
        """Take a piece."""
        if self._sink is None:
            first = (self._space + text).lstrip()[:1]
            if not first and not end:
                self._space += text
                return [(len(text), None)] if text else []
            self._sink = (
                JsonText(self._rules, _Deaf(), before=self._before, depth=self._depth + 1)
                if first in ("{", "[") and self._depth < DEEPEST
                else Channel(self._rules, self._before)
            )
        return self._sink.push(text, end=end)


class Opaque:
    """A value that the provider fills: it passes as long as it looks like one, and is read as text from where not."""

    def __init__(self, rules: Rules, before: str) -> None:
        self._rules, self._before = rules, before
        self._sink: Channel | None = None

    def push(self, text: str, *, end: bool = False) -> list[Op]:
        """Take a piece."""
        if self._sink is None and words.TOKEN.fullmatch(text):
            return [(len(text), None)] if text else []
        self._sink = self._sink or Channel(self._rules, self._before)
        return self._sink.push(text, end=end)


class Mute:
    """A token of the answer beside its probability: it goes, since its neighbours could complete an identifier."""

    def push(self, text: str, *, end: bool = False) -> list[Op]:
        """Take a piece."""
        return [(len(text), "")] if text else []


class _Deaf(Meter):
    """Counts nothing: the characters of a document inside a string are those of the string."""

    def read(self, characters: int) -> None:
        """Nothing."""

    def note(self, name: str, value: object) -> None:
        """Nothing."""
