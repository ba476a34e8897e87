"""VPC endpoints: AWS services reached privately, each behind a group and a policy of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.naming import TAG_SERVICE, Scope
from zt_ai.aws.network.groups import GroupIds, security_group
from zt_ai.aws.plan.endpoint_policy import EndpointPlan
from zt_ai.aws.plan.group_rules import Group, GroupRole
from zt_ai.aws.plan.zone_acls import GATEWAY_ENDPOINTS
from zt_ai.builders.options import child_options
from zt_ai.builders.tags import clause_tags


@dataclass(frozen=True, kw_only=True)
class PrivateEndpointsArgs:
    """What `PrivateEndpoints` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    endpoints: Mapping[str, EndpointPlan]
    """Endpoints by AWS short name such as `secretsmanager`. The policy is required: AWS's default is full access."""
    subnet_ids: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Subnets of the interface endpoints by availability zone."""
    route_table_ids: Mapping[str, Sequence[pulumi.Input[str]]] = field(default_factory=dict)
    """Route tables by gateway endpoint."""
    shards: Mapping[str, Iterable[int]] = field(default_factory=dict)
    """Shards of an interface endpoint's group, `(1,)` where nothing is said."""
    tags: Mapping[str, str] = field(default_factory=dict)


class PrivateEndpoints(pulumi.ComponentResource):
    """Interface and gateway endpoints.

    An interface endpoint without a group of its own would get the VPC's default one [AWS PrivateLink Guide, "Access an
    AWS service using an interface VPC endpoint"]; its group is empty here, so nobody reaches it until a rule is added.

    Attributes:
        endpoint_ids: by AWS short name.
        group_ids: groups of the interface endpoints.
        prefix_list_ids: of the gateway endpoints by AWS short name, for rules of security groups.
        endpoints: the resources, to wait for.
    """

    endpoint_ids: dict[str, pulumi.Output[str]]
    group_ids: GroupIds
    prefix_list_ids: dict[str, pulumi.Output[str]]
    endpoints: dict[str, aws.ec2.VpcEndpoint]

    def __init__(self, name: str, args: PrivateEndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:PrivateEndpoints", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        groups: dict[Group, dict[int, pulumi.Output[str]]] = {}
        self.endpoints = {}
        for service, plan in args.endpoints.items():
            tags = {
                **args.tags,
                **scope.tags(f"{scope.spec}-{service}", {TAG_SERVICE: service}),
                **clause_tags(plan.clauses),
            }
            service_name = f"com.amazonaws.{scope.region}.{service}"
            if service in GATEWAY_ENDPOINTS:
                self.endpoints[service] = aws.ec2.VpcEndpoint(
                    f"{name}-{service}",
                    vpc_id=args.vpc_id,
                    vpc_endpoint_type="Gateway",
                    service_name=service_name,
                    route_table_ids=list(args.route_table_ids.get(service, ())),
                    policy=plan.policy,
                    tags=tags,
                    opts=child,
                )
                continue
            group = Group(GroupRole.ENDPOINT, service)
            groups[group] = {
                shard: security_group(name, scope, args.vpc_id, group, shard=shard, tags=args.tags, opts=child).id
                for shard in sorted(args.shards.get(service, (1,)))
            }
            self.endpoints[service] = aws.ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=args.vpc_id,
                vpc_endpoint_type="Interface",
                service_name=service_name,
                subnet_ids=[args.subnet_ids[place] for place in sorted(args.subnet_ids)],
                security_group_ids=list(groups[group].values()),
                private_dns_enabled=True,
                ip_address_type="ipv4",
                policy=plan.policy,
                tags=tags,
                opts=child,
            )
        self.group_ids = groups
        self.endpoint_ids = {service: endpoint.id for service, endpoint in self.endpoints.items()}
        self.prefix_list_ids = {s: e.prefix_list_id for s, e in self.endpoints.items() if s in GATEWAY_ENDPOINTS}
        self.register_outputs({"endpointIds": self.endpoint_ids, "prefixListIds": self.prefix_list_ids})
