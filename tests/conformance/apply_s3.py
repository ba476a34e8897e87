"""The audit bucket and what closes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, lower, tag_list, tag_map, upper


def _bucket(cloud: Cloud, inputs: Inputs) -> Made:
    name = inputs["bucket"]
    cloud.call("s3", "create_bucket", Bucket=name, ObjectLockEnabledForBucket=inputs["objectLockEnabled"])
    cloud.call("s3", "put_bucket_tagging", Bucket=name, Tagging={"TagSet": tag_list(inputs)})
    _ = inputs["forceDestroy"]  # the provider empties a bucket before it deletes it: `gaps.PROVIDER_ONLY`
    return Made(name, {"bucket": name, "arn": f"arn:aws:s3:::{name}"})


def _read_bucket(view: View, stored: Stored) -> Mapping[str, Any]:
    name = stored.made.id
    lock = view.ask("s3", "get_object_lock_configuration", Bucket=name)["ObjectLockConfiguration"]
    return {
        "bucket": view.one("s3", "list_buckets", "Buckets", "Name", name)["Name"],
        "objectLockEnabled": lock["ObjectLockEnabled"] == "Enabled",
        "tags": tag_map(view.ask("s3", "get_bucket_tagging", Bucket=name)["TagSet"]),
    }


def _versioning(cloud: Cloud, inputs: Inputs) -> Made:
    name = inputs["bucket"]
    cloud.call(
        "s3",
        "put_bucket_versioning",
        Bucket=name,
        VersioningConfiguration=upper(inputs["versioningConfiguration"]),
    )
    return Made(name)


def _read_versioning(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("s3", "get_bucket_versioning", Bucket=stored.made.id)
    return {"bucket": stored.made.id, "versioningConfiguration": {"status": found.get("Status")}}


_PUBLIC = {
    "blockPublicAcls": "BlockPublicAcls",
    "blockPublicPolicy": "BlockPublicPolicy",
    "ignorePublicAcls": "IgnorePublicAcls",
    "restrictPublicBuckets": "RestrictPublicBuckets",
}


def _private(cloud: Cloud, inputs: Inputs) -> Made:
    flags = {member: inputs[key] for key, member in _PUBLIC.items()}
    cloud.call("s3", "put_public_access_block", Bucket=inputs["bucket"], PublicAccessBlockConfiguration=flags)
    return Made(inputs["bucket"])


def _read_private(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("s3", "get_public_access_block", Bucket=stored.made.id)["PublicAccessBlockConfiguration"]
    return {"bucket": stored.made.id, **{key: found[member] for key, member in _PUBLIC.items()}}


def _ownership(cloud: Cloud, inputs: Inputs) -> Made:
    rules = {"Rules": [upper(inputs["rule"])]}
    cloud.call("s3", "put_bucket_ownership_controls", Bucket=inputs["bucket"], OwnershipControls=rules)
    return Made(inputs["bucket"])


def _read_ownership(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("s3", "get_bucket_ownership_controls", Bucket=stored.made.id)["OwnershipControls"]["Rules"]
    return {"bucket": stored.made.id, "rule": lower(found[0])}


def _encryption(cloud: Cloud, inputs: Inputs) -> Made:
    rules = []
    for rule in inputs["rules"]:
        default = rule["applyServerSideEncryptionByDefault"]
        members = {"SSEAlgorithm": default["sseAlgorithm"], "KMSMasterKeyID": default["kmsMasterKeyId"]}
        sent: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": members}
        if "bucketKeyEnabled" in rule:
            sent["BucketKeyEnabled"] = rule["bucketKeyEnabled"]
        if "blockedEncryptionTypes" in rule:
            sent["BlockedEncryptionTypes"] = {"EncryptionType": rule["blockedEncryptionTypes"]}
        rules.append(sent)
    cloud.call(
        "s3",
        "put_bucket_encryption",
        Bucket=inputs["bucket"],
        ServerSideEncryptionConfiguration={"Rules": rules},
    )
    return Made(inputs["bucket"])


def _read_encryption(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("s3", "get_bucket_encryption", Bucket=stored.made.id)["ServerSideEncryptionConfiguration"]
    rules = []
    for rule in found["Rules"]:
        default = rule["ApplyServerSideEncryptionByDefault"]
        members = {"sseAlgorithm": default["SSEAlgorithm"], "kmsMasterKeyId": default.get("KMSMasterKeyID")}
        read = {"applyServerSideEncryptionByDefault": members, "bucketKeyEnabled": rule.get("BucketKeyEnabled")}
        if "BlockedEncryptionTypes" in rule:
            read["blockedEncryptionTypes"] = rule["BlockedEncryptionTypes"]["EncryptionType"]
        rules.append(read)
    return {"bucket": stored.made.id, "rules": rules}


def _lock(cloud: Cloud, inputs: Inputs) -> Made:
    configuration = {"ObjectLockEnabled": inputs["objectLockEnabled"], "Rule": upper(inputs["rule"])}
    cloud.call("s3", "put_object_lock_configuration", Bucket=inputs["bucket"], ObjectLockConfiguration=configuration)
    return Made(inputs["bucket"])


def _read_lock(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("s3", "get_object_lock_configuration", Bucket=stored.made.id)["ObjectLockConfiguration"]
    retention = found["Rule"]["DefaultRetention"]
    return {
        "bucket": stored.made.id,
        "objectLockEnabled": found["ObjectLockEnabled"],
        # moto answers with both units, the one that was not set as 0
        "rule": {"defaultRetention": {key: value for key, value in lower(retention).items() if value}},
    }


def _policy(cloud: Cloud, inputs: Inputs) -> Made:
    cloud.call("s3", "put_bucket_policy", Bucket=inputs["bucket"], Policy=inputs["policy"])
    return Made(inputs["bucket"])


def _read_policy(view: View, stored: Stored) -> Mapping[str, Any]:
    return {
        "bucket": stored.made.id,
        "policy": view.ask("s3", "get_bucket_policy", Bucket=stored.made.id)["Policy"],
    }


def _metric(cloud: Cloud, inputs: Inputs) -> Made:
    name, bucket = inputs["name"], inputs["bucket"]
    cloud.unstored(
        "s3",
        "put_bucket_metrics_configuration",
        Bucket=bucket,
        Id=name,
        MetricsConfiguration={"Id": name, "Filter": upper(inputs["filter"])},
        kept=lambda: cloud.call("s3", "get_bucket_metrics_configuration", Bucket=bucket, Id=name)[
            "MetricsConfiguration"
        ],
    )
    return Made(f"{bucket}:{name}")


KINDS = {
    "aws:s3/bucket:Bucket": Kind(_bucket, _read_bucket),
    "aws:s3/bucketVersioning:BucketVersioning": Kind(_versioning, _read_versioning),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Kind(_private, _read_private),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Kind(_ownership, _read_ownership),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Kind(
        _encryption, _read_encryption
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": Kind(_lock, _read_lock),
    "aws:s3/bucketPolicy:BucketPolicy": Kind(_policy, _read_policy),
    "aws:s3/bucketMetric:BucketMetric": Kind(_metric),
}
