"""What a specification says exists already on Google Cloud, for the simulated cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.cli.simulated.model import Premises
from zt_ai.gcp.perimeter.plan import service_projects
from zt_ai.gcp.services import key, repository, secret_id
from zt_ai.intent.model import Intent
from zt_ai.spec.clouds import Gcp
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.types import ServiceKind

# Quotas of the specification by the simulation's names for them.
_QUOTAS = {
    "rule_attributes_per_firewall_policy": "rule-attributes-per-policy",
    "subnets_per_project": "subnetworks-per-project",
    "static_routes_per_project": "static-routes-per-project",
    "service_accounts_per_project": "service-accounts-per-project",
    "custom_roles_per_project": "custom-roles-per-project",
    "perimeter_attributes": "attributes-per-perimeter",
    "response_policy_rules": "rules-per-response-policy",
}


def premises(settings: Gcp) -> Premises:
    """What the specification only refers to, the projects, network and policy it builds in, and raised quotas."""
    quotas = {name: getattr(settings.quotas, field) for field, name in _QUOTAS.items()}
    return Premises(_referred(settings), _adopted(settings), quotas)


def _referred(settings: Gcp) -> tuple[str, ...]:
    """Names of what the specification only refers to."""
    return tuple(found for found in (settings.hub, *settings.notification_channels) if found)


def _adopted(settings: Gcp) -> tuple[Mapping[str, Any], ...]:
    """Each project with its number, and the network and access policy that the specification adopts."""
    things: list[Mapping[str, Any]] = [
        {"type": "gcp:organizations/project:Project", "id": f"projects/{project}", "outputs": {"number": number}}
        for project, number in settings.numbers.items()
    ]
    adopt = settings.adopt
    if adopt is not None and adopt.network is not None:
        inputs = {"autoCreateSubnetworks": False}
        things.append({"type": "gcp:compute/network:Network", "id": adopt.network, "inputs": inputs})
    if adopt is not None and adopt.access_policy is not None:
        parent = {"parent": f"organizations/{settings.organization}"}
        policy = "gcp:accesscontextmanager/accessPolicy:AccessPolicy"
        things.append({"type": policy, "id": adopt.access_policy, "inputs": parent})
    return tuple(things)


def named_resources(spec: ZoneSpec, intent: Intent) -> tuple[Mapping[str, Any], ...]:
    """The buckets, secrets, keys and image repositories that services name, of a specification as it reads here.

    Workloads are granted them one by one, and Google Cloud refuses a grant on what does not exist.
    """
    settings = spec.clouds.gcp
    if settings is None:
        return ()
    held = service_projects(spec, intent, settings)
    things = [
        _thing(service.kind, resource, held[name].id, settings.region)
        for name, service in intent.services.items()
        for resource in service.resources
    ]
    return tuple(thing for thing in things if thing)


def _thing(kind: ServiceKind, resource: str, project: str, region: str) -> Mapping[str, Any]:
    """A seed of one resource, empty for a kind that has no grants of its own."""
    place = f"projects/{project}/locations/{region}"
    types = {
        ServiceKind.OBJECT_STORAGE: ("gcp:storage/bucket:Bucket", resource),
        ServiceKind.SECRETS: ("gcp:secretmanager/secret:Secret", f"projects/{project}/secrets/{secret_id(resource)}"),
        ServiceKind.KEYS: (
            "gcp:kms/cryptoKey:CryptoKey",
            f"{place}/keyRings/{key(resource).ring}/cryptoKeys/{key(resource).name}",
        ),
        ServiceKind.CONTAINER_IMAGES: (
            "gcp:artifactregistry/repository:Repository",
            f"{place}/repositories/{repository(resource)}",
        ),
    }
    if kind not in types:
        return {}
    type_, thing_id = types[kind]
    return {"type": type_, "id": thing_id, "origin": "assumed", "outputs": {"project": project}}
