"""Does what a resource refers to exist, in the right region, and is what is to be deleted still referred to?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.simulate.azure import ids, locations
from zt_ai.simulate.azure.act import Act, values_at
from zt_ai.simulate.azure.catalogue import entry, full
from zt_ai.simulate.azure.roles import BUILT_IN
from zt_ai.simulate.problems import CloudError
from zt_ai.simulate.world import Thing, World

PRIVATE_LINK = tuple(
    full(name)
    for name in (
        "storage:StorageAccount",
        "keyvault:Vault",
        "containerregistry:Registry",
        "cognitiveservices:Account",
        "monitor:PrivateLinkScope",
        "network:PrivateLinkService",
    )
)
"""Types a private endpoint may lead to [Azure Private Link documentation, "Private-link resource"]."""

_SERVICES = re.compile(r"(.+/storageAccounts/[^/]+)/(blob|file|queue|table)Services/default", re.IGNORECASE)
# What lies in a vault or an account is no resource that Azure Resource Manager keeps: a role is assigned at the scope
# of a secret or container before it is there [Microsoft Learn, "Understand scope for Azure RBAC"; "Provide access to
# Key Vault keys, certificates, and secrets with Azure role-based access control"].
_DATA = re.compile(
    r"(.+/Microsoft\.KeyVault/vaults/[^/]+)/(secrets|keys|certificates)/[^/]+|"
    r"(.+/Microsoft\.Storage/storageAccounts/[^/]+)/(blob|file|queue|table)Services/default/[^/]+/[^/]+",
    re.IGNORECASE,
)
_WATCHER = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/NetworkWatcherRG(/providers/Microsoft\.Network/networkWatchers/"
    r"NetworkWatcher_(?P<region>[^/]+))?",
    re.IGNORECASE,
)
_PARTS = ("frontendIPConfigurations", "backendAddressPools", "probes", "loadBalancingRules")
# Azure documentation, "Troubleshoot common Azure deployment errors"; the REST API references of the services.
_IN_USE = {
    "network:Subnet": "InUseSubnetCannotBeDeleted",
    "network:NetworkSecurityGroup": "InUseNetworkSecurityGroupCannotBeDeleted",
    "network:RouteTable": "InUseRouteTableCannotBeDeleted",
    "network:PublicIPAddress": "PublicIPAddressCannotBeDeleted",
    "authorization:RoleDefinition": "RoleDefinitionHasAssignments",
}


def born_anyway(thing_id: str) -> bool:
    """Network watchers, which Azure makes itself with the first network of a region.

    [Microsoft Learn, "Enable or disable Azure Network Watcher": NetworkWatcher_{region} in NetworkWatcherRG.]
    """
    found = _WATCHER.fullmatch(thing_id)
    return found is not None and (found["region"] is None or found["region"].lower() in locations.REGIONS)


def exists(world: World, subscription: str, thing_id: str) -> bool:
    """Whether a resource, a service that is born with one, a group or the subscription of that id is there."""
    text = thing_id if thing_id.startswith("/") else f"/{thing_id}"
    if re.fullmatch(r"/subscriptions/[^/]+/?", text, re.IGNORECASE):
        return ids.subscription_of(text) == subscription.lower() or any(
            ids.subscription_of(thing.id) == ids.subscription_of(text) for thing in world.all()
        )
    service = _SERVICES.fullmatch(text)
    return born_anyway(text) or ids.find(world, service[1] if service else text) is not None


def find_part(world: World, thing_id: str) -> Thing | None:
    """The load balancer that has a part of that id (a frontend, a pool, a probe)."""
    whole, kind, name = [*thing_id.rsplit("/", 2), "", ""][:3]
    if kind.lower() not in {part.lower() for part in _PARTS}:
        return None
    holder = ids.find(world, whole, full("network:LoadBalancer"))
    if holder is None or holder.origin == "assumed":
        return holder
    key = next(part for part in _PARTS if part.lower() == kind.lower())
    return holder if name.lower() in {str(n).lower() for n in values_at(holder.inputs, f"{key}.name")} else None


def check_place(act: Act) -> None:
    """The resource group and the parent are there. Raises :class:`CloudError`."""
    group = ids.group_of(act.id)
    if act.line.path.startswith("{"):
        return
    if group and not ids.same(group, act.id) and not exists(act.world, act.settings.account, group):
        raise CloudError("ResourceGroupNotFound", f"Resource group '{ids.leaf(group)}' could not be found.")
    above = ids.parent(act.id)
    if above and ids.same(above, f"{ids.parent(above) or ''}/blobServices/default"):
        above = above.rsplit("/", 2)[0]
    if above and not exists(act.world, act.settings.account, above):
        kind, name = ids.arm_type(above), ids.leaf(above)
        raise CloudError(
            "ParentResourceNotFound",
            f"Failed to perform operation on nested resource '{act.line.arm_type}': the parent "
            f"'{kind}/{name}' was not found.",
        )


def check_references(act: Act) -> None:
    """Refuse references to things that are not there, or not here. Raises :class:`CloudError`."""
    for path, types in act.line.references.items():
        for value in values_at(act.inputs, path):
            if isinstance(value, str) and value:
                _check_reference(act, path, types, value)


def _check_reference(act: Act, path: str, types: tuple[str, ...], value: str) -> None:
    if "@any" in types:
        inner = _DATA.fullmatch(value) if path == "scope" else None
        if not exists(act.world, act.settings.account, (inner[1] or inner[3]) if inner else value):
            raise CloudError("ResourceNotFound", f"the resource '{value}' given as {path} was not found")
        return
    if "@role" in types:
        _check_role(act, value)
        return
    if "@part" in types:
        found = find_part(act.world, value)
    else:
        wanted = PRIVATE_LINK if "@private-link" in types else types
        found = ids.find(act.world, value, *wanted)
        if found is None and "@private-link" in types:
            found = ids.find(act.world, value)
            if found is not None and not found.type.startswith("azure-native:"):
                return
            if found is not None and found.origin != "assumed":
                raise CloudError("InvalidResourceReference", f"{ids.arm_type(value)} has no private link")
    if found is None:
        raise CloudError(
            "InvalidResourceReference",
            f"Resource {value} referenced by resource {act.id} was not found. Please make sure that the referenced "
            "resource exists, and that both resources are in the same region.",
        )
    theirs = locations.of(act.world, found)
    if path in act.line.here and theirs and act.region and theirs != act.region:
        raise CloudError(
            "InvalidResourceReference",
            f"Resource {value} referenced by resource {act.id} was not found: it lies in {theirs}, not in "
            f"{act.region}. "
            "Please make sure that both resources are in the same region.",
        )


def _check_role(act: Act, value: str) -> None:
    name = ids.leaf(value).lower()
    if name in BUILT_IN:
        return
    for thing in act.world.of_type(full("authorization:RoleDefinition")):
        if ids.leaf(thing.id).lower() == name:
            return
    raise CloudError("RoleDefinitionDoesNotExist", f"The specified role definition with ID '{name}' does not exist.")


def subtree(world: World, thing: Thing) -> list[Thing]:
    """A thing and all that lies under it: Azure deletes parts with the whole."""
    return [other for other in world.all() if ids.below(other.id, thing.id)]


def users_of(world: World, gone: list[Thing]) -> Iterator[tuple[Thing, Thing]]:
    """Pairs of a thing that would go and another, not among them, whose existence keeps it."""
    going = {thing.id.lower(): thing for thing in gone}
    for user in world.all():
        if user.id.lower() in going:
            continue
        line = entry(user.type)
        for path in line.blocks:
            for value in values_at(user.inputs, path):
                target = str(value).lower().rstrip("/")
                if "@part" in line.references.get(path, ()):
                    target = target.rsplit("/", 2)[0]
                if target in going:
                    yield going[target], user


def check_unused(act: Act) -> None:
    """Refuse to delete what is in use. Raises :class:`CloudError`."""
    if act.thing is None:
        return
    for target, user in users_of(act.world, subtree(act.world, act.thing)):
        short = target.type.removeprefix("azure-native:")
        code = _IN_USE.get(short, f"InUse{short.rsplit(':', 1)[-1]}CannotBeDeleted")
        raise CloudError(
            code,
            f"{target.type.rsplit(':', 1)[-1]} {ids.leaf(target.id)} is in use by {user.id} and cannot be deleted.",
        )
