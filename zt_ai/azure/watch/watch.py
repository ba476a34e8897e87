"""Alerts to one action group, and the dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pulumi
from pulumi_azure_native import monitor, portal

from zt_ai.azure.naming import Scope, shorten
from zt_ai.azure.services.monitor import workspace_id
from zt_ai.azure.watch.alerts import (
    Metric,
    Query,
    agreement_alerts,
    event_alerts,
    metric_alerts,
    silence_alerts,
)
from zt_ai.azure.watch.dashboard import HEIGHT, WIDTH, tiles
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class WatchArgs:
    """What `Watch` is made from. Parts that are not there are not watched."""

    scope: Scope
    workspace_id: pulumi.Input[str]
    alert_group: str | None = None
    """Id of an existing action group; without it one without receivers is made."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Kind of each zone, for the dashboard."""
    targets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Ids of `balancer` and `firewall`, where there are any."""
    proxy_table: str | None = None
    """Table with the proxy's records."""
    agreements: Mapping[str, date] = field(default_factory=dict)
    """Day on which the business associate agreement with a provider ends."""
    tags: Mapping[str, str] = field(default_factory=dict)


class Watch(pulumi.ComponentResource):
    """Alerts on what is denied, unhealthy, silent or about to end.

    Attributes:
        group_id: the action group that is told. queries, metrics: the alerts by key. dashboard: the resource.
    """

    group_id: pulumi.Input[str]
    queries: dict[str, monitor.ScheduledQueryRule]
    metrics: dict[str, monitor.MetricAlert]
    dashboard: portal.Dashboard

    def __init__(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:Watch", name, None, opts)
        child = child_options(self, opts)
        self.group_id = args.alert_group or self._group(name, args, child).id
        firewall, proxy = "firewall" in args.targets, "balancer" in args.targets
        asked = (
            *event_alerts(firewall=firewall, proxy_table=args.proxy_table),
            *silence_alerts(),
            *agreement_alerts(args.agreements),
        )
        self.queries = {query.key: self._query(name, args, query, child) for query in asked}
        watched = metric_alerts(firewall=firewall, proxy=proxy)
        self.metrics = {metric.key: self._metric(name, args, metric, child) for metric in watched}
        self.dashboard = self._dashboard(name, args, asked, child)
        self.register_outputs({"groupId": self.group_id})

    @staticmethod
    def _group(name: str, args: WatchArgs, opts: pulumi.ResourceOptions) -> monitor.ActionGroup:
        return monitor.ActionGroup(
            f"{name}-group",
            resource_group_name=args.scope.group,
            action_group_name=args.scope.name("alerts"),
            location="global",
            # At most twelve characters, shown as the sender.
            group_short_name=shorten(args.scope.spec, 12),
            enabled=True,
            tags={**args.tags, **args.scope.tags()},
            opts=opts,
        )

    @staticmethod
    def _dashboard(
        name: str, args: WatchArgs, queries: Sequence[Query], opts: pulumi.ResourceOptions
    ) -> portal.Dashboard:
        scope = args.scope
        parts = [
            portal.DashboardPartsArgs(
                position=portal.DashboardPartsPositionArgs(x=tile.x, y=tile.y, col_span=WIDTH, row_span=HEIGHT),
                metadata=portal.DashboardPartMetadataArgs(
                    type=tile.type, inputs=[dict(said) for said in tile.inputs], settings=dict(tile.settings)
                ),
            )
            for tile in tiles(args.zones, args.agreements, queries, workspace_id(scope))
        ]
        return portal.Dashboard(
            f"{name}-dashboard",
            resource_group_name=scope.group,
            dashboard_name=scope.name("zones", 64),
            location=scope.location,
            properties=portal.DashboardPropertiesWithProvisioningStateArgs(
                lenses=[portal.DashboardLensArgs(order=0, parts=parts)]
            ),
            tags={**args.tags, **scope.tags(), "hidden-title": f"{scope.spec} zones"},
            opts=opts,
        )

    def _query(
        self, name: str, args: WatchArgs, query: Query, opts: pulumi.ResourceOptions
    ) -> monitor.ScheduledQueryRule:
        return monitor.ScheduledQueryRule(
            f"{name}-{query.key}",
            resource_group_name=args.scope.group,
            rule_name=args.scope.name(query.key),
            location=args.scope.location,
            kind="LogAlert",
            description=query.description,
            severity=1 if query.silence else 2,
            enabled=True,
            scopes=[args.workspace_id],
            evaluation_frequency="PT1H" if query.window == "PT6H" else query.window,
            window_size=query.window,
            criteria={
                "all_of": [
                    {
                        "query": query.query,
                        "time_aggregation": "Count",
                        "operator": "LessThan" if query.silence else "GreaterThanOrEqual",
                        "threshold": query.threshold,
                        "failing_periods": {"number_of_evaluation_periods": 1, "min_failing_periods_to_alert": 1},
                    }
                ]
            },
            # A table comes into being with its first record.
            skip_query_validation=True,
            auto_mitigate=query.window != "P1D",
            actions={"action_groups": [self.group_id]},
            tags={**args.tags, **args.scope.tags()},
            opts=opts,
        )

    def _metric(self, name: str, args: WatchArgs, metric: Metric, opts: pulumi.ResourceOptions) -> monitor.MetricAlert:
        return monitor.MetricAlert(
            f"{name}-{metric.key}",
            resource_group_name=args.scope.group,
            rule_name=args.scope.name(metric.key),
            location="global",
            description=metric.description,
            severity=metric.severity,
            enabled=True,
            auto_mitigate=True,
            scopes=[args.targets[metric.target]],
            evaluation_frequency="PT1M",
            window_size="PT5M",
            # Classes and not plain dictionaries: the property takes one of several types, and only a class says which.
            criteria=monitor.MetricAlertSingleResourceMultipleMetricCriteriaArgs(
                odata_type="Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                all_of=[
                    monitor.MetricCriteriaArgs(
                        criterion_type="StaticThresholdCriterion",
                        name=metric.key,
                        metric_namespace=metric.namespace,
                        metric_name=metric.metric,
                        operator="LessThan",
                        threshold=metric.threshold,
                        time_aggregation="Average",
                    )
                ],
            ),
            actions=[{"action_group_id": self.group_id}],
            tags={**args.tags, **args.scope.tags()},
            opts=opts,
        )
