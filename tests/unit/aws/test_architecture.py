"""The whole architecture under mocks: how the parts fit, and what a change of the specification touches.

Proved here: the declared resources. What they let through is proved by `zt_ai.verify`, that AWS takes them by the
simulated cloud.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import run as execute

import pulumi
import pytest

from tests.unit.aws.plans import (
    Ref,
    built,
    changed,
    changes,
    example,
    lab,
    only,
    run,
    tags,
    understood,
)
from zt_ai.aws import SegmentedArchitecture, SegmentedArchitectureArgs, plan
from zt_ai.graph.compare import equal
from zt_ai.graph.model import ResourceGraph, Unknown, Value

ROUTE = "aws:ec2/route:Route"
RULES = (
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
)


@pytest.fixture(scope="module")
def clinic() -> ResourceGraph:
    return built(example("clinic"))


def unknowns(value: Value) -> Iterator[Unknown]:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from unknowns(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from unknowns(item)


class TestWhatIsBuilt:
    def test_every_resource_has_a_parent_and_every_input_is_known_or_a_reference(self, clinic: ResourceGraph) -> None:
        assert len(clinic) > 400
        for resource in clinic:
            assert resource.parent is not None or resource.type == "zt-ai:aws:SegmentedArchitecture"
            assert not list(unknowns(resource.inputs)), resource.name

    def test_tables_of_data_zones_have_no_routes(self, clinic: ResourceGraph) -> None:
        tables = {Ref(t.urn): t for t in clinic.of_type("aws:ec2/routeTable:RouteTable")}
        routed = [tables[r.inputs["routeTableId"]] for r in clinic.of_type(ROUTE)]  # type: ignore[index]
        assert routed
        assert {tags(t)["zt-ai:zone"] for t in routed} == {"egress", "front"}

    def test_only_nat_subnets_have_a_route_to_the_internet_gateway(self, clinic: ResourceGraph) -> None:
        gateway = only(clinic, "aws:ec2/internetGateway:InternetGateway")
        tables = {Ref(t.urn): tags(t)["zt-ai:role"] for t in clinic.of_type("aws:ec2/routeTable:RouteTable")}
        direct = [r for r in clinic.of_type(ROUTE) if r.inputs.get("gatewayId") == Ref(gateway.urn)]
        assert {tables[r.inputs["routeTableId"]] for r in direct} == {"nat"}  # type: ignore[index]
        assert len(direct) == 2

    def test_every_subnet_is_behind_a_network_acl_of_ours(self, clinic: ResourceGraph) -> None:
        associations = clinic.of_type("aws:ec2/networkAclAssociation:NetworkAclAssociation")
        covered = [a.inputs["subnetId"] for a in associations]
        assert sorted(map(str, covered)) == sorted(str(Ref(s.urn)) for s in clinic.of_type("aws:ec2/subnet:Subnet"))

    def test_every_rule_names_a_clause_of_the_specification(self, clinic: ResourceGraph) -> None:
        flows = {f"flow:{name}" for name in example("clinic")["flows"]}
        rules = clinic.of_type(*RULES)
        assert len(rules) > 60
        for rule in rules:
            clauses = str(tags(rule)["zt-ai:clause"]).split(" ")
            assert all(c in flows or c.startswith("implied:") for c in clauses), rule.name

    def test_workloads_carry_all_shards_of_their_group(self) -> None:
        graph = built(lab(70))
        shards = [
            g for g in graph.of_type("aws:ec2/securityGroup:SecurityGroup") if tags(g)["zt-ai:workload"] == "store"
        ]
        assert len(shards) == 2
        held = [sum(r.inputs["securityGroupId"] == Ref(g.urn) for r in graph.of_type(RULES[1])) for g in shards]
        assert sum(held) == 70
        assert max(held) <= 60
        first = only(graph, "aws:ec2/securityGroup:SecurityGroup", name="zt-ai/lab/workload.store")
        assert {r.inputs["referencedSecurityGroupId"] for r in graph.of_type(RULES[0])} == {Ref(first.urn)}

    def test_without_a_provider_there_is_no_way_out_at_all(self) -> None:
        graph = built(lab())
        for kind in (
            "aws:ec2/internetGateway:InternetGateway",
            "aws:ec2/natGateway:NatGateway",
            "aws:networkfirewall/firewall:Firewall",
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            "aws:ecs/service:Service",
            ROUTE,
        ):
            assert not graph.of_type(kind), kind
        # The twin: one provider, and all of it is there.
        assert built(example("minimal")).of_type("aws:ec2/natGateway:NatGateway")

    def test_an_adopted_vpc_is_built_in_and_not_made(self) -> None:
        vpc = "vpc-0123456789abcdef0"
        graph = built(changed(example("minimal"), "clouds", "aws", "adopt", to={"vpc": vpc}))
        assert not graph.of_type("aws:ec2/vpc:Vpc", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
        assert {s.inputs["vpcId"] for s in graph.of_type("aws:ec2/subnet:Subnet")} == {vpc}

    def test_the_order_of_the_specification_changes_nothing(self, clinic: ResourceGraph) -> None:
        data = example("clinic")
        for section in ("zones", "workloads", "flows", "services", "providers"):
            data[section] = dict(reversed(data[section].items()))
        assert equal(clinic, built(data)) == []

    def test_what_protects_the_stack_protects_the_cloud_too(self) -> None:
        spec, intent = understood(example("minimal"))
        args = SegmentedArchitectureArgs(spec=spec, intent=intent)
        graph = run(lambda: SegmentedArchitecture("safe", args, pulumi.ResourceOptions(protect=True)))
        only(graph, "aws:networkfirewall/firewall:Firewall", deleteProtection=True)
        only(graph, "aws:lb/loadBalancer:LoadBalancer", enableDeletionProtection=True)


class TestWhatAChangeTouches:
    def test_a_new_flow_creates_its_own_rules_and_touches_no_other(self, clinic: ResourceGraph) -> None:
        flow = {
            "from": "intake",
            "to": "retrieval",
            "carries": "phi",
            "reason": "The front end looks up a passage itself",
        }
        after = built(changed(example("clinic"), "flows", "intake-to-retrieval", to=flow))
        created, deleted, updated = changes(clinic, after)
        assert deleted == set()
        assert updated == {}
        kinds = {after.resources[urn].type for urn in created}
        assert kinds == {*RULES, "aws:ec2/networkAclRule:NetworkAclRule"}
        for urn in created:
            resource = after.resources[urn]
            if resource.type in RULES:
                assert tags(resource)["zt-ai:clause"] == "flow:intake-to-retrieval"

    def test_a_deleted_flow_deletes_its_own_rules_only(self, clinic: ResourceGraph) -> None:
        flows = {k: v for k, v in example("clinic")["flows"].items() if k != "retrieval-to-vectors"}
        created, deleted, updated = changes(clinic, built(changed(example("clinic"), "flows", to=flows)))
        assert created == set()
        assert updated == {}
        rules = [clinic.resources[urn] for urn in deleted if clinic.resources[urn].type in RULES]
        assert len(rules) == 2
        assert {tags(rule)["zt-ai:clause"] for rule in rules} == {"flow:retrieval-to-vectors"}

    def test_a_changed_reason_changes_descriptions_in_place(self, clinic: ResourceGraph) -> None:
        reason = "Another sentence about the same passages"
        after = built(changed(example("clinic"), "flows", "retrieval-to-vectors", "reason", to=reason))
        created, deleted, updated = changes(clinic, after)
        assert (created, deleted) == (set(), set())
        assert len(updated) == 2
        assert set().union(*updated.values()) == {"description"}

    @pytest.mark.parametrize("owner", [(), ("zones", "records"), ("workloads", "intake")])
    def test_a_changed_description_changes_nothing(self, clinic: ResourceGraph, owner: tuple[str, ...]) -> None:
        assert equal(clinic, built(changed(example("clinic"), *owner, "description", to="Other words"))) == []

    def test_a_renamed_flow_replaces_no_rule_because_aws_would_refuse_the_twin(self, clinic: ResourceGraph) -> None:
        flows = {("vectors" if k == "retrieval-to-vectors" else k): v for k, v in example("clinic")["flows"].items()}
        created, deleted, updated = changes(clinic, built(changed(example("clinic"), "flows", to=flows)))
        assert (created, deleted) == (set(), set())
        assert {key for keys in updated.values() for key in keys} == {"description", "tags"}

    def test_a_new_zone_leaves_all_others_alone(self, clinic: ResourceGraph) -> None:
        data = changed(example("clinic"), "zones", "billing", to={"kind": "processing", "holds": "phi"})
        data = changed(data, "workloads", "invoices", to={"zone": "billing"})
        created, deleted, updated = changes(clinic, built(data))
        assert deleted == set()
        assert created
        assert {clinic.resources[urn].type for urn in updated} <= {"aws:cloudwatch/dashboard:Dashboard"}

    def test_a_new_availability_zone_moves_nothing(self) -> None:
        data = example("minimal")
        places = ["us-east-1a", "us-east-1b", "us-east-1c"]
        _, deleted, updated = changes(
            built(data), built(changed(data, "clouds", "aws", "availability_zones", to=places))
        )
        assert deleted == set()
        assert not any("cidrBlock" in keys for keys in updated.values())


def test_the_pure_modules_import_no_cloud_sdk() -> None:
    """Everything in `plan`, which is computed before the first resource is registered."""
    found = sorted(file.stem for file in Path(plan.__file__).parent.glob("*.py") if file.stem != "__init__")
    imports = "".join(f"import zt_ai.aws.{name}\n" for name in ("naming", *(f"plan.{stem}" for stem in found)))
    code = f"{imports}import sys\nassert not [m for m in sys.modules if 'pulumi' in m]"
    done = execute(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
