"""All renderings of one report in one folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from zt_ai.cli.files import write
from zt_ai.report import html, json_report, markdown, sarif
from zt_ai.report.model import Report

FILES: Mapping[str, Callable[[Report], str]] = {
    "report.html": html.render,
    "report.json": json_report.render,
    "report.md": markdown.render,
    "report.sarif": sarif.render,
}


def write_all(report: Report, folder: Path) -> None:
    """Write every rendering to `folder`, made when it is not there; older reports in it are replaced."""
    for name, render in FILES.items():
        write(folder / name, render(report))
