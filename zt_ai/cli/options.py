"""Options that several commands share, and the types of their values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from zt_ai.report.acceptance import Acceptance

F = TypeVar("F", bound=Callable[..., Any])

# Every cloud a specification can name, also those that this version cannot build yet: the error is clearer that way.
CLOUDS = ("aws", "azure", "gcp")


class Day(click.ParamType[date]):
    """A date as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse, or fail with an example."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            return self.fail(f"'{value}' is not a date; write it like 2026-12-31", param, ctx)


class AcceptanceParam(click.ParamType[Acceptance]):
    """`CLAIM@YYYY-MM-DD`."""

    name = "claim@date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Acceptance:
        """Parse, or fail with an example."""
        if isinstance(value, Acceptance):
            return value
        claim, at, day = str(value).partition("@")
        try:
            return Acceptance(claim, date.fromisoformat(day))
        except ValueError:
            why = "names no last day" if not at else f"'{day}' is not a date"
            return self.fail(f"'{value}' {why}; write it like audit@2026-12-31", param, ctx)


def specification(function: F) -> F:
    """The argument SPEC."""
    # Not click.Path(exists=True): the specification's own reader gives the same kind of message for every mistake.
    return click.argument("spec", metavar="SPEC", type=click.Path(path_type=Path))(function)


def on_day(function: F) -> F:
    """`--on DATE`."""
    text = "Judge agreements, flows and acceptances as of this day (YYYY-MM-DD) instead of today."
    return click.option("--on", "on", metavar="DATE", type=Day(), help=text)(function)


def accept_unknown(function: F) -> F:
    """`--accept-unknown CLAIM@DATE`, several times."""
    text = "Let an UNKNOWN claim pass up to and including a day. May be given several times."
    option = click.option(
        "--accept-unknown", "acceptances", metavar="CLAIM@DATE", type=AcceptanceParam(), multiple=True, help=text
    )
    return option(function)


def json_file(function: F) -> F:
    """`--json FILE`, `-` for standard output."""
    text = (
        "Also write the report as JSON to FILE; `-` writes it to standard output and everything else to standard error."
    )
    return click.option("--json", "json_to", metavar="FILE", type=click.Path(allow_dash=True), help=text)(function)


def all_clouds(function: F) -> F:
    """`--cloud NAME`; without it every cloud that the specification names."""
    text = "Only this cloud. Default: all that SPEC names, one after the other."
    return click.option("--cloud", type=click.Choice(CLOUDS), help=text)(function)


def stack_options(function: F) -> F:
    """`--simulate`, `--stack` and `--state`."""
    simulate = click.option(
        "--simulate",
        is_flag=True,
        help="Use a simulated cloud on this machine: nothing real is touched, no credentials.",
    )
    of_several = "Stack to work on; of several clouds NAME-CLOUD. Default: SPECIFICATION-CLOUD."
    stack = click.option("--stack", metavar="NAME", help=of_several)
    state = click.option(
        "--state",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(".zt-ai"),
        show_default=True,
        help="Folder for state, the simulated cloud and reports. State goes elsewhere when PULUMI_BACKEND_URL is set.",
    )
    return simulate(stack(state(function)))
