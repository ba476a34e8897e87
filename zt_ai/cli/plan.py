"""`zt-ai plan`: what would be built, and is it what was specified?"""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zt_ai.cli import options
from zt_ai.cli.console import results
from zt_ai.cli.exits import OF_VERDICT, Exit
from zt_ai.report.acceptance import Acceptance

if TYPE_CHECKING:
    from zt_ai.spec.clouds import Cloud


@click.command("plan", short_help="Prove what would be built: no engine, no network, no credentials.")
@options.specification
@click.option("--cloud", type=click.Choice(options.CLOUDS), help="Only this cloud. Default: all that SPEC names.")
@options.on_day
@options.accept_unknown
@options.json_file
@click.option(
    "--report",
    "report_to",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write report.html, report.md, report.sarif and report.json to DIR.",
)
def command(
    *,
    spec: Path,
    cloud: Cloud | None,
    on: date | None,
    acceptances: tuple[Acceptance, ...],
    json_to: str | None,
    report_to: Path | None,
) -> int:
    """Run the program of SPEC in this process and prove the resources it declares.

    Shows every access that the resources permit with the clause that asked for it, each claim with its verdict and what
    it covered, and for what is refuted a packet that would pass and the resources that let it through. Needs neither
    engine nor network nor credentials: run it on every pull request.

    \b
    Example
      zt-ai plan examples/clinic/zones.yaml --report out/
    """
    from zt_ai.cli import proving, specs
    from zt_ai.cli.errors import building
    from zt_ai.report import json_report, terminal

    loaded = specs.load(spec, on)
    chosen = specs.clouds(loaded, cloud)
    with building(loaded):
        proofs = proving.of_programs(loaded, chosen, [None] * len(chosen))
    report = proving.report(loaded, proofs, acceptances)
    if report_to is not None:
        from zt_ai.cli.folder import write_all

        write_all(report, report_to)
    if json_to is not None:
        from zt_ai.cli.files import write_or_print

        write_or_print(json_to, json_report.render(report))
    console = results(to_stderr=json_to == "-")
    terminal.show(console, report)
    if report_to is not None:
        console.print(f"reports: {report_to}", soft_wrap=True)
    return Exit(OF_VERDICT[report.verdict])
