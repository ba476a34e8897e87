"""Storage accounts of object storage: one for each service, one container for each of its resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import storage

from zt_ai.azure.naming import Scope
from zt_ai.azure.plan.accounts import Account
from zt_ai.builders.options import after


def closed_account(
    name: str,
    scope: Scope,
    physical: str,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
    *,
    zones: Sequence[str],
    trusted: bool = False,
    immutable: storage.ImmutableStorageAccountArgs | None = None,
) -> storage.StorageAccount:
    """A storage account that no public network reaches and no key opens.

    With `trusted`, services of Azure's own that write logs still come in: exceptions stay in effect where public
    network access is disabled [Azure Storage documentation, "Azure Storage firewall rules": "Change the default network
    access rule"]. `zones` are the availability zones of the region, over which copies are spread where there are any;
    copies in a paired region would leave the region that was chosen.
    """
    return storage.StorageAccount(
        name,
        resource_group_name=scope.group,
        account_name=physical,
        location=scope.location,
        kind="StorageV2",
        sku=storage.SkuArgs(name="Standard_ZRS" if len(zones) > 1 else "Standard_LRS"),
        access_tier="Hot",
        minimum_tls_version="TLS1_2",
        enable_https_traffic_only=True,
        public_network_access="Disabled",
        network_rule_set=storage.NetworkRuleSetArgs(
            default_action="Deny", bypass="AzureServices" if trusted else "None"
        ),
        allow_blob_public_access=False,
        allow_shared_key_access=False,
        default_to_o_auth_authentication=True,
        allow_cross_tenant_replication=False,
        # Data can be copied only to accounts behind a private link of the same network.
        allowed_copy_scope="PrivateLink",
        is_sftp_enabled=False,
        is_local_user_enabled=False,
        is_hns_enabled=False,
        enable_nfs_v3=False,
        encryption=storage.EncryptionArgs(key_source="Microsoft.Storage", require_infrastructure_encryption=True),
        immutable_storage_with_versioning=immutable,
        tags=dict(tags),
        opts=opts,
    )


def data_account(
    name: str,
    scope: Scope,
    account: Account,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
    *,
    zones: Sequence[str],
) -> storage.StorageAccount:
    """The account of one service, with a container for each of its resources and old versions kept for a month."""
    made = closed_account(f"{name}-{account.key}", scope, account.name, tags, opts, zones=zones)
    waits = after(opts, made)
    month = storage.DeleteRetentionPolicyArgs(enabled=True, days=30)
    storage.BlobServiceProperties(
        f"{name}-{account.key}",
        resource_group_name=scope.group,
        account_name=account.name,
        blob_services_name="default",
        is_versioning_enabled=True,
        delete_retention_policy=month,
        container_delete_retention_policy=month,
        opts=waits,
    )
    for resource, physical in account.resources.items():
        storage.BlobContainer(
            f"{name}-{account.key}-{resource}",
            resource_group_name=scope.group,
            account_name=account.name,
            container_name=physical,
            public_access="None",
            opts=waits,
        )
    return made
