"""Names without which expected accesses do not work: those of services, and those of the providers."""

from __future__ import annotations

from zt_ai.intent.model import EGRESS_PROXY, Party
from zt_ai.verify.azure.arm import own_name
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.data_zones import resolver_of
from zt_ai.verify.azure.dns import QUERY, readers
from zt_ai.verify.azure.expect import Expected
from zt_ai.verify.azure.reach import Reach
from zt_ai.verify.azure.services import linked, missing_zones, unlinked, wrong_service
from zt_ai.verify.azure.stores import SUFFIXES
from zt_ai.verify.azure.values import at, items, short_type
from zt_ai.verify.azure.values import text as text_of


def wanted_names(context: Context, reach: Reach, expected: Expected, found: Collector) -> None:
    """Judge private DNS zones and the DNS security policy against what the intent needs."""
    world = reach.world
    users = {service: workload for workload, service in reversed(expected.uses)}
    for endpoint in world.endpoints.values():
        for service, text, urns in wrong_service(context, endpoint):
            found.refute(0, text, users.get(service, service), service, urns, _clause(expected, users, service))
        used = next((s for s in endpoint.interface.services if s in users), None)
        for text, urns in missing_zones(context, world, endpoint) if used is not None else ():
            text_ = f"names of {used} lead to public addresses, where nobody gets to: {text}"
            found.refute(0, text_, users.get(used or "", ""), used or "", urns, _clause(expected, users, used or ""))
    _proxy_name(context, reach, expected, found)
    for name, text, urns in unlinked(context):
        found.refute(0, text, name, "logs", urns)
    for network in world.networks.values():
        if not any(subnet.network == network.key for subnet in world.subnets.values()):
            continue
        _resolved(context, reach, expected, network.key, found)


def _resolved(context: Context, reach: Reach, expected: Expected, network: str, found: Collector) -> None:
    """What the resolver of a network has to answer: providers, what queries of logs are sent to, accounts."""
    resolver = resolver_of(context, network)
    for provider in dict.fromkeys(access.destination for access in expected.providers):
        for domain in expected.intent.providers[provider].domains:
            if not resolver.answers(domain.lower()):
                clause = next(iter(expected.clauses(EGRESS_PROXY, provider)), None)
                text = f"the resolver does not answer for {domain}, a name of {provider}"
                found.refute(0, text, EGRESS_PROXY, provider, resolver.policies, clause)
    for access in readers(expected.intent):
        for name in QUERY:
            if not resolver.answers(name):
                text = f"the resolver does not answer for {name}, by which {access.destination} is read"
                through = resolver.policies or (network,)
                found.refute(0, text, access.source, access.destination, through, access.clause.id)
    for endpoint in reach.world.endpoints.values():
        for key, _ in endpoint.targets:
            made = context.graph.get(key)
            host = f"{own_name(made).lower()}.{CALLED[short_type(made)]}" if made and short_type(made) in CALLED else ""
            if host and not resolver.answers(host):
                text = f"the resolver does not answer for {host}, the name of a service"
                found.refute(0, text, "workloads", host, (*resolver.policies, key))


# The name by which everybody calls an account.
CALLED = {type_: suffixes[0] for type_, suffixes in SUFFIXES.items()}


def _proxy_name(context: Context, reach: Reach, expected: Expected, found: Collector) -> None:
    """Callers know the proxy by a name, which a private zone answers with the address of its load balancer."""
    fronts = [one for one in reach.world.interfaces.values() if one.kind == "front" and one.workload == EGRESS_PROXY]
    callers = [pair for pair in expected.pairs(Party.WORKLOAD) if pair[1] == EGRESS_PROXY]
    if not fronts or not callers or context.settings.private_dns == "policy":
        return
    named: set[str] = set()
    for record in context.of("privatedns:PrivateRecordSet"):
        zone = context.graph.get(context.parent(record, "privateZoneName", "privatednszones") or "")
        network = reach.world.subnets[fronts[0].subnet].network
        if zone is not None and linked(context, zone, network):
            named |= {text_of(at(one, "ipv4Address")) or "" for one in items(record.inputs.get("aRecords"))}
    for front in fronts:
        lost = [address for address in front.addresses if address not in named]
        if lost:
            source, clause = callers[0][0], next(iter(expected.clauses(*callers[0])), None)
            text = f"no name in a private zone of the network leads to {', '.join(lost)}, where the egress proxy is"
            found.refute(0, text, source, EGRESS_PROXY, (front.urn,), clause)


def _clause(expected: Expected, users: dict[str, str], service: str) -> str | None:
    return next(iter(expected.clauses(users.get(service, ""), service)), None)
