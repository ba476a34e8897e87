"""Regions of Azure that do not have what is asked of them."""

from __future__ import annotations

from zt_ai.spec.clouds import Azure
from zt_ai.spec.problems import Problem

# [Azure documentation, "Azure regions list": column "Availability zone support"; mostly the second regions of a pair.]
# A region that is new there is not here: what it has is then for Azure to say.
WITHOUT_ZONES = frozenset(
    {
        "australiacentral", "australiacentral2", "australiasoutheast", "brazilsoutheast", "canadaeast", "francesouth",
        "germanynorth", "jioindiacentral", "jioindiawest", "koreasouth", "northcentralus", "norwaywest",
        "southafricawest", "southindia", "swedensouth", "switzerlandwest", "uaecentral", "ukwest", "westcentralus",
        "westus",
    }
)  # fmt: skip


def check_azure_region(azure: Azure) -> list[Problem]:
    """Availability zones in a region that has none: Azure would refuse the firewall, its address and the proxy."""
    if azure.location not in WITHOUT_ZONES or not azure.zones:
        return []
    message = f"region {azure.location} has no availability zones"
    hint = "write `zones: []`, or choose a region with zones"
    return [Problem("region", ("clouds", "azure", "zones"), message, hint)]
