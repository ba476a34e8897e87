"""Role assignments, role definitions, locks.

[Microsoft Learn, "Troubleshoot Azure RBAC", "Azure RBAC limits", "Azure custom roles"; REST API references of Role
Assignments and Role Definitions.]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import Act, listed, refuses, refuses_delete
from zt_ai.simulate.azure.catalogue import full
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.world import World

_ACTION = re.compile(r"\*|[A-Za-z0-9.*]+(/[A-Za-z0-9.*_-]+)+(/(read|write|delete|action|\*))?", re.IGNORECASE)
# Operations that Azure lists as data actions, and operations of the same resources that it lists as actions: in the
# other list of a role none of them matches [Microsoft Learn, "Azure permissions for Monitor", "… for Storage", "… for
# Security", "Understand Azure role definitions": control and data actions].
_DATA_ACTIONS = frozenset(
    {
        "microsoft.insights/telemetry/write",
        "microsoft.keyvault/vaults/secrets/getsecret/action",
        "microsoft.keyvault/vaults/secrets/setsecret/action",
        "microsoft.operationalinsights/workspaces/tables/data/read",
        "microsoft.storage/storageaccounts/blobservices/containers/blobs/read",
        "microsoft.storage/storageaccounts/blobservices/containers/blobs/write",
    }
)
_CONTROL_ACTIONS = frozenset(
    {
        "microsoft.containerregistry/registries/pull/read",
        "microsoft.containerregistry/registries/push/write",
        "microsoft.operationalinsights/workspaces/query/read",
        "microsoft.operationalinsights/workspaces/read",
    }
)
LONGEST_DESCRIPTION = 2048
"""Characters of a role's description ("Azure custom roles", "Custom role properties")."""
_ASSIGNMENT, _DEFINITION = "authorization:RoleAssignment", "authorization:RoleDefinition"


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with an assignment or a definition whatever else exists."""
    kind = token.removeprefix("azure-native:")
    if kind == _ASSIGNMENT:
        return list(_assignment(inputs))
    if kind == _DEFINITION:
        return list(_definition(inputs))
    return []


def _assignment(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    principal = inputs.get("principalId")
    if isinstance(principal, str) and not ids.is_guid(principal):
        yield Problem("principalId", f"InvalidPrincipalId: {principal!r} is not the object id of a principal (a GUID)")
    if inputs.get("condition") is not None and inputs.get("conditionVersion") != "2.0":
        yield Problem("conditionVersion", "InvalidConditionVersion: a condition needs the version 2.0")


def _definition(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    if not inputs.get("roleName"):
        yield Problem("roleName", "InvalidRoleDefinition: a role needs a name")
    if "assignableScopes" not in inputs or inputs.get("assignableScopes") == []:
        yield Problem(
            "assignableScopes", "InvalidRoleDefinition: a custom role needs a scope that it can be assigned at"
        )
    if isinstance(inputs.get("description"), str) and len(inputs["description"]) > LONGEST_DESCRIPTION:
        yield Problem("description", f"InvalidRoleDefinition: a description has up to {LONGEST_DESCRIPTION} characters")
    for number, permission in enumerate(listed(inputs.get("permissions"))):
        if not isinstance(permission, Mapping):
            continue
        for name in ("actions", "notActions", "dataActions", "notDataActions"):
            for text in listed(permission.get(name)):
                other = _DATA_ACTIONS if name in ("actions", "notActions") else _CONTROL_ACTIONS
                if isinstance(text, str) and (_ACTION.fullmatch(text) is None or text.lower() in other):
                    path = f"permissions[{number}].{name}"
                    yield Problem(
                        path,
                        f"InvalidActionOrNotAction: '{text}' does not match any of the actions supported by "
                        "the providers.",
                    )


def principals(world: World) -> set[str]:
    """The object ids of the identities in the world."""
    found = {str(t.value("principalId")) for t in world.of_type(full("managedidentity:UserAssignedIdentity"))}
    return found | {
        str(identity["principalId"])
        for thing in world.all()
        if isinstance(identity := thing.outputs.get("identity"), Mapping) and identity.get("principalId")
    }


@refuses(_ASSIGNMENT)
def assignment(act: Act) -> None:
    """An assignment says something new, about a principal that is there, within the quota."""
    others = list(act.others(_ASSIGNMENT))
    if act.thing is None:
        mine = sum(1 for t in others if ids.subscription_of(t.id) == ids.subscription_of(act.id))
        act.limit("role-assignments", mine, "RoleAssignmentLimitExceeded", "role assignments in a subscription")
    place = _meaning(act.inputs)
    for other in others:
        if _meaning(other.inputs) == place:
            raise CloudError("RoleAssignmentExists", f"The role assignment already exists: {other.id}.")
    if act.inputs.get("principalType") in (None, "ServicePrincipal") and act.thing is None:
        principal = str(act.inputs.get("principalId")).lower()
        known = {text.lower() for text in principals(act.world)} | {
            str(p).lower() for p in act.world.fact("principals", [])
        }
        if principal not in known:
            raise CloudError("PrincipalNotFound", f"Principal {principal} does not exist in the directory.")


def _meaning(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    role = ids.leaf(str(inputs.get("roleDefinitionId")))
    return tuple(str(text).strip("/").lower() for text in (inputs.get("scope"), inputs.get("principalId"), role))


@refuses(_DEFINITION)
def definition(act: Act) -> None:
    """A role's name is unique in the tenant."""
    others = list(act.others(_DEFINITION))
    if act.thing is None:
        act.limit("role-definitions", len(others), "RoleDefinitionLimitExceeded", "custom roles in a tenant")
    for other in others:
        if str(other.inputs.get("roleName")).lower() == str(act.inputs.get("roleName")).lower():
            raise CloudError(
                "RoleDefinitionWithSameNameExists",
                f"A custom role with the name {act.inputs.get('roleName')} exists: {other.id}.",
            )


@refuses_delete(_DEFINITION)
def assigned(act: Act) -> None:
    """A role stays while it is assigned."""
    for other in act.others(_ASSIGNMENT):
        if ids.leaf(str(other.inputs.get("roleDefinitionId"))).lower() == ids.leaf(act.id).lower():
            raise CloudError(
                "RoleDefinitionHasAssignments",
                f"There are existing role assignments referencing role {act.id}: {other.id}.",
            )
