"""The body of an answer in each of its forms: bytes go in piece by piece, and bytes that may go on come out."""

from __future__ import annotations

import base64
import binascii
import codecs
import json
from collections.abc import Sequence
from typing import Any, Protocol

from zt_ai.egress.answers.events import Events, unique
from zt_ai.egress.answers.eventstream import Frame, FrameReader
from zt_ai.egress.answers.items import ItemReader
from zt_ai.egress.answers.jsontext import JsonText, Text
from zt_ai.egress.answers.quoted import Splice
from zt_ai.egress.answers.rules import MalformedError, Rules, Sink
from zt_ai.egress.answers.sse import Event, SseReader
from zt_ai.egress.answers.usage import Meter

_PIECE = 1 << 14
"""Bytes of a document that are read at once."""
_MOST_LINES = 256  # that were looked at and are not looked at again
_DONE = "[DONE]"


class Body(Protocol):
    """One form of answer."""

    def feed(self, data: bytes, out: list[bytes], *, end: bool) -> None:
        """Take a piece and append what may go on to `out`, also before an error is raised.

        Raises:
            CutError: the answer holds what may not go on.
            MalformedError: it is not of its form, and has to be inspected.
        """


def dump(node: Any) -> str:
    """Compact JSON without line ends."""
    try:
        text = json.dumps(node, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(node, separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        raise MalformedError("an event has a number that JSON has not") from error
    return text


def _load(text: str | bytes) -> Any:
    try:
        tree = json.loads(text, object_pairs_hook=unique)
    except RecursionError as error:
        raise MalformedError("an event is nested too deeply") from error
    except ValueError as error:
        raise MalformedError("an event is not JSON") from error
    if not isinstance(tree, dict | list):
        raise MalformedError("an event is no object")
    return tree


class SseBody:
    """Server-sent events."""

    def __init__(self, rules: Rules, meter: Meter) -> None:
        self._rules = rules
        self._events = Events(rules, meter)
        self._reader = SseReader()
        self._named = False
        self._harmless: set[str] = set()

    def feed(self, data: bytes, out: list[bytes], *, end: bool) -> None:
        """See `Body`."""
        for event in self._reader.push(data, end=end):
            try:
                self._event(event, out)
            except MalformedError:
                if self._rules.inspects:
                    raise
                out.append(event.raw)
        if end:
            self._put(self._events.finish(), out)

    def _event(self, event: Event, out: list[bytes]) -> None:
        if self._rules.inspects:
            self._others(event)
        if event.data is None:
            out.append(event.raw)
            return
        if event.data.strip() == _DONE:
            self._put(self._events.finish(), out)
            out.append(event.raw)
            return
        if not event.data.strip():
            out.append(event.raw)
            return
        self._named = self._named or bool(event.name)
        tree = _load(event.data)
        before, changed = self._events.rewrite(tree)
        self._put(before, out)
        out.append(event.with_data(dump(tree)) if changed else event.raw)

    def _put(self, tails: Sequence[dict[str, Any]], out: list[bytes]) -> None:
        """Events of our own, named after their type where the stream names its events."""
        for tail in tails:
            name = f"event: {tail['type']}\n" if self._named and "type" in tail else ""
            out.append(f"{name}data: {dump(tail)}\n\n".encode())

    def _others(self, event: Event) -> None:
        """Comments and fields: no client shows them, and none needs an identifier."""
        if event.broken:
            raise MalformedError("an event is not UTF-8")
        for line in event.others:
            if line in self._harmless:
                continue
            if self._rules.identifiers(line):
                raise self._rules.found()
            if len(self._harmless) < _MOST_LINES:
                self._harmless.add(line)


class FramesBody:
    """AWS event stream frames with JSON payloads, or with base64 of JSON in the field `bytes`."""

    def __init__(self, rules: Rules, meter: Meter) -> None:
        self._rules, self._meter = rules, meter
        self._events = Events(rules, meter)
        self._reader = FrameReader()
        self._lost = False
        self._last: Frame | None = None

    def feed(self, data: bytes, out: list[bytes], *, end: bool) -> None:
        """See `Body`."""
        if self._lost:
            out.append(data)
            return
        try:
            frames = self._reader.push(data, end=end)
        except MalformedError:
            if self._rules.inspects:
                raise
            self._lost = True
            out.append(self._reader.rest())
            return
        for frame in frames:
            try:
                self._frame(frame, out)
            except MalformedError:
                if self._rules.inspects:
                    raise
                out.append(frame.raw)
        if end and self._last:
            self._tails(self._last, self._events.finish(), out)

    def _frame(self, frame: Frame, out: list[bytes]) -> None:
        if self._rules.inspects:
            for value in frame.names().values():
                if self._rules.identifiers(value):
                    raise self._rules.found()
        if not frame.payload:
            out.append(frame.raw)
            return
        outer = _load(frame.payload)
        inner = _inner(outer)
        event = outer if inner is None else inner
        before, changed = self._events.rewrite(event)
        if inner is not None:
            # What stands beside the bytes is padding, and counts.
            rest = {name: value for name, value in outer.items() if name != "bytes"}
            _, more = Events(self._rules, self._meter).rewrite(rest)
            if more:
                raise self._rules.found()
        self._tails(self._last or frame, before, out)
        out.append(frame.with_payload(_pack(outer, event, inner is not None)) if changed else frame.raw)
        names = frame.names()
        if "delta" in names.get(":event-type", "").lower() or names.get(":event-type") == "chunk":
            self._last = frame

    def _tails(self, frame: Frame, tails: Sequence[dict[str, Any]], out: list[bytes]) -> None:
        if tails:
            outer = _load(frame.payload)
            out += [frame.with_payload(_pack(outer, tail, _inner(outer) is not None)) for tail in tails]


def _inner(outer: Any) -> Any:
    """The document in the field `bytes`, None if there is none."""
    if not isinstance(outer, dict) or not isinstance(outer.get("bytes"), str):
        return None
    try:
        return _load(base64.b64decode(outer["bytes"], validate=True))
    except (binascii.Error, UnicodeDecodeError) as error:
        raise MalformedError("a frame's bytes are not base64 of JSON") from error


def _pack(outer: Any, event: Any, inside: bool) -> bytes:
    if not inside:
        return dump(event).encode()
    return dump({**outer, "bytes": base64.b64encode(dump(event).encode()).decode()}).encode()


class _Decoder:
    """UTF-8 in pieces. Without inspection, what is not UTF-8 passes as the bytes it is."""

    def __init__(self, rules: Rules) -> None:
        self._errors = "strict" if rules.inspects else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder("utf-8")(self._errors)

    def decode(self, data: bytes, *, end: bool) -> str:
        try:
            return self._decoder.decode(data, end)
        except UnicodeDecodeError as error:
            raise MalformedError("the answer is not UTF-8") from error

    @staticmethod
    def encode(text: str) -> bytes:
        return text.encode("utf-8", "surrogateescape")


class TextBody:
    """Any text, also one that turns out to be a JSON document."""

    def __init__(self, rules: Rules, meter: Meter) -> None:
        self._rules, self._meter = rules, meter
        self._reading: tuple[_Decoder, Splice] | None = None
        """Made for the first piece: most whole answers are read at once and have none."""

    def _sink(self) -> Sink:
        return Text(self._rules, self._meter)

    def feed(self, data: bytes, out: list[bytes], *, end: bool) -> None:
        """See `Body`."""
        decoder, splice = self._reading = self._reading or (_Decoder(self._rules), Splice(self._sink()))
        for at in range(0, max(len(data), 1), _PIECE):
            last = end and at + _PIECE >= len(data)
            text = decoder.decode(data[at : at + _PIECE], end=last)
            if self._rules.inspects and "\0" in text:
                # UTF-16 without saying so: every second byte would hide what stands between.
                raise MalformedError("the answer is not text")
            self._count(text)
            out.append(decoder.encode(splice.push(text, end=last)))

    def _count(self, text: str) -> None:
        self._meter.read(len(text))


class JsonBody(TextBody):
    """A JSON document, or several one after the other."""

    def _sink(self) -> Sink:
        # Only what has to be inspected has to be JSON.
        return JsonText(self._rules, self._meter, depth=0 if self._rules.inspects else 1)

    def _count(self, text: str) -> None:
        """The document counts its own texts."""


class ItemsBody:
    """A JSON list of events."""

    def __init__(self, rules: Rules, meter: Meter) -> None:
        self._rules = rules
        self._events = Events(rules, meter)
        self._decoder = _Decoder(rules)
        self._reader = ItemReader()
        self._lost = False
        self._last = ""
        """The last character that went out, apart from space."""

    def feed(self, data: bytes, out: list[bytes], *, end: bool) -> None:
        """See `Body`."""
        text = self._decoder.decode(data, end=end)
        try:
            if not self._lost:
                for part, is_item in self._reader.push(text, end=end):
                    self._part(part, out, is_item=is_item)
                return
        except MalformedError:
            if self._rules.inspects:
                raise
            self._lost = True
            text = self._reader.rest()
        out.append(self._decoder.encode(text))

    def ending(self, item: bytes) -> bytes:
        """What makes a list of everything that went out, with one more item."""
        joint = {"": b"[", "[": b"", ",": b""}.get(self._last, b",")
        return joint + item + b"]"

    def _part(self, text: str, out: list[bytes], *, is_item: bool) -> None:
        if not is_item:
            if text.endswith("]"):
                for tail in self._events.finish():
                    self._put(f"{',' if self._last == '}' else ''}{dump(tail)}", out)
            self._put(text, out)
            return
        tree = _load(text)
        before, changed = self._events.rewrite(tree)
        for tail in before:
            self._put(f"{dump(tail)},", out)
        self._put(dump(tree) if changed else text, out)

    def _put(self, text: str, out: list[bytes]) -> None:
        out.append(self._decoder.encode(text))
        self._last = text.rstrip()[-1:] or self._last
