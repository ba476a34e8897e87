"""Comparing the verifier's sets with what happens to single packets."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from tests.verify.azure.differential.naive import End, Naive, Packet
from tests.verify.azure.handmade import WORKLOADS, Tiny, reach_of
from zt_ai.graph.model import ResourceGraph
from zt_ai.verify.azure.reach import Reach
from zt_ai.verify.space import service_spans

PORTS = (1, 400, 443, 500, 501, 8000, 8011)
PACKETS = (*(Packet(protocol, port) for protocol in ("Tcp", "Udp") for port in PORTS), Packet("Icmp", 0))
PUBLIC = tuple(map(IPv4Address, ("93.184.216.34", "8.8.8.8", "93.184.217.1")))
HOPS = {
    "vnet": "VnetLocal",
    "none": "None",
    "internet": "Internet",
    "gateway": "VirtualNetworkGateway",
}


def differences(graph: ResourceGraph) -> Iterator[str]:
    """Everything that the verifier says otherwise than the naive evaluator."""
    reach, naive = reach_of(graph), Naive(graph)
    ends = {name: tuple(_ends(name)) for name in (*WORKLOADS, *(f"subnet {zone}" for zone in Tiny.RANGES), *_PLACED)}
    index = {party.name: number for number, party in enumerate(reach.parties)}
    for source in (*WORKLOADS, *(f"subnet {zone}" for zone in Tiny.RANGES), "nic card"):
        for destination, places in ends.items():
            if source == destination == "nic card":
                continue
            yield from _pair(reach, naive, index[source], index[destination], ends[source], places)
        yield from _out(reach, naive, index[source], ends[source])
    for zone in Tiny.RANGES:
        yield from _hops(reach, naive, zone)


_PLACED = ("nic card", "endpoint private")


def _addresses(zone: str) -> list[IPv4Address]:
    """Addresses on both sides of every boundary that a world can have in a subnet, the first and the last included."""
    first = IPv4Address(Tiny.RANGES[zone].partition("/")[0])
    return [first + at for at in (4, 5, 8, 14)]


def _ends(name: str) -> Iterator[End]:
    if name == "nic card":
        yield End(IPv4Address("10.1.1.9"), frozenset(), "exit", "own")
    elif name == "endpoint private":
        yield End(IPv4Address("10.1.0.29"), frozenset(), "right", None, endpoint=True)
    elif name in WORKLOADS:
        for address in _addresses(WORKLOADS[name]):
            yield End(address, frozenset({name}), WORKLOADS[name])
    else:
        zone = name.removeprefix("subnet ")
        for address in _addresses(zone):
            yield End(address, frozenset(), zone)


def _carrying(naive: Naive, ends: tuple[End, ...]) -> tuple[End, ...]:
    """Placed things with the groups that the graph gives them."""
    found = []
    for end in ends:
        groups = end.groups
        if end.endpoint:
            one = next(naive.of("PrivateEndpoint")).inputs
            given = one.get("applicationSecurityGroups") or ()
        elif end.own is not None:
            one = next(naive.of("NetworkInterface")).inputs
            given = one["ipConfigurations"][0]["applicationSecurityGroups"]  # type: ignore[index, call-overload]
        else:
            given = None
        if given is not None:
            groups = frozenset(str(g["id"].urn).rpartition("::")[2] for g in given)  # type: ignore[union-attr, index, call-overload]
        found.append(End(end.address, groups, end.subnet, end.own, end.endpoint))
    return tuple(found)


def _bit(reach: Reach, packet: Packet) -> int:
    if packet.protocol == "Icmp":
        return reach.spaces.services.at(service_spans("icmp", 8, 0)[0][0])
    return reach.spaces.services.at(service_spans(packet.protocol.lower(), packet.port, packet.port)[0][0])


def _pair(
    reach: Reach, naive: Naive, one: int, other: int, sources: tuple[End, ...], destinations: tuple[End, ...]
) -> Iterator[str]:
    may, must = reach.may(one, other), reach.must(one, other)
    names = f"{reach.parties[one].name} -> {reach.parties[other].name}"
    left, right = _carrying(naive, sources), _carrying(naive, destinations)
    for packet in PACKETS:
        results = {naive.passes(a, b, packet) for a in left for b in right}
        bit = _bit(reach, packet)
        if any(results) != bool(may & bit):
            yield f"{names} {packet}: some pass {any(results)}, the verifier says {bool(may & bit)}"
        if must & bit and not all(results):
            yield f"{names} {packet}: the verifier says that all pass"
        # `must` wants the way back too, which the naive evaluator is asked for apart.
        backs = all(naive.routed(b, a) for a in left for b in right) if not right[0].endpoint else True
        if all(results) and backs and not must & bit:
            yield f"{names} {packet}: all pass, the verifier says not"


def _out(reach: Reach, naive: Naive, index: int, ends: tuple[End, ...]) -> Iterator[str]:
    """Packets to the internet, as far as the filters are concerned."""
    for address in PUBLIC:
        bits = reach.spaces.addresses.at(int(address))
        may, must = reach.to_addresses(index, bits), reach.to_addresses(index, bits, must=True)
        for packet in PACKETS:
            results = {naive.leaves(end, End(address), packet) for end in _carrying(naive, ends)}
            bit = _bit(reach, packet)
            if any(results) and not may & bit:
                yield f"{reach.parties[index].name} -> {address} {packet}: it gets out, the verifier says not"
            if must & bit and not all(results):
                yield f"{reach.parties[index].name} -> {address} {packet}: the verifier says that all get out"


def _hops(reach: Reach, naive: Naive, zone: str) -> Iterator[str]:
    key = next(subnet.key for subnet in reach.world.subnets.values() if subnet.name == zone)
    for address in (*PUBLIC, *map(IPv4Address, ("10.1.0.5", "10.1.0.20", "10.1.9.9", "10.200.0.1", "172.16.0.1"))):
        bits = reach.spaces.addresses.at(int(address))
        found = {HOPS[hop.kind] for hop in reach.routes.towards(key, bits) if hop.certain}
        wanted = {naive.hop(zone, address)}
        if found != wanted:
            yield f"{zone} -> {address}: next hop {found}, it is {wanted}"
