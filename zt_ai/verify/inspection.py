"""Whether a policy document of the egress proxy says what the intent says: nothing more, nothing less.

The document is read as plain JSON, by this module's own understanding of it: code that the derivation of the document
shared with its proof could be wrong in both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.intent.model import Intent, ModelCall, ProviderIntent

# What each key of a call is called in a sentence; `decisions` and lists are told apart one by one.
_LISTS = {"models": "model", "paths": "path"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a document says otherwise than the intent."""

    text: str
    source: str
    destination: str
    clause: str | None = None  # the clause that wanted it, None where no clause allows it


class UnreadableError(Exception):
    """The document is not one that this module understands."""


def differences(document: str, intent: Intent) -> Iterator[Difference]:
    """Everything in which a policy document differs from the intent. Raises UnreadableError."""
    try:
        said = json.loads(document)
    except ValueError:
        raise UnreadableError("the policy is not JSON") from None
    if not isinstance(said, dict) or said.get("version") != 1:
        raise UnreadableError("the policy is not of version 1")
    wanted = _wanted(intent)
    unknown = set(said) - set(wanted) - {"calls", "version"}
    if unknown:
        raise UnreadableError(f"the policy has keys that are not understood: {', '.join(sorted(unknown))}")
    yield from _calls(said.get("calls"), intent)
    for key, value in wanted.items():
        if key in ("providers", "callers") and isinstance(said.get(key), dict):
            yield from _entities(key, said[key], value)
        elif said.get(key) != value:
            text = f"the inspector's `{key}` is {_shown(said.get(key))}, the specification's {_shown(value)}"
            yield Difference(text, "egress-proxy", "inspector")


def _wanted(intent: Intent) -> dict[str, Any]:
    """The document that the intent asks for, without its calls."""
    called = {call.provider for call in intent.model_calls}
    callers = {call.caller for call in intent.model_calls}
    inspection = intent.inspection
    return {
        "name": intent.name,
        "trust_domain": intent.trust_domain,
        "classes": list(intent.classes),
        "providers": {name: _provider(p) for name, p in intent.providers.items() if name in called},
        "callers": {
            name: {"spiffe_id": w.spiffe_id, "zone": w.zone, "holds": intent.zones[w.zone].holds}
            for name, w in intent.workloads.items()
            if name in callers
        },
        "detectors": [one.value for one in inspection.detectors],
        "secrets": inspection.secrets.value,
        "body_limit": inspection.body_limit,
        "responses": inspection.responses,
        "audit_days": intent.audit.retention_days,
    }


def _provider(provider: ProviderIntent) -> dict[str, Any]:
    held = provider.agreement
    return {
        "api": provider.api.value,
        "kind": provider.kind.value,
        "hosts": list(provider.hosts),
        "methods": [method.value for method in provider.methods],
        "hosted_tools": list(provider.hosted_tools),
        "agreement": {
            "reference": held.reference,
            "effective": held.effective.isoformat(),
            "expires": held.expires.isoformat(),
        }
        if held
        else None,
    }


def _entities(kind: str, said: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Difference]:
    """Providers or callers by name, key by key."""
    for name in {**wanted, **said}:
        if name not in wanted:
            yield Difference(
                f"the inspector knows '{name}' of its {kind}; the specification does not", name, "inspector"
            )
        elif name not in said:
            yield Difference(f"the inspector does not know '{name}' of the specification's {kind}", name, "inspector")
        else:
            got, asked = said[name] if isinstance(said[name], dict) else {}, wanted[name]
            for key in {**asked, **got}:
                if got.get(key) != asked.get(key):
                    text = f"the inspector takes {_shown(got.get(key))} for `{key}` of '{name}'"
                    text += f", the specification says {_shown(asked.get(key))}"
                    yield Difference(text, name, "inspector")


def _calls(said: Any, intent: Intent) -> Iterator[Difference]:
    """Who may ask what of whom."""
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise UnreadableError("the policy has no list of calls")
    wanted = {(call.caller, call.provider): call for call in intent.model_calls}
    got: dict[tuple[Any, Any], dict[str, Any]] = {}
    for one in said:
        key = (one.get("caller"), one.get("provider"))
        if key in got:
            raise UnreadableError(f"the policy has two calls from {key[0]} to {key[1]}; which one holds is not said")
        got[key] = one
    for key, one in got.items():
        caller, provider = str(key[0]), str(key[1])
        if key not in wanted:
            yield Difference(f"the inspector lets {caller} call {provider}: no flow allows it", caller, provider)
        else:
            yield from _call(one, wanted[key])
    for key, call in wanted.items():
        if key not in got:
            text = f"the inspector does not let {call.caller} call {call.provider}"
            yield Difference(text, call.caller, call.provider, call.clause.id)


def _call(said: Mapping[str, Any], call: ModelCall) -> Iterator[Difference]:
    caller, provider, clause = call.caller, call.provider, call.clause.id
    for key, word in _LISTS.items():
        asked, got = set(getattr(call, key)), set(said.get(key) or ())
        for extra in sorted(got - asked):
            text = f"the inspector lets {caller} use {word} {extra} at {provider}: {clause} does not"
            yield Difference(text, caller, provider)
        for lost in sorted(asked - got):
            text = f"the inspector does not let {caller} use {word} {lost} at {provider}"
            yield Difference(text, caller, provider, clause)
    decisions = said.get("decisions")
    decisions = decisions if isinstance(decisions, dict) else {}
    for data_class, decision in call.said.items():
        if decisions.get(data_class) != decision.value:
            text = f"what {caller} sends to {provider} with {data_class} in it is {_shown(decisions.get(data_class))}"
            text += f", the specification says {decision.value}"
            yield Difference(text, caller, provider, clause)
    rest = {
        "clause": clause,
        "carries": call.carries,
        "expires": call.expires.isoformat() if call.expires else None,
        "restore": call.restore,
        "limits": {"requests_per_minute": call.requests_per_minute, "tokens_per_day": call.tokens_per_day},
    }
    for key, value in rest.items():
        if said.get(key) != value:
            text = f"the inspector takes {_shown(said.get(key))} for `{key}` of {caller}'s calls to {provider}"
            yield Difference(f"{text}, the specification says {_shown(value)}", caller, provider, clause)
    unknown = set(said) - {"caller", "provider", "decisions", *rest, *_LISTS}
    if unknown:
        raise UnreadableError(f"a call of the policy has keys that are not understood: {', '.join(sorted(unknown))}")


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, sort_keys=True)
