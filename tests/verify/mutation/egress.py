"""Changes that open a way out: routes, gateways, public addresses, peering, endpoints."""

from __future__ import annotations

from typing import Any

from tests.verify.mutation.editor import Editor
from zt_ai.graph.model import Ref, Resource

ROUTE = "ec2/route:Route"
EVERYWHERE = "0.0.0.0/0"
ENDPOINT = "ec2/vpcEndpoint:VpcEndpoint"


def _data_table(e: Editor) -> Resource:
    return e.table_of(e.subnets(e.data_zone)[0])


def _proxy_table(e: Editor) -> Resource:
    return e.table_of(e.subnets(e.intent.egress_zone)[0])


def _processing_table(e: Editor) -> Resource:
    return e.table_of(e.subnets(e.intent.workloads[e.flow().source].zone)[0])


def _route(e: Editor, table: Resource, **target: Any) -> None:
    destination = {} if "destinationIpv6CidrBlock" in target else {"destinationCidrBlock": EVERYWHERE}
    e.add(ROUTE, {"routeTableId": Ref(table.urn), **destination, **target})


def data_zone_routed_to_the_internet_gateway(e: Editor) -> None:
    _route(e, _data_table(e), gatewayId=Ref(e.one("ec2/internetGateway:InternetGateway").urn))


def data_zone_routed_to_the_nat_gateway(e: Editor) -> None:
    _route(e, _data_table(e), natGatewayId=Ref(e.one("ec2/natGateway:NatGateway").urn))


def data_zone_routed_through_the_firewall(e: Editor) -> None:
    _route(e, _data_table(e), vpcEndpointId=Ref(e.one("networkfirewall/firewall:Firewall").urn))


def data_zone_routed_to_an_interface(e: Editor) -> None:
    interface = e.add(
        "ec2/networkInterface:NetworkInterface",
        {
            "subnetId": Ref(e.subnets(e.intent.egress_zone)[0].urn),
            "securityGroups": (Ref(e.group("egress-proxy").urn),),
            "sourceDestCheck": False,
        },
    )
    _route(e, _data_table(e), networkInterfaceId=Ref(interface.urn))


def data_zone_peered(e: Editor) -> None:
    peering = e.add(
        "ec2/vpcPeeringConnection:VpcPeeringConnection",
        {"vpcId": Ref(e.vpc.urn), "peerVpcId": "vpc-0fedcba9876543210", "autoAccept": True},
    )
    e.add(
        ROUTE,
        {
            "routeTableId": Ref(_data_table(e).urn),
            "destinationCidrBlock": "172.31.0.0/16",
            "vpcPeeringConnectionId": Ref(peering.urn),
        },
    )


def data_zone_on_a_transit_gateway(e: Editor) -> None:
    attachment = e.add(
        "ec2transitgateway/vpcAttachment:VpcAttachment",
        {
            "vpcId": Ref(e.vpc.urn),
            "subnetIds": (Ref(e.subnets(e.data_zone)[0].urn),),
            "transitGatewayId": "tgw-0aaaaaaaaaaaaaaaa",
        },
    )
    e.add(
        ROUTE,
        {
            "routeTableId": Ref(_data_table(e).urn),
            "destinationCidrBlock": "172.16.0.0/12",
            "transitGatewayId": "tgw-0aaaaaaaaaaaaaaaa",
        },
    )
    assert attachment


def data_zone_with_routes_of_a_vpn(e: Editor) -> None:
    gateway = e.add("ec2/vpnGateway:VpnGateway", {"vpcId": Ref(e.vpc.urn)})
    e.add(
        "ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
        {"vpnGatewayId": Ref(gateway.urn), "routeTableId": Ref(_data_table(e).urn)},
    )


def data_zone_with_ipv6_egress(e: Editor) -> None:
    e.set(e.vpc, assignGeneratedIpv6CidrBlock=True)
    e.set(e.subnets(e.data_zone)[0], ipv6CidrBlock="2600:1f18:1234:5600::/64", assignIpv6AddressOnCreation=True)
    gateway = e.add("ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", {"vpcId": Ref(e.vpc.urn)})
    _route(e, _data_table(e), destinationIpv6CidrBlock="::/0", egressOnlyGatewayId=Ref(gateway.urn))


def data_zone_with_ipv6_addresses(e: Editor) -> None:
    e.set(e.vpc, assignGeneratedIpv6CidrBlock=True)
    e.set(e.subnets(e.data_zone)[0], ipv6CidrBlock="2600:1f18:1234:5600::/64", assignIpv6AddressOnCreation=True)


def data_subnet_on_the_table_of_the_nat_gateway(e: Editor) -> None:
    subnet = e.subnets(e.data_zone)[0]
    link = e.one(
        "ec2/routeTableAssociation:RouteTableAssociation", lambda r: r.inputs.get("subnetId") == Ref(subnet.urn)
    )
    e.set(link, routeTableId=Ref(e.table_of(e.subnets(e.intent.egress_zone, "nat")[0]).urn))


