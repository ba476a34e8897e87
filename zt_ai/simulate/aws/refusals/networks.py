"""VPCs, subnets, internet and NAT gateways, addresses, flow logs (Amazon EC2 API Reference, "Error codes")."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws.act import Act, refuses, refuses_delete
from zt_ai.simulate.problems import CloudError, Problem

SMALLEST, LARGEST = 28, 16
"""Prefix lengths of the smallest and largest VPC or subnet (VPC User Guide, "VPC CIDR blocks", "Subnet sizing")."""


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with an address range whatever else exists."""
    code = {"aws:ec2/vpc:Vpc": "InvalidVpc.Range", "aws:ec2/subnet:Subnet": "InvalidSubnet.Range"}.get(token)
    text = inputs.get("cidrBlock")
    if code is None or not isinstance(text, str):
        return []
    try:
        block = ipaddress.IPv4Network(text, strict=True)
    except ValueError as error:
        return [Problem("cidrBlock", f"InvalidParameterValue: {text!r} is not an IPv4 network: {error}")]
    if not LARGEST <= block.prefixlen <= SMALLEST:
        return [Problem("cidrBlock", f"{code}: {text!r} is a /{block.prefixlen}; AWS takes /{LARGEST} to /{SMALLEST}")]
    return []


def _block(text: Any) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(str(text))
    except ValueError:
        return None


@refuses("ec2/vpc:Vpc")
def vpc_quota(act: Act) -> None:
    """VPCs per region."""
    if act.thing is None:
        act.limit("vpcs-per-region", len(list(act.others("ec2/vpc:Vpc"))), "VpcLimitExceeded", "VPCs")


@refuses("ec2/subnet:Subnet")
def subnet_range(act: Act) -> None:
    """Inside its VPC, apart from its neighbours, within the quota."""
    block, vpc_id = _block(act.inputs.get("cidrBlock")), act.inputs.get("vpcId")
    vpc = act.world.get("aws:ec2/vpc:Vpc", str(vpc_id))
    neighbours = [t for t in act.others("ec2/subnet:Subnet") if t.inputs.get("vpcId") == vpc_id]
    if act.thing is None:
        act.limit("subnets-per-vpc", len(neighbours), "SubnetLimitExceeded", f"subnets in {vpc_id}")
    if block is None:
        return
    around = _block(vpc.value("cidrBlock")) if vpc is not None and vpc.value("cidrBlock") else None
    if around is not None and not block.subnet_of(around):
        raise CloudError("InvalidSubnet.Range", f"the CIDR '{block}' is not inside VPC {vpc_id} ({around})")
    for other in neighbours:
        theirs = _block(other.inputs.get("cidrBlock"))
        if theirs is not None and theirs.overlaps(block):
            raise CloudError(
                "InvalidSubnet.Conflict", f"the CIDR '{block}' conflicts with subnet {other.id} ({theirs})"
            )


@refuses("ec2/subnet:Subnet")
def subnet_zone(act: Act) -> None:
    """The availability zone is one of the region's."""
    zone = act.inputs.get("availabilityZone")
    if isinstance(zone, str) and not (zone.startswith(act.settings.region) and len(zone) > len(act.settings.region)):
        raise CloudError("InvalidParameterValue", f"'{zone}' is not an availability zone of {act.settings.region}")


@refuses("ec2/internetGateway:InternetGateway")
def one_internet_gateway(act: Act) -> None:
    """One internet gateway for a VPC."""
    vpc_id = act.inputs.get("vpcId")
    others = list(act.others("ec2/internetGateway:InternetGateway"))
    if act.thing is None:
        act.limit("internet-gateways-per-region", len(others), "InternetGatewayLimitExceeded", "internet gateways")
    for other in others:
        if vpc_id and other.inputs.get("vpcId") == vpc_id:
            raise CloudError("Resource.AlreadyAssociated", f"{vpc_id} already has the internet gateway {other.id}")


@refuses("ec2/eip:Eip")
def address_quota(act: Act) -> None:
    """Elastic IP addresses per region."""
    if act.thing is None:
        act.limit("elastic-ips-per-region", len(list(act.others("ec2/eip:Eip"))), "AddressLimitExceeded", "addresses")


