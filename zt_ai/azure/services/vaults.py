"""Key vaults of secrets and of keys."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import keyvault

from zt_ai.azure.naming import Scope
from zt_ai.azure.plan.accounts import Account
from zt_ai.builders.options import after
from zt_ai.spec.types import ServiceKind


def vault(
    name: str, scope: Scope, account: Account, tenant: str, tags: Mapping[str, str], opts: pulumi.ResourceOptions
) -> keyvault.Vault:
    """A vault that no public network reaches, whose contents cannot be purged, and that asks roles and not policies of
    its own who may read them. Keys are made with it; secrets are put in by whoever knows them.
    """
    made = keyvault.Vault(
        f"{name}-{account.key}",
        resource_group_name=scope.group,
        vault_name=account.name,
        location=scope.location,
        properties=keyvault.VaultPropertiesArgs(
            tenant_id=tenant,
            # Keys in hardware need the premium tier.
            sku=keyvault.SkuArgs(family="A", name="premium" if account.kind is ServiceKind.KEYS else "standard"),
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            soft_delete_retention_in_days=90,
            enable_purge_protection=True,
            enabled_for_deployment=False,
            enabled_for_disk_encryption=False,
            enabled_for_template_deployment=False,
            public_network_access="disabled",
            network_acls=keyvault.NetworkRuleSetArgs(bypass="None", default_action="Deny"),
        ),
        tags=dict(tags),
        opts=opts,
    )
    if account.kind is ServiceKind.KEYS:
        for resource, physical in account.resources.items():
            keyvault.Key(
                f"{name}-{account.key}-{resource}",
                resource_group_name=scope.group,
                vault_name=account.name,
                key_name=physical,
                properties=keyvault.KeyPropertiesArgs(
                    kty="RSA-HSM", key_size=3072, key_ops=["encrypt", "decrypt", "wrapKey", "unwrapKey"]
                ),
                tags=dict(tags),
                opts=after(opts, made),
            )
    return made