def data_subnet_without_a_table_and_a_main_table_with_a_way_out(e: Editor) -> None:
    subnet = e.subnets(e.data_zone)[0]
    e.remove(
        e.one("ec2/routeTableAssociation:RouteTableAssociation", lambda r: r.inputs.get("subnetId") == Ref(subnet.urn))
    )
    route = {"cidrBlock": EVERYWHERE, "gatewayId": Ref(e.one("ec2/internetGateway:InternetGateway").urn)}
    e.set(e.one("ec2/defaultRouteTable:DefaultRouteTable"), routes=(route,))


def public_addresses_on_launch_in_the_data_zone(e: Editor) -> None:
    e.set(e.subnets(e.data_zone)[0], mapPublicIpOnLaunch=True)


def an_elastic_address_on_an_interface_of_the_data_zone(e: Editor) -> None:
    interface = e.add(
        "ec2/networkInterface:NetworkInterface",
        {"subnetId": Ref(e.subnets(e.data_zone)[0].urn), "securityGroups": (Ref(e.group(e.flow().destination).urn),)},
    )
    e.add("ec2/eip:Eip", {"domain": "vpc", "networkInterface": Ref(interface.urn)})


def a_data_workload_may_send_anywhere(e: Editor) -> None:
    data = next(w.name for w in e.intent.members(e.data_zone))
    e.add(
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {"securityGroupId": Ref(e.group(data).urn), "cidrIpv4": EVERYWHERE, "ipProtocol": "-1"},
    )


def an_endpoint_with_the_default_policy(e: Editor) -> None:
    e.set(e.one(ENDPOINT, lambda r: "policy" in r.inputs), policy=None)


def the_storage_endpoint_with_the_default_policy(e: Editor) -> None:
    e.set(e.one(ENDPOINT, lambda r: r.inputs.get("vpcEndpointType") == "Gateway"), policy=None)


def an_endpoint_policy_for_every_resource(e: Editor) -> None:
    def widen(statement: dict[str, Any]) -> None:
        statement["Resource"] = "*"
        statement.pop("Condition", None)

    e.policy(e.one(ENDPOINT, lambda r: r.inputs.get("vpcEndpointType") == "Gateway"), "policy", widen)


def an_endpoint_policy_for_every_principal(e: Editor) -> None:
    def widen(statement: dict[str, Any]) -> None:
        statement["Principal"] = "*"
        statement.pop("Condition", None)

    e.policy(e.one(ENDPOINT, lambda r: r.inputs.get("vpcEndpointType") != "Gateway"), "policy", widen)


def an_endpoint_policy_with_a_foreign_bucket(e: Editor) -> None:
    def widen(statement: dict[str, Any]) -> None:
        statement["Resource"] = ["arn:aws:s3:::somebody-elses-bucket/*"]
        statement["Action"] = ["s3:PutObject"]
        for operator in statement.get("Condition", {}).values():
            operator.pop("aws:ResourceAccount", None)
            operator.pop("aws:ResourceOrgID", None)

    e.policy(e.one(ENDPOINT, lambda r: r.inputs.get("vpcEndpointType") == "Gateway"), "policy", widen)


def an_endpoint_to_one_more_service(e: Editor) -> None:
    subnets = tuple(Ref(s.urn) for s in e.tagged("ec2/subnet:Subnet", role="endpoints"))
    e.add(
        ENDPOINT,
        {
            "vpcId": Ref(e.vpc.urn),
            "serviceName": "com.amazonaws.us-east-1.sqs",
            "vpcEndpointType": "Interface",
            "subnetIds": subnets,
            "privateDnsEnabled": True,
        },
    )


def an_endpoint_without_a_group(e: Editor) -> None:
    e.set(e.one(ENDPOINT, lambda r: r.inputs.get("vpcEndpointType") != "Gateway"), securityGroupIds=None)


def an_endpoint_open_to_every_workload(e: Editor) -> None:
    group = e.tagged("ec2/securityGroup:SecurityGroup", role="endpoint")[0]
    e.add(
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": Ref(group.urn),
            "cidrIpv4": e.vpc_cidr(),
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
        },
    )


def a_processing_zone_routed_through_the_firewall(e: Editor) -> None:
    _route(e, _processing_table(e), vpcEndpointId=Ref(e.one("networkfirewall/firewall:Firewall").urn))
    e.add(
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {
            "securityGroupId": Ref(e.group(e.flow().source).urn),
            "cidrIpv4": EVERYWHERE,
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
        },
    )


def a_processing_zone_routed_to_the_internet_gateway(e: Editor) -> None:
    _route(e, _processing_table(e), gatewayId=Ref(e.one("ec2/internetGateway:InternetGateway").urn))


def the_proxy_routed_past_the_firewall(e: Editor) -> None:
    table = Ref(_proxy_table(e).urn)
    route = e.one(
        ROUTE, lambda r: r.inputs["routeTableId"] == table and r.inputs.get("destinationCidrBlock") == EVERYWHERE
    )
    e.set(route, vpcEndpointId=None, natGatewayId=Ref(e.one("ec2/natGateway:NatGateway").urn))


