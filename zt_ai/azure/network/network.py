"""The virtual network, and the peering through which outside networks arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import network

from zt_ai.azure.naming import Scope
from zt_ai.builders.options import after, child_options
from zt_ai.spec.clouds.azure import AzureHub


@dataclass(frozen=True, slots=True)
class Home:
    """A virtual network by id: ours, or one that exists already in a resource group of its own."""

    id: str

    @property
    def name(self) -> str:
        """Name of the network."""
        return self.id.rpartition("/")[2]

    @property
    def group(self) -> str:
        """Resource group of the network, in which its subnets have to be made."""
        return self.id.split("/")[4]


@dataclass(frozen=True, kw_only=True)
class SegmentedNetworkArgs:
    """What `SegmentedNetwork` is made from."""

    scope: Scope
    cidr: str
    """Range of the network; where one is adopted, the part of it that is ours."""
    virtual_network: str | None = None
    """Id of an existing network. Its other subnets are left alone: they belong to others."""
    hub: AzureHub | None = None
    """The hub that it is peered with."""
    tags: Mapping[str, str] = field(default_factory=dict)


class SegmentedNetwork(pulumi.ComponentResource):
    """A virtual network without subnets of its own: each is a resource, because updating a network deletes every subnet
    that it does not list [github.com/pulumi/pulumi-azure-native, issue 611].

    Attributes:
        home: where the network is. network_id: its id, from its deployment where it is ours.
        ready: what must exist before a subnet can be made.
    """

    home: Home
    network_id: pulumi.Input[str]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: SegmentedNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:SegmentedNetwork", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        self.ready = []
        if args.virtual_network is None:
            self.home = Home(scope.id("Microsoft.Network/virtualNetworks", scope.name("network", 64)))
            made = network.VirtualNetwork(
                f"{name}-network",
                resource_group_name=scope.group,
                virtual_network_name=self.home.name,
                location=scope.location,
                address_space=network.AddressSpaceArgs(address_prefixes=[args.cidr]),
                enable_ddos_protection=False,
                tags={**args.tags, **scope.tags()},
                opts=child,
            )
            self.network_id = made.id
            self.ready.append(made)
        else:
            self.home = Home(args.virtual_network)
            self.network_id = args.virtual_network
        if args.hub is not None:
            # Subnets wait for it: a peering and a subnet that change one network at once are refused by Azure.
            self.ready.append(self._peering(name, args.hub, after(child, *self.ready)))
        self.register_outputs({"networkId": self.network_id})

    def _peering(self, name: str, hub: AzureHub, opts: pulumi.ResourceOptions) -> network.VirtualNetworkPeering:
        return network.VirtualNetworkPeering(
            f"{name}-hub",
            resource_group_name=self.home.group,
            virtual_network_name=self.home.name,
            virtual_network_peering_name="hub",
            remote_virtual_network=network.SubResourceArgs(id=hub.virtual_network),
            allow_virtual_network_access=True,
            # What the hub forwards for the networks behind it has their addresses, not its own.
            allow_forwarded_traffic=True,
            allow_gateway_transit=False,
            use_remote_gateways=hub.appliance is None,
            opts=opts,
        )
