"""Network security groups, their rules, application security groups.

[Microsoft Learn, "Network security groups", "Application security groups", "Virtual network service tags"; REST API
reference, Security Rules - Create Or Update.]
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import Act, listed, refuses, values_at
from zt_ai.simulate.azure.catalogue import full
from zt_ai.simulate.problems import CloudError, Problem

FIRST, LAST = 100, 4096
"""Priorities a rule may have; the default rules come after them."""
LONGEST_DESCRIPTION = 140
_TAG = re.compile(r"[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*")
_SINGLE = frozenset({"*", "virtualnetwork", "internet", "azureloadbalancer", "any"})
# "Virtual network service tags": the tags of platform services exist to be denied.
_DENY_ONLY = frozenset({"azureplatformdns", "azureplatformimds", "azureplatformlkm"})
_ENDS = ("source", "destination")


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with rules whatever else exists."""
    kind = token.removeprefix("azure-native:")
    if kind == "network:SecurityRule":
        return list(_rule(inputs, ""))
    if kind == "network:NetworkSecurityGroup":
        inline = [rule for rule in listed(inputs.get("securityRules")) if isinstance(rule, Mapping)]
        found = [p for number, rule in enumerate(inline) for p in _rule(rule, f"securityRules[{number}].")]
        clash = _clash([(str(rule.get("name")), rule) for rule in inline])
        return [*found, *([Problem("securityRules", f"SecurityRuleConflict: {clash}")] if clash else [])]
    return []


def _rule(rule: Mapping[str, Any], path: str) -> Iterator[Problem]:
    priority, text = rule.get("priority"), rule.get("description")
    if isinstance(priority, int) and not FIRST <= priority <= LAST:
        yield Problem(
            f"{path}priority",
            f"SecurityRuleInvalidPriority: Security rule has invalid Priority. Value provided: {priority} "
            f"Allowed range {FIRST}-{LAST}.",
        )
    if isinstance(text, str) and len(text) > LONGEST_DESCRIPTION:
        yield Problem(
            f"{path}description", f"InvalidRequestFormat: {len(text)} characters; {LONGEST_DESCRIPTION} are allowed"
        )
    for end in _ENDS:
        yield from _addresses(rule, end, path)
        yield from _ports(rule, end, path)


def _addresses(rule: Mapping[str, Any], end: str, path: str) -> Iterator[Problem]:
    one, many, groups = f"{end}AddressPrefix", f"{end}AddressPrefixes", f"{end}ApplicationSecurityGroups"
    given = [name for name in (one, many, groups) if rule.get(name) not in (None, [], "")]
    if len(given) != 1:
        said = "none of them" if not given else " and ".join(given)
        yield Problem(f"{path}{one}", f"BadRequest: a rule has one of {one}, {many} and {groups}; this one has {said}")
    texts = [(one, rule.get(one)), *((many, item) for item in listed(rule.get(many)))]
    for name, text in texts:
        if not isinstance(text, str) or not text:
            continue
        if name == many and text.lower() in _SINGLE:
            yield Problem(
                f"{path}{many}",
                f"SecurityRuleParameterContainsUnsupportedValue: {many} cannot specify existing "
                "VIRTUALNETWORK, INTERNET, "
                f"AZURELOADBALANCER, '*' or system tags. Unsupported value used: {text}.",
            )
        elif not (text == "*" or _TAG.fullmatch(text) or _is_network(text)):
            yield Problem(
                f"{path}{name}",
                f"SecurityRuleInvalidAddressPrefix: Security rule has invalid Address prefix. Value provided: {text}",
            )
        if text.lower() in _DENY_ONLY and rule.get("access") == "Allow":
            yield Problem(f"{path}access", f"SecurityRuleInvalidAccessType: a rule about {text} may only deny")


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _ports(rule: Mapping[str, Any], end: str, path: str) -> Iterator[Problem]:
    one, many = f"{end}PortRange", f"{end}PortRanges"
    given = [name for name in (one, many) if rule.get(name) not in (None, [], "")]
    if len(given) != 1:
        said = "neither" if not given else "both"
        yield Problem(f"{path}{one}", f"BadRequest: a rule has one of {one} and {many}; this one has {said}")
    texts = [(one, rule.get(one)), *((many, item) for item in listed(rule.get(many)))]
    for name, text in texts:
        if isinstance(text, (str, int)) and str(text) and not is_port_range(str(text), star=name == one):
            yield Problem(
                f"{path}{name}",
                f"SecurityRuleInvalidPortRange: Security rule has invalid Port range. Value provided: {text}. "
                "Value should "
                "be an integer OR integer range with '-' delimiter. Valid range 0-65535.",
            )


