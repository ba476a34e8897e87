"""Reading VPCs, subnets, route tables, gateways and prefix lists.

Sources: VPC User Guide, "Subnets for your VPC", "Configure route tables", "Internet gateways"; Pulumi AWS resource
reference for the names of the properties. A subnet without an association uses the VPC's main route table [VPC User
Guide, "Route table concepts"].
"""

from __future__ import annotations

from ipaddress import IPv4Network

from zt_ai.graph import Resource, Unknown
from zt_ai.verify.aws.context import TAG_ROLE, TAG_ZONE, VPC_TYPES, Context, main_table
from zt_ai.verify.aws.values import flag, items, mapping, plain, tags, text
from zt_ai.verify.aws.world import Hop, HopKind, Route, RouteTable, Subnet, SubnetRole, Vpc
from zt_ai.verify.selectors import selected

_ROLES: dict[str, SubnetRole] = {
    "zone": "zone",
    "endpoints": "endpoints",
    "firewall": "firewall",
    "nat": "nat",
    "transit": "transit",
}


def read_vpcs(context: Context) -> dict[str, Vpc]:
    """All VPCs: those of the graph, and those that others refer to by id."""
    ranges: dict[str, list[IPv4Network]] = {}
    ipv6: set[str] = set()
    for resource in context.of("ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"):
        key, network = (
            context.needed(resource, "vpcId"),
            context.network(resource, context.computed(resource, "cidrBlock"), "cidrBlock"),
        )
        if key and network:
            ranges.setdefault(key, []).append(network)
    for resource in context.of("ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation"):
        ipv6.add(context.needed(resource, "vpcId") or "")
    found: dict[str, Vpc] = {}
    for resource in context.graph.of_type(*VPC_TYPES):
        network = context.network(resource, context.computed(resource, "cidrBlock"), "cidrBlock")
        if network is None:
            context.gap(resource, "the VPC's address range is not known")
        own = (network,) if network else ()
        six = flag(context.value(resource, "assignGeneratedIpv6CidrBlock")) or any(
            plain(resource.inputs.get(name)) for name in ("ipv6CidrBlock", "ipv6IpamPoolId")
        )
        found[resource.urn] = Vpc(
            resource.urn,
            resource.name,
            (*own, *ranges.get(resource.urn, ())),
            bool(six) or resource.urn in ipv6,
            False,
            resource.urn,
        )
    for short in (
        "ec2/subnet:Subnet",
        "ec2/securityGroup:SecurityGroup",
        "ec2/routeTable:RouteTable",
        "ec2/vpcEndpoint:VpcEndpoint",
        "ec2/internetGateway:InternetGateway",
        "ec2/networkAcl:NetworkAcl",
        "ec2/defaultSecurityGroup:DefaultSecurityGroup",
    ):
        for resource in context.of(short):
            key = context.needed(resource, "vpcId")
            if key and key not in found:
                found[key] = Vpc(key, key, tuple(ranges.get(key, ())), key in ipv6, True, None)
    return found


def read_subnets(context: Context) -> dict[str, Subnet]:
    """All subnets, with the zone and role that tags or selectors give them."""
    found: dict[str, Subnet] = {}
    for resource in context.of("ec2/subnet:Subnet", "ec2/defaultSubnet:DefaultSubnet"):
        marks = tags(resource)
        zone = selected(context.selectors.zones, resource, marks) or marks.get(TAG_ZONE)
        chosen = (
            selected(context.selectors.subnet_roles, resource, marks)
            or marks.get(TAG_ROLE)
            or ("zone" if zone else "other")
        )
        default = "defaultSubnet" in resource.type
        found[resource.urn] = Subnet(
            key=resource.urn,
            name=resource.name,
            vpc=context.needed(resource, "vpcId") or ("the default VPC" if default else "unknown VPC"),
            cidr=context.network(resource, context.computed(resource, "cidrBlock"), "cidrBlock"),
            zone=zone,
            role=_ROLES.get(chosen, "other"),
            zone_az=text(context.computed(resource, "availabilityZone"))
            or text(context.computed(resource, "availabilityZoneId")),
            # The default subnet of an availability zone gives public addresses [VPC User Guide, "Default VPCs"].
            public_ip=_possible(context, resource, "mapPublicIpOnLaunch", default=default),
            ipv6=any(
                plain(resource.inputs.get(name))
                for name in ("ipv6CidrBlock", "assignIpv6AddressOnCreation", "ipv6Native")
            ),
            urn=resource.urn,
        )
        if found[resource.urn].cidr is None:
            context.gap(resource, "the subnet's address range is not known")
    return found


