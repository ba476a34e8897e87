"""Accounts of managed services: who they are, by which names they are called, and whether the internet reaches them."""

from __future__ import annotations

from collections.abc import Iterator

from zt_ai.graph import Resource, Value
from zt_ai.verify.azure.arm import own_name
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.values import at, flag, is_unknown, items, plain, short_type, text

# Short type -> suffixes of the names by which an account is called [Azure Private Link, "Azure Private Endpoint private
# DNS zone values", "Public DNS zone forwarders"].
SUFFIXES: dict[str, tuple[str, ...]] = {
    "storage:StorageAccount": ("blob.core.windows.net",),
    "keyvault:Vault": ("vault.azure.net", "vaultcore.azure.net"),
    "containerregistry:Registry": ("azurecr.io",),
    "cognitiveservices:Account": ("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"),
}
_BY_WORD = {
    "storageaccounts": "storage:StorageAccount",
    "vaults": "keyvault:Vault",
    "registries": "containerregistry:Registry",
    "accounts": "cognitiveservices:Account",
}
ACCOUNTS = tuple(SUFFIXES)
# Switches whose being off keeps others out; left out they are off.
_SWITCHES = (
    "isSftpEnabled",
    "isLocalUserEnabled",
    "allowCrossTenantReplication",
    "anonymousPullEnabled",
    "adminUserEnabled",
)


def hosts(context: Context) -> Iterator[str]:
    """Names by which the accounts of the plan, and those that it adopts, are called."""
    named = [(short_type(one), own_name(one)) for one in context.of(*ACCOUNTS)]
    adopt = context.settings.adopt
    for id_ in (adopt.services if adopt is not None else {}).values():
        parts = id_.split("/")
        if parts[-2].lower() in _BY_WORD:
            named.append((_BY_WORD[parts[-2].lower()], parts[-1]))
    for type_, name in named:
        for suffix in SUFFIXES[type_]:
            yield f"{name.lower()}.{suffix}"
        if type_ == "containerregistry:Registry":
            yield f"{name.lower()}.{context.settings.location}.data.azurecr.io"


def openings(context: Context) -> Iterator[tuple[Resource, str]]:
    """Accounts that others than the private endpoints reach, each with what lets them."""
    for resource in context.of(*ACCOUNTS):
        for what in _public(context, resource):
            yield resource, what
    for resource in context.of("operationalinsights:Workspace"):
        for name, word in (("Ingestion", "written to"), ("Query", "read")):
            if flag(context.value(resource, f"publicNetworkAccessFor{name}")) is not False:
                yield resource, f"can be {word} from the internet"
    for resource in context.of("monitor:DataCollectionEndpoint", "insights:DataCollectionEndpoint"):
        if flag(at(resource.inputs, "networkAcls", "publicNetworkAccess")) is not False:
            yield resource, "can be written to from the internet"
    for resource in context.of("storage:BlobContainer"):
        access = text(context.value(resource, "publicAccess"))
        if access is not None and access.lower() != "none":
            yield resource, f"lets anybody read it without an identity ({access})"


def _public(context: Context, resource: Resource) -> Iterator[str]:
    type_ = short_type(resource)
    inside = type_ in ("keyvault:Vault", "cognitiveservices:Account")
    where = at(resource.inputs, "properties") if inside else resource.inputs
    access = at(where, "publicNetworkAccess")
    if is_unknown(access):
        context.gap(resource, "publicNetworkAccess is not known before the deployment")
    # Enabled is the default of all of them; with a rule set that denies, what the rule set lists still gets in.
    closed = (text(access) or "").lower() in ("disabled", "securedbyperimeter")
    rules = at(where, "networkAcls" if inside else "networkRuleSet")
    if not closed:
        if text(at(rules, "defaultAction")) != "Deny":
            yield "takes requests from every network of the internet"
        elif items(at(rules, "ipRules")) or items(at(rules, "virtualNetworkRules")):
            yield "takes requests from networks outside that its rules list"
        else:
            yield "does not close its public endpoint (publicNetworkAccess)"
    if items(at(rules, "resourceAccessRules")):
        yield "lets resources of other subscriptions in (resourceAccessRules)"
    yield from _switched(context, resource, where)


def _switched(context: Context, resource: Resource, where: Value) -> Iterator[str]:
    """Switches by which others than the holders of an identity come in."""
    type_ = short_type(resource)
    for name in _SWITCHES:
        if is_unknown(at(where, name)):
            context.gap(resource, f"{name} is not known before the deployment")
    if type_ == "storage:StorageAccount":
        if flag(at(where, "allowBlobPublicAccess")) is not False:
            yield "may have containers that anybody reads without an identity (allowBlobPublicAccess)"
        if flag(at(where, "isSftpEnabled")) is True or flag(at(where, "isLocalUserEnabled")) is True:
            yield "takes SFTP users of its own"
        if flag(at(where, "allowCrossTenantReplication")) is True:
            yield "may be copied into other tenants (allowCrossTenantReplication)"
    if type_ == "containerregistry:Registry" and flag(at(where, "anonymousPullEnabled")) is True:
        yield "lets anybody pull images without an identity"


def keys(context: Context) -> Iterator[tuple[Resource, str]]:
    """Accounts that take a key or password instead of an identity."""
    for resource in context.of("storage:StorageAccount"):
        if flag(context.value(resource, "allowSharedKeyAccess")) is not False:
            yield resource, "opens to whoever holds one of its keys (allowSharedKeyAccess)"
    for resource in context.of("cognitiveservices:Account"):
        if flag(at(resource.inputs, "properties", "disableLocalAuth")) is not True:
            yield resource, "opens to whoever holds one of its keys (disableLocalAuth)"
    for resource in context.of("containerregistry:Registry"):
        if flag(context.value(resource, "adminUserEnabled")) is True:
            yield resource, "has an administrator with a password (adminUserEnabled)"
    for resource in context.of("keyvault:Vault"):
        if flag(at(resource.inputs, "properties", "enableRbacAuthorization")) is not True:
            yield resource, "has access policies of its own instead of roles (enableRbacAuthorization)"
        if plain(at(resource.inputs, "properties", "accessPolicies")):
            yield resource, "has access policies of its own"
