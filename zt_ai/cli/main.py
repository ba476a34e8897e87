"""The entry point `zt-ai`: finds the command, and turns every failure into a message and an exit code."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from zt_ai import __version__
from zt_ai.cli.console import messages, show_error, show_problems
from zt_ai.cli.exits import CommandError, Exit

_EPILOG = """\b
Exit codes
  0   every claim is PROVED (or the command did what it was asked)
  1   a claim is REFUTED: the report shows a packet that would pass
  2   a claim is UNKNOWN and not accepted
  3   bad input: the message names file, line, clause and what to write
  4   the engine or the cloud failed

\b
Start here
  zt-ai check examples/minimal/zones.yaml
  zt-ai plan examples/minimal/zones.yaml
  zt-ai up examples/minimal/zones.yaml --simulate
"""

# In the order in which a newcomer needs them. Modules are imported when their command is asked for.
COMMANDS: Mapping[str, str] = {
    "check": "zt_ai.cli.check",
    "plan": "zt_ai.cli.plan",
    "preview": "zt_ai.cli.preview",
    "up": "zt_ai.cli.up",
    "refresh": "zt_ai.cli.refresh",
    "destroy": "zt_ai.cli.destroy",
    "verify": "zt_ai.cli.verify",
    "proxy": "zt_ai.cli.proxy",
    "inspect": "zt_ai.cli.inspect",
    "audit": "zt_ai.cli.audit",
    "schema": "zt_ai.cli.schema",
    "completion": "zt_ai.cli.completion",
}


# Commands that end in seconds and keep nearly all they allocate to the end.
_SHORT = frozenset({"check", "plan", "verify", "schema", "completion"})


class Commands(click.Group):
    """A group that imports a command's module when it is needed and ends every failure with the right exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest command named when there is none of that name."""
        import difflib

        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            close = difflib.get_close_matches(name, COMMANDS, 1, 0.5)
            hint = f"did you mean '{close[0]}'?" if close else f"commands: {', '.join(COMMANDS)}"
            ctx.fail(f"no command is called '{name}'; {hint}")
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line. In standalone mode (a shell) it ends the process with one of `Exit`."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        sys.exit(self._run(args, prog_name, complete_var, extra))

    def _run(
        self, args: Sequence[str] | None, prog_name: str | None, complete_var: str | None, extra: Mapping[str, Any]
    ) -> int:
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.Abort:
            messages().print("stopped")
            return Exit.INTERRUPTED
        except click.ClickException as error:  # usage errors: click's own code is 2, which means UNKNOWN here
            error.show()
            return Exit.BAD_INPUT
        except CommandError as error:
            show_error(str(error), error.hint)
            return error.code
        except Exception as error:  # noqa: BLE001 - the last resort: a message instead of a traceback
            return _failed(error)
        return int(result) if isinstance(result, int) else Exit.PROVED


def _failed(error: Exception) -> int:
    """The exit code of an error that no command expected, with its message."""
    from zt_ai.spec.problems import SpecError

    if isinstance(error, SpecError):
        show_problems(messages(), error.problems)
        return Exit.BAD_INPUT
    if os.environ.get("ZT_AI_DEBUG"):
        raise error
    show_error(
        f"a mistake in zt-ai itself: {type(error).__name__}: {error}",
        "please report it with the output of the same command under ZT_AI_DEBUG=1",
    )
    return Exit.INTERNAL


@click.group(
    cls=Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="zt-ai", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Zero trust for AI systems: one zone specification, and a proof of what would be deployed.

    You describe zones, workloads, agents, model providers and the flows between them in one YAML file. zt-ai builds the
    network for it and proves, from the planned resources themselves, that exactly those flows are possible.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """The console script."""
    # The cloud SDKs are half a million lines of classes that live as long as the process, and what a program declares
    # lives until the report is written: looking through all that for garbage takes a fifth of a short command's time.
    if sys.argv[1:2] and sys.argv[1] in _SHORT:
        gc.disable()
    cli(prog_name="zt-ai")
