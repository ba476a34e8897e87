"""Physical names in the audit store, all known before anything is deployed, because policies refer to them."""

from __future__ import annotations

from zt_ai.aws.naming import Scope, shorten

# Log groups by purpose. They hold what alarms look at; the write-once bucket holds the record.
FIREWALL_ALERTS = "firewall-alerts"
EGRESS_PROXY_LOG = "egress-proxy"
REJECTED_TRAFFIC = "rejected-traffic"
TRAIL_EVENTS = "trail"
LOG_GROUPS = (EGRESS_PROXY_LOG, FIREWALL_ALERTS, REJECTED_TRAFFIC, TRAIL_EVENTS)

# Folders of the bucket, one for each source.
FLOW_LOGS_PREFIX = "flow-logs"
DNS_PREFIX = "dns-queries"
FIREWALL_PREFIX = "network-firewall"
TRAIL_PREFIX = "cloudtrail"
DELIVERY_PREFIXES = (DNS_PREFIX, FIREWALL_PREFIX, FLOW_LOGS_PREFIX)

# Retention in days that CloudWatch Logs accepts [CloudWatch Logs API Reference, "PutRetentionPolicy"].
_RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


def bucket_name(scope: Scope) -> str:
    """Name of the write-once bucket; 63 characters at most, unique in the world by account and region."""
    return shorten(f"{scope.spec}-audit-{scope.account}-{scope.region}", 63)


def bucket_arn(scope: Scope) -> str:
    """ARN of the write-once bucket."""
    return scope.arn("s3", bucket_name(scope), region=False, account=False)


def log_group_name(scope: Scope, purpose: str) -> str:
    """Name of a log group, `/zt-ai/SPEC/PURPOSE`."""
    return f"/zt-ai/{scope.spec}/{purpose}"


def log_group_arn(scope: Scope, name: str) -> str:
    """ARN of a log group by its name, without the `:*` that stands for its streams."""
    return scope.arn("logs", f"log-group:{name}")


def trail_name(scope: Scope) -> str:
    """Name of the CloudTrail trail."""
    return f"{scope.spec}-trail"


def trail_arn(scope: Scope) -> str:
    """ARN of the CloudTrail trail."""
    return scope.arn("cloudtrail", f"trail/{trail_name(scope)}")


def topic_name(scope: Scope) -> str:
    """Name of the topic that alarms are sent to."""
    return f"{scope.spec}-alarms"


def topic_arn(scope: Scope) -> str:
    """ARN of the topic that alarms are sent to."""
    return scope.arn("sns", topic_name(scope))


def log_retention(days: int) -> int:
    """The shortest retention CloudWatch Logs offers that keeps `days` days; 0, for ever, beyond ten years."""
    return next((offered for offered in _RETENTIONS if offered >= days), 0)
