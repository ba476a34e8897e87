"""Route tables, routes and associations (VPC User Guide, "Route tables")."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws.act import Act, refuses, refuses_delete
from zt_ai.simulate.problems import CloudError, Problem

_TABLE = "aws:ec2/routeTable:RouteTable"
_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


def check_static(kind: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """The destination of a route, whatever else exists."""
    text = inputs.get("destinationCidrBlock")
    if kind != "aws:ec2/route:Route" or not isinstance(text, str):
        return []
    try:
        ipaddress.IPv4Network(text, strict=True)
    except ValueError as error:
        return [Problem("destinationCidrBlock", f"InvalidParameterValue: {text!r} is not a CIDR block: {error}")]
    return []


def _is_six(destination: Any) -> bool:
    return ":" in str(destination)


@refuses("ec2/route:Route")
def route(act: Act) -> None:
    """One route for a destination in a table, none for the VPC's own range, no more than the quota."""
    table_id = act.inputs.get("routeTableId")
    destination = next((act.inputs[key] for key in _DESTINATIONS if act.inputs.get(key)), None)
    routes = [other for other in act.others("ec2/route:Route") if other.inputs.get("routeTableId") == table_id]
    table = act.world.get(_TABLE, str(table_id))
    inline = [r.get("cidrBlock") or r.get("ipv6CidrBlock") for r in (table.value("routes") or [])] if table else []
    for other in routes:
        if destination in [other.inputs.get(key) for key in _DESTINATIONS]:
            raise CloudError("RouteAlreadyExists", f"{table_id} already has a route to {destination} ({other.urn})")
    if destination in inline:
        raise CloudError("RouteAlreadyExists", f"{table_id} already has a route to {destination}")
    vpc = act.world.get("aws:ec2/vpc:Vpc", str(table.value("vpcId"))) if table else None
    if vpc is not None and destination == vpc.value("cidrBlock") and act.inputs.get("gatewayId") != "local":
        raise CloudError("RouteAlreadyExists", f"{destination} is the local route of {vpc.id}")
    if act.thing is None:
        # Counted apart for IPv4 and IPv6 [VPC User Guide, "Amazon VPC quotas", Route tables].
        six = _is_six(destination)
        taken = [next((o.inputs[key] for key in _DESTINATIONS if o.inputs.get(key)), None) for o in routes]
        count = sum(1 for one in [*taken, *inline] if _is_six(one) == six)
        act.limit("routes-per-route-table", count, "RouteLimitExceeded", f"routes in {table_id}")
    gateway = act.world.get("aws:ec2/internetGateway:InternetGateway", str(act.inputs.get("gatewayId")))
    if gateway is not None and table is not None and gateway.inputs.get("vpcId") != table.value("vpcId"):
        raise CloudError("InvalidParameterValue", f"{gateway.id} is not attached to {table.value('vpcId')}")


@refuses("ec2/routeTable:RouteTable")
def table_quota(act: Act) -> None:
    """Route tables per VPC."""
    if act.thing is None:
        mine = [o for o in act.others("ec2/routeTable:RouteTable") if o.value("vpcId") == act.inputs.get("vpcId")]
        act.limit("route-tables-per-vpc", len(mine), "RouteTableLimitExceeded", "route tables in the VPC")


@refuses("ec2/routeTableAssociation:RouteTableAssociation")
def one_table(act: Act) -> None:
    """A subnet has one route table, of its own VPC."""
    subnet_id, table_id = act.inputs.get("subnetId"), act.inputs.get("routeTableId")
    for other in act.others("ec2/routeTableAssociation:RouteTableAssociation"):
        if subnet_id and other.inputs.get("subnetId") == subnet_id:
            raise CloudError(
                "Resource.AlreadyAssociated", f"{subnet_id} is associated with {other.inputs.get('routeTableId')}"
            )
    subnet, table = act.world.get("aws:ec2/subnet:Subnet", str(subnet_id)), act.world.get(_TABLE, str(table_id))
    if subnet is not None and table is not None and subnet.value("vpcId") != table.value("vpcId"):
        raise CloudError("InvalidParameterValue", f"{table_id} and {subnet_id} belong to different networks")


@refuses_delete("ec2/routeTable:RouteTable")
def main_table_stays(act: Act) -> None:
    """The main route table of a VPC cannot be deleted."""
    if act.thing is not None and act.thing.origin == "born":
        raise CloudError("DependencyViolation", f"the main route table {act.thing.id} goes only with its VPC")
