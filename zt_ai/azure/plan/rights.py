"""What each workload may do with each service, as roles of our own. Pure.

Roles that Azure brings give more than one clause asks for (`Storage Blob Data Contributor` reads, writes and deletes,
`Key Vault Crypto User` does everything with a key), so each pair of kind and access has a role of its own, whose
permissions stand in the plan. A role says what; the scope of its assignment says on which resource.

Sources: Azure documentation, "Azure permissions" (Microsoft.Storage, Microsoft.KeyVault, Microsoft.ContainerRegistry,
Microsoft.CognitiveServices, Microsoft.Insights), and "Logs Ingestion API in Azure Monitor" (who writes through a data
collection rule has the data action of "Monitoring Metrics Publisher", `Microsoft.Insights/Telemetry/Write`). Whoever
may read an asymmetric key may encrypt with it ("Azure permissions for Security": vaults/keys/encrypt/action): the
public half is no secret. A log is read with two roles: `workspaces/query/read` on the workspace, which lets a query run
and shows no data, and `workspaces/tables/data/read` on the table ("Granular RBAC in Log Analytics", "Conditions and
expressions": two roles for an assignment at a table).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.azure.naming import Scope
from zt_ai.azure.plan.accounts import Account, account_of
from zt_ai.azure.plan.names import collection_rule_name
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.types import ServiceAccess, ServiceKind


@dataclass(frozen=True, slots=True)
class Permissions:
    """Actions on the resource itself and on the data in it. No wildcards."""

    actions: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    def __add__(self, other: Permissions) -> Permissions:
        return Permissions(tuple(sorted({*self.actions, *other.actions})), tuple(sorted({*self.data, *other.data})))


_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_VAULT = "Microsoft.KeyVault/vaults"
_OPENAI = "Microsoft.CognitiveServices/accounts/OpenAI/deployments"
_NONE = Permissions()

_READ: Mapping[ServiceKind, Permissions] = {
    ServiceKind.OBJECT_STORAGE: Permissions(data=(f"{_BLOBS}/read",)),
    ServiceKind.SECRETS: Permissions(data=(f"{_VAULT}/secrets/getSecret/action",)),
    # To read what somebody encrypted with the key.
    ServiceKind.KEYS: Permissions(
        data=(f"{_VAULT}/keys/decrypt/action", f"{_VAULT}/keys/read", f"{_VAULT}/keys/unwrap/action")
    ),
    # Beside this, which shows the records of a table, `QUERY` on the workspace.
    ServiceKind.LOGS: Permissions(data=("Microsoft.OperationalInsights/workspaces/tables/data/read",)),
    ServiceKind.CONTAINER_IMAGES: Permissions(actions=("Microsoft.ContainerRegistry/registries/pull/read",)),
    ServiceKind.MANAGED_LLM: Permissions(
        data=(
            f"{_OPENAI}/chat/completions/action",
            f"{_OPENAI}/completions/action",
            f"{_OPENAI}/embeddings/action",
        )
    ),
}
_WRITE: Mapping[ServiceKind, Permissions] = {
    # Written without being read; versions keep what is written over.
    ServiceKind.OBJECT_STORAGE: Permissions(data=(f"{_BLOBS}/add/action", f"{_BLOBS}/write")),
    ServiceKind.SECRETS: Permissions(data=(f"{_VAULT}/secrets/setSecret/action",)),
    ServiceKind.KEYS: Permissions(
        data=(f"{_VAULT}/keys/encrypt/action", f"{_VAULT}/keys/read", f"{_VAULT}/keys/wrap/action")
    ),
    ServiceKind.LOGS: Permissions(data=("Microsoft.Insights/Telemetry/Write",)),
    ServiceKind.CONTAINER_IMAGES: Permissions(
        actions=(
            "Microsoft.ContainerRegistry/registries/pull/read",
            "Microsoft.ContainerRegistry/registries/push/write",
        )
    ),
    # Nothing is written to a model.
    ServiceKind.MANAGED_LLM: _NONE,
}

QUERY = Permissions(actions=("Microsoft.OperationalInsights/workspaces/query/read",))
"""What lets a query run in a workspace, whichever tables it may read ["Manage access to Log Analytics workspaces":
workspace permissions]."""


def permissions(kind: ServiceKind, access: ServiceAccess) -> Permissions:
    """What an access to a kind of service takes."""
    read = _READ[kind] if access in (ServiceAccess.READ, ServiceAccess.READ_WRITE) else _NONE
    write = _WRITE[kind] if access in (ServiceAccess.WRITE, ServiceAccess.READ_WRITE) else _NONE
    return read + write


@dataclass(frozen=True, slots=True)
class Role:
    """A role of our own by meaning: what an access to a kind of service takes; `query` runs queries in a workspace."""

    kind: ServiceKind
    access: ServiceAccess
    query: bool = False

    @property
    def verb(self) -> str:
        """The access, or `query`."""
        return "query" if self.query else self.access.value

    @property
    def key(self) -> str:
        """Name in resource names."""
        return f"{self.kind.value}-{self.verb}"

    @property
    def permissions(self) -> Permissions:
        """What it lets its holders do."""
        return QUERY if self.query else permissions(self.kind, self.access)

    def guid(self, scope: Scope) -> str:
        """GUID of the role, known before it exists."""
        return scope.guid(f"role/{self.key}")


@dataclass(frozen=True, slots=True)
class Right:
    """One assignment: a workload has a role on one resource."""

    workload: str
    role: Role
    account: str  # key of the account that the resource belongs to
    resource: str  # as the specification writes it; the workspace's name for a query
    scope: str  # id of the resource
    clauses: tuple[str, ...]

    @property
    def key(self) -> str:
        """Unique, and made of names of the specification."""
        return f"{self.workload}.{self.account}.{self.resource}.{self.role.verb}"


def rights(intent: Intent, scope: Scope, accounts: tuple[Account, ...]) -> tuple[Right, ...]:
    """Every assignment, in the order of their keys. Two flows that ask for the same give one with both clauses, and
    whoever reads logs may query their workspace once."""
    asked: dict[tuple[str, str, str, ServiceAccess], set[str]] = {}
    for access in intent.accesses:
        if access.destination_party is not Party.SERVICE or access.source_party is not Party.WORKLOAD:
            continue
        service = intent.services[access.destination]
        for resource in service.resources:
            for wanted in _one_by_one(service.kind, access.access or ServiceAccess.READ):
                asked.setdefault((access.source, service.name, resource, wanted), set()).add(access.clause.id)
    found: dict[str, Right] = {}
    queries: dict[tuple[str, str], set[str]] = {}
    for (workload, service_name, resource, wanted), clauses in asked.items():
        for account in account_of(accounts, service_name):
            if resource not in account.resources:
                continue
            role = Role(account.kind, wanted)
            target = resource_id(scope, account, resource, wanted)
            right = Right(workload, role, account.key, resource, target, tuple(sorted(clauses)))
            found[right.key] = right
            if account.kind is ServiceKind.LOGS and wanted is ServiceAccess.READ:
                queries.setdefault((workload, account.key), set()).update(clauses)
    workspace = scope.name("logs", 63)
    for (workload, key), clauses in queries.items():
        role = Role(ServiceKind.LOGS, ServiceAccess.READ, query=True)
        target = scope.id("Microsoft.OperationalInsights/workspaces", workspace)
        right = Right(workload, role, key, workspace, target, tuple(sorted(clauses)))
        found[right.key] = right
    return tuple(right for _, right in sorted(found.items()))


def _one_by_one(kind: ServiceKind, access: ServiceAccess) -> tuple[ServiceAccess, ...]:
    """Logs are read and written in two places, so both together are two rights."""
    if kind is ServiceKind.LOGS and access is ServiceAccess.READ_WRITE:
        return ServiceAccess.READ, ServiceAccess.WRITE
    return (access,)


def resource_id(scope: Scope, account: Account, resource: str, access: ServiceAccess) -> str:
    """Id of the one resource that a role is given on.

    Images have no id of their own below a registry, and models none below an account: there the account, which holds
    the resources of one service and no others, is the scope. A log is written through the collection rule of its table
    and read from the table.
    """
    name = account.resources[resource]
    if account.kind is ServiceKind.OBJECT_STORAGE:
        return f"{account.id}/blobServices/default/containers/{name}"
    if account.kind is ServiceKind.SECRETS:
        return f"{account.id}/secrets/{name}"
    if account.kind is ServiceKind.KEYS:
        return f"{account.id}/keys/{name}"
    if account.kind is ServiceKind.LOGS:
        if access is ServiceAccess.READ:
            return scope.id("Microsoft.OperationalInsights/workspaces/tables", scope.name("logs", 63), name)
        return scope.id("Microsoft.Insights/dataCollectionRules", collection_rule_name(scope, name))
    return account.id
