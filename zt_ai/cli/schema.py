"""`zt-ai schema`: the JSON Schema of the specification."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from pathlib import Path

import click

from zt_ai.cli.exits import Exit


@click.command("schema", short_help="Print the JSON Schema that editors use on a specification.")
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE instead.")
def command(*, out: Path | None) -> int:
    """Print the JSON Schema of the specification (draft 2020-12).

    An editor with YAML support completes and checks a specification that begins with this line:

    \b
      # yaml-language-server: $schema=zones.schema.json

    \b
    Example
      zt-ai schema --out zones.schema.json
    """
    import json

    from zt_ai.cli.files import write
    from zt_ai.spec.schema import json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        write(out, text)
    return Exit.PROVED
