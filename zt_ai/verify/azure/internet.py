"""Claim 3: only the egress proxy reaches the internet, only through the firewall, only at the providers' names and
ports, and nothing is reachable from the internet."""

from __future__ import annotations

from functools import partial

from zt_ai.intent.model import EGRESS_PROXY, Party
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.expect import Expected
from zt_ai.verify.azure.explain import outside_witness
from zt_ai.verify.azure.exports import links
from zt_ai.verify.azure.firewall import HTTPS, by_address, by_name, certainly, stopped_by_address
from zt_ai.verify.azure.firewall_rules import FirewallRules
from zt_ai.verify.azure.reach import Reach
from zt_ai.verify.azure.stores import openings
from zt_ai.verify.azure.world import Firewall, Subnet
from zt_ai.verify.model import Claim, ProvedAccess, count
from zt_ai.verify.space import format_services

TITLE = "Only the egress proxy reaches the internet, only through the firewall, only at the providers' names and ports"


class Internet:
    """The judgement of claim 3."""

    def __init__(self, context: Context, reach: Reach, expected: Expected, rules: dict[str, FirewallRules]) -> None:
        self.context, self.reach, self.expected, self.rules = context, reach, expected, rules
        self.found = Collector()
        self.accesses: list[ProvedAccess] = []
        self._firewalls = {one.subnet for one in reach.world.firewalls.values()}

    def claim(self, reasons: tuple[str, ...]) -> Claim:
        """Judge every subnet, every filter, every firewall and everything with a public address."""
        world = self.reach.world
        for reason in reasons:
            self.found.doubt(reason)
        for text, urn in world.findings:
            self.found.refute(0, text, "internet", "internet", (urn,))
        for subnet in world.subnets.values():
            if subnet.key not in self._firewalls:
                self._subnet(subnet)
        self._filters()
        self._public()
        for firewall in world.firewalls.values():
            self._firewall(firewall)
        self._providers()
        for resource, what in openings(self.context):
            self.found.refute(1, f"{resource.name} {what}", "the internet", resource.name, (resource.urn,))
        for resource, what in links(self.context):
            text = f"the Private Link service {resource.name} {what}"
            self.found.refute(0, text, "other networks", resource.name, (resource.urn,))
        covered = (
            f"{count(len(world.subnets), 'subnet')}, {len(self.reach.parties)} parties, "
            f"{count(len(world.firewalls), 'firewall')}"
        )
        return self.found.claim("internet-egress", 3, TITLE, covered)

    def _subnet(self, subnet: Subnet) -> None:
        """Ways to the internet that the filters do not see: routes, and what gives a machine a public address."""
        reach, world, spaces = self.reach, self.reach.world, self.reach.spaces
        hosts, service = spaces.hosts(subnet), spaces.tcp(HTTPS)
        name = f"subnet {subnet.name}"
        if subnet.default_outbound:
            text = f"{name} has default outbound access: Azure gives every machine in it a way to the internet"
            packet = spaces.packet(hosts, spaces.public, service)
            self.found.refute(0, text, name, "internet", (subnet.key,), packet=packet)
        if subnet.nat is not None:
            text = f"{name} has the NAT gateway {world.name(subnet.nat)}, a way to the internet around the firewall"
            packet = spaces.packet(hosts, spaces.public, service)
            self.found.refute(0, text, name, "internet", (subnet.key, subnet.nat), packet=packet)
        for hop in reach.routes.towards(subnet.key, spaces.public):
            if not hop.certain and hop.kind in ("gateway", "peering"):
                continue  # where the filters let nothing out, they lead nowhere; and these are judged below
            ours = subnet.zone == self.expected.intent.egress_zone and hop.key in world.firewalls
            if hop.kind == "none" or (hop.kind == "appliance" and ours):
                continue
            way = {
                "internet": "straight to the internet",
                "appliance": f"to the appliance {world.name(hop.key)}",
                "service-endpoint": f"to the public addresses of {hop.key} (service endpoint)",
            }.get(hop.kind, f"to a {hop.kind}")
            text = f"packets from {name} to the internet are routed {way}"
            packet = spaces.packet(hosts, hop.addresses, service)
            self.found.refute(0, text, name, "internet", (*hop.urns, subnet.key), packet=packet)

    def _filters(self) -> None:
        """Filters that let anybody but the proxy out to public addresses, or the proxy on other ports."""
        reach, spaces = self.reach, self.reach.spaces
        for index, party in enumerate(reach.parties):
            if not reach.opens(index):
                continue
            wanted = self.expected.provider_services(party.workload) if party.workload == EGRESS_PROXY else 0
            extra = reach.to_addresses(index, spaces.public) & ~wanted
            if extra:
                make = partial(
                    outside_witness,
                    reach,
                    index,
                    spaces.public,
                    extra,
                    inbound=False,
                    outside="the internet",
                    why="no clause allows it",
                )
                self.found.add(0 if party.kind == "workload" else 1, make)

    def _public(self) -> None:
        """Interfaces and load balancers with a public address."""
        world = self.reach.world
        for interface in world.interfaces.values():
            if interface.public:
                text = f"{interface.kind} {interface.name} in {world.name(interface.subnet)} has a public address"
                self.found.refute(0, text, "internet", interface.name, (interface.urn,))
            for pool in interface.pools:
                balancer = world.balancers.get(pool)
                if balancer is not None and balancer.outbound:
                    text = f"{interface.name} gets out to the internet through the public load balancer {balancer.name}"
                    self.found.refute(0, text, interface.name, "internet", (interface.urn, balancer.key))
        for balancer in world.balancers.values():
            if balancer.public:
                text = f"the load balancer {balancer.name} has a public address"
                text += ": the internet reaches what is behind it" if balancer.inbound else ""
                self.found.refute(0, text, "internet", balancer.name, (balancer.key,))

    def _firewall(self, firewall: Firewall) -> None:
        world, spaces = self.reach.world, self.reach.spaces
        if firewall.classic:
            self.found.doubt(f"{firewall.key}: rules outside a firewall policy are not modelled")
        rules = self.rules.get(firewall.policy or "")
        if rules is None:
            return
        name = f"firewall {firewall.name}"
        for rule, urn in rules.translations:
            text = f"{name} takes connections from the internet and passes them on (DNAT rule {rule})"
            self.found.refute(0, text, "internet", name, (urn, firewall.key))
        subnet = world.subnets.get(firewall.subnet or "")
        if subnet is None:
            self.found.doubt(f"{firewall.key}: its subnet is not in the plan")
            return
        inside = spaces.inside.get(subnet.network, 0)
        outside = spaces.addresses.everything & ~inside & ~spaces.platform
        for one in by_address(spaces, rules, inside, outside):
            text = f"{name} lets {spaces.address(one.sources)} out by address alone (network rule {one.rule}): "
            text += "the names of the providers do not bind it"
            packet = spaces.packet(one.sources, spaces.public, one.services)
            self.found.refute(0, text, spaces.address(one.sources), "internet", (one.urn,), packet=packet)
        for one in by_address(spaces, rules, spaces.addresses.everything & ~inside, inside):
            text = f"{name} lets packets from outside into the network (network rule {one.rule})"
            self.found.refute(1, text, "outside", name, (one.urn,))
        proxy = self._proxy_addresses(subnet.network)
        names = self.expected.provider_names()
        for one in by_name(spaces, rules, inside):
            good = one.name in names and one.port == HTTPS
            if good and not one.sources & ~proxy:
                continue
            who = "the egress zone" if not one.sources & ~proxy else f"{spaces.address(one.sources & ~proxy)}"
            text = f"{name} lets {who} reach {_any(one.name)} on port {one.port} ({one.rule}): no clause allows it"
            self.found.refute(0, text, who, one.name or "internet", (one.urn,))

    def _proxy_addresses(self, network: str) -> int:
        world, spaces = self.reach.world, self.reach.spaces
        bits = 0
        for subnet in world.subnets.values():
            if (
                subnet.network == network
                and subnet.zone == self.expected.intent.egress_zone
                and subnet.cidr is not None
            ):
                bits |= spaces.network(subnet.cidr) if subnet.role in (None, "zone") else 0
        return bits

    def _providers(self) -> None:
        """Whether the proxy reaches every provider that the intent asks for, and the accesses to them."""
        index = self.reach.roll.of_workload.get(EGRESS_PROXY)
        for (source, provider), services in self.expected.pairs(Party.PROVIDER).items():
            clauses = self.expected.clauses(source, provider)
            domains = self.expected.intent.providers[provider].domains
            blocked = (
                ("no application security group belongs to it", tuple(self.reach.world.networks))
                if index is None
                else self._blocked(index, domains, services)
            )
            if blocked is None:
                words = format_services(self.reach.spaces.services, services)
                self.accesses.append(ProvedAccess(source, provider, words, clauses))
            else:
                why, urns = blocked
                text = f"{source} does not reach {provider} ({', '.join(domains)}): {why}"
                self.found.refute(0, text, source, provider, urns, clauses[0] if clauses else None)

    def _blocked(self, index: int, domains: tuple[str, ...], services: int) -> tuple[str, tuple[str, ...]] | None:
        """What keeps the proxy from some names; None if nothing does."""
        reach, world, spaces = self.reach, self.reach.world, self.reach.spaces
        party = reach.parties[index]
        if not party.places:
            return "it has no subnet to be in", party.urns
        if services & ~reach.to_addresses(index, spaces.public, must=True):
            filters = tuple(f for p in party.places if (f := world.subnets[p.subnet].filter))
            return "its filter does not let it out to the internet", (*filters, *party.urns)
        for place in party.places:
            hops = [hop for hop in reach.routes.towards(place.subnet, spaces.public) if hop.certain]
            wrong = [hop for hop in hops if hop.key not in world.firewalls]
            if wrong or not hops:
                table = world.subnets[place.subnet].table
                urns = tuple(urn for hop in wrong for urn in hop.urns)
                return "its route does not lead to the firewall", (*urns, table or place.subnet)
            for hop in hops:
                rules = self.rules.get(world.firewalls[hop.key].policy or "")
                if rules is None:
                    return "the firewall has no policy and lets nothing through", (hop.key,)
                stopped = stopped_by_address(spaces, rules, place.addresses, services)
                if stopped is not None:
                    return f"network rule {stopped.name} of the firewall denies it before names are seen", (
                        stopped.urn,
                    )
                lost = [d for d in domains if not certainly(spaces, rules, place.addresses, d.lower(), HTTPS)]
                if lost:
                    urns = tuple(dict.fromkeys(rule.urn for rule in rules.application)) or (rules.policy,)
                    return f"no application rule of the firewall lets it reach {', '.join(lost)}", urns
        return None


def _any(name: str | None) -> str:
    return "any name" if name == "*" else f"{name}"
