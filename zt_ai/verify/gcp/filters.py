"""What the firewall rules of a network decide for one interface, as exact sets.

Order [Cloud NGFW, "Evaluation order for firewall policies and rules"]: hierarchical policies; then VPC firewall rules,
global and regional network policies, or the policies first where the network says BEFORE_CLASSIC_FIREWALL; then the
implied rules at 65535: egress is allowed, ingress is denied ["VPC firewall rules", "Implied rules"]. Inside one layer
the lowest priority number decides; among VPC rules of equal priority a deny does. `goto_next` leaves the layer. Rules
are stateful: what answers an allowed connection passes.

Two readings: `may` holds for some instance that has the identity, `must` for each. They differ where a rule speaks of
network tags, which whoever may edit an instance can put on it and take off it ["Filtering by service account versus
network tag"], or of sets that cannot be resolved. The two ends of a connection are read apart: an instance that would
have to carry a network tag for its own rules and lack it for the other side's counts as if it could do both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from zt_ai.verify.gcp.spaces import Spaces
from zt_ai.verify.gcp.world import Layer, Rule, World
from zt_ai.verify.space import atoms, join

_AFTER: tuple[Layer, ...] = ("hierarchy", "classic", "global", "regional")
_BEFORE: tuple[Layer, ...] = ("hierarchy", "global", "regional", "classic")


@dataclass(frozen=True, slots=True)
class Identity:
    """What rules can tell an interface by that its owner cannot choose: its service account and its secure tags."""

    account: str | None = None
    tags: frozenset[str] = frozenset()


NOBODY = Identity()


@dataclass(frozen=True, slots=True)
class Cell:
    """Addresses of the other end × services, decided by one rule; None is the implied one."""

    addresses: int
    services: int
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Named:
    """An allow rule by name that is asked: services for which some addresses of the internet are still undecided when
    its turn comes, and those for which all of them are."""

    rule: Rule
    some: int
    every: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that is allowed and everything that is denied, in cells that do not overlap."""

    allowed: tuple[Cell, ...]
    denied: tuple[Cell, ...]
    names: tuple[Named, ...] = ()  # in the order in which they are asked

    def some(self, addresses: int) -> int:
        """Services that are allowed for at least one of the addresses."""
        return join(cell.services for cell in self.allowed if cell.addresses & addresses)

    def every(self, addresses: int, everything: int) -> int:
        """Services that are allowed for each of the addresses."""
        return everything & ~join(cell.services for cell in self.denied if cell.addresses & addresses)

    def by(self, addresses: int, services: int) -> tuple[str, ...]:
        """URNs of the rules that allow any of this."""
        found = (c.rule for c in self.allowed if c.addresses & addresses and c.services & services)
        return tuple(dict.fromkeys(rule.urn for rule in found if rule is not None))

    def against(self, addresses: int, services: int) -> tuple[str, ...]:
        """URNs of the rules that deny any of this."""
        found = (c.rule for c in self.denied if c.addresses & addresses and c.services & services)
        return tuple(dict.fromkeys(rule.urn for rule in found if rule is not None))


class _Sorted:
    """Rules of one layer in their order, found by the accounts and tags that they name at one end.

    `keys` says what a rule is found by; None: it is one of everybody's.
    """

    def __init__(self, rules: Iterable[Rule], keys: Callable[[Rule], frozenset[str] | None]) -> None:
        self._common: list[tuple[int, Rule]] = []
        self._named: dict[str, list[tuple[int, Rule]]] = {}
        for place in enumerate(rules):
            named = keys(place[1])
            if named is None:
                self._common.append(place)
            for key in named or ():
                self._named.setdefault(key, []).append(place)

    def about(self, identity: Identity) -> list[Rule]:
        """Rules that may be about an identity, in their order, each once."""
        found = dict(self._common)
        for key in (identity.account, *identity.tags):
            found.update(self._named.get(key or "", ()))
        return [found[place] for place in sorted(found)]


def _targeted(rule: Rule) -> frozenset[str] | None:
    """What the interfaces are known by that a rule applies to."""
    targets = rule.targets
    return None if targets.network_tags else targets.accounts | targets.tags or None


def _peered(rule: Rule) -> frozenset[str] | None:
    """What the peers are known by that a rule is about; None where addresses or host names say it too."""
    peers = rule.peers
    by_address = peers.ranges is None or peers.ranges or peers.network_tags or peers.names or peers.unresolved
    return None if by_address else peers.tags | peers.accounts


@dataclass(frozen=True, slots=True)
class _Own:
    """Rules that apply to one identity, by layer, and the tags and accounts of peers that any of them names."""

    layers: tuple[_Sorted, ...]
    peers: frozenset[str]


