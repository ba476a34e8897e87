"""Which alerts there are. Pure.

Tables and columns: Azure Monitor documentation, "Azure Monitor Logs reference" (NTANetAnalytics, AZFWApplicationRule,
DNSQueryLogs, AZKVAuditLogs, StorageBlobLogs, AzureActivity); the proxy's records are JSON in the column `Record` of its
own table, one for each request, with `decision` (`allow`, `redact`, `block`) and, for a tool call, `tool`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

AGREEMENT_NOTICE = timedelta(days=60)  # long enough to renew a contract


@dataclass(frozen=True, slots=True)
class Query:
    """An alert on a query of the workspace: it fires when the rows within `window` are at least `threshold`, or, with
    `silence`, when there is none.
    """

    key: str
    description: str
    query: str
    threshold: int = 1
    window: str = "PT15M"  # ISO 8601; also how often it is asked
    silence: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """An alert on a metric of a resource: it fires when the average of five minutes is below `threshold`."""

    key: str
    description: str
    target: str  # "balancer" or "firewall"
    namespace: str
    metric: str
    threshold: float
    severity: int  # 0 is the worst, 4 the least


_TAMPERING = (
    "Microsoft.Insights/diagnosticSettings/delete",
    "Microsoft.Network/dnsResolverPolicies/virtualNetworkLinks/delete",
    "Microsoft.Network/networkWatchers/flowLogs/delete",
    "Microsoft.OperationalInsights/workspaces/delete",
    "Microsoft.Storage/storageAccounts/delete",
    "Microsoft.Storage/storageAccounts/regenerateKey/action",
)


def event_alerts(*, firewall: bool, proxy_table: str | None) -> tuple[Query, ...]:
    """Alerts on events that should not happen."""
    tampering = ", ".join(f'"{operation}"' for operation in _TAMPERING)
    found = [
        Query(
            "refused-traffic",
            "Traffic that no flow allows was refused inside the network. Look at NTANetAnalytics.",
            'NTANetAnalytics | where SubType == "FlowLog" and FlowStatus == "Denied" and FlowType != "MaliciousFlow"',
            10,
        ),
        Query(
            "blocked-names",
            "A name was asked for that is not on the list: a mistake, or data on its way out in a name.",
            'DNSQueryLogs | where isnotempty(ResolverPolicyRuleAction) and ResolverPolicyRuleAction != "Allow"',
        ),
        Query(
            "refused-calls",
            "An identity was refused a call that it has no clause for.",
            "union isfuzzy=true (AZKVAuditLogs | where HttpStatusCode == 403), "
            '(StorageBlobLogs | where StatusCode == "403")',
            5,
        ),
        Query(
            "record-tampering",
            "Somebody deleted or opened what keeps the records.",
            f'AzureActivity | where OperationNameValue in~ ({tampering}) and ActivityStatusValue != "Failure"',
        ),
    ]
    if firewall:
        found.append(
            Query(
                "blocked-egress",
                "The egress proxy tried to reach a name that is no provider's. Look at AZFWApplicationRule.",
                'AZFWApplicationRule | where Action == "Deny"',
            )
        )
    if proxy_table is not None:
        said = f"{proxy_table} | extend said = parse_json(Record)"
        found += [
            Query("refused-requests", "The inspector refused model calls.", _blocked(said), 20),
            Query("redacted-requests", "The inspector redacted many model calls.", _redacted(said), 200),
            Query("refused-tools", "An agent asked for tools it may not call.", _tools(said), 5),
        ]
    return tuple(found)


def _blocked(said: str) -> str:
    return f'{said} | where said.decision == "block"'


def _redacted(said: str) -> str:
    return f'{said} | where said.decision == "redact"'


def _tools(said: str) -> str:
    return f'{said} | where said.decision == "block" and isnotempty(said.tool)'


def silence_alerts() -> tuple[Query, ...]:
    """Alerts on sources of records that have fallen silent. Something asks for a name and sends packets all the time;
    hours pass before flow logs arrive, so the window is long."""
    sources = {"flows": "NTANetAnalytics", "names": "DNSQueryLogs"}
    return tuple(
        Query(f"silent-{what}", f"No records of {what} arrived for six hours.", table, window="PT6H", silence=True)
        for what, table in sources.items()
    )


def agreement_alerts(agreements: Mapping[str, date]) -> tuple[Query, ...]:
    """Alerts on business associate agreements near their end. `summarize` gives one row whatever was recorded."""
    return tuple(
        Query(
            f"agreement-{provider}",
            f"The agreement with {provider} ends on {ends.isoformat()}.",
            f"Usage | summarize records = count() | where now() >= datetime({(ends - AGREEMENT_NOTICE).isoformat()})",
            window="P1D",
        )
        for provider, ends in sorted(agreements.items())
    )


def metric_alerts(*, firewall: bool, proxy: bool) -> tuple[Metric, ...]:
    """Alerts on the health of what model calls pass through [Azure Monitor documentation, "Supported metrics":
    Microsoft.Network/loadBalancers `DipAvailability`, Microsoft.Network/azureFirewalls `FirewallHealth`]."""
    balancer, walls = "Microsoft.Network/loadBalancers", "Microsoft.Network/azureFirewalls"
    found: list[Metric] = []
    if proxy:
        found += [
            Metric(
                "proxy-unhealthy",
                "A machine of the egress proxy does not answer its health check.",
                "balancer",
                balancer,
                "DipAvailability",
                90,
                2,
            ),
            Metric(
                "proxy-down",
                "No machine of the egress proxy is healthy: model calls fail, and nothing leaves.",
                "balancer",
                balancer,
                "DipAvailability",
                1,
                0,
            ),
        ]
    if firewall:
        text = "The firewall is not healthy: model calls fail, and nothing leaves."
        found.append(Metric("firewall-unhealthy", text, "firewall", walls, "FirewallHealth", 90, 1))
    return tuple(found)
