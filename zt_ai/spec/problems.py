"""What is wrong with a specification: where, which rule, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

# Keys from the root, for example ("flows", "a-to-b", "carries"); an int is a position in a list of values.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `line` and `column` count from 1; None where the specification did not come from a file."""

    rule: str  # stable name of the rule that is broken
    path: Path  # the clause
    message: str
    hint: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def clause(self) -> str:
        """The clause as a dotted path."""
        return ".".join(str(key) for key in self.path) or "(whole specification)"

    def at(self, file: str | None, line: int | None, column: int | None) -> Problem:
        """The same problem with its place in a file."""
        return replace(self, file=file, line=line, column=column)

    def __str__(self) -> str:
        place = (
            ""
            if self.file is None
            else ":".join(str(x) for x in (self.file, self.line, self.column) if x is not None) + ": "
        )
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}{self.clause}: {self.message}{hint} [{self.rule}]"


class SpecError(Exception):
    """The specification is refused. `problems` holds every mistake found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.line or 0, p.column or 0, p.clause, p.rule)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
