"""`zt-ai up`: prove, plan, prove the plan, carry out exactly that plan, prove what is there."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zt_ai.cli import options
from zt_ai.cli.exits import BadInputError
from zt_ai.report.acceptance import Acceptance

if TYPE_CHECKING:
    from collections.abc import Callable

    from zt_ai.cli.progress import Progress
    from zt_ai.cli.session import Session, Target
    from zt_ai.cli.specs import Loaded
    from zt_ai.engine import Preview
    from zt_ai.report.model import CloudProof, Report
    from zt_ai.spec.clouds import Cloud


@click.command("up", short_help="Deploy what was specified, proved before and after.")
@options.specification
@options.all_clouds
@options.stack_options
@options.accept_unknown
@options.json_file
@click.option("--yes", "-y", is_flag=True, help="Do not ask before a real cloud is changed.")
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
    """Bring each cloud to what SPEC says, and prove it at each step.

    Proves the program, lets the engine plan the update, proves that plan, carries out that plan and nothing else, and
    proves the state afterwards. Nothing is changed while a claim is REFUTED, or UNKNOWN and not accepted; on several
    clouds nothing is changed on any of them before the programs of all are proved. An update that was interrupted is
    taken up again by the next `up`. Needs the engine (found on PATH, or installed for you) and the clouds' credentials,
    or --simulate.

    \b
    Example
      zt-ai up examples/clinic/zones.yaml --simulate
    """
    from zt_ai.cli import errors, outcome, proving, session, specs
    from zt_ai.cli.console import messages
    from zt_ai.cli.progress import Progress
    from zt_ai.report.text import count

    loaded = specs.load(spec, None)
    chosen = specs.clouds(loaded, cloud)
    targets = session.targets(loaded, chosen, stack, simulate, state)
    for target in targets:
        session.require_credentials(loaded, target, "up")
    progress = Progress(messages())
    together = session.together(loaded, targets, stack)

    def report(*proofs: CloudProof) -> Report:
        return proving.report(loaded, proofs, acceptances, stack=together, simulated=simulate)

    with progress.step("1/4 prove the program"), errors.building(loaded):
        programs = proving.of_programs(loaded, chosen, [target.stack for target in targets])
        first = report(*programs)
    if (code := outcome.refused(first, json_to, "the program")) is not None:
        return code
    resources = count(sum(proof.resources for proof in programs), "resource")
    progress.say(f"  proved: {count(len(first.claims), 'claim')} over {resources}", "green")

    states: list[CloudProof] = []
    backends: list[tuple[str, str]] = []
    for target in targets:
        if (code := _first_stage(loaded, target, report, json_to, progress, asked=not (yes or simulate))) is not None:
            return code
        with session.open_stack(loaded, target, progress) as opened:
            planned = _plan(opened, progress)
            second = report(proving.of_plan(loaded, target.cloud, planned.plan, planned.state))
            if (code := outcome.refused(second, json_to, "the engine's plan")) is not None:
                return code
            progress.say("  the plan is proved", "green")
            _confirm(loaded, opened, planned, asked=not (yes or simulate))
            _carry_out(opened, planned, progress)
            with progress.step("4/4 prove the state"):
                states.append(proving.of_state(loaded, target.cloud, opened.stack.export()))
            backends.append((opened.stack.name, opened.backend))
    reports = session.reports(state, together)
    return outcome.finish(report(*states), json_to, reports=reports, states=backends, simulated=simulate)


def _first_stage(
    loaded: Loaded,
    target: Target,
    report: Callable[..., Report],
    json_to: str | None,
    progress: Progress,
    *,
    asked: bool,
) -> int | None:
    """Make a new stack of a cloud that needs two stages; what is open in between is closed by the second one."""
    from dataclasses import replace

    from zt_ai.cli import outcome, proving, session
    from zt_ai.program import first_stage
    from zt_ai.verify.model import Verdict

    stage = first_stage(target.cloud, loaded.spec)
    if stage is None:
        return None
    first = replace(loaded, spec=stage.spec)
    with session.open_stack(first, target, progress) as opened:
        if opened.stack.outputs():
            return None
        progress.say(f"  {stage.why}", "cyan")
        planned = _plan(opened, progress)
        made = report(proving.of_plan(first, target.cloud, planned.plan, planned.state))
        wrong = [c for c in made.claims if c.verdict is not Verdict.PROVED and made.accepted(c) is None]
        if any(claim.id not in stage.open for claim in wrong):
            return outcome.refused(made, json_to, "the engine's plan of the first stage")
        _confirm(first, opened, planned, asked=asked)
        _carry_out(opened, planned, progress)
    return None


def _plan(opened: Session, progress: Progress) -> Preview:
    from zt_ai.cli.progress import changes

    with progress.step("2/4 plan the update"):
        if opened.stack.pending():
            # A plan made before an interrupted update is settled would not fit the state after it.
            progress.say("  an earlier update was interrupted: settling it first", "yellow")
            opened.stack.refresh(on_event=progress.quiet, resolve_pending=opened.resolve)
        planned = opened.stack.preview(on_event=progress.quiet)
    progress.say(f"  will {changes(planned.summary)} ({planned.seconds:.0f} s)", "cyan")
    return planned


def _carry_out(opened: Session, planned: Preview, progress: Progress) -> None:
    from zt_ai.cli.progress import changed

    with progress.step("3/4 carry out the plan", planned.summary.changed):
        done = opened.stack.up(plan=planned.plan, on_event=progress.event, resolve_pending=opened.resolve)
    progress.say(f"  done: {changed(done.summary)} ({done.seconds:.0f} s)", "green")


def _confirm(loaded: Loaded, opened: Session, planned: Preview, *, asked: bool) -> None:
    """Ask before a real cloud is changed. Without a terminal to ask at, `--yes` is needed."""
    import sys

    from zt_ai.cli.progress import changes

    if not asked or not planned.summary.changed:
        return
    what = f"{loaded.spec.name} on {opened.target.cloud}, stack {opened.target.stack}: {changes(planned.summary)}"
    if not sys.stdin.isatty():
        raise BadInputError(f"{what}: nobody is here to confirm it", "add --yes; nothing was changed")
    click.confirm(f"{what}. Go on?", abort=True, err=True)
