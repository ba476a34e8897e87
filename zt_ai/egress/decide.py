"""The decision about one request: a pure function of what was agreed, what was found, and the day.

Rules are looked at in this order, and the first that refuses has the word:

1. `flow-expired` – the flow's last day is over.
2. what kept the request from being read for certain, under its own id (`duplicate-key`, `budget-exhausted` …).
3. `hosted-tool-unlisted` – a tool that the provider would run itself and that the specification does not list.
4. `secret-blocked` – a secret, where secrets are blocked.
5. `phi-not-carried`, `phi-without-baa`, `phi-blocked` – an identifier of the highest class that may not pass.
6. `media-unscannable` – contents that no detector can read, where an identifier in them might not pass.
7. `cannot-redact` – something has to be replaced and cannot be.

Then `phi-redacted` or `secret-redacted` if something has to be replaced, else `allowed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zt_ai.egress.model import Action, Verdict
from zt_ai.egress.policy.model import CallPolicy, Policy, ProviderPolicy
from zt_ai.spec.types import Decision

_FORBIDDEN = 403
_UNREADABLE = 400


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one request."""

    identifiers: int = 0
    """How many identifiers of the highest class were found."""
    secrets: int = 0
    """How many passwords, keys and tokens were found."""
    media: bool = False
    """Whether a part of the request cannot be scanned."""
    problem: str | None = None
    """Rule that kept the request from being read for certain."""
    redactable: bool = True
    """Whether everything that was found can be replaced without breaking what is around it."""
    hosted_tools: tuple[str, ...] = ()
    """Tools that the provider would run, by the type its API gives them."""
    signed: bool = False
    """The body is under the caller's own AWS Signature Version 4, which any change would break."""

    def __post_init__(self) -> None:
        if self.identifiers < 0 or self.secrets < 0:
            raise ValueError("a request cannot hold a negative number of findings")


@dataclass(frozen=True, slots=True)
class Clearance:
    """What holds for the highest data class on one flow and one day, and the rule that says so."""

    decision: Decision
    rule: str


# Status and sentence of everything that keeps a request from being read. 4xx: the caller can act; 503: the proxy cannot
# decide. An id that is not listed gets the last resort below, which refuses too.
_PROBLEMS: dict[str, tuple[int, str]] = {
    "body-malformed": (400, "the request body is not valid for its content type; send one well-formed document"),
    "budget-exhausted": (413, "the request is nested or compressed too deeply to be inspected; send it plainly"),
    "duplicate-key": (400, "an object in the request has the same key twice; write each key once"),
    "encoding-broken": (400, "the request's content or character encoding is broken; send UTF-8, plain or gzip"),
    "encoding-unknown": (415, "the request's content encoding cannot be undone; send it plain or as gzip"),
    "reader-failed": (503, "the proxy could not inspect the request; try again later"),
}
_FAILURES = ("-failed", "-timeout", "-unavailable")


def clearance(call: CallPolicy, provider: ProviderPolicy, policy: Policy, on: date) -> Clearance:
    """What happens to an identifier of the highest class on this flow on a day, in requests and in answers.

    `allow` needs all three: the specification says so, the flow carries the class, and the agreement is in force. An
    `allow` that one of the others bars is a block. A class about which nothing is said is blocked.
    """
    said = call.decisions.get(policy.highest)
    if said is Decision.REDACT:
        return Clearance(Decision.REDACT, "phi-redacted")
    if said is not Decision.ALLOW:
        return Clearance(Decision.BLOCK, "phi-blocked" if call.carries == policy.highest else "phi-not-carried")
    if call.carries != policy.highest:
        return Clearance(Decision.BLOCK, "phi-not-carried")
    if not provider.agreement_in_force(on):
        return Clearance(Decision.BLOCK, "phi-without-baa")
    return Clearance(Decision.ALLOW, "allowed")