@refuses("ec2/natGateway:NatGateway")
def nat_gateway(act: Act) -> None:
    """A public gateway has an address of its own and an internet gateway to leave by."""
    if act.thing is not None or act.inputs.get("connectivityType", "public") != "public":
        return
    address, subnet_id = act.inputs.get("allocationId"), act.inputs.get("subnetId")
    if not address and act.inputs.get("availabilityMode") != "regional":
        raise CloudError("MissingParameter", "a public NAT gateway needs allocationId")
    if not subnet_id:
        return
    same = [t for t in act.others("ec2/natGateway:NatGateway") if address and t.inputs.get("allocationId") == address]
    if same:
        raise CloudError("Resource.AlreadyAssociated", f"address {address} is associated with {same[0].id}")
    subnet = act.world.get("aws:ec2/subnet:Subnet", str(subnet_id))
    vpc_id = subnet.value("vpcId") if subnet else None
    gateways = [g for g in act.others("ec2/internetGateway:InternetGateway") if g.inputs.get("vpcId") == vpc_id]
    if subnet is not None and vpc_id and not gateways:
        raise CloudError("Gateway.NotAttached", f"network {vpc_id} has no internet gateway attached")


@refuses("ec2/natGateway:NatGateway")
def nat_gateway_quota(act: Act) -> None:
    """NAT gateways per availability zone; a regional one stands in no zone."""
    zone = _zone_of(act, act.inputs)
    if act.thing is None and zone is not None:
        count = sum(1 for other in act.others("ec2/natGateway:NatGateway") if _zone_of(act, other.inputs) == zone)
        act.limit("nat-gateways-per-zone", count, "NatGatewayLimitExceeded", f"NAT gateways in {zone}")


def _zone_of(act: Act, inputs: Mapping[str, Any]) -> str | None:
    subnet = act.world.get("aws:ec2/subnet:Subnet", str(inputs.get("subnetId")))
    zone = subnet.value("availabilityZone") if subnet is not None else None
    return zone if isinstance(zone, str) else None


@refuses_delete("ec2/internetGateway:InternetGateway")
def gateway_in_use(act: Act) -> None:
    """An internet gateway stays while public addresses are mapped through it."""
    vpc_id = None if act.thing is None else act.thing.inputs.get("vpcId")
    for nat in act.others("ec2/natGateway:NatGateway"):
        subnet = act.world.get("aws:ec2/subnet:Subnet", str(nat.inputs.get("subnetId")))
        public = nat.inputs.get("connectivityType", "public") == "public"
        if public and subnet is not None and subnet.value("vpcId") == vpc_id:
            raise CloudError("DependencyViolation", f"network {vpc_id} has mapped public addresses ({nat.id})")


@refuses("ec2/flowLog:FlowLog")
def flow_log(act: Act) -> None:
    """The log's destination is named and, for S3, exists; the same log does not exist twice."""
    kind, target = act.inputs.get("logDestinationType", "cloud-watch-logs"), act.inputs.get("logDestination")
    if not target:
        raise CloudError("InvalidParameter", "a flow log needs logDestination")
    if kind == "cloud-watch-logs" and not act.inputs.get("iamRoleArn"):
        raise CloudError("InvalidParameter", "DeliverLogsPermissionArn (iamRoleArn) is needed for CloudWatch Logs")
    if kind == "s3":
        bucket = str(target).split(":::", 1)[-1].split("/", 1)[0]
        if act.world.get("aws:s3/bucket:Bucket", bucket) is None:
            raise CloudError("InvalidParameter", f"LogDestination: bucket '{bucket}' does not exist")
    for other in act.others("ec2/flowLog:FlowLog"):
        same = ("vpcId", "subnetId", "eniId", "transitGatewayId", "logDestination")
        if all(other.inputs.get(key) == act.inputs.get(key) for key in same):
            raise CloudError("FlowLogAlreadyExists", f"{other.id} already logs this to {target}")
