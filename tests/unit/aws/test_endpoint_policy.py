"""Policies of VPC endpoints. Proved here: what the documents say. `zt_ai.verify` judges what AWS makes of them."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.aws.plans import SCOPE, changed, example, lab, understood
from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.endpoint_policy import MAX_CHARACTERS, endpoint_plans

ORGANISATION = "o-a1b2c3d4e5"
CLINIC = Scope("clinic", "111122223333", "us-east-1")


def statements(data: dict[str, Any], organization: str | None = None) -> dict[str, list[dict[str, Any]]]:
    _, intent = understood(data)
    plans = endpoint_plans(intent, CLINIC, organization)
    return {service: json.loads(plan.policy)["Statement"] for service, plan in plans.items()}


def test_every_statement_names_caller_actions_and_resources() -> None:
    said = [s for found in statements(example("clinic")).values() for s in found if s["Sid"] != "ImageLayers"]
    assert len(said) > 8
    for statement in said:
        assert statement["Effect"] == "Allow"
        assert statement["Condition"]["StringEquals"]["aws:PrincipalArn"].startswith("arn:aws:iam::111122223333:role/")
        assert not any(action.endswith("*") for action in statement["Action"])
        assert statement["Resource"] != ["*"] or statement["Action"] == ["ecr:GetAuthorizationToken"]


def test_resources_of_the_account_are_bound_to_it_and_models_of_aws_are_not() -> None:
    said = statements(example("clinic"))
    assert all(s["Condition"]["StringEquals"]["aws:ResourceAccount"] == "111122223333" for s in said["secretsmanager"])
    assert all("aws:ResourceAccount" not in s["Condition"]["StringEquals"] for s in said["bedrock-runtime"])


def test_with_an_organisation_callers_and_owned_resources_must_be_in_it() -> None:
    for statement in statements(example("clinic"), ORGANISATION)["secretsmanager"]:
        equals = statement["Condition"]["StringEquals"]
        assert (equals["aws:PrincipalOrgID"], equals["aws:ResourceOrgID"]) == (ORGANISATION, ORGANISATION)
    for statement in statements(example("clinic"))["secretsmanager"]:
        assert "aws:PrincipalOrgID" not in statement["Condition"]["StringEquals"]


def test_keys_are_named_by_their_aliases() -> None:
    for statement in statements(example("clinic"))["kms"]:
        aliases = statement["Condition"]["ForAnyValue:StringEquals"]["kms:ResourceAliases"]
        assert all(alias.startswith("alias/") for alias in aliases)


def test_reading_and_writing_are_told_apart_by_role() -> None:
    by_role: dict[str, set[str]] = {}
    for statement in statements(example("clinic"))["s3"]:
        role = statement.get("Condition", {}).get("StringEquals", {}).get("aws:PrincipalArn", "anyone")
        by_role.setdefault(role.rpartition("/")[2], set()).update(statement["Action"])
    assert "s3:PutObject" in by_role["clinic-deidentifier"]
    assert "s3:GetObject" not in by_role["clinic-deidentifier"]
    assert "s3:PutObject" not in by_role["clinic-cohort-tools"]
    assert by_role["anyone"] == {"s3:GetObject"}  # image layers


def test_what_ecs_fetches_for_the_proxy_is_asked_by_the_execution_role() -> None:
    said = statements(example("minimal"))
    for service in ("ecr.api", "ecr.dkr", "logs", "secretsmanager"):
        roles = {s["Condition"]["StringEquals"]["aws:PrincipalArn"].rpartition("/")[2] for s in said[service]}
        assert roles == {"clinic-egress-proxy-execution"}


def test_the_order_of_flows_does_not_change_a_policy() -> None:
    data = example("clinic")
    turned = changed(data, "flows", to=dict(reversed(data["flows"].items())))
    assert statements(data) == statements(turned)


def test_without_services_there_are_no_endpoints() -> None:
    assert endpoint_plans(understood(lab())[1], SCOPE) == {}


def test_statement_ids_are_unique_and_policies_fit() -> None:
    _, intent = understood(example("clinic"))
    for plan in endpoint_plans(intent, CLINIC, ORGANISATION).values():
        found = json.loads(plan.policy)["Statement"]
        assert len({s["Sid"] for s in found}) == len(found)
        assert len(plan.policy) < MAX_CHARACTERS
        assert plan.clauses
