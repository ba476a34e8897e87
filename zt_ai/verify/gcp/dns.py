"""What a name stands for inside a network, and which names are answered at all.

Order [Cloud DNS, "Name resolution order", "VPC network resolution order"]: an outbound server policy takes every query;
then the response policy's most specific rule, which answers or steps aside (bypass); then the private zone with the
longest suffix, be it its own records, a forwarding or a peering zone; then names of instances; then the public DNS. A
resolver that asks the public DNS for any name is a way out: the name itself carries what is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from zt_ai.graph import Resource
from zt_ai.verify.gcp.context import NETWORK, Context, word
from zt_ai.verify.reading import items, maps, member, plain, texts, unknown_in

Kind = Literal["addresses", "nothing", "public", "elsewhere", "unknown"]
_HOPS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What the resolver says to a name, and the resources that make it say so."""

    kind: Kind
    addresses: tuple[str, ...] = ()
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """Records of a private zone by (name, type); `elsewhere` for one that asks another server or network."""

    urn: str
    suffix: str
    elsewhere: bool
    records: Mapping[tuple[str, str], tuple[tuple[str, ...], str]]


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule of a response policy: local data, or a bypass."""

    urn: str
    name: str
    bypass: bool
    data: Mapping[str, tuple[str, ...]]  # type -> values


class Names:
    """The resolver of one network."""

    def __init__(self, context: Context, network: str) -> None:
        self._context, self._network = context, network
        self.outbound = tuple(r.urn for r in self._of("dns/policy:Policy") if _elsewhere_policy(r))
        self.policies = tuple(self._of("dns/responsePolicy:ResponsePolicy"))
        self.rules = tuple(self._rules())
        self.zones = tuple(self._zones())

    def _of(self, type_: str) -> Iterator[Resource]:
        """Resources of a type that are bound to the network."""
        for resource in self._context.of(type_):
            listed = resource.inputs.get("networks")
            if type_.startswith("dns/managedZone"):
                listed = member(resource.inputs, "privateVisibilityConfig", "networks")
            bound = {self._context.key(one.get("networkUrl"), NETWORK) for one in maps(listed)}
            if self._network in bound:
                yield resource
            elif None in bound or unknown_in(listed):
                self._context.gap(resource.urn, "the networks that it is bound to are known only after the deployment")

    def _rules(self) -> Iterator[PolicyRule]:
        own = {policy.urn for policy in self.policies}
        for rule in self._context.of("dns/responsePolicyRule:ResponsePolicyRule"):
            type_ = "gcp:dns/responsePolicy:ResponsePolicy"
            policy = self._context.key(rule.inputs.get("responsePolicy"), type_)
            named = [p.urn for p in self.policies if word(p.inputs.get("responsePolicyName")) == policy]
            if policy not in own and not named:
                continue
            name = word(rule.inputs.get("dnsName"))
            if name is None:
                self._context.gap(rule.urn, "the name that it is about is not known")
                continue
            data = {
                word(one.get("type")) or "?": texts(one.get("rrdatas"))
                for one in maps(member(rule.inputs, "localData", "localDatas"))
            }
            bypass = word(rule.inputs.get("behavior")) == "bypassResponsePolicy"
            yield PolicyRule(rule.urn, _normal(name), bypass, data)

    def _zones(self) -> Iterator[Records]:
        records: dict[str, dict[tuple[str, str], tuple[tuple[str, ...], str]]] = {}
        for record in self._context.of("dns/recordSet:RecordSet"):
            zone = self._context.key(record.inputs.get("managedZone"), "gcp:dns/managedZone:ManagedZone") or ""
            name, type_ = word(record.inputs.get("name")), word(record.inputs.get("type"))
            if name is None or type_ is None or unknown_in(record.inputs.get("rrdatas")):
                self._context.gap(record.urn, "a record is known only after the deployment")
                continue
            values = texts(record.inputs.get("rrdatas"))
            records.setdefault(zone, {})[_normal(name), type_] = (values, record.urn)
        for found in self._of("dns/managedZone:ManagedZone"):
            if word(found.inputs.get("visibility")) != "private":
                continue
            suffix = word(found.inputs.get("dnsName"))
            if suffix is None:
                self._context.gap(found.urn, "the name of the zone is not known")
                continue
            other = ("forwardingConfig", "peeringConfig", "serviceDirectoryConfig")
            elsewhere = any(plain(found.inputs.get(key)) is not None for key in other)
            yield Records(found.urn, _normal(suffix), elsewhere, records.get(found.urn, {}))

    def closed(self) -> tuple[str, ...] | None:
        """URNs of the rules that answer every name that no other rule is about; None where there are none."""
        found = tuple(rule.urn for rule in self.rules if rule.name == "*" and not rule.bypass)
        return found or None

    def zone_of(self, name: str) -> Records | None:
        """The private zone that answers for a name."""
        fits = [zone for zone in self.zones if name == zone.suffix or name.endswith(f".{zone.suffix}")]
        return max(fits, key=lambda zone: len(zone.suffix), default=None)

    def resolve(self, name: str) -> Answer:
        """What the network's resolver says to a name, CNAMEs followed."""
        if self.outbound:
            return Answer("elsewhere", (), self.outbound)
        return self._resolve(_normal(name), ())

    def _resolve(self, name: str, through: tuple[str, ...]) -> Answer:
        if len(through) > 2 * _HOPS:
            return Answer("unknown", (), through)
        rule = self._rule(name)
        if rule is not None and not rule.bypass:
            return self._data(rule.data, (*through, rule.urn))
        via = (*through, rule.urn) if rule else through
        zone = self.zone_of(name)
        if zone is None:
            return Answer("public", (), via)
        if zone.elsewhere:
            return Answer("elsewhere", (), (*via, zone.urn))
        for candidate in _candidates(name):
            data = {t: values for (n, t), (values, _) in zone.records.items() if n == candidate}
            if data:
                urns = tuple(urn for (n, _), (_, urn) in zone.records.items() if n == candidate)
                return self._data(data, (*via, *urns))
        return Answer("nothing", (), (*via, zone.urn))

    def _data(self, data: Mapping[str, tuple[str, ...]], through: tuple[str, ...]) -> Answer:
        aliases = data.get("CNAME", ())
        if aliases:
            return self._resolve(_normal(aliases[0]), through)
        found = tuple(sorted(data.get("A", ())))  # IPv6 answers lead nowhere: there is no IPv6, or the plan is refuted
        return Answer("addresses", found, through) if found else Answer("nothing", (), through)

    def _rule(self, name: str) -> PolicyRule | None:
        """The most specific rule: the name itself, else the longest wildcard."""
        exact = [rule for rule in self.rules if rule.name == name]
        if exact:
            return exact[0]
        for candidate in _candidates(name)[1:]:
            for rule in self.rules:
                if rule.name == candidate:
                    return rule
        return None

    def open_names(self, allowed: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Rules that let names be answered by the public DNS beyond the allowed ones: (name, URN)."""
        for rule in self.rules:
            if not rule.bypass or self._answered_inside(rule.name):
                continue
            if rule.name not in allowed:
                yield rule.name, rule.urn

    def _answered_inside(self, pattern: str) -> bool:
        zone = self.zone_of(pattern.removeprefix("*."))
        return zone is not None and not zone.elsewhere


def _elsewhere_policy(policy: Resource) -> bool:
    return bool(items(member(policy.inputs, "alternativeNameServerConfig", "targetNameServers")))


def _normal(name: str) -> str:
    return name.lower().rstrip(".")


def _candidates(name: str) -> list[str]:
    """The name itself, then the wildcards that cover it, the longest first; the last one is `*`."""
    labels = name.split(".")
    return [name, *("*." + ".".join(labels[index:]) for index in range(1, len(labels))), "*"]


def within(addresses: tuple[str, ...], network: IPv4Network) -> bool:
    """Whether an answer has addresses and every one of them lies in a network."""
    return bool(addresses) and all(IPv4Address(one) in network for one in addresses)