def the_proxy_routed_to_the_internet_gateway(e: Editor) -> None:
    table = Ref(_proxy_table(e).urn)
    route = e.one(
        ROUTE, lambda r: r.inputs["routeTableId"] == table and r.inputs.get("destinationCidrBlock") == EVERYWHERE
    )
    e.set(route, vpcEndpointId=None, gatewayId=Ref(e.one("ec2/internetGateway:InternetGateway").urn))


def a_second_more_specific_route_of_the_proxy(e: Editor) -> None:
    e.add(
        ROUTE,
        {
            "routeTableId": Ref(_proxy_table(e).urn),
            "destinationCidrBlock": "203.0.113.0/24",
            "natGatewayId": Ref(e.one("ec2/natGateway:NatGateway").urn),
        },
    )


def the_proxy_may_use_every_port(e: Editor) -> None:
    rule = e.one(
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        lambda r: (
            r.inputs["securityGroupId"] == Ref(e.group("egress-proxy").urn) and r.inputs.get("cidrIpv4") == EVERYWHERE
        ),
    )
    e.set(rule, ipProtocol="-1", fromPort=None, toPort=None)


def a_public_load_balancer(e: Editor) -> None:
    e.set(e.one("lb/loadBalancer:LoadBalancer"), internal=False)


def proxy_tasks_with_public_addresses(e: Editor) -> None:
    service = e.one("ecs/service:Service")
    network = dict(service.inputs["networkConfiguration"])  # type: ignore[arg-type]
    e.set(service, networkConfiguration={**network, "assignPublicIp": True})


def an_instance_with_a_public_address(e: Editor) -> None:
    e.add(
        "ec2/instance:Instance",
        {
            "subnetId": Ref(e.subnets(e.intent.egress_zone, "nat")[0].urn),
            "vpcSecurityGroupIds": (Ref(e.group("egress-proxy").urn),),
            "associatePublicIpAddress": True,
            "ami": "ami-0123456789abcdef0",
            "instanceType": "t3.micro",
        },
    )


def a_database_open_to_the_internet(e: Editor) -> None:
    e.add(
        "rds/instance:Instance",
        {
            "publiclyAccessible": True,
            "vpcSecurityGroupIds": (Ref(e.group(e.flow().destination).urn),),
            "instanceClass": "db.t3.micro",
            "engine": "postgres",
        },
    )


def a_client_vpn_into_the_vpc(e: Editor) -> None:
    e.add(
        "ec2clientvpn/networkAssociation:NetworkAssociation",
        {"clientVpnEndpointId": "cvpn-endpoint-0123456789abcdef0", "subnetId": Ref(e.subnets(e.data_zone)[0].urn)},
    )


def a_copy_of_all_packets_sent_elsewhere(e: Editor) -> None:
    e.add(
        "ec2/trafficMirrorSession:TrafficMirrorSession",
        {
            "networkInterfaceId": "eni-0123456789abcdef0",
            "trafficMirrorTargetId": "tmt-0123456789abcdef0",
            "trafficMirrorFilterId": "tmf-0123456789abcdef0",
            "sessionNumber": 1,
        },
    )


MUTATIONS = {
    "data-zone-egress": [
        data_zone_routed_to_the_internet_gateway,
        data_zone_routed_to_the_nat_gateway,
        data_zone_routed_through_the_firewall,
        data_zone_routed_to_an_interface,
        data_zone_peered,
        data_zone_on_a_transit_gateway,
        data_zone_with_routes_of_a_vpn,
        data_zone_with_ipv6_egress,
        data_zone_with_ipv6_addresses,
        data_subnet_on_the_table_of_the_nat_gateway,
        data_subnet_without_a_table_and_a_main_table_with_a_way_out,
        public_addresses_on_launch_in_the_data_zone,
        an_elastic_address_on_an_interface_of_the_data_zone,
        a_data_workload_may_send_anywhere,
        the_storage_endpoint_with_the_default_policy,
        an_endpoint_policy_for_every_resource,
        an_endpoint_policy_with_a_foreign_bucket,
        an_endpoint_to_one_more_service,
        a_client_vpn_into_the_vpc,
        a_copy_of_all_packets_sent_elsewhere,
    ],
    "data-zone-egress reachability": [
        an_endpoint_with_the_default_policy,
        an_endpoint_policy_for_every_principal,
        an_endpoint_without_a_group,
        an_endpoint_open_to_every_workload,
    ],
    "internet-egress": [
        a_processing_zone_routed_through_the_firewall,
        a_processing_zone_routed_to_the_internet_gateway,
        the_proxy_routed_past_the_firewall,
        the_proxy_routed_to_the_internet_gateway,
        a_second_more_specific_route_of_the_proxy,
        the_proxy_may_use_every_port,
        a_public_load_balancer,
        proxy_tasks_with_public_addresses,
        an_instance_with_a_public_address,
        a_database_open_to_the_internet,
    ],
}
