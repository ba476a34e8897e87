"""The algebra of sets on a cut line, against plain sets of numbers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.verify.space import (
    SERVICES_SIZE,
    Line,
    NotCutError,
    atoms,
    format_services,
    join,
    service_parts,
    service_spans,
)

SIZE = 60
span = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).map(lambda pair: (min(pair), max(pair)))
spans = st.lists(span, min_size=1, max_size=6)


def numbers(line: Line, bits: int) -> set[int]:
    return {number for first, last in line.spans(bits) for number in range(first, last + 1)}


def meant(spans_: list[tuple[int, int]]) -> set[int]:
    return {number for first, last in spans_ for number in range(first, last + 1)}


@given(spans, spans)
def test_union_intersection_and_complement_are_those_of_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]):
    line = Line(SIZE, [*one, *other])
    left, right = line.union(one), line.union(other)
    assert numbers(line, left | right) == meant(one) | meant(other)
    assert numbers(line, left & right) == meant(one) & meant(other)
    assert numbers(line, line.everything & ~left) == set(range(SIZE)) - meant(one)


@given(spans)
def test_spans_are_ascending_apart_and_give_the_same_set_again(one: list[tuple[int, int]]):
    line = Line(SIZE, one)
    found = line.spans(line.union(one))
    assert all(a[1] + 1 < b[0] for a, b in pairwise(found))
    assert line.union(found) == line.union(one)
    assert line.first(line.union(one)) == min(meant(one))


@given(spans, st.integers(0, SIZE - 1))
def test_the_class_of_a_number_is_inside_every_set_that_has_it(one: list[tuple[int, int]], number: int):
    line = Line(SIZE, one)
    assert (line.at(number) & line.union(one) != 0) == (number in meant(one))


@given(spans)
def test_atoms_are_disjoint_and_together_the_set(one: list[tuple[int, int]]):
    line = Line(SIZE, one)
    parts = list(atoms(line.union(one)))
    assert join(parts) == line.union(one)
    assert sum(len(numbers(line, part)) for part in parts) == len(meant(one))


def test_a_span_that_was_not_cut_is_refused_and_not_rounded():
    line = Line(SIZE, [(10, 19)])
    with pytest.raises(NotCutError):
        line.of(10, 15)


@pytest.mark.parametrize(
    ("protocol", "first", "last", "words"),
    [
        ("tcp", 443, 443, "tcp/443"),
        ("6", 1024, 65535, "tcp/1024-65535"),
        ("UDP", None, None, "udp"),
        ("icmp", -1, -1, "icmp"),
        ("50", None, None, "protocol 50"),
        ("esp", 0, 0, "protocol 50"),
        ("-1", 443, 443, "all"),
        ("all", None, None, "all"),
    ],
)
def test_protocols_and_ports_as_rules_write_them(protocol: str, first: int | None, last: int | None, words: str):
    found = service_spans(protocol, first, last)
    line = Line(SERVICES_SIZE, found)
    assert ", ".join(format_services(line, line.union(found))) == words


def test_echo_request_is_one_type_of_icmp_and_not_another():
    request, answer = service_spans("icmp", 8, -1), service_spans("icmp", 0, -1)
    line = Line(SERVICES_SIZE, (*request, *answer))
    assert line.union(request) & line.union(answer) == 0


@pytest.mark.parametrize(
    ("protocol", "first", "last"), [("tcp", 70000, 70000), ("tcp", 9, 3), ("nonsense", 1, 2), ("300", 0, 0)]
)
def test_what_is_no_service_is_refused(protocol: str, first: int, last: int):
    with pytest.raises(ValueError, match=r"\w"):
        service_spans(protocol, first, last)


def test_a_number_on_the_line_is_a_protocol_and_a_port():
    assert service_parts(service_spans("udp", 53, 53)[0][0]) == ("udp", 53)
    assert service_parts(service_spans("47", None, None)[0][0]) == ("47", None)
