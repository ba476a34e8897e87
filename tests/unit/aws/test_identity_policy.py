"""Each workload has a role of its own that may do what its clauses say and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.aws.policy_checks import UNBOUND_TRUST, weaknesses, widenings
from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.identity_policy import (
    EXECUTION_ROLE,
    MAX_INLINE_CHARACTERS,
    PolicySizeError,
    acting_role,
    identities,
    trust_policy,
)
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.load import load

EXAMPLES = Path(__file__).parents[3] / "examples"
ACCOUNT = "123456789012"
SCOPE = Scope("clinic", ACCOUNT, "us-east-1")
ON = date(2026, 11, 23)


@pytest.fixture(scope="module", params=["minimal", "clinic"])
def intent(request: pytest.FixtureRequest) -> Intent:
    return derive(load(EXAMPLES / request.param / "zones.yaml", on=ON), on=ON)


@pytest.fixture(scope="module")
def clinic() -> Intent:
    return derive(load(EXAMPLES / "clinic" / "zones.yaml", on=ON), on=ON)


def statements(policy: str | None) -> list[dict[str, Any]]:
    assert policy is not None
    return json.loads(policy)["Statement"]  # type: ignore[no-any-return]


def test_every_workload_and_agent_has_one_role(intent: Intent) -> None:
    made = identities(SCOPE, intent)
    assert set(intent.workloads) <= set(made)
    assert set(made) - set(intent.workloads) <= {EXECUTION_ROLE}
    assert len({identity.role_name for identity in made.values()}) == len(made)
    assert all(len(identity.role_name) <= 64 for identity in made.values())


def test_a_workload_without_a_clause_to_a_service_has_a_role_without_a_policy(intent: Intent) -> None:
    calling = {acting_role(a) for a in intent.accesses if a.destination_party is Party.SERVICE}
    for key, identity in identities(SCOPE, intent).items():
        assert (identity.policy is None) == (key not in calling), key


def test_policies_and_trusts_are_narrow_and_every_widening_of_one_is_found(intent: Intent) -> None:
    documents = [d for i in identities(SCOPE, intent).values() for d in (i.trust, i.policy) if d is not None]
    assert documents
    for text in documents:
        assert weaknesses(text, ACCOUNT) == []
        wider = widenings(text)
        assert wider
        for what, document in wider.items():
            assert weaknesses(document, ACCOUNT), what


def test_documents_are_known_and_canonical(intent: Intent) -> None:
    for identity in identities(SCOPE, intent).values():
        for text in filter(None, (identity.trust, identity.policy)):
            assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert identities(SCOPE, intent) == identities(SCOPE, intent)


def test_taking_a_flow_away_takes_its_rights_away_and_no_others(clinic: Intent) -> None:
    gone = next(
        a for a in clinic.accesses if a.destination_party is Party.SERVICE and not a.clause.id.startswith("implied")
    )
    rest = replace(clinic, accesses=tuple(a for a in clinic.accesses if a is not gone))
    before, after = identities(SCOPE, clinic), identities(SCOPE, rest)
    changed = {key for key in before if before[key] != after.get(key)}
    assert changed == {acting_role(gone)}
    left = after[acting_role(gone)].policy
    kept = statements(left) if left else []
    assert all(entry in statements(before[acting_role(gone)].policy) for entry in kept)
    assert len(kept) < len(statements(before[acting_role(gone)].policy))


def test_what_the_proxy_needs_to_start_is_not_in_the_hands_of_the_container(clinic: Intent) -> None:
    made = identities(SCOPE, clinic)
    start = {action for entry in statements(made[EXECUTION_ROLE].policy) for action in entry["Action"]}
    assert {"ecr:GetAuthorizationToken", "secretsmanager:GetSecretValue", "logs:PutLogEvents"} <= start
    running = made["egress-proxy"].policy
    assert running is None or not {action for entry in statements(running) for action in entry["Action"]} & start


def test_two_clauses_for_the_same_thing_give_one_statement(clinic: Intent) -> None:
    access = next(a for a in clinic.accesses if a.destination_party is Party.SERVICE)
    twin = replace(access, clause=replace(access.clause, id="flow:zz-twin"))
    doubled = replace(clinic, accesses=(*clinic.accesses, twin))
    key = acting_role(access)
    before, after = identities(SCOPE, clinic)[key], identities(SCOPE, doubled)[key]
    assert before.policy == after.policy
    assert "flow:zz-twin" in after.clauses


def test_a_policy_over_the_quota_names_the_flows(clinic: Intent) -> None:
    access = next(a for a in clinic.accesses if a.destination in clinic.services)
    many = tuple(f"bucket-with-a-rather-long-name-{n:04d}" for n in range(MAX_INLINE_CHARACTERS // 40))
    services = {**clinic.services, access.destination: replace(clinic.services[access.destination], resources=many)}
    with pytest.raises(PolicySizeError, match=access.clause.id):
        identities(SCOPE, replace(clinic, services=services))


def test_a_workload_may_not_take_the_name_of_the_execution_role(clinic: Intent) -> None:
    workload = replace(clinic.workloads["intake"], name=EXECUTION_ROLE)
    with pytest.raises(ValueError, match="rename the workload"):
        identities(SCOPE, replace(clinic, workloads={**clinic.workloads, EXECUTION_ROLE: workload}))


BINDING = ["ecs-tasks.amazonaws.com", "eks-fargate-pods.amazonaws.com", "pods.eks.amazonaws.com"]


@pytest.mark.parametrize("principal", BINDING)
def test_services_that_say_for_whom_they_act_are_held_to_this_account(principal: str) -> None:
    text = trust_policy(SCOPE, principal)
    assert weaknesses(text, ACCOUNT) == []
    wider = widenings(text)
    assert {"Assume-no-condition", "Assume-other-account"} <= set(wider)
    for what, document in wider.items():
        assert weaknesses(document, ACCOUNT), what


@pytest.mark.parametrize("principal", UNBOUND_TRUST)
def test_a_service_that_sends_no_source_gets_no_condition_that_would_lock_it_out(principal: str) -> None:
    (entry,) = statements(trust_policy(SCOPE, principal))
    assert "Condition" not in entry
    assert entry["Principal"] == {"Service": principal}
