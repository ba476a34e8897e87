"""What an access to a managed service means on AWS: IAM actions, resource ARNs and conditions by kind of service.

One table, read by the identity policies (what a role may do) and by the endpoint policies (what may pass the endpoint),
so that the two can never drift apart.

Sources: Service Authorization Reference, pages "Actions, resources, and condition keys for" Amazon S3, AWS Secrets
Manager, AWS KMS, Amazon CloudWatch Logs, Amazon Elastic Container Registry and Amazon Bedrock. The tests compare every
action with the copy of that reference which `cfn-lint` carries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zt_ai.aws.naming import Scope, partition
from zt_ai.spec.types import ServiceAccess, ServiceKind

Condition = Mapping[str, Mapping[str, str | tuple[str, ...]]]
"""Operator → condition key → value or values, as in an IAM statement."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions that share one list of resources: one statement of a policy.

    `owned` says that the resources belong to the account itself, so that an endpoint policy can also demand
    `aws:ResourceAccount`; model ids and the `*` of a token request belong to no customer account.
    """

    name: str  # short word for the statement's Sid, letters only: unique among the grants of one access
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Condition = field(default_factory=dict)
    owned: bool = True


_ENDPOINTS: dict[ServiceKind, tuple[str, ...]] = {
    ServiceKind.OBJECT_STORAGE: ("s3",),
    ServiceKind.SECRETS: ("secretsmanager",),
    ServiceKind.KEYS: ("kms",),
    ServiceKind.LOGS: ("logs",),
    # Images: the API, the registry itself, and S3 for the layers [ECR User Guide, "Amazon ECR interface VPC
    # endpoints"].
    ServiceKind.CONTAINER_IMAGES: ("ecr.api", "ecr.dkr", "s3"),
    ServiceKind.MANAGED_LLM: ("bedrock-runtime",),
}

# (read, write) for kinds whose resources take all their actions on one ARN form.
_ACTIONS: dict[ServiceKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # Deleting is in neither: records are kept, and an application that must forget asks for a policy of its own.
    ServiceKind.OBJECT_STORAGE: (
        ("s3:GetObject",),
        ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"),
    ),
    ServiceKind.SECRETS: (
        ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
        ("secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue"),
    ),
    # Reading what is encrypted needs Decrypt; producing it needs Encrypt or a data key.
    ServiceKind.KEYS: (
        ("kms:Decrypt", "kms:DescribeKey"),
        ("kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"),
    ),
    ServiceKind.LOGS: (
        ("logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"),
        ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
    ),
    # Pulling, and pushing [ECR User Guide, "Pushing an image": required IAM permissions].
    ServiceKind.CONTAINER_IMAGES: (
        ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
        (
            "ecr:BatchCheckLayerAvailability",
            "ecr:CompleteLayerUpload",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ),
    ),
    # Calling a model is one thing, whatever the access says. Converse needs the same two actions [Bedrock API
    # Reference, "Converse"].
    ServiceKind.MANAGED_LLM: (
        ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"),
        ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"),
    ),
}

# Geographic prefixes of system-defined inference profiles [Bedrock User Guide, "Supported Regions and models for
# inference profiles"].
_INFERENCE_GEOGRAPHIES = ("us", "us-gov", "eu", "apac", "jp", "au", "ca", "global")


def endpoints(kind: ServiceKind) -> tuple[str, ...]:
    """Short names of the AWS services, as in `com.amazonaws.REGION.NAME`, whose VPC endpoints a kind of service
    needs.
    """
    return _ENDPOINTS[kind]


def actions(kind: ServiceKind, access: ServiceAccess | None) -> tuple[str, ...]:
    """IAM actions on the named resources, sorted. No access is the least one: read."""
    read, write = _ACTIONS[kind]
    if access is ServiceAccess.WRITE:
        return write
    return tuple(sorted({*read, *write})) if access is ServiceAccess.READ_WRITE else read


def resource_arns(scope: Scope, kind: ServiceKind, resources: Sequence[str]) -> tuple[str, ...]:
    """ARNs on which `actions` are allowed, sorted. Never `*`."""
    return tuple(sorted({_arn(scope, kind, name) for name in resources}))


def conditions(kind: ServiceKind, resources: Sequence[str]) -> Condition:
    """What the request must also fulfil: a key is named by its aliases, because key ids are chosen by AWS.

    `kms:ResourceAliases` is multivalued and needs a set operator [KMS Developer Guide, "Use aliases to control access
    to KMS keys"].
    """
    if kind is not ServiceKind.KEYS:
        return {}
    return {"ForAnyValue:StringEquals": {"kms:ResourceAliases": tuple(sorted({_alias(name) for name in resources}))}}


def grants(
    scope: Scope, kind: ServiceKind, access: ServiceAccess | None, resources: Sequence[str]
) -> tuple[Grant, ...]:
    """Everything that one access to a service needs, as statements of a policy; in a stable order."""
    if kind is ServiceKind.MANAGED_LLM:
        return _model_grants(scope, access, resources)
    named = Grant("Use", actions(kind, access), resource_arns(scope, kind, resources), conditions(kind, resources))
    if kind is ServiceKind.OBJECT_STORAGE and access is not ServiceAccess.WRITE:
        buckets = tuple(sorted({_bucket_arn(scope, name) for name in resources}))
        return named, Grant("List", ("s3:GetBucketLocation", "s3:ListBucket"), buckets)
    if kind is ServiceKind.CONTAINER_IMAGES:
        # The action supports no resource-level permission: `*` is the only resource it can have.
        return named, Grant("Token", ("ecr:GetAuthorizationToken",), ("*",), owned=False)
    return (named,)


def layer_bucket_arn(scope: Scope) -> str:
    """Objects of AWS's own bucket for image layers: an S3 endpoint policy must let `s3:GetObject` through to it, by
    anyone.

    The request is signed by ECR and not by the role that pulls [ECR User Guide, "Minimum Amazon S3 Bucket Permissions
    for Amazon ECR"].
    """
    return scope.arn("s3", f"prod-{scope.region}-starport-layer-bucket/*", region=False, account=False)


def image_repository(image: str) -> str:
    """Repository of an image reference without its tag or digest."""
    return image.partition("@")[0].partition(":")[0]


def _arn(scope: Scope, kind: ServiceKind, name: str) -> str:
    if kind is ServiceKind.OBJECT_STORAGE:
        return f"{_bucket_arn(scope, name)}/*"
    if kind is ServiceKind.SECRETS:
        # AWS adds a hyphen and six characters to the name [Secrets Manager User Guide, "Authentication and access
        # control": wildcards].
        return scope.arn("secretsmanager", f"secret:{name}-??????")
    if kind is ServiceKind.KEYS:
        return scope.arn("kms", "key/*")  # narrowed by `conditions`
    if kind is ServiceKind.LOGS:
        # With `:*`, for all actions but tagging [CloudWatch Logs User Guide, "CloudWatch Logs resources and
        # operations"].
        return scope.arn("logs", f"log-group:{name}:*")
    if kind is ServiceKind.CONTAINER_IMAGES:
        return scope.arn("ecr", f"repository/{image_repository(name)}")
    return _model_arn(scope, name)


def _bucket_arn(scope: Scope, name: str) -> str:
    return scope.arn("s3", name, region=False, account=False)


def _alias(name: str) -> str:
    return name if name.startswith("alias/") else f"alias/{name}"


def _geography(model: str) -> str | None:
    prefix = model.partition(".")[0]
    return prefix if prefix in _INFERENCE_GEOGRAPHIES else None


def _model_arn(scope: Scope, name: str) -> str:
    if "/" in name:  # `provisioned-model/ID`, `imported-model/ID` and the like belong to the account
        return scope.arn("bedrock", name)
    if _geography(name):
        return scope.arn("bedrock", f"inference-profile/{name}")
    return scope.arn("bedrock", f"foundation-model/{name}", account=False)


def _model_grants(scope: Scope, access: ServiceAccess | None, resources: Sequence[str]) -> tuple[Grant, ...]:
    """Models of AWS, models of the account, and inference profiles with the models behind them.

    A profile sends a request to one of several regions, so its models need an ARN without a fixed region; the condition
    lets them be called through that profile only [Bedrock User Guide, "Prerequisites for inference profiles"].
    """
    invoke = actions(ServiceKind.MANAGED_LLM, access)
    profiles = sorted({name for name in resources if "/" not in name and _geography(name)})
    account = sorted({name for name in resources if "/" in name or _geography(name)})
    public = sorted(set(resources) - set(account))
    result = []
    if public:
        result.append(Grant("Use", invoke, resource_arns(scope, ServiceKind.MANAGED_LLM, public), owned=False))
    if account:
        result.append(Grant("Own", invoke, resource_arns(scope, ServiceKind.MANAGED_LLM, account)))
    if profiles:
        behind = sorted({name.partition(".")[2] for name in profiles})
        regions = ("*", "") if any(_geography(name) == "global" for name in profiles) else ("*",)
        models = tuple(
            f"arn:{partition(scope.region)}:bedrock:{region}::foundation-model/{name}"
            for name in behind
            for region in regions
        )
        through = {"StringEquals": {"bedrock:InferenceProfileArn": tuple(_model_arn(scope, name) for name in profiles)}}
        result.append(Grant("Through", invoke, tuple(sorted(models)), through, owned=False))
    return tuple(result)
