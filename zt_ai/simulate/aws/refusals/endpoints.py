"""VPC endpoints and transit gateway attachments (AWS PrivateLink Guide; EC2 API Reference)."""

from __future__ import annotations

from zt_ai.simulate.aws.act import Act, refuses
from zt_ai.simulate.problems import CloudError

ENDPOINT = "ec2/vpcEndpoint:VpcEndpoint"


@refuses(ENDPOINT)
def endpoint(act: Act) -> None:
    """Kind and parts fit together; one private DNS name for a service in a VPC; quotas."""
    kind = act.inputs.get("vpcEndpointType") or "Gateway"
    service, vpc_id = str(act.inputs.get("serviceName", "")), act.inputs.get("vpcId")
    neighbours = [other for other in act.others(ENDPOINT) if other.inputs.get("vpcId") == vpc_id]
    if kind == "Gateway":
        _gateway(act, service, neighbours_count=len([o for o in act.others(ENDPOINT) if _kind(o.inputs) == "Gateway"]))
    if kind == "Interface":
        if act.inputs.get("routeTableIds"):
            raise CloudError("InvalidParameter", "an interface endpoint takes no route tables")
        if act.thing is None:
            count = len([other for other in neighbours if _kind(other.inputs) == "Interface"])
            act.limit("interface-endpoints-per-vpc", count, "VpcEndpointLimitExceeded", f"endpoints in {vpc_id}")
    if kind == "Interface" and act.inputs.get("privateDnsEnabled"):
        vpc = act.world.get("aws:ec2/vpc:Vpc", str(vpc_id))
        if vpc is not None and vpc.origin == "created":
            for name in ("enableDnsSupport", "enableDnsHostnames"):
                if not vpc.value(name):
                    raise CloudError("InvalidParameter", f"private DNS needs {name} on {vpc_id}")
        for other in neighbours:
            if other.inputs.get("serviceName") == service and other.inputs.get("privateDnsEnabled"):
                raise CloudError(
                    "InvalidParameter",
                    "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
                    f"{service} in the VPC {vpc_id} ({other.id})",
                )
    _subnets(act)


def _kind(inputs: object) -> str:
    return str(inputs.get("vpcEndpointType") or "Gateway") if hasattr(inputs, "get") else "Gateway"


def _gateway(act: Act, service: str, neighbours_count: int) -> None:
    if not service.endswith((".s3", ".dynamodb", ".s3express")):
        raise CloudError("InvalidParameter", f"{service!r} has no gateway endpoint; set vpcEndpointType to Interface")
    for name in ("subnetIds", "securityGroupIds", "privateDnsEnabled"):
        if act.inputs.get(name):
            raise CloudError("InvalidParameter", f"a gateway endpoint takes no {name}")
    if act.thing is None:
        act.limit("gateway-endpoints-per-region", neighbours_count, "VpcEndpointLimitExceeded", "gateway endpoints")
    for other in act.others(ENDPOINT):
        tables = set(other.inputs.get("routeTableIds") or []) & set(act.inputs.get("routeTableIds") or [])
        if tables and _kind(other.inputs) == "Gateway" and other.inputs.get("serviceName") == service:
            raise CloudError("RouteAlreadyExists", f"{min(tables)} already has a route to {service} by {other.id}")


def _subnets(act: Act) -> None:
    zones: dict[str, str] = {}
    for subnet_id in act.inputs.get("subnetIds") or []:
        subnet = act.world.get("aws:ec2/subnet:Subnet", str(subnet_id))
        if subnet is None:
            continue
        if subnet.value("vpcId") != act.inputs.get("vpcId"):
            raise CloudError("InvalidParameter", f"{subnet_id} is not in {act.inputs.get('vpcId')}")
        zone = str(subnet.value("availabilityZone"))
        if zone in zones:
            raise CloudError("DuplicateSubnetsInSameZone", f"{zones[zone]} and {subnet_id} are both in {zone}")
        zones[zone] = str(subnet_id)


@refuses("ec2transitgateway/vpcAttachment:VpcAttachment")
def attachment(act: Act) -> None:
    """A VPC is attached once to a transit gateway, by one subnet in each zone.

    The code of the first is not in the API reference; AWS answers "DuplicateTransitGatewayAttachment: tgw-… has
    non-deleted Transit Gateway Attachments with same VPC ID".
    """
    for other in act.others("ec2transitgateway/vpcAttachment:VpcAttachment"):
        if all(other.inputs.get(key) == act.inputs.get(key) for key in ("vpcId", "transitGatewayId")):
            raise CloudError(
                "DuplicateTransitGatewayAttachment", f"{act.inputs.get('vpcId')} is attached by {other.id}"
            )
    _subnets(act)
