"""Actions and ARNs that the endpoint policies of a synthetic architecture name."""

from __future__ import annotations

from zt_ai.intent.model import (
    ServiceIntent,
)
from zt_ai.spec.clouds import Aws
from zt_ai.spec.types import ServiceKind

ACTIONS = {
    ServiceKind.OBJECT_STORAGE: ["s3:GetObject"],
    ServiceKind.SECRETS: ["secretsmanager:GetSecretValue"],
    ServiceKind.KEYS: ["kms:Decrypt"],
    ServiceKind.LOGS: ["logs:PutLogEvents"],
    ServiceKind.CONTAINER_IMAGES: ["ecr:BatchGetImage"],
    ServiceKind.MANAGED_LLM: ["bedrock:InvokeModel"],
}


def arns(service: ServiceIntent, settings: Aws) -> list[str]:
    here, names = f"{settings.region}:{settings.account}", service.resources
    return {
        ServiceKind.OBJECT_STORAGE: [f"arn:aws:s3:::{name}/*" for name in names],
        ServiceKind.SECRETS: [f"arn:aws:secretsmanager:{here}:secret:{name}-??????" for name in names],
        ServiceKind.KEYS: [f"arn:aws:kms:{here}:key/*"],
        ServiceKind.LOGS: [f"arn:aws:logs:{here}:log-group:{name}:*" for name in names],
        ServiceKind.CONTAINER_IMAGES: [f"arn:aws:ecr:{here}:repository/{name}" for name in names],
        ServiceKind.MANAGED_LLM: [f"arn:aws:bedrock:{settings.region}::foundation-model/{name}" for name in names],
    }[service.kind]
