"""The one way out: proxy subnet → firewall → NAT gateway → internet gateway, in each availability zone on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.egress.firewall import FirewallRecords, ProviderFirewall, ProviderFirewallArgs
from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.acl_rules import ANYWHERE
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class EgressPath:
    """The subnets of the way out in one availability zone."""

    proxy_cidr: str
    """Exact range of the proxy's subnet: a route inside a VPC may name a whole subnet only."""
    proxy_route_table_id: pulumi.Input[str]
    firewall_subnet_id: pulumi.Input[str]
    firewall_route_table_id: pulumi.Input[str]
    nat_subnet_id: pulumi.Input[str]
    nat_route_table_id: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class ProviderEgressArgs:
    """What `ProviderEgress` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    internet_gateway_id: pulumi.Input[str]
    domains: Sequence[str]
    """Exact names that may be reached over TLS."""
    paths: Mapping[str, EgressPath]
    """Subnets by availability zone."""
    records: FirewallRecords | None = None
    after: Sequence[pulumi.Resource] = ()
    """What NAT gateways wait for: the internet gateway, where it is new."""
    deletion_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


class ProviderEgress(pulumi.ComponentResource):
    """Firewall, NAT gateways and routes.

    Traffic and its answers pass the same firewall endpoint, as a stateful firewall needs: the NAT subnet's route back
    to the proxy is more specific than the local one [VPC User Guide, "Configure route tables", "Middlebox routing
    wizard"].

    Attributes:
        firewall: the component with the firewall.
        public_ips: addresses that providers see, by availability zone.
        routes: all routes, to wait for.
    """

    firewall: ProviderFirewall
    public_ips: dict[str, pulumi.Output[str]]
    routes: list[pulumi.Resource]

    def __init__(self, name: str, args: ProviderEgressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:ProviderEgress", name, None, opts)
        child = child_options(self, opts)
        self.firewall = ProviderFirewall(
            name,
            ProviderFirewallArgs(
                scope=args.scope,
                vpc_id=args.vpc_id,
                subnet_ids={place: path.firewall_subnet_id for place, path in args.paths.items()},
                domains=args.domains,
                sources=[path.proxy_cidr for path in args.paths.values()],
                records=args.records,
                deletion_protection=args.deletion_protection,
                tags=args.tags,
            ),
            opts=child,
        )
        gateway_opts = child_options(self, opts, pulumi.ResourceOptions(depends_on=list(args.after)))
        self.public_ips, self.routes = {}, []
        for place, path in args.paths.items():
            tags = {**args.tags, **args.scope.tags(f"{args.scope.spec}-nat-{place}")}
            address = aws.ec2.Eip(f"{name}-{place}", domain="vpc", tags=tags, opts=gateway_opts)
            nat = aws.ec2.NatGateway(
                f"{name}-{place}",
                subnet_id=path.nat_subnet_id,
                allocation_id=address.id,
                connectivity_type="public",
                tags=tags,
                opts=gateway_opts,
            )
            self.public_ips[place] = address.public_ip
            endpoint = self.firewall.endpoint_id(place)
            self.routes += [
                aws.ec2.Route(
                    f"{name}-{place}-proxy-to-firewall",
                    route_table_id=path.proxy_route_table_id,
                    destination_cidr_block=ANYWHERE,
                    vpc_endpoint_id=endpoint,
                    opts=child,
                ),
                aws.ec2.Route(
                    f"{name}-{place}-firewall-to-nat",
                    route_table_id=path.firewall_route_table_id,
                    destination_cidr_block=ANYWHERE,
                    nat_gateway_id=nat.id,
                    opts=child,
                ),
                aws.ec2.Route(
                    f"{name}-{place}-nat-to-internet",
                    route_table_id=path.nat_route_table_id,
                    destination_cidr_block=ANYWHERE,
                    gateway_id=args.internet_gateway_id,
                    opts=child,
                ),
                aws.ec2.Route(
                    f"{name}-{place}-nat-to-firewall",
                    route_table_id=path.nat_route_table_id,
                    destination_cidr_block=path.proxy_cidr,
                    vpc_endpoint_id=endpoint,
                    opts=child,
                ),
            ]
        self.register_outputs({"firewallArn": self.firewall.firewall_arn, "publicIps": self.public_ips})
