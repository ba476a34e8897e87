"""Azure Firewall with the providers' names, in front of the only way to the internet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import network

from zt_ai.azure.naming import Scope, clause_marks
from zt_ai.azure.network.network import Home
from zt_ai.azure.plan.layout import FIREWALL_SUBNET
from zt_ai.builders.options import after, child_options

HTTPS = 443
ALLOW_PRIORITY, DENY_PRIORITY = 200, 65000  # 100 to 65000; the lower number goes first


def firewall_name(scope: Scope) -> str:
    """Name of the firewall."""
    return scope.name("firewall", 56)


@dataclass(frozen=True, slots=True)
class AllowedNames:
    """One application rule: the host names of a provider, and the flows that need them."""

    provider: str
    domains: tuple[str, ...]  # never empty: Azure takes an empty list for every name
    clauses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProviderEgressArgs:
    """What `ProviderEgress` is made from."""

    scope: Scope
    home: Home
    names: Sequence[AllowedNames]
    proxy_cidr: str
    """The egress zone's subnet, from which alone anything is let through."""
    proxy_table: str
    """Name of that subnet's route table, which gets its default route here."""
    zones: Sequence[str] = ()
    after: Sequence[pulumi.Resource] = ()
    """The firewall's subnet and its route."""
    tags: Mapping[str, str] = field(default_factory=dict)


class ProviderEgress(pulumi.ComponentResource):
    """A firewall that lets the egress zone reach the listed names over TLS, and nothing else reach anything.

    There is no network rule: those are tried before application rules and know addresses only, so one that allows a
    private range to reach any address on port 443 would make the list of names meaningless [Azure Firewall
    documentation, "Azure Firewall rule processing logic"]. The last collection denies every name, because without one
    Azure's own list of names of its platform is let through [Azure Firewall documentation, "Infrastructure FQDNs": "You
    can override this built-in infrastructure rule collection by creating a deny all application rule collection that is
    processed last"].

    Attributes:
        firewall, policy: the resources. public_ip: the address under which the proxy is seen. route: the egress zone's
        default route.
    """

    firewall: network.AzureFirewall
    policy: network.FirewallPolicy
    public_ip: network.PublicIPAddress
    route: network.Route

    def __init__(self, name: str, args: ProviderEgressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        if not all(said.domains for said in args.names):
            raise ValueError("a firewall rule without names would allow every name")
        super().__init__("zt-ai:azure:ProviderEgress", name, None, opts)
        child = child_options(self, opts)
        scope, tags = args.scope, {**args.tags, **args.scope.tags()}
        physical = firewall_name(scope)
        self.policy = network.FirewallPolicy(
            f"{name}-policy",
            resource_group_name=scope.group,
            firewall_policy_name=physical,
            location=scope.location,
            sku=network.FirewallPolicySkuArgs(tier="Standard"),
            threat_intel_mode="Deny",
            tags=tags,
            opts=child,
        )
        rules = self._rules(name, args, physical, after(child, self.policy))
        self.public_ip = network.PublicIPAddress(
            f"{name}-address",
            resource_group_name=scope.group,
            public_ip_address_name=physical,
            location=scope.location,
            sku=network.PublicIPAddressSkuArgs(name="Standard", tier="Regional"),
            public_ip_allocation_method="Static",
            public_ip_address_version="IPv4",
            zones=list(args.zones) or None,
            tags=tags,
            opts=child,
        )
        self.firewall = network.AzureFirewall(
            f"{name}-firewall",
            resource_group_name=scope.group,
            azure_firewall_name=physical,
            location=scope.location,
            sku=network.AzureFirewallSkuArgs(name="AZFW_VNet", tier="Standard"),
            firewall_policy=network.SubResourceArgs(id=self.policy.id),
            ip_configurations=[
                network.AzureFirewallIPConfigurationArgs(
                    name="outside",
                    subnet=network.SubResourceArgs(id=f"{args.home.id}/subnets/{FIREWALL_SUBNET}"),
                    public_ip_address=network.SubResourceArgs(
                        id=scope.id("Microsoft.Network/publicIPAddresses", physical)
                    ),
                )
            ],
            zones=list(args.zones) or None,
            tags=tags,
            # Its rules first: a firewall that starts with an empty policy denies, and one whose policy changes under it
            # is slower to come up.
            opts=after(child, *args.after, self.public_ip, rules),
        )
        self.route = network.Route(
            f"{name}-route",
            resource_group_name=scope.group,
            route_table_name=args.proxy_table,
            route_name="default",
            address_prefix="0.0.0.0/0",
            next_hop_type="VirtualAppliance",
            next_hop_ip_address=self.firewall.ip_configurations.apply(_inside),
            opts=child,
        )
        self.register_outputs({"publicIp": self.public_ip.ip_address, "firewallId": self.firewall.id})

    @staticmethod
    def _rules(
        name: str, args: ProviderEgressArgs, policy: str, opts: pulumi.ResourceOptions
    ) -> network.FirewallPolicyRuleCollectionGroup:
        https = network.FirewallPolicyRuleApplicationProtocolArgs(protocol_type="Https", port=HTTPS)
        http = network.FirewallPolicyRuleApplicationProtocolArgs(protocol_type="Http", port=80)
        allowed = [
            network.ApplicationRuleArgs(
                rule_type="ApplicationRule",
                name=said.provider,
                description=clause_marks(said.clauses),
                source_addresses=[args.proxy_cidr],
                protocols=[https],
                target_fqdns=list(said.domains),
            )
            for said in args.names
        ]
        everything = network.ApplicationRuleArgs(
            rule_type="ApplicationRule",
            name="every-name",
            description="What no rule above allows is denied, Azure's own names included.",
            source_addresses=["*"],
            protocols=[http, https],
            target_fqdns=["*"],
        )
        collections = [("closed", "Deny", DENY_PRIORITY, [everything])]
        if allowed:
            collections.insert(0, ("providers", "Allow", ALLOW_PRIORITY, allowed))
        return network.FirewallPolicyRuleCollectionGroup(
            f"{name}-rules",
            resource_group_name=args.scope.group,
            firewall_policy_name=policy,
            rule_collection_group_name="zt-ai",
            priority=200,
            rule_collections=[
                network.FirewallPolicyFilterRuleCollectionArgs(
                    rule_collection_type="FirewallPolicyFilterRuleCollection",
                    name=collection,
                    priority=priority,
                    action=network.FirewallPolicyFilterRuleCollectionActionArgs(type=action),
                    rules=rules,
                )
                for collection, action, priority, rules in collections
            ],
            opts=opts,
        )


def _inside(configurations: Sequence[network.outputs.AzureFirewallIPConfigurationResponse] | None) -> str:
    """The firewall's address inside the network: the one that routes lead to."""
    address: str = (configurations or [])[0].private_ip_address
    return address
