"""Layer after layer: scan a sheet of texts, undo what they carry, and scan what comes out, until nothing does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from zt_ai.egress.decode import glyphs, invisible, unicode
from zt_ai.egress.decode.blobs import OPAQUE, Blob, examine
from zt_ai.egress.decode.budget import Budget, UnreadableError
from zt_ai.egress.decode.carriers import Carrier
from zt_ai.egress.decode.join import Joiner
from zt_ai.egress.decode.named import named_runs
from zt_ai.egress.decode.runs import RUNS, Candidate
from zt_ai.egress.decode.sheet import Edited, Joined, Place, Run, Sheet, Turned
from zt_ai.egress.decode.substitute import ONCE, SUBSTITUTIONS, by_piece, windows
from zt_ai.egress.decode.turned import turned
from zt_ai.egress.decode.unicode import Edit
from zt_ai.egress.model import Finding, Found, Media, MediaKind, Path

_BEFORE, _AFTER = 48, 16
"""Characters around a run that go with what it holds: `SSN: MTIzNDU2Nzg5` needs the label."""


class ScanLike(Protocol):
    """What a scan gives (`zt_ai.egress.detect.Scan`)."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found."""
        ...

    @property
    def carriers(self) -> int:
        """Forms that occur."""
        ...


class Scanner(Protocol):
    """Finds identifiers and carriers in a text (`zt_ai.egress.detect.Detectors`)."""

    def beginnings(self, text: str, shorter: Any = None) -> Any:
        """How much of a text is known (`zt_ai.egress.decode.borders.Beginnings`); `shorter`: of its first part."""
        ...

    def scan(self, text: str, deadline: float | None = None, beginnings: Any = None) -> ScanLike:
        """Scan a text. Raises TimeoutError if it was not read to its end before `deadline` (`time.monotonic`)."""
        ...

    def is_secret(self, kind: str) -> bool:
        """Whether findings of this type are secrets rather than identifiers of a person."""
        ...


@dataclass(frozen=True, slots=True)
class _Note:
    found: Found
    matched: str
    over: tuple[tuple[Path, int, int], ...]

    def repeats(self, other: _Note) -> bool:
        """Whether this is what the other is, and something without digits beside it."""
        before, same, after = self.matched.partition(other.matched)
        if not same or _DIGIT.search(before + after) or other.found.finding.type != self.found.finding.type:
            return False
        start, end = other.found.finding.start, other.found.finding.end
        return any(path == other.found.path and low < end and start < high for path, low, high in self.over)


_DIGIT = re.compile(r"[0-9]")


