"""What network security groups let pass: rules by priority, the first that fits decides.

"Rules are processed in priority order, with lower numbers processed before higher … Once traffic matches a rule,
processing stops" [Azure Virtual Network, "Network security groups", "Security rules"]. They are stateful: answers pass.
A packet between two interfaces of one subnet passes the subnet's group too ["Intra-subnet traffic"].

Where it is not certain that a rule fits (a service tag that cannot be resolved, a named source port), `may` takes an
allowing rule to fit and a denying one not to, `must` the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zt_ai.verify.azure.spaces import Spaces
from zt_ai.verify.azure.world import Rule, World
from zt_ai.verify.space import atoms, join


@dataclass(frozen=True, slots=True)
class End:
    """One side of a rule: groups, and the addresses that it certainly and possibly means."""

    groups: frozenset[str]
    certain: int
    possible: int

    def fits(self, groups: frozenset[str], block: int) -> int:
        """0 not, 1 perhaps, 2 certainly; the block is never cut by the end."""
        if self.groups & groups or (block and not block & ~self.certain):
            return 2
        return 1 if block & self.possible else 0


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule on the lines of one comparison, seen from the side on which the group sits."""

    rule: Rule
    services: int
    local: End
    remote: End


class Sorted:
    """Places of rules in their order, found by what one of their ends may be: groups, or addresses."""

    def __init__(self, ends: Iterable[End]) -> None:
        self._groups: dict[str, list[int]] = {}
        self._addresses: dict[int, list[int]] = {}
        for place, end in enumerate(ends):
            for group in end.groups:
                self._groups.setdefault(group, []).append(place)
            if end.possible:
                self._addresses.setdefault(end.possible, []).append(place)

    def about(self, groups: frozenset[str], block: int) -> list[int]:
        """Rules whose end fits, perhaps or certainly, something with these groups at these addresses."""
        found = {place for group in groups for place in self._groups.get(group, ())}
        for possible, places in self._addresses.items():
            if possible & block:
                found.update(places)
        return sorted(found)


Fitting = tuple[Compiled, int]
"""A rule that can fit a local side, and how surely (1 or 2)."""


class Tried:
    """The rules that can fit a local side, in order, found by their remote ends."""

    def __init__(self, rules: tuple[Fitting, ...]) -> None:
        self.rules = rules
        self._remote = Sorted(one.remote for one, _ in rules)

    def towards(self, groups: frozenset[str], block: int) -> list[Fitting]:
        """Those that can fit a remote side too."""
        return [self.rules[place] for place in self._remote.about(groups, block)]


