"""Virtual networks, subnets, peerings, routes, public addresses.

[Microsoft Learn, "Azure Virtual Network FAQ"; "Virtual network traffic routing"; "Create, change, or delete a virtual
network peering"; "Upgrade from Basic to Standard public IP addresses".]
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import Act, at, listed, refuses, values_at
from zt_ai.simulate.azure.addresses import block, prefixes
from zt_ai.simulate.azure.catalogue import full
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.world import Thing

SMALLEST, LARGEST = 29, 2
"""Prefix lengths of the smallest and largest IPv4 subnet (FAQ, "How small and how large can virtual networks be?")."""

# Names Azure gives a meaning, with the smallest subnet of that name: FAQ of Azure Firewall, "Why does Azure Firewall
# need a /26 subnet size?"; Azure Bastion, "Configuration settings"; VPN Gateway, "Gateway subnet" (/27 recommended,
# /29 the least); Azure Route Server FAQ, "What size should the RouteServerSubnet be?".
RESERVED: Mapping[str, int] = {
    "AzureFirewallSubnet": 26,
    "AzureFirewallManagementSubnet": 26,
    "AzureBastionSubnet": 26,
    "GatewaySubnet": 29,
    "RouteServerSubnet": 26,
}
_NO_GROUP = ("AzureFirewallSubnet", "AzureFirewallManagementSubnet", "RouteServerSubnet", "GatewaySubnet")
_HOPS = ("VirtualAppliance",)


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with address ranges and routes whatever else exists."""
    kind = token.removeprefix("azure-native:")
    if kind == "network:VirtualNetwork":
        return _network(inputs)
    if kind == "network:Subnet":
        return [p for text in prefixes(inputs) for p in _range("addressPrefix", text, subnet=True)] + _named(inputs)
    if kind == "network:Route":
        return _route(inputs, "")
    if kind == "network:RouteTable":
        routes = [route for route in listed(inputs.get("routes")) if isinstance(route, Mapping)]
        return [p for number, route in enumerate(routes) for p in _route(route, f"routes[{number}].")]
    return []


def _network(inputs: Mapping[str, Any]) -> list[Problem]:
    texts = [text for text in values_at(inputs, "addressSpace.addressPrefixes") if isinstance(text, str)]
    problems = [p for text in texts for p in _range("addressSpace.addressPrefixes", text)]
    pooled = values_at(inputs, "addressSpace.ipamPoolPrefixAllocations")
    known = isinstance(inputs.get("addressSpace", {}), Mapping)
    if known and not values_at(inputs, "addressSpace.addressPrefixes") and not pooled:
        problems.append(Problem("addressSpace", "InvalidRequestFormat: a virtual network needs an address prefix"))
    blocks = [found for found in map(block, texts) if found is not None]
    for number, one in enumerate(blocks):
        if any(one.version == other.version and one.overlaps(other) for other in blocks[:number]):
            problems.append(
                Problem("addressSpace", f"BadRequest: the address prefix {one} overlaps another of the network")
            )
    return problems


def _range(path: str, text: str, subnet: bool = False) -> list[Problem]:
    try:
        found = ipaddress.ip_network(text, strict=True)
    except ValueError as error:
        return [Problem(path, f"InvalidCIDRNotation: the address prefix {text!r} is not well formed: {error}")]
    if subnet and found.version == 4 and not LARGEST <= found.prefixlen <= SMALLEST:
        return [Problem(path, f"InvalidRequestFormat: {text!r}: Azure takes subnets from /{LARGEST} to /{SMALLEST}")]
    if subnet and found.version == 6 and found.prefixlen != 64:
        return [Problem(path, f"InvalidRequestFormat: {text!r}: an IPv6 subnet is a /64")]
    return []


def _named(inputs: Mapping[str, Any]) -> list[Problem]:
    name = str(inputs.get("subnetName"))
    smallest = RESERVED.get(name)
    problems = []
    for text in prefixes(inputs):
        found = block(text)
        if smallest is not None and found is not None and found.version == 4 and found.prefixlen > smallest:
            problems.append(
                Problem("addressPrefix", f"BadRequest: {name} is at least a /{smallest}; {text} is smaller")
            )
    if name in _NO_GROUP and values_at(inputs, "networkSecurityGroup.id"):
        problems.append(Problem("networkSecurityGroup", f"BadRequest: {name} takes no network security group"))
    return problems


