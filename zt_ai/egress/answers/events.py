"""The events of a streamed answer, one after the other: the same events in the same order, with other texts."""

from __future__ import annotations

from typing import Any

from zt_ai.egress.answers import words
from zt_ai.egress.answers.channel import CONTEXT
from zt_ai.egress.answers.jsontext import JsonText, Opaque, Text
from zt_ai.egress.answers.quoted import Splice
from zt_ai.egress.answers.rules import MalformedError, Rules, Sink
from zt_ai.egress.answers.shapes import Key, Slot, shape_of
from zt_ai.egress.answers.usage import Meter
from zt_ai.egress.redact.placeholders import label
from zt_ai.spec.types import Decision

_DEEPEST = 64
_MOST_CHANNELS = 4096
_MOST_NAMES = 1024  # of keys that were looked at and are not looked at again
_LONG = 10**6  # a number of seven digits, from which on one can be an identifier by itself


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `json.loads`: of two values of one key, readers differ in which one they see."""
    read = dict(pairs)
    if len(read) < len(pairs):
        raise MalformedError("an object has the same key twice")
    return read


class _Channel:
    """A text that several events continue, and the last slot it had."""

    def __init__(self, rules: Rules, meter: Meter, slot: Slot) -> None:
        sink: Sink = JsonText(rules, Meter(), depth=1) if slot.json else Text(rules, meter)
        self.text = Splice(sink)
        self.slot = slot


class Events:
    """Rewrites the events of one answer."""

    def __init__(self, rules: Rules, meter: Meter) -> None:
        self._rules, self._meter = rules, meter
        self._channels: dict[Key, _Channel] = {}
        self._harmless: set[str] = set()

    def rewrite(self, event: Any) -> tuple[list[dict[str, Any]], bool]:
        """Change an event in place.

        Returns:
            Events that have to come before it, each with the end of a text; and whether the event was changed.

        Raises:
            CutError: the event holds what may not go on.
            MalformedError: it is nested too deeply, or begins more texts than any answer has.
        """
        self._meter.look(event)
        shape = shape_of(event)
        last = {slot.key: position for position, slot in enumerate(shape.slots)}
        before = [tail for close in shape.closes for tail in self._close(close, last)]
        changed = False
        for position, slot in enumerate(shape.slots):
            channel = self._channels.get(slot.key)
            if channel is None:
                if len(self._channels) >= _MOST_CHANNELS:
                    raise MalformedError("the answer has too many texts")
                channel = self._channels[slot.key] = _Channel(self._rules, self._meter, slot)
            channel.slot = slot
            old = slot.holder[slot.field]
            self._meter.read(len(old))
            ends = last[slot.key] == position and any(slot.key[: len(c)] == c for c in shape.closes)
            new = channel.text.push(old, end=ends)
            if new != old:
                slot.holder[slot.field] = new
                changed = True
        skipped = {(id(slot.holder), slot.field) for slot in shape.slots}
        walk = _Walk(self._rules, self._meter, skipped, self._harmless)
        walk.node(event, "", "", written=False, muted=False, depth=0)
        return before, changed or walk.changed

    def finish(self) -> list[dict[str, Any]]:
        """Events with the ends of all texts that still wait."""
        return self._close((), {})

    def _close(self, prefix: Key, coming: dict[Key, int]) -> list[dict[str, Any]]:
        tails = []
        for key in [key for key in self._channels if key[: len(prefix)] == prefix and key not in coming]:
            channel = self._channels[key]
            if text := channel.text.push("", end=True):
                tails.append(channel.slot.alone(text))
        return tails


class _Walk:
    """Everything in an event that is not a piece of a longer text, each string as a whole text."""

    def __init__(self, rules: Rules, meter: Meter, skipped: set[tuple[int, str | int]], harmless: set[str]) -> None:
        self._rules, self._meter, self._skipped, self._harmless = rules, meter, skipped, harmless
        self.changed = False

    def node(self, node: Any, key: str, trail: str, *, written: bool, muted: bool, depth: int) -> Any:
        """The node or what replaces it; objects and lists are changed in place."""
        if depth > _DEEPEST:
            raise MalformedError("an event is nested too deeply")
        match node:
            case dict():
                self._object(node, key, trail, written=written, muted=muted, depth=depth)
            case list():
                for index, value in enumerate(node):
                    if (id(node), index) not in self._skipped:
                        node[index] = self.node(value, key, trail, written=written, muted=muted, depth=depth + 1)
            case str():
                return self._replaced(node, self._string(node, key, trail, written=written, muted=muted))
            case bool() | None:
                return node
            case int() | float() if self._rules.inspects:
                return self._replaced(node, self._number(node, key, trail, written=written, muted=muted))
        return node

    def _object(self, node: dict[str, Any], key: str, trail: str, *, written: bool, muted: bool, depth: int) -> None:
        written = written or key in words.WRITTEN
        muted = muted or key in words.LOGPROBS
        for name in list(node):
            if (id(node), name) in self._skipped:
                continue
            value = node[name]
            trail = f"{trail} {name}: "[-CONTEXT:]
            node[name] = self.node(value, name, trail, written=written, muted=muted, depth=depth + 1)
            if isinstance(value, str):
                trail = f"{trail}{value[-64:]}\n"
        plain = words.WRITTEN_NAME if written else words.NAME
        if all(name in self._harmless or plain.fullmatch(name) for name in node):
            return
        renamed = {name: Splice(Text(self._rules, self._meter)).push(name, end=True) for name in node}
        if any(old != new for old, new in renamed.items()):
            items = [(renamed[name], value) for name, value in node.items()]
            node.clear()
            node.update(items)
            self.changed = True
        elif len(self._harmless) < _MOST_NAMES:
            self._harmless.update(node)

    def _replaced(self, old: Any, new: Any) -> Any:
        self.changed = self.changed or new != old
        return new

    def _string(self, text: str, key: str, trail: str, *, written: bool, muted: bool) -> str:
        if muted and self._rules.inspects and key == "token":
            return ""
        if not text:
            return text
        opaque = key in words.OPAQUE and not written
        sink: Sink = Opaque(self._rules, trail) if opaque else Text(self._rules, self._meter, before=trail)
        return Splice(sink).push(text, end=True)

    def _number(self, number: float, key: str, trail: str, *, written: bool, muted: bool) -> float | str:
        if muted:
            return 0 if key == "bytes" else number
        if not written and (isinstance(number, float) or abs(number) < _LONG or words.TIMES.search(key)):
            return number
        for finding in self._rules.identifiers(f"{trail}{number}"):
            if finding.end > len(trail):
                if self._rules.decision is not Decision.REDACT:
                    raise self._rules.found()
                return f"[{label(finding.type)}]"
        return number
