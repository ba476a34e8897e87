"""Metrics, alarms and the dashboard: what is denied or about to fail is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pulumi
import pulumi_aws as aws

from zt_ai.aws.audit import names
from zt_ai.aws.audit.policies import topic_policy
from zt_ai.aws.naming import Scope
from zt_ai.aws.watch import alarms as watch_alarms
from zt_ai.aws.watch.alarms import Alarm
from zt_ai.aws.watch.dashboard import alarm_name, dashboard_body
from zt_ai.aws.watch.filters import Filter, filters, namespace
from zt_ai.aws.watch.model import DnsWatch, ProxyWatch
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class WatchArgs:
    """What `Watch` is made from. Parts that are not there are not watched."""

    scope: Scope
    zones: Mapping[str, str]
    """Kind of each zone, for the dashboard."""
    bucket_name: str
    """The audit bucket."""
    log_group_names: Mapping[str, str]
    """Existing log groups by purpose: `AuditStore.log_group_names`."""
    key_arn: pulumi.Input[str]
    """Key of the alarm topic. Its policy must let CloudWatch use it, as that of `AuditStore` does."""
    alarm_topic: str | None = None
    """ARN of an existing topic; without it one is made."""
    proxy: ProxyWatch | None = None
    dns: DnsWatch | None = None
    firewall_name: str | None = None
    agreements: Mapping[str, date] = field(default_factory=dict)
    """Day on which the business associate agreement with a provider ends."""
    tags: Mapping[str, str] = field(default_factory=dict)


class Watch(pulumi.ComponentResource):
    """Metric filters, alarms to one topic, and a dashboard.

    Attributes:
        topic: the topic made here, None where one was given. topic_arn: of the topic that is used.
        alarms: by key. dashboard: the resource.
    """

    topic: aws.sns.Topic | None
    topic_arn: pulumi.Input[str]
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    dashboard: aws.cloudwatch.Dashboard

    def __init__(self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:Watch", name, None, opts)
        child = child_options(self, opts)
        self.topic = None if args.alarm_topic else self._topic(name, args, child)
        self.topic_arn = self.topic.arn if self.topic else str(args.alarm_topic)
        groups = _watched_groups(args)
        counted = filters(args.scope, groups)
        for filter_ in counted:
            self._filter(name, args.scope, filter_, groups, child)
        self.alarms = {alarm.key: self._alarm(name, args, alarm, child) for alarm in _alarms(args, groups, counted)}
        self.dashboard = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=f"{args.scope.spec}-zones",
            dashboard_body=dashboard_body(
                args.scope,
                zones=args.zones,
                agreements=args.agreements,
                alarms=tuple(self.alarms),
                filters=counted,
                log_groups=groups,
                cluster=args.proxy.cluster_name if args.proxy else None,
                service=args.proxy.service_name if args.proxy else None,
                firewall=args.firewall_name,
            ),
            opts=child,
        )
        self.register_outputs({"topicArn": self.topic_arn, "dashboardName": f"{args.scope.spec}-zones"})

    @staticmethod
    def _topic(name: str, args: WatchArgs, opts: pulumi.ResourceOptions) -> aws.sns.Topic:
        physical = names.topic_name(args.scope)
        topic = aws.sns.Topic(
            f"{name}-topic",
            name=physical,
            kms_master_key_id=args.key_arn,
            tags=args.scope.tags(physical, args.tags),
            opts=opts,
        )
        aws.sns.TopicPolicy(f"{name}-topic-policy", arn=topic.arn, policy=topic_policy(args.scope), opts=opts)
        return topic

    @staticmethod
    def _filter(
        name: str, scope: Scope, counted: Filter, groups: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> None:
        transformation = aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
            name=counted.metric, namespace=namespace(scope), value="1", default_value="0", unit="Count"
        )
        aws.cloudwatch.LogMetricFilter(
            f"{name}-{counted.key}-filter",
            name=counted.key,
            log_group_name=groups[counted.log_group],
            pattern=counted.pattern,
            metric_transformation=transformation,
            opts=opts,
        )

    def _alarm(
        self, name: str, args: WatchArgs, alarm: Alarm, opts: pulumi.ResourceOptions
    ) -> aws.cloudwatch.MetricAlarm:
        physical = alarm_name(args.scope, alarm.key)
        common = {
            "name": physical,
            "alarm_description": alarm.description,
            "comparison_operator": "LessThanThreshold" if alarm.below else "GreaterThanOrEqualToThreshold",
            "threshold": alarm.threshold,
            "evaluation_periods": alarm.periods,
            "treat_missing_data": "breaching" if alarm.silence_is_alarm else "notBreaching",
            "actions_enabled": True,
            "alarm_actions": [self.topic_arn],
            "tags": args.scope.tags(physical, args.tags),
            "opts": opts,
        }
        if alarm.expression is None:
            return aws.cloudwatch.MetricAlarm(
                f"{name}-{alarm.key}",
                namespace=alarm.namespace,
                metric_name=alarm.metric,
                dimensions=dict(alarm.dimensions),
                statistic=alarm.statistic,
                period=alarm.period,
                **common,
            )
        metric = aws.cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace=alarm.namespace,
            metric_name=alarm.metric,
            dimensions=dict(alarm.dimensions),
            stat=alarm.statistic,
            period=alarm.period,
        )
        queries = [
            aws.cloudwatch.MetricAlarmMetricQueryArgs(id="m", metric=metric, return_data=False),
            aws.cloudwatch.MetricAlarmMetricQueryArgs(
                id="due", expression=alarm.expression, label=alarm.key, return_data=True
            ),
        ]
        return aws.cloudwatch.MetricAlarm(f"{name}-{alarm.key}", metric_queries=queries, **common)


def _watched_groups(args: WatchArgs) -> dict[str, str]:
    """Log groups of the parts that exist: without a firewall its alert group stays empty for good."""
    absent = set()
    if args.firewall_name is None:
        absent.add(names.FIREWALL_ALERTS)
    if args.proxy is None:
        absent.add(names.EGRESS_PROXY_LOG)
    return {purpose: group for purpose, group in args.log_group_names.items() if purpose not in absent}


def _alarms(args: WatchArgs, groups: Mapping[str, str], counted: tuple[Filter, ...]) -> tuple[Alarm, ...]:
    firewall = args.firewall_name is not None
    return (
        *watch_alarms.event_alarms(args.scope, counted),
        *((watch_alarms.dns_alarm(args.dns),) if args.dns else ()),
        *(watch_alarms.proxy_alarms(args.proxy) if args.proxy else ()),
        *watch_alarms.silence_alarms(args.bucket_name, groups, firewall=firewall, proxy=args.proxy is not None),
        *watch_alarms.agreement_alarms(args.agreements, groups),
    )
