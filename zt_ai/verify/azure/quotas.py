"""Claim 8: quotas hold. Counted from the planned resources alone, whatever the builder computed beforehand.

What exists already in the subscription is not in a plan and is not counted; `clouds.azure.quotas` says what is free.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from zt_ai.graph import Resource
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.context import Context, range_of
from zt_ai.verify.azure.spaces import usable
from zt_ai.verify.azure.values import at, is_unknown, items, maps, number, short_type, text, texts
from zt_ai.verify.azure.world import World
from zt_ai.verify.model import Claim

# [Azure documentation, "Azure subscription and service limits, quotas, and constraints"]: networking limits, Azure
# Private Link limits, Azure RBAC limits, Azure DNS limits, Azure Firewall limits, diagnostic settings.
PREFIXES_OF_GROUP = 4000  # addresses and ranges in all rules of a group, source and destination apart
GROUPS_OF_RULE = 10  # application security groups as source or as destination of one rule
GROUPS_OF_INTERFACE = 20
ZONES_OF_ENDPOINT = 5  # private DNS zones in the zone group of an endpoint
ENDPOINTS_OF_VAULT = 64
PEERINGS = 500
SETTINGS_OF_RESOURCE = 5  # diagnostic settings [Azure Monitor, "Diagnostic settings"]
FIREWALL_RULES = 10_000
CONDITION = 8 * 1024  # characters of the condition of a role assignment
SERVICES_OF_BALANCER = 8  # Private Link services of one load balancer


@dataclass(slots=True)
class Tally:
    """How much of each quota each holder uses."""

    found: Collector = field(default_factory=Collector)
    uses: int = 0

    def check(self, used: int, limit: int, what: str, holder: str, urns: tuple[str, ...]) -> None:
        """Compare one count with its quota."""
        self.uses += 1
        if used > limit:
            text_ = f"{holder} needs {used} {what}, and Azure takes {limit}"
            self.found.refute(0, text_, holder, "quota", urns[:5])


def quota_claim(context: Context, world: World) -> Claim:
    """Prove claim 8. Takes time in proportion to the number of resources."""
    tally = Tally()
    _filters(context, world, tally)
    _networks(context, world, tally)
    _subscription(context, world, tally)
    _endpoints(context, world, tally)
    _rest(context, tally)
    for reason in dict.fromkeys(_unknown(context)):
        tally.found.doubt(reason)
    covered = f"{len(context.graph)} resources, {tally.uses} counts compared with their quotas"
    return tally.found.claim("quotas", 8, "Quotas hold", covered)


def _filters(context: Context, world: World, tally: Tally) -> None:
    quotas = context.settings.quotas
    for one in world.filters.values():
        own = [rule for rule in one.rules if not rule.default]
        holder = f"network security group {one.name}"
        limit = quotas.rules_per_network_security_group
        tally.check(len(own), limit, "rules", holder, (one.key,))
        named: set[str] = set()
        for side in ("source", "destination"):
            peers = [getattr(rule, side) for rule in own]
            prefixes = sum(len(peer.networks) + len(peer.tags) for peer in peers)
            tally.check(prefixes, PREFIXES_OF_GROUP, f"{side} prefixes", holder, (one.key,))
            for rule, peer in zip(own, peers, strict=True):
                named |= peer.groups
                what = f"application security groups as {side}"
                tally.check(len(peer.groups), GROUPS_OF_RULE, what, f"rule {rule.name}", (rule.urn,))
        limit = quotas.application_security_groups_per_network_security_group
        tally.check(len(named), limit, "application security groups in its rules", holder, (one.key,))
    for interface in world.interfaces.values():
        what = "application security groups"
        tally.check(len(interface.groups), GROUPS_OF_INTERFACE, what, interface.name, (interface.urn,))


def _networks(context: Context, world: World, tally: Tally) -> None:
    quotas = context.settings.quotas
    for network in world.networks.values():
        holder = f"virtual network {network.name}"
        own = [subnet for subnet in world.subnets.values() if subnet.network == network.key]
        urns = tuple(subnet.key for subnet in own)
        tally.check(len(own), quotas.subnets_per_virtual_network, "subnets", holder, urns)
        placed = [e for e in world.endpoints.values() if world.subnets[e.interface.subnet].network == network.key]
        keys = tuple(endpoint.key for endpoint in placed)
        tally.check(len(placed), quotas.private_endpoints_per_virtual_network, "private endpoints", holder, keys)
        peered = [one for one in world.peerings.values() if one.network == network.key]
        tally.check(len(peered), PEERINGS, "peerings", holder, tuple(one.urn for one in peered))
    for table in world.tables.values():
        holder = f"route table {table.name}"
        tally.check(len(table.routes), quotas.routes_per_route_table, "routes", holder, (table.key,))
    for subnet in world.subnets.values():
        if subnet.cidr is None:
            continue
        first, last = usable(subnet.cidr)
        needed = sum(1 for one in world.interfaces.values() if one.subnet == subnet.key and one.kind != "scale-set")
        needed += sum(
            _instances(context, context.graph.resources[one.urn])
            for one in world.interfaces.values()
            if one.subnet == subnet.key and one.kind == "scale-set"
        )
        tally.check(needed, last - first + 1, "addresses", f"subnet {subnet.name}", (subnet.key,))
        # [Azure Virtual Network FAQ]: the smallest subnet is a /29; [Azure Firewall FAQ]: that of a firewall a /26.
        smallest = 26 if any(one.subnet == subnet.key for one in world.firewalls.values()) else 29
        tally.check(subnet.cidr.prefixlen, smallest, "bits of prefix", f"subnet {subnet.name}", (subnet.key,))
        _overlaps(world, subnet.key, subnet.cidr, tally)


def _overlaps(world: World, key: str, cidr: IPv4Network, tally: Tally) -> None:
    own = world.subnets[key]
    for other in world.subnets.values():
        if other.key > key and other.network == own.network and other.cidr is not None:
            overlap = int(other.cidr.overlaps(cidr))
            what = f"addresses that {other.name} has too"
            tally.check(overlap, 0, what, f"subnet {own.name}", (key, other.key))


def _instances(context: Context, resource: Resource) -> int:
    """The most machines that a scale set may have: what autoscaling may make of it."""
    most = number(at(resource.inputs, "sku", "capacity")) or 0
    for setting in context.of("monitor:AutoscaleSetting", "insights:AutoscaleSetting"):
        if context.ids.key(setting.inputs.get("targetResourceUri")) == resource.urn:
            for profile in maps(setting.inputs.get("profiles")):
                most = max(most, number(at(profile, "capacity", "maximum")) or 0)
    return most


def _subscription(context: Context, world: World, tally: Tally) -> None:
    """What one subscription, region or tenant may hold."""
    quotas = context.settings.quotas
    for short, limit, what in (
        ("network:NetworkSecurityGroup", quotas.network_security_groups, "network security groups"),
        ("network:ApplicationSecurityGroup", quotas.application_security_groups, "application security groups"),
        ("network:RouteTable", quotas.route_tables, "route tables"),
        ("network:PublicIPAddress", quotas.public_ip_addresses, "public addresses"),
        ("authorization:RoleAssignment", quotas.role_assignments, "role assignments"),
        ("authorization:RoleDefinition", quotas.custom_roles, "custom roles"),
    ):
        found = [one.urn for one in context.of(short)]
        tally.check(len(found), limit, what, "the subscription", tuple(found))
    for resource in context.of("compute:VirtualMachineScaleSet"):
        most = _instances(context, resource)
        what = "instances"
        tally.check(most, quotas.instances_per_scale_set, what, f"scale set {resource.name}", (resource.urn,))


def _endpoints(context: Context, world: World, tally: Tally) -> None:
    by_target: dict[str, list[str]] = {}
    for endpoint in world.endpoints.values():
        for key, _ in endpoint.targets:
            by_target.setdefault(key, []).append(endpoint.key)
    for vault in context.of("keyvault:Vault"):
        urns = tuple(by_target.get(vault.urn, ()))
        tally.check(len(urns), ENDPOINTS_OF_VAULT, "private endpoints", f"vault {vault.name}", (*urns, vault.urn))
    groups: dict[str, list[str]] = {}
    for group in context.of("network:PrivateDnsZoneGroup"):
        zones = maps(context.value(group, "privateDnsZoneConfigs"))
        tally.check(len(zones), ZONES_OF_ENDPOINT, "private DNS zones", f"zone group {group.name}", (group.urn,))
        owner = context.ids.named("privateendpoints", context.value(group, "privateEndpointName"))
        groups.setdefault(owner or "", []).append(group.urn)
    for owner, found in groups.items():
        tally.check(len(found), 1, "private DNS zone groups", world.name(owner), tuple(found))
    services: dict[str, list[str]] = {}
    for service in context.of("network:PrivateLinkService"):
        for one in items(context.value(service, "loadBalancerFrontendIpConfigurations")):
            services.setdefault(context.ids.owner(one) or "", []).append(service.urn)
    for balancer, found in services.items():
        tally.check(len(found), SERVICES_OF_BALANCER, "Private Link services", world.name(balancer), tuple(found))


def _rest(context: Context, tally: Tally) -> None:
    watched: dict[str, list[str]] = {}
    for setting in context.of("monitor:DiagnosticSetting", "insights:DiagnosticSetting"):
        key = context.ids.key(setting.inputs.get("resourceUri"))
        if key is not None:
            watched.setdefault(key, []).append(setting.urn)
    for key, urns in watched.items():
        resource = context.graph.get(key)
        holder = resource.name if resource is not None else key
        tally.check(len(urns), SETTINGS_OF_RESOURCE, "diagnostic settings", holder, tuple(urns))
    for group in context.of("network:FirewallPolicyRuleCollectionGroup"):
        rules = sum(len(maps(one.get("rules"))) for one in maps(group.inputs.get("ruleCollections")))
        tally.check(rules, FIREWALL_RULES, "firewall rules", f"rule group {group.name}", (group.urn,))
    for assignment in context.of("authorization:RoleAssignment"):
        size = len(text(assignment.inputs.get("condition")) or "")
        what = "characters of its condition"
        tally.check(size, CONDITION, what, f"role assignment {assignment.name}", (assignment.urn,))


def _unknown(context: Context) -> Iterator[str]:
    """What cannot be counted."""
    for resource in context.of("network:SecurityRule", "network:Subnet", "network:Route"):
        parent = "networkSecurityGroupName" if short_type(resource) == "network:SecurityRule" else None
        if parent is not None and is_unknown(resource.inputs.get(parent)):
            yield f"{resource.urn}: {parent} is known only after the deployment, so it cannot be counted"
    for group in context.of("network:IpGroup"):
        if any(range_of(word) is None for word in texts(group.inputs.get("ipAddresses")) if "-" not in word):
            yield f"{group.urn}: an address cannot be read"
