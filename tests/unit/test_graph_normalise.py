"""Which value refers to which resource: each rule of `zt_ai.graph.normalise`, with the case where it must not apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.graph import GraphError, Ref, ResourceGraph, Secret, Unknown, references, wire
from zt_ai.graph.normalise import Raw, is_identifier, normalise

UNKNOWN = wire.UNKNOWN_STRING
NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def urn(name: str, type_: str = "aws:ec2/vpc:Vpc") -> str:
    return f"urn:pulumi:dev::shop::{type_}::{name}"


def raw(name: str, inputs: Mapping[str, Any] | None = None, *, type_: str = "aws:ec2/vpc:Vpc", **fields: Any) -> Raw:
    settings: dict[str, Any] = {"parent": "", "custom": True, "id": "", **fields}
    return Raw(urn=urn(name, type_), type=type_, name=name, inputs=inputs or {}, **settings)


A, B, C = raw("a", id="vpc-0aaaaaaaa"), raw("b", id="vpc-0bbbbbbbb"), raw("c", id="vpc-0cccccccc")


def user(value: Any, depends: list[str]) -> Raw:
    return raw("user", {"it": value}, type_="aws:ec2/subnet:Subnet", property_dependencies={"it": depends})


def read(*found: Raw) -> ResourceGraph:
    return normalise(found, "state")


def resolved(value: Any, depends: list[str], *others: Raw) -> Any:
    graph = read(*(others or (A, B, C)), user(value, depends))
    return graph.resources[urn("user", "aws:ec2/subnet:Subnet")].inputs["it"]


class TestUnknownValues:
    def test_one_dependency_is_what_it_refers_to(self) -> None:
        assert resolved(UNKNOWN, [A.urn]) == Ref(A.urn)

    def test_every_unknown_of_one_dependency_refers_to_it(self) -> None:
        assert resolved({"x": UNKNOWN, "y": [UNKNOWN]}, [A.urn]) == {"x": Ref(A.urn), "y": (Ref(A.urn),)}

    def test_a_list_with_as_many_unknowns_as_dependencies_is_a_set_of_references(self) -> None:
        assert resolved([UNKNOWN, UNKNOWN], [B.urn, A.urn]) == (Ref(A.urn), Ref(B.urn))

    def test_a_dependency_that_a_known_item_names_is_not_counted(self) -> None:
        assert resolved(["vpc-0aaaaaaaa", UNKNOWN], [A.urn, B.urn]) == (Ref(A.urn), Ref(B.urn))

    def test_a_map_with_several_unknowns_is_not_guessed(self) -> None:
        """Swapping the two would prove a route through the wrong gateway."""
        unknown = Unknown((A.urn, B.urn))
        assert resolved({"gateway": UNKNOWN, "firewall": UNKNOWN}, [A.urn, B.urn]) == {
            "gateway": unknown,
            "firewall": unknown,
        }

    def test_one_unknown_of_two_dependencies_stays_unknown(self) -> None:
        assert resolved(UNKNOWN, [B.urn, A.urn]) == Unknown((A.urn, B.urn))

    def test_without_dependencies_it_depends_on_nothing_known(self) -> None:
        assert resolved(UNKNOWN, []) == Unknown(())

    def test_a_dependency_outside_of_the_graph_is_no_reference(self) -> None:
        assert resolved(UNKNOWN, [urn("elsewhere")]) == Unknown(())

    @pytest.mark.parametrize("sentinel", sorted(wire.UNKNOWNS))
    def test_every_sentinel_of_the_engine_is_known(self, sentinel: str) -> None:
        assert resolved(sentinel, [A.urn]) == Ref(A.urn)


class TestKnownValues:
    def test_the_id_of_a_dependency_refers_to_it(self) -> None:
        assert resolved("vpc-0aaaaaaaa", [A.urn, B.urn]) == Ref(A.urn)

    def test_a_computed_identifier_of_a_dependency_refers_to_it(self) -> None:
        made = raw("made", id="x", outputs={"nested": [{"endpointId": "vpce-012345678"}]})
        assert resolved(["vpce-012345678"], [made.urn], made) == (Ref(made.urn),)

    def test_a_plain_setting_of_a_dependency_stays(self) -> None:
        made = raw("made", {"cidrBlock": "10.0.0.0/16"}, outputs={"cidrBlock": "10.0.0.0/16", "mode": "standard"})
        assert resolved(["10.0.0.0/16", "standard"], [made.urn], made) == ("10.0.0.0/16", "standard")

    def test_a_tag_that_both_have_stays(self) -> None:
        made = raw(
            "made", {"tags": {"spec": "clinic-2026"}}, outputs={"tags": {"spec": "clinic-2026"}}, id="vpc-0ddddd"
        )
        assert resolved({"spec": "clinic-2026", "vpc": "vpc-0ddddd"}, [made.urn], made) == {
            "spec": "clinic-2026",
            "vpc": Ref(made.urn),
        }

    def test_the_name_of_a_dependency_refers_to_it_before_and_after_the_deployment(self) -> None:
        planned = raw("made", {"bucket": "audit"}, type_="aws:s3/bucket:Bucket")
        deployed = raw("made", {"bucket": "audit"}, type_="aws:s3/bucket:Bucket", id="audit")
        for made in (planned, deployed):
            assert resolved("audit", [made.urn], made) == Ref(made.urn)

    def test_a_reference_that_a_dependency_passes_on_refers_to_the_dependency(self) -> None:
        group = raw("group", {"vpcId": "vpc-0aaaaaaaa"}, property_dependencies={"vpcId": [A.urn]}, id="sg-000000001")
        assert resolved("vpc-0aaaaaaaa", [group.urn], A, group) == Ref(group.urn)

    def test_the_owner_of_an_id_wins_over_one_that_passes_it_on(self) -> None:
        group = raw("group", {"vpcId": "vpc-0aaaaaaaa"}, property_dependencies={"vpcId": [A.urn]}, id="sg-000000001")
        assert resolved("vpc-0aaaaaaaa", [group.urn, A.urn], A, group) == Ref(A.urn)

    def test_two_equally_likely_owners_leave_the_text(self) -> None:
        twins = [raw(name, outputs={"shared": "rslvr-0123456"}) for name in ("one", "two")]
        assert resolved("rslvr-0123456", [twin.urn for twin in twins], *twins) == "rslvr-0123456"

    def test_a_foreign_program_may_pass_an_id_or_an_arn_as_text(self) -> None:
        topic = raw("topic", id="t-1", outputs={"arn": "arn:aws:sns:us-east-1:123456789012:t"})
        assert resolved("vpc-0aaaaaaaa", []) == Ref(A.urn)
        assert resolved("arn:aws:sns:us-east-1:123456789012:t", [], topic) == Ref(topic.urn)

    def test_an_id_of_two_resources_is_no_reference(self) -> None:
        assert resolved("vpc-0aaaaaaaa", [], A, raw("twin", id="vpc-0aaaaaaaa")) == "vpc-0aaaaaaaa"

    def test_an_id_that_is_only_a_name_is_no_reference(self) -> None:
        """Otherwise a tag that repeats the name of a bucket would turn into a reference."""
        bucket = raw("bucket", {"bucket": "gateway"}, id="gateway")
        assert resolved({"zt-ai:workload": "gateway"}, [], bucket) == {"zt-ai:workload": "gateway"}

    @pytest.mark.parametrize("id_", ["443", "1234567890", "tcp", ""])
    def test_a_number_or_a_short_word_is_no_reference(self, id_: str) -> None:
        assert resolved(id_, [], raw("odd", id=id_)) == id_

    def test_a_resource_does_not_refer_to_itself(self) -> None:
        itself = raw("a", {"defaultId": "acl-0123456"}, id="acl-0123456", outputs={"arn": "arn:x"})
        assert read(itself).resources[itself.urn].inputs["defaultId"] == "acl-0123456"


class TestShapes:
    def test_a_list_of_references_is_sorted(self) -> None:
        assert resolved(["vpc-0cccccccc", "vpc-0aaaaaaaa"], [A.urn, C.urn]) == (Ref(A.urn), Ref(C.urn))

    def test_a_mixed_list_keeps_its_order(self) -> None:
        assert resolved(["vpc-0cccccccc", "x", "vpc-0aaaaaaaa"], [A.urn, C.urn]) == (Ref(C.urn), "x", Ref(A.urn))

    def test_a_secret_is_resolved_inside_and_never_printed(self) -> None:
        secret = {wire.SIGNATURE: SECRET, "value": "vpc-0aaaaaaaa"}
        assert resolved(secret, [A.urn]) == Secret(Ref(A.urn))
        assert "hunter2" not in repr(resolved({wire.SIGNATURE: SECRET, "value": "hunter2"}, []))

    def test_the_forms_of_a_secret(self) -> None:
        assert resolved({wire.SIGNATURE: SECRET, "plaintext": '{"a": 1}'}, []) == Secret({"a": 1})
        assert resolved({wire.SIGNATURE: SECRET, "ciphertext": "v1:x"}, []) == Secret(None)
        assert resolved("[secret]", []) == Secret(None)

    def test_a_resource_reference_refers(self) -> None:
        reference = {wire.SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": A.urn, "id": ""}
        assert resolved(reference, []) == Ref(A.urn)

    def test_defaults_and_nulls_are_dropped_at_every_depth(self) -> None:
        value = {"__defaults": ["mode"], "mode": "x", "kept": {"__meta": "{}", "__defaults": [], "n": None, "y": 1.0}}
        assert resolved(value, []) == {"kept": {"y": 1}}

    def test_a_generated_name_counts_as_a_result(self) -> None:
        role = raw("role", {"__defaults": ["name"], "name": "role-1234567"}, type_="aws:iam/role:Role")
        graph = read(role, user("role-1234567", [role.urn]))
        assert graph.resources[role.urn].inputs == {}
        assert graph.resources[role.urn].outputs == {"name": "role-1234567"}
        assert graph.of_type("aws:ec2/subnet:Subnet")[0].inputs["it"] == Ref(role.urn)

    def test_a_region_that_the_provider_filled_in_is_a_result_and_one_that_the_program_gave_an_input(self) -> None:
        inputs = {"cidrBlock": "10.0.0.0/16", "region": "eu-west-1"}
        filled = raw("a", inputs, property_dependencies={"cidrBlock": []})
        given = raw("b", inputs, property_dependencies={"cidrBlock": [], "region": []})
        untold = raw("c", inputs)
        alone = raw("d", {"region": "eu-west-1", "__defaults": []})
        graph = read(filled, given, untold, alone)
        assert ["region" in graph.resources[r.urn].inputs for r in (filled, given, untold, alone)] == [0, 1, 1, 0]
        assert graph.resources[filled.urn].outputs == {"region": "eu-west-1"}

    def test_special_numbers_and_bytes(self) -> None:
        infinite = {wire.SIGNATURE: "8ad145fe-0d11-4827-bfd7-1abcbf086f5c", "value": "7ff0000000000000"}
        assert resolved(infinite, []) == float("inf")
        assert resolved({wire.SIGNATURE: "803fd3297a5875dc03ca845dda5d2a98", "value": "/w=="}, []) == "\udcff"

    @pytest.mark.parametrize(
        "value",
        [
            {wire.SIGNATURE: "0" * 32},
            {wire.SIGNATURE: 7},
            {wire.SIGNATURE: "8ad145fe-0d11-4827-bfd7-1abcbf086f5c", "value": "no"},
            {wire.SIGNATURE: "803fd3297a5875dc03ca845dda5d2a98", "value": "%"},
            {wire.SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e"},
            {wire.SIGNATURE: SECRET, "plaintext": "{"},
        ],
    )
    def test_a_malformed_signature_is_an_error(self, value: Any) -> None:
        with pytest.raises(GraphError):
            resolved(value, [])


class TestStructure:
    def test_the_stack_and_default_providers_are_left_out(self) -> None:
        stack = raw("shop-dev", type_="pulumi:pulumi:Stack", custom=False)
        default = raw("default_7_51_1", type_="pulumi:providers:aws")
        named = raw("default-east", {"version": "7", "region": "us-east-1"}, type_="pulumi:providers:aws", id="p")
        child = raw("child", parent=stack.urn, provider=f"{default.urn}::1234", dependencies=(stack.urn,))
        other = raw("other", parent=child.urn, provider=f"{named.urn}::1234", dependencies=(child.urn,))
        graph = read(stack, default, named, child, other)
        assert [resource.name for resource in graph] == ["default-east", "child", "other"]
        assert graph.resources[named.urn].inputs == {"region": "us-east-1"}
        assert (graph.resources[child.urn].parent, graph.resources[child.urn].provider) == (None, "")
        assert graph.resources[child.urn].dependencies == frozenset()
        assert (graph.resources[other.urn].parent, graph.resources[other.urn].provider) == (child.urn, named.urn)

    def test_queries(self) -> None:
        graph = read(A, B, user(["vpc-0aaaaaaaa", {"again": "vpc-0aaaaaaaa"}], [A.urn]))
        subnet = graph.of_type("aws:ec2/subnet:Subnet")
        assert graph.referrers(A.urn) == subnet
        assert graph.referrers(B.urn) == ()
        assert graph.get("nothing") is None
        assert len(graph.children(None)) == len(graph) == 3
        assert [r.name for r in graph.of_type("aws:ec2/subnet:Subnet", "aws:ec2/vpc:Vpc")] == ["user", "a", "b"]

    def test_a_cycle_in_a_damaged_state_ends(self) -> None:
        one = raw("one", {"x": "id-of-two-22"}, id="id-of-one-11", property_dependencies={"x": [urn("two")]})
        two = raw("two", {"x": "id-of-one-11"}, id="id-of-two-22", property_dependencies={"x": [urn("one")]})
        graph = read(one, two)
        assert graph.resources[one.urn].inputs["x"] == Ref(two.urn)


@pytest.mark.parametrize("text", ["10.0.0.0/16", "fd00::/8", "123456789012", "standard", "us west 2 x", "2001:db8::1"])
def test_settings_are_no_identifiers(text: str) -> None:
    assert not is_identifier(text)


@pytest.mark.parametrize("text", ["vpce-0123456789", "arn:aws:s3:::x", "sg-0a1b2c3d", "x-1.elb.amazonaws.com"])
def test_identifiers(text: str) -> None:
    assert is_identifier(text)


leaves = st.none() | st.booleans() | st.integers() | st.sampled_from([UNKNOWN, NUMBER, "vpc-0aaaaaaaa", "tcp"])
values = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("xyz"), inner), max_leaves=9
)


@given(values, st.lists(st.sampled_from([A.urn, B.urn, C.urn]), unique=True))
def test_every_reference_is_a_dependency_or_an_identity(value: Any, depends: list[str]) -> None:
    """No reference out of nothing, and no sentinel survives."""
    found = resolved([value], depends)
    assert {ref.urn for ref in references(found)} <= {*depends, A.urn}
    assert UNKNOWN not in repr(found)
    assert NUMBER not in repr(found)


@given(values, st.permutations([A, B, C]))
def test_the_order_of_registration_does_not_change_what_a_value_means(value: Any, order: list[Raw]) -> None:
    depends = [A.urn, B.urn]
    assert resolved([value], depends, *order) == resolved([value], depends, A, B, C)
