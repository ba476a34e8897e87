"""What a report is about: the proofs of one specification, how they were read, and what was accepted unproved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from zt_ai.intent.model import Intent
from zt_ai.report.acceptance import Acceptance
from zt_ai.verify.model import Claim, Proof, Verdict

Subject = Literal["program", "plan", "state"]
"""What the resources were read from: the program run in-process, a plan of the engine, or the state of a stack."""

SUBJECTS: Mapping[Subject, str] = {
    "program": "the program, run in-process",
    "plan": "the engine's plan",
    "state": "the deployed state",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause stands in the specification, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class CloudProof:
    """The proof for one cloud and what it was read from. `resources` counts all resources, components included."""

    proof: Proof
    subject: Subject
    resources: int
    seconds: float = 0.0

    @property
    def cloud(self) -> str:
        """The cloud's short name, `aws`."""
        return self.proof.cloud


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the renderers of this package show. They add nothing and judge nothing."""

    intent: Intent
    proofs: tuple[CloudProof, ...]
    day: date
    file: str
    acceptances: tuple[Acceptance, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)  # by clause id, `flow:NAME`
    descriptions: Mapping[str, str] = field(default_factory=dict)  # by path: "zones.records"; "" is the specification
    stack: str | None = None
    simulated: bool = False

    @property
    def name(self) -> str:
        """The specification's name."""
        return self.intent.name

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of all clouds, by number, then cloud."""
        found = [claim for item in self.proofs for claim in item.proof.claims]
        return tuple(sorted(found, key=lambda claim: (claim.number, claim.cloud, claim.id)))

    @property
    def clouds(self) -> tuple[str, ...]:
        """The clouds that were proved, in the order of their proofs."""
        return tuple(item.cloud for item in self.proofs)

    @property
    def by_claim(self) -> tuple[Mapping[str, Claim], ...]:
        """Each claim as it came out on each cloud, by cloud; one that was not made about a cloud is not there."""
        found: dict[tuple[int, str], dict[str, Claim]] = {}
        for claim in self.claims:
            found.setdefault((claim.number, claim.id), {})[claim.cloud] = claim
        return tuple(found.values())

    @property
    def accesses(self) -> tuple[tuple[tuple[str, ...], CloudProof], ...]:
        """Clouds and what they permit: all of them with one table where it is the very same, as it should be; else
        one for each."""
        said = {
            frozenset((a.source, a.destination, frozenset(a.ports), frozenset(a.clauses)) for a in item.proof.accesses)
            for item in self.proofs
        }
        if len(self.proofs) > 1 and len(said) == 1:
            return ((self.clouds, self.proofs[0]),)
        return tuple(((item.cloud,), item) for item in self.proofs)

    def accepted(self, claim: Claim) -> Acceptance | None:
        """The acceptance that lets an UNKNOWN claim pass on this report's day. A REFUTED claim cannot be accepted."""
        if claim.verdict is not Verdict.UNKNOWN:
            return None
        valid = [a for a in self.acceptances if a.claim == claim.id and a.holds_on(self.day)]
        return max(valid, key=lambda a: a.until, default=None)

    @property
    def expired(self) -> tuple[Acceptance, ...]:
        """Acceptances that were given but have ended."""
        return tuple(a for a in self.acceptances if not a.holds_on(self.day))

    @property
    def unused(self) -> tuple[Acceptance, ...]:
        """Acceptances that name no claim of this report: most likely a spelling mistake."""
        known = {claim.id for claim in self.claims}
        return tuple(a for a in self.acceptances if a.claim not in known)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict after acceptances. No claim at all is UNKNOWN: nothing was proved."""
        if not self.claims:
            return Verdict.UNKNOWN
        open_verdicts = {claim.verdict for claim in self.claims if self.accepted(claim) is None}
        for worst in (Verdict.REFUTED, Verdict.UNKNOWN):
            if worst in open_verdicts:
                return worst
        return Verdict.PROVED

    def counts(self) -> dict[Verdict, int]:
        """How many claims have each verdict, before acceptances."""
        return {verdict: sum(claim.verdict is verdict for claim in self.claims) for verdict in Verdict}
