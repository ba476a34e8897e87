"""The whole network of one specification, computed before the first resource is registered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.azure.naming import Scope
from zt_ai.azure.plan.accounts import Account, accounts
from zt_ai.azure.plan.layout import Layout, layout
from zt_ai.azure.plan.limits import found_in
from zt_ai.azure.plan.names import allowed_domains
from zt_ai.azure.plan.routes import Table, route_tables
from zt_ai.azure.plan.rules import Rules, security_rules
from zt_ai.egress.policy import derive_policy
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.clouds import Azure
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import SpecError


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """The network of one specification on Azure, without any resource yet."""

    scope: Scope
    settings: Azure
    layout: Layout
    accounts: tuple[Account, ...]
    rules: Rules
    tables: Mapping[str, Table]
    domains: tuple[str, ...]  # names that may be resolved
    policy: str | None  # the egress proxy's policy document, where a provider is called


def azure_settings(spec: ZoneSpec) -> Azure:
    """The Azure settings of a specification.

    Raises:
        ValueError: the specification does not build on Azure.
    """
    if spec.clouds.azure is None:
        raise ValueError(f"'{spec.name}' has no `clouds.azure`: add it to build on Azure")
    return spec.clouds.azure


def draft(spec: ZoneSpec, intent: Intent) -> NetworkPlan:
    """Compute what the network needs, whether it fits or not.

    Raises:
        BlockConflictError, ValueError: the address ranges do not work out; `zt_ai.spec.load` finds this first.
    """
    azure = azure_settings(spec)
    scope = Scope(spec.name, azure.subscription, azure.location)
    proxied = bool(intent.model_calls)
    placed = layout(
        azure.cidr,
        {name: zone.kind for name, zone in intent.zones.items()},
        pinned={name: zone.placement.azure.cidr for name, zone in spec.zones.items() if zone.placement.azure},
        internet=bool(intent.provider_domains()),
        consumers=proxied and azure.proxy.private_link is not None,
        endpoints=any(a.destination_party is Party.SERVICE for a in intent.accesses),
    )
    held = accounts(intent, scope, azure.adopt.services if azure.adopt else None)
    adopted = azure.adopt is not None and azure.adopt.virtual_network is not None
    return NetworkPlan(
        scope=scope,
        settings=azure,
        layout=placed,
        accounts=held,
        rules=security_rules(intent, placed, held),
        tables=route_tables(intent, placed, azure.hub, own_gateway=adopted),
        domains=allowed_domains(intent, scope, held, own_zones=azure.private_dns == "own"),
        policy=derive_policy(intent).model_dump_json() if proxied else None,
    )


def network_plan(spec: ZoneSpec, intent: Intent) -> NetworkPlan:
    """Compute the whole network and see that it fits into the quotas of the subscription.

    Raises:
        SpecError: a quota or the size of the proxy's policy cannot be kept; each problem names it and what to change.
    """
    plan = draft(spec, intent)
    problems = found_in(plan, intent)
    if problems:
        raise SpecError(problems)
    return plan
