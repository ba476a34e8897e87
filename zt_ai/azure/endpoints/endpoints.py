"""Private endpoints of the managed services, in one subnet of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import network

from zt_ai.azure.endpoints.dns import PrivateZones
from zt_ai.azure.naming import TAG_ROLE, TAG_SERVICE, Scope
from zt_ai.azure.plan.accounts import Account
from zt_ai.azure.plan.rules import Group, GroupRole
from zt_ai.builders.options import after, child_options


def endpoint_name(scope: Scope, account: Account) -> str:
    """Name of an account's private endpoint; at most 64 characters."""
    return scope.name(account.key, 64)


@dataclass(frozen=True, kw_only=True)
class PrivateEndpointsArgs:
    """What `PrivateEndpoints` is made from."""

    scope: Scope
    accounts: Sequence[Account]
    account_ids: Mapping[str, pulumi.Input[str]]
    """Id of each account by its key."""
    subnet_id: pulumi.Input[str]
    group_ids: Mapping[Group, pulumi.Input[str]]
    """Application security groups; that of each endpoint is the only one it carries."""
    zones: PrivateZones | None
    """Private DNS zones; None where the organisation's policy makes the zone groups."""
    tags: Mapping[str, str] = field(default_factory=dict)


class PrivateEndpoints(pulumi.ComponentResource):
    """One private endpoint for each account, approved at once, with its names in the private DNS zones.

    Endpoints of one subnet are made one after the other: Azure refuses two at a time [Azure Resource Manager error
    `AnotherOperationInProgress`].

    Attributes:
        endpoints: the resources by the key of the account. ready: what must exist before a name resolves.
    """

    endpoints: dict[str, network.PrivateEndpoint]
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: PrivateEndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:PrivateEndpoints", name, None, opts)
        child = child_options(self, opts)
        self.endpoints, self.ready = {}, []
        previous: list[pulumi.Resource] = []
        for account in args.accounts:
            endpoint = self._endpoint(name, args, account, after(child, *previous))
            self.endpoints[account.key] = endpoint
            previous = [endpoint]
            if args.zones is not None:
                waits = after(child, endpoint, *(args.zones.zones[zone] for zone in account.reach.zones))
                self.ready.append(self._zone_group(name, args, account, waits))
        self.register_outputs({"endpointIds": {key: endpoint.id for key, endpoint in self.endpoints.items()}})

    @staticmethod
    def _endpoint(
        name: str, args: PrivateEndpointsArgs, account: Account, opts: pulumi.ResourceOptions
    ) -> network.PrivateEndpoint:
        physical = endpoint_name(args.scope, account)
        return network.PrivateEndpoint(
            f"{name}-{account.key}",
            resource_group_name=args.scope.group,
            private_endpoint_name=physical,
            location=args.scope.location,
            custom_network_interface_name=args.scope.name(f"{account.key}-endpoint"),
            # Not `SubnetArgs`: it would say what the subnet's network policies are by default.
            subnet={"id": args.subnet_id},
            application_security_groups=[
                network.ApplicationSecurityGroupArgs(id=args.group_ids[Group(GroupRole.ENDPOINT, account.key)])
            ],
            private_link_service_connections=[
                network.PrivateLinkServiceConnectionArgs(
                    name=account.key,
                    private_link_service_id=args.account_ids[account.key],
                    group_ids=[account.reach.group],
                )
            ],
            tags={
                **args.tags,
                **args.scope.tags({TAG_ROLE: GroupRole.ENDPOINT.value, TAG_SERVICE: " ".join(account.services)}),
            },
            opts=opts,
        )

    @staticmethod
    def _zone_group(
        name: str, args: PrivateEndpointsArgs, account: Account, opts: pulumi.ResourceOptions
    ) -> network.PrivateDnsZoneGroup:
        return network.PrivateDnsZoneGroup(
            f"{name}-{account.key}-names",
            resource_group_name=args.scope.group,
            private_endpoint_name=endpoint_name(args.scope, account),
            # An endpoint has one group [Azure documentation, "Azure Private Endpoint DNS integration"].
            private_dns_zone_group_name="default",
            private_dns_zone_configs=[
                network.PrivateDnsZoneConfigArgs(
                    name=zone.replace(".", "-"),
                    private_dns_zone_id=args.scope.id("Microsoft.Network/privateDnsZones", zone),
                )
                for zone in account.reach.zones
            ],
            opts=opts,
        )
