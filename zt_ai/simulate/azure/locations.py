"""The public regions of Azure [Microsoft Learn, "Azure regions list"], and where things lie."""

from __future__ import annotations

from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.world import Thing, World

REGIONS = frozenset(
    [
        "australiacentral",
        "australiacentral2",
        "australiaeast",
        "australiasoutheast",
        "austriaeast",
        "belgiumcentral",
        "brazilsouth",
        "brazilsoutheast",
        "canadacentral",
        "canadaeast",
        "centralindia",
        "centralus",
        "chilecentral",
        "denmarkeast",
        "eastasia",
        "eastus",
        "eastus2",
        "francecentral",
        "francesouth",
        "germanynorth",
        "germanywestcentral",
        "indonesiacentral",
        "israelcentral",
        "italynorth",
        "japaneast",
        "japanwest",
        "jioindiacentral",
        "jioindiawest",
        "koreacentral",
        "koreasouth",
        "malaysiawest",
        "mexicocentral",
        "newzealandnorth",
        "northcentralus",
        "northeurope",
        "norwayeast",
        "norwaywest",
        "polandcentral",
        "qatarcentral",
        "southafricanorth",
        "southafricawest",
        "southcentralus",
        "southindia",
        "southeastasia",
        "spaincentral",
        "swedencentral",
        "swedensouth",
        "switzerlandnorth",
        "switzerlandwest",
        "uaecentral",
        "uaenorth",
        "uksouth",
        "ukwest",
        "westcentralus",
        "westeurope",
        "westindia",
        "westus",
        "westus2",
        "westus3",
    ]
)


def normal(location: Any) -> str:
    """A location as Azure compares it: "West US 2" is "westus2" [pulumi-azure-native, ``normalizedLocation``]."""
    return str(location or "").lower().replace(" ", "")


def of(world: World, thing: Thing) -> str:
    """The region a thing lies in: its own or that of what it is a part of; empty where nobody knows."""
    own = normal(thing.value("location"))
    if own:
        return own
    above = ids.parent(thing.id)
    if above is None or thing.type == ids.GROUP or thing.origin == "assumed":
        return ""
    found = ids.find(world, above)
    return "" if found is None or found.type == ids.GROUP else of(world, found)
