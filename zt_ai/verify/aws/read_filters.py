"""Reading security groups and network ACLs, inline rules and rules that are resources of their own.

Defaults [VPC User Guide, "Default security groups", "Default network ACL"]: the default group admits its own members
and lets everything out; the default ACL allows everything; a new ACL denies everything. The Pulumi provider removes
the allow-all egress rule that AWS gives to a new group, so a group in the graph has the rules of the graph and no
others [Pulumi, aws.ec2.SecurityGroup, "NOTE on Egress rules"]; the resources that adopt a default group or ACL remove
its rules too [aws.ec2.DefaultSecurityGroup].
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network

from zt_ai.graph import Resource, Unknown, Value
from zt_ai.verify.aws.context import TAG_ROLE, TAG_WORKLOAD, Context, default_group, default_nacl
from zt_ai.verify.aws.values import flag, items, mapping, number, plain, tags, text
from zt_ai.verify.aws.world import Entry, Group, Nacl, Peer, Rule, Vpc
from zt_ai.verify.selectors import selected
from zt_ai.verify.space import service_spans

_EVERYTHING = service_spans("-1", None, None)


def _peers(context: Context, resource: Resource, group: str, body: Mapping[str, Value]) -> list[Peer]:
    """Peers of one rule, under any of the names that the three kinds of rule resource use."""
    found: list[Peer] = []
    for name in ("cidrIpv4", "cidrBlocks"):
        for item in items(body.get(name)):
            network = context.network(resource, item, name)
            # An address range that cannot be read may be any.
            found.append(Peer("ipv4", str(network) if network is not None else "0.0.0.0/0"))
    for name in ("cidrIpv6", "ipv6CidrBlocks"):
        found += [Peer("ipv6", text(item) or "::/0") for item in items(body.get(name))]
    for name in ("prefixListId", "prefixListIds"):
        found += [Peer("prefix-list", key) for key in context.keys(resource, body.get(name), name)]
    for name in ("referencedSecurityGroupId", "sourceSecurityGroupId", "securityGroups"):
        for key in context.keys(resource, body.get(name), name):
            # A group of another account is written ACCOUNT/GROUP [EC2 API Reference, UserIdGroupPair].
            found.append(Peer("group", context.group_key(key.rpartition("/")[2] if key[:12].isdigit() else key)))
    if flag(body.get("self")):
        found.append(Peer("group", group))
    if not found:
        context.gap(resource, "the peer of a rule is not known")
    return found


def _rules(context: Context, resource: Resource, group: str, egress: bool, body: Mapping[str, Value]) -> list[Rule]:
    protocol = body["protocol"] if "protocol" in body else body.get("ipProtocol")
    services = context.services(resource, protocol, body.get("fromPort"), body.get("toPort"))
    clause = context.clause(resource)
    return [
        Rule(resource.urn, group, egress, services, peer, clause) for peer in _peers(context, resource, group, body)
    ]


def read_groups(context: Context, vpcs: dict[str, Vpc]) -> dict[str, Group]:
    """All security groups: of the graph, the default one of every VPC, and those only referred to."""
    for resource in context.of("ec2/defaultSecurityGroup:DefaultSecurityGroup"):
        vpc = context.needed(resource, "vpcId")
        if vpc is not None:
            context.aliases[default_group(vpc)] = resource.urn
    rules: dict[str, list[Rule]] = {}
    for short, egress in (("Ingress", False), ("Egress", True)):
        for resource in context.of(f"vpc/securityGroup{short}Rule:SecurityGroup{short}Rule"):
            _collect(context, resource, egress, rules)
    for resource in context.of("ec2/securityGroupRule:SecurityGroupRule"):
        _collect(context, resource, text(context.value(resource, "type")) == "egress", rules)
    found: dict[str, Group] = {}
    for resource in context.of("ec2/securityGroup:SecurityGroup", "ec2/defaultSecurityGroup:DefaultSecurityGroup"):
        # The outputs of a group repeat the rules that are resources of their own; they count only where nothing was
        # put in.
        body = resource.inputs or resource.outputs
        own = [
            rule
            for name, egress in (("ingress", False), ("egress", True))
            for item in items(body.get(name))
            for rule in _rules(context, resource, resource.urn, egress, mapping(item))
        ]
        if any(isinstance(plain(body.get(name)), Unknown) for name in ("ingress", "egress")):
            context.gap(resource, "inline rules are not known")
        marks = tags(resource)
        workload = selected(context.selectors.workloads, resource, marks)
        front = selected(context.selectors.fronts, resource, marks)
        role = "workload" if workload else "front" if front else marks.get(TAG_ROLE)
        owner = workload or front or marks.get(TAG_WORKLOAD)
        found[resource.urn] = Group(
            key=resource.urn,
            name=resource.name,
            vpc=context.needed(resource, "vpcId"),
            workload=owner,
            role=role or ("workload" if owner else None),
            default="defaultSecurityGroup" in resource.type,
            known=True,
            rules=tuple(dict.fromkeys((*own, *rules.get(resource.urn, ())))),
            urn=resource.urn,
        )
    for owner_vpc in vpcs.values():
        key = default_group(owner_vpc.key)
        if key not in context.aliases:
            stated = (
                Rule(owner_vpc.key, key, False, _EVERYTHING, Peer("group", key), None),
                Rule(owner_vpc.key, key, True, _EVERYTHING, Peer("ipv4", "0.0.0.0/0"), None),
            )
            own_rules = () if owner_vpc.adopted else stated
            found[key] = Group(
                key,
                f"default security group of {owner_vpc.name}",
                owner_vpc.key,
                None,
                None,
                True,
                not owner_vpc.adopted,
                (*own_rules, *rules.get(key, ())),
                owner_vpc.urn,
            )
    named = (rule.peer.key for group in tuple(found.values()) for rule in group.rules if rule.peer.kind == "group")
    for key in dict.fromkeys((*named, *rules)):
        found.setdefault(key, unseen_group(key, tuple(rules.get(key, ()))))
    return found


def unseen_group(key: str, rules: tuple[Rule, ...] = ()) -> Group:
    """A group of which the plan has the id and perhaps some rules, but not all."""
    return Group(key, key, None, None, None, False, False, rules, None)


def _collect(context: Context, resource: Resource, egress: bool, rules: dict[str, list[Rule]]) -> None:
    key = context.needed(resource, "securityGroupId")
    if key is None:
        context.gap(resource, "the rule's security group is not known")
        return
    group = context.group_key(key)
    rules.setdefault(group, []).extend(_rules(context, resource, group, egress, resource.inputs or resource.outputs))


def _entry(context: Context, resource: Resource, egress: bool, body: Mapping[str, Value]) -> Entry | None:
    """One entry of a network ACL; the inline form calls the number `ruleNo` and the action `action`."""
    order = number(body.get("ruleNo") if "ruleNo" in body else body.get("ruleNumber"))
    action = text(body.get("action") if "action" in body else body.get("ruleAction"))
    protocol = body.get("protocol")
    if order is None or action is None:
        context.gap(resource, "the number or action of a network ACL rule is not known")
        return None
    icmp = text(protocol) in ("1", "icmp", "58", "icmpv6") or number(protocol) in (1, 58)
    first, last = (body.get("icmpType"), body.get("icmpCode")) if icmp else (body.get("fromPort"), body.get("toPort"))
    if not icmp and (number(first), number(last)) == (0, 0):
        # The provider sends no port range for protocols other than TCP, UDP and ICMP and for "all"; for TCP it is port
        # 0.
        first, last = (first, last) if text(protocol) in ("6", "tcp", "17", "udp") else (None, None)
    services = context.services(resource, protocol, first, last)
    if plain(body.get("cidrBlock")) in (None, "") and plain(body.get("ipv6CidrBlock")) not in (None, ""):
        return Entry(resource.urn, egress, order, action.lower() == "allow", None, services)
    cidr: IPv4Network | None = context.network(resource, body.get("cidrBlock"), "cidrBlock")
    return None if cidr is None else Entry(resource.urn, egress, order, action.lower() == "allow", cidr, services)


def read_nacls(context: Context, vpcs: dict[str, Vpc]) -> tuple[dict[str, Nacl], dict[str, str]]:
    """All network ACLs, and the one of each subnet: the VPC's default where nothing is said."""
    for resource in context.of("ec2/defaultNetworkAcl:DefaultNetworkAcl"):
        key = context.needed(resource, "defaultNetworkAclId")
        if key is not None:
            context.aliases[default_nacl(key) if context.is_vpc(key) else key] = resource.urn
    entries: dict[str, list[Entry]] = {}
    for resource in context.of("ec2/networkAclRule:NetworkAclRule"):
        key = context.needed(resource, "networkAclId")
        entry = _entry(context, resource, bool(flag(resource.inputs.get("egress"))), resource.inputs)
        if key is None:
            context.gap(resource, "the rule's network ACL is not known")
        elif entry is not None:
            entries.setdefault(_nacl_key(context, key), []).append(entry)
    found: dict[str, Nacl] = {}
    chosen: dict[str, str] = {}
    for resource in context.of("ec2/networkAcl:NetworkAcl", "ec2/defaultNetworkAcl:DefaultNetworkAcl"):
        body = resource.inputs or resource.outputs
        own = [
            entry
            for name, egress in (("ingress", False), ("egress", True))
            for item in items(body.get(name))
            if (entry := _entry(context, resource, egress, mapping(item))) is not None
        ]
        default = "defaultNetworkAcl" in resource.type
        vpc = context.needed(resource, "defaultNetworkAclId" if default else "vpcId")
        ordered = sorted((*own, *entries.pop(resource.urn, ())), key=lambda entry: entry.number)
        found[resource.urn] = Nacl(
            resource.urn, resource.name, vpc if vpc in vpcs else None, default, True, tuple(ordered), resource.urn
        )
        for subnet in context.keys(resource, body.get("subnetIds"), "subnetIds"):
            chosen[subnet] = resource.urn
    for resource in context.of("ec2/networkAclAssociation:NetworkAclAssociation"):
        place, acl = context.needed(resource, "subnetId"), context.needed(resource, "networkAclId")
        if place and acl:
            chosen[place] = _nacl_key(context, acl)
    of: dict[str, str] = {}
    for resource in context.of("ec2/subnet:Subnet", "ec2/defaultSubnet:DefaultSubnet"):
        vpc = context.key(context.value(resource, "vpcId")) or ""
        of[resource.urn] = chosen.get(resource.urn) or context.aliases.get(default_nacl(vpc), default_nacl(vpc))
    allow_all = tuple(Entry("", egress, 100, True, IPv4Network("0.0.0.0/0"), _EVERYTHING) for egress in (False, True))
    for name in dict.fromkeys((*of.values(), *entries)):
        if name in found:
            continue
        owner = next((one for one in vpcs.values() if default_nacl(one.key) == name), None)
        # Rules of an ACL that is not in the graph are not all there; the default ACL of a VPC of the graph allows
        # everything.
        known = owner is not None and not owner.adopted and name not in entries
        found[name] = Nacl(
            name, name, owner.key if owner else None, owner is not None, known, allow_all, owner.urn if owner else None
        )
    return found, of


def _nacl_key(context: Context, key: str) -> str:
    key = default_nacl(key) if context.is_vpc(key) else key
    return context.aliases.get(key, key)
