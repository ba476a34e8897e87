"""`zt-ai refresh`: does the cloud still have what was deployed, and is it still what was specified?"""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zt_ai.cli import options
from zt_ai.report.acceptance import Acceptance

if TYPE_CHECKING:
    from zt_ai.spec.clouds import Cloud


@click.command("refresh", short_help="Read each cloud, report drift and prove what is really there.")
@options.specification
@options.all_clouds
@options.stack_options
@options.on_day
@options.accept_unknown
@options.json_file
@click.option("--yes", "-y", is_flag=True, help="Accepted for symmetry with `up`: a refresh changes the state only.")
def command(
    *,
    spec: Path,
    cloud: Cloud | None,
    simulate: bool,
    stack: str | None,
    state: Path,
    on: date | None,
    acceptances: tuple[Acceptance, ...],
    json_to: str | None,
    yes: bool,
) -> int:
    """Read every resource of SPEC's stack from each cloud, report what somebody changed, and prove what is there.

    Changes nothing there. `up` afterwards puts right what drifted. Needs the engine and the clouds' credentials,
    or --simulate.

    \b
    Example
      zt-ai refresh examples/clinic/zones.yaml --simulate
    """
    from zt_ai.cli import outcome, proving, session, specs
    from zt_ai.cli.console import messages
    from zt_ai.cli.progress import Progress
    from zt_ai.report.text import count

    loaded = specs.load(spec, on)
    targets = session.targets(loaded, specs.clouds(loaded, cloud), stack, simulate, state)
    for target in targets:
        session.require_credentials(loaded, target, "refresh")
    progress = Progress(messages())
    proofs = []
    states: list[tuple[str, str]] = []
    for target in targets:
        with session.open_stack(loaded, target, progress) as opened:
            with progress.step(f"refresh: reading every resource of stack {target.stack}"):
                done = opened.stack.refresh(on_event=progress.drift, resolve_pending=opened.resolve)
            drifted = done.summary.changed
            if drifted:
                progress.say(f"  drift in {count(drifted, 'resource')}", "bold yellow")
            else:
                same = count(done.summary.same, "resource")
                progress.say(f"  no drift in the stack's own resources: {same} as deployed", "green")
            proofs.append(proving.of_state(loaded, target.cloud, opened.stack.export(), refreshed=True))
            states.append((opened.stack.name, opened.backend))
    together = session.together(loaded, targets, stack)
    report = proving.report(loaded, tuple(proofs), acceptances, stack=together, simulated=simulate)
    reports = session.reports(state, together)
    return outcome.finish(report, json_to, reports=reports, states=states, simulated=simulate)
