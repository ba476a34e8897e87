"""Security groups, and their rules as resources of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.naming import TAG_ROLE, TAG_SERVICE, TAG_WORKLOAD, Scope
from zt_ai.aws.plan.group_rules import Group, GroupRole, GroupRule, PrefixList, Range, description
from zt_ai.builders.options import child_options
from zt_ai.builders.tags import clause_tags

GroupIds = Mapping[Group, Mapping[int, pulumi.Output[str]]]
"""Ids by group and shard; shard 1 is the one that peers name."""


def security_group(
    name: str,
    scope: Scope,
    vpc_id: pulumi.Input[str],
    group: Group,
    *,
    shard: int = 1,
    tags: Mapping[str, str] | None = None,
    opts: pulumi.ResourceOptions | None = None,
) -> aws.ec2.SecurityGroup:
    """One empty security group.

    Name and description cannot be changed later, only replaced, so neither holds anything a user writes. The provider
    takes away the allow-all egress rule that AWS gives every new group [Pulumi Registry, `aws.ec2.SecurityGroup`].
    """
    label = f"{group}.{shard}" if shard > 1 else str(group)
    owner = TAG_SERVICE if group.role is GroupRole.ENDPOINT else TAG_WORKLOAD
    return aws.ec2.SecurityGroup(
        f"{name}-{label}",
        # Never `sg-…`, which AWS reserves for ids, whatever the specification is called.
        name=f"zt-ai/{scope.spec}/{label}",
        description=f"zt-ai {group.role.value}",
        vpc_id=vpc_id,
        tags={
            **(tags or {}),
            **scope.tags(f"{scope.spec}-{label}", {TAG_ROLE: group.role.value, owner: group.name}),
        },
        opts=opts,
    )


@dataclass(frozen=True, kw_only=True)
class SecurityGroupsArgs:
    """What `SecurityGroups` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    groups: Mapping[Group, Iterable[int]]
    """Shard numbers by group; `(1,)` for a group that is not split."""
    tags: Mapping[str, str] = field(default_factory=dict)


class SecurityGroups(pulumi.ComponentResource):
    """A security group for each workload and each front, empty until `SecurityGroupRules` fills it.

    Attributes:
        ids: by group and shard.
    """

    ids: GroupIds

    def __init__(self, name: str, args: SecurityGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:SecurityGroups", name, None, opts)
        child = child_options(self, opts)
        self.ids = {
            group: {
                shard: security_group(name, args.scope, args.vpc_id, group, shard=shard, tags=args.tags, opts=child).id
                for shard in sorted(numbers)
            }
            for group, numbers in args.groups.items()
        }
        outputs = {f"{group}.{shard}": id_ for group, split in self.ids.items() for shard, id_ in split.items()}
        self.register_outputs({"ids": outputs})

    def of_workload(self, workload: str) -> list[pulumi.Output[str]]:
        """Ids of all groups that an interface of this workload carries, the one that peers name first."""
        return list(self.ids[Group(GroupRole.WORKLOAD, workload)].values())


@dataclass(frozen=True, kw_only=True)
class SecurityGroupRulesArgs:
    """What `SecurityGroupRules` is made from."""

    scope: Scope
    rules: Sequence[tuple[Group, int, GroupRule]]
    """Rules, each with the group and shard that holds it."""
    group_ids: GroupIds
    prefix_list_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Prefix lists of gateway endpoints by service."""
    tags: Mapping[str, str] = field(default_factory=dict)


class SecurityGroupRules(pulumi.ComponentResource):
    """One resource for each rule, named by what the rule says.

    Both a new flow and a deleted one leave all other rules alone; a changed reason or a renamed flow changes a
    description and a tag in place.

    Attributes:
        rules: the resources by the group that holds them, to wait for.
    """

    rules: dict[Group, list[pulumi.Resource]]

    def __init__(self, name: str, args: SecurityGroupRulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:SecurityGroupRules", name, None, opts)
        child = child_options(self, opts)
        self.rules = {}
        for group, shard, rule in args.rules:
            self.rules.setdefault(group, []).append(_rule(name, args, shard, rule, child))
        self.register_outputs({"count": len(args.rules)})


def _rule(
    name: str, args: SecurityGroupRulesArgs, shard: int, rule: GroupRule, opts: pulumi.ResourceOptions
) -> pulumi.Resource:
    kind = aws.vpc.SecurityGroupEgressRule if rule.egress else aws.vpc.SecurityGroupIngressRule
    peer = rule.peer
    result: pulumi.Resource = kind(
        f"{name}-{rule.name}",
        security_group_id=args.group_ids[rule.group][shard],
        ip_protocol=rule.ports.protocol,
        from_port=rule.ports.first,
        to_port=rule.ports.last,
        cidr_ipv4=peer.cidr if isinstance(peer, Range) else None,
        prefix_list_id=args.prefix_list_ids[peer.service] if isinstance(peer, PrefixList) else None,
        referenced_security_group_id=args.group_ids[peer][1] if isinstance(peer, Group) else None,
        description=description(rule.clauses),
        tags={
            **args.tags,
            **args.scope.tags(f"{args.scope.spec}-{rule.name}"),
            **clause_tags(clause.id for clause in rule.clauses),
        },
        opts=opts,
    )
    return result