def _possible(context: Context, resource: Resource, name: str, *, default: bool) -> bool:
    value = context.value(resource, name)
    if isinstance(value, Unknown):
        context.gap(resource, f"{name} is not known")
        return True
    known = flag(value)
    return default if known is None else known


# Property of a route -> what it leads to. `gatewayId` and `vpcEndpointId` depend on what they refer to.
_TARGETS: dict[str, HopKind] = {
    "natGatewayId": "nat",
    "transitGatewayId": "tgw",
    "vpcPeeringConnectionId": "peering",
    "egressOnlyGatewayId": "eigw",
    "carrierGatewayId": "carrier",
    "networkInterfaceId": "interface",
    "instanceId": "interface",
    "coreNetworkArn": "core-network",
    "localGatewayId": "local-gateway",
    "gatewayId": "igw",
    "vpcEndpointId": "gwlb",
    "odbNetworkArn": "unknown",
}
_BY_PREFIX: dict[str, HopKind] = {"igw-": "igw", "vgw-": "vgw", "vpce-": "gateway-endpoint", "eigw-": "eigw"}
_BY_TYPE: dict[str, HopKind] = {
    "aws:ec2/internetGateway:InternetGateway": "igw",
    "aws:ec2/vpnGateway:VpnGateway": "vgw",
    "aws:networkfirewall/firewall:Firewall": "firewall",
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": "eigw",
    "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment": "vgw",
    "aws:networkfirewall/vpcEndpointAssociation:VpcEndpointAssociation": "firewall",
}


def _hop(context: Context, resource: Resource, target: str, value: object) -> Hop:
    """The next hop of one route. Computed references are taken for the one resource of a fitting type they depend
    on."""
    key = context.key(value)  # type: ignore[arg-type]
    if key is None and isinstance(value, Unknown):
        fitting = [urn for urn in value.depends_on if (r := context.graph.get(urn)) is not None and r.type in _BY_TYPE]
        key = fitting[0] if len(fitting) == 1 else None
    if key is None:
        context.gap(resource, f"{target} of a route is not known")
        return Hop("unknown", "unknown")
    if target in ("gatewayId", "vpcEndpointId"):
        if key == "local":
            return Hop("local", key)
        known = context.graph.get(key)
        if known is not None and known.type == "aws:ec2/vpcEndpoint:VpcEndpoint":
            kind = text(context.value(known, "vpcEndpointType")) or "Gateway"
            return Hop("gateway-endpoint" if kind == "Gateway" else "gwlb", key)
        if known is not None:
            return Hop(_BY_TYPE.get(known.type, "unknown"), key)
        return Hop(next((kind for prefix, kind in _BY_PREFIX.items() if key.startswith(prefix)), _TARGETS[target]), key)
    return Hop(_TARGETS[target], key)


def _route(context: Context, resource: Resource, body: dict[str, object], inline: bool) -> Route | None:
    names = ("cidrBlock", "ipv6CidrBlock") if inline else ("destinationCidrBlock", "destinationIpv6CidrBlock")
    four, six, listed = body.get(names[0]), body.get(names[1]), body.get("destinationPrefixListId")
    hops = [
        _hop(context, resource, name, value)
        for name, value in body.items()
        if name in _TARGETS and value not in (None, "")
    ]
    if not hops:
        context.gap(resource, "a route leads nowhere that is understood")
        hops = [Hop("unknown", "unknown")]
    if six not in (None, ""):
        return Route(resource.urn, None, None, True, hops[0])
    if listed not in (None, ""):
        return Route(resource.urn, None, context.key(listed) or "unknown prefix list", False, hops[0])  # type: ignore[arg-type]
    network = context.network(resource, four, names[0])  # type: ignore[arg-type]
    return None if network is None else Route(resource.urn, network, None, False, hops[0])


