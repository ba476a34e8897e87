"""What an Azure Firewall lets through: by addresses first, then by names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zt_ai.verify.azure.firewall_rules import ApplicationRule, Ends, FirewallRules, NetworkRule
from zt_ai.verify.azure.spaces import Spaces

HTTPS = 443


@dataclass(frozen=True, slots=True)
class LetThrough:
    """Something that a firewall lets through; `name` is None where addresses alone decide."""

    sources: int
    name: str | None
    port: int | None
    services: int
    rule: str
    urn: str


def ends(spaces: Spaces, one: Ends) -> tuple[int, int]:
    """Addresses that one end of a rule certainly and possibly means."""
    named = spaces.union(one.networks)
    everything = spaces.addresses.everything
    if not one.every:
        return named, named
    return (everything if one.certain else named), everything


def covers(pattern: str, name: str) -> bool:
    """Whether a name in an application rule covers another: `*.example.com` covers what lies below it [Azure Firewall,
    "Use FQDN filtering", wildcards]."""
    if pattern == "*":
        return True
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return pattern == name


def by_address(spaces: Spaces, rules: FirewallRules, sources: int, destinations: int) -> Iterator[LetThrough]:
    """What network rules let pass from some sources to some destinations."""
    cuts = [bits for rule in rules.network for bits in ends(spaces, rule.sources)]
    to = [bits for rule in rules.network for bits in ends(spaces, rule.destinations)]
    for here in parts(sources, cuts):
        for there in parts(destinations, to):
            open_ = spaces.services.everything
            for rule in rules.network:
                sure, perhaps = _fits(spaces, rule, here, there)
                services = spaces.of(rule.services) & open_
                if rule.allow and perhaps and services:
                    yield LetThrough(here, None, None, services, rule.name, rule.urn)
                if sure:
                    open_ &= ~services


def stopped_by_address(spaces: Spaces, rules: FirewallRules, sources: int, services: int) -> NetworkRule | None:
    """The first network rule that may deny some services to somewhere public: application rules never see them."""
    for rule in rules.network:
        sure, perhaps = _fits(spaces, rule, sources, spaces.public, whole=False)
        if perhaps and spaces.of(rule.services) & services:
            if not rule.allow:
                return rule
            if sure:
                services &= ~spaces.of(rule.services)
    return None


def _fits(spaces: Spaces, rule: NetworkRule, here: int, there: int, *, whole: bool = True) -> tuple[bool, bool]:
    source, destination = ends(spaces, rule.sources), ends(spaces, rule.destinations)
    sure = not here & ~source[0] and not there & ~destination[0]
    perhaps = bool(here & source[1]) and bool(there & destination[1])
    return sure and (whole or perhaps), perhaps


def by_name(spaces: Spaces, rules: FirewallRules, sources: int) -> Iterator[LetThrough]:
    """What application rules let pass from some sources: each name with its port, where nothing above denies it."""
    cuts = [bits for rule in rules.application for bits in ends(spaces, rule.sources)]
    for here in parts(sources, cuts):
        denied: list[tuple[str, int]] = []
        for rule in rules.application:
            sure, perhaps = ends(spaces, rule.sources)
            if rule.allow and here & perhaps:
                yield from _allowed(rule, here, denied)
            elif not rule.allow and not here & ~sure:
                denied += [(name, port) for name in rule.names for port in rule.ports]
        if not all(("*", port) in denied for port in (80, HTTPS)):
            # [Azure Firewall, "Infrastructure FQDNs for Azure Firewall"]: denied only by a rule that denies every name.
            yield LetThrough(here, "Azure's own infrastructure names", HTTPS, 0, "infrastructure rules", rules.policy)


def _allowed(rule: ApplicationRule, here: int, denied: Iterable[tuple[str, int]]) -> Iterator[LetThrough]:
    for port in sorted(rule.ports):
        # "An empty list" is every name, unless the rule matches by tags or categories.
        for name in (*(rule.names or (() if rule.other else ("*",))), *rule.other):
            if not any(at == port and covers(pattern, name) for pattern, at in denied):
                yield LetThrough(here, name, port, 0, rule.name, rule.urn)


def certainly(spaces: Spaces, rules: FirewallRules, sources: int, name: str, port: int) -> bool:
    """Whether every source gets to a name on a port by the application rules."""
    cuts = [bits for rule in rules.application for bits in ends(spaces, rule.sources)]
    return all(_decided(spaces, rules, here, name, port) for here in parts(sources, cuts))


def _decided(spaces: Spaces, rules: FirewallRules, here: int, name: str, port: int) -> bool:
    for rule in rules.application:
        sure, perhaps = ends(spaces, rule.sources)
        named = any(covers(pattern, name) for pattern in rule.names) or bool(rule.other and not rule.allow)
        if port not in rule.ports or not named:
            continue
        if rule.allow and not here & ~sure:
            return True
        if not rule.allow and here & perhaps:
            return False
    return False


def parts(bits: int, cuts: Iterable[int]) -> tuple[int, ...]:
    """A set in pieces that no cut divides."""
    found = [bits] if bits else []
    for cut in set(cuts):
        found = [piece for part in found for piece in (part & cut, part & ~cut) if piece]
    return tuple(found)
