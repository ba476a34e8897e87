"""The VPC network, its subnets and the route to Google's APIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.options import child_options
from zt_ai.gcp.naming import ROLE, ZONE, Scope, described
from zt_ai.gcp.network.layout import Subnet
from zt_ai.gcp.network.rules import RESTRICTED_VIP

GATEWAY = "default-internet-gateway"


@dataclass(frozen=True, kw_only=True)
class SegmentedNetworkArgs:
    """What `SegmentedNetwork` is made from."""

    scope: Scope
    subnets: Sequence[Subnet]
    """One for each zone."""
    network: str | None = None
    """Path of an existing network (`projects/P/global/networks/N`); without it one is made."""
    google_apis: bool = True
    """Whether any workload uses a managed service: then the restricted addresses have a route."""


class SegmentedNetwork(pulumi.ComponentResource):
    """A custom network without default routes, a subnet for each zone with flow logs, and the route to the restricted
    addresses.

    Attributes:
        network: the resource, None where it was adopted. network_id: path, known beforehand where it was adopted.
        subnets: by zone. subnet_ids: by zone. ready: what must exist before packets pass.
    """

    network: gcp.compute.Network | None
    network_id: pulumi.Input[str]
    subnets: dict[str, gcp.compute.Subnetwork]
    subnet_ids: dict[str, pulumi.Output[str]]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: SegmentedNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:SegmentedNetwork", name, None, opts)
        child = child_options(self, opts)
        self.network = None if args.network else self._network(name, args.scope, child)
        self.network_id = self.network.id if self.network else str(args.network)
        self.subnets = {subnet.zone: self._subnet(name, args.scope, subnet, child) for subnet in args.subnets}
        self.subnet_ids = {zone: subnet.id for zone, subnet in self.subnets.items()}
        self.ready = list(self.subnets.values())
        if args.google_apis:
            self.ready.append(self._route(name, args.scope, child))
        self.register_outputs({"networkId": self.network_id, "subnetIds": self.subnet_ids})

    @staticmethod
    def _network(name: str, scope: Scope, opts: pulumi.ResourceOptions) -> gcp.compute.Network:
        return gcp.compute.Network(
            name,
            name=scope.network(),
            project=scope.project,
            description=described(f"Zones of {scope.spec}", {ROLE: "network"}),
            auto_create_subnetworks=False,
            delete_default_routes_on_create=True,
            routing_mode="REGIONAL",
            # Google's default asks the network's own rules first, which anybody with a lesser role may write.
            network_firewall_policy_enforcement_order="BEFORE_CLASSIC_FIREWALL",
            opts=opts,
        )

    def _subnet(self, name: str, scope: Scope, subnet: Subnet, opts: pulumi.ResourceOptions) -> gcp.compute.Subnetwork:
        return gcp.compute.Subnetwork(
            f"{name}-{subnet.zone}",
            name=subnet.name,
            project=scope.project,
            region=scope.region,
            network=self.network_id,
            description=described(f"Zone {subnet.zone}", {ZONE: subnet.zone, ROLE: "zone"}),
            ip_cidr_range=subnet.cidr,
            private_ip_google_access=True,
            stack_type="IPV4_ONLY",
            # Every flow, without sampling: a record that leaves out half of the accesses proves nothing.
            log_config=gcp.compute.SubnetworkLogConfigArgs(
                aggregation_interval="INTERVAL_5_SEC",
                flow_sampling=1.0,
                metadata="INCLUDE_ALL_METADATA",
                filter_expr="true",
            ),
            opts=opts,
        )

    def _route(self, name: str, scope: Scope, opts: pulumi.ResourceOptions) -> gcp.compute.Route:
        """Although it names the internet gateway, packets to these addresses stay in Google's network [VPC, "Configure
        Private Google Access": routing options]."""
        return gcp.compute.Route(
            f"{name}-google-apis",
            name=scope.name("google-apis"),
            project=scope.project,
            network=self.network_id,
            description=described("Google's APIs that VPC Service Controls protect", {ROLE: "google-apis"}),
            dest_range=RESTRICTED_VIP,
            next_hop_gateway=GATEWAY,
            priority=1000,
            opts=opts,
        )


@dataclass(frozen=True, kw_only=True)
class HubAttachmentArgs:
    """What `HubAttachment` is made from."""

    scope: Scope
    network_id: pulumi.Input[str]
    hub: str
    """Path of the Network Connectivity Center hub."""
    ranges: Sequence[str]
    """Ranges of subnets that are announced to the hub: those of access zones."""
    labels: Mapping[str, str]


class HubAttachment(pulumi.ComponentResource):
    """The network as a spoke of an existing hub, through whose Interconnect attachments or tunnels networks outside
    arrive. Only the ranges given are announced, so no other zone has an address that is known outside [Network
    Connectivity Center, "VPC spokes overview": export filters].

    Attributes:
        spoke: the resource.
    """

    spoke: gcp.networkconnectivity.Spoke

    def __init__(self, name: str, args: HubAttachmentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:HubAttachment", name, None, opts)
        child = child_options(self, opts)
        self.spoke = gcp.networkconnectivity.Spoke(
            name,
            name=args.scope.name("spoke"),
            project=args.scope.project,
            location="global",
            hub=args.hub,
            description=described("Networks outside arrive here", {ROLE: "hub"}),
            linked_vpc_network=gcp.networkconnectivity.SpokeLinkedVpcNetworkArgs(
                uri=args.network_id, include_export_ranges=sorted(args.ranges)
            ),
            labels=args.labels,
            opts=child,
        )
        self.register_outputs({"spokeId": self.spoke.id})
