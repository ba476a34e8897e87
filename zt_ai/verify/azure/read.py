"""Reading a plan for Azure: networks, subnets, routes, peerings, gateways, firewalls."""

from __future__ import annotations

from ipaddress import IPv4Network

from zt_ai.graph import Ref, Resource, Unknown, Value
from zt_ai.verify.azure.arm import own_name
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.read_attached import read_attached
from zt_ai.verify.azure.read_filters import read_filters, read_groups
from zt_ai.verify.azure.types import ledger
from zt_ai.verify.azure.values import at, flag, is_unknown, items, maps, plain, tags, text, texts
from zt_ai.verify.azure.world import Firewall, HopKind, Network, Peering, Route, RouteTable, Subnet, World
from zt_ai.verify.selectors import selected

TAG_ZONE, TAG_ROLE = "zt-ai:zone", "zt-ai:role"

# [Azure Virtual Network, "Virtual network traffic routing", "Next hop types across Azure tools"]
_HOPS: dict[str, HopKind] = {
    "vnetlocal": "vnet",
    "internet": "internet",
    "virtualnetworkgateway": "gateway",
    "virtualappliance": "appliance",
    "none": "none",
}


def read_world(context: Context) -> World:
    """Everything of a plan with its references resolved. What cannot be read is a gap, which turns claims UNKNOWN.

    The world's gaps and findings are those of the context: what is read later is noted in both.
    """
    world = World(context.graph, context.settings, ledger(context.graph))
    world.gaps, world.findings = context.gaps, context.findings
    read_filters(context, world)
    read_groups(context, world)
    _networks(context, world)
    _tables(context, world)
    _subnets(context, world)
    _peerings(context, world)
    read_attached(context, world)
    _firewalls(context, world)
    return world


def _networks(context: Context, world: World) -> None:
    for resource in context.of("network:VirtualNetwork"):
        space = at(resource.inputs or resource.outputs, "addressSpace", "addressPrefixes")
        cidrs, ipv6 = [], False
        for value in items(space):
            if ":" in (text(value) or ""):
                ipv6 = True
            found = context.network(resource, value, "address space")
            if found is not None:
                cidrs.append(found)
        if not cidrs and not ipv6:
            context.gap(resource, "address space is not known before the deployment")
        world.networks[resource.urn] = Network(resource.urn, resource.name, tuple(cidrs), ipv6=ipv6)
        if items(at(resource.inputs, "dhcpOptions", "dnsServers")):
            context.gap(resource, "name servers of one's own are not modelled: what they answer nobody sees")
        if maps(context.value(resource, "subnets")):
            context.gap(resource, "subnets inside a virtual network are not modelled; declare each as a resource")
        if maps(context.value(resource, "virtualNetworkPeerings")):
            context.gap(resource, "peerings inside a virtual network are not modelled; declare each as a resource")


def network_of(context: Context, world: World, key: str) -> str:
    """The network with a key; one that is not in the plan is adopted, with the range of the settings."""
    if key not in world.networks:
        world.networks[key] = Network(key, key, (IPv4Network(context.settings.cidr),), adopted=True)
    return key


def _tables(context: Context, world: World) -> None:
    routes: dict[str, list[Route]] = {}
    for resource in context.of("network:Route"):
        table = context.parent(resource, "routeTableName", "routetables")
        if table is not None:
            found = _route(context, resource, resource.inputs)
            routes.setdefault(table, []).extend([found] if found else [])
    for resource in context.of("network:RouteTable"):
        inline = [_route(context, resource, one) for one in maps(context.value(resource, "routes"))]
        disabled = context.value(resource, "disableBgpRoutePropagation")
        if is_unknown(disabled):
            context.gap(resource, "disableBgpRoutePropagation is not known before the deployment")
        world.tables[resource.urn] = RouteTable(
            resource.urn,
            resource.name,
            (*(one for one in inline if one), *routes.pop(resource.urn, ())),
            propagates=flag(disabled) is not True,
        )
    for table, left in routes.items():
        for one in left:
            context.gap(world.graph.resources[one.urn], f"route table {table} is not in the plan")


def _route(context: Context, resource: Resource, inputs: Value) -> Route | None:
    kind = text(at(inputs, "nextHopType"))
    hop: HopKind = _HOPS.get((kind or "").lower(), "unknown")
    if hop == "unknown":
        context.gap(resource, "next hop is not known or not modelled")
    word = text(at(inputs, "addressPrefix"))
    destination = None
    if word is None or "." in word.partition("/")[0] or ":" in word:  # else a service tag
        destination = context.network(resource, at(inputs, "addressPrefix"), "address prefix")
        if destination is None:
            return None
    return Route(resource.urn, destination, hop, _next(context, resource, at(inputs, "nextHopIpAddress"), hop))


def _next(context: Context, resource: Resource, value: Value, hop: HopKind) -> str | None:
    """Address of an appliance; the URN of a firewall whose address only its deployment tells."""
    word = text(value)
    if word is not None or hop != "appliance":
        return word
    urns = (value.urn,) if isinstance(value, Ref) else value.depends_on if isinstance(value, Unknown) else ()
    found = [urn for urn in urns if urn in {one.urn for one in context.of("network:AzureFirewall")}]
    if len(found) == 1:
        return found[0]
    context.gap(resource, "address of the next hop is not known before the deployment")
    return None


