"""What AWS Network Firewall lets pass.

The stateless engine comes first: a packet that no stateless rule decides gets the policy's stateless default action,
and only what is forwarded reaches the stateful engine [Network Firewall Developer Guide, "How AWS Network Firewall
filters network traffic"]. In strict order the stateful rules are taken in order and a packet that none matches gets
the default actions: with `aws:drop_strict` it is dropped, with `aws:drop_established` only packets of established
connections are, so a handshake completes and what follows it is dropped; the `..._app_layer` variants wait until the
application's protocol is seen, and `..._app_layer_to_server` (the console's default for new policies since June 2026)
drops what goes to the server only; with none of them it passes. In action order (the default) what no rule matches
passes ["Managing evaluation order for Suricata compatible rules"; the values: API Reference, "FirewallPolicy",
StatefulDefaultActions]. A domain list passes TLS or HTTP by the
name that the client writes, from HOME_NET only, which is the firewall's VPC unless a variable says otherwise, and an
entry `.example.com` stands for example.com and all names below it ["Stateful domain list rule groups"].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from zt_ai.graph import Resource, Value
from zt_ai.verify.aws.suricata import StatefulRule, parse_options, parse_rules
from zt_ai.verify.aws.values import items, mapping, number, plain, text, unknown
from zt_ai.verify.aws.world import World

_DROPS = {
    "aws:drop_strict",
    "aws:drop_established",
    "aws:drop_established_app_layer",
    "aws:drop_established_app_layer_to_server",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """Traffic that the firewall passes on purpose. `names` None: to any name. `sources` None: from anywhere."""

    protocol: str
    names: tuple[str, ...] | None
    sources: tuple[IPv4Network, ...] | None
    destination: str
    ports: str
    exact: bool
    urn: str
    words: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """One firewall: what it passes on purpose, what it lets through for want of a rule, and what could not be read."""

    openings: tuple[Opening, ...]
    unfiltered: tuple[tuple[str, str], ...]  # explanation, URN
    blocks: tuple[tuple[str, str], ...]  # why what is allowed may not pass after all, URN
    reasons: tuple[str, ...]

    def passes(self, name: str, hosts: tuple[IPv4Network, ...]) -> bool:
        """Whether TLS to a name passes from all the hosts."""
        for opening in self.openings:
            if opening.protocol not in ("tls", "tcp", "ip") or not opening.exact:
                continue
            if opening.names is not None and not any(name_matches(pattern, name) for pattern in opening.names):
                continue
            if opening.sources is None or all(any(h.subnet_of(s) for s in opening.sources) for h in hosts):
                return not self.blocks
        return False


def name_matches(pattern: str, name: str) -> bool:
    """Whether a name falls under a pattern: `*.x` for names below x, `*x` for names that end in x, else the name
    itself."""
    return name.endswith(pattern[1:]) if pattern.startswith("*") else pattern == name


def inspect(world: World, firewall: str) -> Inspection:
    """Read the policy of a firewall and its rule groups."""
    resource = world.graph.get(firewall)
    policy = world.resource(resource.inputs.get("firewallPolicyArn")) if resource is not None else None
    if resource is None or policy is None:
        return Inspection((), (), (), (f"{firewall}: the policy of the firewall is not in the plan",))
    return _Reader(world, resource, policy).read()


class _Reader:
    def __init__(self, world: World, firewall: Resource, policy: Resource) -> None:
        self._world, self._policy = world, policy
        self._body = mapping(policy.inputs.get("firewallPolicy"))
        self._vpc = world.key(firewall.inputs.get("vpcId")) or ""
        self._openings: list[Opening] = []
        self._unfiltered: list[tuple[str, str]] = []
        self._blocks: list[tuple[str, str]] = []
        self._reasons: list[str] = []

    def read(self) -> Inspection:
        if unknown(self._policy.inputs.get("firewallPolicy")):
            self._reasons.append(f"{self._policy.urn}: the policy is not known before the deployment")
        self._stateless()
        self._stateful()
        return Inspection(tuple(self._openings), tuple(self._unfiltered), tuple(self._blocks), tuple(self._reasons))

    def _words(self, name: str) -> tuple[str, ...]:
        value = self._body.get(name)
        if any(text(item) is None for item in items(value)):
            self._reasons.append(f"{self._policy.urn}: {name} is not known")
        return tuple(word.lower() for item in items(value) if (word := text(item)) is not None)

    def _stateless(self) -> None:
        for name, what in (("statelessDefaultActions", "packets"), ("statelessFragmentDefaultActions", "fragments")):
            actions = self._words(name)
            if "aws:pass" in actions:
                self._unfiltered.append(
                    (f"{what} pass without any stateful inspection ({name} is aws:pass)", self._policy.urn)
                )
            elif "aws:forward_to_sfe" not in actions and what == "packets":
                self._blocks.append((f"{name} does not forward packets to the stateful rules", self._policy.urn))
        for group in self._groups("statelessRuleGroupReferences"):
            source = mapping(
                mapping(mapping(group.inputs.get("ruleGroup")).get("rulesSource")).get("statelessRulesAndCustomActions")
            )
            for rule in items(source.get("statelessRules")):
                named = {
                    (text(action) or "").lower()
                    for action in items(mapping(mapping(rule).get("ruleDefinition")).get("actions"))
                }
                if "aws:pass" in named:
                    self._unfiltered.append(("a stateless rule passes packets without stateful inspection", group.urn))
                elif "aws:drop" in named:
                    self._blocks.append(("a stateless rule drops packets", group.urn))

    def _groups(self, name: str) -> list[Resource]:
        found: list[tuple[int, Resource]] = []
        for item in items(self._body.get(name)):
            reference = mapping(item)
            group = self._world.resource(reference.get("resourceArn"))
            if group is None or group.type != "aws:networkfirewall/ruleGroup:RuleGroup":
                self._reasons.append(f"{self._policy.urn}: a rule group of {name} is not in the plan")
                continue
            if plain(mapping(reference.get("override")).get("action")) is not None:
                self._reasons.append(f"{self._policy.urn}: overrides the action of {group.urn}")
            found.append((number(reference.get("priority")) or 0, group))
        return [group for _, group in sorted(found, key=lambda one: one[0])]

    def _stateful(self) -> None:
        strict = text(mapping(self._body.get("statefulEngineOptions")).get("ruleOrder")) == "STRICT_ORDER"
        defaults = set(self._words("statefulDefaultActions")) if strict else set()
        if not strict:
            self._unfiltered.append(
                ("traffic that no rule matches passes (rules are in action order)", self._policy.urn)
            )
        elif not defaults & _DROPS:
            self._unfiltered.append(
                ("traffic that no rule matches passes (no default action drops it)", self._policy.urn)
            )
        for group in self._groups("statefulRuleGroupReferences"):
            self._rule_group(group)
        handshake = any(o.names is None for o in self._openings)
        if "aws:drop_strict" in defaults and not handshake:
            self._blocks.append(("aws:drop_strict drops the TCP handshake before any name is seen", self._policy.urn))

    def _rule_group(self, group: Resource) -> None:
        body = mapping(group.inputs.get("ruleGroup"))
        if plain(group.inputs.get("rules")) is not None:
            self._rules(group, *parse_rules(text(group.inputs.get("rules")) or "?"), body)
        source = mapping(body.get("rulesSource"))
        listed = mapping(source.get("rulesSourceList"))
        if not source and plain(group.inputs.get("rules")) is None:
            self._reasons.append(f"{group.urn}: the rules are not known")
        if listed:
            self._domains(group, listed, body)
        if plain(source.get("rulesString")) is not None:
            self._rules(group, *parse_rules(text(source.get("rulesString")) or "?"), body)
        for item in items(source.get("statefulRules")):
            self._rules(group, (_structured(mapping(item)),), (), body)

    def _domains(self, group: Resource, listed: Mapping[str, Value], body: Mapping[str, Value]) -> None:
        targets = [text(item) for item in items(listed.get("targets"))]
        if None in targets:
            self._reasons.append(f"{group.urn}: a domain is not known")
        if text(listed.get("generatedRulesType")) not in ("ALLOWLIST", "DENYLIST", "REJECTLIST", "ALERTLIST"):
            self._reasons.append(f"{group.urn}: the kind of the domain list is not known")
        if text(listed.get("generatedRulesType")) != "ALLOWLIST":
            return  # takes away or reports; what else passes is said by other rules
        names: list[str] = []
        for target in targets:
            if target is not None:
                word = target.lower()
                names += (word[1:], f"*{word}") if word.startswith(".") else (word,)
        for kind in items(listed.get("targetTypes")):
            protocol = "tls" if text(kind) == "TLS_SNI" else "http"
            self._openings.append(
                Opening(
                    protocol,
                    tuple(names),
                    self._home(body),
                    "any",
                    "any",
                    True,
                    group.urn,
                    f"domain list by {text(kind)}",
                )
            )

    def _home(self, body: Mapping[str, Value]) -> tuple[IPv4Network, ...] | None:
        own = self._variable(mapping(body.get("ruleVariables")).get("ipSets"), "HOME_NET")
        if own is None:
            own = self._variable(mapping(self._body.get("policyVariables")).get("ruleVariables"), "HOME_NET")
        if own is not None:
            return own
        vpc = self._world.vpcs.get(self._vpc)
        return vpc.cidrs if vpc is not None and vpc.cidrs else (IPv4Network(self._world.settings.cidr),)

    def _variable(self, sets: Value, name: str) -> tuple[IPv4Network, ...] | None:
        for item in items(sets):
            if text(mapping(item).get("key")) == name:
                found: list[IPv4Network] = []
                for value in items(mapping(mapping(item).get("ipSet")).get("definitions")):
                    try:
                        found.append(IPv4Network(text(value) or "", strict=False))
                    except ValueError:
                        self._reasons.append(f"{self._policy.urn}: the variable {name} is not known")
                return tuple(found)
        return None

    def _rules(
        self, group: Resource, rules: tuple[StatefulRule, ...], unread: tuple[str, ...], body: Mapping[str, Value]
    ) -> None:
        for line in unread:
            self._reasons.append(f"{group.urn}: the rule {line[:80]!r} is not understood")
        for rule in rules:
            stops = rule.action in ("drop", "reject") and rule.protocol in ("tls", "tcp", "ip")
            if (
                stops
                and rule.names is None
                and not rule.handshake
                and not any(o.protocol == "tls" for o in self._openings)
            ):
                self._blocks.append((f"{rule.text[:80]!r} comes before the rules that pass names", group.urn))
            if rule.action != "pass" or rule.handshake:
                continue
            sources = self._addresses(rule.source, body)
            self._openings.append(
                Opening(
                    rule.protocol,
                    rule.names,
                    sources,
                    rule.destination,
                    rule.destination_port,
                    rule.exact,
                    group.urn,
                    rule.text[:120],
                )
            )

    def _addresses(self, word: str, body: Mapping[str, Value]) -> tuple[IPv4Network, ...] | None:
        """Networks of a rule's source; None (anywhere) where it cannot be told."""
        if word == "$HOME_NET":
            return self._home(body)
        if word.startswith("$"):
            return self._variable(mapping(body.get("ruleVariables")).get("ipSets"), word[1:])
        try:
            return tuple(IPv4Network(part.strip(), strict=False) for part in word.strip("[]").split(","))
        except ValueError:
            return None


def _structured(body: Mapping[str, Value]) -> StatefulRule:
    """A rule written in the API's own form of header and options."""
    header = mapping(body.get("header"))
    options: list[tuple[str, str | None]] = []
    for item in items(body.get("ruleOptions")):
        settings = [text(value) or "" for value in items(mapping(item).get("settings"))]
        options.append((text(mapping(item).get("keyword")) or "?", ",".join(settings) or None))
    names, exact = parse_options(options)
    word = {
        name: (text(header.get(name)) or "any").lower()
        for name in ("protocol", "source", "sourcePort", "destination", "destinationPort")
    }
    return StatefulRule(
        (text(body.get("action")) or "pass").lower(),
        word["protocol"],
        text(header.get("source")) or "any",
        word["sourcePort"],
        word["destination"],
        word["destinationPort"],
        text(header.get("direction")) == "ANY",
        names,
        exact,
        any(keyword == "flow" and "not_established" in (value or "") for keyword, value in options),
        " ".join((text(body.get("action")) or "pass", *word.values())),
    )
