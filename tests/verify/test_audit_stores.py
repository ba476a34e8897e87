"""Claim 7, what keeps: each protection of a store taken away is a witness."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verify.audit_plan import (
    BOUND,
    BUCKET,
    BUCKET_ARN,
    CLOUDTRAIL,
    DELIVERY,
    ROOT,
    AuditPlan,
    bucket_policy,
    key_policy,
)
from tests.verify.handmade import ACCOUNT, OTHER, SIX_YEARS, allow, deny, document
from zt_ai.graph.model import Secret, Unknown
from zt_ai.verify.model import Verdict

SERVICES = {"Service": [DELIVERY["Service"], CLOUDTRAIL["Service"]]}


@pytest.fixture
def plan() -> AuditPlan:
    """A plan that is proved as it stands."""
    return AuditPlan()


def refuted(plan: AuditPlan, words: str) -> None:
    claim = plan.claim()
    assert claim.verdict is Verdict.REFUTED, claim
    assert any(words in witness.explanation for witness in claim.witnesses), claim.witnesses
    assert all(witness.through for witness in claim.witnesses)


def lock(plan: AuditPlan, **retention: Any) -> None:
    plan.change(plan.lock, rule={"defaultRetention": retention})


class TestObjectLock:
    """A record cannot be deleted before its time, by nobody."""

    @pytest.mark.parametrize("days", [SIX_YEARS, SIX_YEARS + 1])
    def test_long_enough(self, plan: AuditPlan, days: int) -> None:
        lock(plan, mode="COMPLIANCE", days=days)
        assert plan.claim().verdict is Verdict.PROVED

    def test_one_day_short(self, plan: AuditPlan) -> None:
        lock(plan, mode="COMPLIANCE", days=SIX_YEARS - 1)
        refuted(plan, f"for {SIX_YEARS - 1} days, {SIX_YEARS} are required")

    def test_six_years_of_365_days_are_two_days_short_of_six_years(self, plan: AuditPlan) -> None:
        lock(plan, mode="COMPLIANCE", years=6)
        refuted(plan, "for 2190 days")
        lock(plan, mode="COMPLIANCE", years=7)
        assert plan.claim().verdict is Verdict.PROVED

    def test_governance_can_be_bypassed(self, plan: AuditPlan) -> None:
        lock(plan, mode="GOVERNANCE", days=SIX_YEARS)
        refuted(plan, "mode is GOVERNANCE")

    def test_no_default_retention(self, plan: AuditPlan) -> None:
        plan.change(plan.lock, rule=None)
        refuted(plan, "locks no object")

    def test_no_lock_at_all(self, plan: AuditPlan) -> None:
        plan.remove(plan.lock)
        refuted(plan, "locks no object")

    def test_a_lock_on_another_bucket(self, plan: AuditPlan) -> None:
        plan.change(plan.lock, bucket="another")
        refuted(plan, "locks no object")

    def test_not_known_yet(self, plan: AuditPlan) -> None:
        lock(plan, mode="COMPLIANCE", days=Unknown())
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_the_old_inline_form(self, plan: AuditPlan) -> None:
        plan.remove(plan.lock)
        rule = {"defaultRetention": {"mode": "COMPLIANCE", "days": SIX_YEARS}}
        plan.change(plan.bucket, objectLockConfiguration={"objectLockEnabled": "Enabled", "rule": rule})
        assert plan.claim().verdict is Verdict.PROVED

    def test_the_intent_says_how_long(self, plan: AuditPlan) -> None:
        plan.change(plan.group, retentionInDays=0)
        assert plan.claim(days=SIX_YEARS + 10).verdict is Verdict.REFUTED
        lock(plan, mode="COMPLIANCE", days=SIX_YEARS + 10)
        assert plan.claim(days=SIX_YEARS + 10).verdict is Verdict.PROVED


class TestBucket:
    """A record cannot be overwritten, read by the public, or lost with the bucket."""

    def test_suspended_versioning(self, plan: AuditPlan) -> None:
        plan.change(plan.versioning, versioningConfiguration={"status": "Suspended"})
        refuted(plan, "versioning is Suspended")

    def test_object_lock_from_the_start_brings_versioning(self, plan: AuditPlan) -> None:
        plan.remove(plan.versioning)
        assert plan.claim().verdict is Verdict.PROVED
        plan.change(plan.bucket, objectLockEnabled=None)
        refuted(plan, "keeps no versions")

    def test_force_destroy(self, plan: AuditPlan) -> None:
        plan.change(plan.bucket, forceDestroy=True)
        refuted(plan, "forceDestroy")

    @pytest.mark.parametrize(
        "name", ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"]
    )
    @pytest.mark.parametrize("value", [False, None])
    def test_each_way_of_public_access(self, plan: AuditPlan, name: str, value: bool | None) -> None:
        plan.change(plan.public, **{name: value})
        refuted(plan, name)

    def test_no_block_of_public_access(self, plan: AuditPlan) -> None:
        plan.remove(plan.public)
        refuted(plan, "does not block public access")

    @pytest.mark.parametrize("acl", ["public-read", "public-read-write", "authenticated-read"])
    def test_an_open_access_control_list(self, plan: AuditPlan, acl: str) -> None:
        plan.add("s3/bucketAcl:BucketAcl", "audit", bucket=plan.bucket, acl=acl)
        refuted(plan, acl)

    def test_named_grantees_are_undecided(self, plan: AuditPlan) -> None:
        grant = {"grantee": {"type": "CanonicalUser", "id": "79a59df9"}, "permission": "WRITE"}
        plan.add("s3/bucketAcl:BucketAcl", "audit", bucket=plan.bucket, accessControlPolicy={"grants": [grant]})
        assert plan.claim().verdict is Verdict.UNKNOWN


class TestBucketPolicy:
    """Nobody outside writes, deletes or reads."""

    @pytest.mark.parametrize(
        "statement",
        [
            allow({"AWS": OTHER}, "s3:GetObject"),
            allow("*", "s3:DeleteObject", f"{BUCKET_ARN}/*"),
            allow("*", "s3:PutObject", f"{BUCKET_ARN}/*", StringEquals={"s3:x-amz-acl": "bucket-owner-full-control"}),
            allow(DELIVERY, "s3:PutObject", f"{BUCKET_ARN}/*"),
            allow(
                {"Service": "cloudtrail.amazonaws.com"},
                "s3:PutObject",
                f"{BUCKET_ARN}/*",
                StringEquals={"aws:SourceAccount": OTHER},
            ),
        ],
    )
    def test_a_statement_that_lets_outsiders_in(self, plan: AuditPlan, statement: dict[str, Any]) -> None:
        plan.change(plan.policy, policy=bucket_policy(statement))
        refuted(plan, "open to outsiders: statement 4")

    def test_the_account_itself_may(self, plan: AuditPlan) -> None:
        plan.change(plan.policy, policy=bucket_policy(allow({"AWS": ACCOUNT}, "s3:GetObject")))
        assert plan.claim().verdict is Verdict.PROVED

    @pytest.mark.parametrize("policy", [Unknown(), "{", Secret(None)])
    def test_an_unreadable_policy_is_undecided(self, plan: AuditPlan, policy: Any) -> None:
        plan.change(plan.policy, policy=policy)
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_inline_policies_count(self, plan: AuditPlan) -> None:
        plan.change(plan.bucket, policy=document(allow("*", "s3:GetObject")))
        refuted(plan, "open to outsiders")


class TestArrival:
    """A store keeps only what gets into it."""

    def test_without_a_policy_cloudtrail_cannot_write(self, plan: AuditPlan) -> None:
        plan.remove(plan.policy)
        refuted(plan, "lets cloudtrail.amazonaws.com put no object")

    @pytest.mark.parametrize(
        ("statements", "shut"),
        [
            ([allow(CLOUDTRAIL, "s3:PutObject", f"{BUCKET_ARN}/*", **BOUND)], "delivery.logs.amazonaws.com"),
            ([allow(DELIVERY, "s3:PutObject", f"{BUCKET_ARN}/*", **BOUND)], "cloudtrail.amazonaws.com"),
            ([allow(SERVICES, "s3:GetObject", f"{BUCKET_ARN}/*", **BOUND)], "cloudtrail.amazonaws.com"),
            ([allow(SERVICES, "s3:PutObject", "arn:aws:s3:::another/*", **BOUND)], "cloudtrail.amazonaws.com"),
            (
                [allow(SERVICES, "s3:PutObject", f"{BUCKET_ARN}/*", **BOUND), deny("*", "s3:Put*")],
                "cloudtrail.amazonaws.com",
            ),
        ],
    )
    def test_each_service_must_be_let_in(self, plan: AuditPlan, statements: list[dict[str, Any]], shut: str) -> None:
        plan.change(plan.policy, policy=document(*statements))
        refuted(plan, f"lets {shut} put no object")

    @pytest.mark.parametrize(
        "policy", [None, document(allow(ROOT, "kms:*")), document(allow(SERVICES, "kms:Decrypt", **BOUND))]
    )
    def test_each_service_must_be_let_use_the_key(self, plan: AuditPlan, policy: str | None) -> None:
        plan.change(plan.key, policy=policy)
        for service in SERVICES["Service"]:
            refuted(plan, f"key audit may not be used by {service}")


class TestEncryption:
    """Records are unreadable to others, and stay readable to us."""

    def test_no_encryption_of_ours(self, plan: AuditPlan) -> None:
        plan.remove(plan.encryption)
        refuted(plan, "not encrypted with a KMS key of ours")

    @pytest.mark.parametrize(
        ("default", "words"),
        [({"sseAlgorithm": "AES256"}, "AES256"), ({"sseAlgorithm": "aws:kms"}, "AWS managed key")],
    )
    def test_another_encryption(self, plan: AuditPlan, default: dict[str, Any], words: str) -> None:
        plan.change(plan.encryption, rules=[{"applyServerSideEncryptionByDefault": default}])
        refuted(plan, words)

    def test_a_disabled_key(self, plan: AuditPlan) -> None:
        plan.change(plan.key, isEnabled=False)
        refuted(plan, "is disabled")

    @pytest.mark.parametrize(("window", "fine"), [(7, False), (29, False), (30, True), (None, True)])
    def test_the_deletion_window(self, plan: AuditPlan, window: int | None, fine: bool) -> None:
        plan.change(plan.key, deletionWindowInDays=window)
        if fine:
            assert plan.claim().verdict is Verdict.PROVED
        else:
            refuted(plan, f"gone {window} days after")

    @pytest.mark.parametrize(
        "statement",
        [allow("*", "kms:*"), allow({"AWS": OTHER}, "kms:Decrypt"), allow(DELIVERY, "kms:GenerateDataKey*")],
    )
    def test_a_key_in_foreign_hands(self, plan: AuditPlan, statement: dict[str, Any]) -> None:
        plan.change(plan.key, policy=key_policy(statement))
        refuted(plan, "key audit, which is open to outsiders")

    def test_a_key_policy_of_its_own_counts(self, plan: AuditPlan) -> None:
        plan.add("kms/keyPolicy:KeyPolicy", "audit", keyId=plan.key, policy=document(allow("*", "kms:*")))
        refuted(plan, "key audit, which is open to outsiders")

    def test_a_key_by_its_alias(self, plan: AuditPlan) -> None:
        plan.add("kms/alias:Alias", "audit", name="alias/clinic-audit", targetKeyId=plan.key)
        default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "alias/clinic-audit"}
        plan.change(plan.encryption, rules=[{"applyServerSideEncryptionByDefault": default}])
        assert plan.claim().verdict is Verdict.PROVED
        plan.change(plan.key, isEnabled=False)
        refuted(plan, "is disabled")

    def test_a_key_that_is_not_in_the_plan_is_undecided(self, plan: AuditPlan) -> None:
        arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        plan.change(
            plan.encryption,
            rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": arn}}],
        )
        assert plan.claim().verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("name", ["versioning", "lock", "public", "encryption", "policy"])
def test_a_setting_of_nobody_knows_which_bucket_is_undecided(plan: AuditPlan, name: str) -> None:
    plan.change(plan.bucket, objectLockEnabled=None)
    plan.change(getattr(plan, name), bucket=Unknown())
    assert plan.claim().verdict is Verdict.UNKNOWN


class TestLogGroups:
    """A log group that is the only store keeps what the bucket would."""

    @pytest.mark.parametrize(
        ("days", "fine"), [(SIX_YEARS, True), (0, True), (None, True), (3653, True), (1827, False), (1, False)]
    )
    def test_retention(self, plan: AuditPlan, days: int | None, fine: bool) -> None:
        plan.change(plan.group, retentionInDays=days)
        if fine:
            assert plan.claim().verdict is Verdict.PROVED
        else:
            refuted(plan, f"keeps records for {days} days")

    @pytest.mark.parametrize(("kind", "fine"), [("STANDARD", True), ("INFREQUENT_ACCESS", True), ("DELIVERY", False)])
    def test_class(self, plan: AuditPlan, kind: str, fine: bool) -> None:
        plan.change(plan.group, logGroupClass=kind)
        assert plan.claim().verdict is (Verdict.PROVED if fine else Verdict.REFUTED)

    def test_no_key(self, plan: AuditPlan) -> None:
        plan.change(plan.group, kmsKeyId=None)
        refuted(plan, "log group alerts is not encrypted")

    def test_beside_a_bucket_that_keeps_them_it_may_forget(self, plan: AuditPlan) -> None:
        short = plan.add("cloudwatch/logGroup:LogGroup", "rejects", name="/clinic/rejects", retentionInDays=30)
        log = plan.add("ec2/flowLog:FlowLog", "rejects", vpcId=plan.vpc, trafficType="REJECT", logDestination=short)
        assert plan.claim().verdict is Verdict.PROVED
        plan.change(log, trafficType="ALL")
        plan.remove(plan.flow_log)
        refuted(plan, "keeps records for 30 days")


def test_a_bad_bucket_beside_a_good_one_is_still_bad(plan: AuditPlan) -> None:
    plan.add("s3/bucket:Bucket", "copy", bucket="copy")
    plan.add(
        "ec2/flowLog:FlowLog",
        "copy",
        vpcId=plan.vpc,
        trafficType="ALL",
        logDestinationType="s3",
        logDestination="arn:aws:s3:::copy",
    )
    refuted(plan, "bucket copy locks no object")


def test_a_destination_named_through_another_resource_is_followed(plan: AuditPlan) -> None:
    # `s3BucketName=policy.bucket` makes the trail wait for the policy; what it means is the bucket.
    plan.change(plan.trail, s3BucketName=plan.policy)
    assert plan.claim().verdict is Verdict.PROVED
    lock(plan, mode="GOVERNANCE", days=SIX_YEARS)
    refuted(plan, "GOVERNANCE")


def test_one_store_for_many_records_is_one_witness(plan: AuditPlan) -> None:
    plan.change(plan.bucket, forceDestroy=True)
    assert len(plan.claim().witnesses) == 1


def test_the_bucket_of_another_name_is_another(plan: AuditPlan) -> None:
    plan.change(plan.bucket, bucket=f"{BUCKET}-2")
    assert plan.claim().verdict is Verdict.UNKNOWN


def test_bound_deliveries_are_what_the_plan_allows(plan: AuditPlan) -> None:
    plan.change(plan.policy, policy=bucket_policy(allow(DELIVERY, "s3:PutObject", f"{BUCKET_ARN}/x/*", **BOUND)))
    assert plan.claim().verdict is Verdict.PROVED
