"""Every connection that the plan permits between parties, and whether the intent asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product

from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.expect import Expected
from zt_ai.verify.aws.explain import arriving_witness, leaving_witness, pair_witness
from zt_ai.verify.aws.outside import arriving, leaving
from zt_ai.verify.aws.parties import Party
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.routes import INTERNET_EXITS, PRIVATE_EXITS
from zt_ai.verify.aws.ways import UNSEEN
from zt_ai.verify.aws.world import World
from zt_ai.verify.model import ProvedAccess
from zt_ai.verify.space import format_services

_EXPANDED = 100_000  # pairs connected by address rules alone that are looked at one by one


@dataclass(slots=True)
class Connections:
    """What was permitted: the accesses for the report, and how much was looked at."""

    accesses: list[ProvedAccess]
    pairs: int = 0


def healthy(world: World, groups: frozenset[str], expected: Expected, workload: str, bits_of: Reach) -> int:
    """Services on which a front reaches its workload: what it serves, and what the front's target groups send to and
    check."""
    found = expected.served(workload)
    for interface in world.interfaces.values():
        if interface.groups and set(interface.groups) <= groups:
            found |= bits_of.spaces.of(interface.healthy_ports)
    return found


def allowed(reach: Reach, expected: Expected, one: Party, other: Party) -> int:
    """Services that the intent allows from one party to another."""
    if other.kind == "endpoint":
        return (
            reach.spaces.tcp(443) if one.kind == "workload" and expected.uses(one.workload, other.service or "") else 0
        )
    if (
        one.kind == "front"
        and other.kind == "workload"
        and one.workload == other.workload
        and other.workload is not None
    ):
        return healthy(reach.world, one.groups, expected, other.workload, reach)
    if one.kind == "workload" and other.kind in ("workload", "front"):
        return expected.services(one.workload, other.workload)
    return 0


def connections(reach: Reach, expected: Expected, found: Collector) -> Connections:
    """Judge every connection between parties, from outside, and to private networks. Ways to the internet belong to
    another claim."""
    result = Connections([])
    parties = reach.roll.parties
    near: set[tuple[int, int]] = set()
    for source, destination in reach.candidates():
        if parties[source].kind == "endpoint":
            continue  # an endpoint only answers [AWS PrivateLink Guide, "Interface endpoints", "Security groups"]
        near.add((source, destination))
        _judge(reach, expected, found, result, source, destination, reach.may(source, destination))
    _crowds(reach, expected, found, result, near)
    for index in range(len(parties)):
        _from_outside(reach, expected, found, result, index)
        _to_private(reach, found, result, index)
    return result


def _judge(
    reach: Reach,
    expected: Expected,
    found: Collector,
    result: Connections,
    source: int,
    destination: int,
    services: int,
) -> None:
    if not services:
        return
    one, other = reach.roll.parties[source], reach.roll.parties[destination]
    result.pairs += 1
    if "foreign" in (one.kind, other.kind):
        out, into = reach.named(source, destination)
        # Only a rule of the plan that names the group says something; what its own rules say nobody here can see.
        if not services & ((into if one.kind == "foreign" else 0) | (out if other.kind == "foreign" else 0)):
            found.doubt(unseen(one if one.kind == "foreign" else other))
            return
    asked = allowed(reach, expected, one, other)
    clauses = expected.clauses(one.workload, other.workload, services)
    if other.kind == "endpoint":
        clauses = tuple(dict.fromkeys(access.clause.id for access in expected.uses(one.workload, other.service or "")))
    if one.kind == "front" and other.workload is not None and one.workload == other.workload:
        clauses = expected.towards(other.workload)
    result.accesses.append(
        ProvedAccess(one.name, other.name, format_services(reach.spaces.services, services), clauses)
    )
    extra = services & ~asked
    if extra:
        known = one.kind == "workload" and other.kind in ("workload", "front", "endpoint")
        why = (
            "no clause allows it"
            if known
            else "nothing in the intent is this party"
            if one.kind in ("group", "foreign")
            else "no clause allows it"
        )
        found.add(0 if known else 1, partial(pair_witness, reach, source, destination, extra, why))


def _crowds(
    reach: Reach, expected: Expected, found: Collector, result: Connections, near: set[tuple[int, int]]
) -> None:
    """Connections by address rules alone. Beyond a number of pairs they are counted, not listed."""
    looked = 0
    for sources, destinations in reach.crowds:
        services = reach.crowd(sources[0], destinations[0])
        if not services:
            continue
        if looked + len(sources) * len(destinations) > _EXPANDED + len(expected.pairs()):
            one, other, count = sources[0], destinations[0], len(sources) * len(destinations)
            why = f"address rules connect {count} pairs like this one, more than the intent has"
            found.add(0, partial(pair_witness, reach, one, other, services, why))
            label = (
                f"{reach.roll.parties[one].name} and {len(sources) - 1} like it",
                f"{reach.roll.parties[other].name} and {len(destinations) - 1} like it",
            )
            result.accesses.append(ProvedAccess(*label, format_services(reach.spaces.services, services), ()))
            continue
        looked += len(sources) * len(destinations)
        for pair in product(sources, destinations):
            if pair not in near:
                _judge(reach, expected, found, result, *pair, services)


def unseen(party: Party) -> str:
    """Why nothing can be said of what a group reaches whose rules are not in the plan."""
    return f"the rules of {party.name} are not known, nor what an interface with it reaches from the plan's subnets"


def _from_outside(reach: Reach, expected: Expected, found: Collector, result: Connections, index: int) -> None:
    party = reach.roll.parties[index]
    seen: set[tuple[str, str, int]] = set()
    for arrived in arriving(reach, index):
        if arrived.gateway.kind in INTERNET_EXITS:
            continue
        if party.kind == "foreign":
            found.doubt(unseen(party))
            return
        left = arrived.addresses
        parts = [
            (name, bits & arrived.addresses, expected.services(name, party.workload))
            for name, bits in reach.spaces.networks.items()
        ]
        for _, bits, _ in parts:
            left &= ~bits
        for name, bits, asked in (*parts, ("outside the VPC", left, 0)):
            if not bits or (name, arrived.subnet, arrived.services) in seen:
                continue
            seen.add((name, arrived.subnet, arrived.services))
            clauses = expected.clauses(name, party.workload, arrived.services)
            access = ProvedAccess(name, party.name, format_services(reach.spaces.services, arrived.services), clauses)
            if access not in result.accesses[-8:]:
                result.accesses.append(access)
            extra = arrived.services & ~(asked if party.kind in ("workload", "front") else 0)
            if extra:
                found.add(0, partial(arriving_witness, reach, arrived, bits, extra, name, "no clause allows it"))


def _to_private(reach: Reach, found: Collector, result: Connections, index: int) -> None:
    party = reach.roll.parties[index]
    if party.kind == "endpoint":
        return
    for left in leaving(reach, index):
        if party.kind == "foreign":
            found.doubt(unseen(party))
            return
        if left.exit.kind in PRIVATE_EXITS or left.exit.kind in UNSEEN:
            result.accesses.append(
                ProvedAccess(
                    party.name,
                    f"outside through {left.exit.kind}",
                    format_services(reach.spaces.services, left.services),
                    (),
                )
            )
            found.add(1, partial(leaving_witness, reach, left, left.services, "no clause leads out of the VPC there"))
