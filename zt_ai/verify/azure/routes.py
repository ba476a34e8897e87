"""Where a subnet's packets go: the longest prefix, then user-defined before propagated before system routes [Azure
Virtual Network, "Virtual network traffic routing", "How Azure selects a route"]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from zt_ai.verify.azure.spaces import DROPPED, Spaces
from zt_ai.verify.azure.world import HopKind, Subnet, World

_ALL = IPv4Network("0.0.0.0/0")


@dataclass(frozen=True, slots=True)
class Hop:
    """A next hop. `certain` is False where prefixes outside the plan decide whether it is taken."""

    kind: HopKind
    addresses: int
    urns: tuple[str, ...] = ()
    key: str = ""  # peering, gateway, firewall, or the address of an appliance
    certain: bool = True


class Routes:
    """Next hops of every subnet."""

    def __init__(self, world: World, spaces: Spaces) -> None:
        self._world, self._spaces = world, spaces
        self._hops: dict[str, tuple[Hop, ...]] = {}

    def hops(self, key: str) -> tuple[Hop, ...]:
        """Next hops of a subnet. Those that are certain part the address space; the others may take any of it."""
        found = self._hops.get(key)
        if found is None:
            found = self._hops[key] = tuple(self._compute(self._world.subnets[key]))
        return found

    def towards(self, key: str, addresses: int) -> Iterator[Hop]:
        """Next hops of a subnet for some addresses, each with the part of them that it takes."""
        for hop in self.hops(key):
            taken = hop.addresses & addresses
            if taken:
                yield Hop(hop.kind, taken, hop.urns, hop.key, hop.certain)

    def delivered(self, key: str, addresses: int, *, must: bool) -> int:
        """The part of a set of addresses of the same network that a subnet's packets get to directly."""
        found, lost = 0, 0
        for hop in self.towards(key, addresses):
            if hop.kind in ("vnet", "peering"):
                found |= hop.addresses if hop.certain or not must else 0
            elif not hop.certain or hop.kind != "none":
                lost |= hop.addresses
        return found & ~lost if must else found

    def appliance(self, address: str | None) -> str:
        """The firewall that has an address, else the address itself.

        The firewall's subnet is its own, so whoever has an address in it is the firewall [Azure Firewall FAQ, "Why
        does Azure Firewall need a /26 subnet size?"].
        """
        if address in self._world.firewalls:
            return address
        if address is not None:
            for one in self._world.firewalls.values():
                subnet = self._world.subnets.get(one.subnet or "")
                if subnet is not None and subnet.cidr is not None and _in(address, subnet.cidr):
                    return one.key
        return address or "unknown"

    def _compute(self, subnet: Subnet) -> Iterator[Hop]:
        left = self._spaces.addresses.everything
        for prefix, _, kind, urns, key in sorted(self._candidates(subnet), key=lambda one: (-one[0].prefixlen, one[1])):
            taken = self._spaces.network(prefix) & left
            if taken:
                left &= ~taken
                yield Hop(kind, taken, urns, key)
        yield from self._possible(subnet)

    def _candidates(self, subnet: Subnet) -> Iterator[tuple[IPv4Network, int, HopKind, tuple[str, ...], str]]:
        world = self._world
        table = world.tables.get(subnet.table or "")
        if subnet.table is not None and table is None:
            yield _ALL, 0, "unknown", (subnet.key,), ""
        for route in table.routes if table is not None else ():
            if route.destination is not None:
                key = self.appliance(route.address) if route.hop == "appliance" else ""
                yield route.destination, 0, route.hop, (route.urn,), key
        network = world.networks[subnet.network]
        for cidr in network.cidrs:
            yield cidr, 2, "vnet", (), subnet.network
        for peering in world.peerings.values():
            if peering.network == subnet.network and peering.access:
                for cidr in peering.cidrs or ():
                    yield cidr, 2, "peering", (peering.urn,), peering.urn
        for prefix in DROPPED:
            yield prefix, 2, "none", (), ""
        yield _ALL, 2, "internet", (subnet.key,), ""

    def _possible(self, subnet: Subnet) -> Iterator[Hop]:
        """Routes whose prefixes the plan does not know."""
        world, spaces = self._world, self._spaces
        network = world.networks[subnet.network]
        table = world.tables.get(subnet.table or "")
        propagates = table is None or table.propagates
        outside = spaces.outside(subnet.network)
        for peering in world.peerings.values():
            if peering.network == subnet.network and peering.access and peering.cidrs is None:
                yield Hop("peering", outside, (peering.urn,), peering.urn, certain=False)
            if peering.network == subnet.network and peering.remote_gateways and propagates:
                yield Hop("gateway", outside, (peering.urn, *_urn(table)), peering.urn, certain=False)
        for urn, home in world.gateways.items():
            if home == subnet.network and propagates:
                yield Hop("gateway", outside, (urn, *_urn(table)), urn, certain=False)
        if network.adopted:
            yield Hop("peering", outside, (subnet.key,), subnet.network, certain=False)
            if propagates:
                yield Hop("gateway", outside, (subnet.key, *_urn(table)), subnet.network, certain=False)
        for service in subnet.service_endpoints:
            # Routes to a service's own public ranges, which come before 0.0.0.0/0 ["Service endpoints"].
            yield Hop("service-endpoint", spaces.public, (subnet.key,), service, certain=False)
        for route in table.routes if table is not None else ():
            if route.destination is None and route.hop != "none":
                key = self.appliance(route.address) if route.hop == "appliance" else ""
                yield Hop(route.hop, spaces.public, (route.urn,), key, certain=False)


def _urn(table: object) -> tuple[str, ...]:
    key = getattr(table, "key", None)
    return (key,) if isinstance(key, str) else ()


def _in(address: str, network: IPv4Network) -> bool:
    try:
        return IPv4Address(address) in network
    except ValueError:
        return False
