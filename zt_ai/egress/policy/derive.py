"""From the intent to the policy document. Pure: the same intent gives the same document."""

from __future__ import annotations

from zt_ai.egress.policy.model import (
    AgreementPolicy,
    CallerPolicy,
    CallPolicy,
    LimitsPolicy,
    Policy,
    ProviderPolicy,
)
from zt_ai.intent.model import Intent, ModelCall, ProviderIntent


def derive_policy(intent: Intent) -> Policy:
    """The policy of everything that the intent lets through the egress proxy.

    Providers that nobody calls are left out: the list of ways out is closed. Everything is sorted by name, so the order
    of the specification changes nothing.
    """
    called = {call.provider for call in intent.model_calls}
    callers = {call.caller for call in intent.model_calls}
    return Policy(
        name=intent.name,
        trust_domain=intent.trust_domain,
        classes=intent.classes,
        providers={n: _provider(p) for n, p in sorted(intent.providers.items()) if n in called},
        callers={
            name: CallerPolicy(spiffe_id=w.spiffe_id, zone=w.zone, holds=intent.zones[w.zone].holds)
            for name, w in sorted(intent.workloads.items())
            if name in callers
        },
        calls=tuple(_call(call) for call in sorted(intent.model_calls, key=lambda call: (call.caller, call.provider))),
        detectors=intent.inspection.detectors,
        secrets=intent.inspection.secrets,
        body_limit=intent.inspection.body_limit,
        responses=intent.inspection.responses,
        audit_days=intent.audit.retention_days,
    )


def _provider(provider: ProviderIntent) -> ProviderPolicy:
    agreement = provider.agreement
    return ProviderPolicy(
        api=provider.api,
        kind=provider.kind,
        hosts=provider.hosts,
        methods=provider.methods,
        hosted_tools=provider.hosted_tools,
        agreement=AgreementPolicy(
            reference=agreement.reference, effective=agreement.effective, expires=agreement.expires
        )
        if agreement
        else None,
    )


def _call(call: ModelCall) -> CallPolicy:
    return CallPolicy(
        clause=call.clause.id,
        caller=call.caller,
        provider=call.provider,
        models=call.models,
        paths=call.paths,
        carries=call.carries,
        decisions=dict(call.said),
        expires=call.expires,
        restore=call.restore,
        limits=LimitsPolicy(requests_per_minute=call.requests_per_minute, tokens_per_day=call.tokens_per_day),
    )
