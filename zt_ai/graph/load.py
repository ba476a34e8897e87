"""Reading a graph from a file, whatever kind of file it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from zt_ai.graph.model import GraphError, ResourceGraph
from zt_ai.graph.plan import from_plan, from_preview
from zt_ai.graph.state import from_state

_MEBIBYTE: Final = 1024 * 1024
LARGEST: Final = 128 * _MEBIBYTE
"""The largest file that is read, in bytes. A resource takes about 4 kB, so this is some 30,000 resources."""


def load(path: Path | str, *, state: Path | str | None = None) -> ResourceGraph:
    """The graph in a stack export, a local checkpoint, a saved update plan or the output of `pulumi preview --json`.

    `state` is the state that an update plan was made from (see `from_plan`). `GraphError`, with the file and the
    reason, for a file that cannot be read, is empty, too large, not UTF-8, not JSON or of another kind.
    """
    content = read_json(path)
    before = read_json(state) if state is not None else None
    try:
        return _graph(content, before)
    except GraphError as error:
        raise GraphError(f"{path}: {error}") from error
    except RecursionError as error:
        raise GraphError(f"{path}: values are nested too deeply") from error


def _graph(content: Mapping[str, Any], before: Mapping[str, Any] | None) -> ResourceGraph:
    if "resourcePlans" in content or "plan" in content or _is_empty_plan(content):
        return from_plan(content, before)
    if "steps" in content or "changeSummary" in content:
        return from_preview(content)
    if "deployment" in content or "checkpoint" in content or "resources" in content:
        return from_state(content)
    known = ", ".join(sorted(content)[:5]) or "nothing"
    raise GraphError(
        f"no state, update plan or preview (top level: {known}); write one with `pulumi stack export`, "
        "`pulumi preview --save-plan FILE` or `pulumi preview --json`"
    )


def _is_empty_plan(content: Mapping[str, Any]) -> bool:
    """A plan of an empty stack has a manifest and perhaps settings, nothing else; a bare deployment has resources."""
    return "manifest" in content and content.keys() <= {"manifest", "config"}


def read_json(path: Path | str) -> Mapping[str, Any]:
    """The map in a JSON file; `GraphError` with the file and the reason otherwise."""
    try:
        if not (file := Path(path)).is_file():
            raise GraphError(f"{path}: {'is a directory' if file.is_dir() else 'there is no such file'}")
        size = file.stat().st_size
        if size > LARGEST:
            raise GraphError(
                f"{path}: {size // _MEBIBYTE} MiB is more than the {LARGEST // _MEBIBYTE} MiB that are read"
            )
        data = file.read_bytes()
    except OSError as error:
        raise GraphError(f"{path}: {error.strerror}") from error
    if not data.strip():
        raise GraphError(f"{path}: the file is empty")
    return _parse(path, data)


def _parse(path: Path | str, data: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise GraphError(f"{path}: not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise GraphError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise GraphError(f"{path}: values are nested too deeply") from error
    if not isinstance(content, Mapping):
        raise GraphError(f"{path}: a {type(content).__name__} where a map belongs")
    return content
