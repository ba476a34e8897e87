"""What the intent asks for and some placement of its two ends does not get."""

from __future__ import annotations

from functools import partial

from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.connections import healthy
from zt_ai.verify.aws.expect import Expected
from zt_ai.verify.aws.explain import missing_witness
from zt_ai.verify.aws.outside import network_served
from zt_ai.verify.aws.reach import Reach


def missing(reach: Reach, expected: Expected, found: Collector) -> int:
    """Judge every expected access between workloads and from networks; returns how many there are."""
    workloads = {party.workload: index for index, party in enumerate(reach.roll.parties) if party.kind == "workload"}
    fronts = {party.workload: index for index, party in enumerate(reach.roll.parties) if party.kind == "front"}
    absent: set[str] = set()
    for (source, destination), services in expected.pairs().items():
        ends = [name for name in (source, destination) if name in reach.intent.workloads]
        lost = next((name for name in ends if name not in workloads), None)
        if lost is not None:
            if lost not in absent:
                absent.add(lost)
                text = f"no security group belongs to {lost}, so nothing of it can be placed"
                clause = next(iter(expected.clauses(source, destination, services)), None)
                found.refute(0, text, source, destination, home(reach, lost), clause)
            continue
        targets = [index for index in (workloads[destination], fronts.get(destination)) if index is not None]
        if source in workloads:
            lacking = _lacking_pair(reach, workloads[source], targets, services)
            for clause, lost_here in expected.split(source, destination, lacking):
                found.add(0, partial(missing_witness, reach, workloads[source], targets[-1], lost_here, clause))
        else:
            addresses = reach.spaces.networks.get(source, 0)
            served = 0
            for target in targets:
                served |= network_served(reach, target, addresses)
            for clause, lost_here in expected.split(source, destination, services & ~served):
                text = (
                    f"{source} does not reach {destination} on {reach.spaces.words(lost_here)}: a group "
                    "rule, a network ACL, the route back or the gateway to this network is missing"
                )
                found.refute(0, text, source, destination, reach.roll.parties[targets[-1]].urns, clause)
    for name, index in fronts.items():
        if name is not None and name in workloads:
            needed = healthy(reach.world, reach.roll.parties[index].groups, expected, name, reach)
            lacking = needed & ~reach.must(index, workloads[name])
            if lacking:
                found.add(0, partial(missing_witness, reach, index, workloads[name], lacking, None))
    for interface, name in reach.roll.incomplete:
        found.refute(
            1,
            f"{interface.name} carries only {len(interface.groups)} of the groups of {name}: flows of the others fail",
            name,
            name,
            (interface.urn,),
        )
    return len(expected.pairs())


def home(reach: Reach, workload: str) -> tuple[str, ...]:
    """What the plan has of a workload that lacks something: its roles, and the subnets of its zone or, failing that,
    everything's VPC."""
    zone = reach.intent.workloads[workload].zone
    places = reach.roll.zone_subnets.get(zone, ()) or tuple(vpc.urn or vpc.key for vpc in reach.world.vpcs.values())
    return (*reach.world.roles.get(workload, ()), *places)


def _lacking_pair(reach: Reach, source: int, targets: list[int], services: int) -> int:
    for target in targets:
        services &= ~reach.must(source, target)
    return services