def _subnets(context: Context, world: World) -> None:
    for resource in context.of("network:Subnet"):
        network = context.parent(resource, "virtualNetworkName", "virtualnetworks")
        if network is None:
            continue
        ranges = items(context.value(resource, "addressPrefixes")) or items(context.value(resource, "addressPrefix"))
        if len(ranges) > 1:
            context.gap(resource, "more than one address range in a subnet is not modelled")
        cidr = context.network(resource, ranges[0], "address range") if ranges else None
        if cidr is None:
            context.gap(resource, "address range is not known")
        bound = context.needed(resource, context.value(resource, "networkSecurityGroup"), "network security group")
        found = dict(tags(resource))
        if bound in world.filters:
            # A subnet takes no tags: what zone it is says its network security group.
            found = {**world.filters[bound].tags, **found}
        policies = context.value(resource, "privateEndpointNetworkPolicies")
        # The API's default is Disabled [Azure Private Link, "Manage network policies for private endpoints"].
        said = "Disabled" if policies is None else text(policies)
        if said is None:
            context.gap(resource, "privateEndpointNetworkPolicies is not known before the deployment")
        outbound = context.value(resource, "defaultOutboundAccess")
        if is_unknown(outbound):
            context.gap(resource, "defaultOutboundAccess is not known before the deployment")
        endpoints = maps(context.value(resource, "serviceEndpoints"))
        world.subnets[resource.urn] = Subnet(
            resource.urn,
            resource.name,
            own_name(resource),
            network_of(context, world, network),
            cidr,
            selected(context.selectors.zones, resource, found) or found.get(TAG_ZONE),
            selected(context.selectors.subnet_roles, resource, found) or found.get(TAG_ROLE),
            bound,
            context.needed(resource, context.value(resource, "routeTable"), "route table"),
            context.needed(resource, context.value(resource, "natGateway"), "NAT gateway"),
            default_outbound=flag(outbound) is not False,
            endpoint_filters=said in ("Enabled", "NetworkSecurityGroupEnabled"),
            endpoint_routes=said in ("Enabled", "RouteTableEnabled"),
            service_endpoints=tuple(text(one.get("service")) or "unknown" for one in endpoints),
            delegations=texts(tuple(one.get("serviceName") for one in maps(context.value(resource, "delegations")))),
        )
        for kind, key, known in (
            ("network security group", bound, world.filters),
            ("route table", world.subnets[resource.urn].table, world.tables),
        ):
            if key is not None and key not in known:
                context.gap(resource, f"its {kind} {key} is not in the plan")


def _peerings(context: Context, world: World) -> None:
    for resource in context.of("network:VirtualNetworkPeering"):
        network = context.parent(resource, "virtualNetworkName", "virtualnetworks")
        remote = context.needed(resource, context.value(resource, "remoteVirtualNetwork"), "remote network")
        if network is None:
            continue
        ranges = items(at(resource.inputs, "remoteAddressSpace", "addressPrefixes"))
        known: tuple[IPv4Network, ...] | None = None
        hub = context.settings.hub
        if hub is not None and remote == hub.virtual_network.lower():
            known = tuple(IPv4Network(cidr) for cidr in hub.cidrs)
        elif remote in world.networks and not world.networks[remote].adopted:
            known = world.networks[remote].cidrs
        elif ranges:
            found = [context.network(resource, one, "remote address space") for one in ranges]
            known = tuple(one for one in found if one is not None)
        world.peerings[resource.urn] = Peering(
            resource.urn,
            resource.name,
            network_of(context, world, network),
            remote or "unknown",
            known,
            remote_gateways=flag(context.value(resource, "useRemoteGateways")) is not False
            and plain(resource.inputs.get("useRemoteGateways")) is not None,
            # The API's default is to let the networks reach each other.
            access=flag(context.value(resource, "allowVirtualNetworkAccess")) is not False,
        )
    for resource in context.of("network:VirtualNetworkGateway"):
        for one in maps(context.value(resource, "ipConfigurations")):
            subnet = world.subnets.get(context.ids.key(one.get("subnet")) or "")
            if subnet is not None:
                world.gateways[resource.urn] = subnet.network
        if resource.urn not in world.gateways:
            context.gap(resource, "the network of the gateway is not known")


def _firewalls(context: Context, world: World) -> None:
    for resource in context.of("network:AzureFirewall"):
        subnet = None
        for one in maps(context.value(resource, "ipConfigurations")):
            subnet = context.needed(resource, one.get("subnet"), "subnet") or subnet
        kinds = ("networkRuleCollections", "applicationRuleCollections", "natRuleCollections")
        world.firewalls[resource.urn] = Firewall(
            resource.urn,
            resource.name,
            subnet,
            context.needed(resource, context.value(resource, "firewallPolicy"), "firewall policy"),
            classic=any(items(context.value(resource, kind)) for kind in kinds),
        )
