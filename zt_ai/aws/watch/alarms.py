"""Which alarms there are. Pure, apart from ids that AWS chooses, which are passed through.

Metrics: [CloudWatch User Guide, "AWS services that publish CloudWatch metrics"]; DNS firewall [Route 53 Developer
Guide, "Monitoring Resolver DNS Firewall rule groups with Amazon CloudWatch"]; network load balancer [ELB User Guide,
"CloudWatch metrics for your Network Load Balancer"]; bucket [S3 User Guide, "Metrics and dimensions": request metrics];
log group [CloudWatch Logs User Guide, "Monitoring with CloudWatch metrics"].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from zt_ai.aws.audit import names
from zt_ai.aws.naming import Scope
from zt_ai.aws.watch.filters import Filter, namespace

if TYPE_CHECKING:  # no module that synthesises needs Pulumi at run time
    import pulumi

    from zt_ai.aws.watch.model import DnsWatch, ProxyWatch

HOUR, DAY = 3600, 86400
AGREEMENT_NOTICE = timedelta(days=60)  # long enough to renew a contract


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. It fires when `statistic` over `period` seconds is at least `threshold` (or below it) `periods` times
    in a row.
    """

    key: str
    description: str
    namespace: str
    metric: str
    threshold: float
    dimensions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    statistic: Literal["Sum", "Maximum", "Minimum"] = "Sum"
    period: int = 300
    periods: int = 1
    below: bool = False
    silence_is_alarm: bool = False
    expression: str | None = None  # metric math over the metric `m`


# Threshold for each filter, in events within five minutes, and what to say.
_EVENTS = {
    "rejected-traffic": (
        10,
        "Traffic that no flow allows was refused inside the network. Look at the rejected-traffic log group.",
    ),
    "blocked-egress": (
        1,
        "The egress proxy tried to reach a name that is no provider's. Look at the firewall-alerts log group.",
    ),
    "endpoint-refusals": (
        1,
        "A VPC endpoint's policy refused a call: foreign credentials, or a resource that nobody asked for.",
    ),
    "refused-calls": (5, "A workload's role was refused a call it has no clause for."),
    "record-tampering": (1, "Somebody changed or stopped what keeps the records."),
    "refused-requests": (20, "The inspector refused model calls."),
    "refused-tools": (5, "An agent asked for tools it may not call."),
}


def event_alarms(scope: Scope, filters: tuple[Filter, ...]) -> tuple[Alarm, ...]:
    """Alarms on events that should not happen."""
    return tuple(
        Alarm(f.key, _EVENTS[f.key][1], namespace(scope), f.metric, _EVENTS[f.key][0])
        for f in filters
        if f.key in _EVENTS
    )


def dns_alarm(dns: DnsWatch) -> Alarm:
    """Alarm on names that the DNS firewall blocks: a mistake, or data on its way out in a name."""
    return Alarm(
        "blocked-dns",
        "A name was asked for that is not on the list. The query log says which, and from where.",
        "AWS/Route53Resolver",
        "FirewallRuleQueryVolume",
        1,
        {"FirewallDomainListId": dns.blocked_list_id, "FirewallRuleGroupId": dns.rule_group_id},
    )


def proxy_alarms(proxy: ProxyWatch) -> tuple[Alarm, ...]:
    """Alarms on the health of the egress proxy, by entrance."""
    result = []
    for way, group in sorted(proxy.target_groups.items()):
        where = {"LoadBalancer": proxy.load_balancer, "TargetGroup": group}
        unhealthy = f"A task of the egress proxy does not answer its health check ({way})."
        down = f"No task of the egress proxy is healthy ({way}): model calls fail, and nothing leaves."
        result.append(
            Alarm(
                f"proxy-unhealthy-{way}", unhealthy, "AWS/NetworkELB", "UnHealthyHostCount", 1, where, "Maximum", 60, 5
            )
        )
        result.append(
            Alarm(
                f"proxy-down-{way}",
                down,
                "AWS/NetworkELB",
                "HealthyHostCount",
                1,
                where,
                "Minimum",
                60,
                3,
                below=True,
                silence_is_alarm=True,
            )
        )
    return tuple(result)


def silence_alarms(
    bucket_name: str, log_groups: Mapping[str, str], *, firewall: bool, proxy: bool
) -> tuple[Alarm, ...]:
    """Alarms on sources of records that have fallen silent."""
    folders = [names.DNS_PREFIX, names.FLOW_LOGS_PREFIX, names.TRAIL_PREFIX] + (
        [names.FIREWALL_PREFIX] if firewall else []
    )
    result = [
        Alarm(
            f"silent-{folder}",
            f"Nothing was written to the folder {folder} of the audit bucket for three hours.",
            "AWS/S3",
            "PutRequests",
            1,
            {"BucketName": bucket_name, "FilterId": folder},
            period=HOUR,
            periods=3,
            below=True,
            silence_is_alarm=True,
        )
        for folder in sorted(folders)
    ]
    for purpose, period in ((names.TRAIL_EVENTS, HOUR), *(((names.EGRESS_PROXY_LOG, DAY),) if proxy else ())):
        if purpose in log_groups:
            words = "an hour" if period == HOUR else "a day"
            result.append(
                Alarm(
                    f"silent-log-{purpose}",
                    f"Nothing was written to the log group {log_groups[purpose]} for {words}.",
                    "AWS/Logs",
                    "IncomingLogEvents",
                    1,
                    {"LogGroupName": log_groups[purpose]},
                    period=period,
                    below=True,
                    silence_is_alarm=True,
                )
            )
    return tuple(result)


def agreement_alarms(agreements: Mapping[str, date], log_groups: Mapping[str, str]) -> tuple[Alarm, ...]:
    """Alarms on business associate agreements that end within 60 days.

    An alarm needs a metric to run on: the time is read from data points of the trail's log group, which is never silent
    (another alarm says so if it is) [CloudWatch User Guide, "Using math expressions with CloudWatch metrics": EPOCH].
    """
    if names.TRAIL_EVENTS not in log_groups:
        return ()
    result = []
    for provider, end in sorted(agreements.items()):
        notice = datetime(end.year, end.month, end.day, tzinfo=UTC) - AGREEMENT_NOTICE
        result.append(
            Alarm(
                f"agreement-{provider}",
                f"The agreement (BAA) with {provider} ends on {end.isoformat()}; after that no PHI may reach it.",
                "AWS/Logs",
                "IncomingLogEvents",
                1,
                {"LogGroupName": log_groups[names.TRAIL_EVENTS]},
                period=HOUR,
                expression=f"IF(EPOCH(m) >= {int(notice.timestamp())}, 1, 0)",
            )
        )
    return tuple(result)
