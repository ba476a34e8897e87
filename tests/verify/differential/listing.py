"""What a plan says about filters and routes, as flat lists read straight from resources, for the naive evaluator.

Nothing here is computed or merged, and nothing comes from the verifier: each function loops over the resources of a
graph and lists what names the thing asked for. A group, network ACL or route table that AWS makes together with a VPC
has no resource of its own unless the plan adopts it; its key is the VPC's URN [VPC User Guide, "Default VPC
components"; the same three exist in every VPC].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Secret, Value

SUBNET = "aws:ec2/subnet:Subnet"
VPC = "aws:ec2/vpc:Vpc"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ENDPOINT_TABLE = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection"
TRANSIT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
INTERNET = "aws:ec2/internetGateway:InternetGateway"
NAT = "aws:ec2/natGateway:NatGateway"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
DEFAULT_ACL = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"

NUMBERS = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58}
ALL = -1


@dataclass(frozen=True, slots=True)
class Range:
    """An IPv4 range as plain numbers: an address is in it if `low <= int(address) <= high`."""

    low: int
    high: int
    length: int


def range_of(value: Value) -> Range:
    """The range that a CIDR text stands for."""
    network = IPv4Network(str(bare(value)))
    return Range(int(network.network_address), int(network.broadcast_address), network.prefixlen)


@dataclass(frozen=True, slots=True)
class Rule:
    """One peer of one rule of a security group. `first` and `last` are ports, for ICMP type and code (-1: all)."""

    urn: str
    protocol: int
    first: int
    last: int
    peer: Literal["cidr", "group", "list"]
    value: str  # a group's or list's key
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a network ACL."""

    urn: str
    number: int
    allow: bool
    protocol: int
    first: int
    last: int
    range: Range


@dataclass(frozen=True, slots=True)
class Route:
    """One route; either a range or a list of ranges, and what it leads to."""

    urn: str
    range: Range | None
    list: str | None
    kind: str
    target: str


def bare(value: Value) -> Value:
    """A value without the wrapping that marks it as secret."""
    return bare(value.value) if isinstance(value, Secret) else value


def many(value: Value) -> tuple[Value, ...]:
    """The members of a list; of nothing, none."""
    value = bare(value)
    if value is None:
        return ()
    return tuple(bare(one) for one in value) if isinstance(value, tuple) else (value,)


