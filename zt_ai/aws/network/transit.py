"""The way in from outside networks: an attachment to a transit gateway, and routes back for the access zones alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.naming import Scope
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class TransitRoutes:
    """Ranges that the subnets of one zone answer through the transit gateway."""

    cidrs: Sequence[str]
    route_table_ids: Mapping[str, pulumi.Input[str]]
    """Route tables of the zone by availability zone."""


@dataclass(frozen=True, kw_only=True)
class TransitAttachmentArgs:
    """What `TransitAttachment` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    transit_gateway_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Transit subnets by availability zone: traffic reaches only the zones that have one [VPC Transit Gateways]."""
    zones: Mapping[str, TransitRoutes]
    """Routes by access zone."""
    tags: Mapping[str, str] = field(default_factory=dict)


class TransitAttachment(pulumi.ComponentResource):
    """One attachment with a route for each range, zone and availability zone.

    Attributes:
        attachment_id: the attachment.
    """

    attachment_id: pulumi.Output[str]

    def __init__(self, name: str, args: TransitAttachmentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:TransitAttachment", name, None, opts)
        child = child_options(self, opts)
        attachment = aws.ec2transitgateway.VpcAttachment(
            name,
            vpc_id=args.vpc_id,
            transit_gateway_id=args.transit_gateway_id,
            subnet_ids=[args.subnet_ids[place] for place in sorted(args.subnet_ids)],
            # Neither names nor groups nor IPv6 cross the gateway: only the addresses that the rules list.
            dns_support="disable",
            ipv6_support="disable",
            security_group_referencing_support="disable",
            appliance_mode_support="disable",
            tags={**args.tags, **args.scope.tags(f"{args.scope.spec}-transit")},
            opts=child,
        )
        self.attachment_id = attachment.id
        # AWS refuses a route to a transit gateway that the VPC is not attached to yet.
        attached = child_options(self, opts, pulumi.ResourceOptions(depends_on=[attachment]))
        for zone, routes in args.zones.items():
            for place, table in routes.route_table_ids.items():
                for cidr in routes.cidrs:
                    aws.ec2.Route(
                        f"{name}-{zone}-{place}-{cidr.replace('/', '-')}",
                        route_table_id=table,
                        destination_cidr_block=cidr,
                        transit_gateway_id=args.transit_gateway_id,
                        opts=attached,
                    )
        self.register_outputs({"attachmentId": self.attachment_id})
