"""The way out: a route and a NAT gateway for the egress zone alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.options import child_options
from zt_ai.gcp.naming import ROLE, ZONE, Scope, described
from zt_ai.gcp.network.network import GATEWAY

ADDRESSES = 2  # public addresses; each has 64,512 ports for connections to one destination


@dataclass(frozen=True, kw_only=True)
class ProviderEgressArgs:
    """What `ProviderEgress` is made from."""

    scope: Scope
    network_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    """Subnet of the egress zone."""
    zone: str
    """Name of the egress zone."""
    route_tag: str
    """Network tag of the instances that the route is for. It is no identity: the firewall policy decides who sends."""
    labels: Mapping[str, str]


class ProviderEgress(pulumi.ComponentResource):
    """Fixed public addresses, a NAT gateway that serves one subnet, and a default route for one network tag.

    Three things have to agree before a packet leaves: the route, the NAT (no instance has a public address), and the
    firewall policy, which lets one identity reach the providers' names.

    Attributes:
        nat: the gateway. route: the default route. public_ips: the addresses that providers see, by number.
    """

    nat: gcp.compute.RouterNat
    route: gcp.compute.Route
    public_ips: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: ProviderEgressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:ProviderEgress", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        addresses = [
            gcp.compute.Address(
                f"{name}-{number}",
                name=scope.name(f"egress-{number}"),
                project=scope.project,
                region=scope.region,
                address_type="EXTERNAL",
                description=described("Seen by providers", {ZONE: args.zone, ROLE: "nat"}),
                labels=args.labels,
                opts=child,
            )
            for number in range(1, ADDRESSES + 1)
        ]
        router = gcp.compute.Router(
            f"{name}-router",
            name=scope.name("egress"),
            project=scope.project,
            region=scope.region,
            network=args.network_id,
            description=described("Way out of the egress zone", {ZONE: args.zone, ROLE: "nat"}),
            opts=child,
        )
        self.nat = gcp.compute.RouterNat(
            f"{name}-nat",
            name=scope.name("egress"),
            project=scope.project,
            region=scope.region,
            router=router.name,
            nat_ip_allocate_option="MANUAL_ONLY",
            nat_ips=[address.self_link for address in addresses],
            source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetworks=[
                gcp.compute.RouterNatSubnetworkArgs(name=args.subnet_id, source_ip_ranges_to_nats=["PRIMARY_IP_RANGE"])
            ],
            enable_dynamic_port_allocation=True,
            min_ports_per_vm=1024,
            max_ports_per_vm=32768,
            enable_endpoint_independent_mapping=False,
            log_config=gcp.compute.RouterNatLogConfigArgs(enable=True, filter="ALL"),
            opts=child,
        )
        self.route = gcp.compute.Route(
            f"{name}-route",
            name=scope.name("egress"),
            project=scope.project,
            network=args.network_id,
            description=described("Providers, for the egress proxy", {ZONE: args.zone, ROLE: "internet"}),
            dest_range="0.0.0.0/0",
            next_hop_gateway=GATEWAY,
            priority=1000,
            tags=[args.route_tag],
            opts=child,
        )
        self.public_ips = {str(number): address.address for number, address in enumerate(addresses, 1)}
        self.register_outputs({"publicIps": self.public_ips})
