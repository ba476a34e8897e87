"""Projects on Google Cloud: each has one number and lies in one perimeter."""

from __future__ import annotations

from zt_ai.spec.clouds import Gcp
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ServiceKind, ZoneKind

# Kinds whose resources lie in a project of somebody's choice. Models are Google's own; images and logs belong to what
# runs, and what runs is in the network's project.
PLACED = (ServiceKind.OBJECT_STORAGE, ServiceKind.SECRETS, ServiceKind.KEYS)


def check_gcp_projects(spec: ZoneSpec, gcp: Gcp) -> list[Problem]:
    """Problems of the projects of zones and services.

    A project is in one regular perimeter [VPC Service Controls, "Service perimeter details and configuration"], so
    zones of two kinds cannot share a project of their own.
    """
    return [*_zones(spec, gcp), *_services(spec, gcp)]


def _zones(spec: ZoneSpec, gcp: Gcp) -> list[Problem]:
    problems: list[Problem] = []
    numbers = {gcp.project: gcp.project_number}
    kinds: dict[str, ZoneKind] = {}
    for name, zone in spec.zones.items():
        placed = zone.placement.gcp
        if placed is None or placed.project is None or placed.project_number is None:
            continue
        path = ("zones", name, "placement", "gcp", "project")
        if numbers.setdefault(placed.project, placed.project_number) != placed.project_number:
            known = numbers[placed.project]
            message = f"project '{placed.project}' has the number {known} elsewhere"
            problems.append(
                Problem("project", (*path[:-1], "project_number"), message, "give each project its own number")
            )
        if placed.project == gcp.project:
            continue
        rival = kinds.setdefault(placed.project, zone.kind)
        if rival is not zone.kind:
            message = f"project '{placed.project}' also belongs to a zone of kind {rival.value}"
            hint = "a project lies in one perimeter: give zones of different kinds different projects"
            problems.append(Problem("project", path, message, hint))
    owners: dict[str, str] = {}
    for project, number in numbers.items():
        if (rival_project := owners.setdefault(number, project)) != project:
            message = f"number {number} belongs to project '{rival_project}' and to '{project}'"
            problems.append(Problem("project", ("clouds", "gcp"), message, "give each project its own number"))
    return problems


def _services(spec: ZoneSpec, gcp: Gcp) -> list[Problem]:
    problems: list[Problem] = []
    for service, zone in gcp.services.items():
        path = ("clouds", "gcp", "services", service)
        if service not in spec.services:
            hint = f"the services: {', '.join(spec.services) or 'none'}"
            problems.append(Problem("reference", path, f"there is no service '{service}'", hint))
            continue
        kind = spec.services[service].kind
        if kind not in PLACED:
            hint = f"leave it out: only {', '.join(k.value for k in PLACED)} can lie in a project of a zone"
            problems.append(Problem("project", path, f"a service of kind {kind.value} has no project of its own", hint))
        if zone not in spec.zones:
            problems.append(
                Problem("reference", path, f"there is no zone '{zone}'", f"the zones: {', '.join(spec.zones)}")
            )
            continue
        placed = spec.zones[zone].placement.gcp
        if placed is None or placed.project is None:
            hint = "add `placement: {gcp: {project: …, project_number: …}}` to the zone, or leave the service out"
            problems.append(Problem("project", path, f"zone '{zone}' has no project of its own", hint))
    return problems
