"""`zt-ai destroy`: delete everything of a stack."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zt_ai.cli import options
from zt_ai.cli.exits import BadInputError, Exit

if TYPE_CHECKING:
    from zt_ai.spec.clouds import Cloud


@click.command("destroy", short_help="Delete every resource of a stack.")
@options.specification
@options.one_cloud
@options.stack_options
@options.on_day
@options.json_file
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def command(
    *,
    spec: Path,
    cloud: Cloud,
    simulate: bool,
    stack: str | None,
    state: Path,
    on: date | None,
    json_to: str | None,
    yes: bool,
) -> int:
    """Delete every resource of SPEC's stack and the stack itself. Asks first, unless --yes is given.

    What must be kept is kept by the cloud: records in the audit store cannot be deleted before their retention
    ends, and its bucket can only go when it is empty. Where an agreement of SPEC has ended, give --on a day on which it
    was in force. Needs the engine and the cloud's credentials, or --simulate.

    \b
    Example
      zt-ai destroy examples/clinic/zones.yaml --cloud aws --simulate
    """
    from zt_ai.cli import session, specs
    from zt_ai.cli.console import messages, results
    from zt_ai.cli.files import write_or_print
    from zt_ai.cli.progress import Progress
    from zt_ai.report.text import count

    loaded = specs.load(spec, on)
    specs.clouds(loaded, cloud)
    target = session.target(loaded, cloud, stack, simulate, state)
    session.require_credentials(loaded, target, "destroy")
    if not yes:
        _confirm(f"delete everything of stack {target.stack}{' (simulated)' if simulate else ''}")
    progress = Progress(messages())
    with session.open_stack(loaded, target, progress) as opened, progress.step("destroy: deleting every resource"):
        done = opened.stack.destroy(remove=True, on_event=progress.event, resolve_pending=opened.resolve)
    if json_to is not None:
        outcome = {
            "schema": "zt-ai/destroy",
            "version": 1,
            "specification": {"name": loaded.spec.name, "file": loaded.file},
            "stack": target.stack,
            "simulated": simulate,
            "deleted": done.summary.deleted,
            "seconds": round(done.seconds, 3),
        }
        write_or_print(json_to, json.dumps(outcome, indent=2) + "\n")
    results(to_stderr=json_to == "-").print(
        f"deleted {count(done.summary.deleted, 'resource')} in {done.seconds:.0f} s"
    )
    return Exit.PROVED


def _confirm(what: str) -> None:
    if not sys.stdin.isatty():
        raise BadInputError(f"{what}: nobody is here to confirm it", "add --yes; nothing was changed")
    click.confirm(f"{what}?", abort=True, err=True)