def _route(route: Mapping[str, Any], path: str) -> list[Problem]:
    hop, address, problems = route.get("nextHopType"), route.get("nextHopIpAddress"), []
    text = route.get("addressPrefix")
    # What begins with a letter is a service tag.
    if isinstance(text, str) and not text[:1].isalpha():
        problems += _range(f"{path}addressPrefix", text)
    if hop in _HOPS and address is None:
        problems.append(
            Problem(f"{path}nextHopIpAddress", "RouteNextHopIpAddressMissing: VirtualAppliance needs an address")
        )
    if isinstance(hop, str) and hop not in _HOPS and address is not None:
        problems.append(Problem(f"{path}nextHopIpAddress", f"BadRequest: a next hop of type {hop} takes no address"))
    return problems


def _blocks(act: Act, network: Thing | None) -> list[Any]:
    if network is None:
        return []
    texts = values_at(network.inputs, "addressSpace.addressPrefixes")
    return [found for found in map(block, texts) if found is not None]


@refuses("network:VirtualNetwork")
def network_quota(act: Act) -> None:
    """Virtual networks per subscription and region."""
    if act.thing is None:
        act.limit(
            "virtual-networks",
            len(list(act.nearby("network:VirtualNetwork"))),
            "VnetCountLimitReached",
            "virtual networks",
        )


@refuses("network:VirtualNetwork")
def kept_ranges(act: Act) -> None:
    """A network keeps the ranges that its subnets lie in; subnets are declared in one way."""
    mine = [found for found in map(block, values_at(act.inputs, "addressSpace.addressPrefixes")) if found is not None]
    inline = {str(name).lower() for name in values_at(act.inputs, "subnets.name")}
    separate = [t for t in act.world.of_type(full("network:Subnet")) if ids.same(ids.parent(t.id), act.id)]
    for subnet in separate:
        if (
            "subnets" in act.inputs
            and act.inputs.get("subnets") is not None
            and ids.leaf(subnet.id).lower() not in inline
        ):
            raise CloudError(
                "InUseSubnetCannotBeDeleted",
                f"the subnets given with the network leave out {ids.leaf(subnet.id)}, which is a resource of its own: "
                "declare subnets in one way, or this update would delete it",
            )
        for text in prefixes(subnet.inputs):
            found = block(text)
            if mine and found is not None and not any(_inside(found, around) for around in mine):
                raise CloudError(
                    "InUsePrefixCannotBeDeleted", f"IpPrefix is in use by subnet {subnet.id} and cannot be deleted."
                )


def _inside(one: Any, around: Any) -> bool:
    return bool(one.version == around.version and one.subnet_of(around))


@refuses("network:Subnet")
def subnet_range(act: Act) -> None:
    """Inside its network, apart from its neighbours, within the quota, and not also declared inline."""
    network = act.above()
    neighbours = list(act.beside("network:Subnet"))
    if act.thing is None:
        act.limit("subnets-per-network", len(neighbours), "SubnetCountLimitReached", "subnets in a virtual network")
    mine = [found for found in map(block, prefixes(act.inputs)) if found is not None]
    if not prefixes(act.inputs) and not act.inputs.get("ipamPoolPrefixAllocations"):
        raise CloudError("InvalidRequestFormat", f"subnet {ids.leaf(act.id)} has no address prefix")
    inline = [item for item in listed(network and network.inputs.get("subnets")) if isinstance(item, Mapping)]
    for item in inline:
        if str(item.get("name")).lower() == ids.leaf(act.id).lower() and act.thing is None:
            raise CloudError("ResourceAlreadyExists", f"subnet {item.get('name')} is declared inline in its network")
    around = _blocks(act, network)
    for one in mine:
        if around and not any(_inside(one, other) for other in around):
            name, where = ids.leaf(act.id), ids.leaf(ids.parent(act.id) or "")
            raise CloudError(
                "NetcfgInvalidSubnet",
                f"Subnet '{name}' is not valid in virtual network '{where}': {one} is outside of "
                f"{', '.join(map(str, around))}.",
            )
        others = [(ids.leaf(t.id), text) for t in neighbours for text in prefixes(t.inputs)]
        others += [(str(item.get("name")), text) for item in inline for text in prefixes(item)]
        for name, text in others:
            theirs = block(text)
            if theirs is not None and theirs.version == one.version and theirs.overlaps(one):
                raise CloudError(
                    "NetcfgSubnetRangesOverlap",
                    f"Subnet '{ids.leaf(act.id)}' is not valid because its IP address range overlaps with that of an "
                    f"existing subnet in virtual network '{ids.leaf(ids.parent(act.id) or '')}': {name} ({text}).",
                )


