"""Who reaches whom: exact sets of services between parties, and by address at each end.

A packet passes the egress rules of its sender, which see only the destination's address, and the ingress rules of its
receiver, which see the sender's address, tags and account. So the sets over all pairs of addresses are the meet of two
unions, one for each end. Inside a network subnet routes always deliver [VPC, "Routes", "Subnet routes"]; between two
networks nothing does unless they are peered, which is judged on its own. Rules are stateful, so answers pass.
"""

from __future__ import annotations

from functools import cached_property

from zt_ai.intent.model import Intent
from zt_ai.verify.gcp.expect import Expected
from zt_ai.verify.gcp.filters import NOBODY, Decision, Filters, Identity
from zt_ai.verify.gcp.parties import Party, Roll
from zt_ai.verify.gcp.routes import Routes
from zt_ai.verify.gcp.spaces import Spaces
from zt_ai.verify.gcp.world import World
from zt_ai.verify.space import join


class Reach:
    """The reachability of one plan."""

    def __init__(self, world: World, intent: Intent) -> None:
        self.world, self.intent = world, intent
        self.spaces = Spaces(world, intent)
        self.filters = Filters(world, self.spaces)
        self.roll = Roll(world, intent, self.spaces, self.filters)
        self.routes = Routes(world, self.spaces)
        self.expected = Expected(intent, self.spaces, self.roll)
        self._hosts = {party: self._by_network(party) for party in self.roll.parties}

    def _by_network(self, party: Party) -> dict[str, int]:
        found: dict[str, int] = {}
        for key in party.subnets:
            subnet = self.world.subnets[key]
            found[subnet.network] = found.get(subnet.network, 0) | self.spaces.hosts(subnet)
        return found

    def told_apart(self, destination: Party) -> frozenset[str]:
        """Tags and accounts by which the rules of a party tell senders apart."""
        pairs = ((network, one) for network in self._hosts[destination] for one in destination.identities)
        return frozenset(key for network, one in pairs for key in self.filters.peers(network, one))

    def senders(self, destination: Party) -> list[Party]:
        """Every party from which the rules of a destination admit anything, and some more, in the order of the roll.

        Senders that none of its rules tells apart are admitted alike wherever they share their subnets, so one of them
        is asked for all: the cost follows the rules of the destination, not the number of parties.
        """
        parties = self.roll.parties
        found = {index for key in self.told_apart(destination) for index in self._known_by.get(key, ())}
        for crowd in self._crowds:
            alike = (index for index in crowd if index not in found)
            first = next(alike, None)
            if first is not None and self.may(parties[first], destination)[1]:
                found.update((first, *alike))
        return [parties[index] for index in sorted(found)]

    @cached_property
    def _known_by(self) -> dict[str, list[int]]:
        """Parties by every account and tag that they have."""
        found: dict[str, list[int]] = {}
        for index, party in enumerate(self.roll.parties):
            for one in party.identities:
                for key in (one.account, *one.tags):
                    if key is not None:
                        found.setdefault(key, []).append(index)
        return found

    @cached_property
    def _crowds(self) -> tuple[list[int], ...]:
        """Parties that share their subnets."""
        found: dict[tuple[str, ...], list[int]] = {}
        for index, party in enumerate(self.roll.parties):
            found.setdefault(party.subnets, []).append(index)
        return tuple(found.values())

    def common(self, source: Party, destination: Party) -> list[tuple[str, int, int]]:
        """Networks that both have interfaces in, with the addresses of each."""
        other = self._hosts[destination]
        return [(network, here, other[network]) for network, here in self._hosts[source].items() if network in other]

    def sends(self, source: Party, network: str) -> list[Decision]:
        """Egress decisions of a party in a network, one for each identity."""
        return [self.filters.egress(network, identity) for identity in source.identities]

    def admits(self, destination: Party, network: str, source: Identity) -> list[Decision]:
        """Ingress decisions of a party in a network for a source, one for each identity."""
        return [self.filters.ingress(network, identity, source) for identity in destination.identities]

    def may(self, source: Party, destination: Party) -> tuple[int, int]:
        """Services that some placement permits: by both ends, and by the receiver's rules alone."""
        both = admitted = 0
        for network, here, there in self.common(source, destination):
            for one in source.identities:
                into = join(d.some(here) for d in self.admits(destination, network, one))
                admitted |= into
                both |= into and into & self.filters.egress(network, one).some(there)
        return both, admitted

    def must(self, source: Party, destination: Party) -> int:
        """Services that every placement permits."""
        everything = self.spaces.services.everything
        found = everything
        shared = self.common(source, destination)
        for network, here, there in shared:
            for one in source.identities:
                found &= self.filters.egress(network, one, may=False).every(there, everything)
                for other in destination.identities:
                    found &= self.filters.ingress(network, other, one, may=False).every(here, everything)
        whole = len(shared) == len(self._hosts[source]) == len(self._hosts[destination]) > 0
        return found if whole else 0

    def from_addresses(self, addresses: int, destination: Party) -> tuple[int, int]:
        """Services that a destination admits from addresses outside: from some of them, and from all of them."""
        everything = self.spaces.services.everything
        some, every = 0, everything
        for network in self._hosts[destination]:
            for decision in self.admits(destination, network, NOBODY):
                some |= decision.some(addresses)
            for identity in destination.identities:
                every &= self.filters.ingress(network, identity, NOBODY, may=False).every(addresses, everything)
        return some, every if self._hosts[destination] else 0
