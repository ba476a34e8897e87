"""Policies for tests: two callers, two providers of which one has two hosts."""

from __future__ import annotations

from zt_ai.egress.policy import CallerPolicy, CallPolicy, Policy, ProviderPolicy
from zt_ai.spec.types import Decision, DetectorSet, HttpMethod, ProviderApi, ProviderKind

TRUST_DOMAIN = "clinic.internal"
BODY_LIMIT = 64 << 10
DOCTOR = f"spiffe://{TRUST_DOMAIN}/doctor"
RESEARCH = f"spiffe://{TRUST_DOMAIN}/research"


def provider(api: ProviderApi, *hosts: str) -> ProviderPolicy:
    """A provider without an agreement."""
    return ProviderPolicy(api=api, kind=ProviderKind.EXTERNAL, hosts=hosts, methods=(HttpMethod.GET, HttpMethod.POST))


def call(caller: str, name: str, *paths: str) -> CallPolicy:
    """A flow from a caller to a provider."""
    return CallPolicy(
        clause=f"flow:{caller}-to-{name}",
        caller=caller,
        provider=name,
        models=("any",),
        paths=paths,
        carries="public",
        decisions={"public": Decision.ALLOW, "phi": Decision.BLOCK},
    )


def clinic(**changes: object) -> Policy:
    """`doctor` may call anthropic and openai, `research` openai alone."""
    policy = Policy(
        name="clinic",
        trust_domain=TRUST_DOMAIN,
        classes=("public", "phi"),
        providers={
            "anthropic": provider(ProviderApi.ANTHROPIC, "api.anthropic.com"),
            "openai": provider(ProviderApi.OPENAI, "api.openai.com", "eu.api.openai.com"),
        },
        callers={
            "doctor": CallerPolicy(spiffe_id=DOCTOR, zone="clinical", holds="phi"),
            "research": CallerPolicy(spiffe_id=RESEARCH, zone="research", holds="public"),
        },
        calls=(
            call("doctor", "anthropic", "/v1/messages"),
            call("doctor", "openai", "/v1/chat/completions"),
            call("research", "openai", "/v1/chat/completions"),
        ),
        detectors=(DetectorSet.SAFE_HARBOR,),
        secrets=Decision.BLOCK,
        body_limit=BODY_LIMIT,
        responses=True,
        audit_days=2557,
    )
    return policy.model_copy(update=changes)
