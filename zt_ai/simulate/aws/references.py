"""Does what a resource refers to exist, and is what is to be deleted still referred to?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from zt_ai.simulate.aws.act import Act
from zt_ai.simulate.aws.catalogue import entry
from zt_ai.simulate.aws.naming import is_managed_list
from zt_ai.simulate.problems import CloudError
from zt_ai.simulate.values import values_at
from zt_ai.simulate.world import Thing, World

PREFIXES: Mapping[str, str] = {
    # Identifier prefix -> type, for ids that stand alone (EC2 User Guide, "Resource IDs").
    "vpc": "aws:ec2/vpc:Vpc",
    "subnet": "aws:ec2/subnet:Subnet",
    "sg": "aws:ec2/securityGroup:SecurityGroup",
    "sgr": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "rtb": "aws:ec2/routeTable:RouteTable",
    "acl": "aws:ec2/networkAcl:NetworkAcl",
    "igw": "aws:ec2/internetGateway:InternetGateway",
    "nat": "aws:ec2/natGateway:NatGateway",
    "eipalloc": "aws:ec2/eip:Eip",
    "vpce": "aws:ec2/vpcEndpoint:VpcEndpoint",
    "tgw": "aws:ec2transitgateway/transitGateway:TransitGateway",
    "tgw-attach": "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    "pl": "aws:ec2/managedPrefixList:ManagedPrefixList",
    "pcx": "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
    "vgw": "aws:ec2/vpnGateway:VpnGateway",
    "rslvr-frg": "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
    "rslvr-fdl": "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList",
    "rqlc": "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
}
_ID_FORM = re.compile(r"[0-9a-f]{8}(?:[0-9a-f]{9})?")

_NOT_FOUND: Mapping[str, str] = {
    # Amazon EC2 API Reference, "Error codes"; the API references of the other services.
    "aws:ec2/vpc:Vpc": "InvalidVpcID.NotFound",
    "aws:ec2/subnet:Subnet": "InvalidSubnetID.NotFound",
    "aws:ec2/securityGroup:SecurityGroup": "InvalidGroup.NotFound",
    "aws:ec2/routeTable:RouteTable": "InvalidRouteTableID.NotFound",
    "aws:ec2/networkAcl:NetworkAcl": "InvalidNetworkAclID.NotFound",
    "aws:ec2/internetGateway:InternetGateway": "InvalidInternetGatewayID.NotFound",
    "aws:ec2/natGateway:NatGateway": "InvalidNatGatewayID.NotFound",
    "aws:ec2/eip:Eip": "InvalidAllocationID.NotFound",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "InvalidVpcEndpointId.NotFound",
    "aws:ec2transitgateway/transitGateway:TransitGateway": "InvalidTransitGatewayID.NotFound",
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": "InvalidTransitGatewayAttachmentID.NotFound",
    "aws:ec2/managedPrefixList:ManagedPrefixList": "InvalidPrefixListID.NotFound",
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": "InvalidVpcPeeringConnectionID.NotFound",
    "aws:ec2/vpnGateway:VpnGateway": "InvalidVpnGatewayID.NotFound",
    "aws:iam/role:Role": "NoSuchEntity",
    "aws:kms/key:Key": "NotFoundException",
    "aws:s3/bucket:Bucket": "NoSuchBucket",
    "aws:sns/topic:Topic": "NotFound",
    "aws:ecs/cluster:Cluster": "ClusterNotFoundException",
    "aws:ecs/taskDefinition:TaskDefinition": "ClientException",
    "aws:lb/loadBalancer:LoadBalancer": "LoadBalancerNotFound",
    "aws:lb/targetGroup:TargetGroup": "TargetGroupNotFound",
    "aws:acm/certificate:Certificate": "CertificateNotFound",
    "aws:route53/zone:Zone": "NoSuchHostedZone",
    "aws:appautoscaling/target:Target": "ObjectNotFoundException",
}
_OWN_CODE: Mapping[tuple[str, str], str] = {
    ("aws:cloudtrail/trail:Trail", "s3BucketName"): "S3BucketDoesNotExistException",
}
_IN_USE: Mapping[str, str] = {
    "aws:iam/role:Role": "DeleteConflict",
    "aws:networkfirewall/firewallPolicy:FirewallPolicy": "InvalidOperationException",
    "aws:networkfirewall/ruleGroup:RuleGroup": "InvalidOperationException",
    "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": "ConflictException",
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": "ConflictException",
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": "InvalidRequestException",
    "aws:route53/zone:Zone": "HostedZoneNotEmpty",
    "aws:ecs/cluster:Cluster": "ClusterContainsServicesException",
    "aws:lb/targetGroup:TargetGroup": "ResourceInUse",
    "aws:ec2/eip:Eip": "InvalidIPAddress.InUse",
}


def find_reference(world: World, types: Iterable[str], text: str, region: str | None = None) -> Thing | None:
    """The thing of one of these types that ``text`` names: by id, by ARN, or (a firewall's endpoint) by part."""
    for type_ in types:
        if type_ == "@firewall-endpoint":
            for firewall in world.of_type("aws:networkfirewall/firewall:Firewall"):
                if text in firewall_endpoints(firewall):
                    return firewall
            continue
        found = world.get(type_, text, region)
        if found is not None:
            return found
        name = text.rsplit("/", 1)[-1].rsplit(":::", 1)[-1]
        for thing in world.of_type(type_) if text.startswith("arn:") else world.with_id(name):
            if thing.type == type_ and text in (thing.value("arn"), thing.value("arnWithoutRevision")):
                return thing
        if type_ in _BY_NAME:
            for thing in world.of_type(type_):
                if thing.value("name") == text:
                    return thing
    return None


_BY_NAME = frozenset({"aws:ecs/cluster:Cluster", "aws:ec2/securityGroup:SecurityGroup"})


def firewall_endpoints(firewall: Thing) -> list[str]:
    """The VPC endpoint ids of a network firewall, one for each subnet."""
    return [str(found) for found in values_at(firewall.outputs, "firewallStatuses.syncStates.attachments.endpointId")]


def check_references(act: Act) -> None:
    """Refuse references to things that are not there. Raises :class:`CloudError`."""
    for path, types in entry(act.subject.type).references.items():
        for value in values_at(act.inputs, path):
            if not isinstance(value, str) or value in ("", "local"):
                continue
            kinds = _kinds(value, types)
            if "aws:ec2/managedPrefixList:ManagedPrefixList" in kinds and is_managed_list(act.settings.region, value):
                continue
            if find_reference(act.world, kinds, value, None) is None:
                code = _OWN_CODE.get((act.subject.type, path)) or _code(value, kinds)
                raise CloudError(code, f"the {_title(kinds[0])} '{value}' given as {path} does not exist")


def _kinds(value: str, types: tuple[str, ...]) -> tuple[str, ...]:
    if len(types) == 1:
        return types
    prefix = value.rpartition("-")[0]
    fitting = tuple(t for t in types if PREFIXES.get(prefix) == t or (t.startswith("@") and prefix == "vpce"))
    return fitting or types


def _code(value: str, types: tuple[str, ...]) -> str:
    code = _NOT_FOUND.get(types[0], "ResourceNotFoundException")
    prefix = next((p for p, t in PREFIXES.items() if t == types[0]), None)
    if prefix and code.startswith("Invalid") and not _ID_FORM.fullmatch(value.removeprefix(f"{prefix}-")):
        return (
            code.replace(".NotFound", ".Malformed")
            if types[0] != "aws:ec2/securityGroup:SecurityGroup"
            else ("InvalidGroupId.Malformed")
        )
    return code


def _title(type_: str) -> str:
    leaf = type_.rsplit(":", 1)[-1].removeprefix("@")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", leaf).lower()


def users_of(world: World, thing: Thing) -> list[Thing]:
    """The things whose existence keeps ``thing`` from being deleted."""
    names = {thing.id, *(str(n) for n in (thing.value("arn"), thing.outputs.get("keyId")) if n)}
    if thing.type == "aws:ec2/securityGroup:SecurityGroup":
        names.add(thing.id)
    found: dict[Any, Thing] = {}
    for name in names:
        for user in world.mentioning(name):
            # Another type may use the same text: a bucket and its policy share a name. Only declared references count.
            line = entry(user.type)
            if user.key == thing.key or user.origin == "born" or user.parent == thing.id:
                continue
            for path in line.blocks & set(line.references):
                if thing.type in line.references[path] and name in values_at(user.inputs, path):
                    found[user.key] = user
    return [user for user in found.values() if not _own_rule(user, thing)]


def _own_rule(user: Thing, group: Thing) -> bool:
    # A group's own rules go with it, also those that name the group itself.
    return user.type.startswith("aws:vpc/securityGroup") and user.inputs.get("securityGroupId") == group.id


def check_unused(act: Act) -> None:
    """Refuse to delete what is in use. Raises :class:`CloudError`."""
    if act.thing is None:
        return
    users = users_of(act.world, act.thing)
    if users:
        shown = ", ".join(f"{_title(user.type)} {user.id}" for user in users[:3])
        more = f" and {len(users) - 3} more" if len(users) > 3 else ""
        code = _IN_USE.get(act.thing.type, "DependencyViolation")
        raise CloudError(code, f"{_title(act.thing.type)} '{act.thing.id}' is in use by {shown}{more}")
