"""Key Vault, Container Registry, Azure OpenAI, container groups.

[Microsoft Learn, "Azure Key Vault soft-delete overview", "Azure Container Registry service tiers", "Custom subdomain
names for Azure AI services"; REST API references of Vaults, Keys and Accounts.]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import Act, at, refuses, values_at
from zt_ai.simulate.problems import CloudError, Problem

SHORTEST_RETENTION, LONGEST_RETENTION = 7, 90
"""Days a deleted vault is kept (soft-delete overview)."""
_RSA = (2048, 3072, 4096)
_PREMIUM = ("networkRuleSet", "dataEndpointEnabled", "zoneRedundancy")


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with one of these services whatever else exists."""
    given = inputs.get("properties")
    properties = given if isinstance(given, Mapping) else {}
    checks = {
        "keyvault:Vault": lambda: _vault(properties),
        "keyvault:Key": lambda: _key(properties),
        "containerregistry:Registry": lambda: _registry(inputs),
        "cognitiveservices:Account": lambda: _cognitive(inputs, properties),
        "cognitiveservices:Deployment": lambda: _deployment(inputs, properties),
    }
    found = checks.get(token.removeprefix("azure-native:"))
    return list(found()) if found is not None else []


def _vault(properties: Mapping[str, Any]) -> Iterator[Problem]:
    days, tenant = properties.get("softDeleteRetentionInDays"), properties.get("tenantId")
    if isinstance(days, int) and not SHORTEST_RETENTION <= days <= LONGEST_RETENTION:
        yield Problem(
            "properties.softDeleteRetentionInDays",
            f"BadRequest: {days} days; {SHORTEST_RETENTION} to {LONGEST_RETENTION} are allowed",
        )
    if properties.get("enableSoftDelete") is False:
        yield Problem(
            "properties.enableSoftDelete",
            'BadRequest: The property "enableSoftDelete" can be set to false only for creating new vaults no '
            "longer; soft delete is always on",
        )
    if properties.get("enablePurgeProtection") is False:
        yield Problem(
            "properties.enablePurgeProtection",
            'BadRequest: The property "enablePurgeProtection" cannot be set to false. Enabling the purge '
            "protection for a vault is an irreversible action.",
        )
    if isinstance(tenant, str) and not ids.is_guid(tenant):
        yield Problem("properties.tenantId", f"BadRequest: {tenant!r} is not the id of a tenant (a GUID)")


def _key(properties: Mapping[str, Any]) -> Iterator[Problem]:
    kind, size = str(properties.get("kty") or ""), properties.get("keySize")
    if kind.startswith("RSA") and isinstance(size, int) and size not in _RSA:
        yield Problem("properties.keySize", f"BadParameter: RSA keys have {', '.join(map(str, _RSA))} bits")
    if kind.startswith("EC") and size is not None:
        yield Problem("properties.keySize", "BadParameter: an EC key has a curve, no size")


def _registry(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    tier = str(at(inputs, "sku.name")) if isinstance(inputs.get("sku"), Mapping) else ""
    if tier in ("Basic", "Standard"):
        for name in _PREMIUM:
            if inputs.get(name) not in (None, False, "Disabled"):
                yield Problem(name, f"BadRequest: {name} needs the Premium tier; this registry is {tier}")
        if inputs.get("publicNetworkAccess") == "Disabled":
            yield Problem(
                "publicNetworkAccess",
                f"BadRequest: only registries of the Premium tier can be private; this one is {tier}",
            )


def _cognitive(inputs: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[Problem]:
    if inputs.get("kind") is None or not values_at(inputs, "sku.name"):
        yield Problem("kind", "InvalidRequestContent: an account needs a kind and a SKU")
    if properties.get("networkAcls") and not properties.get("customSubDomainName"):
        yield Problem(
            "properties.networkAcls", "BadRequest: network rules need a custom subdomain (customSubDomainName)"
        )


def _deployment(inputs: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[Problem]:
    model = properties.get("model")
    if isinstance(model, Mapping) and not (model.get("name") and model.get("format")):
        yield Problem(
            "properties.model", "InvalidResourceProperties: a deployment needs the name and format of a model"
        )
    if not values_at(inputs, "sku.name"):
        yield Problem("sku", "InvalidResourceProperties: The SKU must be given, for example Standard")


@refuses("keyvault:Vault")
def vault(act: Act) -> None:
    """Purge protection stays on and the retention stays as it is."""
    if act.thing is None:
        return
    old, new = act.was("properties") or {}, act.inputs.get("properties") or {}
    if old.get("enablePurgeProtection") and not new.get("enablePurgeProtection", True):
        raise CloudError("BadRequest", 'The property "enablePurgeProtection" cannot be set to false.')
    before, after = (item.get("softDeleteRetentionInDays") or LONGEST_RETENTION for item in (old, new))
    if before != after:
        raise CloudError(
            "BadRequest", 'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.'
        )


@refuses("cognitiveservices:Account")
def subdomain(act: Act) -> None:
    """A custom subdomain is unique in all of Azure, and is kept."""
    mine = values_at(act.inputs, "properties.customSubDomainName")
    if act.thing is not None:
        old = values_at(act.thing.inputs, "properties.customSubDomainName")
        if old and old != mine:
            raise CloudError("BadRequest", "the custom subdomain of an account cannot be changed")
    for other in act.others("cognitiveservices:Account"):
        theirs = values_at(other.inputs, "properties.customSubDomainName")
        if mine and theirs and str(mine[0]).lower() == str(theirs[0]).lower():
            raise CloudError(
                "CustomDomainInUse",
                f"Please pick a different name. The subdomain name '{mine[0]}' is not available as it's "
                "already used by a resource.",
            )
