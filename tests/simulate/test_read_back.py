"""A group, ACL or table that is read shows the rules and routes in it, whoever made them, as the real provider does."""

from __future__ import annotations

from typing import Any

from zt_ai.simulate.values import decode
from zt_ai.simulate.world import Thing

GROUP, DEFAULT = "ec2/securityGroup:SecurityGroup", "ec2/defaultSecurityGroup:DefaultSecurityGroup"
INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
RULE = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22}


def test_a_group_shows_the_rules_in_it(aws: Any) -> None:
    group = aws.group(aws.vpc())
    assert decode(aws.read(GROUP, group.id).properties)["ingress"] == []
    aws.make(INGRESS, {**RULE, "securityGroupId": group.id, "referencedSecurityGroupId": group.id}, "own")
    by_hand = {**RULE, "securityGroupId": group.id, "cidrIpv4": "0.0.0.0/0"}
    aws.world.put(Thing(f"aws:{INGRESS}", "sgr-1", "us-east-1", None, "seeded", None, by_hand, by_hand))
    read = aws.read(GROUP, group.id)
    first, second = decode(read.properties)["ingress"]
    assert (first["self"], first["securityGroups"], first["cidrBlocks"]) == (True, [], [])
    assert (second["self"], second["cidrBlocks"], second["fromPort"]) == (False, ["0.0.0.0/0"], 22)
    assert "ingress" not in decode(read.inputs), "the program did not give it: it is an output only"


def test_rules_that_a_program_gives_inline_are_read_into_its_inputs(aws: Any) -> None:
    vpc = aws.vpc()
    stripped = aws.make(DEFAULT, {"vpcId": vpc.id, "ingress": [], "egress": []})
    by_hand = {**RULE, "securityGroupId": stripped.id, "cidrIpv4": "0.0.0.0/0"}
    aws.world.put(Thing(f"aws:{INGRESS}", "sgr-1", "us-east-1", None, "seeded", None, by_hand, by_hand))
    (found,) = decode(aws.read(DEFAULT, stripped.id).inputs)["ingress"]
    assert found["cidrBlocks"] == ["0.0.0.0/0"]


def test_an_acl_shows_its_entries_by_direction(aws: Any) -> None:
    acl = aws.make("ec2/networkAcl:NetworkAcl", {"vpcId": aws.vpc().id})
    entry = {"networkAclId": acl.id, "ruleNumber": 100, "protocol": "tcp", "ruleAction": "allow", "fromPort": 443}
    rule = {**entry, "toPort": 443, "cidrBlock": "10.0.0.0/8"}
    aws.make("ec2/networkAclRule:NetworkAclRule", {**rule, "egress": True})
    shown = decode(aws.read("ec2/networkAcl:NetworkAcl", acl.id).properties)
    assert shown["ingress"] == []
    (out,) = shown["egress"]
    assert (out["ruleNo"], out["protocol"], out["action"], out["cidrBlock"]) == (100, "6", "allow", "10.0.0.0/8")


def test_a_table_shows_its_routes(aws: Any) -> None:
    vpc = aws.vpc()
    gateway = aws.make("ec2/internetGateway:InternetGateway", {"vpcId": vpc.id})
    table = aws.make("ec2/routeTable:RouteTable", {"vpcId": vpc.id})
    route = {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": gateway.id}
    aws.make("ec2/route:Route", route)
    (shown,) = decode(aws.read("ec2/routeTable:RouteTable", table.id).properties)["routes"]
    assert (shown["cidrBlock"], shown["gatewayId"], shown["natGatewayId"]) == ("0.0.0.0/0", gateway.id, "")