def is_port_range(text: str, star: bool = True) -> bool:
    """Whether a text is a port, a range of ports or (where it may be) ``*``."""
    if text == "*":
        return star
    found = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", text)
    if found is None:
        return False
    first, last = int(found[1]), int(found[2] or found[1])
    return first <= last <= 65535


def _clash(rules: list[tuple[str, Mapping[str, Any]]]) -> str | None:
    seen: dict[tuple[str, Any], str] = {}
    for name, rule in rules:
        place = (str(rule.get("direction")).lower(), rule.get("priority"))
        if place in seen and isinstance(place[1], int):
            return (
                f"Security rule {name} conflicts with rule {seen[place]}. Rules cannot have the same Priority and "
                f"Direction: {place[1]}, {rule.get('direction')}."
            )
        seen[place] = name
    return None


@refuses("network:SecurityRule")
def security_rule(act: Act) -> None:
    """One rule for each priority and direction; within the quotas of its group; not also declared inline."""
    group = act.above()
    separate = [(ids.leaf(t.id), t.inputs) for t in act.beside("network:SecurityRule")]
    inline = [
        (str(rule.get("name")), rule)
        for rule in (group.inputs.get("securityRules") or () if group is not None else ())
        if isinstance(rule, Mapping)
    ]
    if any(name.lower() == ids.leaf(act.id).lower() for name, _ in inline):
        raise CloudError("ResourceAlreadyExists", f"rule {ids.leaf(act.id)} is declared inline in {ids.parent(act.id)}")
    if act.thing is None:
        act.limit(
            "rules-per-security-group",
            len(separate) + len(inline),
            "SecurityRuleCountLimitReached",
            "rules in a network security group",
        )
    mine = (ids.leaf(act.id), act.inputs)
    clash = _clash([*separate, *inline, mine])
    if clash is not None:
        raise CloudError("SecurityRuleConflict", clash)
    _count(act, [inputs for _, inputs in [*separate, *inline, mine]])


def _count(act: Act, rules: list[Mapping[str, Any]]) -> None:
    paths = [f"{end}ApplicationSecurityGroups.id" for end in _ENDS]
    for path in paths:
        if len(values_at(act.inputs, path)) > act.quota("application-security-groups-per-rule"):
            raise CloudError(
                "BadRequest",
                f"more than {act.quota('application-security-groups-per-rule')} application security groups "
                "at one end of a rule",
            )
    for end in _ENDS:
        if len(listed(act.inputs.get(f"{end}AddressPrefixes"))) > act.quota("addresses-per-rule"):
            raise CloudError(
                "BadRequest", f"more than {act.quota('addresses-per-rule')} addresses at one end of a rule"
            )
    groups = {str(value).lower() for rule in rules for path in paths for value in values_at(rule, path)}
    if len(groups) > act.quota("application-security-groups-per-security-group"):
        raise CloudError(
            "BadRequest",
            "the rules of a network security group may name "
            f"{act.quota('application-security-groups-per-security-group')} application security groups",
        )


@refuses("network:NetworkSecurityGroup")
def security_group(act: Act) -> None:
    """Groups per subscription and region; rules that are resources of their own are not given inline too."""
    if act.thing is None:
        count = len(list(act.nearby("network:NetworkSecurityGroup")))
        act.limit("security-groups", count, "NetworkSecurityGroupCountLimitReached", "network security groups")
    if not act.inputs.get("securityRules"):
        return
    for rule in act.world.of_type(full("network:SecurityRule")):
        if ids.same(ids.parent(rule.id), act.id):
            raise CloudError(
                "BadRequest",
                f"{rule.id} is a resource of its own: this update would delete it; declare rules in one way",
            )


@refuses("network:ApplicationSecurityGroup")
def application_group(act: Act) -> None:
    """Application security groups per subscription and region."""
    if act.thing is None:
        count = len(list(act.nearby("network:ApplicationSecurityGroup")))
        act.limit(
            "application-security-groups",
            count,
            "ApplicationSecurityGroupCountLimitReached",
            "application security groups",
        )