@dataclass(slots=True)
class Unfolding:
    """What was found so far."""

    detectors: Scanner
    budget: Budget
    opaque: Callable[[Path], bool]
    """Whether a text cannot be read by design: what the provider encrypted for itself."""
    media: dict[Path, Media] = field(default_factory=dict)
    layers: set[str] = field(default_factory=set)
    _notes: dict[tuple[Path, int, int, str], _Note] = field(default_factory=dict)
    _runs: dict[tuple[str, bytes], tuple[Blob, ...]] = field(default_factory=dict)
    _seen: set[tuple[Path, str]] = field(default_factory=set)

    def read(self, sheet: Sheet, blobs: Iterable[tuple[int, Blob, str]] = (), scan: ScanLike | None = None) -> None:
        """Scan a sheet and everything that can be undone in it.

        Args:
            sheet: the texts.
            blobs: what the caller already undid, each with the piece that it stands for and the layer's name.
            scan: what the closed sheet holds, if the caller had it scanned.

        Raises:
            UnreadableError: `budget-exhausted`.
        """
        for _ in range(self.budget.depth):
            if scan is None:
                scan = self.detectors.scan(sheet.close(), self.budget.end)
            for finding in scan.findings:
                self._note(finding, sheet)
            below = Sheet()
            for index, blob, layer in blobs:
                self.add(sheet, index, 0, len(sheet.piece(index)), blob, layer, below)
            blobs = ()
            if scan.carriers or not sheet.text.isascii():
                self._undo(sheet, sheet.text, scan.carriers, below)
            if not below.parts:
                return
            sheet, scan = below, None
        raise UnreadableError("budget-exhausted")

    def _note(self, finding: Finding, sheet: Sheet) -> None:
        place = sheet.place(finding.start, finding.end)
        if place is None:
            return
        key = (place.path, place.start, place.end, finding.type)
        known = self._notes.get(key)
        if known is None or (place.redactable and not known.found.redactable):
            moved = Finding(finding.type, place.start, place.end, finding.detector)
            found = Found(moved, place.path, place.layers, place.redactable)
            self._notes[key] = _Note(found, sheet.text[finding.start : finding.end], place.over)

    def found(self) -> list[Found]:
        """What was found, in no order. What crosses a border only because of what stands in one text is left out.

        `jane@example.org` and `Thanks` make one long address, and the address alone was found in its text already; but
        not if the rest has digits, which may belong to the number.
        """
        notes = self._notes.values()
        whole = [note for note in notes if not note.over]
        return [note.found for note in notes if not (note.over and any(note.repeats(other) for other in whole))]

    def _undo(self, sheet: Sheet, text: str, carriers: int, below: Sheet) -> None:
        self._substitute(sheet, text, carriers, below)
        for carrier, runs in RUNS.items():
            if carriers & carrier:
                for candidate in runs(text):
                    self._run(sheet, candidate, below)
        if not text.isascii():
            self._invisible(sheet, text, below)
        if carriers & Carrier.JSON:
            self._quoted(sheet, below)
        if carriers & Carrier.HINT:
            for candidate in named_runs(text):
                self._run(sheet, candidate, below)
            for piece, origin in turned(sheet, text):
                self._new(piece, origin, below)

    def _invisible(self, sheet: Sheet, text: str, below: Sheet) -> None:
        """What characters spell that no screen shows."""
        found: list[tuple[int, int, Blob, str]] = []
        if unicode.has_tags(text):
            found = [(start, end, Blob(((plain, ()),)), "tags") for start, end, plain in unicode.tagged(text)]
        for start, end, data in invisible.hidden(text, unicode.strange(text)):
            found.append((start, end, examine(data, self.budget), "invisible"))
        for start, end, blob, layer in found:
            index = sheet.at(start)
            base = sheet.starts[index]
            self.add(sheet, index, start - base, end - base, blob, layer, below)

    def _new(self, piece: str, origin: Edited | Turned | Joined, below: Sheet) -> None:
        """A text to scan next, if it is one and was not seen."""
        place = origin.place(0, len(piece))
        if place is not None and self._fresh(place, piece):
            self.layers.update(origin.layers)
            below.add(piece, origin)

    def _substitute(self, sheet: Sheet, text: str, carriers: int, below: Sheet) -> None:
        """Each way of writing a character undone alone, and all of them together."""
        kinds: dict[str, list[Edit]] = {}
        if not text.isascii():
            chars = unicode.strange(text)
            kinds = {"unicode": unicode.edits(text, chars), "numerals": glyphs.numerals(text, chars)}
            kinds |= {"override": glyphs.overridden(text, chars), "braille": glyphs.braille(text, chars)}
            if unicode.has_tags(text):
                kinds["tags"] = unicode.untagged(text)
        for layer, (carrier, substitute) in SUBSTITUTIONS.items():
            if carriers & carrier:
                kinds[layer] = substitute(text)
        kinds = {layer: edits for layer, edits in kinds.items() if edits}
        for layer, edits in kinds.items():
            self._edited(sheet, text, (layer,), edits, below)
        if len(kinds) > 1:
            self._edited(sheet, text, tuple(kinds), _merged(kinds.values()), below)

    def _edited(self, sheet: Sheet, text: str, layers: tuple[str, ...], edits: list[Edit], below: Sheet) -> None:
        starts = sheet.starts
        once = ONCE.issuperset(layers)
        for index, group in by_piece(starts, edits):
            base = starts[index]
            if once and self._undone(sheet, index, layers):
                continue
            for new, offsets, marks in windows(text, base, base + len(sheet.piece(index)), group):
                self._new(new, Edited(sheet, index, layers, offsets, marks), below)

    def _fresh(self, place: Place, text: str) -> bool:
        """Whether this was not yet seen in this text of the request: two ways of undoing often meet."""
        self.budget.spend(len(text))
        key = (place.path, text)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _run(self, sheet: Sheet, candidate: Candidate, below: Sheet) -> None:
        index = sheet.at(candidate.start)
        base = sheet.starts[index]
        start, end = candidate.start - base, candidate.end - base
        origin = sheet.origins[index]
        if isinstance(origin, Joined) and not origin.crosses(start, end):
            return
        key = candidate.layer, candidate.run
        known = self._runs.get(key)
        if known is None:
            # Ids come again and again in a conversation, and hold nothing each time.
            known = self._runs[key] = self._examined(candidate)
        for blob in known:
            # Many short ids joined are one long run, and still ids.
            place = sheet.within(index, start, end)
            if place is not None and not (blob.media is MediaKind.BINARY and "split" in place.layers):
                self.add(sheet, index, start, end, blob, candidate.layer, below)

    def _examined(self, candidate: Candidate) -> tuple[Blob, ...]:
        """What a run holds, by each way of reading it until one reads all of it."""
        blobs: list[Blob] = []
        longest = 0
        readable = False
        for number, reading in enumerate(candidate.readings(candidate.run)):
            longest = max(longest, len(reading))
            blob = examine(reading, self.budget, aligned=number == 0)
            if blob.media is MediaKind.BINARY:
                blob = Blob(blob.texts)
            elif blob.media is not None or (blob.texts and len(blob.texts[0][0]) * 2 > len(reading)):
                readable = True
            if blob.texts or blob.media is not None:
                blobs.append(blob)
            if blob.whole or blob.media is not None:
                break
        if longest > OPAQUE and not readable and candidate.opaque:
            blobs.append(Blob(media=MediaKind.BINARY))
        return tuple(blobs)

    def add(self, sheet: Sheet, index: int, start: int, end: int, blob: Blob, layer: str, below: Sheet) -> None:
        """Note what a run of a piece holds: texts to scan next, or media."""
        whole = sheet.within(index, start, end)
        if whole is None:
            return
        if blob.media is not None and not (blob.media is MediaKind.BINARY and self.opaque(whole.path)):
            self.media.setdefault(whole.path, Media(blob.media, whole.path))
        for text, layers in blob.texts:
            at = sheet.starts[index]
            before = sheet.text[max(at + start - _BEFORE, 0) : at + start]
            after = sheet.piece(index)[end : end + _AFTER]
            # Glued on, they would make one word with what was decoded, and another run.
            before = "" if before[-1:].isalnum() else before
            after = "" if after[:1].isalnum() else after
            new = before + text + after
            if self._fresh(whole, new):
                self.layers.update((layer, *layers))
                below.add(new, Run(sheet, index, start, end, (layer, *layers), len(before), len(text)))

    def _undone(self, sheet: Sheet, index: int, layers: tuple[str, ...]) -> bool:
        """Whether some layers were undone last on the way to a piece. Below another one they may come again."""
        place = sheet.within(index, 0, len(sheet.piece(index)))
        return place is not None and set(layers) <= set(place.layers[-len(layers) :])

    def _quoted(self, sheet: Sheet, below: Sheet) -> None:
        """Join string literals inside a text: a list in a JSON document that is itself a string, or program text."""
        for index in range(len(sheet)):
            text = sheet.piece(index)
            for quote in "\"'":
                if text.count(quote) >= 4:
                    self._literals(sheet, index, text, quote, below)

    def _literals(self, sheet: Sheet, index: int, text: str, quote: str, below: Sheet) -> None:
        inner = Sheet()
        groups: dict[str, list[int]] = {"": []}
        name = ""
        for match in _LITERAL[quote].finditer(text):
            if match[2]:
                name = match[1]
                continue
            number = len(inner)
            marks = [(match.start(1), match.end(1), True)]
            inner.add(match[1], Edited(sheet, index, (), [0], marks))
            groups[""].append(number)
            if name:
                groups.setdefault(name, []).append(number)
        inner.close()
        joined = Sheet()
        joiner = Joiner(inner, joined, self.budget, ("json", "split"))
        joiner.join_parts(groups[""])
        joiner.join(group for key, group in groups.items() if key)
        for number, origin in enumerate(joined.origins):
            if isinstance(origin, Joined):
                self._new(joined.piece(number), origin, below)


_LITERAL = {
    # The last one may be cut off with the text.
    '"': re.compile(r'"((?:[^"\\\x01]|\\[^\x01])*)(?:"(\s{0,8}:)?|\Z)'),
    "'": re.compile(r"'((?:[^'\\\x01]|\\[^\x01])*)'(\s{0,8}:)?"),
}


def _merged(kinds: Iterable[list[Edit]]) -> list[Edit]:
    """All replacements at once; where two overlap, the one that begins first."""
    made: list[Edit] = []
    for edit in sorted(edit for edits in kinds for edit in edits):
        if not made or edit[0] >= made[-1][1]:
            made.append(edit)
    return made
