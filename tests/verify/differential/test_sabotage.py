"""The differential suite can fail: one AWS semantic at a time is broken in the verifier, and the comparison notices.

Proofs of the worlds of a fixed pool are made with and without the sabotage. Where they differ, the naive evaluator
has to hold something against the broken one that it does not hold against the sound one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.verify.differential.asked import SETTINGS
from tests.verify.differential.compare import Comparison
from tests.verify.differential.proved import prove
from tests.verify.differential.test_known import relayed
from tests.verify.differential.witnesses import Witnesses
from tests.verify.differential.worlds import World, worlds
from zt_ai.verify import space
from zt_ai.verify.aws import context, filters, reach, routes, spaces
from zt_ai.verify.aws.filters import AclLayer, Filter
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.ways import WayLayer
from zt_ai.verify.model import Proof

Patch = Callable[[pytest.MonkeyPatch], None]


@cache
def pool() -> tuple[tuple[World, Proof], ...]:
    """The same worlds in every run, first one that is rarely drawn, and what the sound verifier says about them."""
    drawn: list[World] = [relayed()]

    # A seed with whose worlds every sabotage shows. Without one Hypothesis draws by this function's text.
    @seed(13)
    @settings(
        max_examples=400,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds())
    def collect(world: World) -> None:
        drawn.append(world)

    collect()
    return tuple((world, prove(world.graph, world.intent, SETTINGS)) for world in drawn)


def acl_order_ignored(patch: pytest.MonkeyPatch) -> None:
    sound = AclLayer._compiled
    patch.setattr(AclLayer, "_compiled", lambda self, nacl, egress: list(reversed(sound(self, nacl, egress))))


def acl_denies_ignored(patch: pytest.MonkeyPatch) -> None:
    sound = AclLayer._compiled
    patch.setattr(
        AclLayer, "_compiled", lambda self, nacl, egress: [one for one in sound(self, nacl, egress) if one[2]]
    )


def answers_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reach, "answered", lambda self, *_: self.spaces.services.everything)


def self_reference_dropped(patch: pytest.MonkeyPatch) -> None:
    sound = filters.group_filter

    def broken(world: Any, spaces_: Any, groups: Iterable[str]) -> Filter:
        made = sound(world, spaces_, groups)
        for side in (made.egress, made.ingress):
            for key in groups:
                side.groups.pop(key, None)
        return made

    patch.setattr(reach, "group_filter", broken)


def longest_prefix_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(routes, "sorted", lambda found, key: list(found), raising=False)


def nat_not_followed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WayLayer, "_on", lambda self, way: iter((way,)))


def nat_bears_any_address(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WayLayer, "_sender", lambda self, hop, place: self._spaces.addresses.everything)


def nat_passes_every_protocol(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(spaces.Spaces, "translatable", property(lambda self: self.services.everything))


def _spans(broken: Callable[[str, int | None, int | None], tuple[str, int | None, int | None]]) -> Patch:
    def apply(patch: pytest.MonkeyPatch) -> None:
        sound = space.service_spans
        patch.setattr(context, "service_spans", lambda *given_: sound(*broken(*given_)))

    return apply


all_protocols_means_tcp = _spans(lambda name, first, last: ("tcp", None, None) if name == "-1" else (name, first, last))
last_port_left_out = _spans(
    lambda name, first, last: (
        (name, first, last - 1) if name == "tcp" and first and last and last > first else (name, first, last)
    )
)
udp_taken_for_tcp = _spans(
    lambda name, first, last: ("tcp", first, last) if name in ("udp", "17") else (name, first, last)
)


def reserved_addresses_used(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(spaces, "usable", space.network_span)


def group_reference_means_anyone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        filters.Side, "group", lambda self, keys: filters.Side.network.__get__(self)(0) | _join(self.groups.values())
    )


def _join(found: Iterable[int]) -> int:
    bits = 0
    for one in found:
        bits |= one
    return bits


SABOTAGES: tuple[Patch, ...] = (
    acl_order_ignored,
    acl_denies_ignored,
    answers_not_checked,
    self_reference_dropped,
    longest_prefix_ignored,
    nat_not_followed,
    nat_bears_any_address,
    nat_passes_every_protocol,
    all_protocols_means_tcp,
    last_port_left_out,
    udp_taken_for_tcp,
    reserved_addresses_used,
    group_reference_means_anyone,
)


@pytest.mark.parametrize(
    "sabotage",
    SABOTAGES,
    ids=(
        "acl order ignored",
        "acl denies ignored",
        "answers not checked",
        "self reference dropped",
        "longest prefix ignored",
        "NAT not followed",
        "NAT bears any address",
        "NAT passes every protocol",
        "all protocols means tcp",
        "last port left out",
        "udp taken for tcp",
        "reserved addresses used",
        "group reference means anyone",
    ),
)
def test_a_broken_semantic_is_noticed(sabotage: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = pool()
    changed = 0
    with monkeypatch.context() as patch:
        sabotage(patch)
        for world, before in sound:
            broken = prove(world.graph, world.intent, SETTINGS)
            if broken.accesses == before.accesses and broken.claims == before.claims:
                continue
            changed += 1
            if differences(world, broken) - differences(world, before):
                return
    pytest.fail(f"the sabotage changed {changed} of {len(sound)} proofs and nobody noticed")


def differences(world: World, proof: Proof) -> set[str]:
    """What the naive evaluator holds against a proof."""
    comparison = Comparison(world.graph, world.intent, proof)
    return {*comparison.run(), *Witnesses(comparison).run()}
