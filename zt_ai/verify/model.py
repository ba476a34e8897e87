"""What the verifier says: claims with a verdict, witnesses for what is wrong, and what was covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


def count(number: int, noun: str) -> str:
    """`1 subnet`, `2 subnets`: what a claim covered, in words."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Verdict(StrEnum):
    """Outcome of one claim. The order of severity is REFUTED, UNKNOWN, PROVED."""

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Packet:
    """A concrete packet. `destination` is an address, or a name for a destination known only by name."""

    source: str
    destination: str
    protocol: str  # "tcp", "udp", "icmp" or an IP protocol number
    port: int | None  # destination port; None where the protocol has none


@dataclass(frozen=True, slots=True)
class Witness:
    """One counterexample, checkable by hand."""

    explanation: str  # one sentence in words a network engineer uses
    source: str  # party: workload, "subnet NAME", "group NAME", "internet" ...
    destination: str
    packet: Packet | None = None
    through: tuple[str, ...] = ()  # URNs of the resources that let it through, or that are missing something
    clause: str | None = None  # the clause that wanted it (something is missing); None: no clause allows it


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement about the plan. A claim with no witness and no reason is PROVED."""

    id: str  # stable word: "reachability", "data-zone-egress" ...
    number: int  # number in the design's list of claims
    title: str  # one sentence, true when PROVED
    cloud: str
    covered: str  # what was looked at, with counts
    witnesses: tuple[Witness, ...] = ()
    reasons: tuple[str, ...] = ()  # why it could not be decided

    @property
    def verdict(self) -> Verdict:
        """REFUTED by any witness, else UNKNOWN by any reason, else PROVED."""
        if self.witnesses:
            return Verdict.REFUTED
        return Verdict.UNKNOWN if self.reasons else Verdict.PROVED


@dataclass(frozen=True, slots=True)
class ProvedAccess:
    """An access that the planned resources really permit, computed from them alone."""

    source: str
    destination: str
    ports: tuple[str, ...]  # as `tcp/443` or `tcp/8000-8010`
    clauses: tuple[str, ...]  # clauses that allow it; empty: none does


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ledger of resource types. `unmodelled` types could matter and are not understood: they turn claims UNKNOWN."""

    modelled: Mapping[str, int] = field(default_factory=dict)  # type -> count
    passive: Mapping[str, int] = field(
        default_factory=dict
    )  # cannot open an access, with the reason in the semantics module
    unmodelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # type -> URNs


@dataclass(frozen=True, slots=True)
class Proof:
    """All claims about one cloud's plan."""

    cloud: str
    claims: tuple[Claim, ...]
    accesses: tuple[ProvedAccess, ...]
    coverage: Coverage

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all claims."""
        verdicts = {claim.verdict for claim in self.claims}
        for worst in (Verdict.REFUTED, Verdict.UNKNOWN):
            if worst in verdicts:
                return worst
        return Verdict.PROVED
