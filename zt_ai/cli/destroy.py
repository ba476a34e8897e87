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


@click.command("destroy", short_help="Delete every resource of each cloud's stack.")
@options.specification
@options.all_clouds
@options.stack_options
@options.on_day
@options.json_file
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def command(
    *,
    spec: Path,
    cloud: Cloud | None,
    simulate: bool,
    stack: str | None,
    state: Path,
    on: date | None,
    json_to: str | None,
    yes: bool,
) -> int:
    """Delete every resource of SPEC's stack on each cloud, and the stack itself. Asks first, unless --yes is given.

    What must be kept is kept by the cloud: records in the audit store cannot be deleted before their retention
    ends, and its bucket can only go when it is empty. Where an agreement of SPEC has ended, give --on a day on which it
    was in force. Needs the engine and the clouds' credentials, or --simulate.

    \b
    Example
      zt-ai destroy examples/clinic/zones.yaml --simulate
    """
    from zt_ai.cli import session, specs
    from zt_ai.cli.console import messages, results
    from zt_ai.cli.files import write_or_print
    from zt_ai.cli.progress import Progress
    from zt_ai.report.text import count

    loaded = specs.load(spec, on)
    targets = session.targets(loaded, specs.clouds(loaded, cloud), stack, simulate, state)
    for target in targets:
        session.require_credentials(loaded, target, "destroy")
    names = ", ".join(target.stack for target in targets)
    if not yes:
        stacks = "stack" if len(targets) == 1 else "stacks"
        _confirm(f"delete everything of {stacks} {names}{' (simulated)' if simulate else ''}")
    progress, console = Progress(messages()), results(to_stderr=json_to == "-")
    deleted: dict[str, int] = {}
    seconds = 0.0
    for target in targets:
        with (
            session.open_stack(loaded, target, progress) as opened,
            progress.step(f"destroy: deleting every resource of stack {target.stack}"),
        ):
            done = opened.stack.destroy(remove=True, on_event=progress.event, resolve_pending=opened.resolve)
        deleted[target.stack] = done.summary.deleted
        seconds += done.seconds
        what = count(done.summary.deleted, "resource")
        said = f"deleted {what} in {done.seconds:.0f} s" if done.summary.deleted else "there was nothing to delete"
        console.print(f"stack {target.stack}: {said}", soft_wrap=True)
    if json_to is not None:
        outcome = {
            "schema": "zt-ai/destroy",
            "version": 1,
            "specification": {"name": loaded.spec.name, "file": loaded.file},
            "stack": session.together(loaded, targets, stack),
            "stacks": deleted,
            "simulated": simulate,
            "deleted": sum(deleted.values()),
            "seconds": round(seconds, 3),
        }
        write_or_print(json_to, json.dumps(outcome, indent=2) + "\n")
    return Exit.PROVED


def _confirm(what: str) -> None:
    if not sys.stdin.isatty():
        raise BadInputError(f"{what}: nobody is here to confirm it", "add --yes; nothing was changed")
    click.confirm(f"{what}?", abort=True, err=True)
