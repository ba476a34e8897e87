"""Reading what is attached to the networks: VPC endpoints, and everything that has network interfaces of its own.

An endpoint or interface without security groups of its own gets the default group of its VPC [AWS PrivateLink Guide,
"Create an interface endpoint"; EC2 User Guide, "Create a security group"]; a network load balancer made without groups
has none at all [Network Load Balancers Guide, "Update the security groups for your Network Load Balancer"].
"""

from __future__ import annotations

from zt_ai.graph import Resource, Unknown, Value
from zt_ai.verify.aws.context import Context, default_group
from zt_ai.verify.aws.values import flag, items, mapping, number, plain, text
from zt_ai.verify.aws.world import Endpoint, Interface, PrefixList, Subnet
from zt_ai.verify.space import Span, service_spans

_KINDS = {"Interface": "Interface", "Gateway": "Gateway", "GatewayLoadBalancer": "GatewayLoadBalancer"}


def read_endpoints(context: Context) -> tuple[dict[str, Endpoint], dict[str, PrefixList]]:
    """All VPC endpoints, and the prefix lists of the services behind gateway endpoints."""
    policies: dict[str, Value] = {}
    extra: dict[tuple[str, str], list[str]] = {}
    for resource in context.of("ec2/vpcEndpointPolicy:VpcEndpointPolicy"):
        policies[context.needed(resource, "vpcEndpointId") or ""] = context.value(resource, "policy")
    for resource in context.of("ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation"):
        _add(extra, context, resource, "subnet", "subnetId")
    for resource in context.of("ec2/securityGroupAssociation:SecurityGroupAssociation"):
        _add(extra, context, resource, "group", "securityGroupId")
    for resource in context.of("ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"):
        _add(extra, context, resource, "table", "routeTableId")
    found: dict[str, Endpoint] = {}
    lists: dict[str, PrefixList] = {}
    for resource in context.of("ec2/vpcEndpoint:VpcEndpoint"):
        vpc = context.needed(resource, "vpcId") or ""
        kind = text(context.value(resource, "vpcEndpointType")) or "Gateway"  # the API's default
        name = text(context.value(resource, "serviceName"))
        if name is None:
            context.gap(resource, "serviceName is not known")
        service = _short(name or "unknown")
        groups = tuple(
            context.group_key(key)
            for key in (
                *context.keys(resource, context.value(resource, "securityGroupIds"), "securityGroupIds"),
                *extra.get((resource.urn, "group"), ()),
            )
        )
        if not groups and kind == "Interface":
            groups = (context.group_key(default_group(vpc)),)
        found[resource.urn] = Endpoint(
            key=resource.urn,
            name=resource.name,
            vpc=vpc,
            service=service,
            kind=_KINDS.get(kind, "Other"),  # type: ignore[arg-type]
            groups=groups,
            subnets=(
                *context.keys(resource, context.value(resource, "subnetIds"), "subnetIds"),
                *extra.get((resource.urn, "subnet"), ()),
            ),
            route_tables=(
                *context.keys(resource, context.value(resource, "routeTableIds"), "routeTableIds"),
                *extra.get((resource.urn, "table"), ()),
            ),
            policy=policies.get(resource.urn, _policy(resource)),
            private_dns=bool(flag(context.value(resource, "privateDnsEnabled"))),
            urn=resource.urn,
        )
        if kind == "Gateway":
            lists[resource.urn] = PrefixList(resource.urn, f"prefix list of {service}", None, None, True, service)
    return found, lists


def _policy(resource: Resource) -> Value:
    value = plain(resource.inputs.get("policy"))
    return None if value == "" else value


def _add(extra: dict[tuple[str, str], list[str]], context: Context, resource: Resource, what: str, name: str) -> None:
    endpoint, key = context.needed(resource, "vpcEndpointId"), context.needed(resource, name)
    if endpoint and key:
        extra.setdefault((endpoint, what), []).append(key)


def _short(name: str) -> str:
    """`com.amazonaws.REGION.SERVICE` without its beginning [AWS PrivateLink Guide, "AWS services that integrate"]."""
    parts = name.split(".")
    if parts[:2] == ["com", "amazonaws"] and len(parts) >= 4:
        return ".".join(parts[3:])
    if parts[:3] == ["cn", "com", "amazonaws"] and len(parts) >= 5:
        return ".".join(parts[4:])
    return name


def read_interfaces(context: Context, subnets: dict[str, Subnet]) -> dict[str, Interface]:
    """Everything that has network interfaces, one entry each."""
    reader = _Interfaces(context, subnets)
    reader.compute()
    reader.balancers()
    reader.stores()
    return reader.found


