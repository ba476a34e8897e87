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


@click.command("refresh", short_help="Read the cloud, report drift and prove what is really there.")
@options.specification
@options.one_cloud
@options.stack_options
@options.on_day
@options.accept_unknown
@options.json_file
@click.option("--yes", "-y", is_flag=True, help="Accepted for symmetry with `up`: a refresh changes the state only.")
def command(
    *,
    spec: Path,
    cloud: Cloud,
    simulate: bool,
    stack: str | None,
    state: Path,
    on: date | None,
    acceptances: tuple[Acceptance, ...],
    json_to: str | None,
    yes: bool,
) -> int:
    """Read every resource of SPEC's stack from the cloud, report what somebody changed, and prove what is really there.

    Changes nothing in the cloud. `up` afterwards puts right what drifted. Needs the engine and the cloud's credentials,
    or --simulate.

    \b
    Example
      zt-ai refresh examples/clinic/zones.yaml --cloud aws --simulate
    """
    from zt_ai.cli import outcome, proving, session, specs
    from zt_ai.cli.console import messages
    from zt_ai.cli.progress import Progress
    from zt_ai.report.text import count

    loaded = specs.load(spec, on)
    specs.clouds(loaded, cloud)
    target = session.target(loaded, cloud, stack, simulate, state)
    session.require_credentials(loaded, target, "refresh")
    progress = Progress(messages())
    with session.open_stack(loaded, target, progress) as opened:
        with progress.step("refresh: reading every resource"):
            done = opened.stack.refresh(on_event=progress.drift, resolve_pending=opened.resolve)
        drifted = done.summary.changed
        if drifted:
            progress.say(f"  drift in {count(drifted, 'resource')}", "bold yellow")
        else:
            same = count(done.summary.same, "resource")
            progress.say(f"  no drift in the stack's own resources: {same} as deployed", "green")
        proof = proving.of_state(loaded, cloud, opened.stack.export(), refreshed=True)
    report = proving.report(loaded, (proof,), acceptances, stack=target.stack, simulated=simulate)
    states = [(opened.stack.name, opened.backend)]
    return outcome.finish(report, json_to, reports=target.reports, states=states, simulated=simulate)