def whole(value: Value, default: int) -> int:
    """A whole number; in preview and state numbers may come as text or as floats."""
    value = bare(value)
    return int(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else default


def protocol_number(value: Value) -> int:
    """A protocol by name or number [EC2 API Reference, IpPermission, `IpProtocol`]."""
    text = str(bare(value)).lower()
    if text in ("-1", "all"):
        return ALL
    return NUMBERS.get(text) or int(float(text))


def named(graph: ResourceGraph, value: Value) -> str | None:
    """The URN of the resource that a value refers to; an id of something outside the graph as it is."""
    value = bare(value)
    if isinstance(value, Ref):
        return value.urn
    if not isinstance(value, str):
        return None
    for resource in graph:
        if resource.custom and resource.id == value:
            return resource.urn
    return value


def canonical(graph: ResourceGraph, value: Value) -> str | None:
    """Like `named`; an adopted default of a VPC is known by the VPC."""
    urn = named(graph, value)
    resource = graph.get(urn) if urn is not None else None
    if resource is None:
        return urn
    of = {DEFAULT_GROUP: "vpcId", DEFAULT_ACL: "defaultNetworkAclId", DEFAULT_TABLE: "defaultRouteTableId"}
    return named(graph, resource.inputs.get(of[resource.type])) if resource.type in of else urn


# --- security groups -------------------------------------------------------------------------------------------------


def group_rules(graph: ResourceGraph, group: str, egress: bool) -> Iterator[Rule]:
    """Every rule of a group in one direction.

    A default group that no plan touches admits everything between its members and lets everything out [VPC User
    Guide, "Default security groups"]; adopted by the plan it has only what the plan writes. A group made by the
    provider starts empty: the provider removes the allow-all that the interface adds [pulumi-aws, SecurityGroup,
    "NOTE on Egress rules"].
    """
    side = "egress" if egress else "ingress"
    adopted = False
    for resource in graph:
        inputs = resource.inputs
        if resource.type == "aws:ec2/securityGroup:SecurityGroup" and resource.urn == group:
            yield from _inline(graph, resource, many(inputs.get(side)), group)
        elif resource.type == DEFAULT_GROUP and canonical(graph, Ref(resource.urn)) == group:
            adopted = True
            yield from _inline(graph, resource, many(inputs.get(side)), group)
        elif resource.type == f"aws:vpc/securityGroup{side.capitalize()}Rule:SecurityGroup{side.capitalize()}Rule":
            if canonical(graph, inputs.get("securityGroupId")) == group:
                yield from _single(graph, resource)
        elif (
            resource.type == "aws:ec2/securityGroupRule:SecurityGroupRule"
            and bare(inputs.get("type")) == side
            and canonical(graph, inputs.get("securityGroupId")) == group
        ):
            yield from _inline(graph, resource, (inputs,), group)
    owner = graph.get(group)
    if owner is not None and owner.type == VPC and not adopted:
        if egress:
            yield Rule(owner.urn, ALL, 0, 65535, "cidr", "0.0.0.0/0", range_of("0.0.0.0/0"))
        else:
            yield Rule(owner.urn, ALL, 0, 65535, "group", group)


def _span(inputs: Mapping[str, Value], protocol: int) -> tuple[int, int]:
    any_ = protocol == NUMBERS["icmp"]
    return whole(inputs.get("fromPort"), ALL if any_ else 0), whole(inputs.get("toPort"), ALL if any_ else 65535)


def _single(graph: ResourceGraph, resource: Resource) -> Iterator[Rule]:
    inputs = resource.inputs
    protocol = protocol_number(inputs.get("ipProtocol"))
    span = _span(inputs, protocol)
    if (cidr := bare(inputs.get("cidrIpv4"))) is not None:
        yield Rule(resource.urn, protocol, *span, "cidr", str(cidr), range_of(cidr))
    if (peer := canonical(graph, inputs.get("referencedSecurityGroupId"))) is not None:
        yield Rule(resource.urn, protocol, *span, "group", peer)
    if (listed := named(graph, inputs.get("prefixListId"))) is not None:
        yield Rule(resource.urn, protocol, *span, "list", listed)


def _inline(graph: ResourceGraph, resource: Resource, rules: tuple[Value, ...], group: str) -> Iterator[Rule]:
    for rule in rules:
        assert isinstance(rule, Mapping)
        protocol = protocol_number(rule.get("protocol"))
        span = _span(rule, protocol)
        for cidr in many(rule.get("cidrBlocks")):
            yield Rule(resource.urn, protocol, *span, "cidr", str(cidr), range_of(cidr))
        for peer in (*many(rule.get("securityGroups")), *many(rule.get("sourceSecurityGroupId"))):
            yield Rule(resource.urn, protocol, *span, "group", str(canonical(graph, peer)))
        for listed in many(rule.get("prefixListIds")):
            yield Rule(resource.urn, protocol, *span, "list", str(named(graph, listed)))
        if bare(rule.get("self")) is True:
            yield Rule(resource.urn, protocol, *span, "group", group)


# --- network ACLs ----------------------------------------------------------------------------------------------------


def acl_of(graph: ResourceGraph, subnet: str) -> str:
    """The ACL of a subnet: its own, else the VPC's default one [VPC User Guide, "Network ACL basics"]."""
    for resource in graph:
        inputs = resource.inputs
        if resource.type == "aws:ec2/networkAclAssociation:NetworkAclAssociation":
            if named(graph, inputs.get("subnetId")) == subnet:
                return str(canonical(graph, inputs.get("networkAclId")))
        elif resource.type == "aws:ec2/networkAcl:NetworkAcl" and any(
            named(graph, one) == subnet for one in many(inputs.get("subnetIds"))
        ):
            return resource.urn
    return vpc_of(graph, subnet)


def acl_entries(graph: ResourceGraph, acl: str, egress: bool) -> list[Entry]:
    """The entries of one direction, lowest number first; an untouched default ACL allows everything [same chapter]."""
    found: list[Entry] = []
    adopted = False
    side = "egress" if egress else "ingress"
    for resource in graph:
        inputs = resource.inputs
        if resource.type == "aws:ec2/networkAcl:NetworkAcl" and resource.urn == acl:
            found += [_entry(resource.urn, one) for one in many(inputs.get(side)) if isinstance(one, Mapping)]
        elif resource.type == DEFAULT_ACL and canonical(graph, Ref(resource.urn)) == acl:
            adopted = True
            found += [_entry(resource.urn, one) for one in many(inputs.get(side)) if isinstance(one, Mapping)]
        elif (
            resource.type == "aws:ec2/networkAclRule:NetworkAclRule"
            and canonical(graph, inputs.get("networkAclId")) == acl
            and (bare(inputs.get("egress")) is True) == egress
        ):
            found.append(_entry(resource.urn, inputs))
    owner = graph.get(acl)
    if owner is not None and owner.type == VPC and not adopted:
        found.append(Entry(owner.urn, 100, True, ALL, 0, 65535, range_of("0.0.0.0/0")))
    return sorted(found, key=lambda entry: entry.number)


def _entry(urn: str, inputs: Mapping[str, Value]) -> Entry:
    protocol = protocol_number(inputs.get("protocol"))
    number = whole(inputs.get("ruleNumber", inputs.get("ruleNo")), 0)
    allow = bare(inputs.get("ruleAction", inputs.get("action"))) == "allow"
    if protocol == NUMBERS["icmp"]:
        first, last = whole(inputs.get("icmpType"), ALL), whole(inputs.get("icmpCode"), ALL)
    else:
        first, last = whole(inputs.get("fromPort"), 0), whole(inputs.get("toPort"), 65535)
    return Entry(urn, number, allow, protocol, first, last, range_of(inputs.get("cidrBlock")))


# --- networks and routes ---------------------------------------------------------------------------------------------


def vpc_of(graph: ResourceGraph, subnet: str) -> str:
    """The VPC of a subnet."""
    resource = graph.get(subnet)
    assert resource is not None
    return str(named(graph, resource.inputs.get("vpcId")))


def vpc_ranges(graph: ResourceGraph, vpc: str) -> list[Range]:
    """The address ranges of a VPC, the first one and those added later."""
    found = []
    for resource in graph:
        added = resource.type == "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
        if resource.urn == vpc or (added and named(graph, resource.inputs.get("vpcId")) == vpc):
            found.append(range_of(resource.inputs.get("cidrBlock")))
    return found


def table_of(graph: ResourceGraph, subnet: str) -> str:
    """The route table of a subnet: its own, else the VPC's main one [VPC User Guide, "Subnet route tables"]."""
    vpc = vpc_of(graph, subnet)
    for resource in graph.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation"):
        if named(graph, resource.inputs.get("subnetId")) == subnet:
            return str(canonical(graph, resource.inputs.get("routeTableId")))
    for resource in graph.of_type("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"):
        if named(graph, resource.inputs.get("vpcId")) == vpc:
            return str(canonical(graph, resource.inputs.get("routeTableId")))
    return vpc


TARGETS = {
    "gatewayId": "gateway",
    "natGatewayId": "nat",
    "transitGatewayId": "tgw",
    "vpcPeeringConnectionId": "peering",
    "networkInterfaceId": "interface",
    "vpcEndpointId": "box",
}


def table_routes(graph: ResourceGraph, table: str) -> Iterator[Route]:
    """The routes of a table, without the local one: inline, separate, and those that gateway endpoints add."""
    for resource in graph:
        inputs = resource.inputs
        if (resource.type == "aws:ec2/routeTable:RouteTable" and resource.urn == table) or (
            resource.type == DEFAULT_TABLE and canonical(graph, Ref(resource.urn)) == table
        ):
            yield from (
                _route(graph, resource.urn, one) for one in many(inputs.get("routes")) if isinstance(one, Mapping)
            )
        elif resource.type == "aws:ec2/route:Route" and canonical(graph, inputs.get("routeTableId")) == table:
            yield _route(graph, resource.urn, inputs)
        elif resource.type == ENDPOINT and table in [
            canonical(graph, one) for one in many(inputs.get("routeTableIds"))
        ]:
            yield Route(resource.urn, None, resource.urn, "service", resource.urn)
        elif resource.type == ENDPOINT_TABLE and canonical(graph, inputs.get("routeTableId")) == table:
            endpoint = str(named(graph, inputs.get("vpcEndpointId")))
            yield Route(resource.urn, None, endpoint, "service", endpoint)


def _route(graph: ResourceGraph, urn: str, inputs: Mapping[str, Value]) -> Route:
    cidr = bare(inputs.get("destinationCidrBlock", inputs.get("cidrBlock")))
    listed = named(graph, inputs.get("destinationPrefixListId"))
    for name, kind in TARGETS.items():
        if (target := named(graph, inputs.get(name))) is not None:
            if kind == "gateway":
                resource = graph.get(target)
                internet = (resource is not None and resource.type == INTERNET) or target.startswith("igw-")
                kind = "igw" if internet else "vgw"  # noqa: PLW2901 - one input name stands for two kinds of gateway
            return Route(urn, range_of(cidr) if cidr is not None else None, listed, kind, target)
    raise AssertionError(f"{urn} leads nowhere that the naive evaluator knows")


def list_ranges(graph: ResourceGraph, key: str) -> list[Range]:
    """The ranges of a customer-managed prefix list; none for a list of AWS, whose content no plan holds."""
    resource = graph.get(key)
    found = []
    if resource is not None and resource.type == "aws:ec2/managedPrefixList:ManagedPrefixList":
        for one in many(resource.inputs.get("entries")):
            assert isinstance(one, Mapping)
            found.append(range_of(one.get("cidr")))
        for entry in graph.of_type("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"):
            if named(graph, entry.inputs.get("prefixListId")) == key:
                found.append(range_of(entry.inputs.get("cidr")))
    return found


def service_of(graph: ResourceGraph, endpoint: str) -> str | None:
    """The short name of the AWS service behind an endpoint, for example `s3`."""
    resource = graph.get(endpoint)
    if resource is None or resource.type != ENDPOINT:
        return None
    return ".".join(str(bare(resource.inputs.get("serviceName"))).split(".")[3:])
