"""Changes to the egress proxy by which a model call would pass uninspected, or inspected by other rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.verify.mutation.editor import Editor
from zt_ai.graph.model import Ref, Resource

TASK = "ecs/taskDefinition:TaskDefinition"
SERVICE = "ecs/service:Service"


def _container(e: Editor, change: Callable[[dict[str, Any]], None]) -> None:
    task = e.one(TASK)
    text = task.inputs["containerDefinitions"]
    assert isinstance(text, str)
    containers = json.loads(text)
    change(containers[0])
    e.set(task, containerDefinitions=json.dumps(containers))


def _policy(e: Editor, change: Callable[[dict[str, Any]], None]) -> None:
    def edit(container: dict[str, Any]) -> None:
        for variable in container["environment"]:
            if variable["name"] == "ZT_AI_PROXY_POLICY":
                document = json.loads(variable["value"])
                change(document)
                variable["value"] = json.dumps(document)

    _container(e, edit)


def a_flow_that_nobody_wrote(e: Editor) -> None:
    _policy(e, lambda p: p["calls"].append({**p["calls"][0], "caller": "anybody"}))


def a_flow_lost(e: Editor) -> None:
    _policy(e, lambda p: p["calls"].pop())


def a_model_that_no_flow_lists(e: Editor) -> None:
    _policy(e, lambda p: p["calls"][0]["models"].append("another-model"))


def a_path_that_no_flow_lists(e: Editor) -> None:
    _policy(e, lambda p: p["calls"][0]["paths"].append("/"))


def patient_data_allowed_where_it_was_blocked(e: Editor) -> None:
    # The example may have only providers with an agreement: then the agreement is what is made up.
    def change(policy: dict[str, Any]) -> None:
        blocked = [call for call in policy["calls"] if call["decisions"]["phi"] == "block"]
        if blocked:
            blocked[0]["decisions"]["phi"] = "allow"
        else:
            next(iter(policy["providers"].values()))["agreement"]["expires"] = "2099-12-31"

    _policy(e, change)


def secrets_only_redacted(e: Editor) -> None:
    _policy(e, lambda p: p.update(secrets="redact" if p["secrets"] == "block" else "block"))


def an_agreement_made_up(e: Editor) -> None:
    made_up = {"reference": "none", "effective": "2020-01-01", "expires": "2099-01-01"}
    _policy(e, lambda p: [one.update(agreement=made_up) for one in p["providers"].values()])


def another_host_for_a_provider(e: Editor) -> None:
    _policy(e, lambda p: next(iter(p["providers"].values()))["hosts"].append("attacker.example"))


def a_tool_that_the_provider_runs(e: Editor) -> None:
    _policy(e, lambda p: next(iter(p["providers"].values()))["hosted_tools"].append("web_search"))


def another_identity_for_a_caller(e: Editor) -> None:
    _policy(e, lambda p: next(iter(p["callers"].values())).update(spiffe_id="spiffe://elsewhere/any"))


def detectors_left_out(e: Editor) -> None:
    _policy(e, lambda p: p["detectors"].remove("safe-harbor"))


def answers_not_inspected(e: Editor) -> None:
    _policy(e, lambda p: p.update(responses=not p["responses"]))


def a_larger_body_than_is_inspected(e: Editor) -> None:
    _policy(e, lambda p: p.update(body_limit=p["body_limit"] * 2))


def a_limit_lifted(e: Editor) -> None:
    _policy(e, lambda p: p["calls"][0]["limits"].update(requests_per_minute=1_000_000))


def a_key_that_nobody_understands(e: Editor) -> None:
    _policy(e, lambda p: p.update(bypass=True))


def no_policy(e: Editor) -> None:
    _container(e, lambda c: c.update(environment=[{"name": "TMPDIR", "value": "/scratch"}]))


def a_policy_out_of_a_secret(e: Editor) -> None:
    def change(container: dict[str, Any]) -> None:
        container["environment"] = []
        container["secrets"].append({"name": "ZT_AI_PROXY_POLICY", "valueFrom": "arn:aws:secretsmanager:x"})

    _container(e, change)


def another_image(e: Editor) -> None:
    _container(e, lambda c: c.update(image="docker.example/squid:6"))


def another_command(e: Editor) -> None:
    _container(e, lambda c: c.update(command=["sleep", "infinity"]))


def another_entry_point(e: Editor) -> None:
    _container(e, lambda c: c.update(entryPoint=["/bin/sh"]))


def a_library_loaded_beforehand(e: Editor) -> None:
    _container(e, lambda c: c["environment"].append({"name": "LD_PRELOAD", "value": "/scratch/x.so"}))


def a_second_container_beside_the_proxy(e: Editor) -> None:
    task = e.one(TASK)
    text = task.inputs["containerDefinitions"]
    assert isinstance(text, str)
    containers = [*json.loads(text), {"name": "side", "image": "docker.example/curl:8"}]
    e.set(task, containerDefinitions=json.dumps(containers))


def a_shell_in_the_proxy(e: Editor) -> None:
    e.set(e.one(SERVICE), enableExecuteCommand=True)


def no_proxy_at_all(e: Editor) -> None:
    e.remove(*e.all(SERVICE))


def a_service_that_runs_something_else(e: Editor) -> None:
    e.set(e.one(SERVICE), taskDefinition="arn:aws:ecs:us-east-1:111122223333:task-definition/other:1")


def _proxy_groups(e: Editor) -> tuple[Ref, ...]:
    return tuple(
        Ref(g.urn) for g in e.tagged("ec2/securityGroup:SecurityGroup", workload="egress-proxy", role="workload")
    )


def _where(e: Editor) -> Resource:
    return e.subnets(e.intent.egress_zone)[0]


def an_instance_with_the_proxys_groups(e: Editor) -> None:
    e.add("ec2/instance:Instance", {"vpcSecurityGroupIds": _proxy_groups(e), "subnetId": Ref(_where(e).urn)})


def a_function_with_the_proxys_groups(e: Editor) -> None:
    network = {"securityGroupIds": _proxy_groups(e), "subnetIds": (Ref(_where(e).urn),)}
    e.add("lambda/function:Function", {"vpcConfig": network})


def a_second_service_with_the_proxys_groups(e: Editor) -> None:
    other = e.add(TASK, {"containerDefinitions": json.dumps([{"name": "squid", "image": "docker.example/squid:6"}])})
    network = {"securityGroups": _proxy_groups(e), "subnets": (Ref(_where(e).urn),)}
    e.add(SERVICE, {"taskDefinition": Ref(other.urn), "networkConfiguration": network})


MUTATIONS = {
    "inspection": (
        a_flow_that_nobody_wrote,
        a_flow_lost,
        a_model_that_no_flow_lists,
        a_path_that_no_flow_lists,
        patient_data_allowed_where_it_was_blocked,
        secrets_only_redacted,
        an_agreement_made_up,
        another_host_for_a_provider,
        a_tool_that_the_provider_runs,
        another_identity_for_a_caller,
        detectors_left_out,
        answers_not_inspected,
        a_larger_body_than_is_inspected,
        a_limit_lifted,
        a_key_that_nobody_understands,
        no_policy,
        a_policy_out_of_a_secret,
        another_image,
        another_command,
        another_entry_point,
        a_library_loaded_beforehand,
        a_second_container_beside_the_proxy,
        a_shell_in_the_proxy,
        no_proxy_at_all,
        a_service_that_runs_something_else,
        an_instance_with_the_proxys_groups,
        a_function_with_the_proxys_groups,
        a_second_service_with_the_proxys_groups,
    )
}
