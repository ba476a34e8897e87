"""The network: VPC, subnets, route tables, routes and gateways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, tag_list, tag_map


def tagged(kind: str, inputs: Inputs) -> list[dict[str, Any]] | None:
    """The tag specification of a new EC2 resource."""
    return [{"ResourceType": kind, "Tags": tag_list(inputs)}] if "tags" in inputs else None


def _vpc(cloud: Cloud, inputs: Inputs) -> Made:
    vpc = cloud.call(
        "ec2",
        "create_vpc",
        CidrBlock=inputs["cidrBlock"],
        AmazonProvidedIpv6CidrBlock=inputs["assignGeneratedIpv6CidrBlock"],
        TagSpecifications=tagged("vpc", inputs),
    )["Vpc"]["VpcId"]
    # One attribute a request: EC2 API Reference, ModifyVpcAttribute.
    cloud.call("ec2", "modify_vpc_attribute", VpcId=vpc, EnableDnsSupport={"Value": inputs["enableDnsSupport"]})
    cloud.call("ec2", "modify_vpc_attribute", VpcId=vpc, EnableDnsHostnames={"Value": inputs["enableDnsHostnames"]})
    return Made(vpc, {"arn": f"arn:aws:ec2:us-east-1:{cloud.account}:vpc/{vpc}", **_defaults(cloud, vpc)})


def _defaults(cloud: Cloud, vpc: str) -> dict[str, str]:
    """What AWS makes with every VPC: a group, a network ACL and a route table."""

    def ask(operation: str, **filters: str) -> Any:
        wanted = [{"Name": key.replace("_", "-"), "Values": [value]} for key, value in filters.items()]
        return cloud.call("ec2", operation, Filters=[{"Name": "vpc-id", "Values": [vpc]}, *wanted])

    groups = ask("describe_security_groups", group_name="default")["SecurityGroups"]
    acls = ask("describe_network_acls", default="true")["NetworkAcls"]
    tables = ask("describe_route_tables", **{"association.main": "true"})["RouteTables"]
    return {
        "defaultSecurityGroupId": groups[0]["GroupId"],
        "defaultNetworkAclId": acls[0]["NetworkAclId"],
        "defaultRouteTableId": tables[0]["RouteTableId"],
        "mainRouteTableId": tables[0]["RouteTableId"],
    }


def _read_vpc(view: View, stored: Stored) -> Mapping[str, Any]:
    id_ = stored.made.id
    vpc = view.one("ec2", "describe_vpcs", "Vpcs", "VpcId", id_)

    def attribute(name: str) -> bool:
        answer = view.ask("ec2", "describe_vpc_attribute", VpcId=id_, Attribute=name)
        return bool(answer[name[:1].upper() + name[1:]]["Value"])

    return {
        "cidrBlock": vpc["CidrBlock"],
        "assignGeneratedIpv6CidrBlock": bool(vpc.get("Ipv6CidrBlockAssociationSet")),
        "enableDnsSupport": attribute("enableDnsSupport"),
        "enableDnsHostnames": attribute("enableDnsHostnames"),
        "tags": tag_map(vpc["Tags"]),
    }


def _subnet(cloud: Cloud, inputs: Inputs) -> Made:
    id_ = cloud.call(
        "ec2",
        "create_subnet",
        VpcId=inputs["vpcId"],
        CidrBlock=inputs["cidrBlock"],
        AvailabilityZone=inputs["availabilityZone"],
        TagSpecifications=tagged("subnet", inputs),
    )["Subnet"]["SubnetId"]
    for key, member in _SUBNET_FLAGS.items():
        cloud.call("ec2", "modify_subnet_attribute", SubnetId=id_, **{member: {"Value": inputs[key]}})
    return Made(id_)


_SUBNET_FLAGS = {
    "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
    "assignIpv6AddressOnCreation": "AssignIpv6AddressOnCreation",
}


def _read_subnet(view: View, stored: Stored) -> Mapping[str, Any]:
    subnet = view.one("ec2", "describe_subnets", "Subnets", "SubnetId", stored.made.id)
    return {
        "vpcId": subnet["VpcId"],
        "cidrBlock": subnet["CidrBlock"],
        "availabilityZone": subnet["AvailabilityZone"],
        "tags": tag_map(subnet["Tags"]),
        **{key: subnet[member] for key, member in _SUBNET_FLAGS.items()},
    }


def _route_table(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "ec2", "create_route_table", VpcId=inputs["vpcId"], TagSpecifications=tagged("route-table", inputs)
    )
    return Made(made["RouteTable"]["RouteTableId"])


def table(view: View, id_: str) -> Any:
    """A route table as it is now."""
    return view.one("ec2", "describe_route_tables", "RouteTables", "RouteTableId", id_)


def _read_route_table(view: View, stored: Stored) -> Mapping[str, Any]:
    found = table(view, stored.made.id)
    return {"vpcId": found["VpcId"], "tags": tag_map(found["Tags"])}


def _default_route_table(cloud: Cloud, inputs: Inputs) -> Made:
    """The provider deletes every route but the local one, then makes the planned ones."""
    id_ = inputs["defaultRouteTableId"]
    if inputs["routes"]:
        raise LookupError("routes in the default route table: no translation")
    found = cloud.call("ec2", "describe_route_tables", RouteTableIds=[id_])["RouteTables"][0]
    for route in found["Routes"]:
        if route.get("GatewayId") != "local":
            cloud.call("ec2", "delete_route", RouteTableId=id_, DestinationCidrBlock=route["DestinationCidrBlock"])
    cloud.call("ec2", "create_tags", Resources=[id_], Tags=tag_list(inputs))
    return Made(id_)


def _read_default_route_table(view: View, stored: Stored) -> Mapping[str, Any]:
    found = table(view, stored.made.id)
    return {
        "defaultRouteTableId": found["RouteTableId"],
        "routes": [route for route in found["Routes"] if route.get("GatewayId") != "local"],
        "tags": tag_map(found["Tags"]),
    }


_TARGETS = {
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "transitGatewayId": "TransitGatewayId",
    "vpcEndpointId": "VpcEndpointId",
}


def _route(cloud: Cloud, inputs: Inputs) -> Made:
    targets = {member: inputs[key] for key, member in _TARGETS.items() if key in inputs}
    block = inputs["destinationCidrBlock"]
    cloud.call("ec2", "create_route", RouteTableId=inputs["routeTableId"], DestinationCidrBlock=block, **targets)
    return Made(f"{inputs['routeTableId']}_{block}")


def _read_route(view: View, stored: Stored) -> Mapping[str, Any]:
    id_, block = stored.made.id.split("_")
    found = [route for route in table(view, id_)["Routes"] if route.get("DestinationCidrBlock") == block]
    if len(found) != 1:
        raise LookupError(f"{len(found)} routes to {block} in {id_}")
    targets = {key: found[0][member] for key, member in _TARGETS.items() if found[0].get(member)}
    # EC2 shows a Gateway Load Balancer endpoint, which a firewall endpoint is, as the gateway of a route.
    if targets.get("gatewayId", "").startswith("vpce-"):
        targets["vpcEndpointId"] = targets.pop("gatewayId")
    return {"routeTableId": id_, "destinationCidrBlock": block, **targets}


def _association(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call("ec2", "associate_route_table", RouteTableId=inputs["routeTableId"], SubnetId=inputs["subnetId"])
    return Made(made["AssociationId"])


def _read_association(view: View, stored: Stored) -> Mapping[str, Any]:
    for found in view.every("ec2", "describe_route_tables", "RouteTables"):
        for link in found["Associations"]:
            if link["RouteTableAssociationId"] == stored.made.id:
                return {"routeTableId": found["RouteTableId"], "subnetId": link.get("SubnetId")}
    raise LookupError(f"no association {stored.made.id}")


def _internet_gateway(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call("ec2", "create_internet_gateway", TagSpecifications=tagged("internet-gateway", inputs))
    id_ = made["InternetGateway"]["InternetGatewayId"]
    cloud.call("ec2", "attach_internet_gateway", InternetGatewayId=id_, VpcId=inputs["vpcId"])
    return Made(id_)


def _read_internet_gateway(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId", stored.made.id)
    return {"vpcId": ",".join(link["VpcId"] for link in found["Attachments"]), "tags": tag_map(found["Tags"])}


def _eip(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "ec2", "allocate_address", Domain=inputs["domain"], TagSpecifications=tagged("elastic-ip", inputs)
    )
    return Made(made["AllocationId"], {"allocationId": made["AllocationId"], "publicIp": made["PublicIp"]})


def _read_eip(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("ec2", "describe_addresses", "Addresses", "AllocationId", stored.made.id)
    return {"domain": found["Domain"], "tags": tag_map(found["Tags"])}


def _nat_gateway(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "ec2",
        "create_nat_gateway",
        SubnetId=inputs["subnetId"],
        AllocationId=inputs["allocationId"],
        ConnectivityType=inputs["connectivityType"],
        TagSpecifications=tagged("natgateway", inputs),
    )
    return Made(made["NatGateway"]["NatGatewayId"])


def _read_nat_gateway(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId", stored.made.id)
    return {
        "subnetId": found["SubnetId"],
        "connectivityType": found.get("ConnectivityType"),
        "allocationId": ",".join(address["AllocationId"] for address in found["NatGatewayAddresses"]),
        "tags": tag_map(found["Tags"]),
    }


KINDS = {
    "aws:ec2/vpc:Vpc": Kind(_vpc, _read_vpc),
    "aws:ec2/subnet:Subnet": Kind(_subnet, _read_subnet),
    "aws:ec2/routeTable:RouteTable": Kind(_route_table, _read_route_table),
    "aws:ec2/defaultRouteTable:DefaultRouteTable": Kind(_default_route_table, _read_default_route_table),
    "aws:ec2/route:Route": Kind(_route, _read_route),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Kind(_association, _read_association),
    "aws:ec2/internetGateway:InternetGateway": Kind(_internet_gateway, _read_internet_gateway),
    "aws:ec2/eip:Eip": Kind(_eip, _read_eip),
    "aws:ec2/natGateway:NatGateway": Kind(_nat_gateway, _read_nat_gateway),
}
