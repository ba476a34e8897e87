"""On the real examples three answers are the same: what was asked for, what the verifier says, and what packets do.

For every ordered pair of workloads, in every availability zone of both ends, at the first and last usable address, on
every port boundary of the plan and for protocols without ports. A workload with a load balancer in front is reached
through it, so the two together are what the intent speaks of, and the front itself may reach its workload.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from ipaddress import IPv4Address
from itertools import product
from pathlib import Path

import pytest

from tests.verify.differential import listing
from tests.verify.differential.compare import Comparison, holds
from tests.verify.differential.naive import Interface, Network, Outside, Packet
from tests.verify.differential.points import Point
from tests.verify.differential.proved import prove
from zt_ai.graph.mocks import from_program
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent, Party
from zt_ai.program import program
from zt_ai.spec import load

EXAMPLES = Path(__file__).parents[3] / "examples"
TODAY = date(2026, 11, 23)
EPHEMERAL = (1024, 40000, 65535)


@cache
def compared(example: str) -> Comparison:
    """The plan of an example with the verifier's proof about it."""
    spec = load(EXAMPLES / example / "zones.yaml", on=TODAY)
    intent = derive(spec, on=TODAY)
    graph = from_program(program("aws", spec, intent), project="zt-ai", stack=example)
    assert spec.clouds.aws is not None
    return Comparison(graph, intent, prove(graph, intent, spec.clouds.aws))


def corners(network: Network, point: Point) -> list[Interface]:
    """The first and the last interface that each subnet of a party can hold."""
    found = []
    for subnet in point.subnets:
        resource = network.graph.get(subnet)
        assert resource is not None
        span = listing.range_of(resource.inputs.get("cidrBlock"))
        found += [Interface(point.groups, subnet, IPv4Address(number)) for number in (span.low + 4, span.high - 1)]
    return found


def asked(intent: Intent, source: str, destination: str, packet: Packet) -> bool:
    """Whether the intent lets a workload reach another with a packet."""
    return any(
        access.source == source
        and access.destination == destination
        and any(
            listing.NUMBERS[p.protocol] == packet.protocol and p.first <= packet.port <= p.last for p in access.ports
        )
        for access in intent.accesses
        if access.destination_party is Party.WORKLOAD
    )


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_workloads_reach_exactly_whom_the_intent_names(example: str) -> None:
    comparison = compared(example)
    network, intent = comparison.network, comparison.intent
    workloads = [point for point in comparison.points if point.kind == "workload"]
    assert {point.name for point in workloads} == set(intent.workloads)
    packets = 0
    for one, name in product(workloads, intent.workloads):
        ends = [point for point in comparison.points if point.workload == name]
        for packet in comparison.edges.packets:
            surely = possibly = False
            for end in ends:
                fates = [
                    network.send(here, there, Packet(packet.protocol, client, packet.port))
                    for here, there in product(corners(network, one), corners(network, end))
                    for client in EPHEMERAL
                    if here.address != there.address
                ]
                packets += len(fates)
                possibly = possibly or any(fate.arrived for fate in fates)
                surely = surely or all(fate.answered for fate in fates)
            said = any(holds(comparison.said.get((one.name, end.name), ()), packet) for end in ends)
            wanted = asked(intent, one.name, name, packet)
            assert (possibly, surely, said) == (wanted, wanted, wanted), (one.name, name, packet)
    print(f"{example}: {len(workloads)} workloads, {packets} packets")


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_only_the_proxy_gets_out_and_only_through_the_firewall(example: str) -> None:
    comparison = compared(example)
    network = comparison.network
    address = IPv4Address("45.60.7.9")
    for point in comparison.points:
        if point.kind in ("workload", "front"):
            for here, packet in product(corners(network, point), comparison.edges.packets):
                fate = network.send(here, Outside(address), packet)
                provided = point.name == "egress-proxy" and (packet.protocol, packet.port) == (6, 443)
                assert {kind for kind, _ in fate.exits} == ({"igw"} if provided else set()), (point.name, packet)
                assert bool(fate.boxes) == provided
                assert fate.answered == provided


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_outside_networks_reach_exactly_what_the_intent_names(example: str) -> None:
    comparison = compared(example)
    network, intent = comparison.network, comparison.intent
    gates = network.graph.of_type(listing.TRANSIT, listing.PEERING, listing.INTERNET)
    for name, outside in intent.networks.items():
        for point in (p for p in comparison.points if p.kind == "workload"):
            for packet, cidr, to in product(comparison.edges.packets, outside.cidrs, corners(network, point)):
                span = listing.range_of(cidr)
                for number in (span.low, span.high):
                    fates = [network.receive(Outside(IPv4Address(number)), gate.urn, to, packet) for gate in gates]
                    wanted = asked(intent, name, point.name, packet)
                    assert any(fate.answered for fate in fates) == wanted, (name, point.name, packet)
                    assert any(fate.arrived for fate in fates) == wanted, (name, point.name, packet)


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_workloads_reach_exactly_the_endpoints_of_their_services(example: str) -> None:
    comparison = compared(example)
    network = comparison.network
    for one, end in product(comparison.points, comparison.points):
        if one.kind == "workload" and end.kind == "endpoint":
            for packet in comparison.edges.packets:
                fates = [network.send(h, t, packet) for h, t in product(corners(network, one), corners(network, end))]
                said = holds(comparison.said.get((one.name, end.name), ()), packet)
                assert (any(f.arrived for f in fates), all(f.answered for f in fates)) == (said, said), (
                    one.name,
                    end.name,
                    packet,
                )
