"""Following a chain line by line, in constant memory, and naming what is wrong with it."""

from __future__ import annotations

from zt_ai.audit.keys import Keys
from zt_ai.audit.link import GENESIS, Link
from zt_ai.audit.verification import Chain, Kind, Problem, Verification


class Walk:
    """The state of a verification between two lines of one chain.

    `start` is the number that must come first, None for whatever comes first.
    """

    def __init__(self, result: Verification, chain: str, keys: Keys | None, start: int | None) -> None:
        self._result = result
        self._keys = keys
        self.chain = Chain(chain)
        self._expected = start
        self._previous = GENESIS if start == 1 else None
        self._damaged = 0  # lines since the last good record that hold none: each may stand in the place of one
        self._ahead: tuple[Link, str] | None = None  # a record that came too early, until the next one says why
        self._displaced: dict[int, str] = {}  # number → hash of records that stand too early
        self._missing: list[list[int]] = []  # spans of numbers, both ends included
        self._unknown_keys: set[str] = set()

    @property
    def last(self) -> int:
        """Number of the last record in its place; 0 before the first."""
        return (self._expected or 1) - 1

    @property
    def previous(self) -> str | None:
        """Hash of that record, None when it is not there."""
        return self._previous

    def damaged(self, place: str, kind: Kind, message: str, seq: int | None = None) -> None:
        """A line that holds no record of this chain."""
        self._result.add(Problem(kind, message, place, seq, seq))
        self._damaged += 1

    def take(self, link: Link, place: str) -> None:
        """The next record, with its own consistency not checked yet."""
        if not link.consistent():
            self.damaged(
                place, Kind.CHANGED, f"record {link.seq} was changed: its hash is not that of its contents", link.seq
            )
        elif link.chain != self.chain.name:
            self.damaged(place, Kind.FOREIGN, f"record {link.seq} belongs to another journal, {link.chain}", link.seq)
        elif self._genuine(link, place):
            self._count(link)
            self._place(link, place)

    def _genuine(self, link: Link, place: str) -> bool:
        if self._keys is None:
            return True
        key = self._keys.get(link.key)
        if key is None:
            if link.key not in self._unknown_keys:  # once, not for each of a million records
                self._unknown_keys.add(link.key)
                message = f"made with key {link.key}, which is not among the keys that were given"
                self._result.add(Problem(Kind.FOREIGN, message, place, link.seq, link.seq))
            return True
        if link.authentic(key):
            return True
        self.damaged(place, Kind.FOREIGN, f"record {link.seq} was written by somebody without the key", link.seq)
        return False

    def _count(self, link: Link) -> None:
        chain = self.chain
        chain.records += 1
        chain.omitted += link.fields is None
        chain.first = link.seq if chain.first is None else min(chain.first, link.seq)
        if chain.last is None or link.seq > chain.last:
            chain.last, chain.head = link.seq, link.hash
        if link.event == "repaired" and link.fields:
            said = link.fields.get("kind")
            kind = Kind(said) if said in list(Kind) else Kind.TRUNCATED
            self._result.add(
                Problem(
                    kind, f"noted when the journal was opened: {link.fields.get('problem')}", "", link.seq, link.seq
                )
            )

    def _place(self, link: Link, place: str) -> None:
        if self._expected is None:
            self._accept(link, place)
            return
        if self._ahead:
            early, early_place = self._ahead
            self._ahead = None
            if self._expected <= link.seq < early.seq:
                message = f"record {early.seq} stands before record {link.seq}"
                self._result.add(Problem(Kind.REORDERED, message, early_place, early.seq, early.seq))
                self._displaced[early.seq] = early.hash
            else:
                self._jump_to(early, early_place)
        if link.seq > self._expected:
            self._ahead = (link, place)
        elif link.seq == self._expected:
            self._accept(link, place)
        else:
            self._late(link, place)

    def _accept(self, link: Link, place: str) -> None:
        if self._previous is not None and link.prev != self._previous:
            message = f"record {link.seq} does not follow the record {link.seq - 1} that stands before it"
            kind = Kind.FOREIGN if self._keys else Kind.CHANGED
            self._result.add(Problem(kind, message, place, link.seq, link.seq))
        self._expected, self._previous, self._damaged = link.seq + 1, link.hash, 0
        while self._expected in self._displaced:
            self._previous = self._displaced.pop(self._expected)
            self._expected += 1

    def _jump_to(self, link: Link, place: str) -> None:
        """Numbers are left out before this record: as many as damaged lines stand there, and the others are missing."""
        expected = self._expected or 1
        first = min(link.seq, expected + self._damaged)
        if first < link.seq:
            self._missing.append([first, link.seq - 1])
        self._expected, self._previous = link.seq, None
        self._accept(link, place)

    def _late(self, link: Link, place: str) -> None:
        for span in self._missing:
            if span[0] <= link.seq <= span[1]:
                self._missing.remove(span)
                self._missing += [s for s in ([span[0], link.seq - 1], [link.seq + 1, span[1]]) if s[0] <= s[1]]
                message = f"record {link.seq} stands behind record {self.last}"
                self._result.add(Problem(Kind.REORDERED, message, place, link.seq, link.seq))
                return
        message = f"number {link.seq} stands here again, behind record {self.last}"
        self._result.add(Problem(Kind.DUPLICATED, message, place, link.seq, link.seq))

    def finish(self, last: int | None = None, hash_: str | None = None, said_by: str = "") -> None:
        """The end. `last` and `hash_` are what a sealed head or an export's first line says that the last record is."""
        if self._ahead:
            self._jump_to(*self._ahead)
        for first, end in sorted(self._missing):
            self._result.add(Problem(Kind.REMOVED, f"{_records(first, end)} missing", "", first, end))
        if last is not None and self.last + self._damaged < last:
            first = self.last + self._damaged + 1
            message = f"{_records(first, last)} missing at the end, as {said_by} says"
            self._result.add(Problem(Kind.TRUNCATED, message, "", first, last))
        elif last is not None and last == self.last and self._previous not in {None, hash_}:
            message = f"record {last} is not the one that {said_by} names"
            self._result.add(Problem(Kind.CHANGED, message, "", last, last))
        self._result.chains.append(self.chain)


def _records(first: int, last: int) -> str:
    return f"record {first} is" if first == last else f"records {first} to {last} are"
