"""Load balancers, ECS and application auto scaling (their API references)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws.act import Act, refuses, refuses_delete
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.values import values_at

# ECS Developer Guide, "Task definition differences for Fargate": CPU units -> the least and most MiB of memory.
_FARGATE: Mapping[int, tuple[int, int]] = {
    256: (512, 2048),
    512: (1024, 4096),
    1024: (2048, 8192),
    2048: (4096, 16384),
    4096: (8192, 30720),
    8192: (16384, 61440),
    16384: (32768, 122880),
}


def check_static(kind: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """Names of load balancers and the parts of a task definition, whatever else exists."""
    if kind in ("aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"):
        name = inputs.get("name")
        if isinstance(name, str):
            good = all(c.isascii() and (c.isalnum() or c == "-") for c in name) and name[:1] != "-" != name[-1:]
            if len(name) > 32 or not good or name.startswith("internal-"):
                said = "up to 32 letters, digits and hyphens, no hyphen at either end, not 'internal-…'"
                return [Problem("name", f"ValidationError: invalid name {name!r}: {said}")]
    if kind == "aws:ecs/taskDefinition:TaskDefinition":
        return _check_task(inputs)
    return []


def _check_task(inputs: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    document = inputs.get("containerDefinitions")
    if isinstance(document, str):
        try:
            containers = json.loads(document)
        except ValueError as error:
            return [Problem("containerDefinitions", f"ClientException: not JSON: {error}")]
        if not isinstance(containers, list) or not containers:
            return [Problem("containerDefinitions", "ClientException: a list of at least one container")]
        for number, container in enumerate(containers):
            for key in ("name", "image"):
                if not (isinstance(container, dict) and container.get(key)):
                    problems.append(
                        Problem("containerDefinitions", f"ClientException: container {number} has no {key}")
                    )
    if "FARGATE" in (inputs.get("requiresCompatibilities") or []):
        problems += _check_fargate(inputs)
    return problems


def _check_fargate(inputs: Mapping[str, Any]) -> list[Problem]:
    if inputs.get("networkMode") != "awsvpc":
        return [Problem("networkMode", "ClientException: Fargate needs networkMode awsvpc")]
    cpu, memory = inputs.get("cpu"), inputs.get("memory")
    if not str(cpu).isdigit() or not str(memory).isdigit():
        missing = "cpu" if not str(cpu).isdigit() else "memory"
        return (
            []
            if not (cpu is None or memory is None)
            else [Problem(missing, f"ClientException: Fargate needs {missing}")]
        )
    allowed = _FARGATE.get(int(str(cpu)))
    if allowed is None or not allowed[0] <= int(str(memory)) <= allowed[1]:
        return [Problem("memory", f"ClientException: no Fargate task has cpu {cpu} with memory {memory}")]
    return []


@refuses("lb/loadBalancer:LoadBalancer")
def balancer_subnets(act: Act) -> None:
    """An application load balancer spans at least two zones, all in one VPC."""
    ids = act.inputs.get("subnets") or values_at(act.inputs, "subnetMappings.subnetId")
    found = [act.world.get("aws:ec2/subnet:Subnet", str(subnet)) for subnet in ids]
    subnets = [subnet for subnet in found if subnet is not None]
    if len({subnet.value("vpcId") for subnet in subnets}) > 1:
        raise CloudError("InvalidConfigurationRequest", "all subnets must belong to one VPC")
    zones = [subnet.value("availabilityZone") for subnet in subnets]
    if len(set(zones)) < len(zones):
        raise CloudError("InvalidConfigurationRequest", "a load balancer takes one subnet in each availability zone")
    if (act.inputs.get("loadBalancerType") or "application") == "application" and len(zones) < 2:
        raise CloudError("ValidationError", "at least two subnets in two different availability zones are needed")


@refuses("lb/listener:Listener")
def listener(act: Act) -> None:
    """A port is used once on a load balancer; TLS needs a certificate."""
    for other in act.others("lb/listener:Listener"):
        if all(other.inputs.get(key) == act.inputs.get(key) for key in ("loadBalancerArn", "port")):
            raise CloudError("DuplicateListener", f"port {act.inputs.get('port')} is taken by {other.id}")
    if act.inputs.get("protocol") in ("HTTPS", "TLS") and not act.inputs.get("certificateArn"):
        raise CloudError("CertificateNotFound", f"protocol {act.inputs.get('protocol')} needs certificateArn")


@refuses_delete("lb/loadBalancer:LoadBalancer")
def protected_balancer(act: Act) -> None:
    """A load balancer with deletion protection stays."""
    if act.thing is not None and act.thing.value("enableDeletionProtection"):
        raise CloudError("OperationNotPermitted", f"{act.thing.id} has deletion protection enabled")


@refuses("ecs/service:Service")
def service_network(act: Act) -> None:
    """A Fargate service says where its tasks stand."""
    if act.inputs.get("launchType") == "FARGATE" and not act.inputs.get("networkConfiguration"):
        raise CloudError("InvalidParameterException", "a FARGATE service needs networkConfiguration")


@refuses("appautoscaling/target:Target")
def capacity(act: Act) -> None:
    """The least capacity is not above the most."""
    least, most = act.inputs.get("minCapacity"), act.inputs.get("maxCapacity")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        raise CloudError("ValidationException", f"minCapacity {least} is above maxCapacity {most}")
