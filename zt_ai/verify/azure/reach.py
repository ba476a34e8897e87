"""Who can open connections to whom: both filters, and the routes between them, for every pair of parties."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from zt_ai.intent.model import Intent
from zt_ai.verify.azure.filters import Filters
from zt_ai.verify.azure.parties import Party, Placement, Roll
from zt_ai.verify.azure.routes import Routes
from zt_ai.verify.azure.spaces import Spaces
from zt_ai.verify.azure.world import Rule, World

NOBODY: frozenset[str] = frozenset()


class Reach:
    """One comparison."""

    def __init__(self, world: World, intent: Intent, spaces: Spaces) -> None:
        self.world, self.intent, self.spaces = world, intent, spaces
        self.filters = Filters(world, spaces)
        self.routes = Routes(world, spaces)
        self.roll = Roll(world, spaces, intent)
        self._out: dict[tuple[int, int, bool], int] = {}
        self._into: dict[tuple[int, int, bool], int] = {}

    @property
    def parties(self) -> list[Party]:
        """All parties by index."""
        return self.roll.parties

    def opens(self, index: int) -> bool:
        """Whether a party opens connections: endpoints only answer, a load balancer passes on what callers send, and
        what a firewall sends has been judged by its own rules."""
        return self.parties[index].kind not in ("front", "endpoint", "firewall")

    def side(
        self, party: Party, place: Placement, inbound: bool, groups: frozenset[str], remote: int, *, must: bool
    ) -> int:
        """Services that a party's own filters let pass between one of its places and a remote end."""
        subnet = self.world.subnets[place.subnet]
        if inbound and party.kind == "front":
            return self.spaces.services.everything  # the filters of the backends decide
        if party.kind == "endpoint" and not subnet.endpoint_filters:
            return self.spaces.services.everything
        bits = self.spaces.services.everything
        for key in dict.fromkeys((subnet.filter, party.filter)):
            if key is not None:
                bits &= self.filters.allowed(
                    key, subnet.network, inbound, party.groups, place.addresses, groups, remote, must=must
                )
        return bits if place.addresses and remote else 0

    def out(self, source: int, destination: int, *, must: bool = False) -> int:
        """Services that the source's filters let out to the destination, for some or for all placements."""
        key = (source, destination, must)
        found = self._out.get(key)
        if found is None:
            one, other = self.parties[source], self.parties[destination]
            found = self._out[key] = _merge(
                (
                    self.side(one, here, False, other.groups, there.addresses, must=must)
                    for here in one.places
                    for there in other.places
                ),
                must,
            )
        return found

    def into(self, source: int, destination: int, *, must: bool = False) -> int:
        """Services that the destination's filters let in from the source, for some or for all placements."""
        key = (source, destination, must)
        found = self._into.get(key)
        if found is None:
            one, other = self.parties[source], self.parties[destination]
            found = self._into[key] = _merge(
                (
                    self.side(other, there, True, one.groups, here.addresses, must=must)
                    for here in one.places
                    for there in other.places
                ),
                must,
            )
        return found

    def delivered(self, source: int, destination: int, *, must: bool = False) -> bool:
        """Whether packets get from one party to another directly; `must`: and answers back, for all placements."""
        one, other = self.parties[source], self.parties[destination]
        answers = [
            self._step(here, there, endpoint=other.kind == "endpoint", must=must)
            for here in one.places
            for there in other.places
        ]
        return bool(answers) and (all(answers) if must else any(answers))

    def _step(self, here: Placement, there: Placement, *, endpoint: bool, must: bool) -> bool:
        left, right = self.world.subnets[here.subnet], self.world.subnets[there.subnet]
        if left.network != right.network:
            return self._joined(left.network, right.network)
        if endpoint:
            # Each private endpoint has a route of its own to its one address, which a route of the user's overrides
            # only where the subnet's policies say so, and only if it is as narrow as the network's own range [Azure
            # Private Link, "Manage network policies for private endpoints"].
            return not right.endpoint_routes or bool(self.routes.delivered(here.subnet, there.addresses, must=must))
        there_ok = self.routes.delivered(here.subnet, there.addresses, must=must)
        if not must:
            return bool(there_ok)
        back = self.routes.delivered(there.subnet, here.addresses, must=True)
        return there_ok == there.addresses and back == here.addresses

    def _joined(self, one: str, other: str) -> bool:
        return any(
            peering.access and {peering.network, peering.remote} == {one, other}
            for peering in self.world.peerings.values()
        )

    def may(self, source: int, destination: int) -> int:
        """Services on which some placement of one party reaches some placement of the other, both filters and the route
        taken together for each pair of addresses."""
        one, other = self.parties[source], self.parties[destination]
        if not self.out(source, destination) & self.into(source, destination):
            return 0
        found = 0
        for here in one.places:
            for there in other.places:
                for left in self._parts(one, here, other, there, sender=True):
                    for right in self._parts(other, there, one, here, sender=False):
                        found |= self._passes(one, left, other, right)
        return found

    def _passes(self, one: Party, here: Placement, other: Party, there: Placement) -> int:
        if not self._step(here, there, endpoint=other.kind == "endpoint", must=False):
            return 0
        return self.side(one, here, False, other.groups, there.addresses, must=False) & self.side(
            other, there, True, one.groups, here.addresses, must=False
        )

    def _parts(
        self, own: Party, place: Placement, peer: Party, other: Placement, *, sender: bool
    ) -> Iterator[Placement]:
        """A placement in parts that neither side's filters nor the sender's routes cut."""
        found = [place.addresses]
        for party, at, local in ((own, place, True), (peer, other, False)):
            subnet = self.world.subnets[at.subnet]
            inbound = sender is not local
            for key in dict.fromkeys((subnet.filter, party.filter)):
                if key is not None and key in self.world.filters:
                    found = [
                        part
                        for bits in found
                        for part in self.filters.blocks(key, subnet.network, inbound, local, bits)
                    ]
        if not sender:
            hops = [hop.addresses for hop in self.routes.hops(other.subnet)]
            found = [part for bits in found for hop in (*hops, -1) if (part := bits & hop)]
        return (Placement(place.subnet, bits) for bits in dict.fromkeys(found))

    def must(self, source: int, destination: int) -> int:
        """Services on which every placement of one party reaches every placement of the other."""
        if not self.delivered(source, destination, must=True):
            return 0
        return self.out(source, destination, must=True) & self.into(source, destination, must=True)

    # Load balancers: what a caller sends to the front arrives behind it with the caller's address.

    def behind(self, front: int) -> tuple[int, ...]:
        """Parties behind a front."""
        return self.roll.members(self.parties[front].key)

    def passed(self, source: int, front: int, *, must: bool = False) -> int:
        """Services in front on which a caller reaches some (`must`: every) party behind a load balancer."""
        balancer = self.world.balancers[self.parties[front].key]
        members = self.behind(front)
        sent = self.out(source, front, must=must) if self.delivered(source, front, must=must) else 0
        if not members or not sent:
            return 0
        found = 0
        for rule in balancer.rules:
            if must and not self._probed(members, rule.probe):
                continue
            back = self.spaces.of(rule.back)
            results = [bool(self.into(source, one, must=must) & back) for one in members]
            if len(rule.front) > 1 or rule.front[0][0] != rule.front[0][1]:  # every port: the same behind
                found |= sent & _merge((self.into(source, one, must=must) for one in members), must) & back
            elif all(results) if must else any(results):
                found |= sent & self.spaces.of(rule.front)
        return found

    def _probed(self, members: tuple[int, ...], probe: tuple[tuple[int, int], ...]) -> bool:
        """Whether health probes get in: otherwise the load balancer sends nobody anything."""
        if not probe:
            return False
        wanted = self.spaces.of(probe)
        return all(not wanted & ~self.from_addresses(one, self.probes, must=True) for one in members)

    @cached_property
    def fronts(self) -> tuple[int, ...]:
        """Load balancers among the parties."""
        return tuple(index for index, party in enumerate(self.parties) if party.kind == "front")

    @cached_property
    def health(self) -> dict[int, int]:
        """Services on which load balancers ask a party whether it is well."""
        found: dict[int, int] = {}
        for front in self.fronts:
            for rule in self.world.balancers[self.parties[front].key].rules:
                for index in self.behind(front):
                    found[index] = found.get(index, 0) | self.spaces.of(rule.probe)
        return found

    @cached_property
    def probes(self) -> int:
        """Where health probes come from."""
        return self.spaces.one("168.63.129.16")

    def from_addresses(self, index: int, addresses: int, *, must: bool = False) -> int:
        """Services that a party's filters let in from some addresses outside."""
        party = self.parties[index]
        return _merge((self.side(party, place, True, NOBODY, addresses, must=must) for place in party.places), must)

    def to_addresses(self, index: int, addresses: int, *, must: bool = False) -> int:
        """Services that a party's filters let out to some addresses outside."""
        party = self.parties[index]
        return _merge((self.side(party, place, False, NOBODY, addresses, must=must) for place in party.places), must)

    def candidates(self) -> Iterator[tuple[int, int]]:
        """Pairs that a filter of either side lets connect, without looking at every pair one by one."""
        near: set[tuple[int, int]] = set()
        by_group: dict[str, list[int]] = {}
        by_subnet: dict[str, list[int]] = {}
        for index, party in enumerate(self.parties):
            for group in party.groups:
                by_group.setdefault(group, []).append(index)
            for place in party.places:
                by_subnet.setdefault(place.subnet, []).append(index)
        spots = {
            subnet: {p.addresses for i in members for p in self.parties[i].places if p.subnet == subnet}
            for subnet, members in by_subnet.items()
        }
        for index in range(len(self.parties)):
            if self.opens(index):
                near.update((index, other) for other in self._near(index, False, by_group, by_subnet, spots))
            near.update(
                (other, index) for other in self._near(index, True, by_group, by_subnet, spots) if self.opens(other)
            )
        return iter(sorted(pair for pair in near if self._distinct(*pair)))

    def _distinct(self, source: int, destination: int) -> bool:
        """A single concrete interface does not call itself; two machines of one workload may."""
        return source != destination or self.parties[source].kind in ("workload", "group", "bare")

    def _near(
        self,
        index: int,
        inbound: bool,
        by_group: dict[str, list[int]],
        by_subnet: dict[str, list[int]],
        spots: dict[str, set[int]],
    ) -> set[int]:
        party = self.parties[index]
        found: set[int] = set()
        if inbound and party.kind in ("front", "firewall"):
            return found  # what gets there is decided by the senders' filters alone
        for place in party.places:
            subnet = self.world.subnets[place.subnet]
            key = subnet.filter if subnet.filter in self.world.filters else None
            unfiltered = key is None or (inbound and party.kind == "endpoint" and not subnet.endpoint_filters)
            if key is not None and not unfiltered:
                for group in self.filters.named(key, subnet.network, inbound, party.groups, place.addresses):
                    found.update(by_group.get(group, ()))
            for other, members in by_subnet.items():
                for addresses in spots[other]:
                    if self.side(party, place, inbound, NOBODY, addresses, must=False):
                        found.update(members)
                        break
        return found

    def deciding(self, source: int, destination: int, service: int) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """The rules that let one service out and in, between the first addresses of the first places."""
        one, other = self.parties[source], self.parties[destination]
        if not one.places or not other.places:
            return (), ()
        here, there = one.places[0], other.places[0]
        left, right = self.world.subnets[here.subnet], self.world.subnets[there.subnet]
        out = self.filters.deciding(
            left.filter, left.network, False, one.groups, here.addresses, other.groups, there.addresses, service
        )
        into: tuple[Rule, ...] = ()
        if other.kind != "front" and (other.kind != "endpoint" or right.endpoint_filters):
            into = self.filters.deciding(
                right.filter, right.network, True, other.groups, there.addresses, one.groups, here.addresses, service
            )
        return out, into


def _merge(results: Iterator[int], must: bool) -> int:
    found: int | None = None
    for one in results:
        found = one if found is None else (found & one if must else found | one)
    return found or 0
