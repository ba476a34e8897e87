"""What is in the network beside the plan: nothing that the plan does not show may let a packet through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.conformance.apply_filters import LAST_RULE
from tests.conformance.world import Cloud, View

_LISTINGS = {
    # planned type: (listing, its list, its id); every item in the planned VPC must have been planned
    "aws:ec2/subnet:Subnet": ("describe_subnets", "Subnets", "SubnetId"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    "aws:ec2/natGateway:NatGateway": ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
}


def extras(cloud: Cloud) -> list[str]:
    """Everything in the planned VPC that no planned resource accounts for, in words."""
    view = View(cloud)
    vpcs = _ids(cloud, "aws:ec2/vpc:Vpc")
    return [
        *_unplanned(cloud, view, vpcs),
        *_rules(cloud, view, vpcs),
        *_entries(cloud, view, vpcs),
        *_routes(cloud, view, vpcs),
        *_gateways(cloud, view, vpcs),
        *_open_subnets(view, vpcs),
    ]


def _ids(cloud: Cloud, *types: str) -> set[str]:
    return {stored.made.id for stored in cloud.stored.values() if stored.planned.type in types}


def _in(view: View, vpcs: set[str], operation: str, found: str) -> list[Any]:
    return [item for item in view.every("ec2", operation, found) if item.get("VpcId") in vpcs]


def _unplanned(cloud: Cloud, view: View, vpcs: set[str]) -> Iterator[str]:
    # A firewall's endpoints are AWS's own: they come with the firewall.
    brought = {
        attachment["endpointId"]
        for stored in cloud.stored.values()
        for status in stored.made.outputs.get("firewallStatuses", [])
        for state in status["syncStates"]
        for attachment in state["attachments"]
    }
    for type_, (operation, found, id_key) in _LISTINGS.items():
        known = _ids(cloud, type_) | brought
        yield from (
            f"{item[id_key]} was not planned" for item in _in(view, vpcs, operation, found) if item[id_key] not in known
        )
    groups = _ids(cloud, "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    for group in _in(view, vpcs, "describe_security_groups", "SecurityGroups"):
        if group["GroupId"] not in groups:
            yield f"group {group['GroupName']} was not planned"


def _rules(cloud: Cloud, view: View, vpcs: set[str]) -> Iterator[str]:
    """Rules of groups that no rule resource made, and pairs that EC2 would refuse as duplicates.

    To EC2 the description is no part of a rule's identity: AuthorizeSecurityGroupIngress answers
    `InvalidPermission.Duplicate`, where moto sees two rules.
    """
    planned = _ids(
        cloud,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    )
    groups = {group["GroupId"] for group in _in(view, vpcs, "describe_security_groups", "SecurityGroups")}
    seen: Counter[tuple[Any, ...]] = Counter()
    for rule in view.every("ec2", "describe_security_group_rules", "SecurityGroupRules"):
        if rule["GroupId"] not in groups:
            continue
        peer = rule.get("CidrIpv4") or rule.get("PrefixListId") or rule["ReferencedGroupInfo"]["GroupId"]
        meaning = (
            rule["GroupId"],
            rule["IsEgress"],
            rule["IpProtocol"],
            rule.get("FromPort"),
            rule.get("ToPort"),
            peer,
        )
        seen[meaning] += 1
        if rule["SecurityGroupRuleId"] not in planned:
            yield f"rule {meaning} was not planned"
    yield from (f"rule {meaning} is there {count} times" for meaning, count in seen.items() if count > 1)


def _entries(cloud: Cloud, view: View, vpcs: set[str]) -> Iterator[str]:
    planned = _ids(cloud, "aws:ec2/networkAclRule:NetworkAclRule")
    linked = _ids(cloud, "aws:ec2/networkAclAssociation:NetworkAclAssociation")
    for acl in _in(view, vpcs, "describe_network_acls", "NetworkAcls"):
        for entry in acl["Entries"]:
            id_ = f"{acl['NetworkAclId']}_{entry['RuleNumber']}_{entry['Egress']}"
            if id_ not in planned and entry["RuleNumber"] != LAST_RULE:
                yield f"network ACL entry {id_} was not planned"
        for link in acl["Associations"]:
            if link["NetworkAclAssociationId"] not in linked:
                yield f"subnet {link['SubnetId']} has the network ACL {acl['NetworkAclId']}, which was not planned"


def _routes(cloud: Cloud, view: View, vpcs: set[str]) -> Iterator[str]:
    planned = _ids(cloud, "aws:ec2/route:Route")
    linked = _ids(cloud, "aws:ec2/routeTableAssociation:RouteTableAssociation")
    # Routes of a gateway endpoint come with it; to which tables is compared as its property `routeTableIds`.
    endpoints = _ids(cloud, "aws:ec2/vpcEndpoint:VpcEndpoint")
    for table in _in(view, vpcs, "describe_route_tables", "RouteTables"):
        for route in table["Routes"]:
            if "DestinationCidrBlock" not in route and route.get("GatewayId") in endpoints:
                continue
            id_ = f"{table['RouteTableId']}_{route.get('DestinationCidrBlock')}"
            if route.get("GatewayId") != "local" and id_ not in planned:
                yield f"route {id_} was not planned"
        for link in table["Associations"]:
            if not link.get("Main") and link["RouteTableAssociationId"] not in linked:
                yield f"subnet {link.get('SubnetId')} has the route table {table['RouteTableId']}, not planned"


def _gateways(cloud: Cloud, view: View, vpcs: set[str]) -> Iterator[str]:
    planned = _ids(cloud, "aws:ec2/internetGateway:InternetGateway")
    for gateway in view.every("ec2", "describe_internet_gateways", "InternetGateways"):
        attached = {link["VpcId"] for link in gateway["Attachments"]} & vpcs
        if attached and gateway["InternetGatewayId"] not in planned:
            yield f"internet gateway {gateway['InternetGatewayId']} was not planned"


def _open_subnets(view: View, vpcs: set[str]) -> Iterator[str]:
    """Subnets that were left with what every VPC starts with: the main route table."""
    linked = {
        link.get("SubnetId")
        for table in view.every("ec2", "describe_route_tables", "RouteTables")
        for link in table["Associations"]
    }
    for subnet in _in(view, vpcs, "describe_subnets", "Subnets"):
        if subnet["SubnetId"] not in linked:
            yield f"subnet {subnet['SubnetId']} has no route table of its own"


def crossings(cloud: Cloud) -> list[str]:
    """Routes to a firewall endpoint or NAT gateway of another availability zone than the subnet they serve.

    Network Firewall Developer Guide, "Route table configurations": traffic must enter and return through the endpoint
    of its own zone, else the stateful engine sees half of each connection.
    """
    view = View(cloud)
    zones = {each["SubnetId"]: each["AvailabilityZone"] for each in view.every("ec2", "describe_subnets", "Subnets")}
    places = {
        endpoint["VpcEndpointId"]: {zones[subnet] for subnet in endpoint["SubnetIds"]}
        for endpoint in view.every("ec2", "describe_vpc_endpoints", "VpcEndpoints")
    }
    gateways = view.every("ec2", "describe_nat_gateways", "NatGateways")
    places |= {gateway["NatGatewayId"]: {zones[gateway["SubnetId"]]} for gateway in gateways}
    return [
        f"{zones[link['SubnetId']]} is routed to {target} of {places[target]}"
        for table in view.every("ec2", "describe_route_tables", "RouteTables")
        for link in table["Associations"]
        for route in table["Routes"]
        if (target := route.get("NatGatewayId") or route.get("GatewayId", "")) in places
        and route.get("DestinationCidrBlock")
        and zones[link["SubnetId"]] not in places[target]
    ]
