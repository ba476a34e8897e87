"""What a specification says exists already on Azure, for the simulated cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.cli.simulated.model import Premises
from zt_ai.spec.clouds import Azure

# Quotas of the specification by the simulation's names for them.
_QUOTAS = {
    "rules_per_network_security_group": "rules-per-security-group",
    "network_security_groups": "security-groups",
    "application_security_groups": "application-security-groups",
    "application_security_groups_per_network_security_group": "application-security-groups-per-security-group",
    "subnets_per_virtual_network": "subnets-per-network",
    "route_tables": "route-tables",
    "routes_per_route_table": "routes-per-table",
    "private_endpoints_per_virtual_network": "private-endpoints-per-network",
    "public_ip_addresses": "public-addresses",
    "role_assignments": "role-assignments",
    "custom_roles": "role-definitions",
    "instances_per_scale_set": "instances-per-scale-set",
}


def premises(settings: Azure) -> Premises:
    """Ids that the specification only refers to, the network that it adopts, and the quotas that were raised."""
    quotas = {name: getattr(settings.quotas, field) for field, name in _QUOTAS.items()}
    return Premises(_referred(settings), _adopted(settings), quotas)


def _referred(settings: Azure) -> tuple[str, ...]:
    """Ids of what the specification only refers to; Azure's own Network Watcher is there without being told."""
    hub = settings.hub.virtual_network if settings.hub else None
    services = settings.adopt.services.values() if settings.adopt else ()
    return tuple(found for found in (hub, settings.network_watcher, settings.alert_group, *services) if found)


def _adopted(settings: Azure) -> tuple[Mapping[str, Any], ...]:
    """The network that the specification adopts: just the range is known of it that zones lie in."""
    network = settings.adopt.virtual_network if settings.adopt else None
    if network is None:
        return ()
    inputs = {"addressSpace": {"addressPrefixes": [settings.cidr]}, "location": settings.location}
    return ({"type": "azure-native:network:VirtualNetwork", "id": network, "inputs": inputs},)
