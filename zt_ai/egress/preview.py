"""What the inspector would do with a body at every provider, without a request, a caller or a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from zt_ai.egress.apis import adapter
from zt_ai.egress.decide import decide
from zt_ai.egress.decode import read
from zt_ai.egress.detect import Detectors
from zt_ai.egress.judge import facts_of
from zt_ai.egress.model import Action, Operation, Reading, Request
from zt_ai.egress.policy import AgreementPolicy, CallerPolicy, CallPolicy, Policy, ProviderPolicy
from zt_ai.spec.types import Decision, DetectorSet, HttpMethod, ProviderApi, ProviderKind

_AS_DECISION = {Action.ALLOW: Decision.ALLOW, Action.REDACT: Decision.REDACT, Action.REFUSE: Decision.BLOCK}
_STRICTNESS = (Decision.ALLOW, Decision.REDACT, Decision.BLOCK)
# The path that a chat goes to, by the format of the provider's interface: a body alone does not say where it was sent.
_CHAT_PATHS = {
    ProviderApi.OPENAI: "/v1/chat/completions",
    ProviderApi.ANTHROPIC: "/v1/messages",
    ProviderApi.AZURE_OPENAI: "/openai/deployments/any/chat/completions",
    ProviderApi.BEDROCK: "/model/any/converse",
    ProviderApi.VERTEX_AI: "/v1/projects/any/locations/any/publishers/google/models/any:generateContent",
}


class Previewer:
    """Reads bodies and decides about them for every provider of a policy.

    Args:
        policy: whose flows decide.
        day: the day on which agreements are judged.
        caller: decide for this workload only; None takes the strictest decision of all that call a provider.
        names: use the language model for names and places, whatever the policy says.
    """

    def __init__(self, policy: Policy, day: date, *, caller: str | None = None, names: bool = False) -> None:
        sets = {*policy.detectors, DetectorSet.NAMES} if names else set(policy.detectors)
        self._policy, self._day = policy, day
        self._detectors = Detectors.of(sets)
        self._calls = [call for call in policy.calls if caller in (None, call.caller)]

    def preview(self, body: Any) -> tuple[Reading, dict[str, str]]:
        """What is in a body, and what happens to it by provider: `allow`, `redact` or `block`."""
        sent = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        outcome: dict[str, Decision] = {}
        reading = Reading()
        for api in dict.fromkeys(self._policy.providers[call.provider].api for call in self._calls):
            request = Request("POST", _CHAT_PATHS[api], (("content-type", "application/json"),), sent)
            reading, operation = read(
                request, self._detectors, limit=self._policy.body_limit, understand=_lenient(adapter(api).operation)
            )
            facts = facts_of(reading, operation or Operation("unknown"), request, self._detectors)
            for call in self._calls:
                provider = self._policy.providers[call.provider]
                if provider.api is api:
                    verdict = decide(call, provider, self._policy, facts, self._day)
                    decision = _AS_DECISION[verdict.action]
                    outcome[call.provider] = max(outcome.get(call.provider, decision), decision, key=_STRICTNESS.index)
        return reading, {name: decision.value for name, decision in outcome.items()}


def _lenient(understand: Callable[[Request, Any], Operation]) -> Callable[[Request, Any], Operation]:
    """A text in an object of our own is no request: what it lacks to be one says nothing about what is in it."""

    def understood(request: Request, tree: Any) -> Operation:
        if isinstance(tree, Mapping) and set(tree) == {"text"}:
            return Operation("unknown", reading_order=((("body", "text"),),))
        return understand(request, tree)

    return understood


def any_policy(day: date) -> Policy:
    """A policy with two providers, one with an agreement in force on that day and one without."""
    agreement = AgreementPolicy(reference="any", effective=day - timedelta(days=1), expires=day + timedelta(days=1))
    providers = {
        name: ProviderPolicy(
            api=ProviderApi.OPENAI,
            kind=ProviderKind.EXTERNAL,
            hosts=(f"{name}.example",),
            methods=(HttpMethod.POST,),
            agreement=held,
        )
        for name, held in (("with-baa", agreement), ("without-baa", None))
    }
    classes = ("public", "internal", "deidentified", "phi")
    return Policy(
        name="any",
        trust_domain="any.internal",
        classes=classes,
        providers=providers,
        callers={"any": CallerPolicy(spiffe_id="spiffe://any.internal/any/any", zone="any", holds="phi")},
        calls=tuple(
            CallPolicy(
                clause=f"flow:{name}",
                caller="any",
                provider=name,
                models=("any",),
                paths=("/",),
                carries="phi",
                decisions=dict.fromkeys(classes, Decision.ALLOW),
            )
            for name in providers
        ),
        detectors=(DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS),
        secrets=Decision.BLOCK,
        body_limit=64 << 20,
        responses=True,
        audit_days=2192,
    )
