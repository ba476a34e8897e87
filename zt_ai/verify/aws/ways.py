"""Ways of packets out of a subnet, followed through the firewalls and NAT gateways on them.

A NAT gateway passes TCP, UDP and ICMP on, nothing else; it has no security group, the ACL of its subnet applies to what
comes to and goes from it [VPC User Guide, "NAT gateway basics"], and what it sends follows the route table of that
subnet ["NAT gateway use cases"]. It puts a private address of its own in place of the sender's ["NAT gateways"], so a
rule beyond it that names the sender's group admits nothing: such a rule stands for the addresses of the group's
interfaces ["Security group rules"]. A route to exactly a subnet's range may lead to it although the local route covers
the subnet ["Subnet route tables", rules and considerations], and its own subnet's table may lead on to a gateway
endpoint, which belongs to whatever is in the VPC [AWS PrivateLink Guide, "Gateway endpoints"].

That the internet gateway drops what a *private* NAT gateway sends it ["NAT gateways"] is not counted on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from zt_ai.verify.aws.routes import BOXES, PRIVATE_EXITS, RouteLayer
from zt_ai.verify.aws.spaces import Spaces
from zt_ai.verify.aws.world import Hop, World

# Ways on which packets are lost to sight: boxes, and NAT gateways and firewalls of which no plan says where they are.
UNSEEN = BOXES | {"nat", "firewall"}


@dataclass(frozen=True, slots=True)
class Way:
    """A way, or its first part: the subnets whose ACLs a packet passes on it, in order, the hops, and the firewalls
    among them. `senders` are the addresses that the packet may bear as it leaves each of the subnets, `bears` those
    at the end."""

    kind: str
    key: str
    addresses: int
    subnets: tuple[str, ...]
    senders: tuple[int, ...]
    bears: int
    hops: tuple[Hop, ...] = ()
    routes: tuple[str, ...] = ()
    translated: bool = False

    @property
    def firewalls(self) -> tuple[str, ...]:
        """Network Firewalls that every packet on this way passes."""
        return tuple(hop.key for hop in self.hops if hop.kind == "firewall")

    @property
    def gateways(self) -> tuple[str, ...]:
        """NAT gateways on this way."""
        return tuple(hop.key for hop in self.hops if hop.kind == "nat")


class WayLayer:
    """The ways of one plan. Everything is followed when first asked for and kept."""

    def __init__(self, world: World, spaces: Spaces, routes: RouteLayer) -> None:
        self._world, self._spaces, self._routes = world, spaces, routes
        self._inside = 0
        for bits in spaces.inside.values():
            self._inside |= bits
        self.exits = cache(self._exits)
        self.endpoints = cache(self._endpoints)
        self._within = cache(self._translated)

    def service(self, endpoint: str) -> str:
        """Short name of the service behind an endpoint; the key itself where the endpoint is not in the plan."""
        known = self._world.endpoints.get(endpoint)
        return known.service if known is not None else endpoint

    def places(self, hop: Hop) -> tuple[str, ...]:
        """Subnets of the plan from which a firewall or NAT gateway sends on; none where not all of them are known."""
        if hop.kind not in ("nat", "firewall"):
            return ()
        gateway = self._world.gateways.get(hop.key)
        subnets = gateway.subnets if gateway is not None else ()
        return subnets if all(place in self._world.subnets for place in subnets) else ()

    def _exits(self, subnet: str) -> tuple[Way, ...]:
        """Every way out of the VPC from a subnet."""
        return tuple(
            end
            for way in self._followed(subnet, self._spaces.outside(self._world.subnets[subnet].vpc))
            for end in self._ends(way)
            if end.kind != "local"
        )

    def _endpoints(self, subnet: str) -> tuple[Way, ...]:
        """Every way to a gateway endpoint, with the public addresses among which those of its service may be.

        On the way before it no other route may have taken the service's packets: a gateway endpoint for the same
        service does where nothing is more specific than a default route.
        """
        found = []
        for way in self._followed(subnet, self._spaces.public):
            for route in self._routes.gateway_endpoints(way.subnets[-1]):
                addresses = way.addresses
                for place in way.subnets[:-1]:
                    if self.service(route.hop.key) in self.served(place):
                        addresses &= ~self._routes.by_default(place)
                if addresses:
                    found.append(self._end(way, route.hop, addresses, (route.urn,)))
        return tuple(found)

    def served(self, subnet: str) -> frozenset[str]:
        """Services for which the subnet's table has a gateway endpoint."""
        return frozenset(self.service(route.hop.key) for route in self._routes.gateway_endpoints(subnet))

    def relays(self, source: str, destination: str) -> tuple[Way, ...]:
        """Ways from a subnet to another through a NAT gateway. Inside one subnet no route table is asked."""
        ways = self._within(source) if source != destination else ()
        if not ways:
            return ()
        there = self._world.subnets[destination]
        hosts = self._spaces.hosts(there)
        return tuple(
            replace(way, addresses=way.addresses & hosts)
            for way in ways
            if way.addresses & hosts and self._leads(way, there.vpc)
        )

    def _leads(self, way: Way, vpc: str) -> bool:
        same = self._world.subnets[way.subnets[-1]].vpc == vpc
        return way.kind in UNSEEN or (way.kind == "local" if same else way.kind in PRIVATE_EXITS)

    def _translated(self, subnet: str) -> tuple[Way, ...]:
        """Ways through a NAT gateway that may lead to a subnet of the plan, in this VPC or another."""
        found = []
        for way in self._followed(subnet, self._inside):
            if way.translated and (own := way.addresses & self._own(way.subnets[-1])):
                found.append(replace(way, kind="local", key="local", addresses=own))
            found += [end for end in self._ends(way) if end.translated]
        return tuple(found)

    def _followed(self, subnet: str, wanted: int) -> Iterator[Way]:
        """The way that is still in the subnet, and every one that goes on from there."""
        hosts = self._spaces.hosts(self._world.subnets[subnet])
        yield from self._on(Way("", "", wanted, (subnet,), (hosts,), hosts))

    def _on(self, way: Way) -> Iterator[Way]:
        yield way
        beyond = way.addresses & ~self._own(way.subnets[-1])
        for leg in self._routes.legs(way.subnets[-1]):
            addresses = leg.addresses & beyond
            for place in self.places(leg.hop) if addresses else ():
                if place in way.subnets:
                    continue  # the same table sends the packet here again: it goes in circles
                sender = self._sender(leg.hop, place) if leg.hop.kind == "nat" else way.bears
                yield from self._on(
                    Way(
                        "",
                        "",
                        addresses,
                        (*way.subnets, place),
                        (*way.senders, sender),
                        sender,
                        (*way.hops, leg.hop),
                        (*way.routes, *leg.routes),
                        way.translated or leg.hop.kind == "nat",
                    )
                )

    def _ends(self, way: Way) -> Iterator[Way]:
        """Where the last subnet's table leads to, apart from what is followed."""
        beyond = way.addresses & ~self._own(way.subnets[-1])
        for leg in self._routes.legs(way.subnets[-1]):
            addresses = leg.addresses & beyond
            if addresses and leg.hop.kind not in ("blackhole", "gateway-endpoint") and not self.places(leg.hop):
                yield self._end(way, leg.hop, addresses, leg.routes)

    def _own(self, subnet: str) -> int:
        """The subnet's own addresses, for which no route table is asked inside it."""
        cidr = self._world.subnets[subnet].cidr
        return 0 if cidr is None else self._spaces.network(cidr)

    def _end(self, way: Way, hop: Hop, addresses: int, routes: tuple[str, ...]) -> Way:
        unseen = hop.kind == "nat"
        return replace(
            way,
            kind=hop.kind,
            key=hop.key,
            addresses=addresses,
            # A NAT gateway that is not in the plan may have any address of the VPC.
            bears=self._spaces.inside[self._world.subnets[way.subnets[-1]].vpc] if unseen else way.bears,
            hops=(*way.hops, hop),
            routes=(*way.routes, *routes),
            translated=way.translated or unseen,
        )

    def _sender(self, hop: Hop, place: str) -> int:
        """Addresses that a NAT gateway may put in place of the sender's: those that the plan says, else any of its
        subnet, because AWS chooses at random [VPC User Guide, "Create a NAT gateway"]."""
        said = self._world.gateways[hop.key].addresses
        return self._spaces.union(said) if said else self._spaces.hosts(self._world.subnets[place])
