"""What the intent asks for and some placement of its two ends does not get."""

from __future__ import annotations

from functools import partial

from zt_ai.intent.model import Party
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.connections import way_back
from zt_ai.verify.azure.expect import Expected
from zt_ai.verify.azure.explain import missing_witness
from zt_ai.verify.azure.reach import Reach


def missing(reach: Reach, expected: Expected, found: Collector) -> int:
    """Judge every expected access to workloads and services; returns how many there are."""
    fronts: dict[str, list[int]] = {}
    endpoints: dict[str, list[int]] = {}
    for index, party in enumerate(reach.parties):
        if party.kind == "front":
            for member in reach.behind(index):
                fronts.setdefault(reach.parties[member].workload or "", []).append(index)
        if party.kind == "endpoint":
            for service in party.services:
                endpoints.setdefault(service, []).append(index)
    absent: set[str] = set()
    pairs = {**expected.pairs(Party.WORKLOAD), **expected.pairs(Party.SERVICE)}
    for (source, destination), services in pairs.items():
        if _absent(reach, expected, found, absent, source, destination, services):
            continue
        if destination in reach.intent.services:
            _service(reach, expected, found, source, destination, services, endpoints.get(destination, []))
        elif source in reach.roll.of_workload:
            _workload(reach, expected, found, source, destination, services, fronts.get(destination, []))
        else:
            _network(reach, expected, found, source, destination, services)
    return len(pairs)


def _absent(
    reach: Reach,
    expected: Expected,
    found: Collector,
    absent: set[str],
    source: str,
    destination: str,
    services: int,
) -> bool:
    ends = [name for name in (source, destination) if name in reach.intent.workloads]
    lost = next((name for name in ends if name not in reach.roll.of_workload), None)
    if lost is None:
        return False
    if lost not in absent:
        absent.add(lost)
        zone = reach.intent.workloads[lost].zone
        places = reach.world.in_zone(zone) or tuple(reach.world.networks)
        text = f"no application security group belongs to {lost}, so nothing of it can be placed"
        clause = next(iter(expected.clauses(source, destination, services)), None)
        found.refute(0, text, source, destination, places, clause)
    return True


def _workload(
    reach: Reach, expected: Expected, found: Collector, source: str, destination: str, services: int, fronts: list[int]
) -> None:
    one, other = reach.roll.of_workload[source], reach.roll.of_workload[destination]
    lacking = services & ~reach.must(one, other)
    for front in fronts:
        lacking &= ~reach.passed(one, front, must=True)
    for clause, lost in expected.split(source, destination, lacking):
        if fronts:
            _behind(reach, found, one, other, fronts[0], lost, clause)
        else:
            found.add(0, partial(missing_witness, reach, one, other, lost, clause))


def _behind(
    reach: Reach, found: Collector, source: int, destination: int, front: int, lost: int, clause: str | None
) -> None:
    """Why a load balancer does not pass a connection on."""
    one, other, balancer = reach.parties[source], reach.parties[destination], reach.parties[front]
    through: list[str | None]
    if lost & ~reach.out(source, front, must=True):
        why = f"the filter of {one.name}'s subnet does not let it out to the load balancer"
        through = [reach.world.subnets[place.subnet].filter for place in one.places]
    elif lost & ~reach.into(source, destination, must=True):
        why = f"the filter of {other.name}'s subnet does not let the caller in"
        through = [reach.world.subnets[place.subnet].filter for place in other.places]
    else:
        why = "the load balancer has no rule for it, its health probes do not get in, or routes lead elsewhere"
        through = []
    text = f"{one.name} does not reach {other.name} on {reach.spaces.words(lost)}: {why}"
    found.refute(0, text, one.name, other.name, (*through, *balancer.urns), clause)


def _network(reach: Reach, expected: Expected, found: Collector, source: str, destination: str, services: int) -> None:
    index = reach.roll.of_workload[destination]
    party = reach.parties[index]
    addresses = reach.spaces.networks.get(source, 0)
    lacking = services & ~reach.from_addresses(index, addresses, must=True)
    blocked = way_back(reach, index, addresses)
    for clause, lost in expected.split(source, destination, lacking):
        text = f"{source} does not reach {destination} on {reach.spaces.words(lost)}: no rule lets it in"
        filters = [reach.world.subnets[place.subnet].filter for place in party.places]
        found.refute(0, text, source, destination, (*filters, *party.urns), clause)
    if blocked and not lacking:
        for clause, lost in expected.split(source, destination, services):
            text = f"{source} does not reach {destination} on {reach.spaces.words(lost)}: there is no peering or "
            text += "gateway through which it arrives, or no route back"
            found.refute(0, text, source, destination, blocked, clause)


def _service(
    reach: Reach,
    expected: Expected,
    found: Collector,
    source: str,
    destination: str,
    services: int,
    endpoints: list[int],
) -> None:
    one = reach.roll.of_workload[source]
    if not endpoints:
        text = f"{source} does not reach {destination}: no private endpoint leads to it"
        places = [place.subnet for place in reach.parties[one].places]
        clause = next(iter(expected.clauses(source, destination)), None)
        found.refute(0, text, source, destination, (*places, *reach.parties[one].urns), clause)
    for endpoint in endpoints:
        lacking = services & ~reach.must(one, endpoint)
        for clause, lost in expected.split(source, destination, lacking):
            found.add(0, partial(missing_witness, reach, one, endpoint, lost, clause))
