"""Log-based metrics, alerts to one place, and a dashboard."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.options import after, child_options
from zt_ai.gcp.naming import ROLE, Scope
from zt_ai.gcp.watch import events as said
from zt_ai.gcp.watch.dashboard import dashboard


@dataclass(frozen=True, kw_only=True)
class WatchArgs:
    """What `Watch` is made from."""

    scope: Scope
    zones: Mapping[str, str]
    """Kind of each zone, for the dashboard."""
    proxied: bool
    """Whether there is an egress proxy."""
    agreements: Mapping[str, date] = field(default_factory=dict)
    """Day on which the business associate agreement with a provider ends."""
    channels: Sequence[str] = ()
    """Paths of existing notification channels; without any, one to a new Pub/Sub topic is made."""
    labels: Mapping[str, str] = field(default_factory=dict)


class Watch(pulumi.ComponentResource):
    """Metrics on what is denied, refused or redacted, alerts on them and on silent logs, ended agreements and a proxy
    that does not answer, and a dashboard of the zones.

    Attributes:
        topic: the topic made here, None where channels were given. alerts: by key. dashboard: the resource.
    """

    topic: gcp.pubsub.Topic | None
    alerts: dict[str, gcp.monitoring.AlertPolicy]
    dashboard: gcp.monitoring.Dashboard

    def __init__(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:Watch", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        self.topic, self.alerts = None, {}
        self._labels = scope.labels({ROLE: "watch"}, args.labels)
        self._channels: list[pulumi.Input[str]] = [*args.channels] or [self._channel(name, args, child)]
        counted = said.events(scope, proxied=args.proxied)
        for event in counted:
            metric = self._metric(name, scope, event, child)
            if event.threshold:
                self._alert(name, scope, event.key, event.says, _threshold(scope, event), after(child, metric))
        for silence in said.silences(proxied=args.proxied):
            self._alert(name, scope, silence.key, silence.says, _absence(silence), child)
        for provider, end, says in said.agreements(args.agreements):
            query = gcp.monitoring.AlertPolicyConditionConditionPrometheusQueryLanguageArgs(
                query=said.agreement_query(end), duration="0s", evaluation_interval=f"{said.HOUR}s"
            )
            condition = {"condition_prometheus_query_language": query}
            self._alert(name, scope, f"agreement-{provider}", says, condition, child)
        if args.proxied:
            says = "No instance of the egress proxy is healthy: model calls fail, and nothing leaves."
            self._alert(name, scope, "proxy-down", says, _proxy_down(scope), child)
        self.dashboard = gcp.monitoring.Dashboard(
            f"{name}-dashboard",
            project=scope.project,
            dashboard_json=json.dumps(
                dashboard(scope, zones=args.zones, events=counted, agreements=args.agreements),
                sort_keys=True,
                separators=(",", ":"),
            ),
            opts=child,
        )
        self.register_outputs({"alerts": {key: alert.name for key, alert in self.alerts.items()}})

    def _channel(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
        scope = args.scope
        self.topic = gcp.pubsub.Topic(
            f"{name}-topic",
            name=scope.name("alerts"),
            project=scope.project,
            message_storage_policy=gcp.pubsub.TopicMessageStoragePolicyArgs(allowed_persistence_regions=[scope.region]),
            labels=self._labels,
            opts=opts,
        )
        # The account by which Cloud Monitoring publishes [Cloud Monitoring, "Notification channels": Pub/Sub].
        agent = f"service-{scope.number}@gcp-sa-monitoring-notification.iam.gserviceaccount.com"
        publisher = gcp.pubsub.TopicIAMMember(
            f"{name}-topic-publisher",
            project=scope.project,
            topic=self.topic.name,
            role="roles/pubsub.publisher",
            member=f"serviceAccount:{agent}",
            opts=opts,
        )
        channel = gcp.monitoring.NotificationChannel(
            f"{name}-channel",
            project=scope.project,
            type="pubsub",
            display_name=f"{scope.spec} alerts",
            enabled=True,
            labels={"topic": self.topic.id},
            user_labels=self._labels,
            opts=after(opts, publisher),
        )
        made: pulumi.Output[str] = channel.id
        return made

    @staticmethod
    def _metric(name: str, scope: Scope, event: said.Event, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        metric: pulumi.Resource = gcp.logging.Metric(
            f"{name}-{event.key}-metric",
            name=said.metric_name(scope, event),
            project=scope.project,
            description=event.says,
            filter=event.filter,
            disabled=False,
            metric_descriptor=gcp.logging.MetricMetricDescriptorArgs(
                metric_kind="DELTA", value_type="INT64", unit="1", display_name=event.key
            ),
            opts=opts,
        )
        return metric

    def _alert(
        self,
        name: str,
        scope: Scope,
        key: str,
        says: str,
        condition: Mapping[str, Any],
        opts: pulumi.ResourceOptions,
    ) -> None:
        self.alerts[key] = gcp.monitoring.AlertPolicy(
            f"{name}-{key}",
            project=scope.project,
            display_name=f"{scope.spec}: {key}",
            combiner="OR",
            enabled=True,
            conditions=[gcp.monitoring.AlertPolicyConditionArgs(display_name=key, **condition)],
            notification_channels=self._channels,
            documentation=gcp.monitoring.AlertPolicyDocumentationArgs(content=says, mime_type="text/markdown"),
            severity="CRITICAL" if key == "proxy-down" else "WARNING",
            user_labels=self._labels,
            opts=opts,
        )


def _threshold(scope: Scope, event: said.Event) -> dict[str, Any]:
    """Fires when at least `threshold` entries were written within five minutes, whatever resource wrote them."""
    return {
        "condition_threshold": gcp.monitoring.AlertPolicyConditionConditionThresholdArgs(
            filter=said.metric_filter(scope, event),
            comparison="COMPARISON_GT",
            threshold_value=event.threshold - 1,
            duration="0s",
            aggregations=[
                gcp.monitoring.AlertPolicyConditionConditionThresholdAggregationArgs(
                    alignment_period=f"{5 * said.MINUTE}s",
                    per_series_aligner="ALIGN_DELTA",
                    cross_series_reducer="REDUCE_SUM",
                )
            ],
        )
    }


def _absence(silence: said.Silence) -> dict[str, Any]:
    return {
        "condition_absent": gcp.monitoring.AlertPolicyConditionConditionAbsentArgs(
            filter=said.silence_filter(silence),
            duration=f"{silence.seconds}s",
            aggregations=[
                gcp.monitoring.AlertPolicyConditionConditionAbsentAggregationArgs(
                    alignment_period=f"{5 * said.MINUTE}s",
                    per_series_aligner="ALIGN_DELTA",
                    cross_series_reducer="REDUCE_SUM",
                )
            ],
        )
    }


def _proxy_down(scope: Scope) -> dict[str, Any]:
    """The size of the group is kept by auto-healing; what counts is what it has running [Cloud Monitoring, "Google
    Cloud metrics": compute instance_group/size]."""
    filter_ = (
        'metric.type="compute.googleapis.com/instance_group/size" AND resource.type="instance_group" '
        f'AND resource.labels.instance_group_name="{scope.name("proxy")}"'
    )
    return {
        "condition_threshold": gcp.monitoring.AlertPolicyConditionConditionThresholdArgs(
            filter=filter_,
            comparison="COMPARISON_LT",
            threshold_value=1,
            duration=f"{3 * said.MINUTE}s",
            evaluation_missing_data="EVALUATION_MISSING_DATA_ACTIVE",
            aggregations=[
                gcp.monitoring.AlertPolicyConditionConditionThresholdAggregationArgs(
                    alignment_period=f"{said.MINUTE}s",
                    per_series_aligner="ALIGN_MIN",
                    cross_series_reducer="REDUCE_SUM",
                )
            ],
        )
    }
