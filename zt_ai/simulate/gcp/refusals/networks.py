"""Networks, subnets, routes and Cloud NAT (VPC documentation: "Subnets", "Routes"; Cloud NAT documentation)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.gcp.act import Act, refuses, same_thing
from zt_ai.simulate.gcp.naming import leaf
from zt_ai.simulate.gcp.references import find_reference
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.values import values_at
from zt_ai.simulate.world import Thing

NETWORK, SUBNETWORK, ROUTER, NAT = (
    "compute/network:Network",
    "compute/subnetwork:Subnetwork",
    "compute/router:Router",
    "compute/routerNat:RouterNat",
)
SMALLEST, LARGEST = 29, 4
"""Prefix lengths of the smallest and largest IPv4 range of a subnet (VPC documentation, "Subnets")."""
Block = ipaddress.IPv4Network
PROHIBITED = tuple(
    # VPC documentation, "Subnets", "Prohibited IPv4 subnet ranges".
    Block(text)
    for text in (
        "199.36.153.4/30",
        "199.36.153.8/30",
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/4",
        "255.255.255.255/32",
    )
)
_AUTO = Block("10.128.0.0/9")


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with ranges, routes and NAT gateways whatever else exists."""
    short = token.removeprefix("gcp:")
    if short == SUBNETWORK:
        return list(_check_subnet(inputs))
    if short == "compute/route:Route":
        return list(_check_route(inputs))
    if short == NAT:
        return list(_check_nat(inputs))
    return []


