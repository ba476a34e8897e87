"""Collecting what a claim found: all findings are counted, the most telling are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from zt_ai.verify.model import Claim, Packet, Witness

KEPT = 20


class Collector:
    """Witnesses by how much they tell (lower rank first) and in the order in which they were found."""

    def __init__(self) -> None:
        self._kept: dict[int, dict[Witness, None]] = {}
        self.count = 0
        self.reasons: dict[str, None] = {}

    def add(self, rank: int, make: Callable[[], Witness]) -> None:
        """Count a finding; its witness is made only if it may be shown."""
        self.count += 1
        kept = self._kept.setdefault(rank, {})
        if len(kept) < KEPT:
            kept[make()] = None

    def refute(
        self,
        rank: int,
        explanation: str,
        source: str,
        destination: str,
        through: Iterable[str | None] = (),
        clause: str | None = None,
        packet: Packet | None = None,
    ) -> None:
        """A finding whose witness costs nothing to make."""
        urns = tuple(dict.fromkeys(urn for urn in through if urn))
        self.add(rank, partial(Witness, explanation, source, destination, packet, urns, clause))

    def doubt(self, reason: str) -> None:
        """Something that could not be decided."""
        self.reasons[reason] = None

    def claim(self, id_: str, number: int, title: str, covered: str) -> Claim:
        """The claim with what was found."""
        witnesses = [witness for rank in sorted(self._kept) for witness in self._kept[rank]][:KEPT]
        found = f"{covered}; {self.count} found, {len(witnesses)} shown" if self.count else covered
        return Claim(id_, number, title, "azure", found, tuple(witnesses), tuple(self.reasons))
