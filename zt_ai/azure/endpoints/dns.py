"""Private DNS zones with their links, and the policy that closes the resolver for other names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import dnsresolver, privatedns

from zt_ai.azure.naming import TAG_ROLE, TAG_WORKLOAD, Scope
from zt_ai.builders.options import after, child_options


@dataclass(frozen=True, kw_only=True)
class PrivateZonesArgs:
    """What `PrivateZones` is made from."""

    scope: Scope
    network_id: pulumi.Input[str]
    zones: Sequence[str]
    """Names of the zones, each once: a network takes one zone of a name."""
    records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Zone -> name in it -> IPv4 address."""
    owner: str | None = None
    """Workload to which the records belong."""
    tags: Mapping[str, str] = field(default_factory=dict)


class PrivateZones(pulumi.ComponentResource):
    """Private DNS zones, each linked to the network.

    Machines do not register themselves, and a name that a private zone does not know is not looked for on the internet:
    without that a name of somebody else's account would be answered with its public address [Azure documentation,
    "Fallback to internet for Azure Private DNS zones": the default policy].

    Attributes:
        zones: by name. links: by name of the zone.
    """

    zones: dict[str, privatedns.PrivateZone]
    links: dict[str, privatedns.VirtualNetworkLink]

    def __init__(self, name: str, args: PrivateZonesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:PrivateZones", name, None, opts)
        child = child_options(self, opts)
        self.zones, self.links = {}, {}
        for zone in args.zones:
            self.zones[zone] = privatedns.PrivateZone(
                f"{name}-{zone}",
                resource_group_name=args.scope.group,
                private_zone_name=zone,
                location="global",
                tags={**args.tags, **args.scope.tags()},
                opts=child,
            )
            self.links[zone] = privatedns.VirtualNetworkLink(
                f"{name}-{zone}",
                resource_group_name=args.scope.group,
                private_zone_name=zone,
                virtual_network_link_name=args.scope.name("network"),
                location="global",
                registration_enabled=False,
                resolution_policy="Default",
                virtual_network=privatedns.SubResourceArgs(id=args.network_id),
                tags={**args.tags, **args.scope.tags()},
                opts=after(child, self.zones[zone]),
            )
            for record, address in args.records.get(zone, {}).items():
                privatedns.PrivateRecordSet(
                    f"{name}-{zone}-{record}",
                    resource_group_name=args.scope.group,
                    private_zone_name=zone,
                    record_type="A",
                    relative_record_set_name=record,
                    ttl=300,
                    a_records=[privatedns.ARecordArgs(ipv4_address=address)],
                    metadata={TAG_WORKLOAD.replace(":", "_"): args.owner, TAG_ROLE.replace(":", "_"): "front"}
                    if args.owner
                    else None,
                    opts=after(child, self.zones[zone]),
                )
        self.register_outputs({"zoneIds": {zone: made.id for zone, made in self.zones.items()}})


@dataclass(frozen=True, kw_only=True)
class DnsPolicyArgs:
    """What `DnsPolicy` is made from."""

    scope: Scope
    network_id: pulumi.Input[str]
    domains: Sequence[str]
    """Names that may be resolved, and those below them."""
    tags: Mapping[str, str] = field(default_factory=dict)


class DnsPolicy(pulumi.ComponentResource):
    """A DNS security policy on the network: the listed names are answered, and no others.

    The resolver of a virtual network answers for any name, and no security group filters what goes to it. A policy's
    rules are tried by priority, an allowed name allows those below it, and a list with the domain `.` means every name
    [Azure documentation, "DNS security policy": DNS traffic rules, DNS domain lists]. Rules are applied to the names in
    a chain of aliases as well (secondary source); not confirmed: that a rule which allows the name that was asked for
    goes before the denial of the names that it leads to.

    Attributes:
        policy: the resource. ready: what must exist before other names are refused.
    """

    policy: dnsresolver.DnsResolverPolicy
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: DnsPolicyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:DnsPolicy", name, None, opts)
        child = child_options(self, opts)
        scope, tags = args.scope, {**args.tags, **args.scope.tags()}
        physical = scope.name("names")
        self.policy = dnsresolver.DnsResolverPolicy(
            f"{name}-policy",
            resource_group_name=scope.group,
            dns_resolver_policy_name=physical,
            location=scope.location,
            tags=tags,
            opts=child,
        )
        lists = {"allowed": [f"{domain}." for domain in sorted(args.domains)], "every": ["."]}
        self.ready = []
        for priority, (kind, domains) in zip((100, 65000), lists.items(), strict=True):
            listed = dnsresolver.DnsResolverDomainList(
                f"{name}-{kind}",
                resource_group_name=scope.group,
                dns_resolver_domain_list_name=scope.name(f"names-{kind}"),
                location=scope.location,
                domains=domains,
                tags=tags,
                opts=child,
            )
            action = (
                dnsresolver.DnsSecurityRuleActionArgs(action_type="Allow")
                if kind == "allowed"
                else dnsresolver.DnsSecurityRuleActionArgs(action_type="Block", block_response_code="SERVFAIL")
            )
            rule = dnsresolver.DnsSecurityRule(
                f"{name}-{kind}",
                resource_group_name=scope.group,
                dns_resolver_policy_name=physical,
                dns_security_rule_name=kind,
                location=scope.location,
                priority=priority,
                action=action,
                dns_resolver_domain_lists=[dnsresolver.SubResourceArgs(id=listed.id)],
                dns_security_rule_state="Enabled",
                tags=tags,
                opts=after(child, self.policy),
            )
            self.ready.append(rule)
        link = dnsresolver.DnsResolverPolicyVirtualNetworkLink(
            f"{name}-network",
            resource_group_name=scope.group,
            dns_resolver_policy_name=physical,
            dns_resolver_policy_virtual_network_link_name=scope.name("network"),
            location=scope.location,
            virtual_network=dnsresolver.SubResourceArgs(id=args.network_id),
            tags=tags,
            # The rules first: a policy without rules answers everything.
            opts=after(child, *self.ready),
        )
        self.ready.append(link)
        self.register_outputs({"policyId": self.policy.id})
