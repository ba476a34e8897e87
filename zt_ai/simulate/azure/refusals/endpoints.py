"""Private endpoints, their DNS zone groups, Private Link services.

[Microsoft Learn, "What is a private endpoint?", "What is Azure Private Link service?", "Azure Private Link limits";
"Manage network policies for Private Link services"; "Private endpoint DNS zone groups".]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.azure import addresses, ids
from zt_ai.simulate.azure.act import Act, at, listed, refuses, refuses_delete, values_at
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.world import Thing

# "What is a private endpoint?", "Private-link resource": the sub-resources of each type.
_STORAGE = ("blob", "table", "queue", "file", "web", "dfs")
SUBRESOURCES: Mapping[str, frozenset[str]] = {
    "storage:StorageAccount": frozenset({*_STORAGE, *(f"{name}_secondary" for name in _STORAGE)}),
    "keyvault:Vault": frozenset({"vault"}),
    "containerregistry:Registry": frozenset({"registry"}),
    "cognitiveservices:Account": frozenset({"account"}),
    "monitor:PrivateLinkScope": frozenset({"azuremonitor"}),
    "network:PrivateLinkService": frozenset(),
}
_CONNECTIONS = ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections")


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with an endpoint whatever else exists."""
    if not token.endswith(":network:PrivateEndpoint"):
        return []
    given = [item for key in _CONNECTIONS for item in listed(inputs.get(key))]
    if len(given) != 1:
        return [
            Problem(_CONNECTIONS[0], f"BadRequest: a private endpoint has one connection; this one has {len(given)}")
        ]
    if inputs.get("subnet") is None:
        return [Problem("subnet", "InvalidRequestFormat: a private endpoint needs a subnet")]
    return []


@refuses("network:PrivateEndpoint")
def endpoint(act: Act) -> None:
    """The sub-resource is one of its target's; the target can be reached by a private link; quotas; addresses."""
    subnet_id = str(at(act.inputs, "subnet.id"))
    network = ids.parent(subnet_id)
    if act.thing is None:
        count = sum(
            1
            for other in act.others("network:PrivateEndpoint")
            if ids.same(ids.parent(str(at(other.inputs, "subnet.id"))), network)
        )
        act.limit(
            "private-endpoints-per-network", count, "PrivateEndpointCountLimitReached", "private endpoints in a network"
        )
    for key in _CONNECTIONS:
        for connection in listed(act.inputs.get(key)):
            if isinstance(connection, Mapping):
                _connection(act, connection)
    for item in listed(act.inputs.get("ipConfigurations")):
        if isinstance(item, Mapping) and isinstance(item.get("privateIPAddress"), str):
            addresses.check_one(act, item["privateIPAddress"], subnet_id)


def _connection(act: Act, connection: Mapping[str, Any]) -> None:
    target = act.find(connection.get("privateLinkServiceId"), *SUBRESOURCES)
    if target is None:
        return
    kind = target.type.removeprefix("azure-native:")
    allowed = SUBRESOURCES[kind]
    wanted = [str(name) for name in listed(connection.get("groupIds"))]
    if (not wanted and allowed) or any(name.lower() not in allowed for name in wanted):
        said = ", ".join(sorted(allowed)) or "none"
        raise CloudError(
            "BadRequest", f"sub-resources (groupIds) of {ids.leaf(target.id)} are: {said}; asked for {wanted}"
        )
    if len(wanted) > 1:
        raise CloudError("BadRequest", f"a connection is for one sub-resource; asked for {wanted}")
    _linkable(target, kind)


def _linkable(target: Thing, kind: str) -> None:
    if target.origin == "assumed":
        return
    if kind == "containerregistry:Registry" and str(at(target.inputs, "sku.name")) != "Premium":
        raise CloudError(
            "BadRequest", f"registry {ids.leaf(target.id)} is not of the Premium tier, which private endpoints need"
        )
    if kind == "cognitiveservices:Account" and not values_at(target.inputs, "properties.customSubDomainName"):
        raise CloudError(
            "BadRequest", f"account {ids.leaf(target.id)} has no custom subdomain, which private endpoints need"
        )


@refuses("network:PrivateDnsZoneGroup")
def zone_group(act: Act) -> None:
    """One group for an endpoint, with up to five zones."""
    others = list(act.beside("network:PrivateDnsZoneGroup"))
    if others:
        raise CloudError(
            "BadRequest",
            f"private endpoint {ids.leaf(ids.parent(act.id) or '')} has the DNS zone group "
            f"{ids.leaf(others[0].id)} already",
        )
    configs = [item for item in listed(act.inputs.get("privateDnsZoneConfigs")) if isinstance(item, Mapping)]
    if len(configs) > act.quota("zones-per-endpoint"):
        raise CloudError(
            "BadRequest",
            f"a DNS zone group has up to {act.quota('zones-per-endpoint')} zones; this one has {len(configs)}",
        )
    names = [str(item.get("name")) for item in configs]
    if len(set(names)) != len(names):
        raise CloudError("BadRequest", f"two configurations of a DNS zone group share a name: {names}")


@refuses("network:PrivateLinkService")
def link_service(act: Act) -> None:
    """In a subnet without network policies for Private Link services, in front of a standard load balancer."""
    if act.thing is None:
        act.limit(
            "private-link-services",
            len(list(act.nearby("network:PrivateLinkService"))),
            "PrivateLinkServiceCountLimitReached",
            "private link services",
        )
    for item in listed(act.inputs.get("ipConfigurations")):
        subnet = act.find(at(item, "subnet.id"), "network:Subnet") if isinstance(item, Mapping) else None
        policies = "Disabled" if subnet is None else str(subnet.value("privateLinkServiceNetworkPolicies") or "Enabled")
        if subnet is not None and subnet.origin != "assumed" and policies != "Disabled":
            raise CloudError(
                "PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
                f"Private link service {act.id} cannot be created in a subnet {subnet.id} since it has "
                "private link service network policies enabled.",
            )
    addresses.check_given(act, "ipConfigurations")
    for value in values_at(act.inputs, "loadBalancerFrontendIpConfigurations.id"):
        balancer = act.find(str(value).rsplit("/", 2)[0], "network:LoadBalancer")
        if balancer is not None and balancer.origin != "assumed" and str(at(balancer.inputs, "sku.name")) != "Standard":
            raise CloudError(
                "PrivateLinkServiceIsNotSupportedForBasicLB",
                f"load balancer {ids.leaf(balancer.id)} is not of the Standard SKU",
            )


@refuses_delete("network:PrivateLinkService")
def link_service_in_use(act: Act) -> None:
    """A Private Link service stays while private endpoints are connected to it."""
    for other in act.others("network:PrivateEndpoint"):
        for key in _CONNECTIONS:
            if any(ids.same(value, act.id) for value in values_at(other.inputs, f"{key}.privateLinkServiceId")):
                raise CloudError(
                    "PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted",
                    f"{act.id} has a connection from {other.id}",
                )
