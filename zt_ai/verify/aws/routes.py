"""Where a subnet sends packets.

The most specific route decides; local routes cover the VPC's ranges and a route may be more specific than they are; at
equal length a static route beats a propagated one and one that names a prefix list [VPC User Guide, "Route priority"].
A gateway endpoint's route covers the service's own addresses, which are more specific than any default route [AWS
PrivateLink Guide, "Gateway endpoints", "Routing"]. Destinations of propagated routes are not in a plan: they may be
anything outside the VPC.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network

from zt_ai.verify.aws.spaces import Spaces
from zt_ai.verify.aws.world import Hop, Route, World

LOCAL = Hop("local", "local")
# Ways that leave the VPC towards private networks, and those that lead to the internet.
PRIVATE_EXITS = frozenset({"tgw", "peering", "vgw", "core-network", "local-gateway"})
INTERNET_EXITS = frozenset({"igw", "eigw", "carrier"})
# Boxes in the VPC that pass packets on by rules of their own.
BOXES = frozenset({"interface", "gwlb", "unknown"})


@dataclass(frozen=True, slots=True)
class Leg:
    """Addresses that a table sends to one next hop, and the routes that say so (none for the local route)."""

    hop: Hop
    addresses: int
    routes: tuple[str, ...]


class RouteLayer:
    """Route tables of one plan."""

    def __init__(self, world: World, spaces: Spaces) -> None:
        self._world, self._spaces = world, spaces
        self.legs = cache(self._legs)

    def table(self, subnet: str) -> str:
        """Key of the table that a subnet uses."""
        return self._world.table_of.get(subnet, "")

    def _legs(self, subnet: str) -> tuple[Leg, ...]:
        """All addresses, cut by next hop; what no route covers is dropped.

        Hops share what only AWS decides between: what prefix lists have in common ["Route priority and prefix lists":
        one is chosen at random], what a list that is not in the plan may hold, and what may be propagated.
        """
        world, spaces = self._world, self._spaces
        table = world.route_tables.get(self.table(subnet))
        vpc = world.vpcs.get(world.subnets[subnet].vpc)
        ranges = [(cidr.prefixlen, 0, spaces.network(cidr), LOCAL, "") for cidr in (vpc.cidrs if vpc else ())]
        if vpc is not None and vpc.adopted:
            known = int(world.settings.cidr.rpartition("/")[2])
            ranges.append((known, 0, spaces.inside[vpc.key], LOCAL, ""))
        lists: list[tuple[Route, int]] = []
        for route in table.routes if table else ():
            if route.destination is not None:
                # A static route to exactly the VPC's range replaces the local target [VPC User Guide, "Replace or
                # restore the target"].
                ranges.append((route.destination.prefixlen, 2, spaces.network(route.destination), route.hop, route.urn))
            elif route.prefix_list is not None and route.hop.kind != "gateway-endpoint":
                listed = world.prefix_lists.get(route.prefix_list)
                cidrs = (listed.cidrs if listed else None) or ()
                ranges += [(cidr.prefixlen, 1, spaces.network(cidr), route.hop, route.urn) for cidr in cidrs]
                unseen = listed is None or listed.cidrs is None
                lists.append((route, spaces.outside(world.subnets[subnet].vpc) if unseen else spaces.union(cidrs)))
        found: dict[Hop, tuple[int, dict[str, None]]] = {}
        left = spaces.addresses.everything
        for _, _, addresses, hop, urn in sorted(ranges, key=lambda one: (-one[0], -one[1])):
            taken = addresses & left
            if taken:
                bits, urns = found.get(hop, (0, {}))
                found[hop] = (bits | taken, {**urns, **({urn: None} if urn else {})})
                left &= ~taken
        also: list[tuple[Route, int]] = []
        for route, addresses in lists:
            listed = world.prefix_lists.get(route.prefix_list or "")
            if listed is None or listed.cidrs is None:
                also.append((route, addresses))
            also += [(route, addresses & others) for other, others in lists if other.hop != route.hop]
        for route in table.routes if table else ():
            if route.destination is None and route.prefix_list is None and not route.ipv6:
                also.append((route, spaces.outside(world.subnets[subnet].vpc)))
        for route, addresses in also:
            if addresses:
                bits, urns = found.get(route.hop, (0, {}))
                found[route.hop] = (bits | addresses, {**urns, route.urn: None})
        return tuple(Leg(hop, bits, tuple(urns)) for hop, (bits, urns) in found.items())

    def gateway_endpoints(self, subnet: str) -> tuple[Route, ...]:
        """Routes of the subnet's table to gateway endpoints."""
        table = self._world.route_tables.get(self.table(subnet))
        return tuple(route for route in (table.routes if table else ()) if route.hop.kind == "gateway-endpoint")

    def by_default(self, subnet: str) -> int:
        """Addresses for which the subnet's table has nothing more specific than a default route.

        Where the table also routes a service to its gateway endpoint, packets to that service do not take the default
        route; a more specific route may overlap the service's addresses, and which ones it overlaps nobody promises. Of
        prefix lists that overlap, the service's among them, AWS chooses one at random ["Route priority and prefix
        lists"], so an entry that is a default route counts too, unless a route to the range itself goes before it.
        """
        table = self._world.route_tables.get(self.table(subnet))
        routes, specific = table.routes if table else (), 0
        default = any(route.destination is not None and route.destination.prefixlen == 0 for route in routes)
        for route in routes:
            cidrs: tuple[IPv4Network, ...] = ()
            if route.destination is not None and route.destination.prefixlen > 0:
                cidrs = (route.destination,)
            elif route.prefix_list is not None and route.hop.kind != "gateway-endpoint":
                listed = self._world.prefix_lists.get(route.prefix_list)
                if listed is None or listed.cidrs is None:
                    return 0
                cidrs = tuple(cidr for cidr in listed.cidrs if cidr.prefixlen > 0 or not default)
            specific |= self._spaces.union(cidrs)
        return self._spaces.addresses.everything & ~specific

    def delivered(self, source: str, destination: str) -> tuple[int, int]:
        """Addresses of the destination subnet that may, and that surely do, get packets from the source subnet.

        Through a firewall or another box inside the VPC packets may get there, over a peering or transit gateway into
        another VPC too. What a NAT gateway passes on bears another sender (`WayLayer.relays`). Inside one subnet no
        route table is asked, whatever it has for the subnet's own addresses [VPC User Guide, "Routing for a middlebox
        appliance": traffic is redirected between subnets].
        """
        world, hosts = self._world, self._spaces.hosts(self._world.subnets[destination])
        if source == destination:
            return hosts, hosts
        same = world.subnets[source].vpc == world.subnets[destination].vpc
        may = must = 0
        for leg in self.legs(source):
            kind = leg.hop.kind
            if same and kind == "local":
                may, must = may | leg.addresses, must | leg.addresses
            elif kind in BOXES or kind == "firewall" or (not same and kind in PRIVATE_EXITS):
                may |= leg.addresses
        return may & hosts, must & hosts
