"""What is left out to be fast would not have changed the answer: compared with trying everything."""

from __future__ import annotations

from itertools import product

import pytest

from tests.verify.gcp.differential.worlds import SETTINGS, intent, world
from tests.verify.gcp.tiny import Tiny
from zt_ai.verify.gcp.filters import Cell
from zt_ai.verify.gcp.reach import Reach
from zt_ai.verify.gcp.reachability import beyond
from zt_ai.verify.gcp.read import read_world


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_whoever_is_admitted_is_among_the_senders_that_are_judged(first: int) -> None:
    permitted = skipped = 0
    for drawn in map(world, range(first, first + 20)):
        reach = Reach(read_world(drawn.graph, SETTINGS), drawn.intent)
        for destination in reach.roll.parties:
            judged = reach.senders(destination)
            admitted = [one for one in reach.roll.parties if reach.may(one, destination)[1]]
            assert [one for one in admitted if one not in judged] == []
            assert judged == [one for one in reach.roll.parties if one in judged], "not in the order of the roll"
            permitted, skipped = permitted + len(admitted), skipped + len(reach.roll.parties) - len(judged)
    assert permitted
    assert skipped


def test_a_destination_asks_about_the_senders_that_its_rules_know() -> None:
    tiny = Tiny()
    tiny.pair("left", "right", 443)
    reach = Reach(tiny.read(), intent([]))
    parties = reach.roll.workloads
    assert reach.senders(parties["right"]) == [parties["left"]]
    assert reach.senders(parties["left"]) == []


def test_a_crowd_is_admitted_as_a_whole() -> None:
    tiny = Tiny(closed=False)
    reach = Reach(tiny.read(), intent([]))
    right = reach.roll.workloads["right"]
    assert reach.senders(right) == []
    tiny.rule("everybody", 100, "INGRESS", srcIpRanges=["10.0.0.0/8"])
    reach = Reach(tiny.read(), intent([]))
    assert reach.senders(reach.roll.workloads["right"]) == list(reach.roll.parties)


def test_what_nothing_asked_for_is_what_is_left() -> None:
    """Against every address and service by itself, for all choices of three requests."""
    sets = [(0b0011, 0b01), (0b0110, 0b10), (0b1111, 0b01), (0b1000, 0b11)]
    cell, scope = Cell(0b11110, 0b11, None), 0b01111
    for asked in product(sets, repeat=3):
        left = beyond(cell, scope, list(asked))
        wanted = {
            (address, service)
            for address, service in product((1, 2, 4, 8, 16), (1, 2))
            if address & cell.addresses & scope and not any(address & a and service & s for a, s in asked)
        }
        assert {(a, s) for a, s in product((1, 2, 4, 8, 16), (1, 2)) if any(a & x and s & y for x, y in left)} == wanted


def test_a_sender_with_many_flows_does_not_double_the_cells_with_each() -> None:
    asked = [(1 << index, 0b01) for index in range(200)]
    left = beyond(Cell((1 << 200) - 1, 0b11, None), -1, asked)
    assert len(left) == 200
    assert {services for _, services in left} == {0b10}
