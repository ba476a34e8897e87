"""Plans, previews and states as files: which resources they lead to, and what is said of a file that is none."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zt_ai.graph.load as load_module
from zt_ai.graph import GraphError, Ref, Unknown
from zt_ai.graph.load import load
from zt_ai.graph.plan import from_plan, from_preview
from zt_ai.graph.state import from_state
from zt_ai.graph.wire import UNKNOWN_STRING

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"


def urn(name: str, type_: str = VPC) -> str:
    return f"urn:pulumi:dev::shop::{type_}::{name}"


def resource(name: str, inputs: Mapping[str, Any] | None = None, type_: str = VPC, **more: Any) -> dict[str, Any]:
    return {
        "urn": urn(name, type_),
        "type": type_,
        "custom": True,
        "id": f"id-of-{name}",
        "inputs": inputs or {},
        **more,
    }


def export(*resources: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {}, "resources": list(resources), **more}}


def planned(name: str, steps: list[str], type_: str = VPC, state: Any = None, **goal: Any) -> dict[str, Any]:
    whole = {"type": type_, "name": name, "custom": True, "inputDiff": {}, "protect": False, **goal}
    return {urn(name, type_): {"goal": whole, "steps": steps, "state": state or {}}}


def plan(*resources: Mapping[str, Any]) -> dict[str, Any]:
    return {"manifest": {}, "resourcePlans": {key: value for part in resources for key, value in part.items()}}


class TestStates:
    def test_what_is_about_to_be_deleted_is_left_out(self) -> None:
        old = resource("a", {"cidrBlock": "10.0.0.0/16"}, delete=True)
        new = resource("a", {"cidrBlock": "10.1.0.0/16"})
        for order in ((old, new), (new, old)):
            (found,) = from_state(export(*order))
            assert found.inputs == {"cidrBlock": "10.1.0.0/16"}
        assert len(from_state(export(old))) == 0
        assert len(from_state(export(resource("gone", pendingReplacement=True)))) == 0

    def test_what_is_only_read_stays(self) -> None:
        assert len(from_state(export(resource("a", external=True)))) == 1

    def test_a_creation_that_was_interrupted_is_part_of_it(self) -> None:
        """The resource may exist: leaving it out could prove a closed network that is open."""
        pending = [{"type": kind, "resource": resource(kind)} for kind in ("creating", "deleting", "importing")]
        found = from_state(export(pending_operations=pending))
        assert {r.name for r in found} == {"creating", "importing"}

    def test_a_bare_deployment_and_a_checkpoint(self, tmp_path: Path) -> None:
        whole = export(resource("a"))
        checkpoint = {"version": 3, "checkpoint": {"stack": "s", "latest": whole["deployment"]}}
        for form in (whole, whole["deployment"], checkpoint):
            assert len(from_state(form)) == 1
            assert len(load(_file(tmp_path, form))) == 1
        assert len(from_state({"version": 3, "checkpoint": {"stack": "never deployed"}})) == 0

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            ({"version": 99, "deployment": {}}, "version 99"),
            ({"version": True, "deployment": {}}, "version True"),
            ({"deployment": []}, "a list where a map belongs"),
            ({"deployment": {"resources": {}}}, "a dict where a list belongs"),
            ({"deployment": {"resources": ["x"]}}, "a str where a map belongs"),
            ({"deployment": {"resources": [{"urn": "x"}]}}, "'x' is no URN"),
            ({"deployment": {"resources": [{"urn": 7}]}}, "a int where a string belongs"),
            ({"deployment": {"resources": [resource("a", propertyDependencies=[])]}}, "where a map belongs"),
            ({"nothing": 1}, "no state of a stack"),
        ],
    )
    def test_what_is_no_state_is_refused(self, state: Any, reason: str) -> None:
        with pytest.raises(GraphError, match=reason):
            from_state(state)


class TestPlans:
    def test_a_creation_has_its_inputs_and_no_id(self) -> None:
        (found,) = from_plan(plan(planned("a", ["create"], inputDiff={"adds": {"cidrBlock": "10.0.0.0/16"}})))
        assert (found.inputs, found.id, found.name) == ({"cidrBlock": "10.0.0.0/16"}, None, "a")

    def test_an_update_is_applied_to_the_state(self) -> None:
        before = export(resource("a", {"kept": 1, "changed": 1, "gone": 1}))
        change = {"adds": {"new": 2}, "updates": {"changed": 2}, "deletes": ["gone"]}
        (found,) = from_plan(plan(planned("a", ["update"], inputDiff=change)), before)
        assert found.inputs == {"kept": 1, "changed": 2, "new": 2}
        assert found.id == "id-of-a"

    def test_a_replacement_keeps_unchanged_inputs_but_not_the_id(self) -> None:
        before = export(resource("a", {"kept": 1, "changed": 1}))
        steps = ["create-replacement", "replace", "delete-replaced"]
        (found,) = from_plan(plan(planned("a", steps, inputDiff={"updates": {"changed": 2}})), before)
        assert (found.inputs, found.id) == ({"kept": 1, "changed": 2}, None)

    def test_a_deletion_before_a_replacement_starts_from_nothing(self) -> None:
        before = export(resource("a", {"old": 1}))
        steps = ["delete-replaced", "replace", "create-replacement"]
        (found,) = from_plan(plan(planned("a", steps, inputDiff={"adds": {"new": 1}})), before)
        assert found.inputs == {"new": 1}

    def test_a_deletion_is_left_out(self) -> None:
        gone = {urn("a"): {"steps": ["delete"], "state": {}}}
        assert len(from_plan(plan(gone), export(resource("a")))) == 0

    def test_a_reference_to_a_new_and_to_an_old_resource(self) -> None:
        user = planned(
            "user",
            ["create"],
            SUBNET,
            inputDiff={"adds": {"both": [UNKNOWN_STRING, "id-of-old"], "unclear": UNKNOWN_STRING}},
            propertyDependencies={"both": [urn("old"), urn("new")], "unclear": [urn("old"), urn("new")]},
        )
        before = export(resource("old"))
        graph = from_plan(plan(planned("old", ["same"]), planned("new", ["create"]), user), before)
        found = graph.of_type(SUBNET)[0]
        assert found.inputs["both"] == (Ref(urn("new")), Ref(urn("old")))
        assert found.inputs["unclear"] == Unknown((urn("new"), urn("old")))

    def test_without_the_state_a_change_is_refused(self) -> None:
        """The negative twin of the update: half of its inputs would be missing."""
        with pytest.raises(GraphError, match="give the state"):
            from_plan(plan(planned("a", ["update"], inputDiff={"updates": {"x": 1}})))

    def test_a_resource_that_is_only_read_comes_from_the_state_or_has_no_properties(self) -> None:
        user = planned("user", ["create"], SUBNET, dependencies=[urn("read")])
        bare = from_plan(plan(user)).get(urn("read"))
        assert bare is not None
        assert bare.inputs == {}
        known = from_plan(plan(user), export(resource("read", external=True, outputs={"cidrBlock": "10.0.0.0/8"})))
        assert known.resources[urn("read")].outputs == {"cidrBlock": "10.0.0.0/8"}

    def test_dependencies_come_first_though_a_plan_is_sorted(self) -> None:
        graph = from_plan(plan(planned("a", ["create"], dependencies=[urn("z")]), planned("z", ["create"])))
        assert [r.name for r in graph] == ["z", "a"]

    def test_an_import_takes_what_the_program_sets_from_what_was_read(self) -> None:
        read = {"bucket": "old", "policy": "{}", "arn": "arn:aws:s3:::old"}
        imported = planned("a", ["import"], state=read, propertyDependencies={"bucket": []}, id="old")
        (found,) = from_plan(plan(imported))
        assert (found.inputs, found.id) == ({"bucket": "old"}, "old")

    def test_what_is_no_plan_is_refused(self) -> None:
        with pytest.raises(GraphError, match="no saved update plan"):
            from_plan({"steps": []})


class TestPreviews:
    def test_steps_lead_to_resources(self) -> None:
        steps = [
            {
                "op": "create",
                "newState": resource("a", {"x": UNKNOWN_STRING}, propertyDependencies={"x": [urn("b")]}, id=""),
            },
            {"op": "same", "newState": resource("b"), "oldState": resource("b")},
            {"op": "delete", "oldState": resource("c")},
            {"op": "delete-replaced", "oldState": resource("d"), "newState": resource("d")},
        ]
        graph = from_preview({"steps": steps})
        assert {r.name for r in graph} == {"a", "b"}
        assert graph.resources[urn("a")].inputs["x"] == Ref(urn("b"))
        assert graph.resources[urn("a")].id is None
        assert graph.source == "preview"

    def test_what_is_no_preview_is_refused(self) -> None:
        with pytest.raises(GraphError, match="pulumi preview --json"):
            from_preview({"resourcePlans": {}})


def _file(folder: Path, content: Any) -> Path:
    path = folder / "file.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "source"),
        [
            (export(resource("a")), "state"),
            (plan(planned("a", ["create"])), "plan"),
            ({"version": 1, "plan": plan(planned("a", ["create"]))}, "plan"),
            ({"steps": [{"op": "create", "newState": resource("a")}]}, "preview"),
        ],
    )
    def test_kinds_are_told_apart(self, tmp_path: Path, content: Any, source: str) -> None:
        graph = load(_file(tmp_path, content))
        assert (graph.source, len(graph)) == (source, 1)

    @pytest.mark.parametrize("content", [{"manifest": {}}, {"changeSummary": {}}, export()])
    def test_an_empty_stack_is_an_empty_graph(self, tmp_path: Path, content: Any) -> None:
        assert len(load(_file(tmp_path, content))) == 0

    def test_a_plan_is_read_with_its_state(self, tmp_path: Path) -> None:
        state = tmp_path / "state.json"
        state.write_text(json.dumps(export(resource("a", {"x": 1}))), encoding="utf-8")
        (found,) = load(_file(tmp_path, plan(planned("a", ["same"]))), state=state)
        assert found.inputs == {"x": 1}

    def test_a_byte_order_mark_is_allowed(self, tmp_path: Path) -> None:
        assert len(load(_file(tmp_path, b"\xef\xbb\xbf" + json.dumps(export()).encode()))) == 0

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty"),
            (b" \n", "empty"),
            (b"\xff\xfe{", "not UTF-8 at byte 0"),
            (b"zones:\n  a: 1\n", ":1:1: not JSON"),
            (b'{"a": 1,\n "b" 2}', ":2:6: not JSON"),
            (b"[]", "a list where a map belongs"),
            (b'{"zones": {}}', "no state, update plan or preview"),
            (b"[" * 200_000, "nested too deeply"),
            (b'{"deployment": {"resources": 7}}', "where a list belongs"),
        ],
    )
    def test_bad_files_name_the_file_and_the_reason(self, tmp_path: Path, content: bytes, reason: str) -> None:
        path = _file(tmp_path, content)
        with pytest.raises(GraphError, match=reason) as caught:
            load(path)
        assert str(path) in str(caught.value)

    def test_deep_values_in_a_state_are_refused(self, tmp_path: Path) -> None:
        deep: Any = "x"
        for _ in range(700):
            deep = [deep]
        with pytest.raises(GraphError, match="nested too deeply"):
            load(_file(tmp_path, export(resource("a", {"x": deep}))))

    def test_a_file_that_is_not_there_or_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(GraphError, match="no such file"):
            load(tmp_path / "none.json")
        with pytest.raises(GraphError, match="is a directory"):
            load(tmp_path)

    def test_a_file_that_is_too_large_is_not_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "large.json"
        with path.open("wb") as file:
            os.truncate(file.fileno(), 200 * 1024 * 1024)
        monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
        with pytest.raises(GraphError, match="200 MiB is more than the 128 MiB"):
            load(path)
        assert load_module.LARGEST == 128 * 1024 * 1024


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
known_keys = st.sampled_from(
    [
        "deployment",
        "resources",
        "checkpoint",
        "latest",
        "version",
        "steps",
        "newState",
        "op",
        "urn",
        "resourcePlans",
        "goal",
    ]
)
odd_files = st.recursive(
    json_values,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(known_keys, inner, max_size=3),
    max_leaves=12,
)


@given(odd_files)
def test_any_map_is_read_or_refused_with_a_reason(content: Any) -> None:
    """No other exception leaves a reader, whatever the file holds."""
    for reader in (from_state, from_plan, from_preview):
        if isinstance(content, dict):
            with contextlib.suppress(GraphError):
                assert reader(content).source in {"state", "plan", "preview"}
