"""The store of all records: written once, kept as long as the specification says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
from pulumi_azure_native import authorization, managedidentity, storage

from zt_ai.azure.identity.identities import identity_id, identity_name
from zt_ai.azure.naming import TAG_ROLE, Scope, shorten
from zt_ai.azure.services.storage import closed_account
from zt_ai.builders.options import after, child_options

WRITER = "flow-logs"
"""The identity with which the network's flow logs are written."""
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers"
# What Azure asks of that identity [Azure Network Watcher documentation, "Manage virtual network flow logs": managed
# identity], without the right to delete that its own role would give.
_ACTIONS = (f"{_BLOBS}/read", f"{_BLOBS}/write")
_DATA = (f"{_BLOBS}/blobs/add/action", f"{_BLOBS}/blobs/read", f"{_BLOBS}/blobs/write")


def store_name(scope: Scope) -> str:
    """Name of the store."""
    return scope.worldwide("audit", hyphens=False)


@dataclass(frozen=True, kw_only=True)
class AuditStoreArgs:
    """What `AuditStore` is made from."""

    scope: Scope
    retention_days: int
    lock: Literal["locked", "unlocked"] = "locked"
    """Azure makes a policy unlocked, and lets only an unlocked one be locked; a locked one never opens again [Azure
    REST API, "Storage Accounts - Create": AccountImmutabilityPolicyProperties, state]."""
    zones: Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


class AuditStore(pulumi.ComponentResource):
    """A storage account in which every version of every blob is kept for the retention, whoever asks for its deletion.
    Nor is the account itself deleted while there is one [Azure Storage documentation, "Version-level WORM policies":
    delete a storage account].

    Azure's own services write to it; no network of ours reaches it. Records grow by appending, which the policy allows
    without letting anything that is there be changed [Azure Storage documentation, "Overview of immutable storage for
    blob data": allow protected append blob writes].

    Attributes:
        account: the resource. account_id: its id. writer_id: id of the identity that flow logs are written with.
        ready: what must exist before records can be written.
    """

    account: storage.StorageAccount
    account_id: pulumi.Output[str]
    writer_id: str
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: AuditStoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:AuditStore", name, None, opts)
        child = child_options(self, opts)
        scope, tags = args.scope, {**args.tags, **args.scope.tags({TAG_ROLE: "audit"})}
        physical = store_name(scope)
        immutable = storage.ImmutableStorageAccountArgs(
            enabled=True,
            immutability_policy=storage.AccountImmutabilityPolicyPropertiesArgs(
                state=args.lock.capitalize(),
                immutability_period_since_creation_in_days=args.retention_days,
                allow_protected_append_writes=True,
            ),
        )
        self.account = closed_account(
            f"{name}-store", scope, physical, tags, child, zones=args.zones, trusted=True, immutable=immutable
        )
        self.account_id = self.account.id
        blobs = storage.BlobServiceProperties(
            f"{name}-store",
            resource_group_name=scope.group,
            account_name=physical,
            blob_services_name="default",
            is_versioning_enabled=True,
            opts=after(child, self.account),
        )
        self.writer_id = identity_id(scope, WRITER)
        self.ready = [self.account, blobs, *self._writer(name, args, tags, child)]
        self.register_outputs({"accountId": self.account_id})

    def _writer(
        self, name: str, args: AuditStoreArgs, tags: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> list[pulumi.Resource]:
        scope = args.scope
        identity = managedidentity.UserAssignedIdentity(
            f"{name}-{WRITER}",
            resource_group_name=scope.group,
            resource_name_=identity_name(scope, WRITER),
            location=scope.location,
            tags=dict(tags),
            opts=opts,
        )
        guid = scope.guid("role/audit-writer")
        role = authorization.RoleDefinition(
            f"{name}-writer",
            role_definition_id=guid,
            role_name=shorten(f"zt-ai {scope.spec} audit-writer {scope.subscription}", 128),
            role_type="CustomRole",
            description=f"Writes records to the audit store of {scope.spec}",
            scope=f"/subscriptions/{scope.subscription}",
            assignable_scopes=[scope.group_id],
            permissions=[
                authorization.PermissionArgs(
                    actions=list(_ACTIONS), not_actions=[], data_actions=list(_DATA), not_data_actions=[]
                )
            ],
            opts=opts,
        )
        assignment = authorization.RoleAssignment(
            f"{name}-writer",
            role_assignment_name=scope.guid("right/audit-writer"),
            scope=self.account.id,
            role_definition_id=role.id,
            principal_id=identity.principal_id,
            principal_type="ServicePrincipal",
            opts=opts,
        )
        return [identity, assignment]
