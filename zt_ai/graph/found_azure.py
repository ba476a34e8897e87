"""What a refresh found in Azure beside the resources of the stack.

Azure shows the rules of a security group, the routes of a table, and the subnets and peerings of a network in it, and
the provider leaves them out of the inputs of a program that declares them as resources of their own
[pulumi-azure-native, CONTRIBUTING.md, "Sub-resources"; `maintainSubResourceIfUnset`].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from zt_ai.graph.model import Resource, ResourceGraph, Value

_NETWORK: Final = "azure-native:network"
# Type → property that shows parts of it → type of the part and the segment of ids that it has.
_PARTS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    f"{_NETWORK}:NetworkSecurityGroup": {"securityRules": (f"{_NETWORK}:SecurityRule", "securityRules")},
    f"{_NETWORK}:RouteTable": {"routes": (f"{_NETWORK}:Route", "routes")},
    f"{_NETWORK}:VirtualNetwork": {
        "subnets": (f"{_NETWORK}:Subnet", "subnets"),
        "virtualNetworkPeerings": (f"{_NETWORK}:VirtualNetworkPeering", "virtualNetworkPeerings"),
    },
}


def beside(graph: ResourceGraph) -> Iterator[tuple[Resource, str, list[Value]]]:
    """Resources, the property that shows their parts, and the parts that no resource of the graph stands for."""
    for type_, parts in _PARTS.items():
        for whole in graph.of_type(type_):
            for name, (part, segment) in parts.items():
                shown = whole.outputs.get(name)
                if name in whole.inputs or not isinstance(shown, tuple) or not whole.id:
                    continue
                above = f"{whole.id}/{segment}/".lower()
                # Ids are the same in whatever case [Azure Resource Manager, "Resource ID"].
                managed = {one.id.lower() for one in graph.of_type(part) if one.id}
                left: list[Value] = [
                    item
                    for item in shown
                    if isinstance(item, Mapping) and f"{above}{item.get('name')}".lower() not in managed
                ]
                if left:
                    yield whole, name, left
