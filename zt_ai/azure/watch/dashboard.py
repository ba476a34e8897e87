"""The dashboard of the zones: what there is, and what was refused in the last day. Pure.

Tiles: Azure portal documentation, "The structure of Azure dashboards" (Markdown), and a pinned query of a Log Analytics
workspace, whose inputs the portal names itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zt_ai.azure.watch.alerts import Query

_MARKDOWN = "Extension/HubsExtension/PartType/MarkdownPart"
_LOGS = "Extension/Microsoft_OperationalInsights_Workspace/PartType/LogsDashboardPart"
WIDTH, HEIGHT = 6, 4  # of a tile, in the portal's units
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile and where it lies."""

    x: int
    y: int
    type: str
    inputs: tuple[Mapping[str, Any], ...]
    settings: Mapping[str, Any]


def tiles(
    zones: Mapping[str, str], agreements: Mapping[str, date], queries: Iterable[Query], workspace: str
) -> tuple[Tile, ...]:
    """The zones by kind, the agreements, and one tile for each query on events."""
    found = [Tile(0, 0, _MARKDOWN, (), _said(zones, agreements))]
    for index, query in enumerate((q for q in queries if not q.silence and q.window != "P1D"), start=1):
        x, y = index % _COLUMNS, index // _COLUMNS
        found.append(Tile(x * WIDTH, y * HEIGHT, _LOGS, _asked(query, workspace), {}))
    return tuple(found)


def _said(zones: Mapping[str, str], agreements: Mapping[str, date]) -> Mapping[str, Any]:
    lines = [f"- **{zone}** ({kind})" for zone, kind in sorted(zones.items())]
    if agreements:
        lines += ["", "Agreements end:"]
        lines += [f"- {provider}: {ends.isoformat()}" for provider, ends in sorted(agreements.items())]
    return {"content": {"settings": {"content": "\n".join(lines), "title": "Zones", "subtitle": ""}}}


def _asked(query: Query, workspace: str) -> tuple[Mapping[str, Any], ...]:
    values: Mapping[str, Any] = {
        "Scope": {"resourceIds": [workspace]},
        "Version": "2.0",
        "TimeRange": "P1D",
        "Query": f"{query.query} | summarize events = count() by bin(TimeGenerated, 1h)",
        "ControlType": "FrameControlChart",
        "SpecificChart": "StackedColumn",
        "PartTitle": query.key,
        "PartSubTitle": query.description,
        "IsQueryContainTimeRange": False,
    }
    return tuple({"name": name, "value": value, "isOptional": True} for name, value in values.items())
