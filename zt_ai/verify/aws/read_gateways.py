"""Reading gateways, firewalls and prefix lists: what routes lead to and what rules and routes name.

Sources: VPC User Guide, "Connect your VPC to the internet", "Managed prefix lists"; Pulumi AWS resource reference for
the names of the properties.
"""

from __future__ import annotations

from ipaddress import IPv4Network

from zt_ai.graph import Resource
from zt_ai.verify.aws.context import Context
from zt_ai.verify.aws.values import items, mapping, number, text
from zt_ai.verify.aws.world import Gateway, HopKind, PrefixList


def read_prefix_lists(context: Context) -> dict[str, PrefixList]:
    """Customer-managed prefix lists, and those of the AWS services behind gateway endpoints (keyed by the endpoint)."""
    extra: dict[str, list[IPv4Network]] = {}
    for resource in context.of("ec2/managedPrefixListEntry:ManagedPrefixListEntry"):
        owner, network = (
            context.needed(resource, "prefixListId"),
            context.network(resource, context.value(resource, "cidr"), "cidr"),
        )
        if owner and network:
            extra.setdefault(owner, []).append(network)
    found: dict[str, PrefixList] = {}
    for resource in context.of("ec2/managedPrefixList:ManagedPrefixList"):
        inline = [
            context.network(resource, mapping(item).get("cidr"), "cidr")
            for item in items(context.value(resource, "entries"))
        ]
        six = text(context.value(resource, "addressFamily")) == "IPv6"
        cidrs = () if six else tuple(n for n in (*inline, *extra.get(resource.urn, ())) if n is not None)
        found[resource.urn] = PrefixList(
            resource.urn, resource.name, cidrs, number(context.value(resource, "maxEntries")), False
        )
    return found


def read_gateways(context: Context) -> dict[str, Gateway]:
    """Everything that carries packets out of a VPC or between VPCs."""
    found: dict[str, Gateway] = {}

    def add(
        resource: Resource,
        kind: HopKind,
        vpc: str | None,
        peer: str | None = None,
        key: str | None = None,
        public: bool = False,
        addresses: tuple[IPv4Network, ...] = (),
    ) -> None:
        subnets = context.keys(
            resource, context.value(resource, "subnetIds") or context.value(resource, "subnetId"), "subnets"
        )
        found[key or resource.urn] = Gateway(
            key or resource.urn, kind, vpc, subnets, public, peer, resource.urn, addresses
        )

    for resource in context.of("ec2/internetGateway:InternetGateway"):
        add(resource, "igw", context.needed(resource, "vpcId"), public=True)
    for resource in context.of("ec2/internetGatewayAttachment:InternetGatewayAttachment"):
        add(resource, "igw", context.needed(resource, "vpcId"), public=True)
    for resource in context.of("ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"):
        add(resource, "eigw", context.needed(resource, "vpcId"), public=True)
    for resource in context.of("ec2/carrierGateway:CarrierGateway"):
        add(resource, "carrier", context.needed(resource, "vpcId"), public=True)
    for resource in context.of("ec2/natGateway:NatGateway"):
        private = text(context.value(resource, "connectivityType")) == "private"
        vpc, addresses = context.needed(resource, "vpcId"), _own_addresses(context, resource)
        add(resource, "nat", vpc, public=not private, addresses=addresses)
    for resource in context.of("ec2/vpnGateway:VpnGateway", "ec2/vpnGatewayAttachment:VpnGatewayAttachment"):
        add(resource, "vgw", context.needed(resource, "vpcId"), context.needed(resource, "vpnGatewayId"))
    for resource in context.of("ec2transitgateway/vpcAttachment:VpcAttachment"):
        add(resource, "tgw", context.needed(resource, "vpcId"), context.needed(resource, "transitGatewayId"))
    for resource in context.of("ec2/vpcPeeringConnection:VpcPeeringConnection"):
        add(resource, "peering", context.needed(resource, "vpcId"), context.needed(resource, "peerVpcId"))
    for resource in context.of("ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter"):
        add(resource, "peering", context.needed(resource, "vpcId"), context.needed(resource, "vpcPeeringConnectionId"))
    for resource in context.of("networkfirewall/firewall:Firewall"):
        mapped = [mapping(item).get("subnetId") for item in items(context.value(resource, "subnetMappings"))]
        subnets = context.keys(resource, tuple(mapped), "subnetMappings")
        found[resource.urn] = Gateway(
            resource.urn, "firewall", context.needed(resource, "vpcId"), subnets, False, None, resource.urn
        )
    return found


def _own_addresses(context: Context, resource: Resource) -> tuple[IPv4Network, ...]:
    """The private addresses of a NAT gateway; none where AWS chooses one of them.

    It has one, and up to seven more that are listed, or counted and chosen by AWS [VPC User Guide, "NAT gateway
    basics", "Edit secondary IP address associations"].
    """
    if any(
        context.value(resource, name) not in (None, (), 0)
        for name in ("secondaryAllocationIds", "secondaryPrivateIpAddressCount")
    ):
        return ()
    first = context.value(resource, "privateIp")
    found = []
    for value in (first, *items(context.value(resource, "secondaryPrivateIpAddresses"))):
        try:
            found.append(IPv4Network(text(value) or ""))
        except ValueError:
            return ()
    return tuple(found)
