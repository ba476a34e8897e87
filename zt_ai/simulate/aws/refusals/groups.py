"""Security groups and their rules (VPC User Guide, "Security group rules" and "Amazon VPC quotas")."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.aws.act import Act, refuses, refuses_delete
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.world import Thing

INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_NUMBERS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_NAMES = frozenset({"tcp", "udp", "icmp", "icmpv6", "-1"})


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """Protocol, ports and addresses of a rule, whatever else exists."""
    if token not in (f"aws:{INGRESS}", f"aws:{EGRESS}"):
        return []
    problems = []
    protocol = inputs.get("ipProtocol")
    if isinstance(protocol, str):
        name = _NUMBERS.get(protocol, protocol.lower())
        if name not in _NAMES and not (name.isdigit() and int(name) <= 255):
            problems.append(Problem("ipProtocol", f"InvalidParameterValue: unknown protocol {protocol!r}"))
        low, high = inputs.get("fromPort"), inputs.get("toPort")
        if name in ("tcp", "udp"):
            problems += _check_ports(low, high)
        elif name == "-1" and (low not in (None, -1) or high not in (None, -1)):
            problems.append(Problem("fromPort", "InvalidParameterValue: a rule for all protocols takes no ports"))
    for key, version in (("cidrIpv4", ipaddress.IPv4Network), ("cidrIpv6", ipaddress.IPv6Network)):
        text = inputs.get(key)
        if isinstance(text, str):
            try:
                version(text, strict=True)
            except ValueError as error:
                problems.append(Problem(key, f"InvalidParameterValue: {text!r} is not a CIDR block: {error}"))
    return problems


def _check_ports(low: Any, high: Any) -> list[Problem]:
    if low is None or high is None:
        missing = "fromPort" if low is None else "toPort"
        return [Problem(missing, "InvalidParameterValue: a tcp or udp rule needs fromPort and toPort")]
    if not (isinstance(low, int) and isinstance(high, int)):
        return []
    for key, port in (("fromPort", low), ("toPort", high)):
        if not 0 <= port <= 65535:
            return [Problem(key, f"InvalidParameterValue: port {port} is not between 0 and 65535")]
    if low > high:
        return [Problem("fromPort", f"InvalidParameterValue: fromPort {low} is above toPort {high}")]
    return []


@refuses("ec2/securityGroup:SecurityGroup")
def group_name(act: Act) -> None:
    """A group's name is unique in its VPC whatever its case, not reserved, and within the quota [EC2 API Reference,
    "CreateSecurityGroup", GroupName]."""
    name, vpc_id = act.inputs.get("name"), act.inputs.get("vpcId")
    groups = list(act.others("ec2/securityGroup:SecurityGroup"))
    if act.thing is None:
        count = len(groups)
        act.limit("security-groups-per-region", count, "SecurityGroupLimitExceeded", "security groups")
    if name == "default" and act.thing is None:
        raise CloudError("InvalidGroup.Reserved", "the name 'default' is reserved for the VPC's default group")
    if isinstance(name, str) and name.lower().startswith("sg-"):
        raise CloudError("InvalidParameterValue", f"group names may not begin with 'sg-': {name!r}")
    for other in groups:
        if str(other.value("name")).lower() == str(name).lower() and other.value("vpcId") == vpc_id:
            raise CloudError("InvalidGroup.Duplicate", f"the group '{name}' already exists for {vpc_id} ({other.id})")


def _key(inputs: Mapping[str, Any]) -> tuple[Any, ...]:
    protocol = str(inputs.get("ipProtocol"))
    protocol = _NUMBERS.get(protocol, protocol.lower())
    ports = (None, None) if protocol == "-1" else (inputs.get("fromPort"), inputs.get("toPort"))
    peers = tuple(inputs.get(name) for name in ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"))
    return (protocol, *ports, *peers)


@refuses(INGRESS, EGRESS)
def rule(act: Act) -> None:
    """No rule twice in one group and direction, and no more than the quota, IPv4 and IPv6 counted apart."""
    group = act.inputs.get("securityGroupId")
    direction = act.subject.type.removeprefix("aws:")
    rules = [other for other in act.others(direction) if other.inputs.get("securityGroupId") == group]
    for other in rules:
        if _key(other.inputs) == _key(act.inputs):
            raise CloudError(
                "InvalidPermission.Duplicate", f"the same rule already exists in {group} ({other.id}, {other.urn})"
            )
    if act.thing is not None and _families(act.inputs, act) == _families(act.thing.inputs, act):
        return
    for family in (4, 6):
        weight = _families(act.inputs, act)[family]
        inline = _inline(act.world.get(_GROUP, str(group)), direction)
        count = sum(_families(other.inputs, act)[family] for other in rules) + inline
        quota = act.quota("rules-per-security-group")
        if weight and count + weight > quota:
            raise CloudError(
                "RulesPerSecurityGroupLimitExceeded",
                f"{group} would have {count + weight} IPv{family} rules in this direction; the maximum is {quota}",
            )


def _families(inputs: Mapping[str, Any], act: Act) -> dict[int, int]:
    """How much a rule counts for IPv4 and for IPv6: groups and prefix lists count for both."""
    if inputs.get("cidrIpv4"):
        return {4: 1, 6: 0}
    if inputs.get("cidrIpv6"):
        return {4: 0, 6: 1}
    if inputs.get("prefixListId"):
        listed = act.world.get("aws:ec2/managedPrefixList:ManagedPrefixList", str(inputs["prefixListId"]))
        size = int((listed.value("maxEntries") if listed else None) or 1)
        return {4: size, 6: size}
    return {4: 1, 6: 1}


def _inline(group: Thing | None, direction: str) -> int:
    if group is None:
        return 0
    return len(group.value("ingress" if direction == INGRESS else "egress") or [])


@refuses("ec2/vpcEndpoint:VpcEndpoint", "lb/loadBalancer:LoadBalancer", "ecs/service:Service")
def groups_per_interface(act: Act) -> None:
    """A network interface takes five groups.

    The code is EC2's for an interface; which one a load balancer or ECS passes on is not documented.
    """
    lists: Iterator[Any] = iter(
        (
            act.inputs.get("securityGroupIds"),
            act.inputs.get("securityGroups"),
            (act.inputs.get("networkConfiguration") or {}).get("securityGroups"),
        )
    )
    quota = act.quota("security-groups-per-interface")
    for groups in lists:
        if isinstance(groups, list) and len(groups) > quota:
            raise CloudError(
                "SecurityGroupsPerInterfaceLimitExceeded",
                f"{len(groups)} security groups on one network interface; the maximum is {quota}",
            )


@refuses_delete("ec2/securityGroup:SecurityGroup")
def default_group_stays(act: Act) -> None:
    """The default group of a VPC cannot be deleted."""
    if act.thing is not None and act.thing.origin == "born":
        raise CloudError("CannotDelete", f"the default security group {act.thing.id} goes only with its VPC")
