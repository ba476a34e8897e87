"""Who reaches whom: exact sets of services between parties, and between parties and what lies outside.

`may` holds what some placement permits: some interface of the source in some of its subnets gets a packet delivered to
some interface of the destination. An answer that is lost does not matter there: the packet arrived. `must` holds what
every placement permits, the answers from ephemeral ports included. Extra is judged by `may`, missing by `must`.

A forward packet passes the source's groups and its subnet's ACL, which see only the destination address, and the
destination's ACL and groups, which see only the source address. So the sets over all pairs of addresses are the meet
of two unions, one for each end, and nothing has to be enumerated pair by pair. Pairs of parties come from the rules:
the cost follows the number of rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from zt_ai.intent.model import Intent
from zt_ai.verify.aws.filters import AclLayer, Filter, group_filter, open_filter
from zt_ai.verify.aws.parties import Party, Roll
from zt_ai.verify.aws.routes import RouteLayer
from zt_ai.verify.aws.spaces import Spaces
from zt_ai.verify.aws.ways import Way, WayLayer
from zt_ai.verify.aws.world import World
from zt_ai.verify.space import atoms

Places = tuple[str, ...]


class Reach:
    """The reachability of one plan. Everything is computed when first asked for and kept."""

    def __init__(self, world: World, intent: Intent) -> None:
        self.world, self.intent = world, intent
        self.spaces = Spaces(world, intent)
        self.roll = Roll(world, intent)
        self.acls = AclLayer(world, self.spaces)
        self.routes = RouteLayer(world, self.spaces)
        self.ways = WayLayer(world, self.spaces, self.routes)
        self.filters = tuple(self._filter(party) for party in self.roll.parties)
        self._layers: dict[tuple[Places, Places], tuple[int, int]] = {}
        self._steps: dict[tuple[str, str], tuple[int, int]] = {}
        self._all_inside = 0
        for bits in self.spaces.inside.values():
            self._all_inside |= bits
        self._near = tuple((self._touches(f.egress.networks), self._touches(f.ingress.networks)) for f in self.filters)

    def _filter(self, party: Party) -> Filter:
        return open_filter(self.spaces) if party.unfiltered else group_filter(self.world, self.spaces, party.groups)

    def _touches(self, networks: dict[int, int]) -> bool:
        """Whether address rules name any address inside a VPC."""
        return any(addresses & self._all_inside for addresses in networks)

    # --- the network layer alone -------------------------------------------------------------------------------------

    def step(self, source: str, destination: str) -> tuple[int, int]:
        """Services that routes and ACLs let from one subnet into another, for some and for all addresses."""
        found = self._steps.get((source, destination))
        if found is None:
            found = self._steps[source, destination] = self._step(source, destination)
        return found

    def _step(self, source: str, destination: str) -> tuple[int, int]:
        subnets, spaces = self.world.subnets, self.spaces
        one, other = spaces.hosts(subnets[source]), spaces.hosts(subnets[destination])
        may, must = self.routes.delivered(source, destination)
        if source == destination:
            return (spaces.services.everything, spaces.services.everything) if may else (0, 0)
        out, into = self.world.nacl_of[source], self.world.nacl_of[destination]
        some = self.acls.some(out, True, may) & self.acls.some(into, False, one)
        _, back = self.routes.delivered(destination, source)
        if must != other or back != one:
            return some, 0
        every = self.acls.every(out, True, other) & self.acls.every(into, False, one)
        return some, every & self.answered(destination, one, source, other)

    def answered(self, server: str, clients: int, client: str | None, servers: int) -> int:
        """Services whose answers come back: from the server's subnet to clients' ephemeral ports, and into the
        client's subnet."""
        spaces = self.spaces
        allowed = self.acls.every(self.world.nacl_of[server], True, clients)
        if client is not None:
            allowed &= self.acls.every(self.world.nacl_of[client], False, servers)
        lost = 0
        for protocol, ports in spaces.ephemeral.items():
            if ports & ~allowed:
                lost |= spaces.transport[protocol]
        return spaces.services.everything & ~lost

    def layer(self, sources: Places, destinations: Places) -> tuple[int, int]:
        """The network layer between two sets of subnets: permitted between some, and between all of them."""
        key = (sources, destinations)
        found = self._layers.get(key)
        if found is None:
            may, must = 0, self.spaces.services.everything
            for source in sources:
                for destination in destinations:
                    some, every = self.step(source, destination)
                    may |= some
                    must &= every
            found = self._layers[key] = (may, must if sources and destinations else 0)
        return found

    def passed(self, way: Way, remote: int, there: str | None = None) -> int:
        """Services that the ACLs on a way let through to a class of addresses; the last one's outbound entries are not
        asked where the address is in that subnet itself."""
        acls, nacl_of = self.acls, self.world.nacl_of
        allowed = acls.at(nacl_of[way.subnets[0]], True, remote)
        for sender, place in zip(way.senders, way.subnets[1:], strict=False):
            allowed &= acls.some(nacl_of[place], False, sender)
            if place != there:
                allowed &= acls.at(nacl_of[place], True, remote)
        return allowed & self.spaces.translatable if way.translated else allowed

    # --- between parties ---------------------------------------------------------------------------------------------

    def named(self, source: int, destination: int) -> tuple[int, int]:
        """Services that rules naming groups admit at the source, and at the destination."""
        one, other = self.roll.parties[source], self.roll.parties[destination]
        return self.filters[source].egress.group(other.groups), self.filters[destination].ingress.group(one.groups)

    def may(self, source: int, destination: int) -> int:
        """Services that some placement of the two parties permits."""
        out, into = self.named(source, destination)
        one, other = self.roll.parties[source], self.roll.parties[destination]
        if not self._near[source][0] and not self._near[destination][1]:
            return out & into and out & into & self.layer(one.subnets, other.subnets)[0]
        found = 0
        for here in one.subnets:
            for there in other.subnets:
                found |= self.crossing(source, here, destination, there)
        return found

    def crossing(self, source: int, here: str, destination: int, there: str) -> int:
        """Services that some addresses permit from a subnet of the source to a subnet of the destination."""
        out, into = self.named(source, destination)
        return self.straight(source, here, destination, there, out, into) | self._relayed(
            source, here, destination, there, out
        )

    def straight(self, source: int, here: str, destination: int, there: str, out: int, into: int) -> int:
        """Services that get there without a NAT gateway; `out` and `into` are those that rules admit by group."""
        may, _ = self.routes.delivered(here, there)
        left = self._end(source, True, out, may, None if here == there else here)
        hosts = self.spaces.hosts(self.world.subnets[here])
        return left & self._end(destination, False, into, hosts, None if here == there else there)

    def _relayed(self, source: int, here: str, destination: int, there: str, out: int) -> int:
        found = 0
        for way in self.ways.relays(here, there):
            found |= self.relay(source, way, destination, there, out)
        return found

    def relay(self, source: int, way: Way, destination: int, there: str, out: int) -> int:
        """Services that get from a party to another through a NAT gateway: the receiver's rules see the gateway's
        address, and those that name groups admit nothing. `out` are those that the sender's rules admit by group."""
        egress, found, into = self.filters[source].egress, 0, self.admitted(way, destination, there)
        for remote in atoms(way.addresses) if into else ():
            found |= (out | egress.network(remote)) & self.passed(way, remote, there)
        return found & into

    def admitted(self, way: Way, party: int, there: str) -> int:
        """Services that a party's rules and its subnet's ACL let in from some address that a way's end bears."""
        ingress, found = self.filters[party].ingress, 0
        acl = None if way.subnets[-1] == there else self.world.nacl_of[there]
        for sender in atoms(way.bears):
            found |= ingress.network(sender) & (self.acls.at(acl, False, sender) if acl else -1)
        return found

    def _end(self, party: int, egress: bool, named: int, remote: int, subnet: str | None) -> int:
        """What one end lets through for at least one of the addresses at the other end."""
        side = self.filters[party].egress if egress else self.filters[party].ingress
        if not side.networks or not self._near[party][0 if egress else 1]:
            return named & (
                self.acls.some(self.world.nacl_of[subnet], egress, remote) if subnet and remote else -1 if remote else 0
            )
        found = 0
        for atom in atoms(remote):
            admitted = named | side.network(atom)
            found |= admitted & (self.acls.at(self.world.nacl_of[subnet], egress, atom) if subnet else -1)
        return found

    def must(self, source: int, destination: int) -> int:
        """Services that every placement of the two parties permits, answers included."""
        out, into = self.named(source, destination)
        one, other = self.roll.parties[source], self.roll.parties[destination]
        every = self.layer(one.subnets, other.subnets)[1]
        if self._near[source][0]:
            out = self._everywhere(source, True, out, other.subnets)
        if self._near[destination][1]:
            into = self._everywhere(destination, False, into, one.subnets)
        return out & into & every

    def _everywhere(self, party: int, egress: bool, named: int, places: Places) -> int:
        side = self.filters[party].egress if egress else self.filters[party].ingress
        found = self.spaces.services.everything
        for place in places:
            for atom in atoms(self.spaces.hosts(self.world.subnets[place])):
                found &= named | side.network(atom)
        return found

    def candidates(self) -> Iterator[tuple[int, int]]:
        """Pairs of parties that a rule naming a group connects on at least one side, each once."""
        seen: set[tuple[int, int]] = set()
        by_group = self.roll.by_group
        for index, made in enumerate(self.filters):
            for key in made.egress.groups:
                seen.update((index, other) for other in by_group.get(key, ()))
            for key in made.ingress.groups:
                seen.update((other, index) for other in by_group.get(key, ()))
        yield from sorted(seen)

    @cached_property
    def crowds(self) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
        """Sets of parties that address rules alone connect, source side and destination side, alike within each set.

        An endpoint only answers [AWS PrivateLink Guide, "Interface endpoints", "Security groups"].
        """
        sources: dict[object, list[int]] = {}
        destinations: dict[object, list[int]] = {}
        for index, party in enumerate(self.roll.parties):
            made = self.filters[index]
            if self._near[index][0] and party.kind != "endpoint":
                sources.setdefault((frozenset(made.egress.networks.items()), party.subnets), []).append(index)
            if self._near[index][1]:
                destinations.setdefault((frozenset(made.ingress.networks.items()), party.subnets), []).append(index)
        return tuple((tuple(one), tuple(other)) for one in sources.values() for other in destinations.values())

    def crowd(self, source: int, destination: int) -> int:
        """Services that address rules alone permit between two parties; the same for all parties of two crowds."""
        found = 0
        for here in self.roll.parties[source].subnets:
            for there in self.roll.parties[destination].subnets:
                found |= self.straight(source, here, destination, there, 0, 0)
                found |= self._relayed(source, here, destination, there, 0)
        return found