def read_route_tables(context: Context, vpcs: dict[str, Vpc]) -> tuple[dict[str, RouteTable], dict[str, str]]:
    """All route tables with inline, separate, propagated and gateway endpoint routes; and the table of each subnet."""
    routes: dict[str, list[Route]] = {}
    for resource in context.of("ec2/defaultRouteTable:DefaultRouteTable"):
        key = context.needed(resource, "defaultRouteTableId")
        if key is not None:
            context.aliases[main_table(key) if context.is_vpc(key) else key] = resource.urn
    for resource in context.of("ec2/route:Route"):
        table = context.needed(resource, "routeTableId")
        body = {name: context.value(resource, name) if name in resource.inputs else None for name in resource.inputs}
        route = _route(context, resource, dict(body), False)
        if table is None:
            context.gap(resource, "the route's table is not known")
        elif route is not None:
            routes.setdefault(_table_key(context, table), []).append(route)
    for resource in context.of("ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation"):
        table, gateway = context.needed(resource, "routeTableId"), context.needed(resource, "vpnGatewayId")
        if table is not None:
            routes.setdefault(_table_key(context, table), []).append(
                Route(resource.urn, None, None, False, Hop("vgw", gateway or "unknown"))
            )
    for served, led in _endpoint_routes(context):
        routes.setdefault(_table_key(context, served), []).append(led)
    tables: dict[str, RouteTable] = {}
    for resource in context.of("ec2/routeTable:RouteTable", "ec2/defaultRouteTable:DefaultRouteTable"):
        inline = [
            route
            for item in items(context.value(resource, "routes"))
            if (route := _route(context, resource, dict(mapping(item)), True)) is not None
        ]
        spread = [
            Route(resource.urn, None, None, False, Hop("vgw", key))
            for key in context.keys(resource, resource.inputs.get("propagatingVgws"), "propagatingVgws")
        ]
        default = "defaultRouteTable" in resource.type
        owner = context.needed(resource, "defaultRouteTableId") if default else context.needed(resource, "vpcId")
        own = tuple(dict.fromkeys((*inline, *spread, *routes.pop(resource.urn, ()))))
        vpc = owner if owner in vpcs else text(resource.outputs.get("vpcId"))
        tables[resource.urn] = RouteTable(resource.urn, resource.name, vpc, own, default, True, resource.urn)
    return tables, _subnet_tables(context, vpcs, tables, routes)


def _table_key(context: Context, key: str) -> str:
    key = main_table(key) if context.is_vpc(key) else key
    return context.aliases.get(key, key)


def _endpoint_routes(context: Context) -> list[tuple[str, Route]]:
    """Routes that a gateway endpoint adds to its tables [AWS PrivateLink Guide, "Gateway endpoints", "Routing"]."""
    found: list[tuple[str, Route]] = []
    for resource in context.of("ec2/vpcEndpoint:VpcEndpoint"):
        for table in context.keys(resource, context.value(resource, "routeTableIds"), "routeTableIds"):
            found.append((table, Route(resource.urn, None, resource.urn, False, Hop("gateway-endpoint", resource.urn))))
    for resource in context.of("ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"):
        named, endpoint = context.needed(resource, "routeTableId"), context.needed(resource, "vpcEndpointId")
        if named and endpoint:
            found.append((named, Route(resource.urn, None, endpoint, False, Hop("gateway-endpoint", endpoint))))
    return found


def _subnet_tables(
    context: Context, vpcs: dict[str, Vpc], tables: dict[str, RouteTable], loose: dict[str, list[Route]]
) -> dict[str, str]:
    mains = {vpc: context.aliases.get(main_table(vpc), main_table(vpc)) for vpc in vpcs}
    for resource in context.of("ec2/mainRouteTableAssociation:MainRouteTableAssociation"):
        owner, main = context.needed(resource, "vpcId"), context.needed(resource, "routeTableId")
        if owner and main:
            mains[owner] = main
    chosen: dict[str, str] = {}
    for resource in context.of("ec2/routeTableAssociation:RouteTableAssociation"):
        subnet, table = context.needed(resource, "subnetId"), context.needed(resource, "routeTableId")
        if subnet and table:
            chosen[subnet] = _table_key(context, table)
    found = {
        r.urn: chosen.get(r.urn) or mains.get(context.key(context.value(r, "vpcId")) or "", "")
        for r in context.of("ec2/subnet:Subnet", "ec2/defaultSubnet:DefaultSubnet")
    }
    owners = {table: vpc for vpc, table in mains.items()}
    for key in dict.fromkeys((*found.values(), *owners, *loose)):
        if key not in tables:
            vpc = owners.get(key)
            # The main table of a VPC that is in the plan holds the local routes only; any other table not in the plan
            # is a blank.
            known = vpc is not None and not vpcs[vpc].adopted
            tables[key] = RouteTable(key, key, vpc, tuple(loose.get(key, ())), vpc is not None, known, None)
    return found
