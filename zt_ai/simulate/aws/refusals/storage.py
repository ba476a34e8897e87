"""Buckets, trails and log groups (S3 User Guide, "Bucket naming rules"; CloudTrail and CloudWatch Logs references)."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws.act import Act, refuses
from zt_ai.simulate.aws.references import find_reference
from zt_ai.simulate.problems import CloudError, Problem

_BUCKET = "aws:s3/bucket:Bucket"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """The name of a bucket, whatever else exists."""
    name = inputs.get("bucket")
    if token != _BUCKET or not isinstance(name, str):
        return []
    reason = _broken_name(name)
    return [Problem("bucket", f"InvalidBucketName: {name!r}: {reason}")] if reason else []


def _broken_name(name: str) -> str | None:
    if not _NAME.fullmatch(name) or ".." in name:
        return "3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends"
    if name.startswith(_RESERVED_STARTS) or name.endswith(_RESERVED_ENDS):
        return "the beginning or end is reserved by AWS"
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return None
    return "it looks like an IP address"


@refuses("s3/bucket:Bucket")
def bucket_quota(act: Act) -> None:
    """Buckets per account."""
    if act.thing is None:
        act.limit("buckets-per-account", len(list(act.others("s3/bucket:Bucket"))), "TooManyBuckets", "buckets")


@refuses("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
def lock_needs_versions(act: Act) -> None:
    """Object lock needs a bucket with versions (S3 User Guide, "Configuring S3 Object Lock")."""
    name = act.inputs.get("bucket")
    bucket = act.world.get(_BUCKET, str(name))
    versions = act.world.get("aws:s3/bucketVersioning:BucketVersioning", str(name))
    status = (versions.inputs.get("versioningConfiguration") or {}).get("status") if versions else None
    if bucket is not None and not bucket.value("objectLockEnabled") and status != "Enabled":
        raise CloudError("InvalidBucketState", f"versioning must be enabled on '{name}' before object lock")


@refuses("s3/bucketVersioning:BucketVersioning")
def lock_keeps_versions(act: Act) -> None:
    """Versions cannot be suspended on a bucket with object lock."""
    status = (act.inputs.get("versioningConfiguration") or {}).get("status")
    bucket = act.world.get(_BUCKET, str(act.inputs.get("bucket")))
    if status == "Suspended" and bucket is not None and bucket.value("objectLockEnabled"):
        raise CloudError("InvalidBucketState", f"object lock is enabled on '{bucket.id}': versions cannot be suspended")


@refuses("s3/bucketPolicy:BucketPolicy")
def policy_of_this_bucket(act: Act) -> None:
    """A bucket policy speaks of its own bucket, and of everyone only if the public access block lets it."""
    name, document = act.inputs.get("bucket"), act.inputs.get("policy")
    if not isinstance(document, str):
        return
    statements = json.loads(document).get("Statement", [])
    block = act.world.get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", str(name))
    for statement in statements if isinstance(statements, list) else [statements]:
        resources = statement.get("Resource", [])
        for resource in resources if isinstance(resources, list) else [resources]:
            target = str(resource).split(":::", 1)[-1].split("/", 1)[0]
            if ":::" in str(resource) and "*" not in target and target != name:
                raise CloudError("MalformedPolicy", f"policy has invalid resource {resource!r}: the bucket is {name!r}")
        everyone = statement.get("Principal") in ("*", {"AWS": "*"}) and statement.get("Effect") == "Allow"
        if everyone and not statement.get("Condition") and block is not None and block.value("blockPublicPolicy"):
            raise CloudError("AccessDenied", f"public policies are blocked by the public access block of '{name}'")


@refuses("cloudtrail/trail:Trail")
def trail_bucket_lets_it_write(act: Act) -> None:
    """The bucket's policy lets CloudTrail write (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail")."""
    name = str(act.inputs.get("s3BucketName"))
    policy = act.world.get("aws:s3/bucketPolicy:BucketPolicy", name)
    bucket = act.world.get(_BUCKET, name)
    if bucket is None or bucket.origin == "assumed":
        return
    text = str(policy.inputs.get("policy")) if policy is not None else str(bucket.inputs.get("policy") or "")
    if "cloudtrail.amazonaws.com" not in text:
        raise CloudError("InsufficientS3BucketPolicyException", f"the policy of '{name}' does not let CloudTrail write")


@refuses("cloudwatch/logGroup:LogGroup", "cloudtrail/trail:Trail")
def key_exists(act: Act) -> None:
    """A key that is named by its ARN in this account exists."""
    key = act.inputs.get("kmsKeyId")
    ours = isinstance(key, str) and f":{act.settings.account}:key/" in key
    if ours and find_reference(act.world, ("aws:kms/key:Key",), str(key)) is None:
        raise CloudError("InvalidParameterException", f"the KMS key {key!r} does not exist")
