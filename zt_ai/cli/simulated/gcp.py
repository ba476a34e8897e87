"""What a specification says exists already on Google Cloud, for the simulated cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.cli.simulated.model import Premises
from zt_ai.spec.clouds import Gcp

# Quotas of the specification by the simulation's names for them.
_QUOTAS = {
    "rule_attributes_per_firewall_policy": "rule-attributes-per-policy",
    "subnets_per_project": "subnetworks-per-network",
    "static_routes_per_project": "routes-per-network",
    "service_accounts_per_project": "service-accounts-per-project",
    "custom_roles_per_project": "custom-roles-per-project",
}


def premises(settings: Gcp) -> Premises:
    """What the specification only refers to, the project, network and policy that it builds in, and raised quotas."""
    quotas = {name: getattr(settings.quotas, field) for field, name in _QUOTAS.items()}
    return Premises(_referred(settings), _adopted(settings), quotas)


def _referred(settings: Gcp) -> tuple[str, ...]:
    """Names of what the specification only refers to."""
    return tuple(found for found in (settings.hub, *settings.notification_channels) if found)


def _adopted(settings: Gcp) -> tuple[Mapping[str, Any], ...]:
    """The project with its number, and the network and access policy that the specification adopts."""
    things: list[Mapping[str, Any]] = [
        {
            "type": "gcp:organizations/project:Project",
            "id": f"projects/{settings.project}",
            "outputs": {"number": settings.project_number},
        }
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
