"""What AWS would answer: forms of ids and ARNs, and the computed outputs that programs read to build on.

Sources: the forms of ARNs are those of the AWS Service Authorization Reference ("Resource types defined by ..." of each
service); which property is the id is the "import" section of each resource in the Pulumi AWS 7 registry. The values are
made up from the URN. Outputs that a preview does not know and nobody needs to build on (a public address, a password)
are left out on purpose: they stay unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from zt_ai.graph.answers import Answers, Made, Maker, Request
from zt_ai.graph.outputs_aws_functions import FUNCTIONS, partition


def _fields(request: Request) -> dict[str, str]:
    return {
        "account": request.place.account,
        "partition": partition(request.place.region),
        "region": request.place.region,
        "token": request.token("id"),
        "suffix": request.token("id", 6),
        "name": _name(request),
    }


def _name(request: Request) -> str:
    """The physical name: the program's, else the logical name with a suffix, as Pulumi's own naming does."""
    kind = request.type.rpartition(":")[2]
    for key in ("name", kind[:1].lower() + kind[1:], "family"):
        if isinstance(given := request.inputs.get(key), str):
            return given
    return f"{request.name}-{request.token('name', 7)}"


def _formed(id_: str, arn: str = "", **outputs: str) -> Maker:
    """A maker from format strings over `{account}`, `{partition}`, `{region}`, `{token}` (17 digits), `{suffix}` (six),
    `{name}`, then `{id}`, then `{arn}`."""

    def make(request: Request) -> Made:
        fields = _fields(request)
        if arn and "{arn}" in id_:
            fields["arn"] = arn.format(**fields)
            fields["id"] = id_.format(**fields)
        else:
            fields["id"] = id_.format(**fields)
            fields["arn"] = arn.format(**fields) if arn else ""
        made: dict[str, Any] = {key: form.format(**fields) for key, form in outputs.items()}
        if fields["arn"]:
            made["arn"] = fields["arn"]
        return Made(fields["id"], made)

    return make


def _ec2(prefix: str, kind: str = "", **outputs: str) -> Maker:
    arn = f"arn:{{partition}}:ec2:{{region}}:{{account}}:{kind}/{{id}}" if kind else ""
    return _formed(f"{prefix}-{{token}}", arn, **outputs)


def _regional(service: str, resource: str, id_: str = "{arn}", **outputs: str) -> Maker:
    return _formed(id_, f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}", **outputs)


def _with(base: Maker, more: Callable[[Request, Made], Mapping[str, Any]]) -> Maker:
    def make(request: Request) -> Made:
        made = base(request)
        return Made(made.id, {**made.outputs, **more(request, made)})

    return make


def _vpc(request: Request, _made: Made) -> Mapping[str, Any]:
    table = f"rtb-{request.token('main route table')}"
    return {
        "defaultNetworkAclId": f"acl-{request.token('default network ACL')}",
        "defaultRouteTableId": table,
        "defaultSecurityGroupId": f"sg-{request.token('default security group')}",
        "dhcpOptionsId": f"dopt-{request.token('dhcp options')}",
        "mainRouteTableId": table,
    }


def _same_id(key: str) -> Maker:
    """A resource that adopts one which exists already: its id is that of the adopted one."""

    def make(request: Request) -> Made:
        given = request.inputs.get(key)
        return Made(given if isinstance(given, str) else f"{request.name}-{request.token('id')}")

    return make


def _endpoint(request: Request, made: Made) -> Mapping[str, Any]:
    if request.inputs.get("vpcEndpointType", "Gateway") == "Gateway":
        return {"prefixListId": f"pl-{request.token('prefix list', 8)}"}
    service = str(request.inputs.get("serviceName", "")).rpartition(".")[2] or "service"
    subnets = request.inputs.get("subnetIds") or ()
    return {
        "dnsEntries": [
            {
                "dnsName": f"{made.id}-{request.token('dns', 8)}.{service}.{request.place.region}.vpce.amazonaws.com",
                "hostedZoneId": f"Z{request.token('hosted zone', 13).upper()}",
            }
        ],
        "networkInterfaceIds": [f"eni-{request.token(f'interface {index}')}" for index in range(len(subnets))],
    }


def _firewall(request: Request, _made: Made) -> Mapping[str, Any]:
    """One endpoint per subnet mapping, found by the program through the zone or the id of the subnet."""
    states = []
    for index, mapping in enumerate(request.inputs.get("subnetMappings") or ()):
        subnet_id = mapping.get("subnetId") if isinstance(mapping, Mapping) else None
        subnet = request.find(subnet_id) if isinstance(subnet_id, str) else None
        zone = subnet.inputs.get("availabilityZone") if subnet else None
        attachment = {"endpointId": f"vpce-{request.token(f'endpoint {index}')}", "subnetId": subnet_id}
        states.append({"attachments": [attachment], "availabilityZone": zone or request.place.region + "a"})
    return {"firewallStatuses": [{"syncStates": states}]}


def _zone(request: Request, made: Made) -> Mapping[str, Any]:
    return {
        "arn": f"arn:{partition(request.place.region)}:route53:::hostedzone/{made.id}",
        "nameServers": [f"ns-{request.token(f'server {index}', 4)}.awsdns-0{index}.com" for index in range(4)],
        "zoneId": made.id,
    }


def _other(request: Request) -> Made:
    """Any other AWS resource: an id and an ARN of the usual form (outputs that a type lacks are ignored)."""
    service = request.type.split(":")[1].partition("/")[0]
    kind = request.type.rpartition(":")[2]
    return _regional(service, f"{kind[:1].lower() + kind[1:]}/{{name}}-{{token}}")(request)


def _by_input(key: str, makers: Mapping[str, Maker], usual: str) -> Maker:
    """The maker that the value of an input chooses; the usual one where it is not given or not known."""
    return lambda request: makers.get(str(request.inputs.get(key)), makers[usual])(request)


def _balancer(short: str, dns: str) -> Maker:
    """A load balancer: the kind is part of its ARN, and its name has another form [Elastic Load Balancing, "Network
    Load Balancers" and "Application Load Balancers": DNS name]."""
    own = f"{short}/{{name}}/{{token}}"
    return _regional(
        "elasticloadbalancing", f"loadbalancer/{own}", arnSuffix=own, dnsName=dns, name="{name}", zoneId="Z{token}"
    )


def _listener(request: Request) -> Made:
    """The ARN of a listener repeats the path of its load balancer."""
    balancer = str(request.inputs.get("loadBalancerArn", ""))
    path = balancer.partition(":loadbalancer/")[2] or "net/{name}/{token}"
    return _regional("elasticloadbalancing", f"listener/{path}/{{token}}")(request)


def _service(request: Request) -> Made:
    """The long form, with the cluster's name [ECS Developer Guide, "Amazon Resource Names (ARNs) and IDs"]."""
    cluster = str(request.inputs.get("cluster") or "default").rpartition("/")[2]
    return _regional("ecs", f"service/{cluster}/{{name}}", name="{name}")(request)


_TARGET: Final = "targetgroup/{name}/{token}"

_RESOURCES: Final[Mapping[str, Maker]] = {
    "ec2/vpc:Vpc": _with(_ec2("vpc", "vpc", ownerId="{account}"), _vpc),
    "ec2/defaultSecurityGroup:DefaultSecurityGroup": _ec2("sg", "security-group", ownerId="{account}"),
    "ec2/defaultNetworkAcl:DefaultNetworkAcl": _same_id("defaultNetworkAclId"),
    "ec2/defaultRouteTable:DefaultRouteTable": _same_id("defaultRouteTableId"),
    "ec2/subnet:Subnet": _ec2("subnet", "subnet", ownerId="{account}"),
    "ec2/routeTable:RouteTable": _ec2("rtb", "route-table", ownerId="{account}"),
    "ec2/route:Route": _formed("r-rtb-{token}"),
    "ec2/routeTableAssociation:RouteTableAssociation": _ec2("rtbassoc"),
    "ec2/networkAcl:NetworkAcl": _ec2("acl", "network-acl", ownerId="{account}"),
    "ec2/networkAclRule:NetworkAclRule": _ec2("nacl"),
    "ec2/networkAclAssociation:NetworkAclAssociation": _ec2("aclassoc"),
    "ec2/networkInterface:NetworkInterface": _ec2("eni", "network-interface"),
    "ec2/securityGroup:SecurityGroup": _ec2("sg", "security-group", ownerId="{account}"),
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2(
        "sgr", "security-group-rule", securityGroupRuleId="{id}"
    ),
    "vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2(
        "sgr", "security-group-rule", securityGroupRuleId="{id}"
    ),
    "ec2/vpcEndpoint:VpcEndpoint": _with(_ec2("vpce", "vpc-endpoint", ownerId="{account}"), _endpoint),
    "ec2/internetGateway:InternetGateway": _ec2("igw", "internet-gateway", ownerId="{account}"),
    "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": _ec2("eigw"),
    "ec2/eip:Eip": _ec2("eipalloc", "elastic-ip", allocationId="{id}"),
    "ec2/natGateway:NatGateway": _ec2("nat"),
    "ec2/flowLog:FlowLog": _ec2("fl", "vpc-flow-log"),
    "ec2/vpcPeeringConnection:VpcPeeringConnection": _ec2("pcx"),
    "ec2/instance:Instance": _ec2("i", "instance"),
    "ec2/managedPrefixList:ManagedPrefixList": _ec2("pl", "prefix-list", ownerId="{account}"),
    "ec2transitgateway/transitGateway:TransitGateway": _ec2("tgw", "transit-gateway", ownerId="{account}"),
    "ec2transitgateway/vpcAttachment:VpcAttachment": _ec2("tgw-attach", "transit-gateway-attachment"),
    "networkfirewall/firewall:Firewall": _with(_regional("network-firewall", "firewall/{name}"), _firewall),
    "networkfirewall/firewallPolicy:FirewallPolicy": _regional("network-firewall", "firewall-policy/{name}"),
    "networkfirewall/ruleGroup:RuleGroup": _by_input(
        "type",
        {
            "STATEFUL": _regional("network-firewall", "stateful-rulegroup/{name}"),
            "STATELESS": _regional("network-firewall", "stateless-rulegroup/{name}"),
        },
        "STATEFUL",
    ),
    "networkfirewall/loggingConfiguration:LoggingConfiguration": _same_id("firewallArn"),
    "route53/resolverFirewallDomainList:ResolverFirewallDomainList": _regional(
        "route53resolver", "firewall-domain-list/{id}", "rslvr-fdl-{token}"
    ),
    "route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": _regional(
        "route53resolver", "firewall-rule-group/{id}", "rslvr-frg-{token}"
    ),
    "route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": _regional(
        "route53resolver", "firewall-rule-group-association/{id}", "rslvr-frgassoc-{token}"
    ),
    "route53/resolverFirewallConfig:ResolverFirewallConfig": _formed("rslvr-fc-{token}", ownerId="{account}"),
    "route53/resolverQueryLogConfig:ResolverQueryLogConfig": _regional(
        "route53resolver", "resolver-query-log-config/{id}", "rqlc-{token}"
    ),
    "route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": _formed("rqlca-{token}"),
    "route53/zone:Zone": _with(_formed("Z{token}"), _zone),
    "iam/role:Role": _formed(
        "{name}", "arn:{partition}:iam::{account}:role/{name}", name="{name}", uniqueId="AROA{token}"
    ),
    "iam/policy:Policy": _formed("{arn}", "arn:{partition}:iam::{account}:policy/{name}", name="{name}"),
    "iam/instanceProfile:InstanceProfile": _formed(
        "{name}", "arn:{partition}:iam::{account}:instance-profile/{name}", name="{name}"
    ),
    "kms/key:Key": _regional("kms", "key/{id}", "{token}", keyId="{id}"),
    "kms/alias:Alias": _regional("kms", "{name}", "{name}", name="{name}"),
    "s3/bucket:Bucket": _formed(
        "{name}",
        "arn:{partition}:s3:::{name}",
        bucket="{name}",
        bucketDomainName="{name}.s3.amazonaws.com",
        bucketRegionalDomainName="{name}.s3.{region}.amazonaws.com",
    ),
    **{
        f"s3/bucket{part}:Bucket{part}": _same_id("bucket")
        for part in (
            "ObjectLockConfiguration",
            "OwnershipControls",
            "Policy",
            "PublicAccessBlock",
            "ServerSideEncryptionConfiguration",
            "Versioning",
        )
    },
    "cloudwatch/logGroup:LogGroup": _regional("logs", "log-group:{name}", "{name}", name="{name}"),
    "cloudwatch/metricAlarm:MetricAlarm": _regional("cloudwatch", "alarm:{name}", "{name}", name="{name}"),
    "cloudtrail/trail:Trail": _regional("cloudtrail", "trail/{name}", homeRegion="{region}", name="{name}"),
    "sns/topic:Topic": _regional("sns", "{name}", name="{name}"),
    "sns/topicPolicy:TopicPolicy": _same_id("arn"),
    "secretsmanager/secret:Secret": _regional("secretsmanager", "secret:{name}-{suffix}", name="{name}"),
    "ecs/cluster:Cluster": _regional("ecs", "cluster/{name}", name="{name}"),
    "ecs/taskDefinition:TaskDefinition": _regional(
        "ecs",
        "task-definition/{name}:1",
        "{name}",
        arnWithoutRevision="arn:{partition}:ecs:{region}:{account}:task-definition/{name}",
    ),
    "ecs/service:Service": _service,
    "lb/loadBalancer:LoadBalancer": _by_input(
        "loadBalancerType",
        {
            "application": _balancer("app", "{name}-{token}.{region}.elb.amazonaws.com"),
            "network": _balancer("net", "{name}-{token}.elb.{region}.amazonaws.com"),
        },
        "application",
    ),
    "lb/targetGroup:TargetGroup": _regional("elasticloadbalancing", _TARGET, arnSuffix=_TARGET, name="{name}"),
    "lb/listener:Listener": _listener,
}

AWS: Final = Answers(
    resources={f"aws:{type_}": maker for type_, maker in _RESOURCES.items()},
    functions=FUNCTIONS,
    packages={"aws": _other},
)
"""The answers of AWS, for `zt_ai.graph.mocks.from_program`."""
