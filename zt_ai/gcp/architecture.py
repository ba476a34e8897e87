"""Everything that one specification needs on Google Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pulumi

from zt_ai.builders.options import after, child_options
from zt_ai.gcp.audit.store import AuditStore
from zt_ai.gcp.identity.identities import Identities
from zt_ai.gcp.limits import problems
from zt_ai.gcp.network.egress import ProviderEgress
from zt_ai.gcp.network.firewall import FirewallPolicy, SecureTags
from zt_ai.gcp.network.network import SegmentedNetwork
from zt_ai.gcp.parts import Parts
from zt_ai.gcp.perimeter.perimeters import Perimeters
from zt_ai.gcp.plan import make_plan, proxy_name
from zt_ai.gcp.proxy.proxy import EgressProxy
from zt_ai.gcp.watch.watch import Watch
from zt_ai.intent.derive import derive
from zt_ai.intent.model import EGRESS_PROXY, Intent
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import SpecError


@dataclass(frozen=True, kw_only=True)
class SegmentedArchitectureArgs:
    """What `SegmentedArchitecture` is made from."""

    spec: ZoneSpec
    intent: Intent | None = None
    """Derived from the specification, for Google Cloud and for today, when left out."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the user, on everything that takes labels. Those of zt-ai win."""


class SegmentedArchitecture(pulumi.ComponentResource):
    """Network, perimeters, identities, audit stores, egress path, proxy and alerts of one specification.

    Attributes:
        network: the network and its subnets. perimeters: VPC Service Controls. identities: service accounts and grants.
        tags: secure tags; an instance carries `tags.value_ids[workload]`. firewall: the policy. audit: the store of
        each project, by project id. egress: NAT and route; None where no external provider is called. proxy,
        proxy_name: the egress proxy and its host name inside the network; None where no provider is called. watch:
        metrics, alerts and the dashboard.

    Raises:
        SpecError: a quota cannot be kept. Nothing is registered then.
        ValueError: the specification does not build on Google Cloud.
    """

    network: SegmentedNetwork
    perimeters: Perimeters
    identities: Identities
    tags: SecureTags
    firewall: FirewallPolicy
    audit: dict[str, AuditStore]
    egress: ProviderEgress | None
    proxy: EgressProxy | None
    proxy_name: str | None
    watch: Watch

    def __init__(self, name: str, args: SegmentedArchitectureArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        spec = args.spec.on_cloud("gcp")
        intent = args.intent or derive(spec, cloud="gcp")
        # Before the first registration: a specification that does not fit must leave nothing behind.
        plan = make_plan(spec, intent)
        if over := problems(plan, intent):
            raise SpecError(over)
        super().__init__("zt-ai:gcp:SegmentedArchitecture", name, None, opts)
        build = Parts(name=name, plan=plan, intent=intent, labels=args.labels, child=child_options(self, opts))
        if plan.settings.enable_apis:
            build = replace(build, child=after(build.child, *build.apis().services))
        proxied = plan.policy is not None
        self.audit = build.audit()
        self.identities = build.identities()
        self.network = build.network()
        self.tags = build.tags(self.network)
        self.firewall = build.firewall(self.network, self.tags, self.identities)
        names = build.names(self.network, proxied=proxied)
        resolver = build.resolver(self.network)
        self.perimeters = build.perimeters()
        self.egress = build.egress(self.network) if intent.provider_domains() else None
        if plan.settings.hub is not None and intent.networks:
            build.hub(self.network)
        self.proxy, self.proxy_name = None, None
        if proxied:
            grants = [made for key, made in self.identities.grants.items() if key.startswith(f"{EGRESS_PROXY}.")]
            needed = [*self.network.ready, self.firewall.association, *names.records, *resolver.rules, *grants]
            if self.egress is not None:
                needed += [self.egress.nat, self.egress.route]
            self.proxy = build.proxy(self.network, needed)
            self.proxy_name = proxy_name(plan.scope)
        self.watch = build.watch(*(sink for store in self.audit.values() for sink in store.sinks.values()))
        self.register_outputs(
            {
                "networkId": self.network.network_id,
                "subnetIds": self.network.subnet_ids,
                "serviceAccounts": self.identities.emails,
                "secureTags": self.tags.value_ids,
                "proxyName": self.proxy_name,
                "publicIps": self.egress.public_ips if self.egress else {},
            }
        )
