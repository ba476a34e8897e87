"""Everything that one specification needs on AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from zt_ai.aws.audit.store import AuditStore
from zt_ai.aws.egress.egress import ProviderEgress
from zt_ai.aws.egress.proxy import EgressProxy
from zt_ai.aws.endpoints.endpoints import PrivateEndpoints
from zt_ai.aws.identity.identities import Identities
from zt_ai.aws.network.groups import SecurityGroups
from zt_ai.aws.network.zones import ZoneSubnets
from zt_ai.aws.parts import Parts
from zt_ai.aws.plan.dns_names import private_domain
from zt_ai.aws.plan.draft import aws_settings
from zt_ai.aws.plan.layout import SubnetRole
from zt_ai.aws.plan.plan import network_plan
from zt_ai.builders.options import child_options
from zt_ai.intent.derive import derive
from zt_ai.intent.model import EGRESS_PROXY, Intent
from zt_ai.spec.model import ZoneSpec


@dataclass(frozen=True, kw_only=True)
class SegmentedArchitectureArgs:
    """What `SegmentedArchitecture` is made from."""

    spec: ZoneSpec
    intent: Intent | None = None
    """Derived from the specification, for today, when left out."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the user, on everything that takes tags. Those of zt-ai win."""


class SegmentedArchitecture(pulumi.ComponentResource):
    """Network, identities, audit store, egress path, proxy and alarms of one specification.

    With `opts.protect`, AWS itself also refuses to delete the firewall, the load balancer and the DNS firewall's
    association.

    Attributes:
        vpc_id: the VPC.
        zones: the subnets of each zone.
        groups: security groups; `groups.of_workload(name)` gives those that an interface of a workload must carry.
        endpoints: VPC endpoints; None where no managed service is used.
        egress: firewall, NAT and routes; None where no external provider is called.
        identities: roles; `identities.role_arns[name]` is a workload's role.
        audit: the store of all records.
        proxy: the egress proxy; None where no provider is called.
        proxy_name: host name of the proxy inside the VPC, None likewise.

    Raises:
        SpecError: a quota cannot be kept. Nothing is registered then.
        ValueError: the specification does not build on AWS.
    """

    vpc_id: pulumi.Output[str]
    zones: dict[str, ZoneSubnets]
    groups: SecurityGroups
    endpoints: PrivateEndpoints | None
    egress: ProviderEgress | None
    identities: Identities
    audit: AuditStore
    proxy: EgressProxy | None
    proxy_name: str | None

    def __init__(self, name: str, args: SegmentedArchitectureArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        spec = args.spec.on_cloud("aws")
        intent = args.intent or derive(spec, cloud="aws")
        # Before the first registration: a specification that does not fit must leave nothing behind.
        plan = network_plan(spec, intent)
        super().__init__("zt-ai:aws:SegmentedArchitecture", name, None, opts)
        build = Parts(
            name=name,
            plan=plan,
            intent=intent,
            settings=aws_settings(spec),
            tags=args.tags,
            child=child_options(self, opts),
            protected=bool(opts and opts.protect),
        )
        self.audit = build.audit()
        self.identities = build.identities()
        network = build.network()
        self.vpc_id = network.vpc_id
        records = build.records(self.audit, self.vpc_id)
        segments = build.segments(self.vpc_id)
        self.zones = {
            segment.zone: segments[segment.key]
            for segment in plan.layout.segments
            if segment.role is SubnetRole.ZONE and segment.zone is not None
        }
        self.groups = build.groups(self.vpc_id)
        self.endpoints = build.endpoints(self.vpc_id, segments) if plan.endpoints else None
        rules = build.rules(self.groups, self.endpoints)
        dns = build.dns(self.vpc_id)
        self.egress = build.egress(network, segments, self.audit) if plan.layout.has(SubnetRole.FIREWALL) else None
        if plan.transit_routes:
            build.transit(self.vpc_id, segments)
        self.proxy, self.proxy_name = None, None
        if any(access.destination == EGRESS_PROXY for access in intent.accesses):
            self.proxy = build.proxy(self, rules, segments)
            self.proxy_name = f"{EGRESS_PROXY}.{private_domain(plan.scope)}"
        build.names(self.vpc_id, self.proxy)
        build.watch(self.audit, self.proxy, dns, records)
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "subnetIds": {zone: subnets.subnet_ids for zone, subnets in self.zones.items()},
                "securityGroupIds": {workload: self.groups.of_workload(workload) for workload in intent.workloads},
                "roleArns": self.identities.role_arns,
                "auditBucket": self.audit.bucket_name,
                "proxyName": self.proxy_name,
                "publicIps": self.egress.public_ips if self.egress else {},
            }
        )