@refuses("network:Subnet")
def used_range(act: Act) -> None:
    """A subnet in use keeps its range."""
    if act.thing is None or prefixes(act.thing.inputs) == prefixes(act.inputs):
        return
    from zt_ai.simulate.azure.references import users_of  # noqa: PLC0415 - it needs the refusals to be registered

    for _, user in users_of(act.world, [act.thing]):
        raise CloudError("InUsePrefixCannotBeDeleted", f"the range of subnet {act.id} is in use by {user.id}")


@refuses("network:VirtualNetworkPeering")
def peering(act: Act) -> None:
    """Ranges of peered networks do not overlap; two networks are peered once."""
    here, there = (
        act.above(),
        act.find(at(act.inputs, "remoteVirtualNetwork.id"), "network:VirtualNetwork"),
    )
    others = list(act.beside("network:VirtualNetworkPeering"))
    if act.thing is None:
        act.limit("peerings-per-network", len(others), "VnetPeeringCountLimitReached", "peerings of a virtual network")
    if here is None or there is None:
        return
    if ids.same(here.id, there.id):
        raise CloudError("VnetPeeringToSelf", "a virtual network cannot be peered with itself")
    for other in others:
        if ids.same(at(other.inputs, "remoteVirtualNetwork.id"), there.id):
            raise CloudError("PeeringAlreadyExists", f"{other.id} already leads to {there.id}")
    for one in _blocks(act, here):
        for other_block in _blocks(act, there):
            if one.version == other_block.version and one.overlaps(other_block):
                raise CloudError(
                    "VnetAddressSpacesOverlap",
                    f"Cannot create or update peering {act.id}. Virtual networks {here.id} and {there.id} cannot be "
                    f"peered because their address spaces overlap: {one}, {other_block}.",
                )


@refuses("network:RouteTable")
def table_quota(act: Act) -> None:
    """Route tables per subscription and region."""
    if act.thing is None:
        act.limit(
            "route-tables", len(list(act.nearby("network:RouteTable"))), "RouteTableCountLimitReached", "route tables"
        )


@refuses("network:Route")
def route(act: Act) -> None:
    """One route for each prefix of a table, within the quota."""
    others = list(act.beside("network:Route"))
    if act.thing is None:
        act.limit("routes-per-table", len(others), "RouteCountLimitReached", "routes in a route table")
    for other in others:
        if str(other.inputs.get("addressPrefix")).lower() == str(act.inputs.get("addressPrefix")).lower():
            raise CloudError(
                "RouteConflict",
                f"Route {ids.leaf(act.id)} conflicts with {ids.leaf(other.id)}: both are for "
                f"{act.inputs.get('addressPrefix')}.",
            )


@refuses("network:PublicIPAddress")
def public_address(act: Act) -> None:
    """Standard addresses are static; Basic ones are gone since 30 September 2025."""
    sku = str(at(act.inputs, "sku.name") or "Basic")
    if act.thing is not None:
        return
    if sku == "Basic":
        basic = [
            t for t in act.nearby("network:PublicIPAddress") if str(at(t.inputs, "sku.name") or "Basic") == "Basic"
        ]
        act.limit(
            "basic-public-addresses",
            len(basic),
            "IPv4BasicSkuPublicIpCountLimitReached",
            "IPv4 Basic SKU public IP addresses",
        )
    elif act.inputs.get("publicIPAllocationMethod", "Dynamic") != "Static":
        raise CloudError(
            "PublicIPAddressWithStandardSkuMustBeStatic",
            f"Standard SKU public IP address {act.id} must have Static allocation.",
        )
    act.limit(
        "public-addresses",
        len(list(act.nearby("network:PublicIPAddress"))),
        "PublicIPCountLimitReached",
        "public IP addresses",
    )
