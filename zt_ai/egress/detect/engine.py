"""One hyperscan pass over a text, and a look around each hit."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_

from zt_ai.egress.decode.carriers import PATTERNS
from zt_ai.egress.decode.sheet import BORDER, END
from zt_ai.egress.detect.columns import columns
from zt_ai.egress.detect.compiled import Pattern
from zt_ai.egress.detect.databases import Databases, Hits
from zt_ai.egress.detect.kinds import KINDS, kinds_of
from zt_ai.egress.detect.memory import END_OF, LEAST, MARGIN, Beginnings, Found, Memory
from zt_ai.egress.detect.names import NameModel
from zt_ai.egress.detect.repeats import repeats
from zt_ai.egress.detect.resolve import Ranked, resolve
from zt_ai.egress.detect.rule import BIRTH, EVERYWHERE, Rule
from zt_ai.egress.detect.rules import RULES
from zt_ai.egress.model import Finding
from zt_ai.spec.types import DetectorSet

_CONTINUATION = bytes(range(0x80, 0xC0))
_CARRIER = 1 << 20
"""Ids of carrier patterns begin here; those of triggers are below."""

_BIRTH = re.compile(
    r"(?i)(?:(?<![a-z])d\.?o\.?b\.?|birth[ _]?(?:date|day)?|(?<![a-z])born(?: on)?)[\"']?[ \t:=|(>,\"'\x01-]{0,6}$"
)

_FURTHER = 128
"""Characters that are read beyond a window when it ended inside of a value."""

_STRETCHES = 100
"""Stretches that are told apart; from the next one on nothing is remembered."""

Windows = dict[int, list[list[int]]]
"""By rule, where it looks: sorted, and apart from each other."""

NAME_SECONDS = 5.0
"""Time that the model of names has for a text when the caller sets none."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a text holds."""

    findings: tuple[Finding, ...]
    """In order, without overlaps."""
    carriers: int
    """Bit set of `zt_ai.egress.decode.carriers.Carrier`: forms that may hide more text."""


