"""Application security groups: one for each workload and each private endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import network

from zt_ai.azure.naming import TAG_ROLE, TAG_SERVICE, TAG_WORKLOAD, Scope
from zt_ai.azure.plan.rules import Group, GroupRole
from zt_ai.builders.options import child_options


def group_id(scope: Scope, group: Group) -> str:
    """Id of a group, known before it exists."""
    return scope.id("Microsoft.Network/applicationSecurityGroups", scope.name(str(group)))


@dataclass(frozen=True, kw_only=True)
class ApplicationGroupsArgs:
    """What `ApplicationGroups` is made from."""

    scope: Scope
    groups: Sequence[Group]
    services: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Services behind each endpoint, by the name of its group."""
    tags: Mapping[str, str] = field(default_factory=dict)


class ApplicationGroups(pulumi.ComponentResource):
    """Application security groups, which say what an interface is; what it may do is said by the rules.

    Attributes:
        groups: the resources by group. ids: by group.
    """

    groups: dict[Group, network.ApplicationSecurityGroup]
    ids: dict[Group, pulumi.Output[str]]

    def __init__(self, name: str, args: ApplicationGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:ApplicationGroups", name, None, opts)
        child = child_options(self, opts)
        self.groups = {group: self._group(name, args, group, child) for group in args.groups}
        self.ids = {group: made.id for group, made in self.groups.items()}
        self.register_outputs({"ids": {str(group): id_ for group, id_ in self.ids.items()}})

    @staticmethod
    def _group(
        name: str, args: ApplicationGroupsArgs, group: Group, opts: pulumi.ResourceOptions
    ) -> network.ApplicationSecurityGroup:
        workload = group.role is GroupRole.WORKLOAD
        owner = group.name if workload else " ".join(args.services.get(group.name, (group.name,)))
        return network.ApplicationSecurityGroup(
            f"{name}-{group}",
            resource_group_name=args.scope.group,
            application_security_group_name=args.scope.name(str(group)),
            location=args.scope.location,
            tags={
                **args.tags,
                **args.scope.tags({TAG_ROLE: group.role.value, TAG_WORKLOAD if workload else TAG_SERVICE: owner}),
            },
            opts=opts,
        )

    def of_workload(self, workload: str) -> pulumi.Output[str]:
        """Id of the group that an interface of this workload must carry."""
        return self.ids[Group(GroupRole.WORKLOAD, workload)]
