"""Rules of an Azure Firewall policy in the order in which they are tried.

"Rule collections are processed in order of their priority by rule collection group and then rule collection … DNAT
rules before network rules, network rules before application rules, regardless of the priorities of groups"; those of a
parent policy come first. Rules are terminating: what a network rule denies, no application rule sees. What no rule
matches is denied, but for names of Azure's own infrastructure, which application rules must deny by name [Azure
Firewall, "Configure Azure Firewall rules" and "Infrastructure FQDNs for Azure Firewall"].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from zt_ai.graph import Resource, Value
from zt_ai.verify.azure.context import Context, port_range, range_of
from zt_ai.verify.azure.values import at, flag, is_unknown, items, maps, number, plain, text, texts
from zt_ai.verify.azure.world import Gap
from zt_ai.verify.space import Span, service_spans


@dataclass(frozen=True, slots=True)
class Ends:
    """Addresses of a rule: `every` for `*`, tags and names, whose addresses nobody knows here."""

    networks: tuple[IPv4Network, ...]
    every: bool
    certain: bool  # False: `every` stands for a tag or name, so that it may be less


@dataclass(frozen=True, slots=True)
class NetworkRule:
    """A rule by addresses and ports."""

    name: str
    urn: str
    allow: bool
    sources: Ends
    destinations: Ends
    services: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ApplicationRule:
    """A rule by names. `names` in lower case; `*` at the beginning stands for anything."""

    name: str
    urn: str
    allow: bool
    sources: Ends
    names: tuple[str, ...]
    ports: frozenset[int]
    other: tuple[str, ...]  # what it also matches by: tags, categories, URLs


@dataclass(frozen=True, slots=True)
class FirewallRules:
    """All rules of one firewall policy, in order."""

    policy: str
    network: tuple[NetworkRule, ...] = ()
    application: tuple[ApplicationRule, ...] = ()
    translations: tuple[tuple[str, str], ...] = ()  # DNAT rules: name, URN
    dns_proxy: bool = False

    def ranges(self) -> Iterator[IPv4Network]:
        """Every address range in the rules."""
        for rule in self.network:
            yield from (*rule.sources.networks, *rule.destinations.networks)
        for one in self.application:
            yield from one.sources.networks

    def services(self) -> Iterator[Span]:
        """Every span of services in the rules."""
        for rule in self.network:
            yield from rule.services


@dataclass(slots=True)
class _Found:
    network: list[NetworkRule] = field(default_factory=list)
    application: list[ApplicationRule] = field(default_factory=list)
    translations: list[tuple[str, str]] = field(default_factory=list)


def read_policy(context: Context, key: str) -> FirewallRules:
    """The rules of a policy. What cannot be read is a gap."""
    found = _Found()
    seen: set[str] = set()
    chain: list[Resource] = []
    current: str | None = key
    while current is not None and current not in seen:
        seen.add(current)
        policy = context.graph.get(current)
        if policy is None:
            context.gaps.append(_missing(current))
            break
        chain.append(policy)
        base = context.value(policy, "basePolicy")
        if is_unknown(base):
            context.gap(policy, "its parent policy is not known before the deployment")
        current = context.ids.key(base)
    for policy in reversed(chain):
        _groups(context, policy, found)
    own = chain[0] if chain else None
    if own is not None and flag(at(own.inputs, "explicitProxy", "enableExplicitProxy")) is True:
        context.gap(own, "an explicit proxy in a firewall is not modelled")
    proxy = own is not None and flag(at(own.inputs, "dnsSettings", "enableProxy")) is True
    return FirewallRules(key, tuple(found.network), tuple(found.application), tuple(found.translations), proxy)


def _missing(key: str) -> Gap:
    return Gap(key, "the firewall policy is not in the plan")


def _groups(context: Context, policy: Resource, found: _Found) -> None:
    groups = [
        one
        for one in context.of("network:FirewallPolicyRuleCollectionGroup")
        if context.parent(one, "firewallPolicyName", "firewallpolicies") == policy.urn
    ]
    ordered: list[tuple[int, int, Resource, Mapping[str, Value]]] = []
    for group in groups:
        first = number(group.inputs.get("priority"))
        collections = group.inputs.get("ruleCollections")
        if first is None or is_unknown(collections) or any(map(is_unknown, items(collections))):
            context.gap(group, "priority or rule collections are not known before the deployment")
        for one in maps(collections):
            ordered.append((first or 0, number(one.get("priority")) or 0, group, one))
    ordered.sort(key=lambda entry: entry[:2])
    for _, _, group, collection in ordered:
        _collection(context, group, collection, found)


def _collection(context: Context, group: Resource, collection: Mapping[str, Value], found: _Found) -> None:
    kind = text(collection.get("ruleCollectionType")) or ""
    action = text(at(collection, "action", "type"))
    rules = collection.get("rules")
    if is_unknown(rules) or any(map(is_unknown, items(rules))):
        context.gap(group, "rules are not known before the deployment")
    for rule in maps(rules):
        name, type_ = text(rule.get("name")) or "", text(rule.get("ruleType"))
        if kind.startswith("FirewallPolicyNat") or type_ == "NatRule":
            found.translations.append((name, group.urn))
        elif action not in ("Allow", "Deny"):
            context.gap(group, "the action of a rule collection is not known")
        elif type_ == "NetworkRule":
            found.network.append(_network(context, group, rule, name, action == "Allow"))
        elif type_ == "ApplicationRule":
            found.application.append(_application(context, group, rule, name, action == "Allow"))
        else:
            context.gap(group, f"a rule of the type {type_} is not modelled")


def _ends(context: Context, group: Resource, addresses: Value, groups: Value, names: Value = None) -> Ends:
    networks, every, certain = [], False, True
    words = [*items(addresses)]
    for one in items(groups):
        key = context.ids.key(one)
        resource = context.graph.get(key or "")
        if resource is None:
            context.gap(group, "an IP group of a rule is not in the plan")
            every, certain = True, False
        else:
            words += items(resource.inputs.get("ipAddresses"))
    for value in words:
        word = text(value)
        if word is None:
            context.gap(group, "an address of a rule is not known before the deployment")
            every, certain = True, False
            continue
        first, dash, last = word.partition("-")
        network = range_of(word)
        if word in ("*", "0.0.0.0/0"):
            every = True
        elif isinstance(network, IPv4Network):
            networks.append(network)
        elif dash and range_of(first) is not None and range_of(last) is not None:
            context.gap(group, f"the address range {word} is not modelled; write it in CIDR notation")
            every, certain = True, False
        else:
            every, certain = True, False  # a service tag
    if items(names):
        every, certain = True, False
    return Ends(tuple(networks), every, certain)


def _network(context: Context, group: Resource, rule: Mapping[str, Value], name: str, allow: bool) -> NetworkRule:
    spans: list[Span] = []
    for protocol in texts(rule.get("ipProtocols")) or ("Any",):
        for port in texts(rule.get("destinationPorts")) or ("*",):
            ports = port_range(port)
            word = protocol.lower()
            if ports is None or word not in ("any", "tcp", "udp", "icmp"):
                context.gap(group, "protocol or ports of a rule are not known")
                ports, word = (0, 65535), "any"
            if word == "any" and ports == (0, 65535):
                spans += service_spans("-1", None, None)
            elif word == "icmp":
                spans += service_spans("icmp", None, None)
            else:
                for one in ("tcp", "udp") if word == "any" else (word,):
                    spans += service_spans(one, *ports)
    return NetworkRule(
        name,
        group.urn,
        allow,
        _ends(context, group, rule.get("sourceAddresses"), rule.get("sourceIpGroups")),
        _ends(
            context,
            group,
            rule.get("destinationAddresses"),
            rule.get("destinationIpGroups"),
            rule.get("destinationFqdns"),
        ),
        tuple(spans),
    )


def _application(
    context: Context, group: Resource, rule: Mapping[str, Value], name: str, allow: bool
) -> ApplicationRule:
    fqdns = items(rule.get("targetFqdns"))
    if any(text(one) is None for one in fqdns):
        context.gap(group, "a name of a rule is not known before the deployment")
    other = [word for key in ("fqdnTags", "targetUrls", "webCategories") for word in texts(rule.get(key))]
    ports = {number(one.get("port")) for one in maps(rule.get("protocols"))}
    if None in ports or plain(rule.get("protocols")) is None:
        context.gap(group, "protocols of a rule are not known")
    return ApplicationRule(
        name,
        group.urn,
        allow,
        _ends(context, group, rule.get("sourceAddresses"), rule.get("sourceIpGroups")),
        tuple(word.lower() for word in texts(rule.get("targetFqdns"))),
        frozenset(port for port in ports if port is not None),
        tuple(other),
    )
