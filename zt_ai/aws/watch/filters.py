"""Metrics taken from logs. Pure.

[CloudWatch Logs User Guide, "Filter pattern syntax for metric filters".] All metrics lie in one namespace for each
specification, have no dimensions and count events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.aws.audit import names
from zt_ai.aws.naming import Scope


@dataclass(frozen=True, slots=True)
class Filter:
    """One metric filter: events of a log group that match are counted."""

    key: str
    log_group: str  # purpose, see `audit_names.LOG_GROUPS`
    metric: str
    pattern: str


# Refused traffic that began inside. What strangers send to the NAT gateways is refused all day long and means nothing.
_REJECTED = (
    '[version, account, interface, source = "10.*" || source = "172.*" || source = "192.168.*", destination, '
    'sourceport, destinationport, protocol, packets, bytes, start, end, action = "REJECT", status]'
)
# Somebody touches the records themselves, or what makes them.
_TAMPERING = (
    "DeleteFlowLogs", "DeleteLogGroup", "DeleteTrail", "DisableKey", "DisassociateResolverQueryLogConfig",
    "PutBucketObjectLockConfiguration", "PutEventSelectors", "ScheduleKeyDeletion", "StopLogging",
    "UpdateLoggingConfiguration", "UpdateTrail",
)  # fmt: skip


def namespace(scope: Scope) -> str:
    """CloudWatch namespace of the metrics of one specification."""
    return f"ZtAi/{scope.spec}"


def filters(scope: Scope, log_groups: Mapping[str, str]) -> tuple[Filter, ...]:
    """Filters for those purposes that have a log group.

    The egress proxy writes one JSON record for each request, with `decision` (`allow`, `redact`, `block`) and, for a
    tool call, `tool`. Network Firewall writes an alert only for what the allow list does not contain.
    """
    tampering = " || ".join(f"($.eventName = {name})" for name in _TAMPERING)
    role = f'$.userIdentity.sessionContext.sessionIssuer.userName = "{scope.spec}-*"'
    known = (
        Filter("rejected-traffic", names.REJECTED_TRAFFIC, "RejectedTraffic", _REJECTED),
        Filter("blocked-egress", names.FIREWALL_ALERTS, "BlockedEgress", '{ $.event.event_type = "alert" }'),
        Filter("endpoint-refusals", names.TRAIL_EVENTS, "EndpointRefusals", '{ $.errorCode = "VpceAccessDenied" }'),
        Filter(
            "refused-calls",
            names.TRAIL_EVENTS,
            "RefusedCalls",
            f'{{ ($.errorCode = "*AccessDenied*" || $.errorCode = "*UnauthorizedOperation") && {role} }}',
        ),
        Filter("record-tampering", names.TRAIL_EVENTS, "RecordTampering", f"{{ {tampering} }}"),
        Filter("refused-requests", names.EGRESS_PROXY_LOG, "RefusedRequests", '{ $.decision = "block" }'),
        Filter("redacted-requests", names.EGRESS_PROXY_LOG, "RedactedRequests", '{ $.decision = "redact" }'),
        Filter("refused-tools", names.EGRESS_PROXY_LOG, "RefusedTools", '{ $.decision = "block" && $.tool = "*" }'),
    )
    return tuple(f for f in known if f.log_group in log_groups)
