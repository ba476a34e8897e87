"""The verifier and a naive evaluator agree about random networks, and the comparison would notice if they did not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.verify.azure.differential.compare import differences
from tests.verify.azure.differential.worlds import random_world
from zt_ai.graph.model import ResourceGraph
from zt_ai.verify.azure import context, filters, read, read_filters, routes, spaces
from zt_ai.verify.azure.filters import Filters
from zt_ai.verify.azure.reach import Reach
from zt_ai.verify.azure.routes import Hop, Routes

SEEDS = range(24)


@cache
def world(seed: int) -> ResourceGraph:
    return random_world(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_packet_is_judged_alike(seed: int) -> None:
    assert list(differences(world(seed)))[:5] == []


def test_worlds_are_not_all_closed() -> None:
    """Some packet passes and some does not: otherwise agreeing would mean nothing."""
    from tests.verify.azure.handmade import reach_of

    found = set()
    for seed in SEEDS:
        reach = reach_of(world(seed))
        index = {party.name: number for number, party in enumerate(reach.parties)}
        found.add(bool(reach.may(index["caller"], index["server"])))
    assert found == {True, False}


# Sabotage: each takes away or bends one thing that the verifier knows.


def _no_default_rules(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(read_filters, "default_rules", lambda urn: ())


def _defaults_first(patch: pytest.MonkeyPatch) -> None:
    made = read_filters.default_rules
    patch.setattr(
        read_filters, "default_rules", lambda urn: tuple(dataclasses.replace(r, priority=1) for r in made(urn)[:2])
    )


def _highest_number_first(patch: pytest.MonkeyPatch) -> None:
    compiled = Filters.compiled

    def turned(self: Filters, *args: Any) -> Any:
        return tuple(reversed(compiled(self, *args)))

    patch.setattr(Filters, "compiled", turned)


def _denials_ignored(patch: pytest.MonkeyPatch) -> None:
    decide = filters._decide
    patch.setattr(
        filters, "_decide", lambda tried, *rest: decide(tuple(one for one in tried if one[0].rule.allow), *rest)
    )


def _groups_ignored(patch: pytest.MonkeyPatch) -> None:
    fits = filters.End.fits
    patch.setattr(filters.End, "fits", lambda self, groups, block: fits(self, frozenset(), block))


def _groups_of_the_other_end_always_fit(patch: pytest.MonkeyPatch) -> None:
    fits = filters.End.fits
    patch.setattr(filters.End, "fits", lambda self, groups, block: 2 if self.groups else fits(self, groups, block))
    patch.setattr(filters.Tried, "towards", lambda self, groups, block: self.rules)


def _directions_exchanged(patch: pytest.MonkeyPatch) -> None:
    compiled = Filters.compiled
    patch.setattr(Filters, "compiled", lambda self, key, network, inbound: compiled(self, key, network, not inbound))


def _inbound_not_asked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reach, "into", lambda self, *_, **__: self.spaces.services.everything)
    side = Reach.side

    def open_(self: Reach, party: Any, place: Any, inbound: bool, *rest: Any, **named: Any) -> int:
        return self.spaces.services.everything if inbound else side(self, party, place, inbound, *rest, **named)

    patch.setattr(Reach, "side", open_)


def _group_of_the_interface_not_asked(patch: pytest.MonkeyPatch) -> None:
    side = Reach.side

    def subnet_alone(self: Reach, party: Any, *rest: Any, **named: Any) -> int:
        return side(self, dataclasses.replace(party, filter=None), *rest, **named)

    patch.setattr(Reach, "side", subnet_alone)


def _endpoints_always_filtered(patch: pytest.MonkeyPatch) -> None:
    made = read.Subnet
    patch.setattr(read, "Subnet", lambda *args, **named: made(*args, **{**named, "endpoint_filters": True}))


def _endpoints_never_filtered(patch: pytest.MonkeyPatch) -> None:
    made = read.Subnet
    patch.setattr(read, "Subnet", lambda *args, **named: made(*args, **{**named, "endpoint_filters": False}))


def _endpoints_always_routed(patch: pytest.MonkeyPatch) -> None:
    made = read.Subnet
    patch.setattr(read, "Subnet", lambda *args, **named: made(*args, **{**named, "endpoint_routes": False}))


def _shortest_prefix_first(patch: pytest.MonkeyPatch) -> None:
    candidates = Routes._candidates

    def reversed_(self: Routes, subnet: Any) -> Iterator[Any]:
        found = list(candidates(self, subnet))
        lengths = [one[0].prefixlen for one in found]
        yield from (one for one in found if one[0].prefixlen in (min(lengths), max(lengths)))

    patch.setattr(Routes, "_candidates", reversed_)


def _system_routes_win_ties(patch: pytest.MonkeyPatch) -> None:
    candidates = Routes._candidates
    patch.setattr(
        Routes,
        "_candidates",
        lambda self, subnet: ((p, -order, kind, urns, key) for p, order, kind, urns, key in candidates(self, subnet)),
    )


def _own_routes_ignored(patch: pytest.MonkeyPatch) -> None:
    candidates = Routes._candidates
    patch.setattr(Routes, "_candidates", lambda self, subnet: (one for one in candidates(self, subnet) if one[1] != 0))


def _dropped_ranges_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(routes, "DROPPED", ())


def _nothing_is_dropped(patch: pytest.MonkeyPatch) -> None:
    compute = Routes._compute
    patch.setattr(
        Routes,
        "_compute",
        lambda self, subnet: (
            Hop("vnet" if hop.kind == "none" else hop.kind, hop.addresses, hop.urns, hop.key, hop.certain)
            for hop in compute(self, subnet)
        ),
    )


def _ranges_end_one_port_early(patch: pytest.MonkeyPatch) -> None:
    read_range = context.port_range

    def short(word: str) -> tuple[int, int] | None:
        found = read_range(word)
        return (found[0], found[1] - 1) if found and found[1] - found[0] in range(1, 1000) else found

    patch.setattr(context, "port_range", short)


def _every_protocol_is_tcp(patch: pytest.MonkeyPatch) -> None:
    spans = context._spans
    patch.setattr(
        context,
        "_spans",
        lambda protocol, ports, *, allow: spans("tcp" if protocol == "*" else protocol, ports, allow=allow),
    )


def _virtual_network_is_everything(patch: pytest.MonkeyPatch) -> None:
    tag = spaces.Spaces._tag
    patch.setattr(spaces.Spaces, "_tag", lambda self, word, network: tag(self, _ALIKE.get(word, word), network))


_ALIKE = {"VirtualNetwork": "*"}


def _internet_is_everything(patch: pytest.MonkeyPatch) -> None:
    tag = spaces.Spaces._tag
    patch.setattr(
        spaces.Spaces, "_tag", lambda self, word, network: tag(self, "*" if word == "Internet" else word, network)
    )


def _first_places_only(patch: pytest.MonkeyPatch) -> None:
    """Addresses of a block are taken for those of the whole subnet."""
    patch.setattr(Filters, "blocks", lambda self, key, network, inbound, local, bits: (bits & -bits,) if bits else ())


SABOTAGES: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (
    _no_default_rules,
    _defaults_first,
    _highest_number_first,
    _denials_ignored,
    _groups_ignored,
    _groups_of_the_other_end_always_fit,
    _directions_exchanged,
    _inbound_not_asked,
    _group_of_the_interface_not_asked,
    _endpoints_always_filtered,
    _endpoints_never_filtered,
    _endpoints_always_routed,
    _shortest_prefix_first,
    _system_routes_win_ties,
    _own_routes_ignored,
    _dropped_ranges_forgotten,
    _nothing_is_dropped,
    _ranges_end_one_port_early,
    _every_protocol_is_tcp,
    _virtual_network_is_everything,
    _internet_is_everything,
    _first_places_only,
)


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda f: f.__name__.strip("_").replace("_", " "))
def test_a_sabotaged_verifier_is_caught(sabotage: Callable[[pytest.MonkeyPatch], None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        sabotage(patch)
        assert any(next(differences(world(seed)), None) for seed in SEEDS)
