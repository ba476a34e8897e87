"""The grammar of policy documents, as each kind of policy has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zt_ai.simulate.aws.policy import LARGEST, check_policy

ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
OPEN = {**ALLOW, "Principal": "*"}
ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
GOOD = {"identity": ALLOW, "endpoint": OPEN, "bucket": OPEN, "key": {**OPEN, "Resource": "*"}, "trust": ASSUME}


def document(*statements: Any, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_a_sound_policy_passes(kind: str) -> None:
    assert check_policy(document(GOOD[kind]), kind) == ()


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("identity", {"Effect": "Permit"}, "Effect must be Allow or Deny"),
        ("identity", {"Action": "s3GetObject"}, "not of the form service:Action"),
        ("identity", {"Action": "s33:GetObject"}, "no service 's33'"),
        ("identity", {"NotAction": "s3:*"}, "exactly one of Action and NotAction"),
        ("identity", {"Resource": "b/*"}, "not an ARN"),
        ("identity", {"Principal": "*"}, "has no Principal"),
        ("identity", {"Sid": "two words"}, "letters and digits only"),
        ("identity", {"Conditions": {}}, "did you mean 'Condition'"),
        ("identity", {"Condition": {"StringEqual": {"aws:x": "y"}}}, "did you mean 'StringEquals'"),
        ("identity", {"Condition": {"StringEquals": {"sourcevpc": "y"}}}, "prefix:name"),
        ("endpoint", {"Principal": {"Aws": "*"}}, "unknown kind of principal"),
        ("endpoint", {"Principal": {"AWS": "root"}}, "is not an account"),
        ("bucket", {"NotResource": "*"}, "exactly one of Resource and NotResource"),
        ("trust", {"Resource": "*"}, "a trust policy has no Resource"),
        ("trust", {"Principal": "*"}, "needs a Condition"),
        ("trust", {"Principal": {"Service": "ecs-tasks"}}, "is not a service"),
    ],
)
def test_a_change_that_breaks_it_is_named(kind: str, change: dict[str, Any], said: str) -> None:
    reasons = check_policy(document({**GOOD[kind], **change}), kind)
    assert any(said in reason and reason.startswith("MalformedPolicyDocument") for reason in reasons), reasons


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "a policy is a JSON object"),
        ('{"Statement": []}', "at least one"),
        ('{"Version": "2012", "Statement": [{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}', "Version must be"),
        ('{"Statement": 1, "Statement": 2}', "occurs twice"),
    ],
)
def test_what_is_no_policy_at_all(text: str, said: str) -> None:
    assert any(said in reason for reason in check_policy(text, "identity"))


@pytest.mark.parametrize("kind", sorted(LARGEST))
def test_size_limits(kind: str) -> None:
    base = GOOD.get(kind, OPEN)
    names = [f"s3:Get{'x' * 20}{number}" for number in range(LARGEST[kind] // 20)]
    assert any("LimitExceeded" in reason for reason in check_policy(document({**base, "Action": names}), kind))
    assert check_policy(document({**base, "Action": names[:9]}), kind) == ()


def test_the_servicer_refuses_a_bad_policy_and_takes_a_good_one(aws: Any) -> None:
    kind, bad = "iam/role:Role", document({**ASSUME, "Action": "stss:AssumeRole"})
    assert "no service 'stss'" in aws.problems(kind, {"assumeRolePolicy": bad})["assumeRolePolicy"]
    assert aws.problems(kind, {"assumeRolePolicy": document(ASSUME)}) == {}
