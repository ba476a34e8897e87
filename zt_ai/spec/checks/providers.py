"""Providers: agreements in force, managed services of the right kind, and decisions that keep PHI in."""

from __future__ import annotations

from datetime import date

from zt_ai.spec.model import Provider, ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import Decision, ServiceKind


def baa_in_force(provider: Provider, on: date) -> bool:
    """Whether a provider has an agreement that covers a day, its first and last day included."""
    return provider.baa is not None and provider.baa.effective <= on <= provider.baa.expires


def check_providers(spec: ZoneSpec, on: date) -> list[Problem]:
    """Problems of providers and of inspection decisions."""
    problems: list[Problem] = []
    for name, provider in spec.providers.items():
        if provider.baa and provider.baa.expires < on:
            message = f"the BAA {provider.baa.reference} expired on {provider.baa.expires}"
            hint = "enter the renewed agreement, or remove `baa` so that no PHI may reach the provider"
            problems.append(Problem("baa-expired", ("providers", name, "baa", "expires"), message, hint))
        if provider.service and spec.services[provider.service].kind is not ServiceKind.MANAGED_LLM:
            message = f"service '{provider.service}' is of kind {spec.services[provider.service].kind.value}"
            problems.append(
                Problem(
                    "provider-service", ("providers", name, "service"), message, "name a service of kind managed-llm"
                )
            )
    problems += _shared_hosts(spec)
    highest = spec.data_classes[-1]
    for target, decision in spec.inspection.decisions.get(highest, {}).items():
        barred = [n for n, p in spec.providers.items() if target in (n, "default") and not baa_in_force(p, on)]
        if decision is Decision.ALLOW and barred:
            message = f"allows {highest} at {', '.join(repr(n) for n in barred)}, which has no BAA in force"
            path = ("inspection", "decisions", highest, target)
            problems.append(Problem("phi-without-baa", path, message, "write `redact` or `block`"))
    return problems


def _shared_hosts(spec: ZoneSpec) -> list[Problem]:
    """Two providers on one host could not be told apart: which agreement holds would depend on the order of reading."""
    problems: list[Problem] = []
    owners: dict[str, str] = {}
    for name, provider in spec.providers.items():
        for index, domain in enumerate(provider.domains):
            if domain in owners:
                message = f"{domain} is a domain of provider '{owners[domain]}' already"
                path = ("providers", name, "domains", index)
                problems.append(Problem("duplicate", path, message, "keep one provider for each host name"))
            owners.setdefault(domain, name)
    return problems
