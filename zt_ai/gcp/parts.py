"""How the parts of an architecture are made from its plan: one method for each component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from zt_ai.builders.options import after
from zt_ai.gcp.apis import EnabledApis, EnabledApisArgs
from zt_ai.gcp.audit.store import AuditStore, AuditStoreArgs
from zt_ai.gcp.identity.identities import Identities, IdentitiesArgs
from zt_ai.gcp.network.dns import ClosedResolver, ClosedResolverArgs, PrivateNames, PrivateNamesArgs
from zt_ai.gcp.network.egress import ProviderEgress, ProviderEgressArgs
from zt_ai.gcp.network.firewall import FirewallPolicy, FirewallPolicyArgs, SecureTags, SecureTagsArgs
from zt_ai.gcp.network.names import google_zones, private_domain
from zt_ai.gcp.network.network import HubAttachment, HubAttachmentArgs, SegmentedNetwork, SegmentedNetworkArgs
from zt_ai.gcp.perimeter.perimeters import Perimeters, PerimetersArgs
from zt_ai.gcp.plan import Plan, proxy_name
from zt_ai.gcp.proxy.host import host
from zt_ai.gcp.proxy.proxy import EgressProxy, EgressProxyArgs
from zt_ai.gcp.watch.watch import Watch, WatchArgs
from zt_ai.intent.model import EGRESS_PROXY, Intent, Party
from zt_ai.spec.types import ZoneKind


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Makes the parts of one architecture, all with the same scope, labels and parent."""

    name: str
    plan: Plan
    intent: Intent
    labels: Mapping[str, str]
    child: pulumi.ResourceOptions

    @property
    def _own_labels(self) -> dict[str, str]:
        return self.plan.scope.labels(user=self.labels)

    def apis(self) -> EnabledApis:
        return EnabledApis(f"{self.name}-apis", EnabledApisArgs(apis=self.plan.apis), self.child)

    def audit(self) -> dict[str, AuditStore]:
        """The store of each project."""
        own = self.plan.scope.project
        return {
            project.id: AuditStore(
                f"{self.name}-audit" if project.id == own else f"{self.name}-audit-{project.id}",
                AuditStoreArgs(
                    scope=self.plan.scope,
                    project=project.id,
                    project_number=project.number,
                    retention_days=self.intent.audit.retention_days,
                    logs=logs,
                    labels=self.labels,
                ),
                self.child,
            )
            for project, logs in self.plan.records.values()
        }

    def identities(self) -> Identities:
        args = IdentitiesArgs(
            scope=self.plan.scope, workloads=tuple(self.intent.workloads.values()), grants=self.plan.grants
        )
        return Identities(f"{self.name}-identities", args, self.child)

    def network(self) -> SegmentedNetwork:
        adopted = self.plan.settings.adopt
        args = SegmentedNetworkArgs(
            scope=self.plan.scope,
            subnets=tuple(self.plan.layout.subnets.values()),
            network=adopted.network if adopted else None,
            google_apis=any(a.destination_party is Party.SERVICE for a in self.intent.accesses),
        )
        return SegmentedNetwork(f"{self.name}-network", args, self.child)

    def tags(self, network: SegmentedNetwork) -> SecureTags:
        adopted = self.plan.settings.adopt
        path = adopted.network if adopted and adopted.network else self.plan.scope.network()
        args = SecureTagsArgs(scope=self.plan.scope, network_name=path.rpartition("/")[2], workloads=self.plan.tagged)
        opts = after(self.child, network.network) if network.network else self.child
        return SecureTags(f"{self.name}-tags", args, opts)

    def firewall(self, network: SegmentedNetwork, tags: SecureTags, identities: Identities) -> FirewallPolicy:
        args = FirewallPolicyArgs(
            scope=self.plan.scope,
            network_id=network.network_id,
            rules=self.plan.rules,
            tag_ids=tags.value_ids,
            accounts=identities.accounts,
        )
        return FirewallPolicy(f"{self.name}-firewall", args, self.child)

    def names(self, network: SegmentedNetwork, *, proxied: bool) -> PrivateNames:
        args = PrivateNamesArgs(
            scope=self.plan.scope,
            network_id=network.network_id,
            google_zones=google_zones(self.intent),
            domain=private_domain(self.plan.scope),
            addresses={EGRESS_PROXY: self.plan.layout.proxy_address} if proxied else {},
            labels=self._own_labels,
        )
        return PrivateNames(f"{self.name}-names", args, self.child)

    def resolver(self, network: SegmentedNetwork) -> ClosedResolver:
        args = ClosedResolverArgs(scope=self.plan.scope, network_id=network.network_id, names=self.plan.names)
        return ClosedResolver(f"{self.name}-resolver", args, self.child)

    def egress(self, network: SegmentedNetwork) -> ProviderEgress:
        zone = self.intent.egress_zone
        args = ProviderEgressArgs(
            scope=self.plan.scope,
            network_id=network.network_id,
            subnet_id=network.subnet_ids[zone],
            zone=zone,
            route_tag=self.route_tag,
            labels=self._own_labels,
        )
        return ProviderEgress(f"{self.name}-egress", args, self.child)

    def hub(self, network: SegmentedNetwork) -> HubAttachment:
        assert self.plan.settings.hub is not None  # noqa: S101 - asked by the caller
        args = HubAttachmentArgs(
            scope=self.plan.scope,
            network_id=network.network_id,
            hub=self.plan.settings.hub,
            ranges=self.plan.layout.ranges(ZoneKind.ACCESS),
            labels=self._own_labels,
        )
        return HubAttachment(f"{self.name}-hub", args, after(self.child, *network.subnets.values()))

    def perimeters(self) -> Perimeters:
        settings = self.plan.settings
        args = PerimetersArgs(
            scope=self.plan.scope,
            perimeters=self.plan.perimeters,
            enforced=settings.perimeters == "enforced",
            organization=settings.organization,
            access_policy=settings.adopt.access_policy if settings.adopt else None,
            administrators=settings.administrators.identities if settings.administrators else (),
            administrator_ranges=settings.administrators.ranges if settings.administrators else (),
        )
        return Perimeters(f"{self.name}-perimeters", args, self.child)

    @property
    def route_tag(self) -> str:
        """Network tag of the proxy's instances, for the route to the internet."""
        return self.plan.scope.name(EGRESS_PROXY)

    def watch(self, *stores: pulumi.Resource) -> Watch:
        called = {a.destination for a in self.intent.accesses if a.destination_party is Party.PROVIDER}
        agreements = {
            provider.name: provider.baa_expires
            for provider in self.intent.providers.values()
            if provider.baa_expires is not None and (provider.name in called or provider.service is not None)
        }
        args = WatchArgs(
            scope=self.plan.scope,
            zones={name: self.intent.zones[name].kind.value for name in sorted(self.intent.zones)},
            proxied=self.plan.policy is not None,
            agreements=agreements,
            channels=self.plan.settings.notification_channels,
            labels=self.labels,
        )
        return Watch(f"{self.name}-watch", args, after(self.child, *stores))

    def proxy(self, network: SegmentedNetwork, needed: list[pulumi.Resource]) -> EgressProxy:
        assert self.plan.policy is not None  # noqa: S101 - asked by the caller
        settings, scope = self.plan.settings.proxy, self.plan.scope
        args = EgressProxyArgs(
            scope=scope,
            settings=settings,
            network_id=network.network_id,
            subnet_id=network.subnet_ids[self.intent.egress_zone],
            zone=self.intent.egress_zone,
            address=self.plan.layout.proxy_address,
            account=scope.account(EGRESS_PROXY),
            host=host(
                scope,
                image=settings.image,
                policy=self.plan.policy,
                authority_secret=self.intent.services["egress-secrets"].resources[0],
                name=proxy_name(scope),
            ),
            route_tag=self.route_tag,
            labels=self.labels,
        )
        # Without these an instance would start, find neither its image nor its secret, and be replaced for ever.
        return EgressProxy(f"{self.name}-proxy", args, after(self.child, *needed))
