"""How the parts of an architecture are made from its plan: one method for each component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pulumi

from zt_ai.azure.audit.records import ACTIVITY, Records, RecordsArgs, Source
from zt_ai.azure.audit.store import AuditStore, AuditStoreArgs, store_name
from zt_ai.azure.egress.firewall import AllowedNames, ProviderEgress, ProviderEgressArgs
from zt_ai.azure.egress.host import Host, image_of
from zt_ai.azure.egress.proxy import EgressProxy, EgressProxyArgs
from zt_ai.azure.endpoints.dns import DnsPolicy, DnsPolicyArgs, PrivateZones, PrivateZonesArgs
from zt_ai.azure.endpoints.endpoints import PrivateEndpoints, PrivateEndpointsArgs
from zt_ai.azure.identity.identities import Identities, IdentitiesArgs, identity_id
from zt_ai.azure.network.groups import ApplicationGroups, ApplicationGroupsArgs, group_id
from zt_ai.azure.network.network import SegmentedNetwork, SegmentedNetworkArgs
from zt_ai.azure.network.segment import ZoneSubnet, ZoneSubnetArgs
from zt_ai.azure.plan.accounts import Account, account_of, host
from zt_ai.azure.plan.layout import SubnetRole
from zt_ai.azure.plan.names import private_domain, proxy_name
from zt_ai.azure.plan.plan import NetworkPlan
from zt_ai.azure.plan.rights import rights
from zt_ai.azure.plan.rules import Group, GroupRole
from zt_ai.azure.services.accounts import ServiceAccounts, ServiceAccountsArgs
from zt_ai.azure.watch.watch import Watch, WatchArgs
from zt_ai.builders.options import after
from zt_ai.intent.model import EGRESS_PROXY, Intent, Party
from zt_ai.spec.types import ServiceKind


class Built(Protocol):
    """What the proxy needs of the architecture it belongs to."""

    network: SegmentedNetwork
    segments: dict[str, ZoneSubnet]
    services: ServiceAccounts


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Makes the parts of one architecture, all with the same scope, tags and parent."""

    name: str
    plan: NetworkPlan
    intent: Intent
    tags: Mapping[str, str]
    child: pulumi.ResourceOptions

    def network(self) -> SegmentedNetwork:
        adopted = self.plan.settings.adopt
        args = SegmentedNetworkArgs(
            scope=self.plan.scope,
            cidr=self.plan.layout.cidr,
            virtual_network=adopted.virtual_network if adopted else None,
            hub=self.plan.settings.hub,
            tags=self.tags,
        )
        return SegmentedNetwork(f"{self.name}-network", args, self.child)

    def groups(self) -> ApplicationGroups:
        args = ApplicationGroupsArgs(
            scope=self.plan.scope,
            groups=self.plan.rules.groups,
            services={account.key: account.services for account in self.plan.accounts},
            tags=self.tags,
        )
        return ApplicationGroups(f"{self.name}-groups", args, self.child)

    def segments(self, network: SegmentedNetwork, groups: ApplicationGroups) -> dict[str, ZoneSubnet]:
        """Subnets by the key of their segment, each after the one before it."""
        made: dict[str, ZoneSubnet] = {}
        previous: list[pulumi.Resource] = list(network.ready)
        for segment in self.plan.layout.segments:
            args = ZoneSubnetArgs(
                scope=self.plan.scope,
                home=network.home,
                segment=segment,
                rules=self.plan.rules.by_segment.get(segment.key, ()),
                table=self.plan.tables[segment.key],
                group_ids=groups.ids,
                before=previous,
                tags=self.tags,
            )
            made[segment.key] = ZoneSubnet(f"{self.name}-{segment.key}", args, self.child)
            previous = [made[segment.key].subnet]
        return made

    def accounts(self) -> ServiceAccounts:
        args = ServiceAccountsArgs(
            scope=self.plan.scope,
            accounts=self.plan.accounts,
            tenant=self.plan.settings.tenant,
            retention_days=self.intent.audit.retention_days,
            zones=self.plan.settings.zones,
            tags=self.tags,
        )
        return ServiceAccounts(f"{self.name}-services", args, self.child)

    def audit(self) -> AuditStore:
        args = AuditStoreArgs(
            scope=self.plan.scope,
            retention_days=self.intent.audit.retention_days,
            lock=self.plan.settings.audit_lock,
            zones=self.plan.settings.zones,
            tags=self.tags,
        )
        return AuditStore(f"{self.name}-audit", args, self.child)

    def records(self, built: Built, store: AuditStore, dns: DnsPolicy, egress: ProviderEgress | None) -> Records:
        sources = {
            "activity": Source(f"/subscriptions/{self.plan.scope.subscription}", groups=(), categories=ACTIVITY),
            "names": Source(dns.policy.id),
            # What is read from the store is recorded elsewhere: it would write about its own writing.
            "store": Source(f"{self._store_id()}/blobServices/default", keep=False),
        }
        if egress is not None:
            sources["firewall"] = Source(egress.firewall.id)
        for account in self.plan.accounts:
            if account.kind is ServiceKind.OBJECT_STORAGE:
                sources[account.key] = Source(f"{account.id}/blobServices/default")
            elif account.kind is not ServiceKind.LOGS:
                sources[account.key] = Source(built.services.ids[account.key])
        args = RecordsArgs(
            scope=self.plan.scope,
            network_id=built.network.network_id,
            watcher=self.plan.settings.watcher,
            store_id=store.account_id,
            writer_id=store.writer_id,
            workspace_id=built.services.logs.workspace.id,
            sources=sources,
            tags=self.tags,
        )
        waits = after(self.child, *store.ready, *built.services.ready, *built.network.ready)
        return Records(f"{self.name}-records", args, waits)

    def _store_id(self) -> str:
        return self.plan.scope.id("Microsoft.Storage/storageAccounts", store_name(self.plan.scope))

    def identities(self, accounts: ServiceAccounts) -> Identities:
        args = IdentitiesArgs(
            scope=self.plan.scope,
            workloads=tuple(self.intent.workloads),
            rights=rights(self.intent, self.plan.scope, self.plan.accounts),
            after=accounts.ready,
            tags=self.tags,
        )
        return Identities(f"{self.name}-identities", args, self.child)

    def proxy(self, built: Built, needed: Sequence[pulumi.Resource]) -> EgressProxy:
        """The proxy, after everything without which a machine would start and find nothing."""
        zone = self.plan.layout.segment(SubnetRole.ZONE, self.intent.egress_zone)
        home, logs, host = built.network.home, built.services.logs, self._host()
        assert logs.endpoint is not None  # noqa: S101 - the proxy itself writes logs
        consumers = None
        if self.plan.layout.has(SubnetRole.CONSUMERS):
            key = self.plan.layout.segment(SubnetRole.CONSUMERS, self.intent.egress_zone).key
            consumers = built.segments[key].subnet_id
        args = EgressProxyArgs(
            scope=self.plan.scope,
            settings=self.plan.settings.proxy,
            host=host,
            subnet=f"{home.id}/subnets/{zone.subnet}",
            address=zone.address(0),
            group=group_id(self.plan.scope, Group(GroupRole.WORKLOAD, EGRESS_PROXY)),
            identity=identity_id(self.plan.scope, EGRESS_PROXY),
            records_to=pulumi.Output.all(
                endpoint=logs.endpoint.logs_ingestion.apply(lambda said: said.endpoint if said else None),
                rule=logs.rules[host.table].immutable_id,
            ),
            consumers=consumers,
            zones=self.plan.settings.zones,
            after=needed,
            tags=self.tags,
        )
        return EgressProxy(f"{self.name}-proxy", args, self.child)

    def _host(self) -> Host:
        images, vault, logs = (self._account(s) for s in ("egress-images", "egress-secrets", "egress-logs"))
        secret, log = (self.intent.services[s].resources[0] for s in ("egress-secrets", "egress-logs"))
        return Host(
            registry=host(images),
            image=image_of(self.plan.settings.proxy.image),
            vault=vault.name,
            secret=vault.resources[secret],
            table=logs.resources[log],
            names=proxy_name(self.plan.scope),
            policy=self.plan.policy or "",
        )

    def _account(self, service: str) -> Account:
        return account_of(self.plan.accounts, service)[0]

    def zones(self, network: SegmentedNetwork) -> PrivateZones:
        """Our own domain always; the zones of the services unless the organisation's policy makes their records."""
        own = private_domain(self.plan.scope)
        wanted = {zone for account in self.plan.accounts for zone in account.reach.zones}
        front = self.plan.layout.segment(SubnetRole.ZONE, self.intent.egress_zone).address(0)
        args = PrivateZonesArgs(
            scope=self.plan.scope,
            network_id=network.network_id,
            zones=[own, *(sorted(wanted) if self.plan.settings.private_dns == "own" else ())],
            records={own: {EGRESS_PROXY: front}} if self.intent.model_calls else {},
            owner=EGRESS_PROXY,
            tags=self.tags,
        )
        return PrivateZones(f"{self.name}-names", args, after(self.child, *network.ready))

    def dns(self, network: SegmentedNetwork) -> DnsPolicy:
        args = DnsPolicyArgs(
            scope=self.plan.scope, network_id=network.network_id, domains=self.plan.domains, tags=self.tags
        )
        return DnsPolicy(f"{self.name}-dns", args, after(self.child, *network.ready))

    def endpoints(
        self,
        accounts: ServiceAccounts,
        segments: Mapping[str, ZoneSubnet],
        groups: ApplicationGroups,
        zones: PrivateZones,
    ) -> PrivateEndpoints:
        subnet = segments[SubnetRole.ENDPOINTS.value]
        args = PrivateEndpointsArgs(
            scope=self.plan.scope,
            accounts=self.plan.accounts,
            account_ids=accounts.ids,
            subnet_id=subnet.subnet_id,
            group_ids=groups.ids,
            zones=zones if self.plan.settings.private_dns == "own" else None,
            tags=self.tags,
        )
        return PrivateEndpoints(f"{self.name}-endpoints", args, self.child)

    def egress(self, network: SegmentedNetwork, segments: Mapping[str, ZoneSubnet]) -> ProviderEgress:
        zone = self.intent.egress_zone
        firewall = segments[self.plan.layout.segment(SubnetRole.FIREWALL, zone).key]
        own = self.plan.layout.segment(SubnetRole.ZONE, zone)
        args = ProviderEgressArgs(
            scope=self.plan.scope,
            home=network.home,
            names=self._allowed(),
            proxy_cidr=own.cidr,
            proxy_table=segments[own.key].table_name,
            zones=self.plan.settings.zones,
            # The last subnet of all: a firewall holds on to the network while it is made.
            after=[*firewall.ready, segments[own.key].table, *(s.subnet for s in segments.values())],
            tags=self.tags,
        )
        return ProviderEgress(f"{self.name}-egress", args, self.child)

    def _allowed(self) -> list[AllowedNames]:
        called: dict[str, set[str]] = {}
        for access in self.intent.accesses:
            if access.destination_party is Party.PROVIDER:
                called.setdefault(access.destination, set()).add(access.clause.id)
        return [
            AllowedNames(provider, tuple(sorted(self.intent.providers[provider].domains)), tuple(sorted(clauses)))
            for provider, clauses in sorted(called.items())
        ]

    def watch(self, built: Built, proxy: EgressProxy | None, egress: ProviderEgress | None) -> Watch:
        called = {a.destination for a in self.intent.accesses if a.destination_party is Party.PROVIDER}
        agreements = {
            provider.name: provider.baa_expires
            for provider in self.intent.providers.values()
            if provider.baa_expires is not None and (provider.name in called or provider.service is not None)
        }
        targets: dict[str, pulumi.Input[str]] = {}
        if proxy is not None:
            targets["balancer"] = proxy.balancer.id
        if egress is not None:
            targets["firewall"] = egress.firewall.id
        args = WatchArgs(
            scope=self.plan.scope,
            workspace_id=built.services.logs.workspace.id,
            alert_group=self.plan.settings.alert_group,
            zones={name: self.intent.zones[name].kind.value for name in sorted(self.intent.zones)},
            targets=targets,
            proxy_table=self._host().table if proxy is not None else None,
            agreements=agreements,
            tags=self.tags,
        )
        return Watch(f"{self.name}-watch", args, self.child)
