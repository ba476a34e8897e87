"""Everything that one specification needs on Google Cloud, computed before the first resource is registered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.egress.policy import derive_policy
from zt_ai.gcp.audit.logs import AUDIT_LOGS, PROXY_LOG, TRAFFIC_LOGS
from zt_ai.gcp.identity.grants import Grant, grants
from zt_ai.gcp.naming import Scope
from zt_ai.gcp.network.layout import Layout, layout
from zt_ai.gcp.network.names import allowed_names, private_domain
from zt_ai.gcp.network.rules import Rule, firewall_rules
from zt_ai.gcp.perimeter.plan import Perimeter, Project, perimeters, projects, service_projects
from zt_ai.gcp.services import api, log_id
from zt_ai.intent.model import EGRESS_PROXY, Intent, Party
from zt_ai.spec.clouds import Gcp
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.types import ServiceKind


@dataclass(frozen=True, slots=True)
class Plan:
    """One specification on Google Cloud, without any resource yet."""

    scope: Scope
    settings: Gcp
    layout: Layout
    rules: tuple[Rule, ...]
    names: tuple[str, ...]  # names that may be resolved
    grants: tuple[Grant, ...]
    perimeters: tuple[Perimeter, ...]
    records: Mapping[str, tuple[Project, tuple[str, ...]]]  # project -> its number, and the logs that are records
    apis: Mapping[str, tuple[str, ...]]  # project -> APIs that something in it needs
    policy: str | None  # the egress proxy's policy document, where a provider is called

    @property
    def tagged(self) -> tuple[str, ...]:
        """Workloads that an ingress rule knows by their secure tag."""
        return tuple(dict.fromkeys(workload for rule in self.rules for workload in rule.source_tags))


def gcp_settings(spec: ZoneSpec) -> Gcp:
    """The Google Cloud settings of a specification.

    Raises:
        ValueError: the specification does not build on Google Cloud.
    """
    if spec.clouds.gcp is None:
        raise ValueError(f"'{spec.name}' has no `clouds.gcp`: add it to build on Google Cloud")
    return spec.clouds.gcp


def make_plan(spec: ZoneSpec, intent: Intent) -> Plan:
    """Compute everything. It may still be over a quota: see `zt_ai.gcp.limits`.

    Raises:
        ValueError: the specification does not build on Google Cloud.
        BlockConflictError: its address ranges do not work out; `zt_ai.spec.load` finds this first.
    """
    gcp = gcp_settings(spec)
    scope = Scope(spec.name, gcp.project, gcp.project_number, gcp.region)
    placed = layout(spec, intent, gcp, scope)
    proxied = any(access.destination == EGRESS_PROXY for access in intent.accesses)
    return Plan(
        scope=scope,
        settings=gcp,
        layout=placed,
        rules=firewall_rules(intent, placed, gcp.quotas.rule_attributes_per_firewall_policy),
        names=allowed_names(intent, scope),
        grants=grants(intent, scope, service_projects(spec, intent, gcp)),
        perimeters=perimeters(spec, intent, gcp, scope),
        records=_records(spec, intent, gcp, proxied=proxied),
        apis=_apis(spec, intent, gcp),
        policy=derive_policy(intent).model_dump_json() if proxied else None,
    )


def proxy_name(scope: Scope) -> str:
    """Host name of the egress proxy inside the network."""
    return f"{EGRESS_PROXY}.{private_domain(scope)}"


# What is made in every project, and in that of the network.
_STORE_APIS = ("cloudkms", "cloudresourcemanager", "iam", "logging", "storage")
_NETWORK_APIS = (*_STORE_APIS, "accesscontextmanager", "compute", "dns", "monitoring")


def _apis(spec: ZoneSpec, intent: Intent, gcp: Gcp) -> dict[str, tuple[str, ...]]:
    own = {f"{name}.googleapis.com" for name in _NETWORK_APIS}
    own |= {"networkconnectivity.googleapis.com"} if gcp.hub else set()
    own |= set() if gcp.notification_channels else {"pubsub.googleapis.com"}
    found = {project.id: {f"{name}.googleapis.com" for name in _STORE_APIS} for project in projects(spec, gcp).values()}
    found[gcp.project] = own
    held = service_projects(spec, intent, gcp)
    for access in intent.accesses:
        if access.destination_party is Party.SERVICE:
            found[held[access.destination].id].add(api(intent.services[access.destination].kind))
    return {project: tuple(sorted(apis)) for project, apis in sorted(found.items())}


def _records(spec: ZoneSpec, intent: Intent, gcp: Gcp, *, proxied: bool) -> dict[str, tuple[Project, tuple[str, ...]]]:
    own = Project(gcp.project, gcp.project_number)
    written = {
        log_id(resource)
        for access in intent.accesses
        if access.destination_party is Party.SERVICE and intent.services[access.destination].kind is ServiceKind.LOGS
        for resource in intent.services[access.destination].resources
    }
    logs = {*AUDIT_LOGS, *TRAFFIC_LOGS, *written, *((PROXY_LOG,) if proxied else ())}
    others = sorted({project for project in projects(spec, gcp).values() if project != own}, key=lambda p: p.id)
    return {own.id: (own, tuple(sorted(logs))), **{p.id: (p, AUDIT_LOGS) for p in others}}
