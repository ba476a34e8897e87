"""Collecting what a claim found: witnesses for what is wrong, reasons for what could not be decided."""

from __future__ import annotations

from dataclasses import dataclass, field

from zt_ai.verify.model import Witness


@dataclass(slots=True)
class Findings:
    """Witnesses and reasons in the order in which they were found, each once."""

    _witnesses: dict[Witness, None] = field(default_factory=dict)
    _reasons: dict[str, None] = field(default_factory=dict)

    def refute(self, explanation: str, *, source: str, destination: str, through: tuple[str, ...] = ()) -> None:
        """Add a witness."""
        self._witnesses[Witness(explanation=explanation, source=source, destination=destination, through=through)] = (
            None
        )

    def doubt(self, reason: str) -> None:
        """Add a reason why something could not be decided."""
        self._reasons[reason] = None

    def take(self, other: Findings) -> None:
        """Add all that another collection holds."""
        self._witnesses.update(other._witnesses)
        self._reasons.update(other._reasons)

    @property
    def witnesses(self) -> tuple[Witness, ...]:
        """What is wrong."""
        return tuple(self._witnesses)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What could not be decided."""
        return tuple(self._reasons)

    @property
    def clean(self) -> bool:
        """Nothing is wrong and nothing is undecided."""
        return not self._witnesses and not self._reasons
