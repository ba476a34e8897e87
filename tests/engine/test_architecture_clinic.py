"""The clinic through its life: up, up again, a flow added and taken away, everything renamed, drift, destroy.

One stack for all tests, in the order of this file: each goes on from where the one before it left the stack.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from architectures import (
    Data,
    Site,
    Steps,
    all_things,
    assert_one_of_each,
    assert_proved,
    example,
)

from zt_ai.engine import EngineBinary
from zt_ai.graph import ResourceGraph, equal
from zt_ai.verify.model import Verdict

TRANSIT = ("aws:ec2transitgateway/transitGateway:TransitGateway", "tgw-0123456789abcdef0")
"""What the specification refers to; it exists before the stack and after it."""


@pytest.fixture(scope="module")
def site(engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site.serving(engine, tmp_path_factory.mktemp("clinic"), example("clinic")) as serving:
        yield serving


def test_the_program_the_plan_and_the_state_are_one_and_each_is_proved(site: Site) -> None:
    clinic = site.build(example("clinic"))
    mocked = clinic.mocked()
    assert_proved(clinic.prove(mocked))

    preview, _ = clinic.preview()
    planned = clinic.planned(preview)
    assert equal(mocked, planned) == []
    assert_proved(clinic.prove(planned))
    assert all_things(site.world_dir) == [TRANSIT]

    done, _ = clinic.up(preview.plan)
    assert done.summary.changed == done.summary.created == preview.summary.created
    deployed = clinic.deployed()
    assert equal(mocked, deployed) == []
    assert equal(planned, deployed) == []
    assert_proved(clinic.prove(deployed))
    assert [resource.urn for resource in deployed if resource.custom and not resource.id] == []
    assert assert_one_of_each(clinic.handle.export(), site.world_dir) > 400


def test_a_second_up_changes_nothing(site: Site) -> None:
    clinic = site.build(example("clinic"))
    before = all_things(site.world_dir)
    done, steps = clinic.up()
    assert (done.summary.changed, steps.ops) == (0, {})
    assert all_things(site.world_dir) == before


# Two rules of the security groups, one for each end. Between the subnets of the zone `clinical` port 8450 was not open
# before, so its network ACL gets the request in both directions; the answers pass already.
CLAUSE = "flow:orchestrator-to-ehr-tools"
ADDED = {
    "clinic-rules-workload.orchestrator.egress.workload.ehr-tools.tcp-8450",
    "clinic-rules-workload.ehr-tools.ingress.workload.orchestrator.tcp-8450",
    "clinic-zone-clinical-in.request.clinical.10.20.108.0-22.tcp-8450-8450",
    "clinic-zone-clinical-out.request.clinical.10.20.108.0-22.tcp-8450-8450",
}


def one_more_flow(data: Data) -> None:
    data["flows"]["orchestrator-to-ehr-tools"] = {
        "from": "orchestrator",
        "to": "ehr-tools",
        "carries": "phi",
        "reason": "Appointments are looked up before they are delegated",
    }


def test_one_more_flow_is_its_own_rules_and_nothing_else(site: Site) -> None:
    clinic = site.build(example("clinic", one_more_flow))
    preview, steps = clinic.preview()
    assert steps.names == dict.fromkeys(ADDED, "create")
    assert clinic.prove().claims[0].verdict is Verdict.REFUTED, "the flow is not there yet"
    done, steps = clinic.up(preview.plan)
    assert steps.names == dict.fromkeys(ADDED, "create")
    assert done.summary.changed == len(ADDED)
    proof = clinic.prove()
    assert_proved(proof)
    assert [(a.source, a.destination, a.ports) for a in proof.accesses if CLAUSE in a.clauses] == [
        ("orchestrator", "ehr-tools", ("tcp/8450",))
    ]


def test_the_flow_goes_with_its_rules_and_nothing_else(site: Site) -> None:
    clinic = site.build(example("clinic"))
    assert clinic.prove().claims[0].verdict is Verdict.REFUTED, "nobody asks for the flow any more"
    done, steps = clinic.up()
    assert steps.names == dict.fromkeys(ADDED, "delete")
    assert done.summary.changed == len(ADDED)
    assert_proved(clinic.prove())


def said_in_other_words(data: Data) -> None:
    data["description"] = "Described anew"
    for section in ("zones", "networks", "workloads", "agents", "services", "providers"):
        for entity in data[section].values():
            entity["description"] = "Described anew"
    for flow in data["flows"].values():
        flow["reason"] = "Said in other words"


RENAMED = {
    "ehr-tools-to-fhir": "tools-appointments",  # between workloads
    "orchestrator-secrets": "orchestrator-credentials",  # to a service
    "hospital-to-intake": "clinicians",  # from a network
    "model-gateway-to-anthropic": "clinical-answers",  # to a provider
}


def renamed(data: Data) -> None:
    data["flows"] = {RENAMED.get(name, name): flow for name, flow in data["flows"].items()}


def kinds(steps: Steps) -> set[str]:
    return {urn.split("::")[2].rpartition("$")[2] for urn in steps.ops}


RULES = {
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
}


def test_other_words_for_everything_change_descriptions_in_place(site: Site) -> None:
    clinic = site.build(example("clinic", said_in_other_words))
    before = all_things(site.world_dir)
    done, steps = clinic.up()
    assert set(steps.ops.values()) == {"update"}
    assert kinds(steps) == RULES
    assert done.summary.updated == done.summary.changed == len(steps.ops)
    assert all_things(site.world_dir) == before
    assert_proved(clinic.prove())


# Besides rules: the role that reads the secrets and its policy, and the endpoint they are read through.
NAMED_BY_CLAUSE = {
    "clinic-identities-orchestrator",
    "clinic-identities-orchestrator-access",
    "clinic-endpoints-secretsmanager",
    "clinic-proxy-task",
    "clinic-proxy-service",
}
# The policy of the proxy names clauses, because its audit records do: a new revision of its task is rolled out.
ROLLED = ("::clinic-proxy-task", "::clinic-proxy-service")
TASK = "ecs/taskDefinition:TaskDefinition"


def test_flows_of_another_name_keep_their_rules(site: Site) -> None:
    """AWS refuses a rule that says what another one says (`InvalidPermission.Duplicate`), so a rule that was made
    under the new name first would fail; and one that was deleted first would cut a connection that is still wanted.
    """
    said = site.build(example("clinic", said_in_other_words)).mocked()
    clinic = site.build(example("clinic", said_in_other_words, renamed))
    before = all_things(site.world_dir)
    _, steps = clinic.up()
    ops = {urn: op for urn, op in steps.ops.items() if not urn.endswith(ROLLED)}
    assert ops == {urn: "update" for urn in differing(said, clinic.mocked()) if not urn.endswith(ROLLED)}
    assert {name for name in steps.names if not name.startswith("clinic-rules-")} == NAMED_BY_CLAUSE
    assert [thing for thing in all_things(site.world_dir) if TASK not in str(thing)] == [
        thing for thing in before if TASK not in str(thing)
    ]
    assert_proved(clinic.prove())


def differing(one: ResourceGraph, other: ResourceGraph) -> set[str]:
    """URNs of the resources that two programs say different things about."""
    assert one.resources.keys() == other.resources.keys()
    return {urn for urn in one.resources if one.resources[urn].inputs != other.resources[urn].inputs}


def test_destroy_leaves_nothing(site: Site) -> None:
    clinic = site.build(example("clinic"))
    clinic.handle.destroy()
    assert all_things(site.world_dir) == [TRANSIT]
    state = clinic.handle.export()
    assert not state["deployment"].get("resources")
    assert not state["deployment"].get("pending_operations")
