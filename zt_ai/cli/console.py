"""Where output goes: results to standard output, problems and progress to standard error."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from zt_ai.spec.problems import Problem

_PLAIN_WIDTH = 160  # where the output is not a terminal, tables need a width of their own


def results(*, to_stderr: bool = False) -> Console:
    """A console for results; on standard error when `--json -` takes standard output for itself."""
    return _console(stderr=to_stderr)


def messages() -> Console:
    """A console for problems and progress."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    terminal = (sys.stderr if stderr else sys.stdout).isatty()
    # rich obeys NO_COLOR itself, and TERM=dumb; markup and emoji codes in somebody's text are never interpreted.
    width = None if terminal else int(os.environ.get("COLUMNS", "0") or 0) or _PLAIN_WIDTH
    return Console(stderr=stderr, width=width, markup=False, emoji=False, highlight=False, soft_wrap=False)


def show_problems(console: Console, problems: Iterable[Problem]) -> None:
    """Print each problem as `file:line:column`, so that an editor can jump to it, with its clause and what to write."""
    from rich.text import Text

    from zt_ai.report.text import count, visible

    found = list(problems)
    for problem in found:
        place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part is not None)
        text = Text(visible(place), style="bold")
        text.append(": " if place else "", style="bold")
        text.append(visible(problem.clause), style="cyan not bold")
        text.append(f": {visible(problem.message)} ", style="not bold")
        text.append(f"[{problem.rule}]", style="dim not bold")
        if problem.hint:
            text.append(f"\n  hint: {visible(problem.hint)}", style="green not bold")
        console.print(text, soft_wrap=True)
    console.print(Text(f"{count(len(found), 'problem')}; nothing was changed", style="red"))


def show_error(message: str, hint: str = "") -> None:
    """Print one error that has no place in a file."""
    from rich.text import Text

    from zt_ai.report.text import visible

    lines = [visible(line) for line in message.splitlines()]
    text = Text.assemble(("error: ", "bold red"), "\n".join(lines))
    if hint:
        text.append(f"\n  hint: {visible(hint)}", style="green")
    messages().print(text, soft_wrap=True)
