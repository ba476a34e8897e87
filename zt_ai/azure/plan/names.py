"""Names that may be resolved in the network. Pure.

The resolver of a virtual network answers for any name whatever the filters say, so it is a way out for whoever can ask
it; a DNS security policy closes it.
"""

from __future__ import annotations

from zt_ai.azure.naming import Scope
from zt_ai.azure.plan.accounts import Account, host
from zt_ai.intent.model import EGRESS_PROXY, Intent
from zt_ai.spec.types import ServiceAccess, ServiceKind

# Names under which the agents and clients of Azure Monitor look for it, all of them answered by the private zones
# [Azure Monitor documentation, "Configure your private link": "Review and validate your private link setup"].
_MONITOR = ("api.monitor.azure.com", "global.in.ai.monitor.azure.com", "global.handler.control.monitor.azure.com")
# Names that queries are sent to, the second by older clients ["Access the Azure Monitor Log Analytics API"]. Neither is
# in a private zone: both are aliases of `api.monitor.azure.com`, which the zone answers as `api` [the private zones, as
# above: "Application Insights and Log Analytics API endpoint"; that they are aliases, secondary source].
_QUERY = ("api.loganalytics.azure.com", "api.loganalytics.io")


def private_domain(scope: Scope) -> str:
    """The domain of the network's own names."""
    return f"{scope.spec}.zt-ai.internal"


def proxy_name(scope: Scope) -> str:
    """Host name of the egress proxy inside the network."""
    return f"{EGRESS_PROXY}.{private_domain(scope)}"


def allowed_domains(
    intent: Intent, scope: Scope, accounts: tuple[Account, ...], *, own_zones: bool = True
) -> tuple[str, ...]:
    """Names that may be resolved, sorted: the providers', those of the accounts and their private zones, our own.

    A listed name stands for all below it. Private zones hold only what we put there, so they are listed whole; where
    the organisation holds them (`own_zones` off) we cannot say that, and only the names that are really asked for are
    listed. Of names that Azure gives to every customer (`blob.core.windows.net`) only those of our accounts are.
    """
    names = {private_domain(scope), *intent.provider_domains()}
    for account in accounts:
        names.update(account.reach.zones if own_zones else ())
        if account.kind is ServiceKind.LOGS:
            names.update(_MONITOR)
            names.update(_QUERY if _reads(intent, account) else ())
            # A data collection endpoint gets a suffix of Azure's choosing below this name.
            names.add(f"{scope.location}-1.ingest.monitor.azure.com")
        else:
            names.add(host(account))
        if account.kind is ServiceKind.CONTAINER_IMAGES:
            names.add(f"{account.name}.{scope.location}.data.azurecr.io")
    return tuple(sorted(names))


def _reads(intent: Intent, account: Account) -> bool:
    """Whether a flow reads what an account holds."""
    asked = {a.access or ServiceAccess.READ for a in intent.accesses if a.destination in account.services}
    return bool(asked - {ServiceAccess.WRITE})


def collection_rule_name(scope: Scope, table: str) -> str:
    """Name of the data collection rule by which one table is written."""
    return scope.name(f"logs-{table}", 44)


def endpoint_name(scope: Scope) -> str:
    """Name of the data collection endpoint."""
    return scope.name("logs", 44)
