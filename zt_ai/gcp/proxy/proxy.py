"""The egress proxy: the only way out, as instances behind an internal passthrough load balancer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.container import HEALTH_PATH
from zt_ai.builders.options import child_options
from zt_ai.gcp.naming import ROLE, WORKLOAD, ZONE, Scope, described
from zt_ai.gcp.proxy.host import Host
from zt_ai.intent.model import EGRESS_PROXY, PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT
from zt_ai.spec.clouds import GcpProxy

ENTRANCES = (PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT)
DRAIN = 120  # seconds in which answers under way are finished
# A regional group spreads over up to three zones, and replaces one instance in each at a time.
SURGE = 3


@dataclass(frozen=True, kw_only=True)
class EgressProxyArgs:
    """What `EgressProxy` is made from."""

    scope: Scope
    settings: GcpProxy
    network_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str]
    """Subnet of the egress zone; instances and load balancer live there."""
    zone: str
    """Name of the egress zone."""
    address: str
    """Address of the load balancer in that subnet."""
    account: str
    """E-mail address of the proxy's service account."""
    host: Host
    """What runs on an instance (`zt_ai.gcp.proxy.host`)."""
    route_tag: str
    """Network tag for which there is a route to the internet."""
    labels: Mapping[str, str]


class EgressProxy(pulumi.ComponentResource):
    """Shielded instances in the egress zone without public addresses, scaled with their load and replaced when they do
    not answer, behind an internal passthrough load balancer.

    TLS ends in the proxy, which authenticates callers by certificate. The load balancer keeps the callers' addresses,
    and so the firewall policy knows them by their secure tags [Cloud Load Balancing, "Internal passthrough Network Load
    Balancer overview"].

    Attributes:
        template, group, backend, forwarding_rule: the resources. address: of the load balancer, known beforehand.
    """

    template: gcp.compute.InstanceTemplate
    group: gcp.compute.RegionInstanceGroupManager
    backend: gcp.compute.RegionBackendService
    forwarding_rule: gcp.compute.ForwardingRule
    address: str

    def __init__(self, name: str, args: EgressProxyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:EgressProxy", name, None, opts)
        child = child_options(self, opts)
        labels = args.scope.labels({WORKLOAD: EGRESS_PROXY, ZONE: args.zone}, args.labels)
        self.template = self._template(name, args, labels, child)
        check = self._health_check(name, args, child)
        self.group = self._group(name, args, check, child)
        self.backend = self._backend(name, args, check, child)
        self.address = args.address
        self.forwarding_rule = self._front(name, args, labels, child)
        self.register_outputs({"address": self.address, "groupId": self.group.id})

    @staticmethod
    def _template(
        name: str, args: EgressProxyArgs, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> gcp.compute.InstanceTemplate:
        scope, settings = args.scope, args.settings
        # A template cannot be changed, and its successor exists before it goes: its name follows from what it says.
        said = f"{args.host.user_data}|{settings.machine_type}|{settings.host_image}|{sorted(labels.items())}"
        digest = hashlib.sha256(said.encode()).hexdigest()[:8]
        return gcp.compute.InstanceTemplate(
            f"{name}-template",
            name=f"{scope.name('proxy', 54)}-{digest}",
            project=scope.project,
            region=scope.region,
            description=described("Egress proxy", {WORKLOAD: EGRESS_PROXY, ZONE: args.zone}),
            instance_description="Egress proxy",
            machine_type=settings.machine_type,
            can_ip_forward=False,
            disks=[
                gcp.compute.InstanceTemplateDiskArgs(
                    source_image=settings.host_image,
                    boot=True,
                    auto_delete=True,
                    disk_type="pd-balanced",
                    disk_size_gb=20,
                )
            ],
            network_interfaces=[
                # Without an access config there is no public address.
                gcp.compute.InstanceTemplateNetworkInterfaceArgs(
                    subnetwork=args.subnet_id, stack_type="IPV4_ONLY", nic_type="GVNIC"
                )
            ],
            service_account=gcp.compute.InstanceTemplateServiceAccountArgs(
                # What the account may do is for its grants to say; access scopes are the older, coarser way.
                email=args.account,
                scopes=["https://www.googleapis.com/auth/cloud-platform"],
            ),
            shielded_instance_config=gcp.compute.InstanceTemplateShieldedInstanceConfigArgs(
                enable_secure_boot=True, enable_vtpm=True, enable_integrity_monitoring=True
            ),
            metadata={
                "block-project-ssh-keys": "true",
                "enable-oslogin": "true",
                "google-logging-enabled": "false",
                "serial-port-enable": "false",
                "user-data": args.host.user_data,
            },
            tags=[args.route_tag],
            labels=dict(labels),
            opts=opts,
        )

    @staticmethod
    def _health_check(name: str, args: EgressProxyArgs, opts: pulumi.ResourceOptions) -> gcp.compute.RegionHealthCheck:
        return gcp.compute.RegionHealthCheck(
            f"{name}-health",
            name=args.scope.name("proxy"),
            project=args.scope.project,
            region=args.scope.region,
            description=described("Asks whether the proxy is ready", {WORKLOAD: EGRESS_PROXY}),
            check_interval_sec=10,
            timeout_sec=5,
            healthy_threshold=2,
            unhealthy_threshold=2,
            http_health_check=gcp.compute.RegionHealthCheckHttpHealthCheckArgs(
                port=PROXY_HEALTH_PORT, request_path=HEALTH_PATH
            ),
            log_config=gcp.compute.RegionHealthCheckLogConfigArgs(enable=True),
            opts=opts,
        )

    def _group(
        self,
        name: str,
        args: EgressProxyArgs,
        check: gcp.compute.RegionHealthCheck,
        opts: pulumi.ResourceOptions,
    ) -> gcp.compute.RegionInstanceGroupManager:
        scope, settings = args.scope, args.settings
        group = gcp.compute.RegionInstanceGroupManager(
            f"{name}-group",
            name=scope.name("proxy"),
            project=scope.project,
            region=scope.region,
            description=described("Egress proxy", {WORKLOAD: EGRESS_PROXY, ZONE: args.zone}),
            base_instance_name=scope.name("proxy", 58),
            versions=[
                gcp.compute.RegionInstanceGroupManagerVersionArgs(
                    name="current", instance_template=self.template.self_link
                )
            ],
            auto_healing_policies=gcp.compute.RegionInstanceGroupManagerAutoHealingPoliciesArgs(
                health_check=check.id, initial_delay_sec=300
            ),
            update_policy=gcp.compute.RegionInstanceGroupManagerUpdatePolicyArgs(
                type="PROACTIVE",
                minimal_action="REPLACE",
                replacement_method="SUBSTITUTE",
                instance_redistribution_type="PROACTIVE",
                max_surge_fixed=SURGE,
                max_unavailable_fixed=0,
            ),
            opts=opts,
        )
        gcp.compute.RegionAutoscaler(
            f"{name}-scaling",
            name=scope.name("proxy"),
            project=scope.project,
            region=scope.region,
            target=group.id,
            autoscaling_policy=gcp.compute.RegionAutoscalerAutoscalingPolicyArgs(
                min_replicas=settings.minimum,
                max_replicas=settings.maximum,
                cooldown_period=120,
                cpu_utilization=gcp.compute.RegionAutoscalerAutoscalingPolicyCpuUtilizationArgs(target=0.6),
            ),
            opts=opts,
        )
        return group

    def _backend(
        self,
        name: str,
        args: EgressProxyArgs,
        check: gcp.compute.RegionHealthCheck,
        opts: pulumi.ResourceOptions,
    ) -> gcp.compute.RegionBackendService:
        return gcp.compute.RegionBackendService(
            f"{name}-backend",
            name=args.scope.name("proxy"),
            project=args.scope.project,
            region=args.scope.region,
            description=described("Egress proxy", {WORKLOAD: EGRESS_PROXY}),
            network=args.network_id,
            load_balancing_scheme="INTERNAL",
            protocol="TCP",
            session_affinity="NONE",
            health_checks=check.id,
            connection_draining_timeout_sec=DRAIN,
            backends=[
                gcp.compute.RegionBackendServiceBackendArgs(
                    group=self.group.instance_group, balancing_mode="CONNECTION"
                )
            ],
            opts=opts,
        )

    def _front(
        self, name: str, args: EgressProxyArgs, labels: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> gcp.compute.ForwardingRule:
        scope = args.scope
        reserved = gcp.compute.Address(
            f"{name}-address",
            name=scope.name("proxy"),
            project=scope.project,
            region=scope.region,
            description=described("Egress proxy", {WORKLOAD: EGRESS_PROXY, ROLE: "front"}),
            address_type="INTERNAL",
            purpose="GCE_ENDPOINT",
            subnetwork=args.subnet_id,
            address=args.address,
            labels=dict(labels),
            opts=opts,
        )
        return gcp.compute.ForwardingRule(
            f"{name}-front",
            name=scope.name("proxy"),
            project=scope.project,
            region=scope.region,
            description=described("Egress proxy", {WORKLOAD: EGRESS_PROXY, ROLE: "front"}),
            load_balancing_scheme="INTERNAL",
            network=args.network_id,
            subnetwork=args.subnet_id,
            ip_protocol="TCP",
            ip_address=args.address,
            ports=[str(port) for port in ENTRANCES],
            allow_global_access=False,
            backend_service=self.backend.id,
            labels={**labels, "zt-ai-role": "front"},
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[reserved])),
        )
