"""`zt-ai verify`: is what stands in a state or plan file what was specified?"""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zt_ai.cli import options
from zt_ai.cli.console import results
from zt_ai.cli.exits import OF_VERDICT, BadInputError, Exit
from zt_ai.report.acceptance import Acceptance

if TYPE_CHECKING:
    from zt_ai.spec.clouds import Cloud


@click.command("verify", short_help="Prove a state, saved plan or preview that somebody gives you.")
@options.specification
@click.option(
    "--state",
    "state",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="Output of `pulumi stack export`, `pulumi preview --json` or a saved plan.",
)
@click.option("--cloud", type=click.Choice(options.CLOUDS), help="Cloud of the file. Default: the only one SPEC names.")
@options.on_day
@options.accept_unknown
@options.json_file
def command(
    *,
    spec: Path,
    state: Path,
    cloud: Cloud | None,
    on: date | None,
    acceptances: tuple[Acceptance, ...],
    json_to: str | None,
) -> int:
    """Prove the resources in FILE against SPEC.

    The file may come from a program that zt-ai did not write: resources that belong to no zone or workload of SPEC are
    judged too, as parties of their own. Needs neither engine nor network nor credentials.

    \b
    Example
      pulumi stack export --stack aws > state.json
      zt-ai verify examples/clinic/zones.yaml --cloud aws --state state.json
    """
    from zt_ai.cli import proving, specs
    from zt_ai.report import json_report, terminal

    loaded = specs.load(spec, on)
    chosen = specs.clouds(loaded, cloud)
    if len(chosen) > 1:
        raise BadInputError(
            f"{loaded.file} names several clouds: {', '.join(chosen)}", "say with --cloud which one the file is of"
        )
    report = proving.report(loaded, (proving.of_file(loaded, chosen[0], state),), acceptances)
    if json_to is not None:
        from zt_ai.cli.files import write_or_print

        write_or_print(json_to, json_report.render(report))
    terminal.show(results(to_stderr=json_to == "-"), report)
    return Exit(OF_VERDICT[report.verdict])
