"""The dashboard of the zones. Pure [Cloud Monitoring API, projects.dashboards: mosaicLayout]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from zt_ai.gcp.naming import Scope
from zt_ai.gcp.watch.events import Event, metric_filter

COLUMNS, WIDTH, HEIGHT = 48, 16, 14


def dashboard(
    scope: Scope, *, zones: Mapping[str, str], events: Sequence[Event], agreements: Mapping[str, date]
) -> dict[str, Any]:
    """One text about zones and agreements, and one chart for each metric, three in a row."""
    lines = ["**Zones**", "", *(f"- {name} ({kind})" for name, kind in zones.items())]
    if agreements:
        lines += ["", "**Agreements end**", "", *(f"- {name}: {end}" for name, end in sorted(agreements.items()))]
    widgets: list[dict[str, Any]] = [
        {"title": scope.spec, "text": {"content": "\n".join(lines), "format": "MARKDOWN"}},
        *(_chart(scope, event) for event in events),
    ]
    per_row = COLUMNS // WIDTH
    tiles = [
        {
            "xPos": index % per_row * WIDTH,
            "yPos": index // per_row * HEIGHT,
            "width": WIDTH,
            "height": HEIGHT,
            "widget": widget,
        }
        for index, widget in enumerate(widgets)
    ]
    return {"displayName": f"{scope.spec} zones", "mosaicLayout": {"columns": COLUMNS, "tiles": tiles}}


def _chart(scope: Scope, event: Event) -> dict[str, Any]:
    query = {
        "timeSeriesFilter": {
            "filter": metric_filter(scope, event),
            "aggregation": {
                "alignmentPeriod": "300s",
                "perSeriesAligner": "ALIGN_DELTA",
                "crossSeriesReducer": "REDUCE_SUM",
            },
        }
    }
    return {
        "title": event.key,
        "xyChart": {"dataSets": [{"plotType": "STACKED_BAR", "targetAxis": "Y1", "timeSeriesQuery": query}]},
    }
