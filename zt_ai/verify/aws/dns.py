"""DNS as a way out, and what closes it.

The resolver of a VPC answers for any name, whatever groups, ACLs and routes say [VPC User Guide, "DNS attributes for
your VPC"], so a name with a free label carries data out. Route 53 Resolver DNS Firewall [Route 53 Developer Guide,
"How Route 53 Resolver DNS Firewall works"] evaluates rule groups by the priority of their association and rules by
their priority, the lowest first; the first rule that matches decides, a query that matches none is answered; ALERT
answers too. A list entry `example.com` matches that name alone, `*.example.com` the names below it, `*` all. If the
firewall fails, queries are blocked unless fail-open is on ["DNS Firewall VPC configuration"]. By default a rule
inspects every name of a chain of redirections, so an allow rule for a name that is an alias has to trust the chain.
"""

from __future__ import annotations

from dataclasses import dataclass

from zt_ai.graph import Resource, Value
from zt_ai.verify.aws.values import flag, items, mapping, number, plain, text
from zt_ai.verify.aws.world import World

_TYPE = "aws:route53/resolverFirewall"


@dataclass(frozen=True, slots=True)
class AllowedNames:
    """One rule that lets names through. `trusts_redirection`: names that an allowed one is an alias for are answered
    too."""

    patterns: tuple[str, ...]
    urns: tuple[str, ...]
    trusts_redirection: bool


@dataclass(frozen=True, slots=True)
class NameFilter:
    """What the resolver of one VPC answers. `open_because` says why it answers for names that nobody listed."""

    allowed: tuple[AllowedNames, ...]
    private: tuple[str, ...]  # domains of private hosted zones of this VPC
    open_because: str | None
    urns: tuple[str, ...]
    reasons: tuple[str, ...]

    def answers(self, name: str) -> AllowedNames | None:
        """The rule that lets a name through."""
        return next((rule for rule in self.allowed if any(matches(pattern, name) for pattern in rule.patterns)), None)


def matches(pattern: str, name: str) -> bool:
    """Whether an entry of a domain list matches a name [Route 53 Developer Guide, "DNS Firewall domain lists"]."""
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return name.endswith(pattern[1:]) and name != pattern[2:]
    return (pattern.startswith("*") and name.endswith(pattern[1:])) or pattern == name


def name_filter(world: World, vpc: str) -> NameFilter:
    """The DNS Firewall of a VPC, as the plan has it."""
    owner = world.graph.get(vpc)
    reasons: list[str] = []
    private = _private_domains(world, vpc)
    if owner is not None and flag(owner.inputs.get("enableDnsSupport")) is False:
        return NameFilter((), private, None, (), ())
    associations = sorted(
        (
            a
            for a in world.graph.of_type(f"{_TYPE}RuleGroupAssociation:ResolverFirewallRuleGroupAssociation")
            if world.key(a.inputs.get("vpcId")) == vpc
        ),
        key=lambda a: number(a.inputs.get("priority")) or 0,
    )
    if not associations:
        if world.vpcs[vpc].adopted:
            reasons.append(f"{vpc} was there before, and no DNS firewall of this plan is associated with it")
        return NameFilter((), private, "no DNS firewall is associated with the VPC", (vpc,), tuple(reasons))
    configs = [
        c
        for c in world.graph.of_type(f"{_TYPE}Config:ResolverFirewallConfig")
        if world.key(c.inputs.get("resourceId")) == vpc
    ]
    urns = tuple(r.urn for r in (*associations, *configs))
    fails_open = next(
        (c for c in configs if (text(c.inputs.get("firewallFailOpen")) or "DISABLED").upper() != "DISABLED"), None
    )
    if fails_open is not None:
        return NameFilter((), private, "the DNS firewall answers when it fails (fail-open)", (fails_open.urn,), ())
    allowed: list[AllowedNames] = []
    closed = False
    for association in associations:
        for rule in _rules(world, association, reasons):
            patterns, unread = _patterns(world, rule)
            action = (text(rule.inputs.get("action")) or "").upper()
            # A rule for one type of query leaves the others alone.
            every_query = plain(rule.inputs.get("qType") or rule.inputs.get("qtype")) is None
            if unread:
                reasons.append(f"{rule.urn}: the domain list is not known")
            if action == "BLOCK" and "*" in patterns and every_query:
                closed = True
                break
            if action in ("ALLOW", "ALERT"):
                trusts = text(rule.inputs.get("firewallDomainRedirectionAction")) == "TRUST_REDIRECTION_DOMAIN"
                allowed.append(AllowedNames(patterns, (rule.urn, *_list_urns(world, rule)), trusts))
            elif action == "BLOCK" and text(rule.inputs.get("blockResponse")) == "OVERRIDE":
                reasons.append(f"{rule.urn}: answers with a name of its own, which is not analysed")
        if closed:
            break
    why = None if closed else "no rule of the DNS firewall blocks every name that is not allowed"
    return NameFilter(tuple(allowed), private, why, urns, tuple(reasons))


def _rules(world: World, association: Resource, reasons: list[str]) -> list[Resource]:
    group = world.key(association.inputs.get("firewallRuleGroupId"))
    rules = [
        r
        for r in world.graph.of_type(f"{_TYPE}Rule:ResolverFirewallRule")
        if world.key(r.inputs.get("firewallRuleGroupId")) == group
    ]
    if group is None or world.graph.get(group) is None:
        reasons.append(f"{association.urn}: its rule group is not in the plan")
    if any(number(rule.inputs.get("priority")) is None for rule in rules):
        reasons.append(f"{association.urn}: the priority of a rule is not known")
    return sorted(rules, key=lambda rule: number(rule.inputs.get("priority")) or 0)


def _list_urns(world: World, rule: Resource) -> tuple[str, ...]:
    listed = world.resource(rule.inputs.get("firewallDomainListId"))
    return () if listed is None else (listed.urn,)


def _patterns(world: World, rule: Resource) -> tuple[tuple[str, ...], bool]:
    listed = world.resource(rule.inputs.get("firewallDomainListId"))
    if listed is None:
        return (), True
    values = items(listed.inputs.get("domains"))
    words = tuple(word for value in values if (word := text(value)) is not None)
    return words, len(words) != len(values) or not isinstance(plain(listed.inputs.get("domains")), tuple | str | None)


def _private_domains(world: World, vpc: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    zones = {r.urn: r for r in world.graph.of_type("aws:route53/zone:Zone")}
    extra: dict[str, list[Value]] = {}
    for association in world.graph.of_type("aws:route53/zoneAssociation:ZoneAssociation"):
        extra.setdefault(world.key(association.inputs.get("zoneId")) or "", []).append(association.inputs.get("vpcId"))
    for urn, zone in zones.items():
        vpcs = [mapping(item).get("vpcId") for item in items(zone.inputs.get("vpcs"))] + extra.get(urn, [])
        name = text(zone.inputs.get("name"))
        if name is not None and vpc in {world.key(value) for value in vpcs}:
            found[name.rstrip(".").lower()] = None
    return tuple(found)
