"""Names: the resolver of a virtual network answers any name, unless a DNS security policy or a security rule closes it.

Packets to the resolver at 168.63.129.16 pass every security rule but those that name the tag `AzurePlatformDNS` [Azure
Virtual Network, "Network security groups", "Azure platform considerations"]. A DNS security policy that is linked to
the network filters all queries: rules by priority, the first whose domain list holds the name or a name above it
decides; the domain `.` stands for every name; what no rule holds is answered [Azure DNS, "DNS security policy", "DNS
traffic rules" and "DNS domain lists"].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zt_ai.graph import Resource
from zt_ai.intent.model import Access, Intent
from zt_ai.spec.types import ServiceAccess, ServiceKind
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.spaces import Spaces
from zt_ai.verify.azure.stores import hosts
from zt_ai.verify.azure.values import at, flag, is_unknown, items, number, text
from zt_ai.verify.azure.world import Subnet, World
from zt_ai.verify.space import service_spans

# What clients and agents of Azure Monitor call [Azure Monitor, "Configure your private link", "Review and validate your
# private link setup"]; below the last one are the data collection endpoints of a region.
_MONITOR = ("api.monitor.azure.com", "global.in.ai.monitor.azure.com", "global.handler.control.monitor.azure.com")
QUERY = ("api.loganalytics.azure.com", "api.monitor.azure.com")
"""Names that a query of logs takes: the address, and what it is an alias of, which the private zone answers [Azure
Monitor, "Access the Azure Monitor Log Analytics API"; "Configure your private link", as above: `api`]."""
_OLDER = "api.loganalytics.io"  # what older clients call, supported still ["Access the … Log Analytics API"]


@dataclass(frozen=True, slots=True)
class NameRule:
    """One rule of a DNS security policy. Domains in lower case without the dot at the end; `` for every name."""

    urn: str
    priority: int
    answers: bool
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolver:
    """What a network's resolver answers: `policies` are the URNs of the policies that are linked to it."""

    policies: tuple[str, ...]
    rules: tuple[NameRule, ...]

    def answered(self) -> Iterator[tuple[str, NameRule | None]]:
        """Domains that are answered, each with the rule; the empty domain stands for every name that is left."""
        closed: list[str] = []
        for rule in self.rules:
            for domain in rule.domains:
                if rule.answers:
                    if not any(below(domain, other) for other in closed):
                        yield domain, rule
                else:
                    closed.append(domain)
        if "" not in closed and not any(rule.answers and "" in rule.domains for rule in self.rules):
            yield "", None

    def answers(self, name: str) -> bool:
        """Whether a name is answered."""
        for rule in self.rules:
            if any(below(name, domain) for domain in rule.domains):
                return rule.answers
        return True


def below(name: str, domain: str) -> bool:
    """Whether a name is a domain or lies below it; every name lies below the empty one."""
    return domain in ("", name) or name.endswith(f".{domain}")


def read_resolver(context: Context, network: str) -> Resolver:
    """The policies on a network."""
    policies: list[str] = []
    for link in context.of("dnsresolver:DnsResolverPolicyVirtualNetworkLink"):
        if context.needed(link, context.value(link, "virtualNetwork"), "virtual network") == network:
            key = context.parent(link, "dnsResolverPolicyName", "dnsresolverpolicies")
            if key is not None:
                policies.append(key)
    rules: list[NameRule] = []
    for resource in context.of("dnsresolver:DnsSecurityRule"):
        owner = context.parent(resource, "dnsResolverPolicyName", "dnsresolverpolicies")
        if owner in policies:
            rules += _rule(context, resource)
    return Resolver(tuple(policies), tuple(sorted(rules, key=lambda rule: rule.priority)))


def _rule(context: Context, resource: Resource) -> Iterator[NameRule]:
    state = context.value(resource, "dnsSecurityRuleState")
    if is_unknown(state):
        context.gap(resource, "whether the rule is enabled is not known before the deployment")
    if flag(state) is False:
        return
    action = text(at(resource.inputs, "action", "actionType"))
    priority = number(resource.inputs.get("priority"))
    if action not in ("Allow", "Alert", "Block") or priority is None:
        context.gap(resource, "action or priority is not known or not valid")
        return
    domains: list[str] = []
    for one in items(context.value(resource, "dnsResolverDomainLists")):
        listed = context.graph.get(context.ids.key(one) or "")
        if listed is None:
            context.gap(resource, "a domain list is not in the plan")
            continue
        if listed.inputs.get("domainsUrl") is not None:
            context.gap(listed, "domains from a URL are not modelled")
        for value in items(context.value(listed, "domains")):
            word = text(value)
            if word is None:
                context.gap(listed, "a domain is not known before the deployment")
            else:
                domains.append(word.lower().rstrip("."))
    # Managed lists (threat intelligence) only ever block more.
    yield NameRule(resource.urn, priority, action != "Block", tuple(domains))


def good_names(world: World, context: Context, intent: Intent) -> frozenset[str]:
    """Domains that may be answered: of providers, of the plan's own private zones, of accounts that belong to it."""
    names = {name.lower() for name in intent.provider_domains()}
    names |= {
        (text(zone.inputs.get("privateZoneName")) or zone.name).lower() for zone in context.of("privatedns:PrivateZone")
    }
    names |= set(hosts(context))
    if any(True for _ in context.of("monitor:PrivateLinkScope", "insights:PrivateLinkScope")):
        names |= {*_MONITOR, f"{world.settings.location}-1.ingest.monitor.azure.com"}
        names |= {*QUERY, _OLDER} if any(True for _ in readers(intent)) else set()
    return frozenset(names)


def readers(intent: Intent) -> Iterator[Access]:
    """Accesses that read logs."""
    for access in intent.accesses:
        service = intent.services.get(access.destination)
        if service is not None and service.kind is ServiceKind.LOGS and access.access is not ServiceAccess.WRITE:
            yield access


def shut(world: World, spaces: Spaces, subnet: Subnet) -> bool:
    """Whether the security group of a subnet keeps every interface from the resolver."""
    group = world.filters.get(subnet.filter or "")
    asked = spaces.of(service_spans("udp", None, None)) | spaces.of(service_spans("tcp", None, None))
    for rule in group.rules if group is not None else ():
        if rule.inbound or "azureplatformdns" not in {tag.lower() for tag in rule.destination.tags}:
            continue
        if rule.allow:
            return False
        whole = "*" in rule.source.tags and rule.all_source_ports
        if whole and not asked & ~spaces.of(rule.services):
            return True
    return False
