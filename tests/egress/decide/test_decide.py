"""The decision about a request, for every combination of what it depends on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from zt_ai.egress.decide import Facts, clearance, decide
from zt_ai.egress.model import Action
from zt_ai.egress.policy import AgreementPolicy, CallPolicy, Policy, ProviderPolicy
from zt_ai.spec.types import Decision, DetectorSet, HttpMethod, ProviderApi, ProviderKind

DAY = date(2026, 3, 1)
CLASSES = ("public", "deidentified", "phi")
ALLOW, REDACT, BLOCK = Decision.ALLOW, Decision.REDACT, Decision.BLOCK
IN_FORCE = AgreementPolicy(reference="BAA-1", effective=DAY, expires=DAY)
OVER = AgreementPolicy(reference="BAA-1", effective=DAY - timedelta(9), expires=DAY - timedelta(1))
COMING = AgreementPolicy(reference="BAA-1", effective=DAY + timedelta(1), expires=DAY + timedelta(9))
AGREEMENTS = {"none": None, "in force": IN_FORCE, "over": OVER, "coming": COMING}
PROBLEMS = (None, "duplicate-key", "encoding-unknown", "budget-exhausted", "reader-failed")


def provider(agreement: AgreementPolicy | None = None) -> ProviderPolicy:
    return ProviderPolicy(
        api=ProviderApi.OPENAI,
        kind=ProviderKind.EXTERNAL,
        hosts=("api.example.com",),
        methods=(HttpMethod.POST,),
        hosted_tools=("web_search",),
        agreement=agreement,
    )


def call(said: Decision | None = ALLOW, carries: str = "phi", expires: date | None = None) -> CallPolicy:
    decisions = {"public": ALLOW, "deidentified": ALLOW} | ({"phi": said} if said else {})
    return CallPolicy(
        clause="flow:ask",
        caller="app",
        provider="models",
        models=("m",),
        paths=("/v1",),
        carries=carries,
        decisions=decisions,
        expires=expires,
    )


def policy(secrets: Decision = BLOCK) -> Policy:
    return Policy(
        name="clinic",
        trust_domain="clinic.internal",
        classes=CLASSES,
        providers={"models": provider()},
        callers={},
        calls=(),
        detectors=(DetectorSet.SAFE_HARBOR,),
        secrets=secrets,
        body_limit=1 << 20,
        responses=True,
        audit_days=1,
    )


SITUATIONS = tuple(
    product(
        (ALLOW, REDACT, BLOCK, None),  # what is said about the highest class
        CLASSES,  # what the flow carries
        (None, DAY, DAY - timedelta(1)),  # its last day
        AGREEMENTS,
        (BLOCK, REDACT),  # secrets
    )
)
FACTS = tuple(
    Facts(identifiers, secrets, media, problem, redactable, tools, signed)
    for identifiers, secrets, media, problem, redactable, tools, signed in product(
        (0, 1),
        (0, 1),
        (False, True),
        PROBLEMS,
        (True, False),
        ((), ("web_search",), ("code_interpreter",)),
        (False, True),
    )
)
PERMISSIVE = {Action.REFUSE: 0, Action.REDACT: 1, Action.ALLOW: 2}


def in_words(
    said: Decision | None, carries: str, expires: date | None, agreement: str, secrets: Decision, facts: Facts
) -> tuple[Action, set[str]]:
    """What the table of the specification says, written without looking at the order of rules.

    The rules are every one that has something against the request; which of them is named is for another test.
    """
    phi = said or BLOCK
    if phi is ALLOW and (carries != "phi" or agreement != "in force"):
        phi = BLOCK
    against = set()
    if expires is not None and expires < DAY:
        against.add("flow-expired")
    if facts.problem:
        against.add(facts.problem)
    if "code_interpreter" in facts.hosted_tools:
        against.add("hosted-tool-unlisted")
    if facts.secrets and secrets is BLOCK:
        against.add("secret-blocked")
    if facts.identifiers and phi is BLOCK:
        against |= {"phi-blocked", "phi-not-carried", "phi-without-baa"}
    if facts.media and phi is not ALLOW:
        against.add("media-unscannable")
    replace_something = (facts.identifiers and phi is REDACT) or (facts.secrets and secrets is REDACT)
    if replace_something and (facts.signed or not facts.redactable):
        against.add("cannot-redact")
    if against:
        return Action.REFUSE, against
    if replace_something:
        return Action.REDACT, {"phi-redacted", "secret-redacted"}
    return Action.ALLOW, {"allowed"}


def test_every_combination_is_decided_as_the_specification_says():
    wrong = []
    for said, carries, expires, agreement, secrets in SITUATIONS:
        a, p, s = call(said, carries, expires), provider(AGREEMENTS[agreement]), policy(secrets)
        for facts in FACTS:
            verdict = decide(a, p, s, facts, DAY)
            action, rules = in_words(said, carries, expires, agreement, secrets, facts)
            if verdict.action is not action or verdict.rule not in rules:
                wrong.append((said, carries, expires, agreement, secrets, facts, verdict))
    assert wrong == []
    assert len(SITUATIONS) * len(FACTS) == 288 * 480


def test_identifiers_never_pass_unchanged_without_an_agreement_in_force():
    for said, carries, expires, agreement, secrets in SITUATIONS:
        if agreement == "in force":
            continue
        for facts in FACTS:
            if facts.identifiers:
                verdict = decide(
                    call(said, carries, expires), provider(AGREEMENTS[agreement]), policy(secrets), facts, DAY
                )
                assert verdict.action is not Action.ALLOW


def more_found(facts: Facts) -> list[Facts]:
    worse = [replace(facts, identifiers=facts.identifiers + 1), replace(facts, secrets=facts.secrets + 1)]
    worse += [replace(facts, media=True), replace(facts, redactable=False), replace(facts, signed=True)]
    worse += [replace(facts, problem=facts.problem or "duplicate-key")]
    return [*worse, replace(facts, hosted_tools=(*facts.hosted_tools, "code_interpreter"))]


@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_finding_more_never_lets_more_through(agreement: str):
    p = provider(AGREEMENTS[agreement])
    for said, carries, secrets in product((ALLOW, REDACT, BLOCK), CLASSES, (BLOCK, REDACT)):
        a, s = call(said, carries), policy(secrets)
        for facts in FACTS:
            before = PERMISSIVE[decide(a, p, s, facts, DAY).action]
            for worse in more_found(facts):
                assert PERMISSIVE[decide(a, p, s, worse, DAY).action] <= before


def test_an_agreement_never_lets_less_through():
    for said, carries, expires, secrets in product((ALLOW, REDACT, BLOCK), CLASSES, (None, DAY), (BLOCK, REDACT)):
        a, s = call(said, carries, expires), policy(secrets)
        for facts in FACTS:
            without = PERMISSIVE[decide(a, provider(None), s, facts, DAY).action]
            assert PERMISSIVE[decide(a, provider(IN_FORCE), s, facts, DAY).action] >= without


@pytest.mark.parametrize(
    ("facts", "said", "rule", "status"),
    [
        (Facts(problem="duplicate-key", identifiers=1), ALLOW, "duplicate-key", 400),
        (Facts(problem="body-malformed"), ALLOW, "body-malformed", 400),
        (Facts(problem="encoding-broken"), ALLOW, "encoding-broken", 400),
        (Facts(problem="encoding-unknown"), ALLOW, "encoding-unknown", 415),
        (Facts(problem="budget-exhausted"), ALLOW, "budget-exhausted", 413),
        (Facts(problem="reader-failed"), ALLOW, "reader-failed", 503),
        (Facts(problem="names-timeout"), ALLOW, "names-timeout", 503),
        (Facts(problem="never-heard-of"), ALLOW, "never-heard-of", 400),
        (Facts(hosted_tools=("code_interpreter",), secrets=1), ALLOW, "hosted-tool-unlisted", 403),
        (Facts(secrets=1, identifiers=1), ALLOW, "secret-blocked", 403),
        (Facts(identifiers=1, media=True), ALLOW, "phi-without-baa", 403),
        (Facts(identifiers=1, media=True), BLOCK, "phi-blocked", 403),
        (Facts(media=True), ALLOW, "media-unscannable", 403),
        (Facts(media=True, identifiers=1), REDACT, "media-unscannable", 403),
        (Facts(identifiers=1, redactable=False), REDACT, "cannot-redact", 403),
        (Facts(identifiers=1, signed=True), REDACT, "cannot-redact", 403),
        (Facts(identifiers=1), REDACT, "phi-redacted", 200),
        (Facts(), BLOCK, "allowed", 200),
    ],
)
def test_the_first_rule_that_refuses_is_named_with_its_status(facts: Facts, said: Decision, rule: str, status: int):
    verdict = decide(call(said), provider(), policy(), facts, DAY)
    assert (verdict.rule, verdict.status) == (rule, status)
    assert bool(verdict.message) == (verdict.action is Action.REFUSE)


def test_a_flow_is_over_on_the_day_after_its_last():
    assert decide(call(expires=DAY), provider(), policy(), Facts(), DAY).action is Action.ALLOW
    assert decide(call(expires=DAY), provider(), policy(), Facts(), DAY + timedelta(1)).rule == "flow-expired"


@pytest.mark.parametrize(("on", "action"), [(0, Action.ALLOW), (1, Action.REFUSE), (-1, Action.REFUSE)])
def test_an_agreement_holds_on_its_first_and_last_day_only(on: int, action: Action):
    verdict = decide(call(), provider(IN_FORCE), policy(), Facts(identifiers=1), DAY + timedelta(on))
    assert verdict.action is action


def test_an_identifier_on_a_flow_that_carries_less_is_refused_even_with_an_agreement():
    verdict = decide(call(ALLOW, carries="deidentified"), provider(IN_FORCE), policy(), Facts(identifiers=1), DAY)
    assert verdict.rule == "phi-not-carried"
    assert clearance(call(None), provider(IN_FORCE), policy(), DAY).decision is BLOCK


def test_messages_repeat_nothing_that_the_request_said():
    facts = Facts(problem=None, hosted_tools=("123-45-6789",))
    assert "123-45-6789" not in decide(call(), provider(), policy(), facts, DAY).message


def test_a_request_cannot_hold_less_than_nothing():
    with pytest.raises(ValueError, match="negative"):
        Facts(identifiers=-1)
