"""One text that arrives in pieces: placeholders go back, identifiers are found, and as little as possible waits.

What waits is the end of the text, as far as it could be the beginning of something: a placeholder, or an identifier
that more text would complete or give a meaning to (a number before its label). Words without digits and capitals wait
for a few words, others for the words that could follow them.
"""

from __future__ import annotations

import re

from zt_ai.egress.answers.rules import Op, Rules
from zt_ai.egress.redact.placeholders import label
from zt_ai.spec.types import Decision

CONTEXT = 128
"""Characters that are kept behind what was released, so that a label before a value still counts."""
PLAIN_WAIT = 24
"""Characters that wait at the end of plain words."""
NAME_WAIT = 32
"""Characters that have to follow a capitalised word before it goes."""
NUMBER_WAIT = 64
"""Characters that have to follow a number before it goes: its label may come after it."""
LONGEST_WAIT = 192
"""Characters that wait at most, in words."""
LONGEST_WORD = 320
"""Characters that wait at most, without a space: an e-mail address has at most 254 (RFC 3696, erratum 1690)."""
LONGEST_RUN = 8192
"""Characters of one run of base64 from which on it is taken for media."""
_BRIDGE = 6  # characters between two words of one name or date
_FORCED = 1024  # characters of one finding that nothing ends

_WORD = re.compile(r"\S+")
_RUN = re.compile(r"[A-Za-z0-9+/=_-]*\Z")
_HOT = re.compile(
    r"[\d@]|://|^[^\w]*[^\W\d_a-z]|^(?i:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|"
    r"one|two|three|four|five|six|seven|eight|nine|zero|oh)"
)
_NUMBER = re.compile(r"[\d@]")
_SPACE = re.compile(r"\s")
_MEDIA = re.compile(rf"[A-Za-z0-9+/=_-]{{{LONGEST_RUN}}}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Channel:
    """A text in pieces. What `push` returns covers the pieces in order; what it does not cover yet waits.

    Args:
        rules: what holds for the answer.
        before: text that stands before this one and gives it meaning, such as the key of a JSON object.
    """

    def __init__(self, rules: Rules, before: str = "") -> None:
        self._rules = rules
        self._before = before[-CONTEXT:]
        self._held = ""
        self._run = 0

    @property
    def held(self) -> int:
        """How many characters wait."""
        return len(self._held)

    def push(self, text: str, *, end: bool = False) -> list[Op]:
        """Take a piece.

        Raises:
            CutError: the text holds what may not go on.
        """
        if self._rules.inspects:
            self._watch(text)
        self._held += text
        limit = len(self._held) if end else self._limit()
        if limit <= 0:
            return []
        spans, limit = self._spans(limit, end=end)
        if limit <= 0:
            return []
        ops: list[Op] = []
        at = 0
        for start, stop, new in spans:
            if start > at:
                ops.append((start - at, None))
            ops.append((stop - start, new))
            at = stop
        if limit > at:
            ops.append((limit - at, None))
        self._remember(self._held[:limit])
        self._held = self._held[limit:]
        return ops

    def _watch(self, text: str) -> None:
        """Notice a run of base64 that is too long for any word, in however small pieces."""
        run = _RUN.search(text)
        size = len(run[0]) if run else 0
        self._run = self._run + size if size == len(text) else size
        if self._run > LONGEST_RUN or (len(text) > LONGEST_RUN and _MEDIA.search(text)):
            raise self._rules.unscannable()

    def _remember(self, text: str) -> None:
        joined = self._before + text
        kept = joined[-CONTEXT:]
        if len(kept) < len(joined):
            # Half a number must not look like a whole one.
            space = _SPACE.search(kept)
            kept = kept[space.end() :] if space else kept
        self._before = kept

    def _limit(self) -> int:
        """How many of the waiting characters could go, judged by their look."""
        held = self._held
        limit = len(held)
        if self._rules.longest:
            opening = held.rfind("[", max(0, limit - self._rules.longest + 1))
            if opening >= 0 and held[opening:] in self._rules.openings:
                limit = opening
        if self._rules.inspects:
            limit = min(limit, _quiet(held))
        return limit

    def _spans(self, limit: int, *, end: bool) -> tuple[list[tuple[int, int, str]], int]:
        """What is replaced before `limit`, and the limit, moved before everything that it would cut in two."""
        held, rules = self._held, self._rules
        tokens = [match.span() for match in rules.pattern.finditer(held)] if rules.pattern else []
        found: list[tuple[int, int, str]] = []
        if rules.inspects:
            text, shift = self._before + held, len(self._before)
            for finding in rules.identifiers(_LONE_SURROGATE.sub("\ufffd", text)):
                if finding.end > shift:
                    found.append((max(finding.start - shift, 0), finding.end - shift, finding.type))
        if not end:
            crossing = True
            while crossing:
                crossing = False
                for start, stop in [*tokens, *((a, b) for a, b, _ in found)]:
                    if start < limit < stop:
                        limit = stop if stop - start > _FORCED else start
                        crossing = True
        spans = [(a, b, rules.placeholders[held[a:b]]) for a, b in tokens if b <= limit]
        for start, stop, kind in found:
            if stop > limit:
                continue
            for a, b in _without(start, stop, tokens):
                if rules.decision is not Decision.REDACT:
                    raise rules.found()
                spans.append((a, b, f"[{label(kind)}]"))
        return _apart(spans), limit


def _quiet(held: str) -> int:
    """Up to where a text can go so that what waits could be the beginning of an identifier, and little more."""
    size = len(held)
    low = max(0, size - LONGEST_WAIT)
    words = [(match.start(), match.end()) for match in _WORD.finditer(held, low)]
    if not words:
        return size
    point = next((start for start, _ in words if start >= size - PLAIN_WAIT), words[-1][0])
    start, stop, wait = 0, -_BRIDGE - 1, 0
    for begin, end in words:
        word = held[begin:end]
        if _HOT.search(word) is None:
            continue
        its_wait = NUMBER_WAIT if _NUMBER.search(word) else NAME_WAIT
        # A run of such words goes together, also over a short one between them: "12 of March", "Ana de Souza".
        start, wait = (start, max(wait, its_wait)) if begin - stop <= _BRIDGE else (begin, its_wait)
        stop = end
        if size - stop < wait:
            point = min(point, start)
    if point == low > 0 and not held[low - 1].isspace():
        cut = held[max(0, size - LONGEST_WORD) : low]
        point = low - len(cut) + next((m.end() for m in reversed(list(_SPACE.finditer(cut)))), 0)
    return point


def _without(start: int, stop: int, tokens: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A span without the placeholders in it."""
    pieces = []
    for a, b in tokens:
        if b <= start or a >= stop:
            continue
        if a > start:
            pieces.append((start, a))
        start = b
    if start < stop:
        pieces.append((start, stop))
    return pieces


def _apart(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Spans in order; of two that overlap, the later one loses what they share."""
    apart: list[tuple[int, int, str]] = []
    at = 0
    for start, stop, new in sorted(spans):
        if stop > at:
            apart.append((max(start, at), stop, new))
            at = stop
    return apart