class _Interfaces:
    def __init__(self, context: Context, subnets: dict[str, Subnet]) -> None:
        self._context, self._subnets = context, subnets
        self.found: dict[str, Interface] = {}

    def _add(
        self,
        resource: Resource,
        kind: str,
        groups: Value,
        where: Value,
        public: Value = None,
        *,
        unfiltered: bool = False,
        healthy: tuple[Span, ...] = (),
    ) -> None:
        context, subnets = self._context, self._subnets
        places = context.keys(resource, where, "subnets")
        named = tuple(context.group_key(key) for key in context.keys(resource, groups, "security groups"))
        if not named and not unfiltered:
            vpcs = dict.fromkeys(subnets[place].vpc for place in places if place in subnets)
            named = tuple(context.group_key(default_group(vpc)) for vpc in vpcs)
        late = isinstance(plain(public), Unknown)
        if late:
            context.gap(resource, "whether it gets a public address is not known")
        self.found[resource.urn] = Interface(
            key=resource.urn,
            name=resource.name,
            kind=kind,
            groups=named,
            subnets=places,
            public=bool(flag(public)) or late,
            urn=resource.urn,
            unfiltered=unfiltered and not named,
            healthy_ports=healthy,
        )

    def compute(self) -> None:
        """Instances, their interfaces, containers and functions."""
        context = self._context
        for resource in context.of("ec2/instance:Instance"):
            body = resource.inputs
            # With `networkInterfaces` the instance has no other interfaces, and those are resources of their own.
            if plain(body.get("networkInterfaces")) is None:
                groups = body.get("vpcSecurityGroupIds") or body.get("securityGroups")
                self._add(resource, "instance", groups, body.get("subnetId"), body.get("associatePublicIpAddress"))
        attached: dict[str, list[Value]] = {}
        attachment = "ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
        for resource in context.of(attachment):
            key = context.needed(resource, "networkInterfaceId") or ""
            attached.setdefault(key, []).append(resource.inputs.get("securityGroupId"))
        for resource in context.of("ec2/networkInterface:NetworkInterface"):
            groups = (*items(resource.inputs.get("securityGroups")), *attached.pop(resource.urn, ()))
            self._add(resource, "network interface", groups, resource.inputs.get("subnetId"))
        for owner in filter(None, map(context.graph.get, attached)):
            context.gap(owner, "a security group is attached to an interface that is not modelled")
        for resource in context.of("ecs/service:Service"):
            body = mapping(resource.inputs.get("networkConfiguration"))
            if body:
                public = body.get("assignPublicIp")
                self._add(resource, "ECS service", body.get("securityGroups"), body.get("subnets"), public)
        for resource in context.of("lambda/function:Function"):
            body = mapping(resource.inputs.get("vpcConfig"))
            if items(body.get("subnetIds")):
                self._add(resource, "Lambda function", body.get("securityGroupIds"), body.get("subnetIds"))

    def balancers(self) -> None:
        """Load balancers. One that does not say that it is internal faces the internet."""
        for resource in self._context.of("lb/loadBalancer:LoadBalancer", "alb/loadBalancer:LoadBalancer"):
            body = resource.inputs
            kind = text(body.get("loadBalancerType")) or "application"
            mapped = tuple(mapping(item).get("subnetId") for item in items(body.get("subnetMappings")))
            where = (*items(body.get("subnets")), *mapped)
            self._add(
                resource,
                f"{kind} load balancer",
                body.get("securityGroups"),
                where,
                not flag(body.get("internal")),
                unfiltered=kind in ("network", "gateway"),
                healthy=_targets(self._context, resource),
            )

    def stores(self) -> None:
        """Databases, caches and file systems."""
        context = self._context
        places = {
            resource.urn: resource.inputs.get("subnetIds")
            for resource in context.of("rds/subnetGroup:SubnetGroup", "elasticache/subnetGroup:SubnetGroup")
        }
        for resource in context.of("rds/instance:Instance", "rds/cluster:Cluster"):
            body = resource.inputs
            where = places.get(context.key(body.get("dbSubnetGroupName")) or "")
            self._add(resource, "database", body.get("vpcSecurityGroupIds"), where, body.get("publiclyAccessible"))
        for resource in context.of("elasticache/replicationGroup:ReplicationGroup"):
            where = places.get(context.key(resource.inputs.get("subnetGroupName")) or "")
            self._add(resource, "cache", resource.inputs.get("securityGroupIds"), where)
        for resource in context.of("efs/mountTarget:MountTarget"):
            body = resource.inputs
            self._add(resource, "file system", body.get("securityGroups"), body.get("subnetId"))


def _targets(context: Context, balancer: Resource) -> tuple[Span, ...]:
    """What a load balancer sends to its targets: the port of each target group and the port of its health check.

    The health check's port is a number or `traffic-port`, the default [Elastic Load Balancing, "Health checks for your
    target groups"].
    """
    found: dict[Span, None] = {}
    for listener in context.of("lb/listener:Listener", "alb/listener:Listener"):
        if context.key(listener.inputs.get("loadBalancerArn")) != balancer.urn:
            continue
        for action in items(listener.inputs.get("defaultActions")):
            body = mapping(action)
            forward = mapping(body.get("forward"))
            named = (
                body.get("targetGroupArn"),
                *(mapping(item).get("arn") for item in items(forward.get("targetGroups"))),
            )
            for group in filter(None, (context.graph.get(context.key(one) or "") for one in named)):
                protocol = "udp" if text(group.inputs.get("protocol")) == "UDP" else "tcp"
                port, check = number(group.inputs.get("port")), mapping(group.inputs.get("healthCheck"))
                health = number(check.get("port"))
                if port is not None:
                    found.update(dict.fromkeys(service_spans(protocol, port, port)))
                if health is not None:
                    found.update(dict.fromkeys(service_spans("tcp", health, health)))
    return tuple(found)
