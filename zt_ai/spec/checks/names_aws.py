"""Names that AWS accepts."""

from __future__ import annotations

from zt_ai.spec.checks.names_table import Names
from zt_ai.spec.types import ServiceKind

# What each AWS service accepts as the name of a resource [S3 User Guide, "Bucket naming rules"; Secrets Manager API
# Reference,
# CreateSecret; KMS API Reference, CreateAlias; CloudWatch Logs API Reference, CreateLogGroup; ECR API Reference,
# CreateRepository; Bedrock API Reference, InvokeModel].
NAMES: Names = {
    ServiceKind.OBJECT_STORAGE: (
        "bucket",
        r"(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?<!-s3alias)(?<!--ol-s3)",
        "use 3 to 63 lower-case letters, digits and hyphens, and none of the prefixes and suffixes that AWS reserves",
    ),
    ServiceKind.SECRETS: ("secret", r"[A-Za-z0-9/_+=.@-]{1,255}", "use letters, digits and /_+=.@-"),
    ServiceKind.KEYS: (
        "key alias",
        r"(?!aws/|alias/)[A-Za-z0-9/_-]{1,250}",
        "use letters, digits and /_- without a leading `alias/` or `aws/`",
    ),
    ServiceKind.LOGS: (
        "log group",
        r"(?!aws/)[A-Za-z0-9_/.#-]{1,512}",
        "use letters, digits and _/.#- not below `aws/`",
    ),
    ServiceKind.CONTAINER_IMAGES: (
        "repository",
        r"(?=.{2,255}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*",
        "use lower-case letters and digits, joined by single . _ - or /",
    ),
    ServiceKind.MANAGED_LLM: (
        "model",
        r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?",
        "use a Bedrock model id such as amazon.titan-embed-text-v2:0",
    ),
}
