"""Counts of the VPC: rules of groups and network ACLs, subnets, routes, endpoints, gateways, addresses.

Source: VPC User Guide, "Amazon VPC quotas" and "Security group rules": a rule that names a group or a prefix list
counts as one rule for IPv4 and one for IPv6, and a prefix list counts at its maximum number of entries, not at how many
it has.
"""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.graph.model import Ref, Resource, Unknown, Value
from zt_ai.verify.aws.quota_table import MANAGED_PREFIX_LIST_WEIGHTS
from zt_ai.verify.aws.tally import REGION, Tally
from zt_ai.verify.reading import items, maps, number, plain, text, unknown_in

_GROUPS = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
_RULES = {
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "inbound",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "outbound",
}
_OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
_ACLS = ("aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
_ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
_VPC = "aws:ec2/vpc:Vpc"
_CIDR = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
_SUBNET = "aws:ec2/subnet:Subnet"
_TABLE = "aws:ec2/routeTable:RouteTable"
_DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
_ROUTE = "aws:ec2/route:Route"
_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_ENDPOINT_ROUTE = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
_NAT = "aws:ec2/natGateway:NatGateway"
_EIP = "aws:ec2/eip:Eip"
_PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
_DIRECTIONS = {"ingress": "inbound", "egress": "outbound"}
_FAMILIES = ("IPv4", "IPv6")


def count_network(tally: Tally) -> None:
    """Count everything of the VPC. Linear in the number of resources."""
    _vpcs(tally)
    _rules(tally)
    _acls(tally)
    _routes(tally)
    _endpoints(tally)
    _gateways(tally)


def _vpcs(tally: Tally) -> None:
    quotas = tally.quotas
    for vpc in tally.graph.of_type(_VPC):
        tally.counted += 1
        # Every VPC comes with a default group, a default network ACL, a main route table and one address range.
        tally.add(quotas.groups, REGION, by=vpc)
        tally.add(quotas.acls, vpc.urn)
        tally.add(quotas.route_tables, vpc.urn)
        tally.add(quotas.cidr_blocks, vpc.urn)
    for types, quota in (
        ((_SUBNET,), quotas.subnets),
        ((_TABLE,), quotas.route_tables),
        (_ACLS[:1], quotas.acls),
        ((_CIDR,), quotas.cidr_blocks),
    ):
        for resource in tally.graph.of_type(*types):
            tally.counted += 1
            vpc_key = tally.holder(resource, "vpcId")
            if vpc_key is not None:
                tally.add(quota, vpc_key, by=resource)


def _rules(tally: Tally) -> None:
    quotas = tally.quotas
    for group in tally.graph.of_type(*_GROUPS):
        tally.counted += 1
        if group.type == _GROUPS[0]:
            tally.add(quotas.groups, REGION, by=group)
        for name, direction in _DIRECTIONS.items():
            if unknown_in(group.inputs.get(name)):
                tally.unknown(group, f"its {direction} rules are known only after the deployment")
            for rule in maps(group.inputs.get(name)):
                _inline_rule(tally, group, group.urn, direction, rule)
    for type_, direction in _RULES.items():
        for resource in tally.graph.of_type(type_):
            _rule(tally, resource, direction)
    for resource in tally.graph.of_type(_OLD_RULE):
        _old_rule(tally, resource)


def _rule(tally: Tally, resource: Resource, direction: str) -> None:
    tally.counted += 1
    holder = tally.holder(resource, "securityGroupId")
    if holder is None:
        return
    if resource.inputs.get("cidrIpv4") is not None:
        tally.add(tally.quotas.rules, holder, part=f"{direction}, IPv4", by=resource)
    elif resource.inputs.get("cidrIpv6") is not None:
        tally.add(tally.quotas.rules, holder, part=f"{direction}, IPv6", by=resource)
    else:
        listed = resource.inputs.get("prefixListId")
        _both(tally, resource, holder, direction, 1 if listed is None else _weight(tally, resource, listed))


def _old_rule(tally: Tally, resource: Resource) -> None:
    tally.counted += 1
    holder = tally.holder(resource, "securityGroupId")
    direction = _DIRECTIONS.get(str(plain(resource.inputs.get("type"))))
    if direction is None:
        tally.unknown(resource, "the direction of the rule is known only after the deployment")
    elif holder is not None:
        _inline_rule(tally, resource, holder, direction, resource.inputs)


def _inline_rule(tally: Tally, at: Resource, holder: str, direction: str, rule: Mapping[str, Value]) -> None:
    """A rule with several peers is as many rules at AWS."""
    quota = tally.quotas.rules
    for name, family in (("cidrBlocks", "IPv4"), ("ipv6CidrBlocks", "IPv6")):
        if (count := len(items(rule.get(name)))) > 0:
            tally.add(quota, holder, count, part=f"{direction}, {family}", by=at)
    named = len(items(rule.get("securityGroups"))) + len(items(rule.get("sourceSecurityGroupId")))
    named += plain(rule.get("self")) is True
    named += sum(_weight(tally, at, one) for one in items(rule.get("prefixListIds")))
    if named:
        _both(tally, at, holder, direction, named)


def _both(tally: Tally, by: Resource, holder: str, direction: str, count: int) -> None:
    for family in _FAMILIES:
        tally.add(tally.quotas.rules, holder, count, part=f"{direction}, {family}", by=by)


def _weight(tally: Tally, at: Resource, listed: Value) -> int:
    """For how many entries a prefix list counts."""
    resource = tally.resource(listed)
    if resource is not None and resource.type == _PREFIX_LIST:
        entries = number(resource.inputs.get("maxEntries"))
        if isinstance(entries, int):
            return entries
    elif resource is not None and resource.type == _ENDPOINT:
        name = text(resource.inputs.get("serviceName"))
        return MANAGED_PREFIX_LIST_WEIGHTS.get(str(name).rpartition(".")[2], 1) if isinstance(name, str) else 1
    tally.unknown(at, "how many entries its prefix list counts for is not in the plan")
    return 1


def _acls(tally: Tally) -> None:
    quota = tally.quotas.acl_rules
    for acl in tally.graph.of_type(*_ACLS):
        tally.counted += 1
        for name, direction in _DIRECTIONS.items():
            for family in _FAMILIES:
                tally.add(quota, acl.urn, part=f"{direction}, {family}")  # the closing deny, which cannot be removed
            if unknown_in(acl.inputs.get(name)):
                tally.unknown(acl, f"its {direction} rules are known only after the deployment")
            for rule in maps(acl.inputs.get(name)):
                tally.add(quota, acl.urn, part=f"{direction}, {_family(rule, 'ipv6CidrBlock')}")
    for rule_resource in tally.graph.of_type(_ACL_RULE):
        tally.counted += 1
        holder = tally.holder(rule_resource, "networkAclId")
        egress = plain(rule_resource.inputs.get("egress"))
        if isinstance(egress, Unknown | Ref):
            tally.unknown(rule_resource, "the direction of the rule is known only after the deployment")
        elif holder is not None:
            direction = "outbound" if egress is True else "inbound"
            family = _family(rule_resource.inputs, "ipv6CidrBlock")
            tally.add(quota, holder, part=f"{direction}, {family}", by=rule_resource)


def _routes(tally: Tally) -> None:
    for table in tally.graph.of_type(_TABLE, _DEFAULT_TABLE):
        tally.counted += 1
        if unknown_in(table.inputs.get("routes")):
            tally.unknown(table, "its routes are known only after the deployment")
        for route in maps(table.inputs.get("routes")):
            _route(tally, table, table.urn, route, "ipv6CidrBlock")
    for route_resource in tally.graph.of_type(_ROUTE):
        tally.counted += 1
        holder = tally.holder(route_resource, "routeTableId")
        if holder is not None:
            _route(tally, route_resource, holder, route_resource.inputs, "destinationIpv6CidrBlock")


def _route(tally: Tally, at: Resource, holder: str, route: Mapping[str, Value], ipv6: str) -> None:
    listed = route.get("destinationPrefixListId")
    count = 1 if listed is None else _weight(tally, at, listed)
    for family in _FAMILIES if listed is not None else (_family(route, ipv6),):
        tally.add(tally.quotas.routes, holder, count, part=family, by=at)


def _endpoints(tally: Tally) -> None:
    quotas = tally.quotas
    for endpoint in tally.graph.of_type(_ENDPOINT):
        tally.counted += 1
        kind = text(endpoint.inputs.get("vpcEndpointType"))
        if kind in (None, "Gateway"):  # the API's default [EC2 API Reference, "CreateVpcEndpoint"]
            tally.add(quotas.gateway_endpoints, REGION, by=endpoint)
            tables = items(endpoint.inputs.get("routeTableIds"))
            if unknown_in(tables):
                tally.unknown(endpoint, "its route tables are known only after the deployment")
            for table in tables:
                _endpoint_route(tally, endpoint, tally.key(table))
            continue
        vpc = tally.holder(endpoint, "vpcId")
        if vpc is not None:
            tally.add(quotas.interface_endpoints, vpc, by=endpoint)
    for association in tally.graph.of_type(_ENDPOINT_ROUTE):
        tally.counted += 1
        _endpoint_route(tally, association, tally.holder(association, "routeTableId"))


def _endpoint_route(tally: Tally, by: Resource, table: str | None) -> None:
    """A gateway endpoint puts a route to its service's prefix list into each of its tables; both lists count as one."""
    if table is not None:
        tally.add(tally.quotas.routes, table, part="IPv4", by=by)


def _gateways(tally: Tally) -> None:
    for nat in tally.graph.of_type(_NAT):
        tally.counted += 1
        subnet = tally.resource(nat.inputs.get("subnetId"))
        place = None
        if subnet is not None:
            place = text(subnet.inputs.get("availabilityZone")) or text(subnet.inputs.get("availabilityZoneId"))
        if isinstance(place, str):
            tally.add(tally.quotas.nat_gateways, place, by=nat)
        else:
            tally.unknown(nat, "the availability zone of the NAT gateway is not in the plan")
    for address in tally.graph.of_type(_EIP):
        tally.counted += 1
        tally.add(tally.quotas.addresses, REGION, by=address)


def _family(inputs: Mapping[str, Value], ipv6: str) -> str:
    return "IPv6" if inputs.get(ipv6) is not None else "IPv4"
