"""Where the services of a specification are on Azure: which account holds them and how it is reached privately. Pure.

One account belongs to one service, so that a private endpoint leads to the resources of that service and to nothing
else: a storage account for each object storage, a vault for each set of secrets or keys, a registry for each set of
images, an Azure OpenAI account for each resource of a managed model. Logs are the exception: the names of Azure Monitor
are the same for all workspaces, so a network has one Private Link scope for it [Azure Monitor documentation, "Design
your Azure Private Link setup": "Azure Monitor private links rely on your DNS"], and one workspace behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.azure.naming import Scope
from zt_ai.intent.model import Intent, Party, ServiceIntent
from zt_ai.spec.clouds.azure_names import translated
from zt_ai.spec.types import ServiceKind

MONITOR = "monitor"
"""Key of what all logs share."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a kind of account is reached privately: sub-resource of the private endpoint, and private DNS zones."""

    type: str  # of the resource that the endpoint connects to
    group: str
    zones: tuple[str, ...]


# [Azure documentation, "Azure Private Endpoint private DNS zone values": storage, Key Vault, Azure Monitor, Azure
# Container Registry, Azure AI services. The three zones of an Azure OpenAI account belong together: the account answers
# under all three names.] A registry's data endpoint `NAME.REGION.data` is a record of the registry's zone.
REACH: Mapping[ServiceKind, Reach] = {
    ServiceKind.OBJECT_STORAGE: Reach(
        "Microsoft.Storage/storageAccounts", "blob", ("privatelink.blob.core.windows.net",)
    ),
    ServiceKind.SECRETS: Reach("Microsoft.KeyVault/vaults", "vault", ("privatelink.vaultcore.azure.net",)),
    ServiceKind.KEYS: Reach("Microsoft.KeyVault/vaults", "vault", ("privatelink.vaultcore.azure.net",)),
    ServiceKind.LOGS: Reach(
        "microsoft.insights/privateLinkScopes",
        "azuremonitor",
        (
            "privatelink.monitor.azure.com",
            "privatelink.oms.opinsights.azure.com",
            "privatelink.ods.opinsights.azure.com",
            "privatelink.agentsvc.azure-automation.net",
            "privatelink.blob.core.windows.net",
        ),
    ),
    ServiceKind.CONTAINER_IMAGES: Reach(
        "Microsoft.ContainerRegistry/registries", "registry", ("privatelink.azurecr.io",)
    ),
    ServiceKind.MANAGED_LLM: Reach(
        "Microsoft.CognitiveServices/accounts",
        "account",
        (
            "privatelink.openai.azure.com",
            "privatelink.cognitiveservices.azure.com",
            "privatelink.services.ai.azure.com",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Account:
    """One account, and what of the specification is in it."""

    key: str  # made of names of the specification: used in resource names
    kind: ServiceKind
    name: str  # Azure's name of the account, of the Private Link scope for logs
    id: str
    services: tuple[str, ...]
    resources: Mapping[str, str]  # as written -> Azure's name
    adopted: bool

    @property
    def reach(self) -> Reach:
        """How it is reached privately."""
        return REACH[self.kind]


def accounts(intent: Intent, scope: Scope, adopted: Mapping[str, str] | None = None) -> tuple[Account, ...]:
    """Accounts of every service that somebody may reach, in the order of their keys.

    `adopted` holds the ids of existing accounts by service.
    """
    used = {a.destination for a in intent.accesses if a.destination_party is Party.SERVICE}
    found: list[Account] = []
    logs = [s for s in intent.services.values() if s.name in used and s.kind is ServiceKind.LOGS]
    if logs:
        found.append(_monitor(scope, logs))
    for service in intent.services.values():
        if service.name not in used or service.kind is ServiceKind.LOGS:
            continue
        given = (adopted or {}).get(service.name)
        if service.kind is ServiceKind.MANAGED_LLM:
            # The resource's name is the account's own: it is its host name.
            found += [_account(scope, f"{service.name}-{name}", service, name, (name,)) for name in service.resources]
        elif given is not None:
            found.append(_adopted(service, given))
        else:
            found.append(_account(scope, service.name, service, _name(scope, service), service.resources))
    return tuple(sorted(found, key=lambda a: a.key))


def account_of(every: tuple[Account, ...], service: str) -> tuple[Account, ...]:
    """The accounts that hold a service's resources; several only for managed models."""
    return tuple(account for account in every if service in account.services)


def _name(scope: Scope, service: ServiceIntent) -> str:
    flat = service.kind in (ServiceKind.OBJECT_STORAGE, ServiceKind.CONTAINER_IMAGES)
    return scope.worldwide(service.name, hyphens=not flat)


def _account(scope: Scope, key: str, service: ServiceIntent, name: str, resources: tuple[str, ...]) -> Account:
    id_ = scope.id(REACH[service.kind].type, name)
    return Account(key, service.kind, name, id_, (service.name,), _named(service.kind, resources), adopted=False)


def _adopted(service: ServiceIntent, id_: str) -> Account:
    name = id_.rpartition("/")[2]
    resources = _named(service.kind, service.resources)
    return Account(service.name, service.kind, name, id_, (service.name,), resources, adopted=True)


def _monitor(scope: Scope, logs: list[ServiceIntent]) -> Account:
    name = scope.name(MONITOR)
    resources = {r: translated(ServiceKind.LOGS, r) for service in logs for r in service.resources}
    services = tuple(sorted(service.name for service in logs))
    id_ = scope.id(REACH[ServiceKind.LOGS].type, name)
    return Account(MONITOR, ServiceKind.LOGS, name, id_, services, resources, adopted=False)


def _named(kind: ServiceKind, resources: tuple[str, ...]) -> dict[str, str]:
    return {resource: translated(kind, resource) for resource in resources}


def host(account: Account) -> str:
    """Host name under which an account is called; for logs the name that all of Azure Monitor shares."""
    suffix = {
        ServiceKind.OBJECT_STORAGE: "blob.core.windows.net",
        ServiceKind.SECRETS: "vault.azure.net",
        ServiceKind.KEYS: "vault.azure.net",
        ServiceKind.CONTAINER_IMAGES: "azurecr.io",
        ServiceKind.MANAGED_LLM: "openai.azure.com",
    }.get(account.kind)
    return f"{account.name}.{suffix}" if suffix else "monitor.azure.com"
