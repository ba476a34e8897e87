"""Firewall policies and VPC firewall rules (Cloud NGFW documentation: "Firewall policy rule details", "Quotas")."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.gcp.act import Act, refuses, same_thing
from zt_ai.simulate.gcp.naming import leaf
from zt_ai.simulate.gcp.references import find_reference
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.values import values_at

POLICY, RULE, ASSOCIATION, CLASSIC = (
    "compute/networkFirewallPolicy:NetworkFirewallPolicy",
    "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
    "compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
    "compute/firewall:Firewall",
)
PREDEFINED = 2147483644
"""From this priority on stand the four ``goto_next`` rules that every policy is born with ("Predefined rules")."""
_PROTOCOLS = frozenset({"tcp", "udp", "icmp", "esp", "ah", "ipip", "sctp", "all"})
_WITH_PORTS = frozenset({"tcp", "udp", "sctp", "6", "17", "132"})
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_MOST: Mapping[str, int] = {
    # Discovery document of Compute Engine, FirewallPolicyRuleMatcher and FirewallPolicyRule, in words.
    "match.srcIpRanges": 5000,
    "match.destIpRanges": 5000,
    "match.srcFqdns": 100,
    "match.destFqdns": 100,
    "match.srcAddressGroups": 10,
    "match.destAddressGroups": 10,
    "match.srcSecureTags": 256,
    "targetSecureTags": 256,
}
_SOURCES = ("srcIpRanges", "srcFqdns", "srcAddressGroups", "srcSecureTags", "srcRegionCodes", "srcThreatIntelligences")
_TARGETS = ("destIpRanges", "destFqdns", "destAddressGroups", "destRegionCodes", "destThreatIntelligences")


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a rule whatever else exists."""
    short = token.removeprefix("gcp:")
    if short == RULE:
        return list(_check_rule(inputs))
    return list(_check_classic(inputs)) if short == CLASSIC else []


