"""`zt-ai completion`: the script with which a shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from zt_ai.cli.exits import Exit


@click.command("completion", short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the script that makes SHELL complete zt-ai's commands and options.

    \b
    Example
      bash   zt-ai completion bash >> ~/.bashrc
      zsh    zt-ai completion zsh >> ~/.zshrc
      fish   zt-ai completion fish > ~/.config/fish/completions/zt-ai.fish
    """
    made = get_completion_class(shell)
    if made is None:  # click.Choice admits only shells that click has a class for
        raise click.UsageError(f"no completion for {shell}")
    click.echo(made(ctx.find_root().command, {}, "zt-ai", "_ZT_AI_COMPLETE").source())
    return Exit.PROVED