class Filters:
    """The rules of every network, asked for one identity at a time; each answer is computed once."""

    def __init__(self, world: World, spaces: Spaces) -> None:
        self._spaces = spaces
        self._rules: dict[tuple[str, bool], tuple[_Sorted, ...]] = {}
        self._kept: dict[tuple[str, bool, Identity, Identity, bool], Decision] = {}
        self._applied: dict[tuple[str, bool, Identity, bool], _Own] = {}
        self._sets: dict[int, tuple[int, int]] = {}  # by the rule's own id: hashing a rule is slow
        self.told_apart: set[str] = set()  # accounts and tags that any rule names
        for network in world.networks.values():
            order = _BEFORE if network.policies_first else _AFTER
            for egress in (True, False):
                own = [rule for rule in world.rules if rule.network == network.key and rule.egress is egress]
                self._rules[network.key, egress] = tuple(
                    _Sorted(sorted((r for r in own if r.layer == layer), key=_place), _targeted) for layer in order
                )
        for rule in world.rules:
            self.told_apart |= rule.targets.accounts | rule.targets.tags | rule.peers.tags | rule.peers.accounts
        self._two_readings = any(_has_two_readings(rule) for rule in world.rules)

    def seen(self, identity: Identity) -> Identity:
        """An identity without what no rule names: such identities are all alike."""
        account = identity.account if identity.account in self.told_apart else None
        return Identity(account, identity.tags & self.told_apart)

    def _own(self, network: str, egress: bool, identity: Identity, may: bool) -> _Own:
        """The rules that apply to an identity, and what they tell peers by."""
        key = (network, egress, identity, may)
        found = self._applied.get(key)
        if found is None:
            layers = self._rules.get((network, egress), ())
            own = [[rule for rule in layer.about(identity) if applies(rule, identity, may)] for layer in layers]
            named = (rule.peers for layer in own for rule in layer)
            peers = frozenset(key for one in named for key in (*one.tags, *one.accounts))
            found = self._applied[key] = _Own(tuple(_Sorted(layer, _peered) for layer in own), peers)
        return found

    def peers(self, network: str, identity: Identity) -> frozenset[str]:
        """Tags and accounts by which the ingress rules of an identity tell senders apart; all others are alike."""
        both = (self._own(network, False, self.seen(identity), may) for may in (True, not self._two_readings))
        return frozenset(key for own in both for key in own.peers)

    def egress(self, network: str, identity: Identity, *, may: bool = True) -> Decision:
        """What an interface may send, by destination address."""
        return self._decide(network, True, self.seen(identity), NOBODY, may=may or not self._two_readings)

    def ingress(self, network: str, identity: Identity, source: Identity, *, may: bool = True) -> Decision:
        """What an interface may receive from a source with an identity, by source address."""
        one, other = self.seen(identity), self.seen(source)
        return self._decide(network, False, one, other, may=may or not self._two_readings)

    def _decide(self, network: str, egress: bool, identity: Identity, peer: Identity, *, may: bool) -> Decision:
        known = self._own(network, egress, identity, may).peers
        account = peer.account if peer.account in known else None
        peer = Identity(account, peer.tags & known) if known else NOBODY
        key = (network, egress, identity, peer, may)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._compute(network, egress, identity, peer, may)
        return found

    def _compute(self, network: str, egress: bool, identity: Identity, peer: Identity, may: bool) -> Decision:
        spaces = self._spaces
        left = [(spaces.judged, spaces.services.everything)]
        allowed: list[Cell] = []
        denied: list[Cell] = []
        names: list[Named] = []
        for layer in self._own(network, egress, identity, may).layers:
            passed: list[tuple[int, int]] = []
            for rule in layer.about(peer):
                if not left:
                    break
                addresses, services = self._of(rule, peer, may)
                if rule.peers.names and rule.action == "allow" and egress:
                    names.append(self._named(rule, left, services))
                if not addresses or not services:
                    continue
                left, taken = _cut(left, addresses, services)
                if rule.action == "next":
                    passed += taken
                else:
                    (allowed if rule.action == "allow" else denied).extend(Cell(a, s, rule) for a, s in taken)
            left += passed
        (allowed if egress else denied).extend(Cell(a, s, None) for a, s in left)
        return Decision(tuple(allowed), tuple(denied), tuple(names))

    def _named(self, rule: Rule, left: list[tuple[int, int]], services: int) -> Named:
        public = self._spaces.public
        some = join(kinds for own, kinds in left if own & public) & services
        closed = 0
        for kind in atoms(some):
            open_ = join(own for own, kinds in left if kinds & kind)
            closed |= kind if public & ~open_ else 0
        return Named(rule, some, some & ~closed)

    def _of(self, rule: Rule, peer: Identity, may: bool) -> tuple[int, int]:
        """Addresses and services that a rule is about, for a peer with this identity."""
        found = self._sets.get(id(rule))
        if found is None:
            ranges = rule.peers.ranges
            everything = self._spaces.judged
            own = everything if ranges is None else self._spaces.union(ranges) & everything
            found = self._sets[id(rule)] = (own, self._spaces.of(rule.services))
        addresses, services = found
        peers = rule.peers
        known = peers.tags & peer.tags or (peer.account is not None and peer.account in peers.accounts)
        widest = (rule.action == "allow") is may
        if known or (peers.unresolved and widest):
            addresses = self._spaces.judged
        elif peers.network_tags and widest:
            addresses |= self._spaces.inside  # only instances of the network carry network tags
        return addresses, services


def applies(rule: Rule, identity: Identity, may: bool) -> bool:
    """Whether a rule is one of an interface's."""
    targets = rule.targets
    if targets.everyone or identity.account in targets.accounts or identity.tags & targets.tags:
        return True
    return bool(targets.network_tags) and (rule.action == "allow") is may


def _has_two_readings(rule: Rule) -> bool:
    return bool(rule.targets.network_tags or rule.peers.network_tags or rule.peers.unresolved)


def _place(rule: Rule) -> tuple[int, bool]:
    return (rule.priority, rule.action == "allow")


def _cut(
    cells: Iterable[tuple[int, int]], addresses: int, services: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Split cells into what a rule is not about and what it is about."""
    left: list[tuple[int, int]] = []
    taken: list[tuple[int, int]] = []
    for own, kinds in cells:
        common, matched = own & addresses, kinds & services
        if not common or not matched:
            left.append((own, kinds))
            continue
        taken.append((common, matched))
        if own != common:
            left.append((own & ~common, kinds))
        if kinds != matched:
            left.append((common, kinds & ~matched))
    return left, taken
