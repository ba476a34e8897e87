"""The VPC, with everything that AWS opens by default taken away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.naming import Scope
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class SegmentedNetworkArgs:
    """What `SegmentedNetwork` is made from."""

    scope: Scope
    cidr: str
    """Range of the VPC; where one is adopted, the part of it that is ours."""
    internet: bool = True
    """Attach an internet gateway. Nothing is routed to it here."""
    vpc_id: pulumi.Input[str] | None = None
    """An existing VPC. Its main route table and default network ACL are left alone: they belong to others."""
    internet_gateway_id: pulumi.Input[str] | None = None
    """The internet gateway that is attached to the existing VPC."""
    strip_default_group: bool = True
    """Strip the existing VPC's default security group too; off where another stack owns it."""
    tags: Mapping[str, str] = field(default_factory=dict)


class SegmentedNetwork(pulumi.ComponentResource):
    """A VPC without IPv6, whose default security group, network ACL and route table allow nothing.

    The default security group of a new VPC allows all traffic among its members and all egress, its default network ACL
    allows everything, and none of the three can be deleted [VPC User Guide, "Default security groups for your VPCs",
    "Default network ACL for a VPC"]: they are adopted and emptied. Whoever forgets to name a group or an ACL gets
    nothing.

    Attributes:
        vpc_id: the VPC.
        internet_gateway_id: None without `internet`.
        gateway: the gateway made here, to wait for; None where it was adopted or is not wanted.
    """

    vpc_id: pulumi.Output[str]
    internet_gateway_id: pulumi.Output[str] | None
    gateway: aws.ec2.InternetGateway | None

    def __init__(self, name: str, args: SegmentedNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:SegmentedNetwork", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope

        def tags(what: str) -> dict[str, str]:
            return {**args.tags, **scope.tags(f"{scope.spec}-{what}" if what else scope.spec)}

        if args.vpc_id is None:
            vpc = aws.ec2.Vpc(
                f"{name}-vpc",
                cidr_block=args.cidr,
                # Private DNS of interface endpoints needs both [AWS PrivateLink Guide, "Access an AWS service …"].
                enable_dns_support=True,
                enable_dns_hostnames=True,
                assign_generated_ipv6_cidr_block=False,
                tags=tags(""),
                opts=child,
            )
            self.vpc_id = vpc.id
            aws.ec2.DefaultNetworkAcl(
                f"{name}-default-network-acl",
                default_network_acl_id=vpc.default_network_acl_id,
                ingress=[],
                egress=[],
                tags=tags("default-closed"),
                opts=child,
            )
            aws.ec2.DefaultRouteTable(
                f"{name}-default-route-table",
                default_route_table_id=vpc.default_route_table_id,
                routes=[],
                tags=tags("default-closed"),
                opts=child,
            )
        else:
            self.vpc_id = pulumi.Output.from_input(args.vpc_id)
        if args.vpc_id is None or args.strip_default_group:
            aws.ec2.DefaultSecurityGroup(
                f"{name}-default-security-group",
                vpc_id=self.vpc_id,
                ingress=[],
                egress=[],
                tags=tags("default-closed"),
                opts=child,
            )
        self.gateway = None
        self.internet_gateway_id = None
        if args.internet and args.internet_gateway_id is not None:
            self.internet_gateway_id = pulumi.Output.from_input(args.internet_gateway_id)
        elif args.internet:
            self.gateway = aws.ec2.InternetGateway(
                f"{name}-internet-gateway", vpc_id=self.vpc_id, tags=tags("internet"), opts=child
            )
            self.internet_gateway_id = self.gateway.id
        self.register_outputs({"vpcId": self.vpc_id, "internetGatewayId": self.internet_gateway_id})
