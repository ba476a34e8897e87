"""Managed identities: one for each workload and agent, with the roles that its flows ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import authorization, managedidentity

from zt_ai.azure.naming import TAG_WORKLOAD, Scope, clause_marks, shorten
from zt_ai.azure.plan.rights import Right, Role
from zt_ai.builders.options import after, child_options
from zt_ai.builders.tags import clause_tags


def identity_name(scope: Scope, workload: str) -> str:
    """Name of a workload's identity; at most 128 characters."""
    return scope.name(workload, 128)


def identity_id(scope: Scope, workload: str) -> str:
    """Id of a workload's identity, known before it exists."""
    return scope.id("Microsoft.ManagedIdentity/userAssignedIdentities", identity_name(scope, workload))


def role_id(scope: Scope, role: Role) -> str:
    """Id of a role of ours, known before it exists."""
    return f"/subscriptions/{scope.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role.guid(scope)}"


@dataclass(frozen=True, kw_only=True)
class IdentitiesArgs:
    """What `Identities` is made from."""

    scope: Scope
    workloads: Sequence[str]
    rights: Sequence[Right]
    after: Sequence[pulumi.Resource] = ()
    """The resources that rights are given on: their ids are written as text."""
    tags: Mapping[str, str] = field(default_factory=dict)


class Identities(pulumi.ComponentResource):
    """An identity for each workload, roles of our own, and one assignment for each resource that a flow names.

    Attributes:
        identities: by workload. ids: by workload. rights: the assignments by workload, to wait for.
    """

    identities: dict[str, managedidentity.UserAssignedIdentity]
    ids: dict[str, pulumi.Output[str]]
    rights: dict[str, list[pulumi.Resource]]

    def __init__(self, name: str, args: IdentitiesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:Identities", name, None, opts)
        child = child_options(self, opts)
        self.identities = {workload: self._identity(name, args, workload, child) for workload in args.workloads}
        self.ids = {workload: made.id for workload, made in self.identities.items()}
        needed = sorted({right.role for right in args.rights}, key=lambda role: role.key)
        roles = {role: self._role(name, args, role, child) for role in needed}
        self.rights = {workload: [] for workload in args.workloads}
        for right in args.rights:
            waits = after(child, roles[right.role], *args.after)
            self.rights[right.workload].append(self._assignment(name, args, right, waits))
        self.register_outputs({"ids": self.ids})

    @staticmethod
    def _identity(
        name: str, args: IdentitiesArgs, workload: str, opts: pulumi.ResourceOptions
    ) -> managedidentity.UserAssignedIdentity:
        clauses = [clause for right in args.rights if right.workload == workload for clause in right.clauses]
        return managedidentity.UserAssignedIdentity(
            f"{name}-{workload}",
            resource_group_name=args.scope.group,
            resource_name_=identity_name(args.scope, workload),
            location=args.scope.location,
            tags={**args.tags, **args.scope.tags({TAG_WORKLOAD: workload, **clause_tags(clauses)})},
            opts=opts,
        )

    @staticmethod
    def _role(
        name: str, args: IdentitiesArgs, role: Role, opts: pulumi.ResourceOptions
    ) -> authorization.RoleDefinition:
        scope = args.scope
        allowed = role.permissions
        return authorization.RoleDefinition(
            f"{name}-{role.key}",
            role_definition_id=role.guid(scope),
            # A role's name is unique in the whole tenant [Azure documentation, "Azure custom roles"].
            role_name=shorten(f"zt-ai {scope.spec} {role.key} {scope.subscription}", 128),
            role_type="CustomRole",
            description=f"What {role.verb} access to {role.kind.value} takes in {scope.spec}",
            scope=f"/subscriptions/{scope.subscription}",
            # Adopted accounts lie in groups of their own.
            assignable_scopes=sorted({scope.group_id, *(_group_of(r.scope) for r in args.rights if r.role == role)}),
            permissions=[
                authorization.PermissionArgs(
                    actions=list(allowed.actions), not_actions=[], data_actions=list(allowed.data), not_data_actions=[]
                )
            ],
            opts=opts,
        )

    def _assignment(
        self, name: str, args: IdentitiesArgs, right: Right, opts: pulumi.ResourceOptions
    ) -> authorization.RoleAssignment:
        return authorization.RoleAssignment(
            f"{name}-{right.key}",
            role_assignment_name=args.scope.guid(f"right/{right.key}"),
            scope=right.scope,
            role_definition_id=role_id(args.scope, right.role),
            principal_id=self.identities[right.workload].principal_id,
            # Said so that Azure does not look for an identity that is only just being made known everywhere.
            principal_type="ServicePrincipal",
            description=clause_marks(right.clauses),
            opts=opts,
        )


def _group_of(id_: str) -> str:
    """Id of the resource group in which a resource lies."""
    return "/".join(id_.split("/")[:5])
