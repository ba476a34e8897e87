"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MOST_PROBLEMS = 1000
"""Problems that are told apart; more are counted."""


class Kind(StrEnum):
    """What was done to a journal."""

    CHANGED = "changed"
    REMOVED = "removed"
    REORDERED = "reordered"
    DUPLICATED = "duplicated"
    TRUNCATED = "truncated"
    """The end is missing, or cannot be proved because the head was tampered with."""
    FOREIGN = "foreign"
    """A record that this journal's writers did not make, or made for another place."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    kind: Kind
    message: str
    place: str = ""
    """File and line, as `audit.jsonl:12`."""
    first: int | None = None
    """Number of the record, or of the first one."""
    last: int | None = None
    """Number of the last one, both included."""


@dataclass(slots=True)
class Chain:
    """What is there of one chain."""

    name: str
    records: int = 0
    omitted: int = 0
    """Records of which only the digest is there (exports)."""
    first: int | None = None
    last: int | None = None
    head: str | None = None
    """Hash of the last record: keep it elsewhere, and give it to `--head` next time."""


@dataclass(slots=True)
class Verification:
    """The outcome. `ok` says that nothing is wrong with what is there; `notes` say what could not be looked at."""

    keyed: bool
    """Whether the key was there: without it, links are checked but not who made them."""
    chains: list[Chain] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more_problems: int = 0
    """Problems beyond those that are listed."""

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.problems

    @property
    def records(self) -> int:
        """Records that were read, in all chains."""
        return sum(chain.records for chain in self.chains)

    @property
    def first(self) -> int | None:
        """Number of the first record; None when there is none or there are several chains."""
        return self.chains[0].first if len(self.chains) == 1 else None

    @property
    def last(self) -> int | None:
        """Number of the last record; None when there is none or there are several chains."""
        return self.chains[0].last if len(self.chains) == 1 else None

    @property
    def head(self) -> str | None:
        """Hash of the last record; None when there is none or there are several chains."""
        return self.chains[0].head if len(self.chains) == 1 else None

    def add(self, problem: Problem) -> None:
        """Take up a problem, or count it when there are very many."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1
