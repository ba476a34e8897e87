"""`zt-ai inspect`: what the inspector finds in texts and request bodies, and what it would do with them."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from zt_ai.cli import options
from zt_ai.cli.exits import BadInputError, Exit

if TYPE_CHECKING:
    from zt_ai.egress.model import Found, Reading
    from zt_ai.egress.preview import Previewer


@click.command("inspect", short_help="Find identifiers in texts or request bodies, and say what would happen to them.")
@click.argument("file", metavar="FILE|-")
@click.option("--spec", type=click.Path(path_type=Path), help="Decide by this specification's providers and flows.")
@click.option("--caller", metavar="NAME", help="Decide for this workload; without it the strictest of all callers.")
@click.option("--names", is_flag=True, help="Also use the language model for names and places (extra zt-ai[names]).")
@options.on_day
def command(*, file: str, spec: Path | None, caller: str | None, names: bool, on: date | None) -> int:
    """Read JSON Lines from FILE (or `-`) and print one JSON line for each.

    A line is `{"id": …, "text": …}` or the body of a request to a provider. What is printed has the line's `id`,
    `findings` (`type`, `start`, `end`, `detector`; `path` and `layers` where a finding is not in plain sight in `text`)
    and `decision`: what would happen at each provider, `allow`, `redact` or `block`. Offsets count characters. Without
    --spec two providers stand for all: `with-baa` and `without-baa`. The texts themselves are never printed.

    \b
    Example
      echo '{"id": 1, "text": "MRN 00482913, seen 03/14/2026"}' | zt-ai inspect -
    """
    previewer = _previewer(spec, caller, names, on)
    with _opened(file) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                click.echo(json.dumps(_line(previewer, line, f"{file}:{number}"), ensure_ascii=False))
    return Exit.PROVED


def _previewer(spec: Path | None, caller: str | None, names: bool, on: date | None) -> Previewer:
    from zt_ai.egress.policy import derive_policy
    from zt_ai.egress.preview import Previewer, any_policy

    day = on or date.today()
    if spec is None:
        policy = any_policy(day)
    else:
        from zt_ai.cli.specs import load

        loaded = load(spec, on)
        policy = derive_policy(loaded.intent)
    if caller is not None and caller not in policy.callers:
        known = ", ".join(policy.callers) or "none"
        raise BadInputError(f"no workload '{caller}' calls a model", f"callers: {known}")
    return Previewer(policy, day, caller=caller, names=names)


def _opened(file: str) -> TextIO:
    if file == "-":
        return sys.stdin
    try:
        return Path(file).open(encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"{file} cannot be read: {error.strerror or error}", "name a file, or `-`") from None


def _line(previewer: Previewer, line: str, place: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise BadInputError(f"{place}: not a JSON object", 'write one object a line, such as {"id": 1, "text": "…"}')
    text = value.get("text")
    plain = isinstance(text, str) and set(value) <= {"id", "text"}
    reading, decisions = previewer.preview({"text": text} if plain else value)
    outcome: dict[str, Any] = {"id": value.get("id"), "findings": list(_findings(reading, plain))}
    if reading.problem is not None:
        outcome["problem"] = reading.problem
    if reading.media:
        outcome["media"] = [{"kind": one.kind.value, "path": list(one.path)} for one in reading.media]
    return {**outcome, "decision": decisions}


def _findings(reading: Reading, plain: bool) -> Iterator[dict[str, Any]]:
    def order(found: Found) -> tuple[tuple[str, ...], int, int]:
        return tuple(str(step) for step in found.path), found.finding.start, found.finding.end

    for found in sorted(reading.found, key=order):
        finding = found.finding
        shown: dict[str, Any] = {
            "type": finding.type,
            "start": finding.start,
            "end": finding.end,
            "detector": finding.detector,
        }
        if not plain or found.path != ("body", "text"):
            shown["path"] = list(found.path)
        if found.layers:
            shown["layers"] = list(found.layers)
        yield shown
