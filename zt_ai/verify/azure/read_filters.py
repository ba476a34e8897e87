"""Reading network security groups with their default rules, and application security groups.

Default rules [Azure Virtual Network, "Network security groups", "Default security rules"]: they cannot be removed, and
have the lowest priorities.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from zt_ai.graph import Resource, Value
from zt_ai.verify.azure.context import EVERYTHING, Context, port_range, range_of, tag_of
from zt_ai.verify.azure.values import clauses, is_unknown, items, maps, number, tags, text, unknown_in
from zt_ai.verify.azure.world import ANY, Filter, Group, Peer, Rule, World
from zt_ai.verify.selectors import selected

TAG_WORKLOAD = "zt-ai:workload"

_VNET, _INTERNET, _PROBES = (Peer(tags=(tag,)) for tag in ("VirtualNetwork", "Internet", "AzureLoadBalancer"))
_DEFAULTS: tuple[tuple[str, int, bool, bool, Peer, Peer], ...] = (
    ("AllowVNetInBound", 65000, True, True, _VNET, _VNET),
    ("AllowAzureLoadBalancerInBound", 65001, True, True, _PROBES, ANY),
    ("DenyAllInBound", 65500, False, True, ANY, ANY),
    ("AllowVnetOutBound", 65000, True, False, _VNET, _VNET),
    ("AllowInternetOutBound", 65001, True, False, ANY, _INTERNET),
    ("DenyAllOutBound", 65500, False, False, ANY, ANY),
)


def default_rules(urn: str) -> tuple[Rule, ...]:
    """The rules that every network security group has."""
    return tuple(
        Rule(name, urn, priority, allow, inbound, source, destination, EVERYTHING, default=True)
        for name, priority, allow, inbound, source, destination in _DEFAULTS
    )


def read_filters(context: Context, world: World) -> None:
    """Every network security group with the rules inside it and beside it."""
    rules: dict[str, list[Rule]] = {}
    for resource in context.of("network:SecurityRule"):
        owner = context.parent(resource, "networkSecurityGroupName", "networksecuritygroups")
        if owner is not None:
            rules.setdefault(owner, []).extend(_rule(context, resource, resource.inputs))
    for resource in context.of("network:NetworkSecurityGroup"):
        found = rules.pop(resource.urn, [])
        for one in maps(context.value(resource, "securityRules")):
            found += _rule(context, resource, one)
        _collisions(context, resource, found)
        ordered = sorted((*found, *default_rules(resource.urn)), key=lambda rule: rule.priority)
        world.filters[resource.urn] = Filter(resource.urn, resource.name, tags(resource), tuple(ordered))
    for owner, left in rules.items():
        for rule in left:
            context.gap(world.graph.resources[rule.urn], f"network security group {owner} is not in the plan")


def _collisions(context: Context, resource: Resource, rules: list[Rule]) -> None:
    """Azure refuses two rules of one direction with one priority."""
    seen: dict[tuple[bool, int], str] = {}
    for rule in rules:
        other = seen.setdefault((rule.inbound, rule.priority), rule.urn)
        if other != rule.urn:
            way = "inbound" if rule.inbound else "outbound"
            context.gap(resource, f"two {way} rules have the priority {rule.priority}; which one is tried is not said")


def _rule(context: Context, resource: Resource, inputs: Mapping[str, Value]) -> Iterator[Rule]:
    access, direction = text(inputs.get("access")), text(inputs.get("direction"))
    priority = number(inputs.get("priority"))
    if access not in ("Allow", "Deny") or direction not in ("Inbound", "Outbound") or priority is None:
        context.gap(resource, "access, direction or priority is not known or not valid")
        return
    if not 100 <= priority <= 4096:
        context.gap(resource, f"priority {priority} lies outside 100-4096 and is refused")
    ranges = (*items(inputs.get("destinationPortRange")), *items(inputs.get("destinationPortRanges")))
    source_ports = (*items(inputs.get("sourcePortRange")), *items(inputs.get("sourcePortRanges")))
    every_source = all(port_range(text(value) or "") == (0, 65535) for value in source_ports)
    yield Rule(
        text(inputs.get("securityRuleName")) or text(inputs.get("name")) or resource.name,
        resource.urn,
        priority,
        access == "Allow",
        direction == "Inbound",
        _peer(context, resource, inputs, "source"),
        _peer(context, resource, inputs, "destination"),
        context.services(resource, inputs.get("protocol"), ranges, allow=access == "Allow"),
        every_source,
        clauses(resource),
    )


def _peer(context: Context, resource: Resource, inputs: Mapping[str, Value], side: str) -> Peer:
    groups: list[str] = []
    known = True
    for one in items(inputs.get(f"{side}ApplicationSecurityGroups")):
        key = context.ids.key(one)
        if key is None:
            context.gap(resource, f"{side} application security group is not known before the deployment")
            known = False
        else:
            groups.append(key)
    words = (*items(inputs.get(f"{side}AddressPrefix")), *items(inputs.get(f"{side}AddressPrefixes")))
    networks: list[IPv4Network] = []
    found: list[str] = []
    for value in words:
        word = text(value)
        if word is None or is_unknown(value):
            context.gap(resource, f"{side} address prefix is not known before the deployment")
            known = False
            continue
        if word == "":
            continue
        network = range_of(word)
        if isinstance(network, IPv4Network):
            networks.append(network)
        elif network is not None:
            if inputs.get("access") == "Allow":
                context.wrong(resource, f"{resource.name} lets IPv6 pass ({word}), which no zone may use")
        else:
            found.append(tag_of(word))
    if unknown_in(inputs.get(f"{side}ApplicationSecurityGroups")):
        known = False
    return Peer(frozenset(groups), tuple(networks), tuple(found), known)


def read_groups(context: Context, world: World) -> None:
    """Every application security group, and each that is referred to and not in the plan."""
    for resource in context.of("network:ApplicationSecurityGroup"):
        found = tags(resource)
        workload = selected(context.selectors.workloads, resource, found) or found.get(TAG_WORKLOAD)
        world.groups[resource.urn] = Group(
            resource.urn, resource.name, workload, endpoint=found.get("zt-ai:role") == "endpoint"
        )
    for one in world.filters.values():
        for rule in one.rules:
            for key in (*rule.source.groups, *rule.destination.groups):
                world.groups.setdefault(key, Group(key, key.rpartition("/")[2], None))
