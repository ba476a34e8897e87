"""Rules, routes and subnets that a refresh found in Azure become part of the graph; those of the stack do not."""

from __future__ import annotations

import pytest

from zt_ai.graph.found import with_found
from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value

BASE = "/subscriptions/0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0/resourceGroups/rg/providers/Microsoft.Network"
WHOLES = [
    ("NetworkSecurityGroup", "networkSecurityGroups", "SecurityRule", "securityRules"),
    ("RouteTable", "routeTables", "Route", "routes"),
    ("VirtualNetwork", "virtualNetworks", "Subnet", "subnets"),
    ("VirtualNetwork", "virtualNetworks", "VirtualNetworkPeering", "virtualNetworkPeerings"),
]


def resource(type_: str, id_: str, outputs: dict[str, Value] | None = None, **inputs: Value) -> Resource:
    return Resource(id_, f"azure-native:network:{type_}", id_, None, True, f"{BASE}/{id_}", inputs, outputs or {})


def graph(*resources: Resource) -> ResourceGraph:
    return ResourceGraph({one.urn: one for one in resources}, "state")


@pytest.mark.parametrize(("whole", "segment", "part", "shows"), WHOLES)
def test_what_is_the_stacks_own_is_not_found(whole: str, segment: str, part: str, shows: str) -> None:
    """In whatever case Azure answers its name."""
    before = graph(
        resource(whole, f"{segment}/it", {shows: ({"name": "Mine"},)}),
        resource(part, f"{segment}/it/{shows}/mine"),
    )
    assert with_found(before) is before


@pytest.mark.parametrize(("whole", "segment", "part", "shows"), WHOLES)
def test_what_somebody_else_made_is_found(whole: str, segment: str, part: str, shows: str) -> None:
    shown = ({"name": "mine"}, {"name": "theirs", "priority": 100})
    found = with_found(
        graph(
            resource(whole, f"{segment}/it", {shows: shown}),
            resource(part, f"{segment}/it/{shows}/mine"),
            resource(part, f"{segment}/other/{shows}/theirs"),
        )
    )
    assert found.resources[f"{segment}/it"].inputs[shows] == ({"name": "theirs", "priority": 100},)


def test_what_is_given_inline_is_the_programs() -> None:
    inline = ({"name": "inline"},)
    before = graph(resource("RouteTable", "routeTables/it", {"routes": inline}, routes=inline))
    assert with_found(before) is before


def test_ids_in_it_become_references() -> None:
    group = resource("ApplicationSecurityGroup", "applicationSecurityGroups/web")
    rule: Value = {"name": "theirs", "sourceApplicationSecurityGroups": ({"id": group.id},)}
    found = with_found(
        graph(resource("NetworkSecurityGroup", "networkSecurityGroups/it", {"securityRules": (rule,)}), group)
    )
    (one,) = found.resources["networkSecurityGroups/it"].inputs["securityRules"]  # type: ignore[misc]
    assert one["sourceApplicationSecurityGroups"] == ({"id": Ref(group.urn)},)  # type: ignore[call-overload,index]
