"""Names without which expected accesses do not work: those of services, and those of the providers."""

from __future__ import annotations

from zt_ai.intent.model import EGRESS_PROXY
from zt_ai.verify.azure.arm import own_name
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.data_zones import resolver_of
from zt_ai.verify.azure.expect import Expected
from zt_ai.verify.azure.reach import Reach
from zt_ai.verify.azure.services import missing_zones, wrong_service
from zt_ai.verify.azure.stores import SUFFIXES
from zt_ai.verify.azure.values import short_type


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
    for network in world.networks.values():
        if not any(subnet.network == network.key for subnet in world.subnets.values()):
            continue
        resolver = resolver_of(context, network.key)
        for provider in dict.fromkeys(access.destination for access in expected.providers):
            for domain in expected.intent.providers[provider].domains:
                if not resolver.answers(domain.lower()):
                    clause = next(iter(expected.clauses(EGRESS_PROXY, provider)), None)
                    text = f"the resolver does not answer for {domain}, a name of {provider}"
                    found.refute(0, text, EGRESS_PROXY, provider, resolver.policies, clause)
        for endpoint in world.endpoints.values():
            for key, _ in endpoint.targets:
                made = context.graph.get(key)
                host = (
                    f"{own_name(made).lower()}.{CALLED[short_type(made)]}"
                    if made and short_type(made) in CALLED
                    else ""
                )
                if host and not resolver.answers(host):
                    text = f"the resolver does not answer for {host}, the name of a service"
                    found.refute(0, text, "workloads", host, (*resolver.policies, key))


# The name by which everybody calls an account.
CALLED = {type_: suffixes[0] for type_, suffixes in SUFFIXES.items()}


def _clause(expected: Expected, users: dict[str, str], service: str) -> str | None:
    return next(iter(expected.clauses(users.get(service, ""), service)), None)
