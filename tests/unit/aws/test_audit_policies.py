"""The audit store's policies let the log services of this account write, and nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.aws.policy_checks import weaknesses, widenings
from zt_ai.aws.audit import names, policies
from zt_ai.aws.naming import Scope

ACCOUNT = "123456789012"
SCOPE = Scope("clinic", ACCOUNT, "us-east-1")
GROUP = names.log_group_name(SCOPE, names.TRAIL_EVENTS)
KEY_POLICY = policies.key_policy(SCOPE, (GROUP,))
OTHERS = {
    "bucket": policies.bucket_policy(SCOPE),
    "topic": policies.topic_policy(SCOPE),
    "log delivery": policies.delivery_to_log_group(SCOPE, GROUP),
    "flow log role": policies.writer_trust(SCOPE, policies.FLOW_LOGS),
    "trail role": policies.writer_trust(SCOPE, policies.CLOUDTRAIL),
    "writer": policies.writer_policy(SCOPE, GROUP),
}


def by_sid(text: str) -> dict[str, dict[str, Any]]:
    entries = json.loads(text)["Statement"]
    assert len({entry["Sid"] for entry in entries}) == len(entries)
    return {entry["Sid"]: entry for entry in entries}


@pytest.mark.parametrize("name", OTHERS)
def test_the_policy_is_narrow_and_every_widening_of_it_is_found(name: str) -> None:
    assert weaknesses(OTHERS[name], ACCOUNT) == []
    for what, document in widenings(OTHERS[name]).items():
        assert weaknesses(document, ACCOUNT), what


def test_the_key_policy_is_narrow_and_every_widening_of_it_is_found() -> None:
    assert weaknesses(KEY_POLICY, ACCOUNT, key_policy=True) == []
    wider = {
        w: d
        for w, d in widenings(KEY_POLICY).items()
        if not w.endswith("any-resource") and w != "Administer-any-action"
    }
    assert len(wider) > 10
    for what, document in wider.items():
        assert weaknesses(document, ACCOUNT, key_policy=True), what


def test_only_the_account_itself_administers_the_key() -> None:
    entries = by_sid(KEY_POLICY)
    assert entries.pop("Administer")["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert not [
        sid
        for sid, entry in entries.items()
        if any(a.startswith(("kms:Put", "kms:Sch", "kms:*")) for a in entry["Action"])
    ]


def test_plain_http_is_refused_for_the_bucket_and_all_its_objects() -> None:
    entry = by_sid(OTHERS["bucket"])["RefusePlainHttp"]
    bucket = names.bucket_arn(SCOPE)
    assert (entry["Effect"], entry["Principal"], entry["Action"]) == ("Deny", "*", ["s3:*"])
    assert entry["Resource"] == [bucket, f"{bucket}/*"]
    assert entry["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_deliveries_write_below_their_own_folder_and_this_account() -> None:
    entries = by_sid(OTHERS["bucket"])
    folders = {
        resource.removeprefix(f"{names.bucket_arn(SCOPE)}/")
        for sid in ("DeliverLogs", "WriteTrail")
        for resource in entries[sid]["Resource"]
    }
    assert folders == {f"{p}/AWSLogs/{ACCOUNT}/*" for p in (*names.DELIVERY_PREFIXES, names.TRAIL_PREFIX)}
    assert {a for entry in entries.values() if entry["Effect"] == "Allow" for a in entry["Action"]} == {
        "s3:GetBucketAcl", "s3:ListBucket", "s3:PutObject",
    }  # fmt: skip


def test_the_trail_alone_writes_the_trail() -> None:
    for sid in ("CheckBeforeTrail", "WriteTrail"):
        source = by_sid(OTHERS["bucket"])[sid]["Condition"]["StringEquals"]["aws:SourceArn"]
        assert source == "arn:aws:cloudtrail:us-east-1:123456789012:trail/clinic-trail"


def test_the_role_of_flow_logs_is_held_to_this_account_and_that_of_the_trail_cannot_be() -> None:
    """A source condition stops CloudTrail from delivering to its log group [prowler-cloud/prowler issue 4714]."""
    (flows,) = json.loads(policies.writer_trust(SCOPE, policies.FLOW_LOGS))["Statement"]
    (trail,) = json.loads(policies.writer_trust(SCOPE, policies.CLOUDTRAIL))["Statement"]
    assert flows["Condition"]["StringEquals"] == {"aws:SourceAccount": SCOPE.account}
    assert "Condition" not in trail
    assert trail["Principal"] == {"Service": "cloudtrail.amazonaws.com"}


def test_alarms_of_other_specifications_cannot_publish() -> None:
    source = by_sid(OTHERS["topic"])["PublishAlarms"]["Condition"]["ArnLike"]["aws:SourceArn"]
    assert source == "arn:aws:cloudwatch:us-east-1:123456789012:alarm:clinic-*"


@pytest.mark.parametrize(("days", "kept"), [(1, 1), (2, 3), (2192, 2192), (2193, 2557), (3653, 3653), (3654, 0)])
def test_log_groups_keep_at_least_as_long_as_asked(days: int, kept: int) -> None:
    assert names.log_retention(days) == kept


def test_the_bucket_name_stays_within_63_characters() -> None:
    long = Scope("a-specification-name-that-is-far-too-long-for-a-bucket", ACCOUNT, "ap-southeast-1")
    assert len(names.bucket_name(long)) <= 63
    assert names.bucket_name(long) != names.bucket_name(Scope(f"{long.spec}x", ACCOUNT, "ap-southeast-1"))


def test_policies_stay_within_the_limits_of_aws() -> None:
    assert len(KEY_POLICY) <= 32_768  # KMS Developer Guide, "Resource quotas": key policy document size
    assert len(OTHERS["bucket"]) <= 20_480  # S3 User Guide, "Bucket policies": 20 KB
    assert len(OTHERS["log delivery"]) <= 5_120  # CloudWatch Logs API Reference, "PutResourcePolicy"
