"""Names that a cloud would refuse, found before it does."""

from __future__ import annotations

import ipaddress
import re

from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ServiceKind

# What each AWS service accepts as the name of a resource [S3 User Guide, "Bucket naming rules"; Secrets Manager API
# Reference,
# CreateSecret; KMS API Reference, CreateAlias; CloudWatch Logs API Reference, CreateLogGroup; ECR API Reference,
# CreateRepository; Bedrock API Reference, InvokeModel].
_AWS_NAMES = {
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


def check_names(spec: ZoneSpec) -> list[Problem]:
    """Resource names that AWS would refuse, and buckets named twice."""
    if spec.clouds.aws is None:
        return []
    problems: list[Problem] = []
    owner: dict[tuple[ServiceKind, str], str] = {}
    for name, service in spec.services.items():
        what, pattern, hint = _AWS_NAMES[service.kind]
        for index, resource in enumerate(service.resources):
            path = ("services", name, "resources", index)
            if not re.fullmatch(pattern, resource) or (
                service.kind is ServiceKind.OBJECT_STORAGE and _is_address(resource)
            ):
                problems.append(Problem("cloud-name", path, f"AWS accepts no {what} called '{resource}'", hint))
            if (rival := owner.setdefault((service.kind, resource), name)) != name:
                hint = "let one service own it and let flows say who may read or write"
                problems.append(Problem("duplicate", path, f"'{resource}' already belongs to service '{rival}'", hint))
    return problems


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
