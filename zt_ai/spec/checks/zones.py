"""Zones: one egress zone, none empty, none holding more than it may."""

from __future__ import annotations

from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ZoneKind


def check_zones(spec: ZoneSpec) -> list[Problem]:
    """Problems of zones and of workloads in them."""
    problems: list[Problem] = []
    egress = [name for name, zone in spec.zones.items() if zone.kind is ZoneKind.EGRESS]
    if len(egress) != 1:
        found = "there is none" if not egress else f"there are {len(egress)}: {', '.join(egress)}"
        hint = "add `egress: {kind: egress, holds: …}`" if not egress else "keep one"
        problems.append(Problem("one-egress-zone", ("zones",), f"exactly one zone has kind egress; {found}", hint))
    used = {workload.zone for workload in spec.runs.values()}
    for name, zone in spec.zones.items():
        if zone.kind is not ZoneKind.EGRESS and name not in used:
            problems.append(
                Problem(
                    "unused-zone", ("zones", name), "no workload is in this zone", "put one in it or remove the zone"
                )
            )
    for section, runs in (("workloads", spec.workloads), ("agents", spec.agents)):
        for name, workload in runs.items():
            zone = spec.zones[workload.zone]
            if zone.kind is ZoneKind.EGRESS:
                hint = "put it in a processing zone and give it a flow to the provider"
                problems.append(
                    Problem(
                        "egress-zone", (section, name, "zone"), "only the egress proxy lives in the egress zone", hint
                    )
                )
            if workload.handles and spec.rank(workload.handles) > spec.rank(zone.holds):
                message = f"handles {workload.handles}, but zone '{workload.zone}' holds {zone.holds} at most"
                problems.append(
                    Problem(
                        "zone-class",
                        (section, name, "handles"),
                        message,
                        "move the workload to a zone that may hold it",
                    )
                )
            if workload.declassifies and spec.rank(workload.declassifies.to) >= spec.rank(spec.data_classes[-1]):
                message = f"declassifies to {workload.declassifies.to}, the highest class"
                problems.append(
                    Problem("declassification", (section, name, "declassifies", "to"), message, "name a lower class")
                )
    return problems
