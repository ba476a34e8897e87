"""A network ACL with its rules and subnets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.acl_rules import AclRule
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class ZoneAclArgs:
    """What `ZoneAcl` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Subnets by a name of theirs, such as the availability zone."""
    rules: Sequence[AclRule]
    """See `zt_ai.aws.plan.acl_rules`. Without any, nothing passes."""
    tags: Mapping[str, str] = field(default_factory=dict)


class ZoneAcl(pulumi.ComponentResource):
    """A network ACL, closed but for its rules, each a resource of its own.

    Attributes:
        network_acl_id: the ACL.
        ready: what must exist before packets pass; an associated ACL without its rules passes nothing.
    """

    network_acl_id: pulumi.Output[str]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: ZoneAclArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:ZoneAcl", name, None, opts)
        child = child_options(self, opts)
        acl = aws.ec2.NetworkAcl(
            name, vpc_id=args.vpc_id, tags={**args.scope.tags(f"{args.scope.spec}-acl"), **args.tags}, opts=child
        )
        self.network_acl_id = acl.id
        self.ready = []
        for rule in args.rules:
            said = rule.passage
            every = said.protocol == "-1"
            entry = aws.ec2.NetworkAclRule(
                f"{name}-{said.name}",
                network_acl_id=acl.id,
                rule_number=rule.number,
                egress=said.egress,
                rule_action="allow" if said.allows else "deny",
                protocol=said.protocol,
                cidr_block=said.cidr,
                from_port=None if every else said.first,
                to_port=None if every else said.last,
                opts=child,
            )
            self.ready.append(entry)
        for place, subnet_id in args.subnet_ids.items():
            self.ready.append(
                aws.ec2.NetworkAclAssociation(f"{name}-{place}", network_acl_id=acl.id, subnet_id=subnet_id, opts=child)
            )
        self.register_outputs({"networkAclId": self.network_acl_id})
