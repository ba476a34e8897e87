"""Names, tags and ARNs on AWS.

Names are chosen here and never by AWS, and ARNs are written from account, region and name: so every policy is known,
and can be proved, before anything is deployed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.builders.naming import TAG_CLAUSE, TAG_ROLE, TAG_SERVICE, TAG_SPEC, TAG_WORKLOAD, TAG_ZONE, shorten

__all__ = [
    "TAG_CLAUSE",
    "TAG_ROLE",
    "TAG_SERVICE",
    "TAG_SPEC",
    "TAG_WORKLOAD",
    "TAG_ZONE",
    "Scope",
    "partition",
    "shorten",
]


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
