"""Endpoint policies: an endpoint with an open policy is a way out to any account's resources."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verify.handmade import ACCOUNT, ORGANIZATION, OTHER, allow, deny, document
from zt_ai.graph.model import Unknown
from zt_ai.verify.aws.endpoint_policy import (
    EndpointPolicyFindings,
    Excess,
    Expectation,
    ExpectedGrant,
    endpoint_policy_findings,
    layer_bucket_objects,
)
from zt_ai.verify.aws.grants import Home

READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
WRITER = f"arn:aws:iam::{ACCOUNT}:role/writer"
OBJECTS = "arn:aws:s3:::records/*"
EXPECTED = Expectation(
    Home(ACCOUNT, ORGANIZATION),
    "us-east-1",
    (
        ExpectedGrant((READER,), ("s3:GetObject",), (OBJECTS,)),
        ExpectedGrant((WRITER,), ("s3:GetObject", "s3:PutObject"), (OBJECTS,)),
    ),
)
OURS: dict[str, Any] = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}, "ArnEquals": {"aws:PrincipalArn": READER}}


def find(*statements: dict[str, Any], expected: Expectation = EXPECTED) -> EndpointPolicyFindings:
    return endpoint_policy_findings(document(*statements), expected)


def excesses(*statements: dict[str, Any], expected: Expectation = EXPECTED) -> set[Excess]:
    found = find(*statements, expected=expected)
    assert not found.reasons
    return {one.excess for one in found.findings}


def without(condition: dict[str, Any], operator: str) -> dict[str, Any]:
    return {key: one for key, one in condition.items() if key != operator}


class TestExpectedUse:
    """What the specification asks for passes, however it is written."""

    @pytest.mark.parametrize(
        "statement",
        [
            allow("*", "s3:GetObject", OBJECTS, **OURS),
            allow({"AWS": READER}, "s3:GetObject", OBJECTS, StringEquals={"aws:ResourceAccount": ACCOUNT}),
            allow({"AWS": [READER, WRITER]}, "s3:GetObject", OBJECTS, StringEquals={"aws:ResourceOrgID": ORGANIZATION}),
            allow("*", "s3:getobject", "arn:aws:s3:::records/a/*", **OURS),
        ],
    )
    def test_it_is_no_finding(self, statement: dict[str, Any]) -> None:
        assert find(statement) == EndpointPolicyFindings()

    def test_a_deny_can_tie_resources_to_the_account(self) -> None:
        statement = allow({"AWS": READER}, "s3:GetObject", OBJECTS)
        assert excesses(statement) == {Excess.RESOURCE}
        assert not excesses(statement, deny("*", "*", StringNotEquals={"aws:ResourceAccount": ACCOUNT}))

    def test_an_arn_that_names_the_account_needs_no_condition(self) -> None:
        secret = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:db-??????"
        expected = Expectation(
            EXPECTED.home, "us-east-1", (ExpectedGrant((READER,), ("secretsmanager:GetSecretValue",), (secret,)),)
        )
        assert not excesses(allow({"AWS": READER}, "secretsmanager:GetSecretValue", secret), expected=expected)

    def test_a_token_request_has_no_resource(self) -> None:
        expected = Expectation(
            EXPECTED.home, "us-east-1", (ExpectedGrant((READER,), ("ecr:GetAuthorizationToken",), ("*",), owned=False),)
        )
        statement = allow({"AWS": READER}, "ecr:GetAuthorizationToken", "*")
        assert not excesses(statement, expected=expected)
        owned = Expectation(
            EXPECTED.home, "us-east-1", (ExpectedGrant((READER,), ("ecr:GetAuthorizationToken",), ("*",)),)
        )
        assert excesses(statement, expected=owned) == {Excess.RESOURCE}


class TestTooMuch:
    """Each protection taken away is a finding."""

    def test_no_policy_is_the_open_one(self) -> None:
        (finding,) = endpoint_policy_findings(None, EXPECTED).findings
        assert finding.excess is Excess.PRINCIPAL

    @pytest.mark.parametrize(
        ("statement", "excess"),
        [
            (allow("*", "*", "*"), Excess.PRINCIPAL),
            (allow("*", "s3:GetObject", OBJECTS, **without(OURS, "ArnEquals")), Excess.PRINCIPAL),
            (allow("*", "s3:GetObject", OBJECTS, **without(OURS, "StringEquals")), Excess.RESOURCE),
            (allow("*", "s3:PutObject", OBJECTS, **OURS), Excess.ACTION),
            (allow("*", "s3:*", OBJECTS, **OURS), Excess.ACTION),
            (allow("*", "s3:GetObject", "*", **OURS), Excess.RESOURCE),
            (allow("*", "s3:GetObject", "arn:aws:s3:::*/*", **OURS), Excess.RESOURCE),
            (allow("*", "s3:GetObject", "arn:aws:s3:::records*", **OURS), Excess.RESOURCE),
            (allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "s3:GetObject", OBJECTS), Excess.PRINCIPAL),
            (allow({"AWS": ACCOUNT}, "s3:GetObject", OBJECTS), Excess.PRINCIPAL),
            (allow({"AWS": f"arn:aws:iam::{OTHER}:role/reader"}, "s3:GetObject", OBJECTS), Excess.PRINCIPAL),
            (
                allow("*", "s3:GetObject", OBJECTS, ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}),
                Excess.PRINCIPAL,
            ),
            (allow("*", "s3:GetObject", OBJECTS, ArnEqualsIfExists={"aws:PrincipalArn": READER}), Excess.PRINCIPAL),
            (
                allow({"AWS": READER}, "s3:GetObject", OBJECTS, StringEquals={"aws:ResourceAccount": [ACCOUNT, OTHER]}),
                Excess.RESOURCE,
            ),
            (
                allow(
                    {"AWS": READER}, "s3:GetObject", OBJECTS, StringEqualsIfExists={"aws:ResourceOrgID": ORGANIZATION}
                ),
                Excess.RESOURCE,
            ),
            ({**allow({"AWS": READER}, "x", OBJECTS), "NotAction": "s3:DeleteObject"}, Excess.ACTION),
        ],
    )
    def test_it_is_found(self, statement: dict[str, Any], excess: Excess) -> None:
        if "NotAction" in statement:
            statement = {key: one for key, one in statement.items() if key != "Action"}
        assert excess in excesses(statement)

    def test_a_resource_is_found_for_the_role_that_may_not_touch_it(self) -> None:
        statement = allow(
            {"AWS": [READER, WRITER]}, "s3:PutObject", OBJECTS, StringEquals={"aws:ResourceAccount": ACCOUNT}
        )
        (finding,) = find(statement).findings
        assert (finding.principal, finding.excess) == (READER, Excess.ACTION)

    def test_a_caller_named_twice_is_the_narrower_of_the_two(self) -> None:
        statement = allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "s3:GetObject", OBJECTS, **OURS)
        assert not excesses(statement)

    def test_a_policy_known_only_later_is_a_reason(self) -> None:
        found = endpoint_policy_findings(Unknown(), EXPECTED)
        assert found.reasons
        assert not found.findings


class TestKeysByAlias:
    """Key ids are chosen by AWS, so a key is named by its alias."""

    KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/*"
    EXPECTED = Expectation(
        Home(ACCOUNT), "us-east-1", (ExpectedGrant((READER,), ("kms:Decrypt",), (KEY,), aliases=("alias/records",)),)
    )

    @pytest.mark.parametrize(
        ("condition", "fine"),
        [
            ({"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/records"}}, True),
            ({"ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/records", "alias/other"]}}, False),
            ({"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/*"}}, False),
            (
                {"ForAllValues:StringEquals": {"kms:ResourceAliases": "alias/records"}},
                False,
            ),  # true for keys without any alias
            ({}, False),
        ],
    )
    def test_the_alias_must_be_demanded(self, condition: dict[str, Any], fine: bool) -> None:
        found = excesses(allow({"AWS": READER}, "kms:Decrypt", self.KEY, **condition), expected=self.EXPECTED)
        assert found == (set() if fine else {Excess.RESOURCE})


class TestImageLayers:
    """Amazon ECR keeps layers in a bucket of AWS's own, and signs the reads itself."""

    PULLING = Expectation(Home(ACCOUNT), "us-east-1", (), image_layers=True)

    def test_reading_them_is_admitted_for_anyone(self) -> None:
        assert not excesses(allow("*", "s3:GetObject", layer_bucket_objects("us-east-1")), expected=self.PULLING)

    @pytest.mark.parametrize(
        "statement",
        [
            allow("*", "s3:PutObject", layer_bucket_objects("us-east-1")),
            allow("*", "s3:*", layer_bucket_objects("us-east-1")),
            allow("*", "s3:GetObject", layer_bucket_objects("eu-west-1")),
            allow("*", "s3:GetObject", "arn:aws:s3:::prod-us-east-1-starport-layer-bucket*"),
            allow("*", "s3:GetObject", "arn:aws:s3:::*"),
        ],
    )
    def test_nothing_else_is(self, statement: dict[str, Any]) -> None:
        assert excesses(statement, expected=self.PULLING) == {Excess.PRINCIPAL}

    def test_where_no_image_is_pulled_not_even_that(self) -> None:
        assert excesses(allow("*", "s3:GetObject", layer_bucket_objects("us-east-1"))) == {Excess.PRINCIPAL}
