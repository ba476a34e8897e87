"""Where packets for an address outside the subnets go.

Sources: VPC, "Routes", "Routing order": the most specific destination first, then the lowest priority number; subnet
routes come before all custom ones; a route with network tags counts for instances that carry one. Packets to the
internet leave only from an external address or through Cloud NAT ["Routes", "Internet access requirements"]; packets to
Google's interfaces also with Private Google Access ["Private Google Access", "Specifications"], and need a route to the
default internet gateway all the same.
"""

from __future__ import annotations

from zt_ai.verify.gcp.spaces import Spaces
from zt_ai.verify.gcp.world import Nat, Route, Subnet, World
from zt_ai.verify.space import atoms, network_span


class Routes:
    """The routes of a plan."""

    def __init__(self, world: World, spaces: Spaces) -> None:
        self._world, self._spaces = world, spaces
        self._kept: dict[tuple[str, int], tuple[Route, ...]] = {}

    def of(self, network: str, atom: int) -> tuple[Route, ...]:
        """Routes that some instance of the network uses for an address: tagged ones, and the first untagged one."""
        found = self._kept.get((network, atom))
        if found is None:
            found = self._kept[network, atom] = self._find(network, atom)
        return found

    def _find(self, network: str, atom: int) -> tuple[Route, ...]:
        number = self._spaces.addresses.first(atom)
        fits = []
        for route in self._world.routes:
            if route.network == network and route.destination is not None:
                first, last = network_span(route.destination)
                if first <= number <= last:
                    fits.append((-route.destination.prefixlen, route.priority, route))
        fits.sort(key=lambda one: one[:2])
        found: list[Route] = []
        stop: tuple[int, int] | None = None
        for length, priority, route in fits:
            if stop is not None and (length, priority) != stop:
                break
            found.append(route)
            if not route.network_tags:
                stop = (length, priority)
        return tuple(found)

    def to_internet_gateway(self, network: str, addresses: int) -> tuple[Route, ...]:
        """Routes by which some instance gets packets for some of the addresses to the internet gateway."""
        found = (r for atom in atoms(addresses) for r in self.of(network, atom) if r.hop == "internet")
        return tuple(dict.fromkeys(found))

    def surely_to_internet_gateway(self, network: str, addresses: int, tags: frozenset[str]) -> bool:
        """Whether every address goes to the internet gateway for instances with these network tags."""
        for atom in atoms(addresses):
            usable = [r for r in self.of(network, atom) if not r.network_tags or r.network_tags & tags]
            if not usable or any(r.hop != "internet" for r in usable[:1]):
                return False
        return bool(addresses)

    def elsewhere(self, network: str) -> tuple[Route, ...]:
        """Routes that lead to something else than the internet gateway."""
        return tuple(r for r in self._world.routes if r.network == network and r.hop != "internet")

    def nats(self, subnet: Subnet) -> tuple[Nat, ...]:
        """Cloud NAT gateways that serve a subnet."""
        return tuple(
            nat
            for nat in self._world.nats
            if nat.network in (None, subnet.network)
            and (nat.region is None or subnet.region is None or nat.region == subnet.region)
            and (nat.subnets is None or subnet.key in nat.subnets)
        )
