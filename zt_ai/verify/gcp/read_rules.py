"""Firewall rules: of hierarchical policies, of network policies, and the network's own.

Sources: Cloud NGFW, "Firewall policy rules" (a rule with neither target service accounts nor target secure tags applies
to every interface; sources and destinations of several kinds are a union; `disabled` rules do not exist; priorities are
unique in a policy); VPC, "VPC firewall rules" (default priority 1000; source ranges, source tags and source service
accounts are a union; without any of them the source is anywhere; at equal priority a deny wins over an allow).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from zt_ai.graph import Resource
from zt_ai.graph.model import Value
from zt_ai.verify.gcp.context import Context, whole, word
from zt_ai.verify.gcp.marks import clauses
from zt_ai.verify.gcp.world import Action, Layer, Peers, Rule, Targets
from zt_ai.verify.reading import flag, items, maps, plain, text, texts, unknown_in
from zt_ai.verify.space import SERVICES_SIZE, Span, service_spans

POLICY_RULES: Mapping[str, Layer] = {
    "compute/firewallPolicyRule:FirewallPolicyRule": "hierarchy",
    "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule": "global",
    "compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule": "regional",
}
POLICIES: Mapping[str, Layer] = {
    "compute/firewallPolicyWithRules:FirewallPolicyWithRules": "hierarchy",
    "compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules": "global",
    "compute/regionNetworkFirewallPolicyWithRules:RegionNetworkFirewallPolicyWithRules": "regional",
}
ASSOCIATIONS = (
    "compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
    "compute/regionNetworkFirewallPolicyAssociation:RegionNetworkFirewallPolicyAssociation",
)
CLASSIC = "compute/firewall:Firewall"
_ACTIONS: Mapping[str, Action] = {"allow": "allow", "deny": "deny", "goto_next": "next"}
# What cannot be resolved to addresses from a plan.
_UNRESOLVED = ("AddressGroups", "RegionCodes", "ThreatIntelligences", "NetworkScope", "NetworkContext", "Networks")


def read_rules(context: Context, networks: tuple[str, ...]) -> tuple[Rule, ...]:
    """All rules in force, each once for every network that its policy is associated with, in no order."""
    attached = {**_attached(context), **_above(context, networks)}
    found: list[Rule] = []
    for type_, layer in POLICY_RULES.items():
        for resource in context.of(type_):
            policy = context.key(resource.inputs.get("firewallPolicy"), _policy_type(layer))
            where = attached.get(policy or "", ())
            found += _policy_rule(context, resource, resource.inputs, layer, where)
    for type_, layer in POLICIES.items():
        for resource in context.of(type_):
            where = attached.get(resource.urn, ())
            for body in maps(resource.inputs.get("rules")):
                found += _policy_rule(context, resource, body, layer, where)
    for resource in context.of(CLASSIC):
        found += _classic(context, resource)
    return tuple(found)


def _policy_type(layer: Layer) -> str:
    return {
        "global": "gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy",
        "regional": "gcp:compute/regionNetworkFirewallPolicy:RegionNetworkFirewallPolicy",
    }.get(layer, "")


def _attached(context: Context) -> dict[str, tuple[str, ...]]:
    """Policy -> networks that it is associated with. A policy without an association does nothing."""
    found: dict[str, tuple[str, ...]] = {}
    for type_ in ASSOCIATIONS:
        for link in context.of(type_):
            layer: Layer = "regional" if "region" in type_ else "global"
            policy = context.key(link.inputs.get("firewallPolicy"), _policy_type(layer))
            network = context.key(link.inputs.get("attachmentTarget"))
            if policy is None or network is None:
                context.gap(
                    link.urn, "which policy it associates with which network is known only after the deployment"
                )
            else:
                found[policy] = (*found.get(policy, ()), network)
    return found


def _above(context: Context, networks: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Hierarchical policies that are associated with the organisation. Which folders the project lies in is not in a
    plan."""
    found: dict[str, tuple[str, ...]] = {}
    for link in context.of("compute/firewallPolicyAssociation:FirewallPolicyAssociation"):
        policy, target = context.key(link.inputs.get("firewallPolicy")), word(link.inputs.get("attachmentTarget"))
        if policy is None or target is None:
            context.gap(link.urn, "which policy it associates with what is known only after the deployment")
        elif target.rpartition("/")[2] == context.settings.organization:
            found[policy] = networks
        elif not target.startswith("organizations/"):
            context.gap(link.urn, f"whether {target} holds the project is not in the plan")
            found[policy] = networks
    return found


def _policy_rule(
    context: Context, resource: Resource, body: Mapping[str, Value], layer: Layer, networks: tuple[str, ...]
) -> Iterator[Rule]:
    disabled = flag(body, "disabled", default=False)
    if disabled is True:
        return
    said, priority, direction = word(body.get("action")), whole(body.get("priority")), word(body.get("direction"))
    match = plain(body.get("match"))
    if isinstance(match, tuple) and len(match) == 1:
        match = plain(match[0])
    inspected = said == "apply_security_profile_group"
    action = _ACTIONS.get("allow" if inspected else said or "")
    if (
        action is None
        or priority is None
        or direction is None
        or not isinstance(match, Mapping)
        or disabled is not False
    ):
        context.gap(resource.urn, "action, priority, direction or match of the rule is not known")
        return
    if inspected:
        context.gap(resource.urn, "what its security profile group lets pass is not modelled")
    if word(body.get("targetType")) not in (None, "INSTANCES"):
        context.gap(resource.urn, "rules for managed load balancers are not modelled")
    egress = direction == "EGRESS"
    services = _layer4(context, resource, items(match.get("layer4Configs")))
    peers = _peers(context, resource, match, egress)
    targets = Targets(
        context.accounts(body.get("targetServiceAccounts"), resource.urn, "a target service account"),
        context.keys((tag.get("name") for tag in maps(body.get("targetSecureTags"))), resource.urn, "a target tag"),
    )
    only = items(body.get("targetResources"))
    where = networks if not only else tuple(context.keys(only, resource.urn, "a target network"))
    for network in where:
        yield Rule(
            resource.urn, resource.name, network, layer, egress, priority, action, services, peers, targets,
            clauses(resource), flag(body, "enableLogging", default=False) is True,
        )  # fmt: skip


