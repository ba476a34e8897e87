"""The dashboard of the zones, from known values only. Pure.

[CloudWatch API Reference, "Dashboard body structure and syntax".] Metrics of things whose ids AWS chooses appear
through their alarms, whose ARNs are known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from zt_ai.aws.audit import names
from zt_ai.aws.naming import Scope
from zt_ai.aws.watch.filters import Filter, namespace

_WIDTH = 24  # of the grid
_ROWS_PER_ALARM_ROW = 4  # alarms side by side in the alarm widget


def alarm_name(scope: Scope, key: str) -> str:
    """Physical name of an alarm."""
    return f"{scope.spec}-{key}"


def alarm_arn(scope: Scope, key: str) -> str:
    """ARN of an alarm."""
    return scope.arn("cloudwatch", f"alarm:{alarm_name(scope, key)}")


def dashboard_body(
    scope: Scope,
    *,
    zones: Mapping[str, str],
    agreements: Mapping[str, date],
    alarms: Sequence[str],
    filters: Sequence[Filter],
    log_groups: Mapping[str, str],
    cluster: str | None,
    service: str | None,
    firewall: str | None,
) -> str:
    """JSON text of the dashboard: zones and agreements, alarms, refusals, the proxy, and the latest refused traffic.

    Args:
        zones: kind by zone name. alarms: alarm keys. cluster, service: of the egress proxy. firewall: name of the
        Network Firewall.
    """
    rows: list[tuple[int, list[dict[str, Any]]]] = [
        (3 + len(zones) // 2 + len(agreements), [_text(_overview(scope, zones, agreements))]),
        (2 + len(alarms) // _ROWS_PER_ALARM_ROW, [_alarms(scope, alarms)]),
    ]
    if filters:
        counted = [[namespace(scope), f.metric] for f in filters]
        rows.append((6, [_metrics(scope, "Refused, blocked and redacted", counted)]))
    graphs = []
    if cluster and service:
        where = ["ClusterName", cluster, "ServiceName", service]
        usage = [["AWS/ECS", metric, *where] for metric in ("CPUUtilization", "MemoryUtilization")]
        graphs.append(_metrics(scope, "Egress proxy", usage, "Average"))
    if firewall:
        metric = "{AWS/NetworkFirewall,AvailabilityZone,Engine,FirewallName}"
        search = f"SEARCH('{metric} MetricName=\"DroppedPackets\" FirewallName=\"{firewall}\"', 'Sum', 300)"
        graphs.append(_metrics(scope, "Packets dropped by the firewall", [[{"expression": search, "id": "dropped"}]]))
    if graphs:
        rows.append((6, graphs))
    rejected, alerts = log_groups.get(names.REJECTED_TRAFFIC), log_groups.get(names.FIREWALL_ALERTS)
    if rejected:
        rows.append((6, [_query(scope, "Latest refused traffic", rejected, "fields @timestamp, @message")]))
    if alerts and firewall:
        wanted = "fields @timestamp, event.src_ip, event.tls.sni, event.dest_ip, event.dest_port"
        rows.append((6, [_query(scope, "Latest blocked names", alerts, wanted)]))
    return json.dumps({"widgets": _place(rows)}, sort_keys=True, separators=(",", ":"))


def _place(rows: list[tuple[int, list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    widgets: list[dict[str, Any]] = []
    y = 0
    for height, row in rows:
        width = _WIDTH // len(row)
        widgets.extend(
            {**widget, "x": width * index, "y": y, "width": width, "height": height} for index, widget in enumerate(row)
        )
        y += height
    return widgets


def _overview(scope: Scope, zones: Mapping[str, str], agreements: Mapping[str, date]) -> str:
    lines = [
        f"## Zones of {scope.spec}",
        "| zone | kind |",
        "| --- | --- |",
        *(f"| {zone} | {kind} |" for zone, kind in zones.items()),
    ]
    if agreements:
        lines += ["", "| provider | agreement (BAA) ends |", "| --- | --- |"]
        lines += [f"| {provider} | {end.isoformat()} |" for provider, end in sorted(agreements.items())]
    return "\n".join(lines)


def _text(markdown: str) -> dict[str, Any]:
    return {"type": "text", "properties": {"markdown": markdown}}


def _alarms(scope: Scope, keys: Sequence[str]) -> dict[str, Any]:
    return {"type": "alarm", "properties": {"title": "Alarms", "alarms": [alarm_arn(scope, key) for key in keys]}}


def _metrics(scope: Scope, title: str, metrics: list[list[Any]], stat: str = "Sum") -> dict[str, Any]:
    properties = {
        "title": title,
        "region": scope.region,
        "view": "timeSeries",
        "stat": stat,
        "period": 300,
        "metrics": metrics,
    }
    return {"type": "metric", "properties": properties}


def _query(scope: Scope, title: str, log_group: str, fields: str) -> dict[str, Any]:
    query = f"SOURCE '{log_group}' | {fields} | sort @timestamp desc | limit 50"
    return {"type": "log", "properties": {"title": title, "region": scope.region, "view": "table", "query": query}}
