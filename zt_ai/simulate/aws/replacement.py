"""Which changed properties replace an AWS resource, and how its values compare.

In this order: the table's ``in_place`` and ``replace`` (facts of the Terraform provider that Pulumi bridges, with their
source in the table), tags (never), region (always), a note in the SDK's documentation of the property ("forces new
resource"), and CloudFormation's ``createOnlyProperties``. A few properties replace for some values only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from zt_ai.simulate.aws.catalogue import Entry, entry
from zt_ai.simulate.aws.described_values import cfn_path, create_only, is_described_set
from zt_ai.simulate.difference import Change, Difference, Rules, compare
from zt_ai.simulate.sdk import Sdk, UnknownTypeError
from zt_ai.simulate.values import has_unknown

_NOTE = re.compile(
    r"forces? (?:a |the )?(?:new|replacement|recreation|creation of a new)|"
    r"forces? .{0,40}(?:to be (?:recreated|replaced)|recreat)|will (?:destroy and )?recreate",
    re.IGNORECASE,
)


def difference(sdk: Sdk, token: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """What changes from ``old`` to ``new`` inputs of a type and what of that replaces the resource."""
    line = entry(token)
    rules = Rules(
        is_set=lambda rule: ".".join(rule) in line.sets or is_described_set(line, rule),
        same=lambda rule, a, b: _same_document(rule, a, b, line),
    )
    changes = compare(old, new, rules)
    replacing = frozenset(
        change.path
        for change in changes
        if replaces(sdk, token, change.rule) and not _values_allow(token, change.rule[0], old, new)
    )
    if line.switch_replaces:
        replacing |= _switched(line, changes, old, new)
    fixed = line.fixed_name
    keeps_name = fixed is not None and old.get(fixed) is not None and old.get(fixed) == new.get(fixed)
    unique = keeps_name or token in _ONE_AT_A_TIME
    return Difference(changes, replacing, delete_before_replace=bool(replacing) and unique)


# AWS holds one of these for each thing they belong to, so a second cannot exist beside the first.
_ONE_AT_A_TIME = frozenset(
    f"aws:{name}"
    for name in (
        "ec2/route:Route",
        "ec2/routeTableAssociation:RouteTableAssociation",
        "ec2/networkAclAssociation:NetworkAclAssociation",
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "route53/resolverFirewallRule:ResolverFirewallRule",
        "networkfirewall/loggingConfiguration:LoggingConfiguration",
        "appautoscaling/target:Target",
    )
)


def replaces(sdk: Sdk, token: str, rule: tuple[str, ...]) -> bool:
    """Whether a change at this property path (without indexes) replaces the resource."""
    return _replaces(sdk, token, rule)


@cache
def _replaces(sdk: Sdk, token: str, rule: tuple[str, ...]) -> bool:
    line = entry(token)
    paths = {".".join(rule[: length + 1]) for length in range(len(rule))}
    if rule[0] in ("tags", "tagsAll") or paths & line.in_place:
        return False
    if rule[0] == "region" or paths & line.replace:
        return True
    try:
        note = sdk.resource(token).notes.get(rule[0], "")
    except UnknownTypeError:
        note = ""
    if len(rule) == 1 and _NOTE.search(note):
        return True
    path = cfn_path(line, rule)
    fixed = create_only(line)
    return path is not None and any(path == only or path.startswith(f"{only}.") for only in fixed)


def _values_allow(token: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether these values change in place although the property is one that replaces.

    Tenancy from dedicated to default [terraform-provider-aws, internal/service/ec2/vpc_.go, resourceVPCCustomizeDiff];
    private DNS of an interface endpoint; groups and subnets of a load balancer, but for a network load balancer that
    gets its first group, loses its last or loses a subnet [the SDK's documentation of these properties]. What is not
    known before the deployment replaces, but for the load balancer, where the provider decides when it is known
    [internal/service/elbv2/load_balancer.go, ``customizeDiffLoadBalancerNLB``: `IsWhollyKnown`].
    """
    kind, before, after = token.removeprefix("aws:"), old.get(name), new.get(name)
    if has_unknown(before) or has_unknown(after):
        return kind == "lb/loadBalancer:LoadBalancer" and name in ("securityGroups", "subnets")
    if (kind, name) == ("ec2/vpc:Vpc", "instanceTenancy"):
        return before == "dedicated" and after in ("default", None)
    if (kind, name) == ("ec2/vpcEndpoint:VpcEndpoint", "privateDnsEnabled"):
        return bool(new.get("vpcEndpointType") == "Interface")
    if kind != "lb/loadBalancer:LoadBalancer" or name not in ("securityGroups", "subnets"):
        return False
    if new.get("loadBalancerType") != "network":
        return True
    held, wanted = set(before or ()), set(after or ())
    return held <= wanted if name == "subnets" else bool(held) == bool(wanted)


def _switched(
    line: Entry, changes: tuple[Change, ...], old: Mapping[str, Any], new: Mapping[str, Any]
) -> frozenset[str]:
    found: set[str] = set()
    for group in line.one_of:
        before = {name for name in group if old.get(name) is not None}
        after = {name for name in group if new.get(name) is not None}
        if before != after:
            found |= {change.path for change in changes if change.rule[0] in before ^ after}
    return frozenset(found)


def _same_document(rule: tuple[str, ...], old: Any, new: Any, line: Entry) -> bool:
    # Policies and container definitions are JSON in a string; the provider compares their meaning.
    if not (isinstance(old, str) and isinstance(new, str)) or old[:1] not in "[{" or new[:1] not in "[{":
        return False
    try:
        return bool(json.loads(old) == json.loads(new))
    except ValueError:
        return False
