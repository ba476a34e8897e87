"""How the parts of an architecture are made from its plan: one method for each component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pulumi

from zt_ai.aws.audit.records import TrafficRecords, TrafficRecordsArgs
from zt_ai.aws.audit.store import AuditStore, AuditStoreArgs
from zt_ai.aws.egress.egress import EgressPath, ProviderEgress, ProviderEgressArgs
from zt_ai.aws.egress.firewall import FirewallRecords, firewall_name
from zt_ai.aws.egress.proxy import EgressProxy, EgressProxyArgs
from zt_ai.aws.endpoints.dns import Alias, DnsFirewall, DnsFirewallArgs, PrivateNames, PrivateNamesArgs
from zt_ai.aws.endpoints.endpoints import PrivateEndpoints, PrivateEndpointsArgs
from zt_ai.aws.identity.identities import Identities, IdentitiesArgs
from zt_ai.aws.network.groups import SecurityGroupRules, SecurityGroupRulesArgs, SecurityGroups, SecurityGroupsArgs
from zt_ai.aws.network.network import SegmentedNetwork, SegmentedNetworkArgs
from zt_ai.aws.network.transit import TransitAttachment, TransitAttachmentArgs, TransitRoutes
from zt_ai.aws.network.zones import ZoneSubnets, ZoneSubnetsArgs
from zt_ai.aws.plan.dns_names import private_domain
from zt_ai.aws.plan.group_rules import Group, GroupRole
from zt_ai.aws.plan.identity_policy import EXECUTION_ROLE
from zt_ai.aws.plan.layout import SubnetRole
from zt_ai.aws.plan.plan import NetworkPlan
from zt_ai.aws.watch.model import DnsWatch
from zt_ai.aws.watch.watch import Watch, WatchArgs
from zt_ai.egress.policy import derive_policy
from zt_ai.intent.model import EGRESS_PROXY, Intent, Party
from zt_ai.spec.clouds import Aws
from zt_ai.spec.types import ServiceKind


class Built(Protocol):
    """What the proxy needs of the architecture it belongs to."""

    vpc_id: pulumi.Output[str]
    zones: dict[str, ZoneSubnets]
    groups: SecurityGroups
    endpoints: PrivateEndpoints | None
    egress: ProviderEgress | None
    identities: Identities
    audit: AuditStore


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Makes the parts of one architecture, all with the same scope, tags and parent."""

    name: str
    plan: NetworkPlan
    intent: Intent
    settings: Aws
    tags: Mapping[str, str]
    child: pulumi.ResourceOptions
    protected: bool

    def audit(self) -> AuditStore:
        used = {a.destination for a in self.intent.accesses if a.destination_party is Party.SERVICE}
        stores = [s for s in self.intent.services.values() if s.kind is ServiceKind.OBJECT_STORAGE and s.name in used]
        args = AuditStoreArgs(
            scope=self.plan.scope,
            retention_days=self.intent.audit.retention_days,
            data_buckets=tuple(sorted({bucket for store in stores for bucket in store.resources})),
            tags=self.tags,
        )
        return AuditStore(f"{self.name}-audit", args, self.child)

    def identities(self) -> Identities:
        args = IdentitiesArgs(scope=self.plan.scope, intent=self.intent, tags=self.tags)
        return Identities(f"{self.name}-identities", args, self.child)

    def network(self) -> SegmentedNetwork:
        adopted = self.settings.adopt
        args = SegmentedNetworkArgs(
            scope=self.plan.scope,
            cidr=self.plan.layout.cidr,
            internet=self.plan.layout.has(SubnetRole.NAT),
            vpc_id=adopted.vpc if adopted else None,
            internet_gateway_id=adopted.internet_gateway if adopted else None,
            strip_default_group=adopted.default_security_group if adopted else True,
            tags=self.tags,
        )
        return SegmentedNetwork(f"{self.name}-network", args, self.child)

    def records(self, store: AuditStore, vpc_id: pulumi.Output[str]) -> TrafficRecords:
        args = TrafficRecordsArgs(
            scope=self.plan.scope,
            vpc_id=vpc_id,
            bucket_arn=store.bucket_arn,
            rejects_log_group=store.log_group_names["rejected-traffic"],
            tags=self.tags,
        )
        return TrafficRecords(f"{self.name}-records", args, self._after(*store.ready))

    def segments(self, vpc_id: pulumi.Output[str]) -> dict[str, ZoneSubnets]:
        return {
            segment.key: ZoneSubnets(
                f"{self.name}-{segment.key}",
                ZoneSubnetsArgs(
                    scope=self.plan.scope,
                    vpc_id=vpc_id,
                    subnets=segment.subnets,
                    rules=self.plan.acls[segment.key],
                    zone=segment.zone,
                    role=segment.role,
                    tags=self.tags,
                ),
                self.child,
            )
            for segment in self.plan.layout.segments
        }

    def groups(self, vpc_id: pulumi.Output[str]) -> SecurityGroups:
        # Those of the endpoints are made with the endpoints.
        groups = {g: split.keys() for g, split in self.plan.groups.items() if g.role is not GroupRole.ENDPOINT}
        args = SecurityGroupsArgs(scope=self.plan.scope, vpc_id=vpc_id, groups=groups, tags=self.tags)
        return SecurityGroups(f"{self.name}-groups", args, self.child)

    def endpoints(self, vpc_id: pulumi.Output[str], segments: Mapping[str, ZoneSubnets]) -> PrivateEndpoints:
        tables = {
            service: [
                table
                for zone in zones
                for table in segments[f"{SubnetRole.ZONE.value}-{zone}"].route_table_ids.values()
            ]
            for service, zones in self.plan.gateway_zones.items()
        }
        args = PrivateEndpointsArgs(
            scope=self.plan.scope,
            vpc_id=vpc_id,
            endpoints=self.plan.endpoints,
            subnet_ids=segments[SubnetRole.ENDPOINTS.value].subnet_ids,
            route_table_ids=tables,
            shards={g.name: split.keys() for g, split in self.plan.groups.items() if g.role is GroupRole.ENDPOINT},
            tags=self.tags,
        )
        return PrivateEndpoints(f"{self.name}-endpoints", args, self.child)

    def rules(self, groups: SecurityGroups, endpoints: PrivateEndpoints | None) -> SecurityGroupRules:
        args = SecurityGroupRulesArgs(
            scope=self.plan.scope,
            rules=self.plan.rules(),
            group_ids={**groups.ids, **(endpoints.group_ids if endpoints else {})},
            prefix_list_ids=endpoints.prefix_list_ids if endpoints else {},
            tags=self.tags,
        )
        return SecurityGroupRules(f"{self.name}-rules", args, self.child)

    def dns(self, vpc_id: pulumi.Output[str]) -> DnsFirewall:
        args = DnsFirewallArgs(
            scope=self.plan.scope,
            vpc_id=vpc_id,
            domains=self.plan.domains,
            deletion_protection=self.protected,
            tags=self.tags,
        )
        return DnsFirewall(f"{self.name}-dns", args, self.child)

    def egress(
        self, network: SegmentedNetwork, segments: Mapping[str, ZoneSubnets], store: AuditStore
    ) -> ProviderEgress:
        zone = self.intent.egress_zone
        subnets = self.plan.layout.segment(SubnetRole.ZONE, zone).subnets
        proxy, firewall, nat = (
            segments[self.plan.layout.segment(role, zone).key]
            for role in (SubnetRole.ZONE, SubnetRole.FIREWALL, SubnetRole.NAT)
        )
        assert network.internet_gateway_id is not None  # noqa: S101 - `internet` is set where NAT subnets are
        args = ProviderEgressArgs(
            scope=self.plan.scope,
            vpc_id=network.vpc_id,
            internet_gateway_id=network.internet_gateway_id,
            domains=self.plan.provider_domains,
            paths={
                place: EgressPath(
                    proxy_cidr=cidr,
                    proxy_route_table_id=proxy.route_table_ids[place],
                    firewall_subnet_id=firewall.subnet_ids[place],
                    firewall_route_table_id=firewall.route_table_ids[place],
                    nat_subnet_id=nat.subnet_ids[place],
                    nat_route_table_id=nat.route_table_ids[place],
                )
                for place, cidr in subnets.items()
            },
            records=FirewallRecords(
                bucket_name=store.bucket_name,
                alert_log_group=store.log_group_names["firewall-alerts"],
                after=store.ready,
            ),
            after=[network.gateway] if network.gateway else [],
            deletion_protection=self.protected,
            tags=self.tags,
        )
        return ProviderEgress(f"{self.name}-egress", args, self.child)

    def transit(self, vpc_id: pulumi.Output[str], segments: Mapping[str, ZoneSubnets]) -> TransitAttachment:
        attached = next(s for s in self.plan.layout.segments if s.role is SubnetRole.TRANSIT)
        assert self.settings.transit_gateway is not None  # noqa: S101 - else there are no transit subnets
        args = TransitAttachmentArgs(
            scope=self.plan.scope,
            vpc_id=vpc_id,
            transit_gateway_id=self.settings.transit_gateway,
            subnet_ids=segments[attached.key].subnet_ids,
            zones={
                zone: TransitRoutes(
                    cidrs=ranges, route_table_ids=segments[f"{SubnetRole.ZONE.value}-{zone}"].route_table_ids
                )
                for zone, ranges in self.plan.transit_routes.items()
            },
            tags=self.tags,
        )
        return TransitAttachment(f"{self.name}-transit", args, self.child)

    def proxy(self, built: Built, rules: SecurityGroupRules, segments: Mapping[str, ZoneSubnets]) -> EgressProxy:
        front = Group(GroupRole.FRONT, EGRESS_PROXY)
        own = Group(GroupRole.WORKLOAD, EGRESS_PROXY)
        # Without these a task would start, find neither its image nor its secret, and count as a failed deployment.
        ways = [s for s in self.plan.layout.segments if s.zone in (None, self.intent.egress_zone)]
        needed = [
            *(resource for segment in ways for resource in segments[segment.key].ready),
            *rules.rules.get(own, []),
            *rules.rules.get(front, []),
            *(built.endpoints.endpoints.values() if built.endpoints else ()),
            *(built.egress.routes if built.egress else ()),
            *built.audit.log_groups.values(),
            *(
                built.identities.policies[key]
                for key in (EGRESS_PROXY, EXECUTION_ROLE)
                if key in built.identities.policies
            ),
        ]
        args = EgressProxyArgs(
            scope=self.plan.scope,
            settings=self.settings.proxy,
            vpc_id=built.vpc_id,
            subnet_ids=built.zones[self.intent.egress_zone].subnet_ids,
            group_ids=built.groups.of_workload(EGRESS_PROXY),
            front_group_id=built.groups.ids[front][1],
            task_role_arn=built.identities.role_arns[EGRESS_PROXY],
            execution_role_arn=built.identities.role_arns[EXECUTION_ROLE],
            log_group_name=built.audit.log_group_names["egress-proxy"],
            policy=derive_policy(self.intent).model_dump_json(),
            authority_secret=self.intent.services["egress-secrets"].resources[0],
            name=f"{EGRESS_PROXY}.{private_domain(self.plan.scope)}",
            deletion_protection=self.protected,
            after=needed,
            tags=self.tags,
        )
        return EgressProxy(f"{self.name}-proxy", args, self.child)

    def names(self, vpc_id: pulumi.Output[str], proxy: EgressProxy | None) -> PrivateNames:
        args = PrivateNamesArgs(
            scope=self.plan.scope,
            vpc_id=vpc_id,
            domain=private_domain(self.plan.scope),
            aliases={EGRESS_PROXY: Alias(dns_name=proxy.dns_name, hosted_zone_id=proxy.hosted_zone_id)}
            if proxy
            else {},
            tags=self.tags,
        )
        return PrivateNames(f"{self.name}-names", args, self.child)

    def watch(self, store: AuditStore, proxy: EgressProxy | None, dns: DnsFirewall, records: TrafficRecords) -> Watch:
        called = {a.destination for a in self.intent.accesses if a.destination_party is Party.PROVIDER}
        agreements = {
            provider.name: provider.baa_expires
            for provider in self.intent.providers.values()
            if provider.baa_expires is not None and (provider.name in called or provider.service is not None)
        }
        args = WatchArgs(
            scope=self.plan.scope,
            zones={name: self.intent.zones[name].kind.value for name in sorted(self.intent.zones)},
            bucket_name=store.bucket_name,
            log_group_names=store.log_group_names,
            key_arn=store.key_arn,
            alarm_topic=self.settings.alarm_topic,
            proxy=proxy.watched if proxy else None,
            dns=DnsWatch(rule_group_id=dns.rule_group_id, blocked_list_id=dns.blocked_list_id),
            firewall_name=firewall_name(self.plan.scope) if self.plan.layout.has(SubnetRole.FIREWALL) else None,
            agreements=agreements,
            tags=self.tags,
        )
        return Watch(f"{self.name}-watch", args, self._after(*store.ready, records))

    def _after(self, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions.merge(self.child, pulumi.ResourceOptions(depends_on=list(resources)))
