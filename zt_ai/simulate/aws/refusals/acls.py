"""Network ACLs (VPC User Guide, "Network ACLs")."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws.act import Act, refuses, refuses_delete
from zt_ai.simulate.problems import CloudError, Problem

RULE = "ec2/networkAclRule:NetworkAclRule"
_ACL = "aws:ec2/networkAcl:NetworkAcl"
HIGHEST_NUMBER = 32766
OWN_DENY = 1
"""The closing deny that AWS puts into each direction counts towards the quota [VPC User Guide, "Amazon VPC quotas",
Network ACLs: "includes the default deny rules"]."""


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """Number, action, ports and addresses of an entry, whatever else exists."""
    if token != f"aws:{RULE}":
        return []
    problems = []
    number = inputs.get("ruleNumber")
    if isinstance(number, int) and not 1 <= number <= HIGHEST_NUMBER:
        problems.append(Problem("ruleNumber", f"InvalidParameterValue: {number} is not from 1 to {HIGHEST_NUMBER}"))
    if str(inputs.get("protocol")) in ("6", "17", "tcp", "udp") and None in (
        inputs.get("fromPort"),
        inputs.get("toPort"),
    ):
        problems.append(Problem("fromPort", "InvalidParameterValue: a tcp or udp entry needs fromPort and toPort"))
    if len([key for key in ("cidrBlock", "ipv6CidrBlock") if inputs.get(key)]) != 1:
        problems.append(Problem("cidrBlock", "InvalidParameterCombination: exactly one of cidrBlock and ipv6CidrBlock"))
    text = inputs.get("cidrBlock")
    if isinstance(text, str) and text:
        try:
            ipaddress.IPv4Network(text, strict=True)
        except ValueError as error:
            problems.append(Problem("cidrBlock", f"InvalidParameterValue: {text!r} is not a CIDR block: {error}"))
    return problems


@refuses(RULE)
def entry_number(act: Act) -> None:
    """An entry's number is used once in each direction, and there are no more entries than the quota."""
    acl, number, egress = (act.inputs.get(key) for key in ("networkAclId", "ruleNumber", "egress"))
    entries = [
        other
        for other in act.others(RULE)
        if other.inputs.get("networkAclId") == acl and bool(other.inputs.get("egress")) == bool(egress)
    ]
    parent = act.world.get(_ACL, str(acl))
    inline = (parent.value("egress" if egress else "ingress") or []) if parent is not None else []
    if any(other.inputs.get("ruleNumber") == number for other in entries) or any(
        item.get("ruleNo") == number for item in inline
    ):
        way = "egress" if egress else "ingress"
        raise CloudError("NetworkAclEntryAlreadyExists", f"{acl} already has the {way} entry {number}")
    if act.thing is None:
        six = bool(act.inputs.get("ipv6CidrBlock"))
        count = sum(1 for other in entries if bool(other.inputs.get("ipv6CidrBlock")) == six) + OWN_DENY
        count += sum(1 for item in inline if bool(item.get("ipv6CidrBlock")) == six)
        what = f"entries in {acl} in this direction"
        act.limit("rules-per-network-acl", count, "NetworkAclEntryLimitExceeded", what)


@refuses("ec2/networkAcl:NetworkAcl")
def acl_quota(act: Act) -> None:
    """Network ACLs per VPC."""
    if act.thing is None:
        mine = [o for o in act.others("ec2/networkAcl:NetworkAcl") if o.value("vpcId") == act.inputs.get("vpcId")]
        act.limit("network-acls-per-vpc", len(mine), "NetworkAclLimitExceeded", "network ACLs in the VPC")


@refuses("ec2/networkAclAssociation:NetworkAclAssociation")
def one_acl(act: Act) -> None:
    """A subnet and its network ACL are in one VPC, and it has one only."""
    acl, subnet = act.inputs.get("networkAclId"), act.inputs.get("subnetId")
    ours = act.world.get(_ACL, str(acl)), act.world.get("aws:ec2/subnet:Subnet", str(subnet))
    if None not in ours and ours[0].value("vpcId") != ours[1].value("vpcId"):  # type: ignore[union-attr]
        raise CloudError("InvalidParameterValue", f"{acl} and {subnet} belong to different networks")


@refuses_delete("ec2/networkAcl:NetworkAcl")
def default_acl_stays(act: Act) -> None:
    """The default network ACL of a VPC cannot be deleted."""
    if act.thing is not None and act.thing.origin == "born":
        raise CloudError("InvalidParameterValue", f"the default network ACL {act.thing.id} cannot be deleted")
