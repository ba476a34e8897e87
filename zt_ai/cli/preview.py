"""`zt-ai preview`: what the engine would change, and is it what was specified?"""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zt_ai.cli import options
from zt_ai.report.acceptance import Acceptance

if TYPE_CHECKING:
    from zt_ai.spec.clouds import Cloud


@click.command("preview", short_help="Let the engine plan each cloud's update and prove the plan; changes nothing.")
@options.specification
@options.all_clouds
@options.stack_options
@options.accept_unknown
@options.json_file
@click.option("--yes", "-y", is_flag=True, help="Accepted for symmetry with `up`: a preview never asks.")
def command(
    *,
    spec: Path,
    cloud: Cloud | None,
    simulate: bool,
    stack: str | None,
    state: Path,
    acceptances: tuple[Acceptance, ...],
    json_to: str | None,
    yes: bool,
) -> int:
    """Let the Pulumi engine plan an update of SPEC's stack on each cloud, and prove that plan.

    Unlike `plan`, this compares with what is deployed and says what would be created, changed and deleted. Needs the
    engine (found on PATH, or installed for you) and the clouds' credentials, or --simulate.

    \b
    Example
      zt-ai preview examples/clinic/zones.yaml --simulate
    """
    from zt_ai.cli import errors, outcome, proving, session, specs
    from zt_ai.cli.console import messages
    from zt_ai.cli.progress import Progress, changes

    loaded = specs.load(spec, None)
    targets = session.targets(loaded, specs.clouds(loaded, cloud), stack, simulate, state)
    for target in targets:
        session.require_credentials(loaded, target, "preview")
    progress = Progress(messages())
    proofs = []
    for target in targets:
        with errors.building(loaded), session.open_stack(loaded, target, progress) as opened:
            with progress.step(f"preview: what would change in stack {target.stack}"):
                planned = opened.stack.preview(on_event=progress.quiet)
            progress.say(f"  would {changes(planned.summary)} ({planned.seconds:.0f} s)", "cyan")
            proofs.append(proving.of_plan(loaded, target.cloud, planned.plan, planned.state))
    together = session.together(loaded, targets, stack)
    report = proving.report(loaded, tuple(proofs), acceptances, stack=together, simulated=simulate)
    return outcome.finish(report, json_to)
