"""The internal load balancer in front of the egress proxy, and the Private Link service in front of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import network

from zt_ai.azure.naming import TAG_ROLE, TAG_WORKLOAD, Scope
from zt_ai.intent.model import EGRESS_PROXY, PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT

# The two ways of using the proxy.
ENTRANCES = {"connect": PROXY_CONNECT_PORT, "gateway": PROXY_GATEWAY_PORT}
HEALTH_PATH = "/ready"
FRONTEND, POOL, PROBE = "front", "proxy", "ready"
_KIND = "Microsoft.Network/loadBalancers"


def balancer_name(scope: Scope) -> str:
    """Name of the load balancer."""
    return scope.name("proxy")


def part_id(scope: Scope, part: str, name: str) -> str:
    """Id of a part of the load balancer (`backendAddressPools`, `probes`, `frontendIPConfigurations`)."""
    return scope.id(f"{_KIND}/{part}", balancer_name(scope), name)


@dataclass(frozen=True, kw_only=True)
class Front:
    """Where the load balancer stands."""

    subnet_id: pulumi.Input[str]
    address: str
    zones: Sequence[str] = ()


def load_balancer(
    name: str, scope: Scope, front: Front, tags: Mapping[str, str], opts: pulumi.ResourceOptions
) -> network.LoadBalancer:
    """A load balancer inside the egress zone's subnet, which passes TCP on as it comes: TLS ends in the proxy.

    It gives its backends no way out of their own [Azure Load Balancer documentation, "Outbound rules": a standard
    internal load balancer does not], and its address is known before it exists.
    """
    frontend = network.SubResourceArgs(id=part_id(scope, "frontendIPConfigurations", FRONTEND))
    return network.LoadBalancer(
        name,
        resource_group_name=scope.group,
        load_balancer_name=balancer_name(scope),
        location=scope.location,
        sku=network.LoadBalancerSkuArgs(name="Standard", tier="Regional"),
        frontend_ip_configurations=[
            {
                "name": FRONTEND,
                "private_ip_address": front.address,
                "private_ip_allocation_method": "Static",
                "private_ip_address_version": "IPv4",
                "subnet": {"id": front.subnet_id},
                "zones": list(front.zones) or None,
            }
        ],
        backend_address_pools=[network.BackendAddressPoolArgs(name=POOL)],
        probes=[
            network.ProbeArgs(
                name=PROBE,
                protocol="Http",
                port=PROXY_HEALTH_PORT,
                request_path=HEALTH_PATH,
                interval_in_seconds=5,
                probe_threshold=2,
                no_healthy_backends_behavior="AllProbedDown",
            )
        ],
        load_balancing_rules=[
            network.LoadBalancingRuleArgs(
                name=way,
                protocol="Tcp",
                frontend_port=port,
                backend_port=port,
                frontend_ip_configuration=frontend,
                backend_address_pool=network.SubResourceArgs(id=part_id(scope, "backendAddressPools", POOL)),
                probe=network.SubResourceArgs(id=part_id(scope, "probes", PROBE)),
                # An answer may take long to begin; 30 minutes are the most.
                idle_timeout_in_minutes=30,
                enable_tcp_reset=True,
                enable_floating_ip=False,
                disable_outbound_snat=True,
                load_distribution="Default",
            )
            for way, port in ENTRANCES.items()
        ],
        tags={**tags, TAG_WORKLOAD: EGRESS_PROXY, TAG_ROLE: "front"},
        opts=opts,
    )


def private_link_service(
    name: str,
    scope: Scope,
    subnet_id: pulumi.Input[str],
    subscriptions: Sequence[str],
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> network.PrivateLinkService:
    """The proxy for other networks: they make a private endpoint to it and see no other address of ours.

    Their connections come from the subnet of this service, not from addresses of their own; who may call what is for
    the proxy to say, which knows its callers by certificate.
    """
    return network.PrivateLinkService(
        name,
        resource_group_name=scope.group,
        service_name=balancer_name(scope),
        location=scope.location,
        load_balancer_frontend_ip_configurations=[{"id": part_id(scope, "frontendIPConfigurations", FRONTEND)}],
        ip_configurations=[
            {
                "name": "consumers",
                "primary": True,
                "private_ip_allocation_method": "Dynamic",
                "private_ip_address_version": "IPv4",
                "subnet": {"id": subnet_id},
            }
        ],
        enable_proxy_protocol=False,
        visibility={"subscriptions": list(subscriptions)},
        auto_approval={"subscriptions": list(subscriptions)},
        tags={**tags, TAG_WORKLOAD: EGRESS_PROXY, TAG_ROLE: "private-link"},
        opts=opts,
    )
