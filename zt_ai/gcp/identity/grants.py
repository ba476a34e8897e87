"""What each workload may do with which resources, as custom roles and grants. Pure.

A grant is made on the resource itself, never on a project, where Google lets a resource have a policy of its own. Two
things have none: a log (whoever may write, may write any log of the project) and Google's own models (the egress proxy
alone may call them, and its policy says which).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.gcp.naming import Scope
from zt_ai.gcp.perimeter.plan import Project
from zt_ai.gcp.services import joined, permissions
from zt_ai.intent.model import Access, Intent, Party
from zt_ai.spec.types import ServiceKind

ON_PROJECT = (ServiceKind.LOGS, ServiceKind.MANAGED_LLM)
"""Kinds whose grants are on the project."""


@dataclass(frozen=True, slots=True)
class Role:
    """A custom role of a project. A project's roles can be granted on its own resources only [IAM, "Understanding IAM
    custom roles"], so a service in another project has a role there."""

    key: str
    project: str
    role_id: str
    title: str
    permissions: tuple[str, ...]

    @property
    def path(self) -> str:
        """The role as grants name it."""
        return f"projects/{self.project}/roles/{self.role_id}"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for a workload, on one resource of a service (or on the project, where `resource` is None)."""

    name: str
    workload: str
    service: str
    kind: ServiceKind
    project: str
    resource: str | None
    role: Role
    clauses: tuple[str, ...]


def grants(intent: Intent, scope: Scope, held: Mapping[str, Project]) -> tuple[Grant, ...]:
    """Every grant of a specification. `held` gives the project of each service's resources."""
    pairs: dict[tuple[str, str], list[Access]] = {}
    for access in intent.accesses:
        if access.destination_party is Party.SERVICE:
            pairs.setdefault((access.source, access.destination), []).append(access)
    found: dict[str, Grant] = {}
    for (workload, service), accesses in pairs.items():
        kind = intent.services[service].kind
        project = held[service].id
        role = _role(scope, kind, accesses, project)
        clauses = tuple(dict.fromkeys(a.clause.id for a in accesses))
        resources: tuple[str | None, ...] = (None,) if kind in ON_PROJECT else intent.services[service].resources
        for resource in resources:
            # Two services of a kind that is granted on the project are one grant.
            what = kind.value if resource is None else f"{service}.{resource.replace('/', '-')}"
            name = f"{workload}.{what}"
            before = found.get(name)
            both = tuple(dict.fromkeys((*(before.clauses if before else ()), *clauses)))
            found[name] = Grant(name, workload, service, kind, project, resource, role, both)
    return tuple(found.values())


def roles(found: tuple[Grant, ...]) -> tuple[Role, ...]:
    """The custom roles that grants need, each once."""
    return tuple({grant.role.key: grant.role for grant in found}.values())


def _role(scope: Scope, kind: ServiceKind, accesses: list[Access], project: str) -> Role:
    access = joined(a.access for a in accesses)
    what = f"{kind.value}-{access.value}"
    key = what if project == scope.project else f"{what}.{project}"
    title = f"{scope.spec}: {access.value} {kind.value}"
    return Role(key, project, scope.role_id(what), title[:100], permissions(kind, access))
