"""Which resource types the verifier understands, which cannot matter, and why.

A type of the AWS package that is in neither table is unmodelled: it turns the claims about reachability UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.graph import ResourceGraph
from zt_ai.verify.aws.values import short_type
from zt_ai.verify.model import Coverage

MODELLED = frozenset(
    {
        "ec2/vpc:Vpc",
        "ec2/defaultVpc:DefaultVpc",
        "ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        "ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation",
        "ec2/subnet:Subnet",
        "ec2/defaultSubnet:DefaultSubnet",
        "ec2/routeTable:RouteTable",
        "ec2/defaultRouteTable:DefaultRouteTable",
        "ec2/route:Route",
        "ec2/routeTableAssociation:RouteTableAssociation",
        "ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        "ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
        "ec2/networkAcl:NetworkAcl",
        "ec2/defaultNetworkAcl:DefaultNetworkAcl",
        "ec2/networkAclRule:NetworkAclRule",
        "ec2/networkAclAssociation:NetworkAclAssociation",
        "ec2/securityGroup:SecurityGroup",
        "ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "ec2/securityGroupRule:SecurityGroupRule",
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "ec2/managedPrefixList:ManagedPrefixList",
        "ec2/managedPrefixListEntry:ManagedPrefixListEntry",
        "ec2/vpcEndpoint:VpcEndpoint",
        "ec2/vpcEndpointPolicy:VpcEndpointPolicy",
        "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        "ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
        "ec2/securityGroupAssociation:SecurityGroupAssociation",
        "ec2/internetGateway:InternetGateway",
        "ec2/internetGatewayAttachment:InternetGatewayAttachment",
        "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
        "ec2/carrierGateway:CarrierGateway",
        "ec2/natGateway:NatGateway",
        "ec2/eip:Eip",
        "ec2/eipAssociation:EipAssociation",
        "ec2/vpcPeeringConnection:VpcPeeringConnection",
        "ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
        "ec2/vpnGateway:VpnGateway",
        "ec2/vpnGatewayAttachment:VpnGatewayAttachment",
        "ec2transitgateway/transitGateway:TransitGateway",
        "ec2transitgateway/vpcAttachment:VpcAttachment",
        "ec2/instance:Instance",
        "ec2/networkInterface:NetworkInterface",
        "ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
        "ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
        "ecs/service:Service",
        "lambda/function:Function",
        "lb/loadBalancer:LoadBalancer",
        "alb/loadBalancer:LoadBalancer",
        "lb/targetGroup:TargetGroup",
        "alb/targetGroup:TargetGroup",
        "lb/listener:Listener",
        "alb/listener:Listener",
        "rds/instance:Instance",
        "rds/cluster:Cluster",
        "rds/clusterInstance:ClusterInstance",
        "rds/subnetGroup:SubnetGroup",
        "efs/mountTarget:MountTarget",
        "elasticache/replicationGroup:ReplicationGroup",
        "elasticache/subnetGroup:SubnetGroup",
        "networkfirewall/firewall:Firewall",
        "networkfirewall/firewallPolicy:FirewallPolicy",
        "networkfirewall/ruleGroup:RuleGroup",
        "route53/resolverFirewallDomainList:ResolverFirewallDomainList",
        "route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup",
        "route53/resolverFirewallRule:ResolverFirewallRule",
        "route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
        "route53/resolverFirewallConfig:ResolverFirewallConfig",
        "route53/zone:Zone",
        "route53/zoneAssociation:ZoneAssociation",
        "iam/role:Role",
    }
)

_IAM = "says who may call AWS's interfaces; opens no network path (endpoint policies are read from the endpoints)"
_STORE = "settings of a store that is reached only through AWS's own endpoints, whose policies are read"
_WATCH = "records or reports; carries no traffic of a workload"
_KEYS = "keys and secrets, reached only through AWS's own endpoints, whose policies are read"
_COMPUTE = "describes what runs; its interfaces are those of the service that runs it"

# Prefix of the type -> why it cannot open a network access. The longest prefix that fits counts.
PASSIVE: Mapping[str, str] = {
    "iam/": _IAM,
    "kms/": _KEYS,
    "secretsmanager/": _KEYS,
    "ssm/parameter:": _KEYS,
    "acm/": _KEYS,
    "acmpca/": _KEYS,
    "s3/bucket": _STORE,
    "s3/account": _STORE,
    "ecr/": _STORE,
    "dynamodb/table:": _STORE,
    "backup/": _STORE,
    "cloudwatch/": _WATCH,
    "cloudtrail/": _WATCH,
    "ec2/flowLog:": _WATCH,
    "networkfirewall/loggingConfiguration:": _WATCH,
    "route53/resolverQueryLogConfig": _WATCH,
    "route53/record:": "a name in a zone; what a name stands for is filtered like any address",
    "sns/": _WATCH,
    "guardduty/": _WATCH,
    "securityhub/": _WATCH,
    "cfg/": _WATCH,
    "accessanalyzer/": _WATCH,
    "ecs/cluster:": _COMPUTE,
    "ecs/clusterCapacityProviders:": _COMPUTE,
    "ecs/taskDefinition:": _COMPUTE,
    "appautoscaling/": "changes how many tasks run, not where",
    "lb/listenerRule:": "chooses among target groups of a load balancer; the filters still decide",
    "lb/targetGroupAttachment:": "names a target; the filters still decide",
    "ec2/keyPair:": _KEYS,
    "ec2/defaultCreditSpecification:": _COMPUTE,
    "ec2/ebs": "encryption settings of disks",
    "ec2/tag:": "a tag",
    "ec2transitgateway/routeTable": "routing inside a transit gateway; all that is behind one counts as reachable",
    "ec2/vpcDhcpOptions": "names a resolver; packets to it pass the filters like all others",
    "ec2/vpcBlockPublicAccess": "only takes access away",
    "bedrock/guardrail": "settings of a service that is reached only through AWS's own endpoints",
    # Not passive though their neighbours are: these copy data to a place of their own choosing.
    "s3/bucketReplication": "",
    "s3/bucketNotification": "",
    "cloudwatch/logSubscriptionFilter": "",
    "cloudwatch/logDestination": "",
    "cloudwatch/event": "",
    "cloudwatch/metricStream": "",
    "ecr/replicationConfiguration": "",
    "dynamodb/tableExport": "",
}


def passive_reason(short: str) -> str | None:
    """Why a type of the AWS package cannot open a network access; None if it could."""
    fits = [prefix for prefix in PASSIVE if short.startswith(prefix)]
    return PASSIVE[max(fits, key=len)] or None if fits else None


def ledger(graph: ResourceGraph) -> Coverage:
    """Sort every resource of the graph into modelled, passive and unmodelled types."""
    modelled: dict[str, int] = {}
    passive: dict[str, int] = {}
    unmodelled: dict[str, list[str]] = {}
    for resource in graph:
        short = short_type(resource)
        if resource.custom and resource.type.startswith("aws:") and short in MODELLED:
            modelled[resource.type] = modelled.get(resource.type, 0) + 1
        elif not resource.custom or not resource.type.startswith("aws:") or passive_reason(short):
            passive[resource.type] = passive.get(resource.type, 0) + 1
        else:
            unmodelled.setdefault(resource.type, []).append(resource.urn)
    return Coverage(modelled, passive, {type_: tuple(urns) for type_, urns in unmodelled.items()})
