"""What a role needs at most to use a service's named resources: actions and ARNs.

Source: Service Authorization Reference, "Actions, resources, and condition keys" of Amazon S3, AWS Secrets Manager,
AWS KMS, Amazon CloudWatch Logs, Amazon ECR and Amazon Bedrock.
"""

from __future__ import annotations

from zt_ai.intent.model import Access, Intent
from zt_ai.spec.clouds import Aws
from zt_ai.spec.types import ServiceAccess, ServiceKind
from zt_ai.verify.aws.endpoint_policy import Expectation, ExpectedGrant
from zt_ai.verify.aws.grants import Home

_READ: dict[ServiceKind, tuple[str, ...]] = {
    ServiceKind.OBJECT_STORAGE: ("s3:GetObject*", "s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"),
    ServiceKind.SECRETS: (
        "secretsmanager:GetSecretValue",
        "secretsmanager:DescribeSecret",
        "secretsmanager:ListSecretVersionIds",
    ),
    ServiceKind.KEYS: ("kms:Decrypt", "kms:DescribeKey", "kms:Verify", "kms:VerifyMac", "kms:GetPublicKey"),
    ServiceKind.LOGS: (
        "logs:GetLogEvents",
        "logs:FilterLogEvents",
        "logs:DescribeLogStreams",
        "logs:DescribeLogGroups",
        "logs:StartQuery",
        "logs:StopQuery",
        "logs:GetQueryResults",
        "logs:GetLogRecord",
    ),
    ServiceKind.CONTAINER_IMAGES: (
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchCheckLayerAvailability",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:ListImages",
    ),
    ServiceKind.MANAGED_LLM: (
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:Converse",
        "bedrock:ConverseStream",
    ),
}
_WRITE: dict[ServiceKind, tuple[str, ...]] = {
    ServiceKind.OBJECT_STORAGE: (
        "s3:PutObject",
        "s3:PutObjectTagging",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
        "s3:ListBucketMultipartUploads",
        "s3:GetBucketLocation",
    ),
    ServiceKind.SECRETS: (
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
        "secretsmanager:DescribeSecret",
    ),
    ServiceKind.KEYS: (
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
        "kms:DescribeKey",
        "kms:Sign",
        "kms:GenerateMac",
    ),
    ServiceKind.LOGS: ("logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"),
    ServiceKind.CONTAINER_IMAGES: (
        "ecr:PutImage",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
        "ecr:BatchCheckLayerAvailability",
    ),
    ServiceKind.MANAGED_LLM: (),
}


def partition(region: str) -> str:
    """ARN partition of a region [AWS General Reference, "Amazon Resource Names"]."""
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _arns(kind: ServiceKind, name: str, settings: Aws) -> tuple[str, ...]:
    part = partition(settings.region)
    here = f"{settings.region}:{settings.account}"
    if kind is ServiceKind.OBJECT_STORAGE:
        return (f"arn:{part}:s3:::{name.partition('/')[0]}", f"arn:{part}:s3:::{name}/*")
    if kind is ServiceKind.SECRETS:
        # Secrets Manager appends a hyphen and six characters to the name [Secrets Manager User Guide, "Authentication
        # and access control"].
        return (
            f"arn:{part}:secretsmanager:{here}:secret:{name}-??????",
            f"arn:{part}:secretsmanager:{here}:secret:{name}",
        )
    if kind is ServiceKind.KEYS:
        return (f"arn:{part}:kms:{here}:key/*",)
    if kind is ServiceKind.LOGS:
        return (f"arn:{part}:logs:{here}:log-group:{name}", f"arn:{part}:logs:{here}:log-group:{name}:*")
    if kind is ServiceKind.CONTAINER_IMAGES:
        return (f"arn:{part}:ecr:{here}:repository/{name}",)
    # Cross-region inference calls the same model in other regions [Bedrock User Guide, "Prerequisites for inference
    # profiles"].
    return (
        f"arn:{part}:bedrock:*::foundation-model/{name}",
        f"arn:{part}:bedrock:{here}:inference-profile/{name}",
        f"arn:{part}:bedrock:{here}:inference-profile/*.{name}",
    )


def expectation(
    service: str, users: dict[str, list[Access]], roles: dict[str, tuple[str, ...]], intent: Intent, settings: Aws
) -> Expectation:
    """What the policy of an endpoint of an AWS service may grant: the roles of its users, their actions, the named
    resources."""
    # Users that may do the same with the same things are taken together: policies with many callers stay quick to
    # judge.
    found: dict[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], bool], dict[str, None]] = {}
    images = False
    for workload, accesses in users.items():
        principals = roles.get(workload, ())
        for access in accesses:
            named = intent.services[access.destination]
            if named.kind is ServiceKind.CONTAINER_IMAGES:
                images = True
                if service == "s3" or not principals:
                    continue
                # The token is for the caller's own registry; the action knows no resource [Service Authorization
                # Reference, Amazon ECR].
                found.setdefault((("ecr:GetAuthorizationToken",), ("*",), (), False), {}).update(
                    dict.fromkeys(principals)
                )
            if not principals:
                continue
            mode = access.access or ServiceAccess.READ
            actions = (_READ if mode is not ServiceAccess.WRITE else {}).get(named.kind, ())
            actions += (_WRITE if mode is not ServiceAccess.READ else {}).get(named.kind, ())
            if named.kind is ServiceKind.MANAGED_LLM:
                actions = _READ[named.kind]
            arns = tuple(arn for name in named.resources for arn in _arns(named.kind, name, settings))
            aliases = (
                tuple(f"alias/{name.removeprefix('alias/')}" for name in named.resources)
                if named.kind is ServiceKind.KEYS
                else ()
            )
            key = (actions, arns, aliases, named.kind is not ServiceKind.MANAGED_LLM)
            found.setdefault(key, {}).update(dict.fromkeys(principals))
    merged = tuple(
        ExpectedGrant(tuple(callers), actions, arns, aliases, owned)
        for (actions, arns, aliases, owned), callers in found.items()
    )
    return Expectation(Home(settings.account, settings.organization), settings.region, merged, images)
