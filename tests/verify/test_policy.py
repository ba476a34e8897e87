"""Policy documents: what is readable, and who is let in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.verify.handmade import ACCOUNT, ORGANIZATION, OTHER, allow, deny, document
from zt_ai.graph.model import Ref, Secret, Unknown
from zt_ai.verify.aws.grants import Home, account_of, grants, outsiders
from zt_ai.verify.aws.policy import Policy, Unreadable, read_policy

HOME = Home(ACCOUNT, ORGANIZATION)
OWN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
OTHER_ROLE = f"arn:aws:iam::{OTHER}:role/reader"
SERVICE = {"Service": "delivery.logs.amazonaws.com"}


def read(*statements: dict[str, Any]) -> Policy:
    policy = read_policy(document(*statements))
    assert isinstance(policy, Policy), policy
    return policy


def let_in(*statements: dict[str, Any]) -> tuple[str, ...]:
    return outsiders(read(*statements), HOME)


class TestReading:
    """A document is read whole or not at all."""

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("{", "not JSON"),
            ("[]", "not an object"),
            ("{}", "no statements"),
            ('{"Statement": []}', "no statements"),
            ('{"Statement": [{"Effect": "allow", "Action": "*"}]}', "effect"),
            ('{"Statement": [{"Effect": "Allow"}]}', "no action"),
            ('{"Statement": [{"Effect": "Allow", "Action": []}]}', "empty"),
            ('{"Statement": [{"Effect": "Allow", "Action": "*", "NotAction": "*"}]}', "both"),
            ('{"Statement": [{"Effect": "Allow", "Action": "*", "Actions": "*"}]}', "unknown element"),
            ('{"Statement": [{"Effect": "Deny", "Effect": "Allow", "Action": "*"}]}', "twice"),
            ('{"Statement": [{"Effect": "Allow", "Action": {"a": 1}}]}', "not text"),
            ('{"Statement": [{"Effect": "Allow", "Action": "*", "Principal": {"Aws": "*"}}]}', "unknown element"),
        ],
    )
    def test_a_malformed_document_has_a_reason(self, text: str, reason: str) -> None:
        found = read_policy(text)
        assert isinstance(found, Unreadable)
        assert reason in found.reason

    @pytest.mark.parametrize(
        "value",
        [
            Unknown(),
            Ref("urn:a"),
            Secret(None),
            {"Statement": {"Effect": "Allow", "Action": "*", "Resource": Ref("urn:a")}},
            {"Statement": ({"Effect": "Allow", "Action": "*", "Resource": (Unknown(),)},)},
        ],
    )
    def test_a_document_known_only_later_is_unreadable(self, value: Any) -> None:
        found = read_policy(value)
        assert isinstance(found, Unreadable)
        assert "after the deployment" in found.reason

    def test_text_parsed_and_secret_documents_read_the_same(self) -> None:
        statement = allow("*", ["s3:GetObject", "s3:PutObject"], Bool={"aws:SecureTransport": True})
        text = document(statement)
        parsed = {"Statement": ({**statement, "Action": tuple(statement["Action"])},)}
        assert read_policy(text) == read_policy(parsed) == read_policy(Secret(text))

    def test_one_statement_needs_no_list_and_actions_have_no_case(self) -> None:
        policy = read_policy(json.dumps({"Statement": allow("*", "S3:getOBJECT")}))
        assert isinstance(policy, Policy)
        assert policy.statements[0].actions.patterns == ("s3:getobject",)


class TestAccounts:
    """The account in an ARN, only where nothing else can stand there."""

    @pytest.mark.parametrize(
        ("arn", "account"),
        [
            (OWN_ROLE, ACCOUNT),
            (f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/t", ACCOUNT),
            (f"arn:aws:iam::{ACCOUNT}:*", ACCOUNT),
            ("arn:aws:iam::*:role/reader", None),
            (f"arn:aws:iam::{ACCOUNT[:6]}*:role/reader", None),
            (f"arn:aws:i*:{ACCOUNT}:role/x", None),
            (
                f"arn:aws:i*::{ACCOUNT}:role/x",
                None,
            ),  # the star may run across the colons and end in somebody's role name
            ("*", None),
            (ACCOUNT, None),
        ],
    )
    def test_account_of(self, arn: str, account: str | None) -> None:
        assert account_of(arn) == account


class TestOutsiders:
    """Who outside the account and organisation is let in by a bucket's or key's policy."""

    @pytest.mark.parametrize(
        "principal",
        [{"AWS": ACCOUNT}, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {"AWS": OWN_ROLE}, {"AWS": [OWN_ROLE, ACCOUNT]}],
    )
    def test_the_account_itself_is_inside(self, principal: Any) -> None:
        assert let_in(allow(principal)) == ()

    @pytest.mark.parametrize(
        "principal",
        [
            "*",
            {"AWS": "*"},
            {"AWS": OTHER},
            {"AWS": OTHER_ROLE},
            {"AWS": [OWN_ROLE, OTHER_ROLE]},
            {"AWS": "AIDACKCEVSQ6C2EXAMPLE"},
            {"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"},
            {"Federated": "accounts.google.com"},
            {"Federated": f"arn:aws:iam::{OTHER}:saml-provider/x"},
        ],
    )
    def test_anybody_else_is_outside(self, principal: Any) -> None:
        assert len(let_in(allow(principal))) == 1

    def test_everybody_but_somebody_is_everybody(self) -> None:
        statement = allow("*")
        del statement["Principal"]
        assert let_in({**statement, "NotPrincipal": {"AWS": OTHER}})

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},
            {"StringEquals": {"aws:principalaccount": [ACCOUNT]}},  # keys have no case
            {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
            {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/app-*"}},
            {"ArnLike": {"aws:PrincipalArn": [OWN_ROLE, f"arn:aws:iam::{ACCOUNT}:user/*"]}},
            {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{ORGANIZATION}/r-ab12/*"}},
            {"StringEquals": {"kms:CallerAccount": ACCOUNT}},
            {"StringEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}, "Null": {"aws:PrincipalOrgID": "false"}},
        ],
    )
    def test_a_condition_can_keep_everybody_inside(self, condition: dict[str, Any]) -> None:
        assert let_in(allow("*", **condition)) == ()

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, OTHER]}},
            {"StringEquals": {"aws:PrincipalOrgID": "o-anotherorgan"}},
            {
                "StringEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}
            },  # absent for callers outside any organisation
            {"ForAllValues:StringEquals": {"aws:PrincipalAccount": ACCOUNT}},  # true where the key is missing
            {"StringNotEquals": {"aws:PrincipalAccount": OTHER}},
            {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}},
            {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
            {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
            {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
            {"Bool": {"aws:SecureTransport": "true"}},
            {"StringSomething": {"aws:PrincipalAccount": ACCOUNT}},  # not understood, so it narrows nothing
        ],
    )
    def test_other_conditions_do_not(self, condition: dict[str, Any]) -> None:
        assert let_in(allow("*", **condition))

    def test_two_conditions_on_one_key_must_both_hold(self) -> None:
        both = {
            "StringEquals": {"aws:PrincipalAccount": [ACCOUNT, OTHER]},
            "StringLike": {"aws:PrincipalAccount": ACCOUNT},
        }
        assert let_in(allow("*", **both)) == ()

    def test_without_an_organisation_its_id_means_nothing(self) -> None:
        policy = read(allow("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}))
        assert outsiders(policy, Home(ACCOUNT))
        assert not outsiders(policy, HOME)


class TestServices:
    """AWS services act for any account unless told for whom [IAM User Guide, "The confused deputy problem"]."""

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:{'us-east-1'}:{ACCOUNT}:*"}},
            {"StringEquals": {"aws:SourceOrgID": ORGANIZATION}},
            {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"}},
            {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:x"}},
        ],
    )
    def test_a_bound_service_is_inside(self, condition: dict[str, Any]) -> None:
        assert let_in(allow(SERVICE, **condition)) == ()

    @pytest.mark.parametrize(
        "condition",
        [
            {},
            {"StringEquals": {"aws:SourceAccount": OTHER}},
            {"ArnLike": {"aws:SourceArn": "arn:aws:logs:*:*:*"}},
            {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}},
            {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}},  # says nothing about for whom the service acts
        ],
    )
    def test_an_unbound_service_is_not(self, condition: dict[str, Any]) -> None:
        (sentence,) = let_in(allow(SERVICE, **condition))
        assert "on behalf of any account" in sentence


class TestDenies:
    """A Deny counts only as far as it is certain."""

    OPEN = allow("*", "s3:GetObject")

    @pytest.mark.parametrize(
        "block",
        [
            deny("*", "s3:*"),
            deny("*", "s3:*", StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION}),
            deny("*", "s3:*", StringNotEqualsIfExists={"aws:PrincipalAccount": ACCOUNT}),
            deny(
                "*",
                "s3:*",
                StringNotEqualsIfExists={"aws:PrincipalOrgID": ORGANIZATION},
                BoolIfExists={"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
            ),
            {**deny("*"), "NotAction": "kms:*", "Action": None},
        ],
    )
    def test_it_can_shut_outsiders_out(self, block: dict[str, Any]) -> None:
        block = {key: one for key, one in block.items() if one is not None}
        assert let_in(self.OPEN, block) == ()

    @pytest.mark.parametrize(
        "block",
        [
            deny("*", "s3:PutObject"),  # another action
            deny("*", "s3:*", "arn:aws:s3:::other/*"),  # another resource
            deny({"AWS": OTHER}, "s3:*"),  # one outsider of many
            deny("*", "s3:*", StringNotEquals={"aws:PrincipalOrgID": [ORGANIZATION, "o-anotherorgan"]}),
            deny("*", "s3:*", Bool={"aws:SecureTransport": "false"}),
            deny("*", "s3:*", StringEquals={"aws:PrincipalAccount": OTHER}),
            deny("*", "s3:*", StringSomething={"aws:PrincipalOrgID": ORGANIZATION}),
            deny(
                "*",
                "s3:*",
                StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION, "aws:PrincipalAccount": OTHER},
            ),  # denied only where both fail, so OTHER still comes in
            {**deny("*"), "NotAction": "s3:Get*", "Action": None},
        ],
    )
    def test_it_can_miss(self, block: dict[str, Any]) -> None:
        block = {key: one for key, one in block.items() if one is not None}
        assert let_in(self.OPEN, block)

    def test_an_exception_for_services_lets_services_through(self) -> None:
        block = deny(
            "*", StringNotEquals={"aws:PrincipalOrgID": ORGANIZATION}, Bool={"aws:PrincipalIsAWSService": "false"}
        )
        assert let_in(allow(SERVICE), block)
        assert not let_in(allow("*"), block)

    def test_a_deny_with_a_variable_never_bites(self) -> None:
        assert let_in(self.OPEN, deny("*", "s3:*", "arn:aws:s3:::${aws:username}/*"))


def test_grants_are_the_product_of_actions_and_resources_minus_the_denied() -> None:
    policy = read(allow({"AWS": OWN_ROLE}, ["s3:A", "s3:B"], ["arn:1", "arn:2"]), deny("*", "s3:a", "arn:1"))
    assert {(one.action, one.resource) for one in grants(policy)} == {
        ("s3:a", "arn:2"),
        ("s3:b", "arn:1"),
        ("s3:b", "arn:2"),
    }


def test_everything_but_some_actions_is_read_as_every_action() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "NotAction": "iam:*", "NotResource": "arn:x"}
    (one,) = grants(read(statement))
    assert (one.action, one.resource) == ("*", "*")
