"""When two graphs are equal, and how a difference is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.graph import Ref, Resource, ResourceGraph, Secret, Source, Unknown, Value
from zt_ai.graph.compare import equal

VPC = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc"
TABLE = "urn:pulumi:dev::shop::aws:ec2/routeTable:RouteTable::table"
USER = "urn:pulumi:dev::shop::aws:ec2/subnet:Subnet::user"


def graph(value: Value, *, digits: str = "", source: Source = "state", **more: Any) -> ResourceGraph:
    """A user of a VPC whose id and ARN end in `digits` (none: not deployed)."""
    outputs = {"arn": f"arn:aws:ec2:us-east-1:1:vpc/{digits}", "mode": "standard"} if digits else {}
    fields: dict[str, Any] = {"type": "aws:ec2/subnet:Subnet", "name": "user", "parent": None, "custom": True, **more}
    resources = [
        Resource(VPC, "aws:ec2/vpc:Vpc", "vpc", None, True, id=f"vpc-{digits}" if digits else None, outputs=outputs),
        Resource(TABLE, "aws:ec2/routeTable:RouteTable", "table", None, True),
        Resource(USER, inputs={"it": value}, dependencies=frozenset({VPC}), **fields),
    ]
    return ResourceGraph({resource.urn: resource for resource in resources}, source)


@pytest.mark.parametrize(
    ("planned", "deployed"),
    [
        (Ref(VPC), Ref(VPC)),
        (Ref(VPC), "vpc-0123abcd"),
        (Ref(VPC), "standard"),
        (Ref(VPC), "https://vpc-0123abcd.example"),
        (Unknown((TABLE, VPC)), Ref(VPC)),
        (Unknown((TABLE, VPC)), "of vpc-0123abcd and more"),
        (Unknown((TABLE, VPC)), (Ref(TABLE), Ref(VPC))),
        (Unknown((TABLE, VPC)), {"x": Ref(TABLE)}),
        (Unknown((VPC,)), 7),
        (Secret(None), Secret("x")),
        (Secret({"a": Ref(VPC)}), Secret({"a": "vpc-0123abcd"})),
        (Unknown((VPC,)), Secret(None)),
        (Ref(VPC), Secret("vpc-0123abcd")),
        (({"a": (1, "x")},), ({"a": (1, "x")},)),
        (float("inf"), float("inf")),
    ],
)
def test_what_is_the_same_in_two_sources(planned: Value, deployed: Value) -> None:
    one, other = graph(planned, source="plan"), graph(deployed, digits="0123abcd")
    assert equal(one, other) == equal(other, one) == []


@pytest.mark.parametrize(
    ("planned", "deployed"),
    [
        (Ref(VPC), Ref(TABLE)),
        (Ref(VPC), "vpc-99999999"),
        (Ref(VPC), "an ip standard of its own"),
        (Unknown((TABLE,)), Ref(VPC)),
        (Unknown((VPC,)), "vpc-99999999"),
        (Unknown(()), 7),
        (Unknown((VPC,)), Unknown((TABLE,))),
        (Unknown((VPC,)), (Ref(VPC), "10.0.0.0/8")),
        (Secret("x"), Secret("y")),
        (Secret("x"), "x"),
        (True, 1),
        ("1", 1),
        ((1, 2), (2, 1)),
        ((1,), (1, 1)),
        ({"a": 1}, {"a": 1, "b": 2}),
    ],
)
def test_what_is_not_the_same(planned: Value, deployed: Value) -> None:
    one, other = graph(planned, source="plan"), graph(deployed, digits="0123abcd")
    assert equal(one, other)
    assert equal(other, one)


def test_texts_that_differ_in_ids_alone_are_the_same() -> None:
    def policy(digits: str, action: str = "Get") -> str:
        return f'{{"Action": "{action}", "Resource": "arn:aws:ec2:us-east-1:1:vpc/{digits}"}}'

    one = graph(policy("0123abcd"), digits="0123abcd", source="mocks")
    assert equal(one, graph(policy("4567abcd"), digits="4567abcd")) == []
    assert equal(one, graph(policy("4567abcd", "*"), digits="4567abcd"))
    assert equal(one, graph(policy("9999abcd"), digits="4567abcd"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("type", "aws:ec2/x:X"), ("name", "other"), ("parent", VPC), ("custom", False)],
)
def test_other_differences_are_named(field: str, value: Any) -> None:
    (line,) = equal(graph(1), graph(1, source="mocks", **{field: value}))
    assert field in line
    assert line.startswith(USER)


def test_a_missing_resource_and_a_missing_input_are_named() -> None:
    whole = graph(1)
    less = ResourceGraph({VPC: whole.resources[VPC], TABLE: whole.resources[TABLE]}, "plan")
    assert equal(whole, less) == [f"resource {USER} is only in the state graph"]
    assert equal(less, whole) == [f"resource {USER} is only in the state graph"]
    bare = ResourceGraph({**whole.resources, USER: Resource(USER, "aws:ec2/subnet:Subnet", "user", None, True)}, "plan")
    assert equal(whole, bare) == [f"{USER}: input it is only in the state graph"]
    assert equal(bare, whole) == [f"{USER}: input it is only in the state graph"]


def test_a_difference_is_told_at_its_depth() -> None:
    (line,) = equal(graph({"a": (1, {"b": 2})}), graph({"a": (1, {"b": 3})}, source="plan"))
    assert line == f"{USER}: input it.a[1].b differs: 2 in state, 3 in plan"


values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from([Ref(VPC), Ref(TABLE), Unknown((VPC,)), Secret("x"), Secret(None)]),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_a_graph_equals_itself(value: Value) -> None:
    assert equal(graph(value), graph(value)) == []


@given(values, values)
def test_the_order_of_comparison_does_not_matter(left: Value, right: Value) -> None:
    one, other = graph(left), graph(right, source="plan")
    assert bool(equal(one, other)) == bool(equal(other, one))