def _peers(context: Context, resource: Resource, match: Mapping[str, Value], egress: bool) -> Peers:
    side = "dest" if egress else "src"
    unresolved = False
    for part in _UNRESOLVED:
        if items(match.get(f"{side}{part}")):
            context.gap(resource.urn, f"what {side}{part} stands for is not in the plan")
            unresolved = True
    tags = frozenset[str]()
    if not egress:
        tags = context.keys((t.get("name") for t in maps(match.get("srcSecureTags"))), resource.urn, "a source tag")
    names = texts(match.get(f"{side}Fqdns"))
    ranges = match.get(f"{side}IpRanges")
    for value in (ranges, match.get(f"{side}Fqdns"), match.get("srcSecureTags")):
        if unknown_in(value) and not tags:
            context.gap(resource.urn, "addresses or names of the rule are known only after the deployment")
            unresolved = True
    # A rule may lie on the other side's terms too, as a further condition; none of ours does.
    other = "src" if egress else "dest"
    if items(match.get(f"{other}IpRanges")):
        context.gap(resource.urn, f"{other}IpRanges of a rule in the other direction are not modelled")
    said = items(ranges) or tags or names or unresolved
    return Peers(
        cidrs(context, resource, ranges) if said else None,
        tags,
        names=tuple(name.lower().rstrip(".") for name in names),
        unresolved=unresolved,
    )


def cidrs(context: Context, resource: Resource, value: Value) -> tuple[IPv4Network, ...]:
    """The IPv4 ranges of a list; IPv6 ones fit no packet, because there is no IPv6 or the plan is refuted."""
    found = []
    for one in items(value):
        said = text(one)
        if isinstance(said, str) and ":" in said:
            continue
        try:
            found.append(IPv4Network(said if isinstance(said, str) else "", strict=False))
        except ValueError:
            context.gap(resource.urn, f"the address range {said!r} is not known")
    return tuple(found)


def _layer4(context: Context, resource: Resource, configs: tuple[Value, ...]) -> tuple[Span, ...]:
    found: list[Span] = []
    for config in map(plain, configs):
        if not isinstance(config, Mapping):
            context.gap(resource.urn, "protocols of the rule are not known")
            return ((0, SERVICES_SIZE - 1),)
        found += spans(context, resource, word(config.get("ipProtocol")) or word(config.get("protocol")), config)
    return tuple(found)


def spans(context: Context, resource: Resource, protocol: str | None, config: Mapping[str, Value]) -> tuple[Span, ...]:
    """Services of a protocol with a list of ports or port ranges; ports count for TCP, UDP and SCTP alone."""
    if protocol is None or unknown_in(config.get("ports")):
        context.gap(resource.urn, "protocol or ports of the rule are not known")
        return ((0, SERVICES_SIZE - 1),)
    try:
        ports = [str(text(port)) for port in items(config.get("ports"))]
        if protocol.lower() not in ("tcp", "udp", "6", "17") or not ports:
            return service_spans(protocol, None, None)
        found: list[Span] = []
        for port in ports:
            first, _, last = port.partition("-")
            found += service_spans(protocol, int(first), int(last or first))
        return tuple(found)
    except ValueError as error:
        context.gap(resource.urn, f"protocol or ports of the rule: {error}")
        return ((0, SERVICES_SIZE - 1),)


def _classic(context: Context, resource: Resource) -> Iterator[Rule]:
    inputs = resource.inputs
    disabled = flag(inputs, "disabled", default=False)
    if disabled is True:
        return
    network = context.key(inputs.get("network"), "gcp:compute/network:Network")
    priority = 1000 if plain(inputs.get("priority")) is None else whole(inputs.get("priority"))
    direction = word(inputs.get("direction"))
    if direction is None:  # "INGRESS" is the default
        direction = "EGRESS" if items(inputs.get("destinationRanges")) else "INGRESS"
    if network is None or priority is None or disabled is not False:
        context.gap(resource.urn, "network, priority or state of the rule is not known")
        return
    egress = direction == "EGRESS"
    ranges = cidrs(context, resource, inputs.get("destinationRanges" if egress else "sourceRanges"))
    tags = frozenset() if egress else frozenset(texts(inputs.get("sourceTags")))
    sources = frozenset[str]()
    if not egress:
        sources = context.accounts(inputs.get("sourceServiceAccounts"), resource.urn, "a source service account")
    said = ranges or tags or sources or items(inputs.get("destinationRanges" if egress else "sourceRanges"))
    peers = Peers(ranges if said else None, accounts=sources, network_tags=tags)
    targets = Targets(
        context.accounts(inputs.get("targetServiceAccounts"), resource.urn, "a target service account"),
        network_tags=frozenset(texts(inputs.get("targetTags"))),
    )
    logged = plain(inputs.get("logConfig")) is not None
    listed: tuple[tuple[str, Action], ...] = (("allows", "allow"), ("denies", "deny"))
    for key, action in listed:
        configs = items(inputs.get(key))
        if configs:
            services = _layer4(context, resource, configs)
            yield Rule(
                resource.urn, resource.name, network, "classic", egress, priority, action, services, peers, targets,
                clauses(resource), logged,
            )  # fmt: skip
