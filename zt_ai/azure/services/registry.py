"""Registries of container images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import containerregistry

from zt_ai.azure.naming import Scope
from zt_ai.azure.plan.accounts import Account


def registry(
    name: str,
    scope: Scope,
    account: Account,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
    *,
    zones: Sequence[str],
) -> containerregistry.Registry:
    """A registry that no public network reaches and that pushes to nobody. Private endpoints need the premium tier
    [Azure Container Registry documentation, "Azure Container Registry SKU features and limits"]."""
    return containerregistry.Registry(
        f"{name}-{account.key}",
        resource_group_name=scope.group,
        registry_name=account.name,
        location=scope.location,
        sku=containerregistry.SkuArgs(name="Premium"),
        admin_user_enabled=False,
        anonymous_pull_enabled=False,
        data_endpoint_enabled=True,
        public_network_access="Disabled",
        network_rule_bypass_options="None",
        network_rule_set=containerregistry.NetworkRuleSetArgs(default_action="Deny"),
        policies=containerregistry.PoliciesArgs(
            # Images leave by `export` as well as by `pull`.
            export_policy=containerregistry.ExportPolicyArgs(status="disabled"),
        ),
        zone_redundancy="Enabled" if len(zones) > 1 else "Disabled",
        tags=dict(tags),
        opts=opts,
    )
