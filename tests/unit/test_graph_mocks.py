"""Programs that run in this process: what is recorded, what programs read back, and how they fail."""

from __future__ import annotations

import asyncio
import gc
import json
import warnings
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import resource as pulumi_resource

from zt_ai.graph import GraphError, Ref, Resource, ResourceGraph, Secret, Unknown
from zt_ai.graph.answers import Answers, Made
from zt_ai.graph.compare import equal
from zt_ai.graph.mocks import from_program

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # pulumi_aws deprecates its own modules on import
    import pulumi_aws as aws


def graph_of(program: Callable[[], Any], **settings: Any) -> ResourceGraph:
    return from_program(program, project="shop", stack="dev", **settings)


def only(graph: ResourceGraph, name: str) -> Resource:
    (found,) = [resource for resource in graph if resource.name == name]
    return found


class Thing(pulumi.CustomResource):
    """A resource of a package that no table knows."""

    made: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        super().__init__("demo:index:Thing", name, {"made": None, **inputs}, opts)


class Box(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("demo:index:Box", name, None, opts)
        self.thing = Thing(f"{name}-thing", opts=pulumi.ResourceOptions(parent=self), size=1)
        self.register_outputs({"thingId": self.thing.id})


def test_urns_are_those_of_the_engine_at_every_depth() -> None:
    def program() -> None:
        outer = Box("outer")
        Box("inner", pulumi.ResourceOptions(parent=outer))

    graph = graph_of(program)
    inner = only(graph, "inner")
    assert inner.urn == "urn:pulumi:dev::shop::demo:index:Box$demo:index:Box::inner"
    thing = only(graph, "inner-thing")
    assert thing.urn == "urn:pulumi:dev::shop::demo:index:Box$demo:index:Box$demo:index:Thing::inner-thing"
    assert (thing.parent, inner.parent, only(graph, "outer").parent) == (inner.urn, only(graph, "outer").urn, None)
    assert (thing.custom, inner.custom) == (True, False)
    assert graph.children(inner.urn) == (thing,)
    assert inner.outputs["thingId"] == thing.id
    assert graph.source == "mocks"


def test_references_secrets_and_numbers() -> None:
    def program() -> None:
        one, two = Thing("one"), Thing("two")
        Thing("user", one=one.id, both=[two.id, one.id], key=pulumi.Output.secret("hunter2"), size=3, flag=True)

    graph = graph_of(program)
    user = only(graph, "user")
    one, two = Ref(only(graph, "one").urn), Ref(only(graph, "two").urn)
    assert user.inputs == {"one": one, "both": (one, two), "key": Secret("hunter2"), "size": 3, "flag": True}
    assert user.dependencies == {one.urn, two.urn}
    assert "hunter2" not in repr(graph)


def test_an_output_that_no_table_answers_is_unknown_as_in_a_preview() -> None:
    ran = []

    def program() -> None:
        one, two = Thing("one"), Thing("two")
        one.made.apply(ran.append)
        Thing("user", single=one.made, several=pulumi.Output.concat(one.made, two.made))

    graph = graph_of(program)
    user = only(graph, "user")
    one, two = only(graph, "one").urn, only(graph, "two").urn
    assert user.inputs == {"single": Ref(one), "several": Unknown((one, two))}
    assert ran == []


def test_what_apply_makes_of_known_outputs_is_part_of_the_graph() -> None:
    graph = graph_of(lambda: Thing("one").id.apply(lambda id_: Thing("made-later", of=id_)) and None)
    assert only(graph, "made-later").inputs["of"] == Ref(only(graph, "one").urn)


def test_computed_outputs_of_aws_resolve_to_their_owner() -> None:
    def program() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
        subnets = [
            aws.ec2.Subnet(
                f"subnet-{zone}", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone=f"eu-west-1{zone}"
            )
            for zone in "ab"
        ]
        firewall = aws.networkfirewall.Firewall(
            "firewall",
            vpc_id=vpc.id,
            firewall_policy_arn="arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/p",
            subnet_mappings=[{"subnet_id": subnet.id} for subnet in subnets],
        )

        for zone in "ab":
            endpoint = firewall.firewall_statuses.apply(
                lambda statuses, zone=zone: next(
                    state.attachments[0].endpoint_id
                    for state in statuses[0].sync_states
                    if state.availability_zone == f"eu-west-1{zone}"
                )
            )
            aws.ec2.Route(f"via-{zone}", route_table_id="rtb-1", vpc_endpoint_id=endpoint)
        aws.ec2.DefaultRouteTable("default", default_route_table_id=vpc.default_route_table_id)
        gateway = aws.ec2.VpcEndpoint("s3", vpc_id=vpc.id, service_name="com.amazonaws.eu-west-1.s3")
        aws.vpc.SecurityGroupEgressRule(
            "to-s3", security_group_id="sg-1", ip_protocol="tcp", prefix_list_id=gateway.prefix_list_id
        )

    graph = graph_of(program, region="eu-west-1")
    firewall = Ref(only(graph, "firewall").urn)
    for zone in "ab":
        assert only(graph, f"via-{zone}").inputs["vpcEndpointId"] == firewall
    assert only(graph, "default").inputs["defaultRouteTableId"] == Ref(only(graph, "vpc").urn)
    assert only(graph, "to-s3").inputs["prefixListId"] == Ref(only(graph, "s3").urn)
    endpoints = {a["endpointId"] for s in _list(only(graph, "firewall").outputs) for a in s["attachments"]}
    assert len(endpoints) == 2, "each zone has an endpoint of its own"


def _list(outputs: Any) -> Any:
    return outputs["firewallStatuses"][0]["syncStates"]


def test_functions_are_answered_with_the_account_and_region() -> None:
    def program() -> None:
        zones, identity = aws.get_availability_zones(state="available"), aws.get_caller_identity()
        document = aws.iam.get_policy_document(
            statements=[
                {"actions": ["s3:GetObject"], "resources": ["*"], "principals": [{"type": "*", "identifiers": ["*"]}]}
            ]
        )
        Thing("user", zones=zones.names, account=identity.account_id, policy=document.json)

    user = only(graph_of(program, account="111122223333", region="eu-west-1"), "user")
    assert user.inputs["zones"] == ("eu-west-1a", "eu-west-1b", "eu-west-1c")
    assert user.inputs["account"] == "111122223333"
    (statement,) = json.loads(str(user.inputs["policy"]))["Statement"]
    assert statement == {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Principal": "*"}


def test_a_function_that_nobody_answers_is_an_error_that_names_it() -> None:
    with pytest.raises(Exception, match="aws:ec2/getAmi:getAmi"):
        graph_of(lambda: aws.ec2.get_ami(most_recent=True) and None)


def test_the_caller_can_add_answers() -> None:
    answers = Answers(
        resources={"demo:index:Thing": lambda request: Made(f"thing/{request.name}", {"made": request.token("made")})},
        functions={"demo:index:look": lambda arguments, place: {"found": f"{arguments['what']}@{place.region}"}},
    )

    def program() -> None:
        found = pulumi.runtime.invoke("demo:index:look", {"what": "x"}).value
        Thing("user", found=found["found"], made=Thing("one").made)

    graph = graph_of(program, answers=answers)
    assert only(graph, "user").inputs["found"] == "x@us-east-1"
    assert only(graph, "user").id == "thing/user"
    assert only(graph, "user").inputs["made"] == Ref(only(graph, "one").urn)


def test_reads_imports_providers_and_stack_references() -> None:
    def program() -> None:
        provider = aws.Provider("east", region="us-east-1")
        shared = aws.ec2.Vpc.get("shared", "vpc-12345678")
        aws.ec2.Subnet("subnet", vpc_id=shared.id, opts=pulumi.ResourceOptions(provider=provider))
        aws.s3.Bucket("kept", bucket="old", opts=pulumi.ResourceOptions(import_="old"))
        other = pulumi.StackReference("organization/other/dev")
        Thing("user", theirs=other.get_output("vpcId"))

    graph = graph_of(program)
    assert only(graph, "shared").id == "vpc-12345678"
    assert only(graph, "subnet").inputs["vpcId"] == Ref(only(graph, "shared").urn)
    assert only(graph, "subnet").provider == only(graph, "east").urn
    assert only(graph, "kept").id == "old"
    reference = only(graph, "organization/other/dev")
    assert reference.type == "pulumi:pulumi:StackReference"
    assert only(graph, "user").inputs["theirs"] == Ref(reference.urn)


def test_settings_and_names_are_those_given() -> None:
    seen = {}

    def program() -> None:
        seen.update(project=pulumi.get_project(), stack=pulumi.get_stack(), organization=pulumi.get_organization())
        seen.update(setting=pulumi.Config("shop").require("color"), preview=pulumi.runtime.is_dry_run())

    graph_of(program, config={"shop:color": "green"}, organization="clinic")
    assert seen == {"project": "shop", "stack": "dev", "organization": "clinic", "setting": "green", "preview": True}


class TestFailures:
    def test_the_program_s_own_error_comes_out(self) -> None:
        def program() -> None:
            Thing("one")
            raise ZeroDivisionError("mine")

        with pytest.raises(ZeroDivisionError, match="mine"):
            graph_of(program)

    def test_an_error_in_an_apply_that_nobody_awaits_comes_out(self) -> None:
        def explode(_: str) -> None:
            raise ZeroDivisionError("late")

        with pytest.raises(ZeroDivisionError, match="late"):
            graph_of(lambda: Thing("one").id.apply(explode) and None)

    def test_an_error_in_an_input_comes_out(self) -> None:
        def explode(_: str) -> str:
            raise ZeroDivisionError("input")

        with pytest.raises(ZeroDivisionError, match="input"):
            graph_of(lambda: Thing("two", of=Thing("one").id.apply(explode)) and None)

    def test_two_resources_with_one_urn_are_refused(self) -> None:
        def program() -> None:
            Thing("one")
            Thing("one")

        with pytest.raises(GraphError, match="Thing::one"):
            graph_of(program)

    def test_a_failed_run_does_not_spoil_the_next(self) -> None:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                graph_of(lambda: 1 // 0 and None)
            assert [resource.name for resource in graph_of(lambda: Thing("one") and None)] == ["one"]


class TestRuns:
    def test_runs_are_equal_and_ids_do_not_depend_on_order(self) -> None:
        def program(*names: str) -> None:
            for name in names:
                Thing(name)

        first = graph_of(lambda: program("one", "two"))
        second = graph_of(lambda: program("two", "one"))
        assert equal(first, second) == []
        assert only(first, "one").id == only(second, "one").id
        assert list(first.resources) == list(reversed(second.resources))

    def test_the_runtime_is_left_as_it_was(self) -> None:
        class Mocks(pulumi.runtime.Mocks):
            def new_resource(self, args: Any) -> tuple[str, dict[str, Any]]:
                return f"{args.name}-mock", args.inputs

            def call(self, args: Any) -> Any:
                return {}

        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            pulumi.runtime.set_mocks(Mocks(), project="theirs", stack="test")
            trace, collecting = pulumi_resource._get_stack_trace, gc.isenabled()
            graph_of(lambda: Thing("one") and None)
            assert asyncio.get_event_loop() is loop
            assert (pulumi.get_project(), pulumi.get_stack()) == ("theirs", "test")
            assert (pulumi_resource._get_stack_trace, gc.isenabled()) == (trace, collecting)
            assert loop.run_until_complete(Thing("theirs").id.future()) == "theirs-mock"
        finally:
            loop.close()
            asyncio.set_event_loop(None)

    def test_it_runs_inside_of_an_event_loop_too(self) -> None:
        async def main() -> ResourceGraph:
            return graph_of(lambda: Thing("one") and None)

        assert len(asyncio.run(main())) == 1

    def test_an_asynchronous_program_is_awaited(self) -> None:
        async def program() -> None:
            await asyncio.sleep(0)
            Thing("one")

        async def entry() -> dict[str, Any]:
            return {"id": Thing("two").id}

        assert len(graph_of(program)) == 1
        assert len(graph_of(lambda: pulumi.run(entry))) == 1

    def test_components_can_wait_for_each_other(self) -> None:
        def program() -> None:
            box = Box("box")
            Thing("after", opts=pulumi.ResourceOptions(depends_on=[box]))

        graph = graph_of(program)
        assert only(graph, "after").dependencies == {only(graph, "box-thing").urn}
