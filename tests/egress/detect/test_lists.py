"""The lists of names: what they hold, what they must not hold, and how several count as one."""

from __future__ import annotations

import pytest

from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists import AnyOf, entries
from zt_ai.egress.detect.lists.double import DOUBLE_EPONYMS
from zt_ai.egress.detect.names_lists import LARGE_PLACES, NOT_NAMES

ALONE = ("given_world", "surnames_world")


def test_several_lists_are_read_as_one() -> None:
    assert entries("given", "given_world") == entries("given") | entries("given_world")


def test_any_of_holds_what_one_of_its_lists_holds() -> None:
    some = AnyOf(frozenset({"Ada"}), frozenset({"Bo"}))
    assert "Ada" in some
    assert "Bo" in some
    assert "Cy" not in some


@pytest.mark.parametrize("name", ALONE)
def test_names_that_count_alone_are_no_words_of_charts_and_no_states(name: str) -> None:
    small = {entry.lower() for entry in entries(name)}
    assert len(small) > 10_000
    assert not small & NOT_NAMES
    assert not small & LARGE_PLACES
    assert not small & {stop.lower() for stop in person.STOP}


@pytest.mark.parametrize("name", ["Vsevolod", "Adebola", "Bronagh", "Þorbjörg", "Panagiotis", "Mazurkiewicz"])
def test_names_of_the_world_are_listed(name: str) -> None:
    assert name in person.ANY_NAME


@pytest.mark.parametrize("name", ["Dix-Hallpike", "Wong-Baker", "Cormack-Lehane", "Winston-Salem"])
def test_what_two_names_mean_together_is_listed_as_it_is_written(name: str) -> None:
    assert name in DOUBLE_EPONYMS