def _check_rule(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    priority, match = inputs.get("priority"), inputs.get("match")
    if isinstance(priority, int) and not 0 <= priority < PREDEFINED:
        said = f"priority {priority} is not between 0 and {PREDEFINED - 1}; predefined rules stand above"
        yield Problem("priority", f"invalid: {said}")
    action = inputs.get("action")
    if inputs.get("enableLogging") is True and action == "goto_next":
        yield Problem("enableLogging", "invalid: a goto_next rule cannot be logged")
    if (action == "apply_security_profile_group") != bool(inputs.get("securityProfileGroup")) and isinstance(
        action, str
    ):
        said = "goes with action apply_security_profile_group, and that action with it"
        yield Problem("securityProfileGroup", f"invalid: securityProfileGroup {said}")
    for path, most in _MOST.items():
        count = len(values_at(inputs, path))
        if count > most:
            yield Problem(path, f"invalid: {count} items, at most {most}")
    if not isinstance(match, Mapping):
        return
    yield from _check_layer4(match.get("layer4Configs"), "match.layer4Configs")
    for key in ("srcIpRanges", "destIpRanges"):
        yield from _check_ranges(match.get(key), f"match.{key}")
    sides = {"INGRESS": (_SOURCES, "srcNetwork"), "EGRESS": (_TARGETS, "destNetwork")}
    side, context = sides.get(str(inputs.get("direction")), ((), ""))
    given = {key for key, value in match.items() if value not in (None, [], "")}
    if side and not (given & set(side) or any(key.startswith(context) for key in given)):
        yield Problem("match", f"invalid: an {inputs['direction']} rule needs one of {', '.join(side)}")
    if inputs.get("direction") == "EGRESS":
        for key in sorted(given & {"srcSecureTags", "srcFqdns", "srcAddressGroups", "srcRegionCodes"}):
            yield Problem(f"match.{key}", f"invalid: an EGRESS rule cannot have {key}")
    if inputs.get("direction") == "INGRESS":
        for key in sorted(given & {"destFqdns", "destAddressGroups", "destRegionCodes"}):
            yield Problem(f"match.{key}", f"invalid: an INGRESS rule cannot have {key}")


def _check_layer4(configs: Any, path: str) -> Iterator[Problem]:
    for index, config in enumerate(configs if isinstance(configs, list) else []):
        if not isinstance(config, Mapping):
            continue
        where = f"{path}[{index}]"
        protocol = config.get("ipProtocol", config.get("protocol"))
        if not isinstance(protocol, str):
            continue
        name = protocol.lower()
        if name not in _PROTOCOLS and not (name.isdigit() and int(name) <= 255):
            yield Problem(f"{where}.ipProtocol", f"invalid: unknown protocol {protocol!r}")
        ports = config.get("ports")
        if ports and name not in _WITH_PORTS:
            yield Problem(f"{where}.ports", f"invalid: {protocol!r} has no ports")
        for number, text in enumerate(ports if isinstance(ports, list) else []):
            if isinstance(text, (str, int)) and not _is_port(str(text)):
                yield Problem(f"{where}.ports[{number}]", f"invalid: {text!r} is not a port or a range of ports")


def _is_port(text: str) -> bool:
    found = _PORTS.fullmatch(text)
    if found is None:
        return False
    low, high = int(found[1]), int(found[2] or found[1])
    return low <= high <= 65535


def _check_ranges(ranges: Any, path: str) -> Iterator[Problem]:
    for index, text in enumerate(ranges if isinstance(ranges, list) else []):
        if isinstance(text, str):
            try:
                ipaddress.ip_network(text, strict=True)
            except ValueError as error:
                yield Problem(f"{path}[{index}]", f"invalid: {text!r} is not a range: {error}")


def _check_classic(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    priority = inputs.get("priority")
    if isinstance(priority, int) and not 0 <= priority <= 65535:
        yield Problem("priority", f"invalid: priority {priority} is not between 0 and 65535")
    for key in ("allows", "denies"):
        yield from _check_layer4(inputs.get(key), key)
    for key in ("sourceRanges", "destinationRanges"):
        yield from _check_ranges(inputs.get(key), key)
    for tags, accounts in (("sourceTags", "sourceServiceAccounts"), ("targetTags", "targetServiceAccounts")):
        if inputs.get(tags) and inputs.get(accounts):
            yield Problem(tags, f"invalid: {tags} and {accounts} cannot be given together")


@refuses(POLICY)
def policy_quota(act: Act) -> None:
    """Global network firewall policies per project."""
    if act.thing is None:
        act.limit("network-firewall-policies-per-project", len(list(act.siblings(POLICY))), "firewall policies")


@refuses(RULE)
def rule(act: Act) -> None:
    """One rule of a priority in a policy, secure tags made for firewalls, attributes within the quota."""
    policy = act.inputs.get("firewallPolicy")
    rules = [other for other in act.siblings(RULE) if same_thing(other.inputs.get("firewallPolicy"), policy)]
    for other in rules:
        if other.inputs.get("priority") == act.inputs.get("priority"):
            said = f"policy '{policy}' has a rule with priority {other.inputs['priority']} already ({other.id})"
            raise CloudError("invalid", f"Invalid value for field 'resource.priority': {said}")
    for path in ("targetSecureTags.name", "match.srcSecureTags.name"):
        for name in values_at(act.inputs, path):
            _check_tag(act, str(name))
    count = sum(attributes(other.inputs) for other in rules) + attributes(act.inputs)
    most = act.quota("rule-attributes-per-policy")
    if count > most:
        raise CloudError("QUOTA_EXCEEDED", f"'{policy}' would have {count} rule attributes; the maximum is {most}")


def attributes(inputs: Mapping[str, Any]) -> int:
    """How much a rule counts: its ranges, protocols with their ports, tags, accounts, names (Cloud NGFW, "Rule
    attributes")."""
    match = inputs.get("match") or {}
    lists = sum(len(value) for key, value in match.items() if isinstance(value, list) and key != "layer4Configs")
    targets = sum(len(inputs.get(key) or ()) for key in ("targetServiceAccounts", "targetSecureTags"))
    ports = sum(1 + len(config.get("ports") or ()) for config in match.get("layer4Configs") or ())
    return lists + targets + ports


def _check_tag(act: Act, name: str) -> None:
    value = find_reference(act.world, ("gcp:tags/tagValue:TagValue",), name, act.settings)
    parent = "" if value is None else str(value.value("parent"))
    key = find_reference(act.world, ("gcp:tags/tagKey:TagKey",), parent, act.settings)
    if key is not None and key.origin != "assumed" and key.value("purpose") != "GCE_FIREWALL":
        raise CloudError("invalid", f"secure tag '{name}' is of '{key.id}', whose purpose is not GCE_FIREWALL")


@refuses(ASSOCIATION)
def association(act: Act) -> None:
    """A network has one global network firewall policy."""
    target = act.inputs.get("attachmentTarget")
    for other in act.others(ASSOCIATION):
        if same_thing(other.inputs.get("attachmentTarget"), target):
            theirs = leaf(str(other.inputs.get("firewallPolicy")))
            raise CloudError("invalid", f"network '{target}' is already associated with policy '{theirs}' ({other.id})")


@refuses(CLASSIC)
def classic(act: Act) -> None:
    """An egress rule has no source but its targets."""
    if act.inputs.get("direction") == "EGRESS":
        for key in ("sourceRanges", "sourceTags", "sourceServiceAccounts"):
            if act.inputs.get(key):
                raise CloudError("invalid", f"an EGRESS rule cannot have {key}")
