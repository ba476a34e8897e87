"""Networks, subnets, routes, NAT gateways and links to other networks.

Sources: VPC, "Subnets" (purposes, secondary ranges, stack types); "Routes" (subnet routes cannot be removed or
overridden by a custom static route; a network made with its default routes has one to the internet for everybody);
Cloud NAT, "Cloud NAT overview" (which subnets a gateway serves); compute API, `routes` (`nextHopGateway` is the default
internet gateway, the others are instances, addresses, balancers and tunnels).
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network

from zt_ai.graph import Resource
from zt_ai.graph.model import Value
from zt_ai.verify.gcp.context import NETWORK, ROUTER, SUBNET, Context, bare, whole, word
from zt_ai.verify.gcp.marks import ZONE, marks
from zt_ai.verify.gcp.read_rules import cidrs
from zt_ai.verify.gcp.world import HopKind, Link, Nat, Network, Route, Subnet
from zt_ai.verify.reading import flag, items, maps, member, plain, texts
from zt_ai.verify.selectors import selected

_HOPS: Mapping[str, HopKind] = {
    "nextHopGateway": "internet",
    "nextHopVpnTunnel": "vpn",
    "nextHopInterconnectAttachment": "vpn",
    "nextHopIp": "appliance",
    "nextHopInstance": "appliance",
    "nextHopIlb": "balancer",
}
_HYBRID = (
    "compute/vPNTunnel:VPNTunnel",
    "compute/vPNGateway:VPNGateway",
    "compute/haVpnGateway:HaVpnGateway",
    "compute/interconnectAttachment:InterconnectAttachment",
    "compute/routerPeer:RouterPeer",
    "compute/routerInterface:RouterInterface",
)


def read_networks(context: Context) -> dict[str, Network]:
    """Networks of the graph."""
    found = {}
    for resource in context.of("compute/network:Network"):
        inputs = resource.inputs
        order = plain(inputs.get("networkFirewallPolicyEnforcementOrder"))
        if order not in (None, "BEFORE_CLASSIC_FIREWALL", "AFTER_CLASSIC_FIREWALL"):
            context.gap(resource.urn, "the order of its firewall rules and policies is not known")
        name = word(inputs.get("name")) or resource.name
        found[resource.urn] = Network(
            key=resource.urn,
            name=name,
            path=f"projects/{context.project(resource)}/global/networks/{name}",
            adopted=False,
            policies_first=order == "BEFORE_CLASSIC_FIREWALL",
            default_routes=flag(inputs, "deleteDefaultRoutesOnCreate", default=False) is not True,
            auto_subnets=flag(inputs, "autoCreateSubnetworks", default=True) is not False,
            ipv6=flag(inputs, "enableUlaInternalIpv6", default=False) is not False,
            urn=resource.urn,
        )
    return found


def adopted(key: str) -> Network:
    """A network that is referred to and not in the graph: its own routes and rules cannot be seen."""
    return Network(key, key, key, True, False, False, False, False, None)


def read_subnets(context: Context) -> dict[str, Subnet]:
    """Subnets of the graph, with the zone that they claim to be."""
    found = {}
    for resource in context.of("compute/subnetwork:Subnetwork"):
        inputs = resource.inputs
        said = marks(resource)
        network = context.key(inputs.get("network"), NETWORK)
        if network is None:
            context.gap(resource.urn, "its network is known only after the deployment")
            continue
        ranges = list(cidrs(context, resource, inputs.get("ipCidrRange")))
        for extra in maps(inputs.get("secondaryIpRanges")):
            ranges += cidrs(context, resource, extra.get("ipCidrRange"))
        ipv6 = plain(inputs.get("ipv6AccessType")) is not None or plain(inputs.get("stackType")) not in (
            None,
            "IPV4_ONLY",
        )
        found[resource.urn] = Subnet(
            key=resource.urn,
            name=resource.name,
            network=network,
            ranges=tuple(ranges),
            primary=ranges[0] if ranges else None,
            zone=selected(context.selectors.zones, resource, said) or said.get(ZONE),
            purpose=word(inputs.get("purpose")) or "PRIVATE",
            google=flag(inputs, "privateIpGoogleAccess", default=False) is not False,
            ipv6=ipv6,
            region=word(inputs.get("region")) or context.settings.region,
            urn=resource.urn,
        )
    return found


def read_routes(context: Context, networks: Mapping[str, Network]) -> tuple[Route, ...]:
    """Custom static routes, and the default route of networks that were made with it."""
    found = []
    for network in networks.values():
        if network.default_routes and network.urn is not None:
            anywhere = IPv4Network("0.0.0.0/0")
            found.append(Route(network.urn, network.key, anywhere, 1000, "internet", "the network's default route"))
    for resource in context.of("compute/route:Route"):
        inputs = resource.inputs
        key = context.key(inputs.get("network"), NETWORK)
        said = word(inputs.get("destRange"))
        if key is None or said is None:
            context.gap(resource.urn, "network or destination of the route is known only after the deployment")
            continue
        kinds = [name for name in _HOPS if plain(inputs.get(name)) is not None]
        hop: HopKind = _HOPS[kinds[0]] if len(kinds) == 1 else "unknown"
        gateway = word(inputs.get("nextHopGateway"))
        if hop == "internet" and (gateway is None or bare(gateway).rpartition("/")[2] != "default-internet-gateway"):
            hop = "unknown"
        if hop == "unknown":
            context.gap(resource.urn, "where the route leads is not known")
        destination = None if ":" in said else IPv4Network(said, strict=False)
        priority = 1000 if plain(inputs.get("priority")) is None else whole(inputs.get("priority")) or 0
        tags = frozenset(texts(inputs.get("tags")))
        found.append(Route(resource.urn, key, destination, priority, hop, resource.name, tags))
    return tuple(found)


def read_nats(context: Context) -> tuple[Nat, ...]:
    """Cloud NAT gateways with the subnets they serve; what cannot be known counts as all of them."""
    found = []
    for resource in context.of("compute/routerNat:RouterNat"):
        router = context.resource(resource.inputs.get("router"), ROUTER)
        network = context.key(router.inputs.get("network"), NETWORK) if router is not None else None
        if network is None:
            context.gap(resource.urn, "which network it serves is not in the plan")
        which = plain(resource.inputs.get("sourceSubnetworkIpRangesToNat"))
        subnets: tuple[str, ...] | None = None
        if which == "LIST_OF_SUBNETWORKS":
            listed = (one.get("name") for one in maps(resource.inputs.get("subnetworks")))
            subnets = tuple(context.key(one, SUBNET) or "" for one in listed)
            if "" in subnets or len(subnets) != len(items(resource.inputs.get("subnetworks"))):
                context.gap(resource.urn, "a subnet that it serves is known only after the deployment")
                subnets = None
        region = word(resource.inputs.get("region")) or context.settings.region
        found.append(Nat(resource.urn, resource.name, network, region, subnets))
    return tuple(found)


def read_links(context: Context) -> tuple[Link, ...]:
    """What joins a network to others."""
    found = []
    for resource in context.of("compute/networkPeering:NetworkPeering"):
        peer = resource.inputs.get("peerNetwork")
        what = f"a peering with {word(peer) or 'another network'}"
        found.append(Link(resource.urn, "peering", context.key(resource.inputs.get("network"), NETWORK), what))
    for resource in context.of("servicenetworking/connection:Connection"):
        network = context.key(resource.inputs.get("network"), NETWORK)
        found.append(Link(resource.urn, "private-service", network, "a peering with a service producer's network"))
    for spoke in context.of("networkconnectivity/spoke:Spoke"):
        linked = member(spoke.inputs, "linkedVpcNetwork")
        if isinstance(linked, Mapping):
            network = context.key(linked.get("uri"), NETWORK)
            listed = linked.get("includeExportRanges")
            announced = cidrs(context, spoke, listed) if items(listed) else None
            found.append(Link(spoke.urn, "hybrid", network, f"the hub of {spoke.name}", announced))
        else:
            context.gap(spoke.urn, "what it links to the hub is not modelled")
            found.append(Link(spoke.urn, "hybrid", None, spoke.name))
    for type_ in _HYBRID:
        for resource in context.of(type_):
            found.append(Link(resource.urn, "hybrid", _network_of(context, resource), resource.name))
    return tuple(found)


def _network_of(context: Context, resource: Resource) -> str | None:
    """The network of something that names it, or that names a router of it."""
    network: Value = member(resource.inputs, "network")
    if network is None:
        router = context.resource(resource.inputs.get("router"), ROUTER)
        network = router.inputs.get("network") if router is not None else None
    return context.key(network, NETWORK)
