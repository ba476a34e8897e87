"""The differential suite can fail: one semantic of Google Cloud at a time is broken in the verifier, and the comparison
notices.

Proofs of the worlds of a fixed pool are made with and without the sabotage. Where they differ, the naive evaluator has
to hold something against the broken one; it holds nothing against the sound one (`test_differential`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tests.verify.gcp.differential.compare import Comparison
from tests.verify.gcp.differential.worlds import SETTINGS, World, world
from zt_ai.verify import reading, space
from zt_ai.verify.gcp import filters, parties, reach, reachability, read_rules, spaces
from zt_ai.verify.gcp.filters import Decision, Filters
from zt_ai.verify.gcp.prove import prove
from zt_ai.verify.gcp.world import Peers, Targets
from zt_ai.verify.model import Proof

Patch = Callable[[pytest.MonkeyPatch], None]
POOL = 130


@cache
def pool() -> tuple[tuple[World, Proof], ...]:
    """The same worlds in every run, with what the sound verifier says about them."""
    return tuple((drawn, prove(drawn.graph, drawn.intent, SETTINGS)) for drawn in map(world, range(POOL)))


def _rules(change: Callable[[Any], Any]) -> Patch:
    """Change every rule as it is read."""

    def patch(monkey: pytest.MonkeyPatch) -> None:
        from zt_ai.verify.gcp import read

        sound = read_rules.read_rules
        monkey.setattr(read, "read_rules", lambda *args: tuple(change(rule) for rule in sound(*args)))

    return patch


def _decisions(change: Callable[[Decision, bool], Decision]) -> Patch:
    """Change every decision; the second argument says whether it is about egress."""

    def patch(monkey: pytest.MonkeyPatch) -> None:
        sound = Filters._compute

        def broken(self: Filters, network: str, egress: bool, *rest: Any) -> Decision:
            return change(sound(self, network, egress, *rest), egress)

        monkey.setattr(Filters, "_compute", broken)

    return patch


def priorities_are_turned_round(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(filters, "_place", lambda rule: (-rule.priority, rule.action == "allow"))


def an_allow_wins_at_equal_priority(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(filters, "_place", lambda rule: (rule.priority, rule.action != "allow"))


def policies_never_come_first(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(filters, "_BEFORE", filters._AFTER)


def policies_always_come_first(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(filters, "_AFTER", filters._BEFORE)


def hierarchical_policies_come_last(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(filters, "_AFTER", ("classic", "global", "regional", "hierarchy"))
    monkey.setattr(filters, "_BEFORE", ("global", "regional", "classic", "hierarchy"))


def regional_policies_come_before_global_ones(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(filters, "_AFTER", ("hierarchy", "classic", "regional", "global"))
    monkey.setattr(filters, "_BEFORE", ("hierarchy", "regional", "global", "classic"))


def disabled_rules_count(monkey: pytest.MonkeyPatch) -> None:
    sound = reading.flag

    def broken(inputs: Any, key: str, *, default: bool) -> Any:
        return False if key == "disabled" else sound(inputs, key, default=default)

    monkey.setattr(read_rules, "flag", broken)


def goto_next_allows(monkey: pytest.MonkeyPatch) -> None:
    monkey.setitem(read_rules._ACTIONS, "goto_next", "allow")


def goto_next_denies(monkey: pytest.MonkeyPatch) -> None:
    monkey.setitem(read_rules._ACTIONS, "goto_next", "deny")


def policies_need_no_association(monkey: pytest.MonkeyPatch) -> None:
    def broken(context: Any) -> dict[str, tuple[str, ...]]:
        networks = tuple(n.urn for n in context.of("compute/network:Network"))
        return {r.urn: networks for r in context.graph if r.type.endswith("FirewallPolicy")}

    monkey.setattr(read_rules, "_attached", broken)


def network_tags_are_taken_for_identity(monkey: pytest.MonkeyPatch) -> None:
    sound = filters.applies
    monkey.setattr(filters, "applies", lambda rule, who, may: not rule.targets.network_tags and sound(rule, who, may))


def everybody_is_a_target(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(filters, "applies", lambda rule, who, may: True)


def the_borders_of_subnets_are_hosts(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(spaces, "usable", space.network_span)


def strangers_are_left_out(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(parties.Roll, "_strangers", lambda self: ())


def what_has_no_identity_is_left_out(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(parties.Roll, "_bare", lambda self: ())


def some_is_taken_for_every(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(reach.Reach, "must", lambda self, one, other: self.may(one, other)[0])


def some_address_of_a_network_is_taken_for_all(monkey: pytest.MonkeyPatch) -> None:
    sound = reach.Reach.from_addresses
    monkey.setattr(reach.Reach, "from_addresses", lambda *args: (sound(*args)[0],) * 2)


def networks_outside_are_forgotten(monkey: pytest.MonkeyPatch) -> None:
    monkey.setattr(reachability, "_outside", lambda *args: None)


def ports_end_one_early(monkey: pytest.MonkeyPatch) -> None:
    sound = space.service_spans

    def broken(protocol: str, first: int | None, last: int | None) -> Any:
        return sound(protocol, first, last - 1 if first is not None and last is not None and last > first else last)

    monkey.setattr(read_rules, "service_spans", broken)


def _without(**changes: Any) -> Callable[[Any], Any]:
    return lambda rule: replace(rule, peers=replace(rule.peers, **changes))


def _narrowed(rule: Any) -> Any:
    """Addresses and tags of one rule as a meet: the addresses are forgotten where tags are named."""
    return replace(rule, peers=replace(rule.peers, ranges=())) if rule.peers.tags and rule.peers.ranges else rule


SABOTAGES: dict[str, Patch] = {
    f.__name__: f
    for f in (
        priorities_are_turned_round,
        an_allow_wins_at_equal_priority,
        policies_never_come_first,
        policies_always_come_first,
        hierarchical_policies_come_last,
        regional_policies_come_before_global_ones,
        disabled_rules_count,
        goto_next_allows,
        goto_next_denies,
        policies_need_no_association,
        network_tags_are_taken_for_identity,
        everybody_is_a_target,
        the_borders_of_subnets_are_hosts,
        strangers_are_left_out,
        what_has_no_identity_is_left_out,
        some_is_taken_for_every,
        some_address_of_a_network_is_taken_for_all,
        networks_outside_are_forgotten,
        ports_end_one_early,
    )
} | {
    "implied_egress_denies": _decisions(
        lambda d, egress: Decision(tuple(c for c in d.allowed if c.rule), d.denied) if egress else d
    ),
    "implied_ingress_allows": _decisions(
        lambda d, egress: d if egress else Decision((*d.allowed, *(c for c in d.denied if not c.rule)), d.denied)
    ),
    "denials_are_ignored": _rules(lambda rule: replace(rule, action="next") if rule.action == "deny" else rule),
    "target_tags_are_ignored": _rules(
        lambda rule: replace(rule, targets=Targets(rule.targets.accounts)) if rule.targets.tags else rule
    ),
    "source_tags_are_ignored": _rules(_without(tags=frozenset())),
    "source_accounts_are_ignored": _rules(_without(accounts=frozenset())),
    "source_network_tags_are_ignored": _rules(_without(network_tags=frozenset())),
    "addresses_beside_tags_are_ignored": _rules(_narrowed),
    "a_rule_without_peers_fits_nobody": _rules(
        lambda rule: replace(rule, peers=Peers(())) if rule.peers.ranges is None else rule
    ),
    "udp_is_taken_for_tcp": _rules(
        lambda rule: (
            replace(rule, services=tuple((a % 65536, b % 65536) if a < 131072 else (a, b) for a, b in rule.services))
            if rule.services != ((0, space.SERVICES_SIZE - 1),)
            else rule
        )
    ),
}


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_broken_verifier_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = pool()
    SABOTAGES[name](monkeypatch)
    changed = 0
    for drawn, sound in worlds:
        broken = prove(drawn.graph, drawn.intent, SETTINGS)
        if (broken.claims, broken.accesses) == (sound.claims, sound.accesses):
            continue
        changed += 1
        if Comparison(drawn, broken).run():
            return
    pytest.fail(f"nobody noticed; {changed} of {len(worlds)} proofs changed")
