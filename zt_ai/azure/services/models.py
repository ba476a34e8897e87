"""Azure OpenAI accounts of managed models."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import cognitiveservices

from zt_ai.azure.naming import Scope
from zt_ai.azure.plan.accounts import Account


def model_account(
    name: str, scope: Scope, account: Account, tags: Mapping[str, str], opts: pulumi.ResourceOptions
) -> cognitiveservices.Account:
    """An account that no public network reaches, that fetches nothing from elsewhere, and that takes no key.

    Its name is its host name, which private endpoints and Microsoft Entra tokens both need [Azure AI services
    documentation, "Custom subdomain names for Azure AI services"]. Models are deployed in it by whoever holds the quota
    for them.
    """
    return cognitiveservices.Account(
        f"{name}-{account.key}",
        resource_group_name=scope.group,
        account_name=account.name,
        location=scope.location,
        kind="OpenAI",
        sku=cognitiveservices.SkuArgs(name="S0"),
        properties=cognitiveservices.AccountPropertiesArgs(
            custom_sub_domain_name=account.name,
            disable_local_auth=True,
            public_network_access="Disabled",
            network_acls=cognitiveservices.NetworkRuleSetArgs(default_action="Deny", bypass="None"),
            restrict_outbound_network_access=True,
            allowed_fqdn_list=[],
        ),
        tags=dict(tags),
        opts=opts,
    )
