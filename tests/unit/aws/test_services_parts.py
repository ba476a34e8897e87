"""Small parts that the components share, and what the synthesis must not import."""

from __future__ import annotations

import subprocess
import sys

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.aws.graphs import build
from zt_ai.aws.plan.policy_json import document, sid, statement
from zt_ai.builders.options import child_options
from zt_ai.builders.tags import MAX_VALUE, clause_tags

PURE = (
    "audit.names", "audit.policies", "audit.selectors", "egress.proxy_task",
    "watch.alarms", "watch.dashboard", "watch.filters",
)  # fmt: skip


def test_the_synthesis_needs_neither_pulumi_nor_a_cloud_sdk() -> None:
    imports = "; ".join(f"import zt_ai.aws.{name}" for name in PURE)
    loaded = "{m.partition('.')[0] for m in sys.modules}"
    check = f"import sys; print(sorted({loaded} & {{'pulumi', 'pulumi_aws', 'boto3', 'botocore'}}))"
    done = subprocess.run([sys.executable, "-c", f"{imports}; {check}"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


clauses = st.lists(st.from_regex(r"flow:[a-z]([a-z0-9-]{0,30}[a-z0-9])?", fullmatch=True), min_size=1, max_size=60)


@given(clauses)
def test_every_clause_is_in_exactly_one_tag_that_fits(ids: list[str]) -> None:
    tags = clause_tags(ids)
    assert all(len(value) <= MAX_VALUE for value in tags.values())
    assert sorted(word for value in tags.values() for word in value.split(" ")) == sorted(set(ids))
    assert next(iter(tags)) == "zt-ai:clause"


@given(clauses)
def test_tags_do_not_depend_on_the_order_of_the_clauses(ids: list[str]) -> None:
    assert clause_tags(ids) == clause_tags(list(reversed(ids)))


def test_no_clause_gives_no_tag() -> None:
    assert clause_tags([]) == {}


@pytest.mark.parametrize(
    ("words", "expected"), [(("read-notes", "Use"), "ReadNotesUse"), (("a.b/c", "d_e"), "ABCDE"), (("", "x"), "X")]
)
def test_a_statement_id_has_letters_and_digits_only(words: tuple[str, ...], expected: str) -> None:
    assert sid(*words) == expected


def test_equal_policies_are_equal_text() -> None:
    one = statement("S", ("b:Two", "a:One"), ("y", "x"), condition={"StringEquals": {"b": "1", "a": ("2", "3")}})
    two = statement("S", ("a:One", "b:Two"), ("x", "y"), condition={"StringEquals": {"a": ("2", "3"), "b": "1"}})
    assert document([one]) == document([two])
    assert document([one]) != document([statement("S", ("a:One",), ("x", "y"))])


def test_a_component_that_waits_for_nothing_gives_its_children_nothing_to_wait_for() -> None:
    class Empty(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("test:index:Empty", "empty")

    seen: list[pulumi.ResourceOptions] = []
    build(lambda: seen.append(child_options(Empty(), None)))
    assert len(seen) == 1
    assert seen[0].depends_on is None
    assert isinstance(seen[0].parent, Empty)
