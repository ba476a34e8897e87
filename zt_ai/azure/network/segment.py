"""One subnet with its network security group and its route table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import network

from zt_ai.azure.naming import TAG_ROLE, TAG_ZONE, Scope
from zt_ai.azure.network.network import Home
from zt_ai.azure.plan.layout import Segment, SubnetRole
from zt_ai.azure.plan.routes import Hop, Table
from zt_ai.azure.plan.rules import Group, Range, SecurityRule
from zt_ai.builders.options import after, child_options


@dataclass(frozen=True, kw_only=True)
class ZoneSubnetArgs:
    """What `ZoneSubnet` is made from."""

    scope: Scope
    home: Home
    segment: Segment
    rules: Sequence[SecurityRule] = ()
    """Rules of the network security group, the closing denials included."""
    table: Table = Table(False, ())  # noqa: RUF009 - frozen
    group_ids: Mapping[Group, pulumi.Input[str]] = field(default_factory=dict)
    before: Sequence[pulumi.Resource] = ()
    """Other subnets of the network: Azure refuses two changes of one network at a time."""
    tags: Mapping[str, str] = field(default_factory=dict)


class ZoneSubnet(pulumi.ComponentResource):
    """A subnet without outbound access of its own.

    Attributes:
        subnet: the resource. subnet_id: its id. table_name: of its route table, to which whoever owns a target adds.
        ready: what must exist before packets pass as specified.
    """

    subnet: network.Subnet
    subnet_id: pulumi.Output[str]
    table_name: str
    table: network.RouteTable
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: ZoneSubnetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:ZoneSubnet", name, None, opts)
        child = child_options(self, opts)
        self.ready = []
        firewall = args.segment.role is SubnetRole.FIREWALL
        # Azure Firewall protects its own subnet, and takes no network security group there [Azure Firewall FAQ].
        group = None if firewall else self._group(name, args, child)
        self.table_name = args.scope.name(args.segment.key)
        self.table = self._table(name, args, child)
        # The subnet waits for its rules, so that nothing is ever attached to a half-filled group.
        waits = after(child, *args.before, *self.ready)
        self.subnet = network.Subnet(
            f"{name}-subnet",
            resource_group_name=args.home.group,
            virtual_network_name=args.home.name,
            subnet_name=args.segment.subnet,
            address_prefix=args.segment.cidr,
            network_security_group=network.NetworkSecurityGroupArgs(id=group.id) if group else None,
            route_table=network.RouteTableArgs(id=self.table.id),
            # Without these words Azure gives every subnet a way out [Azure documentation, "Default outbound access"].
            default_outbound_access=False,
            private_endpoint_network_policies="Enabled",
            private_link_service_network_policies=(
                # A Private Link service takes its addresses only from a subnet without these policies [Azure
                # documentation, "Disable network policies for Private Link service source IP"]; security groups do
                # apply to the traffic.
                "Disabled" if args.segment.role is SubnetRole.CONSUMERS else "Enabled"
            ),
            opts=waits,
        )
        self.subnet_id = self.subnet.id
        self.ready.append(self.subnet)
        self.register_outputs({"subnetId": self.subnet_id, "routeTableName": self.table_name})

    def _tags(self, args: ZoneSubnetArgs) -> dict[str, str]:
        place = {TAG_ROLE: args.segment.role.value}
        if args.segment.zone is not None:
            place[TAG_ZONE] = args.segment.zone
        return {**args.tags, **args.scope.tags(place)}

    def _group(self, name: str, args: ZoneSubnetArgs, opts: pulumi.ResourceOptions) -> network.NetworkSecurityGroup:
        physical = args.scope.name(args.segment.key)
        group = network.NetworkSecurityGroup(
            f"{name}-group",
            resource_group_name=args.scope.group,
            network_security_group_name=physical,
            location=args.scope.location,
            # A connection that began under a rule which is gone ends with it.
            flush_connection=True,
            tags=self._tags(args),
            opts=opts,
        )
        self.ready += [_rule(name, args, physical, rule, after(opts, group)) for rule in args.rules]
        return group

    def _table(self, name: str, args: ZoneSubnetArgs, opts: pulumi.ResourceOptions) -> network.RouteTable:
        table = network.RouteTable(
            f"{name}-routes",
            resource_group_name=args.scope.group,
            route_table_name=self.table_name,
            location=args.scope.location,
            disable_bgp_route_propagation=not args.table.learns,
            tags=self._tags(args),
            opts=opts,
        )
        for route in args.table.routes:
            if route.hop is not Hop.FIREWALL:  # that one is made with the firewall
                self.ready.append(
                    network.Route(
                        f"{name}-route-{route.name}",
                        resource_group_name=args.scope.group,
                        route_table_name=self.table_name,
                        route_name=route.name,
                        address_prefix=route.prefix,
                        next_hop_type=route.hop.value,
                        next_hop_ip_address=route.address,
                        opts=after(opts, table),
                    )
                )
        return table


def _rule(
    name: str, args: ZoneSubnetArgs, group: str, rule: SecurityRule, opts: pulumi.ResourceOptions
) -> network.SecurityRule:
    source, destination = rule.source, rule.destination
    return network.SecurityRule(
        f"{name}-{rule.name}",
        resource_group_name=args.scope.group,
        network_security_group_name=group,
        security_rule_name=rule.name,
        description=rule.description,
        priority=rule.priority,
        direction="Inbound" if rule.inbound else "Outbound",
        access="Allow" if rule.allow else "Deny",
        protocol=rule.protocol,
        source_port_range="*",
        source_address_prefix=_one(source),
        source_address_prefixes=_several(source),
        source_application_security_groups=_groups(args, source),
        destination_address_prefix=_one(destination),
        destination_address_prefixes=_several(destination),
        destination_application_security_groups=_groups(args, destination),
        destination_port_range=rule.ports[0] if len(rule.ports) == 1 else None,
        destination_port_ranges=list(rule.ports) if len(rule.ports) > 1 else None,
        opts=opts,
    )


def _one(end: Group | Range) -> str | None:
    return end.prefixes[0] if isinstance(end, Range) and len(end.prefixes) == 1 else None


def _several(end: Group | Range) -> list[str] | None:
    return list(end.prefixes) if isinstance(end, Range) and len(end.prefixes) > 1 else None


def _groups(args: ZoneSubnetArgs, end: Group | Range) -> list[network.ApplicationSecurityGroupArgs] | None:
    if isinstance(end, Range):
        return None
    return [network.ApplicationSecurityGroupArgs(id=args.group_ids[end])]
