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
    kinds: dict[str, ZoneKind] = {}
    for name, zone in spec.zones.items():
        project = zone.placement.gcp.project if zone.placement.gcp else None
        path = ("zones", name, "placement", "gcp", "project")
        if project is None or project == gcp.project:
            continue
        if project not in gcp.projects:
            hint = f'add `{project}: "NUMBER"` to clouds.gcp.projects: perimeters name projects by number'
            problems.append(Problem("project", path, f"the number of project '{project}' is not known", hint))
        rival = kinds.setdefault(project, zone.kind)
        if rival is not zone.kind:
            message = f"project '{project}' also belongs to a zone of kind {rival.value}"
            hint = "a project lies in one perimeter: give zones of different kinds different projects"
            problems.append(Problem("project", path, message, hint))
    return [*problems, *_numbers(gcp, set(kinds))]


def _numbers(gcp: Gcp, used: set[str]) -> list[Problem]:
    problems: list[Problem] = []
    owners = {gcp.project_number: gcp.project}
    for project, number in gcp.projects.items():
        path = ("clouds", "gcp", "projects", project)
        if project == gcp.project:
            hint = "leave it out: its number is clouds.gcp.project_number"
            problems.append(Problem("project", path, "is the project of the network", hint))
        elif project not in used:
            hint = "give a zone `placement: {gcp: {project: …}}`, or leave it out"
            problems.append(Problem("unused", path, "belongs to no zone", hint))
        elif (rival := owners.setdefault(number, project)) != project:
            message = f"number {number} belongs to project '{rival}'"
            problems.append(Problem("project", path, message, "give each project its own number"))
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
            hint = "add `placement: {gcp: {project: …}}` to the zone, or leave the service out"
            problems.append(Problem("project", path, f"zone '{zone}' has no project of its own", hint))
    return problems
