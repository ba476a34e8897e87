"""The container of the egress proxy, as Amazon ECS takes it. Pure: everything in it is known beforehand."""

from __future__ import annotations

import json

from zt_ai.aws.naming import Scope
from zt_ai.builders.container import (
    AUTHORITY_VARIABLE,
    DEFAULT_IMAGE,
    NAMES_VARIABLE,
    POLICY_VARIABLE,
    SCRATCH,
    USER,
)
from zt_ai.intent.model import EGRESS_PROXY, PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT

# A task definition is at most 64 KiB [Amazon ECS Developer Guide, "Amazon ECS service quotas": task definition size].
# The rest of it takes less than 4 KiB, and JSON inside JSON escapes every quotation mark.
MAX_POLICY = 60 * 1024

# CPU units → least and greatest memory in MiB, and its step [ECS Developer Guide, "Fargate task definition
# differences": task CPU and memory].
_MEMORY = {
    256: (512, 2048),
    512: (1024, 4096),
    1024: (2048, 8192),
    2048: (4096, 16384),
    4096: (8192, 30720),
    8192: (16384, 61440),
    16384: (32768, 122880),
}
_STEPS = {8192: 4096, 16384: 8192}
MAX_TASKS = 500 // 2 // 2


class TaskSizeError(Exception):
    """AWS offers no task of this size."""


def check_policy(policy: str) -> None:
    """Raise `TaskSizeError` for a policy document that no task definition holds."""
    size = len(json.dumps(policy).encode())
    if size > MAX_POLICY:
        raise TaskSizeError(
            f"the egress proxy's policy takes {size} bytes of a task definition, which holds {MAX_POLICY} of it; "
            "let fewer workloads call models, or list fewer models and paths"
        )


def check_size(cpu: int, memory: int) -> None:
    """Raise `TaskSizeError` unless Fargate has tasks with `cpu` units (1024 is one vCPU) and `memory` MiB."""
    if cpu not in _MEMORY:
        raise TaskSizeError(f"AWS Fargate has no task with {cpu} CPU units; use one of {', '.join(map(str, _MEMORY))}")
    least, greatest = _MEMORY[cpu]
    step = _STEPS.get(cpu, 1024)
    if not least <= memory <= greatest or (memory % step and (cpu, memory) != (256, 512)):
        raise TaskSizeError(
            f"AWS Fargate has no task with {cpu} CPU units and {memory} MiB; "
            f"use {least} to {greatest} MiB in steps of {step}"
        )


def check_fleet(maximum: int) -> None:
    """Raise `TaskSizeError` for more tasks than fit behind the load balancer.

    It takes 500 targets with cross-zone balancing [ELB User Guide, "Quotas for your Network Load Balancers"]; a task is
    one in each of two target groups, and a deployment runs old and new tasks side by side.
    """
    if maximum > MAX_TASKS:
        raise TaskSizeError(f"{maximum} proxy tasks do not fit behind one load balancer; use at most {MAX_TASKS}")


def image_uri(scope: Scope, image: str | None) -> str:
    """Address of an image in the account's own registry, which is reached through the VPC's endpoints."""
    suffix = "amazonaws.com.cn" if scope.region.startswith("cn-") else "amazonaws.com"
    return f"{scope.account}.dkr.ecr.{scope.region}.{suffix}/{image or DEFAULT_IMAGE}"


def secret_arn(scope: Scope, secret: str) -> str:
    """ARN of the secret with the proxy's certificate authority, without the hyphen and six characters that AWS appends.

    ECS documents the full ARN [ECS API Reference, "Secret"], and takes this one: it must be an ARN, a bare name would
    be looked for in Parameter Store, and the agent hands it to GetSecretValue as it is [amazon-ecs-agent,
    agent/taskresource/asmsecret/asmsecret.go; aws-cdk pull request 11042]. Secrets Manager finds a secret by such an
    ARN unless its name ends in a hyphen and six characters, which it then takes for the missing part [Secrets Manager
    API Reference, "GetSecretValue": "Finding a secret from a partial ARN"; aws-cdk issue 27530]. The name that is
    derived for the proxy ends in `-proxy`, which is five. Policies admit the secret as `secret:NAME-??????`, because
    the full ARN is what is judged.
    """
    return scope.arn("secretsmanager", f"secret:{secret}")


def container_definitions(
    scope: Scope, *, image: str | None, log_group: str, policy: str, authority_secret: str, name: str
) -> str:
    """JSON text of the one container of a task: read-only, without root or any Linux capability.

    [ECS API Reference, "ContainerDefinition"; Fargate takes `drop`, no `privileged` and no `tmpfs`.] The image must
    declare `SCRATCH` as a volume that its user owns: an empty one belongs to root [ECS Developer Guide, "Use bind
    mounts with Amazon ECS"]. The policy is public to whoever may read the account and stands in the definition, so that
    it can be proved; the authority's key is a secret and is read when a task starts.
    """
    container = {
        "name": EGRESS_PROXY,
        "image": image_uri(scope, image),
        "essential": True,
        "user": USER,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"capabilities": {"drop": ["ALL"]}, "initProcessEnabled": True},
        "mountPoints": [{"containerPath": SCRATCH, "readOnly": False, "sourceVolume": "scratch"}],
        "portMappings": [
            {"containerPort": port, "hostPort": port, "protocol": "tcp"}
            for port in (PROXY_CONNECT_PORT, PROXY_HEALTH_PORT, PROXY_GATEWAY_PORT)
        ],
        "environment": [
            {"name": "TMPDIR", "value": SCRATCH},
            {"name": NAMES_VARIABLE, "value": name},
            {"name": POLICY_VARIABLE, "value": policy},
        ],
        "secrets": [{"name": AUTHORITY_VARIABLE, "valueFrom": secret_arn(scope, authority_secret)}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group,
                "awslogs-region": scope.region,
                "awslogs-stream-prefix": EGRESS_PROXY,
                # Block rather than drop: a request whose record cannot be written does not go out.
                "mode": "blocking",
            },
        },
        # Long enough to finish the answers that are under way; 120 is Fargate's greatest.
        "stopTimeout": 120,
        "systemControls": [],
        "volumesFrom": [],
    }
    return json.dumps([container], sort_keys=True, separators=(",", ":"))
