"""Changes to what is recorded, and to how long it is kept."""

from __future__ import annotations

import json
from typing import Any

from tests.verify.mutation.editor import Editor
from zt_ai.graph.model import Ref, Resource

FLOW_LOG = "ec2/flowLog:FlowLog"
TRAIL = "cloudtrail/trail:Trail"


def _all_traffic(e: Editor) -> Resource:
    return e.one(FLOW_LOG, lambda r: r.inputs.get("trafficType", "ALL") == "ALL")


def flow_log_removed(e: Editor) -> None:
    e.remove(_all_traffic(e))


def flow_log_of_accepted_packets_only(e: Editor) -> None:
    e.set(_all_traffic(e), trafficType="ACCEPT")


def flow_log_of_another_vpc(e: Editor) -> None:
    e.set(_all_traffic(e), vpcId="vpc-0fedcba9876543210")


def flow_log_to_a_bucket_that_keeps_nothing(e: Editor) -> None:
    bucket = e.add("s3/bucket:Bucket", {"bucket": "scratch", "forceDestroy": True})
    e.set(_all_traffic(e), logDestination=Ref(bucket.urn))


def _lock(e: Editor, mode: str, days: int) -> None:
    lock = e.one("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    e.set(lock, rule={"defaultRetention": {"mode": mode, "days": days}})


def audit_bucket_lock_can_be_lifted(e: Editor) -> None:
    _lock(e, "GOVERNANCE", 4000)


def audit_bucket_keeps_thirty_days(e: Editor) -> None:
    _lock(e, "COMPLIANCE", 30)


def audit_bucket_lock_removed(e: Editor) -> None:
    e.remove(e.one("s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"))


def audit_bucket_versioning_suspended(e: Editor) -> None:
    e.set(e.one("s3/bucketVersioning:BucketVersioning"), versioningConfiguration={"status": "Suspended"})


def audit_bucket_may_be_public(e: Editor) -> None:
    e.set(
        e.one("s3/bucketPublicAccessBlock:BucketPublicAccessBlock"),
        blockPublicPolicy=False,
        restrictPublicBuckets=False,
    )


def audit_bucket_without_encryption_by_our_key(e: Editor) -> None:
    e.remove(e.one("s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"))


def audit_bucket_deleted_with_its_objects(e: Editor) -> None:
    e.set(e.one("s3/bucket:Bucket"), forceDestroy=True)


def audit_bucket_open_to_everybody(e: Editor) -> None:
    policy = e.one("s3/bucketPolicy:BucketPolicy")
    text = policy.inputs["policy"]
    assert isinstance(text, str)
    document: dict[str, Any] = json.loads(text)
    bucket = next(
        r for s in document["Statement"] for r in ([s["Resource"]] if isinstance(s["Resource"], str) else s["Resource"])
    )
    document["Statement"].append({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": bucket})
    e.set(policy, policy=json.dumps(document))


def trail_switched_off(e: Editor) -> None:
    e.set(e.one(TRAIL), enableLogging=False)


def trail_of_one_region(e: Editor) -> None:
    e.set(e.one(TRAIL), isMultiRegionTrail=False)


def trail_without_validation(e: Editor) -> None:
    e.set(e.one(TRAIL), enableLogFileValidation=False)


def trail_removed(e: Editor) -> None:
    e.remove(e.one(TRAIL))


def dns_queries_not_logged(e: Editor) -> None:
    e.remove(e.one("route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"))


def firewall_does_not_log(e: Editor) -> None:
    e.remove(*e.all("networkfirewall/loggingConfiguration:LoggingConfiguration"))


MUTATIONS = {
    "audit": [
        flow_log_removed,
        flow_log_of_accepted_packets_only,
        flow_log_of_another_vpc,
        flow_log_to_a_bucket_that_keeps_nothing,
        audit_bucket_lock_can_be_lifted,
        audit_bucket_keeps_thirty_days,
        audit_bucket_lock_removed,
        audit_bucket_versioning_suspended,
        audit_bucket_may_be_public,
        audit_bucket_without_encryption_by_our_key,
        audit_bucket_deleted_with_its_objects,
        audit_bucket_open_to_everybody,
        trail_switched_off,
        trail_of_one_region,
        trail_without_validation,
        trail_removed,
        dns_queries_not_logged,
        firewall_does_not_log,
    ]
}
