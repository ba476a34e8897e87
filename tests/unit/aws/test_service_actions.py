"""The table of actions agrees with AWS's own reference, and the narrow access stays narrow."""

from __future__ import annotations

import json
import re
from importlib import resources as package_files
from typing import Any

import pytest

from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.service_actions import actions, endpoints, grants, layer_bucket_arn, resource_arns
from zt_ai.spec.types import ServiceAccess, ServiceKind

SCOPE = Scope("clinic", "123456789012", "us-east-1")
RESOURCES = {
    ServiceKind.OBJECT_STORAGE: ("clinic-notes", "clinic-scans"),
    ServiceKind.SECRETS: ("clinic/database",),
    ServiceKind.KEYS: ("clinic-phi", "alias/clinic-logs"),
    ServiceKind.LOGS: ("/clinic/app",),
    ServiceKind.CONTAINER_IMAGES: ("clinic/app", "clinic/worker:1.2"),
    ServiceKind.MANAGED_LLM: (
        "anthropic.claude-3-haiku-20240307-v1:0",
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "global.anthropic.claude-sonnet-4-20250514-v1:0",
        "provisioned-model/abcdefghijkl",
    ),
}
ALL = [(kind, access) for kind in ServiceKind for access in ServiceAccess]


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    """AWS's Service Authorization Reference, as cfn-lint carries it."""
    path = package_files.files("cfnlint") / "data" / "AdditionalSpecs" / "Policies.json"
    return json.loads(path.read_text())  # type: ignore[no-any-return]


@pytest.mark.parametrize(("kind", "access"), ALL)
def test_every_action_exists_and_takes_the_resources_it_is_given(
    kind: ServiceKind, access: ServiceAccess, reference: dict[str, Any]
) -> None:
    for grant in grants(SCOPE, kind, access, RESOURCES[kind]):
        for action in grant.actions:
            service, _, name = action.partition(":")
            known = reference[service]["Actions"]
            assert name.lower() in known, action
            types = known[name.lower()].get("Resources", [])
            if not types:
                assert grant.resources == ("*",), action
                continue
            formats = [f for t in types for f in reference[service]["Resources"][t.lower()]["ARNFormats"]]
            patterns = [_as_pattern(f) for f in formats]
            for arn in grant.resources:
                assert any(p.fullmatch(arn) for p in patterns), f"{action} on {arn}"


def _as_pattern(arn_format: str) -> re.Pattern[str]:
    for variable, pattern in (("Partition", "aws"), ("Region", r"[a-z0-9*-]*"), ("Account", r"\d*")):
        arn_format = arn_format.replace(f"${{{variable}}}", pattern)
    return re.compile(arn_format)


@pytest.mark.parametrize(("kind", "access"), ALL)
def test_no_grant_has_a_wildcard_action_or_an_unnamed_resource(kind: ServiceKind, access: ServiceAccess) -> None:
    for grant in grants(SCOPE, kind, access, RESOURCES[kind]):
        assert not any("*" in action for action in grant.actions)
        assert "*" not in grant.resources or grant.actions == ("ecr:GetAuthorizationToken",)


@pytest.mark.parametrize("kind", [k for k in ServiceKind if k is not ServiceKind.MANAGED_LLM])
def test_reading_does_not_include_writing(kind: ServiceKind) -> None:
    read, write, both = (set(actions(kind, access)) for access in ServiceAccess)
    assert both == read | write
    assert write - read
    assert read - write
    assert set(actions(kind, None)) == read


def test_nothing_deletes() -> None:
    every = {a for kind, access in ALL for g in grants(SCOPE, kind, access, RESOURCES[kind]) for a in g.actions}
    assert not {a for a in every if "Delete" in a or "Create" in a} - {"logs:CreateLogStream"}


def test_keys_are_named_by_alias_because_their_ids_are_not_known() -> None:
    (grant,) = grants(SCOPE, ServiceKind.KEYS, ServiceAccess.READ, RESOURCES[ServiceKind.KEYS])
    assert grant.condition == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": ("alias/clinic-logs", "alias/clinic-phi")}
    }


def test_a_secret_does_not_match_a_longer_name() -> None:
    (arn,) = resource_arns(SCOPE, ServiceKind.SECRETS, ("clinic/database",))
    pattern = re.compile(re.escape(arn).replace(r"\?", "."))
    assert pattern.fullmatch("arn:aws:secretsmanager:us-east-1:123456789012:secret:clinic/database-AbCdEf")
    assert not pattern.fullmatch("arn:aws:secretsmanager:us-east-1:123456789012:secret:clinic/database-admin-AbCdEf")


def test_a_model_behind_a_profile_is_called_through_that_profile_only() -> None:
    by_name = {g.name: g for g in grants(SCOPE, ServiceKind.MANAGED_LLM, None, RESOURCES[ServiceKind.MANAGED_LLM])}
    assert by_name["Use"].resources == (
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
    )
    through = by_name["Through"]
    assert "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-20250514-v1:0" in through.resources
    assert through.condition["StringEquals"]["bedrock:InferenceProfileArn"] == (
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-sonnet-4-20250514-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0",
    )
    assert not through.owned
    assert by_name["Own"].owned


def test_images_need_three_endpoints_and_the_layer_bucket_of_the_region() -> None:
    assert endpoints(ServiceKind.CONTAINER_IMAGES) == ("ecr.api", "ecr.dkr", "s3")
    assert layer_bucket_arn(SCOPE) == "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"
    assert resource_arns(SCOPE, ServiceKind.CONTAINER_IMAGES, ("clinic/worker:1.2",)) == (
        "arn:aws:ecr:us-east-1:123456789012:repository/clinic/worker",
    )
