"""`zt-ai check`: is the specification itself right?"""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zt_ai.cli import options
from zt_ai.cli.console import messages, results, show_problems
from zt_ai.cli.exits import Exit

if TYPE_CHECKING:
    from zt_ai.cli.specs import Loaded
    from zt_ai.spec.problems import Problem


@click.command("check", short_help="Check a specification: no cloud, no network, no credentials.")
@options.specification
@options.on_day
@click.option("--json", "as_json", is_flag=True, help="Write the outcome to standard output as JSON.")
def command(*, spec: Path, on: date | None, as_json: bool) -> int:
    """Check the specification SPEC.

    Reads the file and applies every rule that needs no cloud: types and names, flows out of data zones, patient data on
    its way to a provider without an agreement in force, address ranges, certificates, retention. Every mistake is shown
    as file:line:column with what to write instead. Nothing is written and nothing is sent.

    \b
    Example
      zt-ai check examples/clinic/zones.yaml
    """
    from zt_ai.cli.specs import load
    from zt_ai.spec.problems import SpecError

    try:
        loaded = load(spec, on)
    except SpecError as error:
        if as_json:
            _write_json(str(spec), error.problems, None)
        else:
            show_problems(messages(), error.problems)
        return Exit.BAD_INPUT
    if as_json:
        _write_json(str(spec), (), loaded)
    else:
        _summary(loaded)
    return Exit.PROVED


def _summary(loaded: Loaded) -> None:
    from rich.text import Text

    from zt_ai.report.text import count, visible

    spec, console = loaded.spec, results()
    parts: list[tuple[str, list[str]]] = [
        ("cloud", list(spec.clouds.named())),
        ("zone", [f"{name} ({zone.kind.value}, {zone.holds})" for name, zone in spec.zones.items()]),
        ("workload", [*spec.workloads]),
        ("agent", [*spec.agents]),
        ("service", [*spec.services]),
        ("provider", [_provider(name, loaded) for name in spec.providers]),
    ]
    console.print(Text.assemble((f"{visible(loaded.file)}: ", "bold"), ("no problem found", "green")))
    for noun, names in parts:
        if names:
            console.print(Text(f"  {count(len(names), noun)}: {', '.join(names)}"), soft_wrap=True)
    console.print(Text(f"  {count(len(spec.flows), 'flow')}"), soft_wrap=True)
    console.print(
        Text(f"  judged for {loaded.day}; next: zt-ai plan {visible(loaded.file)}", style="dim"), soft_wrap=True
    )


def _provider(name: str, loaded: Loaded) -> str:
    expires = loaded.intent.providers[name].baa_expires
    return f"{name} (BAA until {expires})" if expires else f"{name} (no BAA)"


def _write_json(file: str, problems: tuple[Problem, ...], loaded: Loaded | None) -> None:
    import json

    listed = [
        {
            "rule": p.rule,
            "clause": p.clause,
            "path": list(p.path),
            "message": p.message,
            "hint": p.hint,
            "file": p.file,
            "line": p.line,
            "column": p.column,
        }
        for p in problems
    ]
    sections = ("zones", "workloads", "agents", "services", "networks", "providers", "flows")
    counts = {section: len(getattr(loaded.spec, section)) for section in sections} if loaded else None
    outcome = {
        "schema": "zt-ai/check",
        "version": 1,
        "file": file,
        "judged_for": loaded.day.isoformat() if loaded else None,
        "ok": not problems,
        "counts": counts,
        "problems": listed,
    }
    click.echo(json.dumps(outcome, indent=2, ensure_ascii=False))