class Filters:
    """Security groups of one comparison. Everything is computed when it is asked for, and once."""

    def __init__(self, world: World, spaces: Spaces) -> None:
        self._world, self._spaces = world, spaces
        self._compiled: dict[tuple[str, str, bool], tuple[Compiled, ...]] = {}
        self._local: dict[tuple[str, str, bool], Sorted] = {}
        self._cuts: dict[tuple[str, str, bool, bool], tuple[int, ...]] = {}
        self._blocks: dict[tuple[str, str, bool, bool, int], tuple[int, ...]] = {}
        self._tried: dict[tuple[str, str, bool, frozenset[str], int], Tried] = {}
        self._results: dict[tuple[object, ...], int] = {}

    def compiled(self, key: str, network: str, inbound: bool) -> tuple[Compiled, ...]:
        """The rules of one direction, in order."""
        at = (key, network, inbound)
        found = self._compiled.get(at)
        if found is None:
            made = []
            for rule in self._world.filters[key].rules:
                if rule.inbound is inbound:
                    source = End(rule.source.groups, *self._spaces.peer(rule.source, network))
                    other = End(rule.destination.groups, *self._spaces.peer(rule.destination, network))
                    local, remote = (other, source) if inbound else (source, other)
                    made.append(Compiled(rule, self._spaces.of(rule.services), local, remote))
            found = self._compiled[at] = tuple(made)
        return found

    def cuts(self, key: str, network: str, inbound: bool, local: bool) -> tuple[int, ...]:
        """Every set of addresses that a rule of the direction names at one end."""
        at = (key, network, inbound, local)
        found = self._cuts.get(at)
        if found is None:
            ends = (one.local if local else one.remote for one in self.compiled(key, network, inbound))
            cuts = dict.fromkeys(bits for end in ends for bits in (end.certain, end.possible))
            found = self._cuts[at] = tuple(cuts)
        return found

    def blocks(self, key: str, network: str, inbound: bool, local: bool, bits: int) -> tuple[int, ...]:
        """A set of addresses in parts that no rule of the direction cuts."""
        at = (key, network, inbound, local, bits)
        found = self._blocks.get(at)
        if found is None:
            parts = [bits] if bits else []
            for cut in self.cuts(key, network, inbound, local):
                parts = [piece for part in parts for piece in (part & cut, part & ~cut) if piece]
            found = self._blocks[at] = tuple(parts)
        return found

    def tried(self, key: str, network: str, inbound: bool, groups: frozenset[str], block: int) -> Tried:
        """The rules that can fit a local side."""
        at = (key, network, inbound, groups, block)
        found = self._tried.get(at)
        if found is None:
            rules, local = self.compiled(key, network, inbound), self._local.get(at[:3])
            if local is None:
                local = self._local[at[:3]] = Sorted(one.local for one in rules)
            fits = ((rules[place], rules[place].local.fits(groups, block)) for place in local.about(groups, block))
            found = self._tried[at] = Tried(tuple((one, fit) for one, fit in fits if fit))
        return found

    def named(self, key: str, network: str, inbound: bool, groups: frozenset[str], bits: int) -> frozenset[str]:
        """Groups of the other side that a rule which can fit this side names."""
        found: set[str] = set()
        for block in self.blocks(key, network, inbound, True, bits):
            for one, _ in self.tried(key, network, inbound, groups, block).rules:
                found |= one.remote.groups
        return frozenset(found)

    def allowed(
        self,
        key: str | None,
        network: str,
        inbound: bool,
        groups: frozenset[str],
        local: int,
        other: frozenset[str],
        remote: int,
        *,
        must: bool,
    ) -> int:
        """Services that some (`must`: every) pair of addresses is let pass on; nothing for an empty set.

        Without a network security group everything passes.
        """
        if not local or not remote:
            return 0
        if key is None or key not in self._world.filters:
            return self._spaces.services.everything
        at = (key, network, inbound, groups, local, other, remote, must)
        found = self._results.get(at)
        if found is None:
            results = [
                _decide(self.tried(key, network, inbound, groups, here).towards(other, there), other, there, must)
                for here in self.blocks(key, network, inbound, True, local)
                for there in self.blocks(key, network, inbound, False, remote)
            ]
            found = results[0] if results else 0
            for one in results[1:]:
                found = found & one if must else found | one
            self._results[at] = found
        return found

    def addresses(
        self,
        key: str | None,
        network: str,
        inbound: bool,
        groups: frozenset[str],
        local: int,
        remote: int,
        services: int,
    ) -> int:
        """The part of a set of remote addresses, of no group, that may pass on one of the services."""
        if key is None or key not in self._world.filters:
            return remote
        none: frozenset[str] = frozenset()
        return join(
            block
            for block in self.blocks(key, network, inbound, False, remote)
            if self.allowed(key, network, inbound, groups, local, none, block, must=False) & services
        )

    def deciding(
        self,
        key: str | None,
        network: str,
        inbound: bool,
        groups: frozenset[str],
        local: int,
        other: frozenset[str],
        remote: int,
        service: int,
    ) -> tuple[Rule, ...]:
        """The rules that decide about one service between one pair of addresses: the first that may allow it."""
        if key is None or key not in self._world.filters or not local or not remote:
            return ()
        here = self.blocks(key, network, inbound, True, next(atoms(local)))[0]
        there = self.blocks(key, network, inbound, False, next(atoms(remote)))[0]
        for one, fit in self.tried(key, network, inbound, groups, here).towards(other, there):
            fits = min(fit, one.remote.fits(other, there))
            if fits and one.services & service and (one.rule.allow or fits == 2):
                return (one.rule,)
        return ()


def _decide(tried: Iterable[Fitting], other: frozenset[str], block: int, must: bool) -> int:
    """What the rules allow towards one block of remote addresses."""
    allowed, open_ = 0, -1
    for one, local in tried:
        fit = min(local, one.remote.fits(other, block), 2 if one.rule.all_source_ports else 1)
        if not fit:
            continue
        services = one.services & open_
        if one.rule.allow:
            if fit == 2 or not must:
                allowed |= services
                # An allowing rule that fits only perhaps settles nothing for `must`, everything for `may`.
                open_ &= ~services
        elif fit == 2 or must:
            open_ &= ~services
    return allowed


__all__ = ["Compiled", "End", "Filters"]
