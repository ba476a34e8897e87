"""Metrics taken from logs, and the alerts on them. Pure.

[Cloud Logging, "Logging query language" and "Log-based metrics overview"; Cloud Monitoring, "Alerting overview"; VPC
Service Controls, "Audit logging": the metadata of a violation; Docker documentation, "Google Cloud Logging driver":
`jsonPayload.message` holds what the container wrote.]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from zt_ai.gcp.audit.logs import PROXY_LOG
from zt_ai.gcp.naming import Scope

MINUTE, HOUR, DAY = 60, 3600, 86_400
AGREEMENT_NOTICE = timedelta(days=60)  # long enough to renew a contract


@dataclass(frozen=True, slots=True)
class Event:
    """Entries of the log that are counted. An alert fires for `threshold` of them within five minutes; 0 is none."""

    key: str
    filter: str
    threshold: int
    says: str


@dataclass(frozen=True, slots=True)
class Silence:
    """A log that is never silent. An alert fires when nothing was written to it for `seconds`."""

    key: str
    log: str
    resource_type: str
    seconds: int
    says: str


def events(scope: Scope, *, proxied: bool) -> tuple[Event, ...]:
    """What should not happen, or is worth counting."""
    denied = 'log_id("compute.googleapis.com/firewall") AND jsonPayload.disposition="DENIED"'
    tampering = " OR ".join(
        f'protoPayload.methodName="{method}"'
        for method in (
            "google.logging.v2.ConfigServiceV2.DeleteSink",
            "google.logging.v2.ConfigServiceV2.UpdateSink",
            "google.logging.v2.ConfigServiceV2.UpdateBucket",
            "google.logging.v2.ConfigServiceV2.DeleteBucket",
            "DestroyCryptoKeyVersion",
            "SetIamPolicy",
        )
    )
    accounts = f'protoPayload.authenticationInfo.principalEmail=~"^{scope.spec}-.*@{scope.project}[.]"'
    found = [
        Event(
            "denied-egress",
            f'{denied} AND jsonPayload.rule_details.direction="EGRESS"',
            10,
            "Traffic that no flow allows was refused on its way out. The firewall log says whose it was.",
        ),
        Event(
            "denied-ingress",
            f'{denied} AND jsonPayload.rule_details.direction="INGRESS"',
            10,
            "Traffic that no flow allows was refused on its way in. The firewall log says whose it was.",
        ),
        Event(
            "blocked-names",
            'log_id("dns.googleapis.com/dns_queries") AND jsonPayload.rdata=~"192[.]0[.]2[.]1|100::1"',
            1,
            "A name was asked for that is not on the list: a mistake, or data on its way out in a name.",
        ),
        Event(
            "perimeter-violations",
            'log_id("cloudaudit.googleapis.com/policy") AND protoPayload.metadata.@type='
            '"type.googleapis.com/google.cloud.audit.VpcServiceControlAuditMetadata"',
            1,
            "A perimeter refused a call, or would have in dry-run: foreign credentials, or a resource outside.",
        ),
        Event(
            "refused-calls",
            f'log_id("cloudaudit.googleapis.com/data_access") AND protoPayload.status.code=7 AND {accounts}',
            5,
            "A workload was refused a call it has no clause for.",
        ),
        Event(
            "record-tampering",
            f'log_id("cloudaudit.googleapis.com/activity") AND ({tampering})',
            1,
            "Somebody changed or stopped what keeps the records, or who may do what.",
        ),
    ]
    if proxied:
        log = f'log_id("{PROXY_LOG}")'
        refused = f'{log} AND jsonPayload.message=~"\\"decision\\": ?\\"block\\""'
        found += [
            Event("refused-requests", refused, 20, "The inspector refused model calls."),
            Event(
                "redacted-requests",
                f'{log} AND jsonPayload.message=~"\\"decision\\": ?\\"redact\\""',
                0,
                "The inspector redacted model calls.",
            ),
            Event(
                "refused-tools",
                f'{refused} AND jsonPayload.message=~"\\"tool\\": ?\\"[^\\"]"',
                5,
                "An agent asked for tools it may not call.",
            ),
        ]
    return tuple(found)


def silences(*, proxied: bool) -> tuple[Silence, ...]:
    """Sources of records that must not fall silent."""
    found = [
        Silence(
            "silent-flow-logs",
            "compute.googleapis.com/vpc_flows",
            "gce_subnetwork",
            3 * HOUR,
            "No flow was recorded for three hours.",
        ),
        Silence(
            "silent-query-log",
            "dns.googleapis.com/dns_queries",
            "dns_query",
            3 * HOUR,
            "No query for a name was recorded for three hours.",
        ),
    ]
    if proxied:
        found.append(
            Silence(
                "silent-proxy",
                PROXY_LOG,
                "gce_instance",
                # The longest that an alert on absence looks back is a day less half an hour.
                23 * HOUR + 30 * MINUTE,
                "The egress proxy recorded nothing for a day.",
            )
        )
    return tuple(found)


def metric_name(scope: Scope, event: Event) -> str:
    """Name of a log-based metric."""
    return scope.name(event.key, 100)


def metric_filter(scope: Scope, event: Event) -> str:
    """What the alert on an event looks at."""
    return f'metric.type="logging.googleapis.com/user/{metric_name(scope, event)}"'


def silence_filter(silence: Silence) -> str:
    """Entries of a log by Google's own count [Cloud Monitoring, "Google Cloud metrics": logging/log_entry_count]."""
    return (
        f'metric.type="logging.googleapis.com/log_entry_count" AND metric.labels.log="{silence.log}" '
        f'AND resource.type="{silence.resource_type}"'
    )


def agreement_query(end: date) -> str:
    """A query that has a value from 60 days before the end of an agreement on [Prometheus documentation, "Query
    functions": time, vector]."""
    notice = datetime(end.year, end.month, end.day, tzinfo=UTC) - AGREEMENT_NOTICE
    return f"vector(time()) >= {int(notice.timestamp())}"


def agreements(ends: Mapping[str, date]) -> Iterable[tuple[str, date, str]]:
    """Provider, end and what to say, for each business associate agreement."""
    for provider, end in sorted(ends.items()):
        yield provider, end, f"The agreement (BAA) with {provider} ends on {end}; after that no PHI may reach it."
