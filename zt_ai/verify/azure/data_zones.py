"""Claim 2: data zones have no way out, whatever application security groups an interface has."""

from __future__ import annotations

from zt_ai.intent.model import Intent
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.dns import Resolver, below, good_names, read_resolver, shut
from zt_ai.verify.azure.explain import one_service, rule_words
from zt_ai.verify.azure.exports import exports
from zt_ai.verify.azure.reach import NOBODY, Reach
from zt_ai.verify.azure.services import fallbacks, foreign, same_network
from zt_ai.verify.azure.stores import keys
from zt_ai.verify.azure.world import Subnet
from zt_ai.verify.model import Claim, count

TITLE = "Data zones have no egress by any way"


def resolver_of(context: Context, network: str) -> Resolver:
    """What a network's resolver answers; an adopted network is known by its name or its id."""
    for link in context.of("dnsresolver:DnsResolverPolicyVirtualNetworkLink"):
        value = context.value(link, "virtualNetwork")
        if same_network(context, value, network):
            return read_resolver(context, context.ids.key(value) or network)
    return Resolver((), ())


def data_zone_claim(context: Context, reach: Reach, intent: Intent, reasons: tuple[str, ...]) -> Claim:
    """Judge routes, filters, addresses, names and endpoints of every data zone."""
    found = Collector()
    for reason in reasons:
        found.doubt(reason)
    zones = intent.data_zones()
    world = reach.world
    for text, urn in world.findings:
        found.refute(0, text, "data zones", "internet", (urn,))
    places = [subnet for subnet in world.subnets.values() if subnet.zone in zones]
    for zone in zones:
        if not any(subnet.zone == zone for subnet in places):
            found.doubt(f"no subnet belongs to the data zone {zone}, so it is not known where its workloads will run")
    rules = 0
    for subnet in places:
        _routes(reach, subnet, found)
        _addresses(reach, subnet, found)
        rules += _filters(reach, subnet, found)
    for network in dict.fromkeys(subnet.network for subnet in places):
        where = f"data zone {next(s.zone for s in places if s.network == network)}"
        _names(context, reach, intent, network, [s for s in places if s.network == network], where, found)
        _endpoints(context, reach, network, where, found)
    for resource, what in exports(context):
        found.refute(2, f"{resource.name} {what}", "data zones", resource.name, (resource.urn,))
    covered = (
        f"{count(len(zones), 'data zone')}, {count(len(places), 'subnet')}, "
        f"{count(len(world.endpoints), 'private endpoint')}, {count(rules, 'rule')}"
    )
    return found.claim("data-zone-egress", 2, TITLE, covered)


def _routes(reach: Reach, subnet: Subnet, found: Collector) -> None:
    """Routes that lead out of the network, whatever the filters say, those included that a gateway announces or that
    a peering with unknown ranges brings."""
    spaces, world = reach.spaces, reach.world
    name = f"subnet {subnet.name}"
    for hop in reach.routes.towards(subnet.key, spaces.outside(subnet.network)):
        # An adopted network may have peerings and gateways of others: the filters, judged by themselves, close them.
        if hop.kind in ("none", "vnet") or (not hop.certain and hop.key == subnet.network):
            continue
        target = {
            "internet": "the internet",
            "service-endpoint": f"the public addresses of {hop.key}",
            "appliance": f"the appliance {world.name(hop.key)}",
        }.get(hop.kind, f"the {hop.kind} {world.name(hop.key) if hop.key else ''}".rstrip())
        text = f"an interface in {name} with any application security group is routed to {target}"
        by = hop.addresses & spaces.public or hop.addresses
        packet = spaces.packet(spaces.hosts(subnet), by, spaces.tcp(443))
        through = (*hop.urns, *((subnet.table,) if subnet.table else ()), subnet.key)
        found.refute(0, text, name, target, through, packet=packet)