def decide(call: CallPolicy, provider: ProviderPolicy, policy: Policy, facts: Facts, on: date) -> Verdict:
    """Allow, redact or refuse one request. The order of the rules is that of the module's docstring."""
    cleared = clearance(call, provider, policy, on)
    return (
        _expired(call, on)
        or _unreadable(facts)
        or _tools(provider, facts)
        or _secrets(policy, facts)
        or _identifiers(call, policy, facts, cleared)
        or _media(call, policy, facts, cleared)
        or _replacing(policy, facts, cleared)
    )


def _refuse(rule: str, message: str, status: int = _FORBIDDEN) -> Verdict:
    return Verdict(Action.REFUSE, rule, status, message)


def _expired(call: CallPolicy, on: date) -> Verdict | None:
    if call.expires is None or on <= call.expires:
        return None
    return _refuse(
        "flow-expired",
        f"{call.clause} expired on {call.expires.isoformat()}; have it renewed in the specification",
    )


def _unreadable(facts: Facts) -> Verdict | None:
    if facts.problem is None:
        return None
    if facts.problem in _PROBLEMS:
        status, message = _PROBLEMS[facts.problem]
    elif facts.problem.endswith(_FAILURES):
        status, message = _PROBLEMS["reader-failed"]
    else:
        status, message = _UNREADABLE, "the request cannot be read for certain; see the rule"
    return _refuse(facts.problem, message, status)


def _tools(provider: ProviderPolicy, facts: Facts) -> Verdict | None:
    # Names come from the request: they are not repeated in the message.
    if all(tool in provider.hosted_tools for tool in facts.hosted_tools):
        return None
    listed = ", ".join(provider.hosted_tools) or "none"
    return _refuse(
        "hosted-tool-unlisted",
        f"the request asks for a tool that the provider runs itself and that is not listed (listed: {listed}); "
        "leave it out or list it under hosted_tools",
    )


def _secrets(policy: Policy, facts: Facts) -> Verdict | None:
    if not facts.secrets or policy.secrets is Decision.REDACT:
        return None
    return _refuse("secret-blocked", "the request contains a password, key or token; take it out of the text")


def _identifiers(call: CallPolicy, policy: Policy, facts: Facts, cleared: Clearance) -> Verdict | None:
    if not facts.identifiers or cleared.decision is not Decision.BLOCK:
        return None
    why = {
        "phi-without-baa": "which this provider may not receive without an agreement in force; "
        "remove them or use a provider with one",
        "phi-not-carried": f"which {call.clause} does not carry (it carries {call.carries}); remove them",
    }.get(cleared.rule, f"which {call.clause} blocks; remove them")
    return _refuse(cleared.rule, f"the request contains identifiers of class {policy.highest}, {why}")


def _media(call: CallPolicy, policy: Policy, facts: Facts, cleared: Clearance) -> Verdict | None:
    if not facts.media or cleared.decision is Decision.ALLOW:
        return None
    return _refuse(
        "media-unscannable",
        "the request contains images, audio, documents or references that cannot be inspected, and "
        f"{call.clause} does not let {policy.highest} through on this day; send text",
    )


def _replacing(policy: Policy, facts: Facts, cleared: Clearance) -> Verdict:
    identifiers = facts.identifiers > 0 and cleared.decision is Decision.REDACT
    secrets = facts.secrets > 0
    if not identifiers and not secrets:
        return Verdict(Action.ALLOW, "allowed")
    what = f"identifiers of class {policy.highest}" if identifiers else "a password, key or token"
    if facts.signed:
        return _refuse(
            "cannot-redact",
            f"the request contains {what}, and its signature does not let them be replaced; remove them",
        )
    if not facts.redactable:
        return _refuse(
            "cannot-redact",
            f"the request contains {what} where nothing can be replaced (a header, the path or query, a key, or an "
            "encoded part); move them into a text or remove them",
        )
    return Verdict(Action.REDACT, "phi-redacted" if identifiers else "secret-redacted")
