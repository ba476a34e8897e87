"""Claim 3: only the egress proxy reaches the internet, only through the firewall, only at the providers' names and
ports."""

from __future__ import annotations

from functools import partial
from ipaddress import IPv4Network

from zt_ai.spec.types import ZoneKind
from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.connections import unseen
from zt_ai.verify.aws.data_zones import public_addresses
from zt_ai.verify.aws.expect import Expected
from zt_ai.verify.aws.explain import arriving_witness, leaving_witness, way_name
from zt_ai.verify.aws.firewall import inspect
from zt_ai.verify.aws.names import extra_names
from zt_ai.verify.aws.outside import Leaving, arriving, leaving
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.routes import INTERNET_EXITS
from zt_ai.verify.aws.world import Subnet
from zt_ai.verify.model import Claim, Packet, ProvedAccess
from zt_ai.verify.space import format_services, service_parts

TITLE = "Only the egress proxy reaches the internet, only through the firewall, only at the providers' names and ports"


class Internet:
    """The internet side of one plan."""

    def __init__(self, reach: Reach, expected: Expected) -> None:
        self._reach, self._expected = reach, expected
        self._told: set[str] = set()  # firewalls that were judged
        self.accesses: list[ProvedAccess] = []

    def claim(self, reasons: tuple[str, ...]) -> Claim:
        """Judge everything that leads to or from the internet."""
        found, world = Collector(), self._reach.world
        for reason in reasons:
            found.doubt(reason)
        self._structure(found)
        self._rules(found)
        ways = 0
        for index, party in enumerate(self._reach.roll.parties):
            if party.kind == "endpoint":
                continue
            for left in leaving(self._reach, index):
                if left.exit.kind in INTERNET_EXITS:
                    ways += 1
                    self._way(left, found)
        for index in range(len(self._reach.roll.parties)):
            for arrived in arriving(self._reach, index):
                if arrived.gateway.kind in INTERNET_EXITS and self._reach.roll.parties[index].kind == "foreign":
                    found.doubt(unseen(self._reach.roll.parties[index]))
                elif arrived.gateway.kind in INTERNET_EXITS:
                    why = "nothing may be reached from the internet"
                    found.add(
                        0,
                        partial(
                            arriving_witness, self._reach, arrived, arrived.addresses, arrived.services, "internet", why
                        ),
                    )
        for vpc in dict.fromkeys(subnet.vpc for subnet in world.subnets.values()):
            if any(
                subnet.zone in self._expected.intent.zones for subnet in world.subnets.values() if subnet.vpc == vpc
            ):
                extra_names(self._reach, self._expected, vpc, "every zone", found)
        covered = f"{len(world.subnets)} subnets, {len(self._reach.roll.parties)} parties, {ways} ways to the internet"
        return found.claim("internet-egress", 3, TITLE, covered)

    def _structure(self, found: Collector) -> None:
        """Routes to the internet and public addresses, whoever uses them."""
        world = self._reach.world
        for subnet in world.subnets.values():
            self._routes(subnet, found)
            if subnet.public_ip:
                text = f"{subnet.name} gives interfaces public addresses at launch"
                found.refute(1, text, subnet.name, "internet", (subnet.urn,))
            if subnet.ipv6:
                text = f"{subnet.name} has IPv6 addresses, which are public ones"
                found.refute(1, text, subnet.name, "internet", (subnet.urn,))
        for vpc in world.vpcs.values():
            if vpc.ipv6:
                text = f"{vpc.name} has an IPv6 range, whose addresses are public ones"
                found.refute(1, text, vpc.name, "internet", (vpc.urn or vpc.key,))
        for interface in world.interfaces.values():
            if interface.public:
                text = f"{interface.kind} {interface.name} has a public address"
                found.refute(1, text, "internet", interface.name, (interface.urn,))
        for name, _, urn in public_addresses(self._reach):
            found.refute(1, f"{name} has an elastic (public) address", "internet", name, (urn,))

    def _routes(self, subnet: Subnet, found: Collector) -> None:
        """A subnet's routes to the internet: direct ones are for NAT gateways, others for the egress zone."""
        world, reach = self._reach.world, self._reach
        zone = self._expected.intent.zones.get(subnet.zone or "")
        outward = zone is not None and zone.kind is ZoneKind.EGRESS
        gateway = subnet.role == "nat" and (outward or subnet.zone is None)
        for way in reach.ways.exits(subnet.key):
            if way.kind not in INTERNET_EXITS or gateway or (outward and len(way.hops) > 1):
                continue
            name = way_name(way.kind, way.key, world.name(way.key))
            hosts = reach.spaces.hosts(subnet)
            packet = reach.spaces.packet(hosts, way.addresses, reach.spaces.tcp(443)) if hosts else None
            text = f"{subnet.name} has a route " + (
                f"to {name}, past the firewall" if len(way.hops) == 1 else f"that leads to {name}"
            )
            found.refute(0, text, subnet.name, "internet", (*way.routes, subnet.urn), packet=packet)
        table = world.route_tables.get(reach.routes.table(subnet.key))
        for route in table.routes if table else ():
            if route.ipv6:
                text = f"{subnet.name} has an IPv6 route, and no firewall of the plan inspects IPv6"
                found.refute(0, text, subnet.name, "internet", (route.urn, subnet.urn))

    def _rules(self, found: Collector) -> None:
        """Group rules that let something out to the internet, judged by themselves: routes and ACLs may change."""
        spaces, world = self._reach.spaces, self._reach.world
        gateways = {endpoint.service for endpoint in world.endpoints.values() if endpoint.kind == "Gateway"}
        for party in self._reach.roll.parties:
            if party.kind == "endpoint":
                continue
            asked = self._expected.provider_services(party.workload) if party.kind == "workload" else 0
            if party.kind == "workload" and any(self._expected.uses(party.workload, service) for service in gateways):
                asked |= spaces.tcp(443)
            for rule in (rule for key in party.groups for rule in world.groups[key].rules if rule.egress):
                public = spaces.network(IPv4Network(rule.peer.key)) & spaces.public if rule.peer.kind == "ipv4" else 0
                listed = world.prefix_lists.get(rule.peer.key) if rule.peer.kind == "prefix-list" else None
                for cidr in (listed.cidrs if listed else None) or ():
                    public |= spaces.network(cidr) & spaces.public
                extra = spaces.of(rule.services) & ~asked
                if extra and (public or rule.peer.kind == "ipv6"):
                    text = f"a rule of {party.name} lets it out to {rule.peer.key} on {spaces.words(extra)}: "
                    text += "no provider is called there"
                    target = spaces.address(public) if public else rule.peer.key
                    protocol, port = service_parts(spaces.services.first(spaces.telling(extra)))
                    packet = Packet(party.name, target, protocol, port)
                    found.refute(1, text, party.name, "internet", (rule.urn,), packet=packet)

    def _way(self, left: Leaving, found: Collector) -> None:
        """One party's way to the internet."""
        party, intent = self._reach.roll.parties[left.party], self._expected.intent
        services = format_services(self._reach.spaces.services, left.services)
        clauses = (
            tuple(dict.fromkeys(a.clause.id for a in self._expected.providers.get(party.workload or "", ())))
            if party.kind == "workload"
            else ()
        )
        access = ProvedAccess(
            party.name, "internet" + (" through the firewall" if left.exit.firewalls else ""), services, clauses
        )
        if access not in self.accesses:
            self.accesses.append(access)
        zone = intent.zones.get(self._reach.world.subnets[left.subnet].zone or "")
        if party.kind == "foreign":
            found.doubt(unseen(party))
            return
        if not clauses or zone is None or zone.kind is not ZoneKind.EGRESS:
            why = "only the egress proxy may reach the internet"
            found.add(0, partial(leaving_witness, self._reach, left, left.services, why))
            return
        if not left.exit.firewalls:
            found.add(0, partial(leaving_witness, self._reach, left, left.services, "no firewall inspects it"))
            return
        extra = left.services & ~self._expected.provider_services(party.workload)
        if extra:
            found.add(0, partial(leaving_witness, self._reach, left, extra, "no provider is called on these ports"))
        for key in left.exit.firewalls:
            self._firewall(key, party.name, found)

    def _firewall(self, key: str, source: str, found: Collector) -> None:
        """What a firewall lets through beyond the providers' names; told once for each firewall."""
        if key in self._told:
            return
        self._told.add(key)
        inspected = inspect(self._reach.world, key)
        for reason in inspected.reasons:
            found.doubt(reason)
        wanted = set(self._expected.intent.provider_domains())
        for explanation, urn in inspected.unfiltered:
            packet = Packet(source, "attacker.example", "tcp", 443)
            found.refute(
                0,
                f"{source} reaches any name through {self._reach.world.name(key)}: {explanation}",
                source,
                "internet",
                (key, urn),
                packet=packet,
            )
        for opening in inspected.openings:
            if opening.names is None:
                beyond: tuple[str, ...] = ("any name",)
            else:
                beyond = tuple(name for name in opening.names if name not in wanted)
            for name in beyond:
                if not opening.exact:
                    found.doubt(
                        f"{opening.urn}: the rule {opening.words!r} is not wholly understood; it may pass {name}"
                    )
                    continue
                target = name.replace("*", "anything", 1) if name != "any name" else "attacker.example"
                firewall = self._reach.world.name(key)
                text = f"{source} reaches {name} through {firewall}: no provider has it ({opening.words})"
                packet = Packet(source, target, "tcp", 443)
                found.refute(0, text, source, name, (key, opening.urn), packet=packet)
