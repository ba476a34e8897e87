"""Counts of security groups on interfaces: those the plan makes, and those of a workload that is attached later."""

from __future__ import annotations

from zt_ai.graph.model import Resource, Unknown, Value
from zt_ai.verify.aws.tally import Tally
from zt_ai.verify.aws.values import tags
from zt_ai.verify.reading import items, member, unknown_in

_GROUP = "aws:ec2/securityGroup:SecurityGroup"
# Where a resource with interfaces lists their groups.
_LISTS: dict[str, tuple[str, ...]] = {
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("securityGroupIds",),
    "aws:ec2/instance:Instance": ("vpcSecurityGroupIds",),
    "aws:ec2/launchTemplate:LaunchTemplate": ("vpcSecurityGroupIds",),
    "aws:ec2/networkInterface:NetworkInterface": ("securityGroups",),
    "aws:ecs/service:Service": ("networkConfiguration", "securityGroups"),
    "aws:lambda/function:Function": ("vpcConfig", "securityGroupIds"),
    "aws:lb/loadBalancer:LoadBalancer": ("securityGroups",),
    "aws:alb/loadBalancer:LoadBalancer": ("securityGroups",),
    "aws:rds/cluster:Cluster": ("vpcSecurityGroupIds",),
    "aws:rds/instance:Instance": ("vpcSecurityGroupIds",),
    "aws:efs/mountTarget:MountTarget": ("securityGroups",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("securityGroupIds",),
}
# One more group for something that exists: the type, and the input that names what it is attached to.
_ATTACHMENTS = {
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": "vpcEndpointId",
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment": "networkInterfaceId",
}
_TAG_WORKLOAD = "zt-ai:workload"
_TAG_ROLE = "zt-ai:role"
_ROLE_WORKLOAD = "workload"


def count_interfaces(tally: Tally) -> None:
    """Count the groups of every interface, and of every workload: all its groups are put on one interface."""
    quotas = tally.quotas
    for type_, path in _LISTS.items():
        for resource in tally.graph.of_type(type_):
            _listed(tally, resource, member(resource.inputs, *path))
    for type_, name in _ATTACHMENTS.items():
        for resource in tally.graph.of_type(type_):
            tally.counted += 1
            holder = tally.holder(resource, name)
            if holder is not None:
                tally.add(quotas.groups_of_interface, holder, by=resource)
    for group in tally.graph.of_type(_GROUP):
        named = tags(group)
        workload = named.get(_TAG_WORKLOAD)
        if workload is not None and named.get(_TAG_ROLE, _ROLE_WORKLOAD) == _ROLE_WORKLOAD:
            tally.add(quotas.groups_of_interface, f"workload {workload}", by=group)
    product = quotas.rules.limit * quotas.groups_of_interface.limit
    tally.add(quotas.rules_of_interface, "clouds.aws.quotas", product, by=next(iter(tally.graph.of_type(_GROUP)), None))


def _listed(tally: Tally, resource: Resource, value: Value) -> None:
    tally.counted += 1
    if isinstance(value, Unknown) or unknown_in(value):
        tally.unknown(resource, "its security groups are known only after the deployment")
    count = len(items(value))
    if count:
        tally.add(tally.quotas.groups_of_interface, resource.urn, count)
