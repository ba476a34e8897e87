"""The write-once bucket of the audit store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.audit import names
from zt_ai.aws.audit.policies import bucket_policy
from zt_ai.aws.naming import Scope
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class AuditBucketArgs:
    """What `AuditBucket` is made from."""

    scope: Scope
    retention_days: int
    """How long nobody, the account's root user included, can delete or overwrite a record."""
    key_arn: pulumi.Input[str]
    """ARN of the KMS key. Log delivery refuses an alias and the key that AWS manages for S3."""
    tags: Mapping[str, str] = field(default_factory=dict)


class AuditBucket(pulumi.ComponentResource):
    """A bucket with Object Lock in compliance mode, versioned, encrypted, private, over TLS only.

    CloudTrail and log delivery (flow logs, resolver query logs, Network Firewall) may write to such a bucket: AWS
    documents no refusal for them. Refused are S3 server access logs [S3 User Guide, "Object Lock considerations"] and
    AWS Config [Landing Zone Accelerator on AWS, pull request 137]; access to the bucket itself is therefore recorded
    by CloudTrail data events. A network load balancer writes access logs for TLS listeners only [ELB User Guide,
    "Access logs for your Network Load Balancer"], and the egress proxy has none.

    The bucket is never emptied by a destroy: an empty one goes, one with records stays, as it should.

    Attributes:
        bucket, policy: the resources; whatever delivers must wait for `policy`.
        bucket_name, bucket_arn: known beforehand.
    """

    bucket: aws.s3.Bucket
    policy: aws.s3.BucketPolicy
    bucket_name: str
    bucket_arn: str

    def __init__(self, name: str, args: AuditBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:AuditBucket", name, None, opts)
        child = child_options(self, opts)
        self.bucket_name = names.bucket_name(args.scope)
        self.bucket_arn = names.bucket_arn(args.scope)
        self.bucket = aws.s3.Bucket(
            name,
            bucket=self.bucket_name,
            object_lock_enabled=True,
            force_destroy=False,
            tags=args.scope.tags(self.bucket_name, args.tags),
            opts=child,
        )
        bucket = self.bucket.bucket
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=child,
        )
        retention = aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
            mode="COMPLIANCE", days=args.retention_days
        )
        aws.s3.BucketObjectLockConfiguration(
            f"{name}-lock",
            bucket=bucket,
            object_lock_enabled="Enabled",
            rule=aws.s3.BucketObjectLockConfigurationRuleArgs(default_retention=retention),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[versioning])),
        )
        private = aws.s3.BucketPublicAccessBlock(
            f"{name}-private",
            bucket=bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=child,
        )
        self._encrypt(name, bucket, args.key_arn, child)
        self._measure(name, bucket, child)
        # S3 answers OperationAborted when the policy and the access block change at the same time.
        after = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[private]))
        self.policy = aws.s3.BucketPolicy(f"{name}-policy", bucket=bucket, policy=bucket_policy(args.scope), opts=after)
        self.register_outputs({"bucketName": self.bucket_name, "bucketArn": self.bucket_arn})

    @staticmethod
    def _encrypt(
        name: str, bucket: pulumi.Input[str], key_arn: pulumi.Input[str], opts: pulumi.ResourceOptions
    ) -> None:
        default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm="aws:kms", kms_master_key_id=key_arn
        )
        rule = aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=default, bucket_key_enabled=True, blocked_encryption_types=["SSE-C"]
        )
        aws.s3.BucketServerSideEncryptionConfiguration(f"{name}-encryption", bucket=bucket, rules=[rule], opts=opts)

    @staticmethod
    def _measure(name: str, bucket: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        """Request metrics for each source, without which nobody would notice that one has fallen silent."""
        for prefix in (*names.DELIVERY_PREFIXES, names.TRAIL_PREFIX):
            aws.s3.BucketMetric(
                f"{name}-{prefix}-requests",
                bucket=bucket,
                name=prefix,
                filter=aws.s3.BucketMetricFilterArgs(prefix=f"{prefix}/"),
                opts=opts,
            )