class Detectors:
    """The detectors of some sets, compiled. May be used by several threads at once."""

    def __init__(self, rules: Sequence[Rule], names: NameModel | None = None) -> None:
        self.rules = tuple(rules)
        self._names = names
        # Which rules look when a pattern matches. Most patterns are names that one rule alone asks for, so that all of
        # them share one tuple.
        forms: dict[bytes, tuple[int, ...]] = {}
        literals: dict[bytes, tuple[int, ...]] = {}
        # Rules with the same triggers look at the same windows: these are made once, under the first of the rules.
        self._alike: dict[int, list[Rule]] = {}
        first: dict[tuple[object, ...], int] = {}
        self._beside = tuple(rule for rule in self.rules if rule.beside)
        for index, rule in enumerate(self.rules):
            if rule.beside:
                continue
            alike = first.setdefault((rule.triggers, rule.literals, rule.before, rule.after), index)
            self._alike.setdefault(alike, []).append(rule)
            if alike != index:
                continue
            one = (index,)
            for trigger in map(str.encode, rule.triggers):
                forms[trigger] = forms[trigger] + one if trigger in forms else one
            for literal in map(_escape, rule.literals):
                literals[literal] = literals[literal] + one if literal in literals else one
        self._watch = [*forms.values(), *literals.values()]
        patterns = [Pattern(number, expression, "forms") for number, expression in enumerate(forms)]
        patterns += [Pattern(number, expression, "literals") for number, expression in enumerate(literals, len(forms))]
        # Once is enough for a carrier: the bit says that the form occurs.
        patterns += [
            Pattern(_CARRIER + c.value, expression, "forms", once=True)
            for c, expressions in PATTERNS.items()
            for expression in expressions
        ]
        self._databases = Databases(patterns)
        self._memory = Memory()
        # Rules that may look further than what is read again before a known beginning ends.
        self._far = frozenset(
            index
            for index, alike in self._alike.items()
            if any(rule.reads_on is not None or rule.after > MARGIN // 2 for rule in alike)
        )

    @classmethod
    def of(cls, sets: Collection[DetectorSet]) -> Detectors:
        """The detectors for every kind of the sets, made once in a process.

        That takes two seconds when they lie in the user's cache (`compiled`), else a dozen.

        Raises:
            NameModelUnavailableError: the sets ask for names, and the model is not installed.
        """
        return _compiled(frozenset(sets))

    @staticmethod
    def is_secret(kind: str) -> bool:
        """Whether findings of this type are secrets rather than identifiers of a person."""
        return KINDS[kind].is_secret

    def beginnings(self, text: str, shorter: Beginnings | None = None) -> Beginnings:
        """How much of a text was read before; nothing of a short one. `shorter`: what is known of its first part."""
        # Places are told in bytes and in characters, so both have to be the same.
        plain = len(text) >= LEAST and text.isascii()
        return self._memory.look(text.encode(), shorter) if plain else Beginnings()

    def scan(
        self,
        text: str,
        deadline: float | None = None,
        beginnings: Beginnings | None = None,
        *,
        repeated: bool = True,
    ) -> Scan:
        """Everything that the detectors find in a text.

        `repeated`: a name that was found is found wherever it stands. Not for a text that is read in pieces, where what
        went on before can no longer be changed.

        `deadline`, a time of `time.monotonic()`, counts for the model of names; None gives it `NAME_SECONDS`.
        `beginnings` are the text's own, if the caller has them.

        Raises:
            TimeBudgetError: the model did not reach the end of the text in time: nothing may be said about the text.
        """
        named = self._by_model(text, deadline)
        data = text.encode("utf-8", "surrogatepass")
        begun = self.beginnings(text) if beginnings is None else beginnings
        found, carriers, windows = self._by_patterns(text, data, len(data) == len(text), begun)
        beside = self._beside_others([*named, *found], text, begun)
        every = [*named, *found]
        every += _apart(beside, every)
        if repeated:
            every += columns(text, every)
            every += _apart(repeats(text, every), every)
        findings = resolve(every, text)
        if begun.digests:
            clean = min((*(one[0] for one in (*named, *found, *beside)), *carriers.values(), len(text)))
            seen = sorted(carriers.items(), key=END_OF)
            known = Found(sorted(found, key=END_OF), sorted(beside, key=END_OF), seen)
            # What the model of names says of a name may depend on more than the rules look at.
            self._memory.keep(begun, clean, self._unsettled(text, windows), None if self._names else known)
        return Scan(findings, reduce(or_, carriers, 0))

    def _by_patterns(
        self, text: str, data: bytes, plain: bool, begun: Beginnings
    ) -> tuple[list[Ranked], dict[int, int], Windows]:
        """What patterns find, with what is known: findings, carriers with the place where each is seen first, and the
        windows of each rule."""
        begin, size = begun.unread, len(text)
        hits = self.hits(data[begin:] if begin else data)
        before = begun.found
        known, carriers = ([], {}) if before is None else (list(before.rules), dict(before.carriers))
        found: list[Ranked] = []
        windows: Windows = {}
        rules, watch = self.rules, self._watch
        at = done = 0
        for pattern, end in hits:
            if pattern >= _CARRIER:
                carriers.setdefault(pattern - _CARRIER, begin + end)
                continue
            if plain:
                at = begin + end
            else:
                # Hits come in the order of their ends, so each byte is counted once.
                if end < done:
                    at = done = 0
                at += len(data[done:end].translate(None, _CONTINUATION))
                done = end
            for index in watch[pattern]:
                rule = rules[index]
                low, high = at - rule.before, min(at + rule.after, size)
                spans = windows.get(index)
                if spans is None:
                    windows[index] = [[max(low, 0), high]]
                elif low <= spans[-1][1]:
                    spans[-1][1] = max(high, spans[-1][1])
                else:
                    spans.append([low, high])
        for index, spans in windows.items():
            for rule in self._alike[index]:
                for low, high in spans:
                    for start, end in rule.spans(text, low, high):
                        # Where the window ended inside of a value, a half would be left to read.
                        cut = end == high < size and _goes_on(text, end)
                        last = _whole(rule, text, low, start, end) if cut else end
                        found.append((start, last, rule.rank, rule.kind, rule.id))
        if before is not None:
            found = known + [one for one in found if one[1] > begun.settled]
        return found, carriers, windows

    def _unsettled(self, text: str, windows: Windows) -> list[tuple[int, int]]:
        """Stretches of a text in which no beginning that is remembered may end: what opens in front of it would not be
        read again, and what is found from there may depend on what follows."""
        stretches: list[tuple[int, int]] = []
        for index in self._far.intersection(windows):
            for low, high in windows[index]:
                # A beginning that ends further on is not read again from where `low` is.
                begin, end = low + MARGIN // 2, max(_reach(rule, text, low, high) for rule in self._alike[index])
                if len(stretches) >= _STRETCHES:
                    end = EVERYWHERE
                if begin < end:
                    stretches.append((begin, end))
                if end == EVERYWHERE:
                    break
        return stretches

    def _beside_others(self, found: list[Ranked], text: str, begun: Beginnings) -> list[Ranked]:
        """What rules find that look around what was found, with what is known."""
        beside: list[Ranked] = [] if begun.found is None else list(begun.found.beside)
        settled, unread = (0, 0) if begun.found is None else (begun.settled, begun.unread)
        for rule in self._beside if found else ():
            evidence = [(one[0], one[1]) for one in found if one[3] in rule.beside or _of_birth(one, rule, text)]
            for low, high in _around(evidence, rule, text):
                if high > settled:
                    for start, end in rule.spans(text, max(low, unread), high):
                        if end > settled:
                            beside.append((start, end, rule.rank, rule.kind, rule.id))
        return beside

    def _by_model(self, text: str, deadline: float | None) -> list[Ranked]:
        if self._names is None:
            return []
        until = time.monotonic() + NAME_SECONDS if deadline is None else deadline
        return [(one.start, one.end, 0, one.type, one.detector) for one in self._names.find(text, until)]

    def hits(self, data: bytes) -> Hits:
        """Hyperscan alone: which patterns match and where each match ends."""
        return self._databases.hits(data)


def _of_birth(one: Ranked, rule: Rule, text: str) -> bool:
    start = one[0]
    return one[3] == "date" and BIRTH in rule.beside and _BIRTH.search(text[max(start - 24, 0) : start]) is not None


def _around(evidence: Iterable[tuple[int, int]], rule: Rule, text: str) -> list[list[int]]:
    """Windows around findings; none ends inside of a value.

    What was joined from texts that follow each other says nothing of those texts: `Which SSN?` and a number of the next
    item make a Social Security number, which `decode` drops, but no person of the items. Nor does it say anything of
    what else was joined: that depends on how much of a conversation was read before.
    """
    windows: list[list[int]] = []
    border = text.rfind(BORDER)
    if border < 0:
        border = len(text)
    for start, end in sorted(evidence):
        floor, size = (0, border) if start < border else _joined(text, start, end)
        low, high = max(start - rule.before, floor), min(end + rule.after, size)
        furthest = min(high + _FURTHER, size)
        while high < furthest and _goes_on(text, high):
            high += 1
        if windows and low <= windows[-1][1]:
            windows[-1][1] = max(high, windows[-1][1])
        else:
            windows.append([low, high])
    return windows


def _joined(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the text that was joined begins and ends which holds a span."""
    stop = text.find(END, end)
    return text.rfind(END, 0, start) + len(END), len(text) if stop < 0 else stop


def _apart(further: Iterable[Ranked], found: Iterable[Ranked]) -> Iterator[Ranked]:
    """Those that share no character with what was found."""
    taken = sorted((one[0], one[1]) for one in found)
    place = reach = 0
    for one in sorted(further):
        while place < len(taken) and taken[place][0] < one[1]:
            reach = max(reach, taken[place][1])
            place += 1
        if reach <= one[0]:
            yield one


def _reach(rule: Rule, text: str, low: int, high: int) -> int:
    """Where a beginning may end again behind a window of a rule."""
    return high + _FURTHER + MARGIN if rule.reads_on is None else rule.reads_on(text, low, high)


def _goes_on(text: str, end: int) -> bool:
    return text[end].isalnum() or (text[end] in "-_./" and text[end + 1 : end + 2].isalnum())


def _whole(rule: Rule, text: str, low: int, start: int, end: int) -> int:
    """Where a value ends whose window did not reach far enough."""
    further = [last for first, last in rule.spans(text, low, min(end + _FURTHER, len(text))) if first == start]
    return max(further, default=end)


def _escape(literal: str) -> bytes:
    """A string as an expression that matches it and nothing else."""
    data = literal.encode()
    return data if data.isalpha() else _SPECIAL.sub(lambda byte: b"\\x" + byte[0].hex().encode(), data)


_SPECIAL = re.compile(rb"[^A-Za-z0-9 ]")


@cache
def _compiled(sets: frozenset[DetectorSet]) -> Detectors:
    kinds = kinds_of(sets)
    names = NameModel.load() if DetectorSet.NAMES in sets else None
    return Detectors([rule for rule in RULES if rule.kind in kinds], names)
