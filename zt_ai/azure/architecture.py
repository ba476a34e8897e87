"""Everything that one specification needs on Azure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import resources

from zt_ai.azure.audit.store import AuditStore
from zt_ai.azure.egress.firewall import ProviderEgress
from zt_ai.azure.egress.proxy import EgressProxy
from zt_ai.azure.endpoints.endpoints import PrivateEndpoints
from zt_ai.azure.identity.identities import Identities
from zt_ai.azure.network.groups import ApplicationGroups
from zt_ai.azure.network.network import SegmentedNetwork
from zt_ai.azure.network.segment import ZoneSubnet
from zt_ai.azure.parts import Parts
from zt_ai.azure.plan.layout import SubnetRole
from zt_ai.azure.plan.names import proxy_name
from zt_ai.azure.plan.plan import network_plan
from zt_ai.azure.plan.rules import Group, GroupRole
from zt_ai.azure.services.accounts import ServiceAccounts
from zt_ai.builders.options import after, child_options
from zt_ai.intent.derive import derive
from zt_ai.intent.model import EGRESS_PROXY, Intent
from zt_ai.spec.model import ZoneSpec


@dataclass(frozen=True, kw_only=True)
class SegmentedArchitectureArgs:
    """What `SegmentedArchitecture` is made from."""

    spec: ZoneSpec
    intent: Intent | None = None
    """Derived from the specification, for today and for Azure, when left out."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the user, on everything that takes tags. Those of zt-ai win."""


class SegmentedArchitecture(pulumi.ComponentResource):
    """Network, services, identities, audit store, egress path, proxy and alerts of one specification.

    Attributes:
        network_id: the virtual network.
        zones: the subnet of each zone.
        groups: application security groups; `groups.of_workload(name)` gives the one that an interface must carry.
        services: accounts of the managed services.
        endpoints: private endpoints; None where no managed service is used.
        identities: managed identities; `identities.ids[name]` is a workload's.
        egress: firewall and its route; None where no external provider is called.
        audit: the store of all records.
        proxy: the egress proxy; None where no provider is called.
        proxy_name: host name of the proxy inside the network, None likewise.
        network, segments: the network, and every subnet by its key.

    Raises:
        SpecError: a quota cannot be kept. Nothing is registered then.
        ValueError: the specification does not build on Azure.
    """

    network_id: pulumi.Input[str]
    zones: dict[str, ZoneSubnet]
    groups: ApplicationGroups
    services: ServiceAccounts
    endpoints: PrivateEndpoints | None
    egress: ProviderEgress | None
    identities: Identities
    audit: AuditStore
    proxy: EgressProxy | None
    proxy_name: str | None
    network: SegmentedNetwork
    segments: dict[str, ZoneSubnet]

    def __init__(self, name: str, args: SegmentedArchitectureArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        spec = args.spec.on_cloud("azure")
        intent = args.intent or derive(spec, cloud="azure")
        # Before the first registration: a specification that does not fit must leave nothing behind.
        plan = network_plan(spec, intent)
        super().__init__("zt-ai:azure:SegmentedArchitecture", name, None, opts)
        own = child_options(self, opts)
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=plan.scope.group,
            location=plan.scope.location,
            tags={**args.tags, **plan.scope.tags()},
            opts=own,
        )
        # Its name is known before it exists, so everything in it has to be told to wait for it.
        build = Parts(name=name, plan=plan, intent=intent, tags=args.tags, child=after(own, group))
        self.audit = build.audit()
        self.groups = build.groups()
        self.network = network = build.network()
        self.network_id = network.network_id
        self.segments = segments = build.segments(network, self.groups)
        self.zones = {
            segment.zone: segments[segment.key]
            for segment in plan.layout.segments
            if segment.role is SubnetRole.ZONE and segment.zone is not None
        }
        self.services = build.accounts()
        self.identities = build.identities(self.services)
        names = build.zones(network)
        dns = build.dns(network)
        self.endpoints = build.endpoints(self.services, segments, self.groups, names) if plan.accounts else None
        self.egress = build.egress(network, segments) if plan.layout.has(SubnetRole.FIREWALL) else None
        build.records(self, self.audit, dns, self.egress)
        self.proxy, self.proxy_name = None, None
        if any(access.destination == EGRESS_PROXY for access in intent.accesses):
            ways = [ready for subnet in segments.values() for ready in subnet.ready]
            needed = [*ways, *dns.ready, *names.links.values(), *self.identities.rights[EGRESS_PROXY]]
            needed += [self.groups.groups[Group(GroupRole.WORKLOAD, EGRESS_PROXY)]]
            needed += [self.identities.identities[EGRESS_PROXY]]
            needed += self.endpoints.ready if self.endpoints else []
            needed += [self.egress.route] if self.egress else []
            self.proxy = build.proxy(self, needed)
            self.proxy_name = proxy_name(plan.scope)
        build.watch(self, self.proxy, self.egress)
        self.register_outputs(
            {
                "networkId": self.network_id,
                "subnetIds": {zone: subnet.subnet_id for zone, subnet in self.zones.items()},
                "applicationSecurityGroupIds": {w: self.groups.of_workload(w) for w in intent.workloads},
                "identityIds": self.identities.ids,
                "auditStoreId": self.audit.account_id,
                "proxyName": self.proxy_name,
            }
        )
