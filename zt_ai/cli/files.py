"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from zt_ai.cli.exits import BadInputError


def write(path: Path, text: str) -> None:
    """Write a UTF-8 file in one step, with the folders above it. Raises BadInputError when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # a device or a pipe cannot be replaced
            path.write_text(text, encoding="utf-8")
            return
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BadInputError(f"{path} cannot be written: {error.strerror or error}", "choose another place") from None


def write_or_print(target: str, text: str) -> None:
    """Write to a file, or to standard output for `-`."""
    if target == "-":
        click.echo(text, nl=False)
    else:
        write(Path(target), text)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