def _addresses(reach: Reach, subnet: Subnet, found: Collector) -> None:
    world, spaces = reach.world, reach.spaces
    name = f"subnet {subnet.name}"
    packet = spaces.packet(spaces.hosts(subnet), spaces.public, spaces.tcp(443))
    if subnet.default_outbound:
        text = f"{name} has default outbound access: Azure gives every machine in it a way to the internet"
        found.refute(0, text, name, "internet", (subnet.key,), packet=packet)
    if subnet.nat is not None:
        text = f"{name} has the NAT gateway {world.name(subnet.nat)}"
        found.refute(0, text, name, "internet", (subnet.key, subnet.nat), packet=packet)
    for interface in world.interfaces.values():
        if interface.subnet != subnet.key:
            continue
        if interface.public:
            text = f"{interface.kind} {interface.name} in {name} has a public address"
            found.refute(1, text, interface.name, "internet", (interface.urn,))
        if any(world.balancers[pool].outbound for pool in interface.pools if pool in world.balancers):
            text = f"{interface.name} in {name} gets out through a public load balancer"
            found.refute(1, text, interface.name, "internet", (interface.urn, *interface.pools))
    if world.networks[subnet.network].ipv6:
        text = f"{name} may be given IPv6 addresses: its network has them"
        found.refute(1, text, name, "internet", (subnet.network,))
    for service in subnet.delegations:
        found.doubt(f"{subnet.key}: it is given to {service}, whose own network is not modelled")


def _filters(reach: Reach, subnet: Subnet, found: Collector) -> int:
    """What the subnet's security group lets out of the network, for an interface with any groups."""
    spaces, world = reach.spaces, reach.world
    group = world.filters.get(subnet.filter or "")
    name = f"subnet {subnet.name}"
    outside = spaces.outside(subnet.network)
    hosts = spaces.hosts(subnet)
    if group is None:
        text = f"{name} has no network security group: an interface in it may send anything anywhere"
        packet = spaces.packet(hosts, spaces.public, spaces.tcp(443))
        found.refute(0, text, name, "internet", (subnet.key,), packet=packet)
        return 0
    rules = [rule for rule in group.rules if not rule.inbound]
    every: set[frozenset[str]] = {NOBODY}
    for rule in rules:
        every |= {frozenset({key}) for key in rule.source.groups}
    for groups in sorted(every, key=sorted):
        services = reach.filters.allowed(group.key, subnet.network, False, groups, hosts, NOBODY, outside, must=False)
        if not services:
            continue
        service = one_service(reach, services)
        to = reach.filters.addresses(group.key, subnet.network, False, groups, hosts, outside, service)
        remote = to & spaces.public or to
        by = reach.filters.deciding(group.key, subnet.network, False, groups, hosts, NOBODY, remote, service)
        words = rule_words(reach, by[0]) if by else group.name
        text = f"{words} lets an interface in {name} out of the network on {spaces.words(services)}"
        through = (*(rule.urn for rule in by), group.key)
        found.refute(1, text, name, "outside", through, packet=spaces.packet(hosts, remote, service))
    return len(rules)


def _names(
    context: Context,
    reach: Reach,
    intent: Intent,
    network: str,
    places: list[Subnet],
    where: str,
    found: Collector,
) -> None:
    """Names that the resolver answers and that do not belong to the specification: each query carries data out."""
    world = reach.world
    if all(shut(world, reach.spaces, subnet) for subnet in places):
        return
    resolver = resolver_of(context, network)
    good = good_names(world, context, intent)
    for domain, rule in resolver.answered():
        if domain and any(below(domain, one) for one in good):
            continue
        through = (rule.urn,) if rule is not None else resolver.policies or (network,)
        if domain:
            text = f"the resolver answers {where} for {domain} and every name below it, which nothing here needs"
        elif rule is None and not resolver.policies:
            text = f"the resolver answers {where} for any name: no DNS security policy is linked to its network"
        else:
            text = f"the resolver answers {where} for any name: no rule of the DNS security policy blocks the rest"
        found.refute(0, text, where, domain or "any name", through)
    for zone, urn in fallbacks(context):
        text = f"what the private zone {zone} does not know is looked for on the internet"
        found.refute(1, text, where, zone, (urn,))


def _endpoints(context: Context, reach: Reach, network: str, where: str, found: Collector) -> None:
    """Endpoints and accounts are shared by the zones of a network, so each may be a way out of a data zone."""
    for endpoint in reach.world.endpoints.values():
        if reach.world.subnets[endpoint.interface.subnet].network != network:
            continue
        for text, urns in foreign(context, endpoint):
            found.refute(0, f"data leaves {where}: {text}", where, endpoint.name, urns)
    for resource, what in keys(context):
        found.refute(2, f"data leaves {where}: {resource.name} {what}", where, resource.name, (resource.urn,))
