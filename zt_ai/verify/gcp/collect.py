"""Collecting what a claim about the network found: witnesses with packets, and reasons."""

from __future__ import annotations

from dataclasses import dataclass, field

from zt_ai.verify.model import Claim, Packet, Witness


@dataclass(slots=True)
class Collector:
    """Witnesses and reasons in the order in which they were found, each once."""

    _witnesses: dict[Witness, None] = field(default_factory=dict)
    _reasons: dict[str, None] = field(default_factory=dict)

    def refute(
        self,
        explanation: str,
        source: str,
        destination: str,
        *,
        through: tuple[str, ...] = (),
        packet: Packet | None = None,
        clause: str | None = None,
    ) -> None:
        """Add a witness."""
        self._witnesses[Witness(explanation, source, destination, packet, through, clause)] = None

    def doubt(self, reason: str) -> None:
        """Add a reason why something could not be decided."""
        self._reasons[reason] = None

    @property
    def witnesses(self) -> tuple[Witness, ...]:
        """What is wrong."""
        return tuple(self._witnesses)

    def claim(self, id_: str, number: int, title: str, covered: str) -> Claim:
        """The claim that these findings are about."""
        return Claim(id_, number, title, "gcp", covered, self.witnesses, tuple(self._reasons))
