"""Names that may be resolved."""

from __future__ import annotations

from tests.unit.aws.plans import SCOPE, example, lab, understood
from zt_ai.aws.plan.dns_names import allowed_domains


def names(data: dict[str, object]) -> set[str]:
    return set(allowed_domains(understood(data)[1], SCOPE))


def test_the_only_wildcard_lies_below_the_private_hosted_zone() -> None:
    assert {name for name in names(example("clinic")) if "*" in name} == {"*.lab.internal"}


def test_services_in_use_and_providers_called_are_named_exactly() -> None:
    said = names(example("clinic"))
    assert {
        "api.anthropic.com",
        "api.openai.com",
        "s3.us-east-1.amazonaws.com",
        "clinic-intake-documents.s3.us-east-1.amazonaws.com",
        "secretsmanager.us-east-1.amazonaws.com",
        "111122223333.dkr.ecr.us-east-1.amazonaws.com",
        "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com",
        "bedrock-runtime.us-east-1.amazonaws.com",
    } <= said


def test_a_specification_that_calls_nothing_resolves_its_own_names_only() -> None:
    assert names(lab()) == {"lab.internal", "*.lab.internal"}
