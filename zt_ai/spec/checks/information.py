"""Information flow: where data of each class can get to, over any number of hops.

A workload has the class of whatever touches it: what its data zone holds, what it handles itself, and what its flows
carry. A flow may not carry less than the workloads at its ends have, unless that workload's job is to lower the class
(`declassifies`). On top of these labels, the highest class is followed along all connections, labels ignored: if it can
reach a provider without a BAA in force, the whole path is shown.
"""

from __future__ import annotations

from collections import deque
from datetime import date

from zt_ai.spec.checks.providers import baa_in_force
from zt_ai.spec.model import Flow, ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ZoneKind


def check_information(spec: ZoneSpec, on: date) -> list[Problem]:
    """Understated flows, and paths of the highest class to a provider without a BAA in force."""
    return [*_paths_without_baa(spec, on), *_understated(spec)]


def effective_classes(spec: ZoneSpec) -> dict[str, str]:
    """Data class of each workload and agent: the highest that its zone holds, it handles or its flows carry."""
    rank = {name: spec.rank(_own_class(spec, name)) for name in spec.runs}
    for flow in spec.flows.values():
        for end in (flow.source, flow.destination):
            if end in rank and _spreads(spec, flow):
                rank[end] = max(rank[end], spec.rank(flow.carries))
    return {name: spec.data_classes[value] for name, value in rank.items()}


def _own_class(spec: ZoneSpec, name: str) -> str:
    workload = spec.runs[name]
    zone = spec.zones[workload.zone]
    if zone.kind is ZoneKind.DATA:
        return zone.holds
    return workload.handles or spec.data_classes[0]


def _spreads(spec: ZoneSpec, flow: Flow) -> bool:
    """Whether a class spreads over a flow: a secret store, a key or a log gives no caller's data to another."""
    service = spec.services.get(flow.destination)
    return service is None or service.kind.stores_data


def _leaves(spec: ZoneSpec, name: str, effective: str) -> str:
    """Class that leaves a workload."""
    lowered = spec.runs[name].declassifies
    return effective if lowered is None else min(effective, lowered.to, key=spec.rank)


def _understated(spec: ZoneSpec) -> list[Problem]:
    problems = []
    effective = effective_classes(spec)
    for name, flow in spec.flows.items():
        for end in (flow.source, flow.destination):
            if end not in effective or not _spreads(spec, flow):
                continue
            leaves = _leaves(spec, end, effective[end])
            if spec.rank(flow.carries) < spec.rank(leaves):
                message = f"carries {flow.carries}, but '{end}' has {leaves} ({_why(spec, end, leaves)})"
                hint = f"write `carries: {leaves}`, or send it through a workload that `declassifies`"
                problems.append(Problem("class-understated", ("flows", name, "carries"), message, hint))
                break
    return problems


def _why(spec: ZoneSpec, name: str, data_class: str) -> str:
    workload = spec.runs[name]
    if spec.zones[workload.zone].kind is ZoneKind.DATA:
        return f"its data zone '{workload.zone}' holds it"
    if workload.handles == data_class:
        return "it handles it"
    flow = next(n for n, f in spec.flows.items() if name in (f.source, f.destination) and f.carries == data_class)
    return f"flow '{flow}' brings it"


def _paths_without_baa(spec: ZoneSpec, on: date) -> list[Problem]:
    highest = spec.data_classes[-1]
    came_from = _spread(spec, highest)
    problems = []
    for name, flow in spec.flows.items():
        provider = spec.providers.get(flow.destination)
        if provider is None or baa_in_force(provider, on):
            continue
        lowered = spec.runs[flow.source].declassifies is not None
        if flow.carries == highest or (flow.source in came_from and not lowered):
            path = [flow.destination, flow.source]
            while (step := came_from.get(path[-1])) is not None:
                path.append(step)
            shown = " → ".join(reversed(path))
            reason = "has no BAA" if provider.baa is None else f"has no BAA in force on {on}"
            message = f"{highest} can reach provider '{flow.destination}', which {reason}: {shown}"
            hint = "break the path with a workload that `declassifies`, or use a provider with a BAA in force"
            problems.append(Problem("phi-without-baa", ("flows", name), message, hint))
    return problems


def _spread(spec: ZoneSpec, highest: str) -> dict[str, str | None]:
    """Workloads and stores that the highest class gets to, with the neighbour it came from (None: it arises there)."""
    neighbours: dict[str, list[str]] = {}
    carriers: list[
        str
    ] = []  # ends of flows that say they carry it: it may arise in them where nothing else explains it
    for flow in spec.flows.values():
        if flow.destination in spec.providers or not _spreads(spec, flow):
            continue
        if flow.carries == highest:
            carriers += [end for end in (flow.source, flow.destination) if end in spec.runs]
        if flow.source not in spec.networks:
            neighbours.setdefault(flow.source, []).append(flow.destination)
            neighbours.setdefault(flow.destination, []).append(flow.source)  # answers carry data too
    came_from: dict[str, str | None] = {}
    for origin in [*(n for n in spec.runs if _own_class(spec, n) == highest), *carriers]:
        if origin not in came_from:
            came_from[origin] = None
            _walk(spec, neighbours, came_from, origin)
    return came_from


def _walk(spec: ZoneSpec, neighbours: dict[str, list[str]], came_from: dict[str, str | None], origin: str) -> None:
    """Breadth first, so that the path shown is a shortest one from its origin."""
    queue = deque([origin])
    while queue:
        node = queue.popleft()
        workload = spec.runs.get(node)
        if workload is not None and workload.declassifies is not None:
            continue  # what leaves it is lower
        for neighbour in neighbours.get(node, ()):
            if neighbour not in came_from:
                came_from[neighbour] = node
                queue.append(neighbour)
