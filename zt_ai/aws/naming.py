"""Names, tags and ARNs on AWS.

Names are chosen here and never by AWS, and ARNs are written from account, region and name: so every policy is known,
and can be proved, before anything is deployed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

TAG_SPEC = "zt-ai:spec"
TAG_ZONE = "zt-ai:zone"
TAG_WORKLOAD = "zt-ai:workload"
TAG_SERVICE = "zt-ai:service"
TAG_CLAUSE = "zt-ai:clause"
TAG_ROLE = "zt-ai:role"


def shorten(name: str, limit: int) -> str:
    """A name of at most `limit` characters; a longer one keeps its beginning and ends in a hash (eight hex digits)."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('-')}-{digest}"


def partition(region: str) -> str:
    """ARN partition of a region [AWS General Reference, "Amazon Resource Names"]."""
    for prefix, name in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(prefix):
            return name
    return "aws"


@dataclass(frozen=True, slots=True)
class Scope:
    """The account and region that things are built in, and the name of the specification."""

    spec: str
    account: str
    region: str

    def arn(self, service: str, resource: str, *, region: bool = True, account: bool = True) -> str:
        """ARN of a resource, for example `scope.arn("iam", "role/x", region=False)`."""
        place = f"{self.region if region else ''}:{self.account if account else ''}"
        return f"arn:{partition(self.region)}:{service}:{place}:{resource}"

    def role_name(self, workload: str) -> str:
        """Name of a workload's IAM role; 64 characters at most [IAM User Guide, "IAM and AWS STS quotas"]."""
        return shorten(f"{self.spec}-{workload}", 64)

    def role_arn(self, workload: str) -> str:
        """ARN of a workload's IAM role."""
        return self.arn("iam", f"role/{self.role_name(workload)}", region=False)

    def tags(self, name: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Tags of one resource: `Name`, the specification, and what tells the verifier where the resource belongs."""
        return {"Name": name, TAG_SPEC: self.spec, **(extra or {})}
