"""Lists of names and places, one file each, entries between semicolons."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def entries(name: str) -> frozenset[str]:
    """The entries of `NAME.txt`; lines that begin with `#` say where they come from."""
    text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    body = " ".join(line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(entry for part in body.split(";") if (entry := part.strip()))
