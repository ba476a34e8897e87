"""What runs the egress proxy: cluster, task, service and scaling."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, lower, tag_list, tag_map, upper


def _cluster(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "ecs",
        "create_cluster",
        clusterName=inputs["name"],
        settings=inputs["settings"],
        tags=tag_list(inputs, "key", "value"),
    )["cluster"]
    return Made(made["clusterArn"], {"arn": made["clusterArn"], "name": made["clusterName"]})


def _read_cluster(view: View, stored: Stored) -> Mapping[str, Any]:
    parts = ["SETTINGS", "TAGS"]
    found = view.ask("ecs", "describe_clusters", clusters=[stored.made.id], include=parts)["clusters"][0]
    return {"name": found["clusterName"], "settings": found["settings"], "tags": tag_map(found["tags"])}


_TASK = ("family", "cpu", "memory", "networkMode", "requiresCompatibilities", "executionRoleArn", "taskRoleArn")


def _task(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "ecs",
        "register_task_definition",
        containerDefinitions=json.loads(inputs["containerDefinitions"]),
        runtimePlatform=inputs["runtimePlatform"],
        volumes=inputs["volumes"],
        tags=tag_list(inputs, "key", "value"),
        **{key: inputs[key] for key in _TASK},
    )["taskDefinition"]
    return Made(made["family"], {"arn": made["taskDefinitionArn"], "family": made["family"]})


def _read_task(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("ecs", "describe_task_definition", taskDefinition=stored.made.outputs["arn"], include=["TAGS"])
    task = found["taskDefinition"]
    return {
        **{key: task.get(key) for key in _TASK},
        "runtimePlatform": task.get("runtimePlatform"),
        "volumes": task["volumes"],
        "containerDefinitions": json.dumps(task["containerDefinitions"]),
        "tags": tag_map(found.get("tags")),
    }


_SERVICE = {
    "cluster": "cluster",
    "name": "serviceName",
    "taskDefinition": "taskDefinition",
    "desiredCount": "desiredCount",
    "launchType": "launchType",
    "platformVersion": "platformVersion",
    "propagateTags": "propagateTags",
    "enableEcsManagedTags": "enableECSManagedTags",
    "enableExecuteCommand": "enableExecuteCommand",
    "healthCheckGracePeriodSeconds": "healthCheckGracePeriodSeconds",
    "availabilityZoneRebalancing": "availabilityZoneRebalancing",
    "loadBalancers": "loadBalancers",
}


def _service(cloud: Cloud, inputs: Inputs) -> Made:
    network = inputs["networkConfiguration"]
    # A word here, a truth value there: ECS API Reference, AwsVpcConfiguration.
    public = {"assignPublicIp": "ENABLED" if network["assignPublicIp"] else "DISABLED"}
    made = cloud.call(
        "ecs",
        "create_service",
        networkConfiguration={"awsvpcConfiguration": {**network, **public}},
        deploymentConfiguration={
            "maximumPercent": inputs["deploymentMaximumPercent"],
            "minimumHealthyPercent": inputs["deploymentMinimumHealthyPercent"],
            "deploymentCircuitBreaker": inputs["deploymentCircuitBreaker"],
        },
        tags=tag_list(inputs, "key", "value"),
        **{member: inputs[key] for key, member in _SERVICE.items()},
    )["service"]
    return Made(made["serviceArn"], {"arn": made["serviceArn"]})


def _read_service(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask(
        "ecs",
        "describe_services",
        cluster=stored.inputs["cluster"],
        services=[stored.made.id],
        include=["TAGS"],
    )["services"][0]
    network = found.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    deployment = found.get("deploymentConfiguration", {})
    return {
        **{key: found.get(member) for key, member in _SERVICE.items()},
        "cluster": found["clusterArn"],
        "networkConfiguration": {**network, "assignPublicIp": network.get("assignPublicIp") == "ENABLED"},
        "deploymentMaximumPercent": deployment.get("maximumPercent"),
        "deploymentMinimumHealthyPercent": deployment.get("minimumHealthyPercent"),
        "deploymentCircuitBreaker": deployment.get("deploymentCircuitBreaker"),
        "tags": tag_map(found.get("tags")),
    }


_SCALED = {"serviceNamespace", "resourceId", "scalableDimension"}


def _scaling_target(cloud: Cloud, inputs: Inputs) -> Made:
    keys = {*_SCALED, "minCapacity", "maxCapacity"}
    cloud.call(
        "application-autoscaling",
        "register_scalable_target",
        Tags=inputs["tags"],
        **{key[:1].upper() + key[1:]: inputs[key] for key in keys},
    )
    return Made(inputs["resourceId"])


def _read_scaling_target(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.every(
        "application-autoscaling", "describe_scalable_targets", "ScalableTargets", ServiceNamespace="ecs"
    )
    return lower(next(each for each in found if each["ResourceId"] == stored.made.id))  # type: ignore[no-any-return]


_POLICY = {*_SCALED, "policyType", "targetTrackingScalingPolicyConfiguration"}


def _scaling_policy(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "application-autoscaling",
        "put_scaling_policy",
        PolicyName=inputs["name"],
        **{key[:1].upper() + key[1:]: upper(inputs[key]) for key in _POLICY},
    )
    return Made(inputs["name"], {"arn": made["PolicyARN"]})


def _read_scaling_policy(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.every(
        "application-autoscaling", "describe_scaling_policies", "ScalingPolicies", ServiceNamespace="ecs"
    )
    policy = lower(next(each for each in found if each["PolicyName"] == stored.made.id))
    return {"name": policy["policyName"], **{key: policy.get(key) for key in _POLICY}}


KINDS = {
    "aws:ecs/cluster:Cluster": Kind(_cluster, _read_cluster),
    "aws:ecs/taskDefinition:TaskDefinition": Kind(_task, _read_task),
    "aws:ecs/service:Service": Kind(_service, _read_service),
    "aws:appautoscaling/target:Target": Kind(_scaling_target, _read_scaling_target),
    "aws:appautoscaling/policy:Policy": Kind(_scaling_policy, _read_scaling_policy),
}
