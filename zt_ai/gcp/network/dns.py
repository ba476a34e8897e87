"""Names: private zones, the closed resolver, and its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.options import child_options
from zt_ai.gcp.naming import ROLE, Scope, described
from zt_ai.gcp.network import names

TTL = 300  # seconds


@dataclass(frozen=True, kw_only=True)
class PrivateNamesArgs:
    """What `PrivateNames` is made from."""

    scope: Scope
    network_id: pulumi.Input[str]
    google_zones: Sequence[str]
    """Domains of Google's, with their final dot, whose names lead to the restricted addresses."""
    domain: str
    """Domain of the specification's own names, without a final dot."""
    addresses: Mapping[str, str]
    """Label below the domain → its address."""
    labels: Mapping[str, str]


class PrivateNames(pulumi.ComponentResource):
    """Private zones of the network: Google's domains at the restricted addresses, and the specification's own.

    Attributes:
        zones: by domain, with its final dot. records: every record set.
    """

    zones: dict[str, gcp.dns.ManagedZone]
    records: list[gcp.dns.RecordSet]

    def __init__(self, name: str, args: PrivateNamesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:PrivateNames", name, None, opts)
        child = child_options(self, opts)
        self.zones, self.records = {}, []
        for domain in args.google_zones:
            self._zone(name, args, domain, "Google's APIs at the restricted addresses", child)
            anchor = f"restricted.{domain}" if domain == names.GOOGLE_ZONE else domain
            self._record(name, args, domain, anchor, "A", list(names.RESTRICTED_ADDRESSES), child)
            self._record(name, args, domain, f"*.{domain}", "CNAME", [anchor], child)
        own = f"{args.domain}."
        self._zone(name, args, own, "Names of the specification", child)
        for label, address in args.addresses.items():
            self._record(name, args, own, f"{label}.{own}", "A", [address], child)
        self.register_outputs({"zones": {domain: zone.name for domain, zone in self.zones.items()}})

    def _zone(self, name: str, args: PrivateNamesArgs, domain: str, what: str, opts: pulumi.ResourceOptions) -> None:
        key = names.rule_key(domain)
        self.zones[domain] = gcp.dns.ManagedZone(
            f"{name}-{key}",
            name=args.scope.name(key),
            project=args.scope.project,
            dns_name=domain,
            description=what,
            visibility="private",
            private_visibility_config=gcp.dns.ManagedZonePrivateVisibilityConfigArgs(
                networks=[gcp.dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=args.network_id)]
            ),
            labels=args.labels,
            opts=opts,
        )

    def _record(
        self,
        name: str,
        args: PrivateNamesArgs,
        domain: str,
        host: str,
        kind: str,
        data: list[str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        self.records.append(
            gcp.dns.RecordSet(
                f"{name}-{names.rule_key(host)}-{kind.lower()}",
                project=args.scope.project,
                managed_zone=self.zones[domain].name,
                name=host,
                type=kind,
                ttl=TTL,
                rrdatas=data,
                opts=opts,
            )
        )


@dataclass(frozen=True, kw_only=True)
class ClosedResolverArgs:
    """What `ClosedResolver` is made from."""

    scope: Scope
    network_id: pulumi.Input[str]
    names: Sequence[str]
    """Names that are resolved, with their final dot. A wildcard has to be answered by a private zone of the network."""


class ClosedResolver(pulumi.ComponentResource):
    """A response policy that answers every name but those given with addresses of nobody, and the log of all queries.

    Attributes:
        policy: the response policy. rules: its rules. log: the server policy that writes queries to the log.
    """

    policy: gcp.dns.ResponsePolicy
    rules: list[gcp.dns.ResponsePolicyRule]
    log: gcp.dns.Policy

    def __init__(self, name: str, args: ClosedResolverArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:ClosedResolver", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        self.policy = gcp.dns.ResponsePolicy(
            name,
            response_policy_name=scope.name("names"),
            project=scope.project,
            description=described("Answers no name that nobody asked for", {ROLE: "closed-resolver"}),
            networks=[gcp.dns.ResponsePolicyNetworkArgs(network_url=args.network_id)],
            opts=child,
        )
        self.rules = [self._allowed(name, args, allowed, child) for allowed in args.names]
        self.rules.append(self._closed(name, scope, child))
        self.log = gcp.dns.Policy(
            f"{name}-log",
            name=scope.name("queries"),
            project=scope.project,
            description=described("Every query is written to the log", {ROLE: "query-log"}),
            enable_logging=True,
            enable_inbound_forwarding=False,
            networks=[gcp.dns.PolicyNetworkArgs(network_url=args.network_id)],
            opts=child,
        )
        self.register_outputs({"policyName": self.policy.response_policy_name})

    def _allowed(
        self, name: str, args: ClosedResolverArgs, allowed: str, opts: pulumi.ResourceOptions
    ) -> gcp.dns.ResponsePolicyRule:
        return gcp.dns.ResponsePolicyRule(
            f"{name}-{names.rule_key(allowed)}",
            project=args.scope.project,
            response_policy=self.policy.response_policy_name,
            rule_name=names.rule_key(allowed),
            dns_name=allowed,
            behavior="bypassResponsePolicy",
            opts=opts,
        )

    def _closed(self, name: str, scope: Scope, opts: pulumi.ResourceOptions) -> gcp.dns.ResponsePolicyRule:
        sinks = (("A", names.SINKHOLE), ("AAAA", names.SINKHOLE_IPV6))
        return gcp.dns.ResponsePolicyRule(
            f"{name}-closed",
            project=scope.project,
            response_policy=self.policy.response_policy_name,
            rule_name="closed",
            dns_name="*.",
            local_data=gcp.dns.ResponsePolicyRuleLocalDataArgs(
                local_datas=[
                    gcp.dns.ResponsePolicyRuleLocalDataLocalDataArgs(name="*.", type=kind, ttl=TTL, rrdatas=[address])
                    for kind, address in sinks
                ]
            ),
            opts=opts,
        )
