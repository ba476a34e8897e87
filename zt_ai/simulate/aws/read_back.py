"""What AWS shows of a thing when it is read: also the rules and routes that are resources of their own.

The provider repeats them in the group, ACL or table that holds them, whoever made them; an ACL's closing deny, a
table's local route and the routes of gateway endpoints are left out [terraform-provider-aws, internal/service/ec2:
``resourceSecurityGroupRead``, ``resourceNetworkACLRead``, ``flattenRoutes``].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.world import Thing, World

_GROUPS = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
_ACLS = ("aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
_TABLES = ("aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable")
# API Reference of the EC2 action CreateNetworkAclEntry: protocols are numbers there.
_NUMBERS = {"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58"}
_HOPS = (
    "egressOnlyGatewayId",
    "gatewayId",
    "localGatewayId",
    "natGatewayId",
    "networkInterfaceId",
    "transitGatewayId",
    "vpcEndpointId",
    "vpcPeeringConnectionId",
)
Entries = dict[str, list[dict[str, Any]]]


def entries(world: World, thing: Thing) -> Entries:
    """The rules or routes of a thing, inline ones first, by the property that shows them; empty for other types."""
    if thing.type in _GROUPS:
        found = {
            name: [
                _rule(rule.inputs)
                for rule in world.of_type(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule")
                if rule.inputs.get("securityGroupId") == thing.id
            ]
            for name, kind in (("ingress", "Ingress"), ("egress", "Egress"))
        }
    elif thing.type in _ACLS:
        rules = [
            rule.inputs
            for rule in world.of_type("aws:ec2/networkAclRule:NetworkAclRule")
            if rule.inputs.get("networkAclId") == thing.id
        ]
        found = {
            name: [_entry(rule) for rule in rules if bool(rule.get("egress")) is egress]
            for name, egress in (("ingress", False), ("egress", True))
        }
    elif thing.type in _TABLES:
        routes = world.of_type("aws:ec2/route:Route")
        found = {"routes": [_route(r.inputs) for r in routes if r.inputs.get("routeTableId") == thing.id]}
    else:
        return {}
    return {name: [*(thing.inputs.get(name) or ()), *listed] for name, listed in found.items()}


def _rule(given: Mapping[str, Any]) -> dict[str, Any]:
    def listed(name: str) -> list[Any]:
        return [given[name]] if given.get(name) else []

    own = given.get("referencedSecurityGroupId") == given.get("securityGroupId")
    return {
        "cidrBlocks": listed("cidrIpv4"),
        "description": given.get("description") or "",
        "fromPort": given.get("fromPort") or 0,
        "ipv6CidrBlocks": listed("cidrIpv6"),
        "prefixListIds": listed("prefixListId"),
        "protocol": given.get("ipProtocol"),
        "securityGroups": [] if own else listed("referencedSecurityGroupId"),
        "self": own,
        "toPort": given.get("toPort") or 0,
    }


def _entry(given: Mapping[str, Any]) -> dict[str, Any]:
    protocol = str(given.get("protocol"))
    return {
        "action": given.get("ruleAction"),
        "cidrBlock": given.get("cidrBlock") or "",
        "fromPort": given.get("fromPort") or 0,
        "icmpCode": given.get("icmpCode") or 0,
        "icmpType": given.get("icmpType") or 0,
        "ipv6CidrBlock": given.get("ipv6CidrBlock") or "",
        "protocol": _NUMBERS.get(protocol, protocol),
        "ruleNo": given.get("ruleNumber"),
        "toPort": given.get("toPort") or 0,
    }


def _route(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cidrBlock": given.get("destinationCidrBlock") or "",
        "destinationPrefixListId": given.get("destinationPrefixListId") or "",
        "ipv6CidrBlock": given.get("destinationIpv6CidrBlock") or "",
        **{name: given.get(name) or "" for name in _HOPS},
    }
