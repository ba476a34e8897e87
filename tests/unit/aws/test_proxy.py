"""The egress proxy: no public address, no root, no way in but the front, and nothing that a preview does not know."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from tests.unit.aws.graphs import build, every, only
from tests.unit.aws.plans import example, understood
from zt_ai.aws.egress.proxy import EgressProxy, EgressProxyArgs
from zt_ai.aws.egress.proxy_task import (
    MAX_POLICY,
    TaskSizeError,
    check_fleet,
    check_policy,
    check_size,
    container_definitions,
    image_uri,
    secret_arn,
)
from zt_ai.aws.naming import Scope
from zt_ai.egress.policy import Policy, derive_policy
from zt_ai.graph.model import Ref, ResourceGraph
from zt_ai.spec.clouds import AwsProxy

SCOPE = Scope("clinic", "123456789012", "us-east-1")
SUBNETS = {"us-east-1b": "subnet-0000000b", "us-east-1a": "subnet-0000000a"}


POLICY = derive_policy(understood(example("clinic"))[1]).model_dump_json()


def proxy(
    *,
    settings: AwsProxy | None = None,
    scope: Scope = SCOPE,
    subnets: Mapping[str, str] = SUBNETS,
    protection: bool = False,
) -> ResourceGraph:
    made = []

    def program() -> None:
        args = EgressProxyArgs(
            scope=scope,
            settings=settings or AwsProxy(),
            vpc_id="vpc-0a1b2c3d",
            subnet_ids=subnets,
            group_ids=["sg-00000001", "sg-00000002"],
            front_group_id="sg-0000000f",
            task_role_arn=scope.role_arn("egress-proxy"),
            execution_role_arn=scope.role_arn("egress-proxy-execution"),
            log_group_name="/zt-ai/clinic/egress-proxy",
            policy=POLICY,
            authority_secret="clinic/egress-proxy",
            name="egress-proxy.clinic.internal",
            deletion_protection=protection,
        )
        made.append(EgressProxy("proxy", args, pulumi.ResourceOptions()))

    graph = build(program)
    assert len(made) == 1
    assert made[0].watched.service_name == "egress-proxy"
    return graph


@pytest.fixture(scope="module")
def graph() -> ResourceGraph:
    return proxy()


def container(graph: ResourceGraph) -> dict[str, Any]:
    text = only(graph, "aws:ecs/taskDefinition:TaskDefinition").inputs["containerDefinitions"]
    assert isinstance(text, str)  # known before anything is deployed
    containers: list[dict[str, Any]] = json.loads(text)
    assert len(containers) == 1
    return containers[0]


def test_the_container_has_no_root_no_capability_and_one_place_to_write(graph: ResourceGraph) -> None:
    task = container(graph)
    assert task["readonlyRootFilesystem"] is True
    assert task["user"].split(":") == ["65532", "65532"]
    assert task["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
    assert "privileged" not in task
    assert [m["containerPath"] for m in task["mountPoints"]] == ["/scratch"]
    assert task["environment"][0] == {"name": "TMPDIR", "value": "/scratch"}


def test_the_policy_stands_in_the_definition_as_the_proxy_reads_it(graph: ResourceGraph) -> None:
    values = {one["name"]: one["value"] for one in container(graph)["environment"]}
    assert set(values) == {"TMPDIR", "ZT_AI_PROXY_NAMES", "ZT_AI_PROXY_POLICY"}
    assert values["ZT_AI_PROXY_NAMES"] == "egress-proxy.clinic.internal"
    policy = Policy.model_validate_json(values["ZT_AI_PROXY_POLICY"])
    assert policy.call("model-gateway", "anthropic") is not None
    assert "BEGIN" not in values["ZT_AI_PROXY_POLICY"]


def test_a_policy_that_no_task_definition_holds_is_refused_beforehand() -> None:
    check_policy("x" * (MAX_POLICY - 2))
    with pytest.raises(TaskSizeError, match="fewer models and paths"):
        check_policy("x" * (MAX_POLICY - 1))
    with pytest.raises(TaskSizeError):
        check_policy('"' * (MAX_POLICY // 2))  # each quotation mark is two bytes inside a JSON text


def test_the_authority_is_a_secret_by_arn_and_never_a_value(graph: ResourceGraph) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:clinic/egress-proxy"
    assert container(graph)["secrets"] == [{"name": "ZT_AI_PROXY_AUTHORITY", "valueFrom": arn}]
    assert graph.of_type("aws:secretsmanager/secretVersion:SecretVersion") == ()


@pytest.mark.parametrize(("name", "safe"), [("", True), ("clinic/proxy-config", False), ("clinic/prod-a1B2c3", False)])
def test_the_name_of_the_authority_cannot_be_taken_for_a_full_arn(name: str, safe: bool) -> None:
    """Secrets Manager takes a hyphen and six characters at the end of an ARN for the part that it appended itself."""
    _, intent = understood(example("clinic"))
    derived = intent.services["egress-secrets"].resources[0]
    assert (re.search(r"-[A-Za-z0-9]{6}$", secret_arn(SCOPE, name or derived)) is None) == safe


def test_a_request_whose_record_cannot_be_written_waits(graph: ResourceGraph) -> None:
    options = container(graph)["logConfiguration"]["options"]
    assert options["mode"] == "blocking"
    assert options["awslogs-group"] == "/zt-ai/clinic/egress-proxy"


def test_tasks_have_no_public_address_and_no_shell(graph: ResourceGraph) -> None:
    service = only(graph, "aws:ecs/service:Service").inputs
    assert service["networkConfiguration"]["assignPublicIp"] is False
    assert service["enableExecuteCommand"] is False
    assert service["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}


def test_the_load_balancer_is_internal_and_has_its_own_group(graph: ResourceGraph) -> None:
    balancer = only(graph, "aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["internal"] is True
    assert balancer["securityGroups"] == ("sg-0000000f",)
    assert balancer["enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "on"
    assert balancer["tags"]["zt-ai:role"] == "front"
    assert balancer["tags"]["zt-ai:workload"] == "egress-proxy"


def test_both_entrances_lead_to_their_own_port_with_a_health_check_on_another(graph: ResourceGraph) -> None:
    groups = {r.urn: r for r in every(graph, "aws:lb/targetGroup:TargetGroup")}
    ports = {}
    for listener in every(graph, "aws:lb/listener:Listener"):
        (action,) = listener.inputs["defaultActions"]
        group = groups[action["targetGroupArn"].urn]
        ports[listener.inputs["port"]] = group.inputs["port"]
        assert listener.inputs["protocol"] == group.inputs["protocol"] == "TCP"
        assert group.inputs["preserveClientIp"] == "false"
        assert group.inputs["healthCheck"]["port"] == "8081"
    assert ports == {3128: 3128, 8443: 8443}
    balanced = only(graph, "aws:ecs/service:Service").inputs["loadBalancers"]
    assert {b["targetGroupArn"].urn for b in balanced} == set(groups)


def test_subnets_are_ordered_by_zone_and_not_by_how_they_were_given(graph: ResourceGraph) -> None:
    assert only(graph, "aws:lb/loadBalancer:LoadBalancer").inputs["subnets"] == ("subnet-0000000a", "subnet-0000000b")
    turned = proxy(subnets=dict(reversed(SUBNETS.items())))
    assert {u: r.inputs for u, r in turned.resources.items()} == {u: r.inputs for u, r in graph.resources.items()}


def test_the_service_waits_for_its_listeners(graph: ResourceGraph) -> None:
    waits = only(graph, "aws:ecs/service:Service").dependencies
    assert {r.urn for r in every(graph, "aws:lb/listener:Listener")} <= waits


def test_scaling_follows_the_settings(graph: ResourceGraph) -> None:
    target = only(proxy(settings=AwsProxy(minimum=4, maximum=9)), "aws:appautoscaling/target:Target").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (4, 9)
    assert target["resourceId"] == "service/clinic-proxy/egress-proxy"
    assert only(graph, "aws:ecs/service:Service").inputs["desiredCount"] == 2


def test_names_stay_within_32_characters_and_apart() -> None:
    long = proxy(scope=Scope("a-spec-name-of-20-ch", "123456789012", "us-east-1"))
    found = [
        str(r.inputs["name"]) for r in every(long, "aws:lb/targetGroup:TargetGroup", "aws:lb/loadBalancer:LoadBalancer")
    ]
    assert len(set(found)) == 3
    assert all(len(name) <= 32 and not name.endswith("-") for name in found)


@pytest.mark.parametrize("protection", [True, False])
def test_deletion_protection_is_a_choice(protection: bool) -> None:
    balancer = only(proxy(protection=protection), "aws:lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["enableDeletionProtection"] is protection


@pytest.mark.parametrize(
    ("cpu", "memory"), [(256, 512), (256, 1024), (1024, 2048), (4096, 30720), (8192, 20480), (16384, 122880)]
)
def test_sizes_that_fargate_offers(cpu: int, memory: int) -> None:
    check_size(cpu, memory)


@pytest.mark.parametrize(
    ("cpu", "memory"), [(300, 512), (256, 4096), (512, 1536), (1024, 1024), (8192, 17408), (16384, 131072)]
)
def test_sizes_that_fargate_does_not_offer_are_refused_before_anything_is_made(cpu: int, memory: int) -> None:
    with pytest.raises(TaskSizeError, match="AWS Fargate has no task"):
        check_size(cpu, memory)


def test_the_image_comes_from_the_account_s_own_registry() -> None:
    assert image_uri(SCOPE, "team/proxy:2") == "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/proxy:2"
    assert image_uri(SCOPE, None).endswith("/zt-ai/egress-proxy:0.1.0")
    china = Scope("clinic", "123456789012", "cn-north-1")
    assert image_uri(china, None).startswith("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/")


def test_the_container_is_the_same_text_every_time() -> None:
    made = {
        container_definitions(SCOPE, image=None, log_group="/g", policy="{}", authority_secret="s", name="p.internal")
        for _ in range(3)
    }
    assert len(made) == 1


def test_references_resolve_to_the_parts_they_mean(graph: ResourceGraph) -> None:
    service = only(graph, "aws:ecs/service:Service")
    assert service.inputs["cluster"] == Ref(only(graph, "aws:ecs/cluster:Cluster").urn)
    assert service.inputs["taskDefinition"] == Ref(only(graph, "aws:ecs/taskDefinition:TaskDefinition").urn)


def test_more_tasks_than_the_load_balancer_takes_are_refused() -> None:
    check_fleet(125)
    with pytest.raises(TaskSizeError, match="at most 125"):
        check_fleet(126)
    with pytest.raises(TaskSizeError, match="at most 125"):
        proxy(settings=AwsProxy(maximum=126))
