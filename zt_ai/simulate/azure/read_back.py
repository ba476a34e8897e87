"""What Azure shows of a thing when it is read: also the parts of it that are resources of their own.

Rules stand in their security group, routes in their table, subnets and peerings in their network, whoever made them.
The provider leaves them out of the inputs where the program gave none, so that they are not deleted with the next
update [pulumi-azure-native, CONTRIBUTING.md, "Sub-resources"].
"""

from __future__ import annotations

from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.catalogue import entry, full
from zt_ai.simulate.world import Thing, World

PARTS = {
    full("network:NetworkSecurityGroup"): {"securityRules": full("network:SecurityRule")},
    full("network:RouteTable"): {"routes": full("network:Route")},
    full("network:VirtualNetwork"): {
        "subnets": full("network:Subnet"),
        "virtualNetworkPeerings": full("network:VirtualNetworkPeering"),
    },
}
Shown = dict[str, list[dict[str, Any]]]


def parts(world: World, thing: Thing) -> Shown:
    """The parts of a thing, inline ones first, by the property that shows them; empty for other types."""
    found: Shown = {}
    for name, token in PARTS.get(thing.type, {}).items():
        inline = [dict(item) for item in thing.inputs.get(name) or () if isinstance(item, dict)]
        given = {str(item.get("name")).lower() for item in inline}
        for part in world.of_type(token):
            if ids.same(ids.parent(part.id), thing.id) and ids.leaf(part.id).lower() not in given:
                inline.append(_shown(part))
        found[name] = inline
    return found


def _shown(part: Thing) -> dict[str, Any]:
    hidden = {*entry(part.type).fields, "azureApiVersion"}
    values = {name: value for name, value in part.inputs.items() if name not in hidden and not name.startswith("__")}
    return {"id": part.id, "name": ids.leaf(part.id), **values}
