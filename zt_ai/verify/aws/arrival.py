"""Whether records get into a bucket at all: the service that delivers them may write, and may use the bucket's key.

A bucket without a policy is given one by AWS when a flow log or query log is made [VPC User Guide, "Amazon S3 bucket
permissions for flow logs"]; CloudTrail gets none [CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"]. A
key's default policy admits the account and no service.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from zt_ai.graph.model import Resource, Value
from zt_ai.verify.aws.conditions import SOURCE_ACCOUNT
from zt_ai.verify.aws.grants import Home, grants
from zt_ai.verify.aws.judgement import Judgement
from zt_ai.verify.aws.policy import PrincipalKind, Unreadable, read_policy
from zt_ai.verify.aws.wildcard import covers, overlaps

Policies = Sequence[tuple[Value, Resource]]
"""Policy documents, each with the resource that carries it."""

_PUT = "s3:putobject"
_DATA_KEY = "kms:generatedatakey"


class Deliverer(StrEnum):
    """The service principal that writes records into a bucket."""

    LOGS = "delivery.logs.amazonaws.com"  # flow logs, DNS queries, Network Firewall
    TRAIL = "cloudtrail.amazonaws.com"


def may_write(policies: Policies, name: str | None, by: Deliverer, home: Home, found: Judgement) -> None:
    """Add a finding unless the bucket's policies let the service put objects into it."""
    # Not `arn:*:`, whose wildcard would run across the colons and into somebody else's object names.
    objects = tuple(f"arn:{partition}:s3:::{name or '*'}/*" for partition in ("aws", "aws-us-gov", "aws-cn"))
    if not policies and by is Deliverer.LOGS:
        return
    if not _admits(policies, by, _PUT, objects, home):
        found.wrong(f"does not take the records: its policy lets {by} put no object into it", *_carrier(policies))


def may_encrypt(policies: Policies, key: Resource, by: Deliverer, home: Home, found: Judgement) -> None:
    """Add a finding unless the key's policies let the service make data keys with it."""
    if not _admits(policies, by, _DATA_KEY, ("*",), home):
        found.wrong(f"does not take the records: key {key.name} may not be used by {by}", key)


def _admits(policies: Policies, by: Deliverer, action: str, resources: tuple[str, ...], home: Home) -> bool:
    for value, _ in policies:
        document = read_policy(value)
        if isinstance(document, Unreadable):
            return True  # that it cannot be read is a finding already
        for grant in grants(document):
            ours = home.account in grant.limits.get(SOURCE_ACCOUNT, (home.account,))
            named = grant.principal.anyone or (grant.principal.kind, grant.principal.value) == (
                PrincipalKind.SERVICE,
                by,
            )
            touching = any(overlaps(grant.resource, one) for one in resources)
            if ours and named and touching and covers(grant.action, action):
                return True
    return False


def _carrier(policies: Policies) -> tuple[Resource, ...]:
    return tuple(one for _, one in policies)[:1]
