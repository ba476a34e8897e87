"""The egress proxy: the only way out, as a service behind an internal network load balancer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.egress.proxy_task import check_fleet, check_policy, check_size, container_definitions
from zt_ai.aws.naming import TAG_ROLE, TAG_WORKLOAD, Scope, shorten
from zt_ai.aws.watch.model import ProxyWatch
from zt_ai.builders.container import HEALTH_PATH
from zt_ai.builders.options import child_options
from zt_ai.intent.model import EGRESS_PROXY, PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT
from zt_ai.spec.clouds import AwsProxy

# The two ways of using the proxy, each a listener and a target group.
ENTRANCES = {"connect": PROXY_CONNECT_PORT, "gateway": PROXY_GATEWAY_PORT}


@dataclass(frozen=True, kw_only=True)
class EgressProxyArgs:
    """What `EgressProxy` is made from."""

    scope: Scope
    settings: AwsProxy
    vpc_id: pulumi.Input[str]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    """Subnets of the egress zone by availability zone; tasks and load balancer live there."""
    group_ids: Sequence[pulumi.Input[str]]
    """Security groups of the tasks."""
    front_group_id: pulumi.Input[str]
    """Security group of the load balancer."""
    task_role_arn: pulumi.Input[str]
    execution_role_arn: pulumi.Input[str]
    log_group_name: str
    """An existing log group."""
    policy: str
    """The policy document as JSON (`zt_ai.egress.policy`): all that the proxy lets through."""
    authority_secret: str
    """Name of an existing secret in Secrets Manager: a JSON object with `certificate` and `key` of the authority that
    issues the proxy's own certificates, and `trust`, the authorities that issue its callers', all PEM; and `audit_key`,
    the key of the audit journal."""
    name: str
    """DNS name by which callers know the proxy; its certificate is for this name."""
    deletion_protection: bool = False
    """Refuse to delete the load balancer. With it on, `destroy` fails."""
    after: Sequence[pulumi.Resource] = ()
    """What the tasks need to start (routes, endpoints, log group)."""
    tags: Mapping[str, str] = field(default_factory=dict)


class EgressProxy(pulumi.ComponentResource):
    """Fargate tasks in the egress zone, scaled with their load, behind an internal load balancer in the same subnets.

    TLS ends in the proxy, which authenticates callers by certificate; the load balancer passes TCP on. Its security
    group decides who may connect, so client addresses are not preserved: the tasks admit the load balancer alone.

    Attributes:
        load_balancer, target_groups (`connect`, `gateway`), service: the resources. dns_name, hosted_zone_id: of the
        load balancer, for an alias record. watched: what `Watch` needs to look at it.
    """

    load_balancer: aws.lb.LoadBalancer
    target_groups: dict[str, aws.lb.TargetGroup]
    service: aws.ecs.Service
    dns_name: pulumi.Output[str]
    hosted_zone_id: pulumi.Output[str]
    watched: ProxyWatch

    def __init__(self, name: str, args: EgressProxyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_size(args.settings.cpu, args.settings.memory)
        check_fleet(args.settings.maximum)
        check_policy(args.policy)
        super().__init__("zt-ai:aws:EgressProxy", name, None, opts)
        child = child_options(self, opts)
        base = f"{args.scope.spec}-proxy"
        self.load_balancer = self._load_balancer(name, base, args, child)
        self.target_groups = {way: self._target_group(name, base, way, args, child) for way in ENTRANCES}
        listeners = [self._listener(name, base, way, args, child) for way in ENTRANCES]
        self.service = self._service(name, base, args, child, listeners)
        self._scaling(name, base, args, child)
        self.dns_name = self.load_balancer.dns_name
        self.hosted_zone_id = self.load_balancer.zone_id
        self.watched = ProxyWatch(
            log_group_name=args.log_group_name,
            cluster_name=base,
            service_name=EGRESS_PROXY,
            load_balancer=self.load_balancer.arn_suffix,
            target_groups={way: group.arn_suffix for way, group in self.target_groups.items()},
        )
        self.register_outputs({"dnsName": self.dns_name, "hostedZoneId": self.hosted_zone_id, "clusterName": base})

    @staticmethod
    def _load_balancer(
        name: str, base: str, args: EgressProxyArgs, opts: pulumi.ResourceOptions
    ) -> aws.lb.LoadBalancer:
        physical = shorten(base, 32)
        return aws.lb.LoadBalancer(
            name,
            name=physical,
            load_balancer_type="network",
            internal=True,
            ip_address_type="ipv4",
            subnets=[subnet for _, subnet in sorted(args.subnet_ids.items())],
            security_groups=[args.front_group_id],
            enable_cross_zone_load_balancing=True,
            enable_deletion_protection=args.deletion_protection,
            # Traffic that comes through an endpoint service would otherwise pass by the security group.
            enforce_security_group_inbound_rules_on_private_link_traffic="on",
            tags=args.scope.tags(physical, {**args.tags, TAG_WORKLOAD: EGRESS_PROXY, TAG_ROLE: "front"}),
            opts=opts,
        )

    @staticmethod
    def _target_group(
        name: str, base: str, way: str, args: EgressProxyArgs, opts: pulumi.ResourceOptions
    ) -> aws.lb.TargetGroup:
        physical = shorten(f"{base}-{way}", 32)
        return aws.lb.TargetGroup(
            f"{name}-{way}",
            name=physical,
            target_type="ip",
            ip_address_type="ipv4",
            protocol="TCP",
            port=ENTRANCES[way],
            vpc_id=args.vpc_id,
            preserve_client_ip="false",
            deregistration_delay=60,
            connection_termination=True,
            health_check=aws.lb.TargetGroupHealthCheckArgs(
                enabled=True,
                protocol="HTTP",
                port=str(PROXY_HEALTH_PORT),
                path=HEALTH_PATH,
                matcher="200",
                interval=10,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=2,
            ),
            tags=args.scope.tags(physical, {**args.tags, TAG_WORKLOAD: EGRESS_PROXY}),
            opts=opts,
        )

    def _listener(
        self, name: str, base: str, way: str, args: EgressProxyArgs, opts: pulumi.ResourceOptions
    ) -> aws.lb.Listener:
        forward = aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=self.target_groups[way].arn)
        return aws.lb.Listener(
            f"{name}-{way}-listener",
            load_balancer_arn=self.load_balancer.arn,
            protocol="TCP",
            port=ENTRANCES[way],
            default_actions=[forward],
            tags=args.scope.tags(f"{base}-{way}", {**args.tags, TAG_WORKLOAD: EGRESS_PROXY}),
            opts=opts,
        )

    def _service(
        self,
        name: str,
        base: str,
        args: EgressProxyArgs,
        opts: pulumi.ResourceOptions,
        listeners: Sequence[pulumi.Resource],
    ) -> aws.ecs.Service:
        tags = args.scope.tags(base, {**args.tags, TAG_WORKLOAD: EGRESS_PROXY})
        cluster = aws.ecs.Cluster(
            f"{name}-cluster",
            name=base,
            settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value="enabled")],
            tags=tags,
            opts=opts,
        )
        task = aws.ecs.TaskDefinition(
            f"{name}-task",
            family=base,
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(args.settings.cpu),
            memory=str(args.settings.memory),
            task_role_arn=args.task_role_arn,
            execution_role_arn=args.execution_role_arn,
            runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
                cpu_architecture="X86_64", operating_system_family="LINUX"
            ),
            volumes=[aws.ecs.TaskDefinitionVolumeArgs(name="scratch")],
            container_definitions=container_definitions(
                args.scope,
                image=args.settings.image,
                log_group=args.log_group_name,
                policy=args.policy,
                authority_secret=args.authority_secret,
                name=args.name,
            ),
            tags=tags,
            opts=opts,
        )
        # Scaling owns the number of tasks once the service runs.
        wait = pulumi.ResourceOptions(depends_on=[*listeners, *args.after], ignore_changes=["desiredCount"])
        return aws.ecs.Service(
            f"{name}-service",
            name=EGRESS_PROXY,
            cluster=cluster.arn,
            task_definition=task.arn,
            launch_type="FARGATE",
            platform_version="LATEST",
            desired_count=args.settings.minimum,
            availability_zone_rebalancing="ENABLED",
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(enable=True, rollback=True),
            enable_execute_command=False,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            health_check_grace_period_seconds=60,
            network_configuration=aws.ecs.ServiceNetworkConfigurationArgs(
                assign_public_ip=False,
                subnets=[subnet for _, subnet in sorted(args.subnet_ids.items())],
                security_groups=list(args.group_ids),
            ),
            load_balancers=[
                aws.ecs.ServiceLoadBalancerArgs(
                    container_name=EGRESS_PROXY, container_port=port, target_group_arn=self.target_groups[way].arn
                )
                for way, port in ENTRANCES.items()
            ],
            tags=tags,
            opts=pulumi.ResourceOptions.merge(opts, wait),
        )

    def _scaling(self, name: str, base: str, args: EgressProxyArgs, opts: pulumi.ResourceOptions) -> None:
        namespace, dimension, resource = "ecs", "ecs:service:DesiredCount", f"service/{base}/{EGRESS_PROXY}"
        scaled = aws.appautoscaling.Target(
            f"{name}-scale",
            service_namespace=namespace,
            scalable_dimension=dimension,
            resource_id=resource,
            min_capacity=args.settings.minimum,
            max_capacity=max(args.settings.minimum, args.settings.maximum),
            tags=args.scope.tags(f"{base}-scale", args.tags),
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[self.service])),
        )
        metric = aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
            predefined_metric_type="ECSServiceAverageCPUUtilization"
        )
        aws.appautoscaling.Policy(
            f"{name}-scale-cpu",
            name=f"{base}-cpu",
            policy_type="TargetTrackingScaling",
            service_namespace=namespace,
            scalable_dimension=dimension,
            resource_id=resource,
            target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                target_value=60, scale_in_cooldown=300, scale_out_cooldown=30, predefined_metric_specification=metric
            ),
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[scaled])),
        )
