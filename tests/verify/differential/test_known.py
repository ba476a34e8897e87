"""Differences that random worlds have shown, each with the smallest world that has it."""

from __future__ import annotations

from typing import Any

from tests.verify.differential.asked import SETTINGS, make_intent
from tests.verify.differential.compare import Comparison
from tests.verify.differential.proved import prove
from tests.verify.differential.witnesses import Witnesses
from tests.verify.differential.worlds import World
from tests.verify.handmade import Plan
from zt_ai.intent.model import EGRESS_PROXY


def relayed() -> World:
    """A route to a whole subnet that is more specific than the local one and leads to a NAT gateway.

    The gateway sends on from its own address [VPC User Guide, "Subnet route tables"; "NAT gateways"], so a rule for the
    sender's admits nothing, and protocols without ports do not pass ["NAT gateway basics"].
    """
    plan = Plan()
    vpc = plan.add("ec2/vpc:Vpc", "main", cidrBlock="10.0.0.0/16")
    plan.add("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", vpcId=vpc)
    places = (
        ("records", "10.0.0.0/28", {"zt-ai:zone": "records", "zt-ai:role": "zone"}),
        ("work", "10.0.0.16/28", {"zt-ai:zone": "work", "zt-ai:role": "zone"}),
        ("nat", "10.0.1.0/24", {"zt-ai:role": "nat"}),
    )
    subnets = {
        name: plan.add("ec2/subnet:Subnet", name, vpcId=vpc, cidrBlock=cidr, tags=marks) for name, cidr, marks in places
    }
    groups = {
        name: plan.add(
            "ec2/securityGroup:SecurityGroup", name, vpcId=vpc, tags={"zt-ai:workload": name, "zt-ai:role": "workload"}
        )
        for name in ("store", "api", EGRESS_PROXY)
    }
    sql: dict[str, Any] = {"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432}
    dns: dict[str, Any] = {"ipProtocol": "udp", "fromPort": 53, "toPort": 53}
    out, into = (
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    )
    plan.add(out, "out", securityGroupId=groups["api"], cidrIpv4="10.0.0.0/28", ipProtocol="-1")
    plan.add(into, "into", securityGroupId=groups["store"], cidrIpv4="10.0.1.0/24", ipProtocol="50")
    plan.add(into, "sql", securityGroupId=groups["store"], cidrIpv4="10.0.1.0/24", **sql)
    plan.add(into, "dns", securityGroupId=groups["store"], cidrIpv4="10.0.0.16/28", **dns)
    nat = plan.add("ec2/natGateway:NatGateway", "gate", subnetId=subnets["nat"], connectivityType="private")
    table = plan.add("ec2/routeTable:RouteTable", "table", vpcId=vpc)
    plan.add("ec2/routeTableAssociation:RouteTableAssociation", "of-work", subnetId=subnets["work"], routeTableId=table)
    plan.add("ec2/route:Route", "inside", routeTableId=table, destinationCidrBlock="10.0.0.0/28", natGatewayId=nat)
    return World(plan.graph(), make_intent((), provider=False, storage=False))


def test_a_nat_gateway_that_delivers_inside_the_vpc() -> None:
    world = relayed()
    comparison = Comparison(world.graph, world.intent, prove(world.graph, world.intent, SETTINGS))
    assert comparison.run() == []
    assert Witnesses(comparison).run() == []
    claim = next(claim for claim in comparison.proof.claims if claim.id == "reachability")
    ends = {(witness.source, witness.destination) for witness in claim.witnesses}
    assert {("api", "store"), ("subnet nat", "store")} <= ends
    assert not claim.reasons


def test_a_witness_for_what_leaves_is_a_packet_that_leaves() -> None:
    """Two ACL entries let two protocols out to two ranges; a packet of one to the other is dropped."""
    plan = Plan()
    vpc = plan.add("ec2/vpc:Vpc", "main", cidrBlock="10.0.0.0/16")
    subnet = plan.add("ec2/subnet:Subnet", "s0", vpcId=vpc, cidrBlock="10.0.0.0/28")
    acl = plan.add("ec2/networkAcl:NetworkAcl", "acl", vpcId=vpc)
    plan.add("ec2/networkAclAssociation:NetworkAclAssociation", "of-s0", networkAclId=acl, subnetId=subnet)
    openings = (("tcp", "45.60.0.0/16", {"fromPort": 3128, "toPort": 3128}), ("icmp", "10.9.0.0/16", {"icmpType": -1}))
    for number, (protocol, cidr, span) in enumerate(openings, 100):
        body: dict[str, Any] = {
            "protocol": protocol,
            "cidrBlock": cidr,
            "ruleNumber": number,
            "ruleAction": "allow",
            **span,
        }
        plan.add(
            "ec2/networkAclRule:NetworkAclRule",
            f"out-{protocol}",
            networkAclId=acl,
            egress=True,
            **body,
        )
    gate = "tgw-0123456789abcdef0"
    plan.add(
        "ec2transitgateway/vpcAttachment:VpcAttachment", "gate", vpcId=vpc, subnetIds=[subnet], transitGatewayId=gate
    )
    table = plan.add("ec2/routeTable:RouteTable", "table", vpcId=vpc)
    plan.add("ec2/routeTableAssociation:RouteTableAssociation", "table-of-s0", subnetId=subnet, routeTableId=table)
    plan.add("ec2/route:Route", "out", routeTableId=table, destinationCidrBlock="0.0.0.0/0", transitGatewayId=gate)
    graph, intent = plan.graph(), make_intent((), provider=False, storage=False)

    comparison = Comparison(graph, intent, prove(graph, intent, SETTINGS))
    assert comparison.run() == []
    assert Witnesses(comparison).run() == []


def test_an_interface_with_the_rules_of_an_endpoint_opens_connections() -> None:
    """An endpoint only answers; an interface beside it that has the same rules does not only answer."""
    plan = Plan()
    vpc = plan.add("ec2/vpc:Vpc", "main", cidrBlock="10.0.0.0/16")
    subnet = plan.add("ec2/subnet:Subnet", "s0", vpcId=vpc, cidrBlock="10.0.0.0/28")
    open_: dict[str, Any] = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0"}
    tags = {"endpoint": {"zt-ai:role": "endpoint"}, "other": {}}
    groups = {
        name: plan.add("ec2/securityGroup:SecurityGroup", name, vpcId=vpc, tags=marks) for name, marks in tags.items()
    }
    plan.add("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out", securityGroupId=groups["endpoint"], **open_)
    plan.add("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "into", securityGroupId=groups["other"], **open_)
    plan.add(
        "ec2/vpcEndpoint:VpcEndpoint",
        "secrets",
        vpcId=vpc,
        serviceName="com.amazonaws.us-east-1.secretsmanager",
        vpcEndpointType="Interface",
        subnetIds=[subnet],
        securityGroupIds=[groups["endpoint"]],
        privateDnsEnabled=True,
    )
    plan.add("ec2/networkInterface:NetworkInterface", "eni", subnetId=subnet, securityGroups=[*groups.values()])
    graph, intent = plan.graph(), make_intent((), provider=False, storage=False)

    comparison = Comparison(graph, intent, prove(graph, intent, SETTINGS))
    assert comparison.run() == []
    sources = {access.source for access in comparison.proof.accesses if access.destination == "group other"}
    assert "network interface eni" in sources
    assert not any(source.startswith("endpoint") for source in sources)
