"""The load balancer in front of the egress proxy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, tag_list, tag_map, upper


def _attributes(inputs: Inputs, table: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": member, "Value": _text(inputs[key])} for key, member in table.items() if key in inputs]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _typed(planned: Any, text: str | None) -> Any:
    """An attribute as text, in the type that was planned."""
    if text is None:
        return None
    return text == "true" if isinstance(planned, bool) else type(planned)(text)


_BALANCER_ATTRIBUTES = {
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
}


def _balancer(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "elbv2",
        "create_load_balancer",
        Name=inputs["name"],
        Type=inputs["loadBalancerType"],
        Scheme="internal" if inputs["internal"] else "internet-facing",
        IpAddressType=inputs["ipAddressType"],
        Subnets=inputs["subnets"],
        SecurityGroups=inputs["securityGroups"],
        Tags=tag_list(inputs),
    )["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]
    cloud.call(
        "elbv2",
        "modify_load_balancer_attributes",
        LoadBalancerArn=arn,
        Attributes=_attributes(inputs, _BALANCER_ATTRIBUTES),
    )
    cloud.call(
        "elbv2",
        "set_security_groups",
        LoadBalancerArn=arn,
        SecurityGroups=inputs["securityGroups"],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic=inputs[
            "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
        ],
    )
    return Made(
        arn,
        {
            "arn": arn,
            "arnSuffix": arn.partition(":loadbalancer/")[2],
            "dnsName": made["DNSName"],
            "zoneId": made["CanonicalHostedZoneId"],
        },
    )


def _read_balancer(view: View, stored: Stored) -> Mapping[str, Any]:
    arn = stored.made.id
    found = view.one("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerArn", arn)
    attributes = view.ask("elbv2", "describe_load_balancer_attributes", LoadBalancerArn=arn)["Attributes"]
    texts = {each["Key"]: each["Value"] for each in attributes}
    return {
        "name": found["LoadBalancerName"],
        "loadBalancerType": found["Type"],
        "internal": found["Scheme"] == "internal",
        "ipAddressType": found.get("IpAddressType"),
        "subnets": [zone["SubnetId"] for zone in found["AvailabilityZones"]],
        "securityGroups": found["SecurityGroups"],
        "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": found.get(
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
        ),
        "tags": _balancing_tags(view, arn),
        **{key: _typed(stored.inputs[key], texts.get(m)) for key, m in _BALANCER_ATTRIBUTES.items()},
    }


def _balancing_tags(view: View, arn: str) -> dict[str, str]:
    found = view.ask("elbv2", "describe_tags", ResourceArns=[arn])["TagDescriptions"]
    return tag_map(found[0]["Tags"]) if found else {}


_TARGETS = {
    "name": "Name",
    "protocol": "Protocol",
    "port": "Port",
    "vpcId": "VpcId",
    "targetType": "TargetType",
    "ipAddressType": "IpAddressType",
}
_TARGET_ATTRIBUTES = {
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "connectionTermination": "deregistration_delay.connection_termination.enabled",
    "preserveClientIp": "preserve_client_ip.enabled",
}
_HEALTH = {
    "enabled": "HealthCheckEnabled",
    "protocol": "HealthCheckProtocol",
    "port": "HealthCheckPort",
    "path": "HealthCheckPath",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthyThreshold": "HealthyThresholdCount",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}


def _targets(cloud: Cloud, inputs: Inputs) -> Made:
    health = inputs["healthCheck"]
    made = cloud.call(
        "elbv2",
        "create_target_group",
        Matcher={"HttpCode": health["matcher"]},
        Tags=tag_list(inputs),
        **{member: inputs[key] for key, member in _TARGETS.items()},
        **{member: health[key] for key, member in _HEALTH.items()},
    )["TargetGroups"][0]
    arn = made["TargetGroupArn"]
    wanted = _attributes(inputs, _TARGET_ATTRIBUTES)
    cloud.call("elbv2", "modify_target_group_attributes", TargetGroupArn=arn, Attributes=wanted)
    return Made(arn, {"arn": arn, "arnSuffix": arn.rpartition(":")[2]})


def _read_targets(view: View, stored: Stored) -> Mapping[str, Any]:
    arn = stored.made.id
    found = view.one("elbv2", "describe_target_groups", "TargetGroups", "TargetGroupArn", arn)
    attributes = view.ask("elbv2", "describe_target_group_attributes", TargetGroupArn=arn)["Attributes"]
    texts = {each["Key"]: each["Value"] for each in attributes}
    return {
        **{key: found.get(member) for key, member in _TARGETS.items()},
        "name": found["TargetGroupName"],
        "healthCheck": {
            "matcher": found.get("Matcher", {}).get("HttpCode"),
            **{key: found.get(member) for key, member in _HEALTH.items()},
        },
        "tags": _balancing_tags(view, arn),
        **{key: _typed(stored.inputs[key], texts.get(m)) for key, m in _TARGET_ATTRIBUTES.items()},
    }


def _listener(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "elbv2",
        "create_listener",
        LoadBalancerArn=inputs["loadBalancerArn"],
        Port=inputs["port"],
        Protocol=inputs["protocol"],
        DefaultActions=upper(inputs["defaultActions"]),
        Tags=tag_list(inputs),
    )["Listeners"][0]
    return Made(made["ListenerArn"], {"arn": made["ListenerArn"]})


def _read_listener(view: View, stored: Stored) -> Mapping[str, Any]:
    arn = stored.made.id
    found = view.ask("elbv2", "describe_listeners", ListenerArns=[arn])["Listeners"][0]
    return {
        "loadBalancerArn": found["LoadBalancerArn"],
        "port": found["Port"],
        "protocol": found["Protocol"],
        "defaultActions": [
            {"type": each["Type"], "targetGroupArn": each.get("TargetGroupArn")} for each in found["DefaultActions"]
        ],
        "tags": _balancing_tags(view, arn),
    }


KINDS = {
    "aws:lb/loadBalancer:LoadBalancer": Kind(_balancer, _read_balancer),
    "aws:lb/targetGroup:TargetGroup": Kind(_targets, _read_targets),
    "aws:lb/listener:Listener": Kind(_listener, _read_listener),
}
