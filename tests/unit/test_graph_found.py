"""Rules and routes that a refresh found beside those of the stack become part of the graph; its own do not, twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from zt_ai.graph.found import with_found
from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value

GROUP, ACL, TABLE = "ec2/securityGroup:SecurityGroup", "ec2/networkAcl:NetworkAcl", "ec2/routeTable:RouteTable"
INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
WEB, CALLER, ENDPOINT = (
    f"urn:pulumi:s::p::aws:{kind}::{kind[-3:]}-{n}" for n, kind in enumerate((GROUP, GROUP, "e:E"))
)
SHOWN: dict[str, Value] = {
    "cidrBlocks": (),
    "description": "",
    "fromPort": 443,
    "ipv6CidrBlocks": (),
    "prefixListIds": (),
    "protocol": "tcp",
    "securityGroups": (),
    "self": False,
    "toPort": 443,
}


def resource(urn: str, type_: str, id_: str, outputs: dict[str, Value] | None = None, **inputs: Value) -> Resource:
    return Resource(urn, f"aws:{type_}", urn, None, True, id_, inputs, outputs or {})


def graph(*resources: Resource) -> ResourceGraph:
    return ResourceGraph({one.urn: one for one in resources}, "state")


def world(rule: dict[str, Value], *shown: dict[str, Value], **group: Value) -> ResourceGraph:
    """A group with one rule of the stack, and what a refresh shows in it."""
    given: dict[str, Value] = {"securityGroupId": Ref(WEB), "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    return graph(
        resource(WEB, GROUP, "sg-0000000000000web1", {"ingress": tuple({**SHOWN, **one} for one in shown)}, **group),
        resource(CALLER, GROUP, "sg-000000000000call1"),
        resource(ENDPOINT, "ec2/vpcEndpoint:VpcEndpoint", "vpce-1", {"prefixListId": "pl-63a5400a"}),
        resource("rule", INGRESS, "sgr-1", **{**given, **rule}),
    )


OWN = [
    ({"cidrIpv4": "10.0.0.0/8"}, {"cidrBlocks": ("10.0.0.0/8",)}),
    ({"cidrIpv6": "fd00::/8"}, {"ipv6CidrBlocks": ("fd00::/8",)}),
    ({"prefixListId": Ref(ENDPOINT)}, {"prefixListIds": ("pl-63a5400a",)}),
    ({"referencedSecurityGroupId": Ref(CALLER)}, {"securityGroups": ("sg-000000000000call1",)}),
    ({"referencedSecurityGroupId": Ref(WEB)}, {"self": True}),
    (
        {"cidrIpv4": "10.0.0.0/8", "ipProtocol": "-1", "fromPort": -1, "toPort": -1},
        {"cidrBlocks": ("10.0.0.0/8",), "protocol": "-1", "fromPort": 0, "toPort": 0},
    ),
]


@pytest.mark.parametrize(("rule", "shown"), OWN)
def test_the_stack_s_own_rule_is_not_found_again(rule: dict[str, Value], shown: dict[str, Value]) -> None:
    before = world(rule, shown)
    assert with_found(before) is before


@pytest.mark.parametrize(("rule", "shown"), OWN)
@pytest.mark.parametrize("change", [{"toPort": 444}, {"protocol": "udp"}], ids=["ports", "protocol"])
def test_a_rule_that_says_anything_else_is_found(
    rule: dict[str, Value], shown: dict[str, Value], change: dict[str, Value]
) -> None:
    if rule.get("ipProtocol") == "-1" and "toPort" in change:
        change = {"protocol": "tcp"}
    found = with_found(world(rule, shown, {**shown, **change})).resources[WEB].inputs["ingress"]
    assert isinstance(found, tuple)
    assert len(found) == 1


def test_of_many_peers_in_one_entry_only_the_strange_ones_count() -> None:
    shown: dict[str, Value] = {"cidrBlocks": ("10.0.0.0/8", "0.0.0.0/0"), "securityGroups": ("sg-000000000000call1",)}
    found = with_found(world({"cidrIpv4": "10.0.0.0/8"}, shown)).resources[WEB].inputs["ingress"]
    assert isinstance(found, tuple)
    said = {name: SHOWN[name] for name in ("protocol", "fromPort", "toPort", "description")}
    assert list(found) == [{**said, "cidrBlocks": ("0.0.0.0/0",)}, {**said, "securityGroups": (Ref(CALLER),)}]


def test_a_group_with_inline_rules_is_as_the_refresh_left_it() -> None:
    before = world({"cidrIpv4": "10.0.0.0/8"}, {"cidrBlocks": ("0.0.0.0/0",)}, ingress=())
    assert with_found(before) is before


def test_an_entry_of_another_number_is_found() -> None:
    def entry(number: int) -> dict[str, Any]:
        return {"ruleNo": number, "action": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0"}

    acl = resource("acl", ACL, "acl-1", {"egress": (entry(100), entry(200)), "ingress": (entry(100),)})
    rules = [
        resource(
            f"rule-{way}", "ec2/networkAclRule:NetworkAclRule", "x", networkAclId=Ref("acl"), ruleNumber=100, **said
        )
        for way, said in (("in", {}), ("out", {"egress": True}))
    ]
    inputs = with_found(graph(acl, *rules)).resources["acl"].inputs
    assert inputs == {"egress": (entry(200),)}
    alone = with_found(graph(acl)).resources["acl"].inputs
    assert alone == {"egress": (entry(100), entry(200)), "ingress": (entry(100),)}


def test_a_route_to_another_destination_is_found_with_its_gateway() -> None:
    routes: tuple[Value, ...] = (
        {"cidrBlock": "0.0.0.0/0", "ipv6CidrBlock": "", "gatewayId": "igw-0123", "natGatewayId": ""},
        {"cidrBlock": "10.128.0.0/16", "gatewayId": "", "transitGatewayId": "tgw-1"},
    )
    table = resource("table", TABLE, "rtb-1", {"routes": routes})
    gateway = resource("gateway", "ec2/internetGateway:InternetGateway", "igw-0123")
    own = resource(
        "own", "ec2/route:Route", "r-1", routeTableId=Ref("table"), destinationCidrBlock="10.128.0.0/16",
        transitGatewayId="tgw-1",
    )  # fmt: skip
    found = with_found(graph(table, gateway, own)).resources["table"].inputs
    assert found == {"routes": ({"cidrBlock": "0.0.0.0/0", "gatewayId": Ref("gateway")},)}
    away = replace(own, inputs={**own.inputs, "destinationCidrBlock": "0.0.0.0/0"})
    other = with_found(graph(table, gateway, away)).resources["table"].inputs
    assert other == {"routes": ({"cidrBlock": "10.128.0.0/16", "transitGatewayId": "tgw-1"},)}
