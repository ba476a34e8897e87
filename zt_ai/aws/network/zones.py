"""The subnets of one zone, each with a route table of its own, behind one network ACL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.naming import TAG_ROLE, TAG_ZONE, Scope
from zt_ai.aws.network.acl import ZoneAcl, ZoneAclArgs
from zt_ai.aws.plan.acl_rules import AclRule
from zt_ai.aws.plan.layout import SubnetRole
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class ZoneSubnetsArgs:
    """What `ZoneSubnets` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    subnets: Mapping[str, str]
    """CIDR by availability zone."""
    rules: Sequence[AclRule] = ()
    """Rules of the network ACL; without any, nothing leaves or enters the subnets."""
    zone: str | None = None
    """Zone whose subnets these are; None for subnets of no zone."""
    role: SubnetRole = SubnetRole.ZONE
    tags: Mapping[str, str] = field(default_factory=dict)


class ZoneSubnets(pulumi.ComponentResource):
    """Private IPv4 subnets with local routes only.

    Attributes:
        subnet_ids: by availability zone.
        route_table_ids: by availability zone; routes are added by whoever owns their target.
        network_acl_id: the network ACL of all of them.
        ready: what must exist before packets pass as specified: associations and rules.
    """

    subnet_ids: dict[str, pulumi.Output[str]]
    route_table_ids: dict[str, pulumi.Output[str]]
    network_acl_id: pulumi.Output[str]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: ZoneSubnetsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:ZoneSubnets", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        label = args.role.value if args.zone is None else f"{args.role.value}-{args.zone}"
        place_tags = {TAG_ROLE: args.role.value, **({TAG_ZONE: args.zone} if args.zone is not None else {})}

        def tags(what: str) -> dict[str, str]:
            return {**args.tags, **scope.tags(f"{scope.spec}-{what}", place_tags)}

        self.subnet_ids, self.route_table_ids, self.ready = {}, {}, []
        for place, cidr in args.subnets.items():
            said = tags(f"{label}-{place}")
            subnet = aws.ec2.Subnet(
                f"{name}-{place}",
                vpc_id=args.vpc_id,
                availability_zone=place,
                cidr_block=cidr,
                map_public_ip_on_launch=False,
                assign_ipv6_address_on_creation=False,
                tags=said,
                opts=child,
            )
            table = aws.ec2.RouteTable(f"{name}-{place}", vpc_id=args.vpc_id, tags=said, opts=child)
            self.ready.append(
                aws.ec2.RouteTableAssociation(
                    f"{name}-{place}", route_table_id=table.id, subnet_id=subnet.id, opts=child
                )
            )
            self.subnet_ids[place] = subnet.id
            self.route_table_ids[place] = table.id
        acl = ZoneAcl(
            name,
            ZoneAclArgs(
                scope=scope, vpc_id=args.vpc_id, subnet_ids=self.subnet_ids, rules=args.rules, tags=tags(label)
            ),
            opts=child,
        )
        self.network_acl_id = acl.network_acl_id
        self.ready += acl.ready
        self.register_outputs(
            {
                "subnetIds": self.subnet_ids,
                "routeTableIds": self.route_table_ids,
                "networkAclId": self.network_acl_id,
            }
        )
