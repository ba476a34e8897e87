"""What preview, up and refresh show and write at their end, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from zt_ai.cli.console import results
from zt_ai.cli.exits import OF_VERDICT, Exit
from zt_ai.cli.files import write_or_print
from zt_ai.cli.folder import write_all
from zt_ai.report import json_report, terminal
from zt_ai.report.model import Report
from zt_ai.verify.model import Verdict


def refused(report: Report, json_to: str | None, what: str) -> int | None:
    """None when the report lets the command go on; else show it, say that nothing was changed, give the exit code."""
    if report.verdict is Verdict.PROVED:
        return None
    finish(report, json_to)
    click.echo(f"{what} is not proved: nothing was changed", err=True)
    return Exit(OF_VERDICT[report.verdict])


def finish(
    report: Report,
    json_to: str | None,
    *,
    reports: Path | None = None,
    states: Iterable[tuple[str, str]] = (),
    simulated: bool = False,
) -> int:
    """Show the report without its accesses, write it as JSON and as files, and say where they and the states are.

    `states` has the name of each stack and the back end that keeps it.
    """
    if reports is not None:
        write_all(report, reports)
    if json_to is not None:
        write_or_print(json_to, json_report.render(report))
    console = results(to_stderr=json_to == "-")
    console.print()
    terminal.show(console, report, accesses=False)
    if reports is not None:
        console.print(f"reports: {reports / 'report.html'} (and .md, .json, .sarif)", soft_wrap=True)
    for stack, backend in states:
        console.print(f"state:   {backend.partition('?')[0]} (stack {stack})", soft_wrap=True)
    if simulated:
        console.print("SIMULATED: nothing real was created", style="yellow")
    return Exit(OF_VERDICT[report.verdict])