def _check_subnet(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    ranges = [("ipCidrRange", inputs.get("ipCidrRange"))]
    listed = inputs.get("secondaryIpRanges")
    for index, secondary in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(secondary, Mapping):
            ranges.append((f"secondaryIpRanges[{index}].ipCidrRange", secondary.get("ipCidrRange")))
    for path, text in ranges:
        if not isinstance(text, str):
            continue
        try:
            block = Block(text, strict=True)
        except ValueError as error:
            yield Problem(path, f"invalid: {text!r} is not an IPv4 network: {error}")
            continue
        if not LARGEST <= block.prefixlen <= SMALLEST:
            yield Problem(path, f"invalid: {text!r} is a /{block.prefixlen}; a subnet is a /{LARGEST} to /{SMALLEST}")
        for never in PROHIBITED:
            if block.overlaps(never):
                yield Problem(path, f"invalid: {text!r} overlaps {never}, which no subnet may have")


def _check_route(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    text = inputs.get("destRange")
    if isinstance(text, str):
        try:
            ipaddress.ip_network(text, strict=True)
        except ValueError as error:
            yield Problem("destRange", f"invalid: {text!r} is not a range: {error}")
    gateway = inputs.get("nextHopGateway")
    if isinstance(gateway, str) and leaf(gateway) != "default-internet-gateway":
        yield Problem("nextHopGateway", f"invalid: {gateway!r}; the only gateway is default-internet-gateway")
    priority = inputs.get("priority")
    if isinstance(priority, int) and not 0 <= priority <= 65535:
        yield Problem("priority", f"invalid: priority {priority} is not between 0 and 65535")


def _check_nat(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    ranges, subnets = inputs.get("sourceSubnetworkIpRangesToNat"), inputs.get("subnetworks")
    if ranges == "LIST_OF_SUBNETWORKS" and subnets in (None, []):
        yield Problem("subnetworks", "invalid: LIST_OF_SUBNETWORKS needs subnetworks")
    if isinstance(ranges, str) and ranges.startswith("ALL_SUBNETWORKS_") and subnets:
        yield Problem("subnetworks", f"invalid: subnetworks are given together with {ranges}")
    option, addresses = inputs.get("natIpAllocateOption"), inputs.get("natIps")
    if option == "MANUAL_ONLY" and not addresses and not inputs.get("initialNatIps"):
        yield Problem("natIps", "invalid: MANUAL_ONLY needs natIps")
    if option == "AUTO_ONLY" and addresses:
        yield Problem("natIps", "invalid: natIps are given together with AUTO_ONLY")
    if inputs.get("enableDynamicPortAllocation") is True and inputs.get("enableEndpointIndependentMapping") is True:
        what = "endpoint-independent mapping and dynamic port allocation exclude each other"
        yield Problem("enableDynamicPortAllocation", f"invalid: {what}")


def ranges_of(inputs: Mapping[str, Any]) -> list[Block]:
    """The ranges of a subnet, the primary one first."""
    texts = [inputs.get("ipCidrRange"), *values_at(inputs, "secondaryIpRanges.ipCidrRange")]
    found = []
    for text in texts:
        try:
            found.append(Block(str(text)))
        except ValueError:
            continue
    return found


def of_network(act: Act, kind: str, network: Any) -> list[Thing]:
    """The other things of a kind whose network is the one that a text names."""
    wanted = find_reference(act.world, (f"gcp:{NETWORK}",), str(network), act.settings)
    found = []
    for thing in act.others(kind):
        theirs = thing.value("network")
        named = find_reference(act.world, (f"gcp:{NETWORK}",), str(theirs), act.settings) if theirs else None
        if named is not None and wanted is not None and named.key == wanted.key:
            found.append(thing)
    return found


@refuses(NETWORK)
def network_quota(act: Act) -> None:
    """Networks per project."""
    if act.thing is None:
        act.limit("networks-per-project", len(list(act.siblings(NETWORK))), "networks")


@refuses(SUBNETWORK)
def subnet_range(act: Act) -> None:
    """Apart from every other range of the network in whatever region, and within the quota."""
    network = act.inputs.get("network")
    neighbours = of_network(act, SUBNETWORK, network)
    if act.thing is None:
        act.limit("subnetworks-per-project", len(list(act.siblings(SUBNETWORK))), "subnetworks")
    own = ranges_of(act.inputs)
    for number, block in enumerate(own):
        for other in own[number + 1 :]:
            if block.overlaps(other):
                raise CloudError("invalid", f"the ranges {block} and {other} of the subnetwork overlap")
        for neighbour in neighbours:
            for theirs in ranges_of(neighbour.inputs):
                if theirs.overlaps(block):
                    said = f"IPCidrRange {block} conflicts with existing subnetwork '{neighbour.id}' ({theirs})"
                    raise CloudError("invalid", f"Invalid IPCidrRange: {said}")
    home = find_reference(act.world, (f"gcp:{NETWORK}",), str(network), act.settings)
    if home is not None and home.value("autoCreateSubnetworks") is True and any(b.overlaps(_AUTO) for b in own):
        raise CloudError("invalid", f"{own[0]} overlaps {_AUTO}, which the auto mode network {network} keeps")


@refuses("compute/route:Route")
def route(act: Act) -> None:
    """No static route to a subnet's range or a part of it; within the quota (VPC, "Routes", "Subnet routes")."""
    network = act.inputs.get("network")
    if act.thing is None:
        act.limit("static-routes-per-project", len(list(act.siblings("compute/route:Route"))), "static routes")
    try:
        destination = Block(str(act.inputs.get("destRange")))
    except ValueError:
        return
    for subnet in of_network(act, SUBNETWORK, network):
        for block in ranges_of(subnet.inputs):
            if destination.subnet_of(block):
                raise CloudError("invalid", f"destRange {destination} lies in the range {block} of '{subnet.id}'")


@refuses(ROUTER)
def router_quota(act: Act) -> None:
    """Cloud Routers per network and region."""
    if act.thing is None:
        routers = of_network(act, ROUTER, act.inputs.get("network"))
        same = [r for r in routers if r.outputs.get("region") == act.region]
        act.limit("routers-per-network-and-region", len(same), f"routers of the network in {act.region}")


@refuses(NAT)
def nat(act: Act) -> None:
    """Subnets of the router's own network and region, each in one NAT gateway only."""
    router = find_reference(act.world, (f"gcp:{ROUTER}",), str(act.inputs.get("router")), act.settings)
    if router is None:
        return
    gateways = [o for o in act.others(NAT) if same_thing(o.inputs.get("router"), router.id) or _peer(act, o, router)]
    mine = [o for o in gateways if same_thing(o.inputs.get("router"), act.inputs.get("router"))]
    if act.thing is None:
        act.limit("nat-gateways-per-router", len(mine), f"NAT gateways of {router.id}")
    everything = act.inputs.get("sourceSubnetworkIpRangesToNat") != "LIST_OF_SUBNETWORKS"
    taken = {leaf(str(name)): other for other in gateways for name in values_at(other.inputs, "subnetworks.name")}
    for other in gateways:
        if everything or other.inputs.get("sourceSubnetworkIpRangesToNat") != "LIST_OF_SUBNETWORKS":
            raise CloudError("invalid", f"'{other.id}' already translates subnetworks of the network in {act.region}")
    for name in values_at(act.inputs, "subnetworks.name"):
        subnet = find_reference(act.world, (f"gcp:{SUBNETWORK}",), str(name), act.settings)
        if subnet is None:
            continue
        if leaf(subnet.id) in taken:
            raise CloudError(
                "invalid", f"subnetwork '{subnet.id}' is translated by '{taken[leaf(subnet.id)].id}' already"
            )
        if subnet.outputs.get("region") not in (None, act.region):
            raise CloudError("invalid", f"subnetwork '{subnet.id}' is not in {act.region}, the region of the router")
        if not same_thing(subnet.value("network"), router.value("network")):
            raise CloudError("invalid", f"subnetwork '{subnet.id}' is not in the network of '{router.id}'")


def _peer(act: Act, other: Thing, router: Thing) -> bool:
    """Whether another gateway works for the same network in the same region."""
    if other.outputs.get("region") != act.region:
        return False
    theirs = find_reference(act.world, (f"gcp:{ROUTER}",), str(other.inputs.get("router")), act.settings)
    return theirs is not None and same_thing(theirs.value("network"), router.value("network"))
