"""Whatever is not known, or is taken out of a plan, the verifier gives an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.verify.azure.planned import planned, proof_of
from zt_ai.graph.model import Resource, ResourceGraph, Unknown
from zt_ai.verify.model import Verdict

# Inputs that decide about an access: without them nothing is proved.
DECIDING = (
    ("network:SecurityRule", "direction"),
    ("network:SecurityRule", "access"),
    ("network:SecurityRule", "priority"),
    ("network:SecurityRule", "protocol"),
    ("network:SecurityRule", "sourceAddressPrefix"),
    ("network:SecurityRule", "destinationPortRange"),
    ("network:SecurityRule", "networkSecurityGroupName"),
    ("network:Subnet", "addressPrefix"),
    ("network:Subnet", "networkSecurityGroup"),
    ("network:Subnet", "routeTable"),
    ("network:Subnet", "defaultOutboundAccess"),
    ("network:Subnet", "privateEndpointNetworkPolicies"),
    ("network:Subnet", "virtualNetworkName"),
    ("network:Route", "nextHopType"),
    ("network:Route", "addressPrefix"),
    ("network:Route", "routeTableName"),
    ("network:RouteTable", "disableBgpRoutePropagation"),
    ("network:VirtualNetwork", "addressSpace"),
    ("network:PrivateEndpoint", "subnet"),
    ("network:PrivateEndpoint", "privateLinkServiceConnections"),
    ("network:AzureFirewall", "firewallPolicy"),
    ("network:FirewallPolicyRuleCollectionGroup", "ruleCollections"),
    ("network:LoadBalancer", "loadBalancingRules"),
    ("network:FlowLog", "enabled"),
    ("network:FlowLog", "targetResourceId"),
    ("dnsresolver:DnsSecurityRule", "action"),
    ("dnsresolver:DnsSecurityRule", "dnsSecurityRuleState"),
    ("dnsresolver:DnsResolverDomainList", "domains"),
    ("storage:StorageAccount", "publicNetworkAccess"),
    ("storage:StorageAccount", "immutableStorageWithVersioning"),
    ("keyvault:Vault", "properties"),
    ("containerregistry:Registry", "publicNetworkAccess"),
    ("authorization:RoleDefinition", "permissions"),
    ("authorization:RoleAssignment", "scope"),
    ("compute:VirtualMachineScaleSet", "virtualMachineProfile"),
)


def _firsts() -> Iterator[tuple[Resource, str]]:
    """Each input of each type once."""
    seen: set[tuple[str, str]] = set()
    for resource in planned("minimal")[2]:
        for name in resource.inputs if resource.custom else ():
            if (resource.type, name) not in seen:
                seen.add((resource.type, name))
                yield resource, name


def _without(resource: Resource, **inputs: object) -> ResourceGraph:
    graph = planned("minimal")[2]
    changed = replace(resource, inputs={**resource.inputs, **inputs})  # type: ignore[dict-item]
    return ResourceGraph({**graph.resources, resource.urn: changed}, graph.source)


def test_nothing_that_is_not_known_stops_the_verifier() -> None:
    for resource, name in _firsts():
        assert proof_of("minimal", _without(resource, **{name: Unknown()})).claims


def test_nothing_that_is_taken_out_stops_the_verifier() -> None:
    graph = planned("minimal")[2]
    for type_ in {resource.type for resource in graph if resource.custom}:
        first = graph.of_type(type_)[0]
        left = {urn: one for urn, one in graph.resources.items() if urn != first.urn}
        assert proof_of("minimal", ResourceGraph(left, graph.source)).claims


@pytest.mark.parametrize(("type_", "name"), DECIDING, ids=lambda word: word)
def test_what_decides_and_is_not_known_is_not_proved(type_: str, name: str) -> None:
    graph = planned("minimal")[2]
    carrying = [one for one in graph.of_type(f"azure-native:{type_}") if one.inputs.get(name) is not None]
    assert carrying
    for resource in carrying[:2]:
        assert proof_of("minimal", _without(resource, **{name: Unknown()})).verdict is not Verdict.PROVED, resource.name
