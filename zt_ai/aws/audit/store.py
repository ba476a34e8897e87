"""The audit store: one key, one write-once bucket, the log groups and the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.audit import names
from zt_ai.aws.audit.bucket import AuditBucket, AuditBucketArgs
from zt_ai.aws.audit.policies import delivery_to_log_group, key_policy
from zt_ai.aws.audit.trail import Trail, TrailArgs
from zt_ai.aws.naming import Scope
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class AuditStoreArgs:
    """What `AuditStore` is made from."""

    scope: Scope
    retention_days: int
    """How long records are kept, write-once; the log groups keep theirs as long or longer."""
    data_buckets: tuple[str, ...] = ()
    """Names of buckets whose object reads and writes the trail records."""
    tags: Mapping[str, str] = field(default_factory=dict)


class AuditStore(pulumi.ComponentResource):
    """Where every access is recorded.

    Attributes:
        key, key_arn: the KMS key of all records. bucket: the write-once bucket. bucket_name, bucket_arn: of the bucket,
        known beforehand. log_groups, log_group_names: by purpose (`egress-proxy`, `firewall-alerts`,
        `rejected-traffic`, `trail`); names known beforehand. trail: the CloudTrail trail. ready: what must exist before
        anything is delivered; pass it in `depends_on`.
    """

    key: aws.kms.Key
    key_arn: pulumi.Output[str]
    bucket: AuditBucket
    bucket_name: str
    bucket_arn: str
    log_groups: dict[str, aws.cloudwatch.LogGroup]
    log_group_names: dict[str, str]
    trail: Trail
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: AuditStoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:AuditStore", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        self.log_group_names = {purpose: names.log_group_name(scope, purpose) for purpose in names.LOG_GROUPS}
        self.key = self._key(name, args, child)
        self.key_arn = self.key.arn
        self.bucket = AuditBucket(
            f"{name}-records",
            AuditBucketArgs(scope=scope, retention_days=args.retention_days, key_arn=self.key_arn, tags=args.tags),
            child,
        )
        self.bucket_name, self.bucket_arn = self.bucket.bucket_name, self.bucket.bucket_arn
        self.log_groups = {purpose: self._log_group(name, args, purpose, child) for purpose in names.LOG_GROUPS}
        delivery = aws.cloudwatch.LogResourcePolicy(
            f"{name}-alert-delivery",
            policy_name=f"{scope.spec}-{names.FIREWALL_ALERTS}",
            policy_document=delivery_to_log_group(scope, self.log_group_names[names.FIREWALL_ALERTS]),
            opts=child,
        )
        self.ready = [self.bucket.policy, delivery, *self.log_groups.values()]
        self.trail = Trail(
            f"{name}-trail",
            TrailArgs(
                scope=scope,
                bucket_name=self.bucket_name,
                key_arn=self.key_arn,
                log_group_name=self.log_group_names[names.TRAIL_EVENTS],
                data_buckets=args.data_buckets,
                tags=args.tags,
            ),
            pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(depends_on=[self.bucket.policy, self.log_groups[names.TRAIL_EVENTS]])
            ),
        )
        self.register_outputs(
            {
                "bucketName": self.bucket_name,
                "bucketArn": self.bucket_arn,
                "keyArn": self.key_arn,
                "logGroupNames": self.log_group_names,
                "trailArn": self.trail.arn,
            }
        )

    def _key(self, name: str, args: AuditStoreArgs, opts: pulumi.ResourceOptions) -> aws.kms.Key:
        key = aws.kms.Key(
            f"{name}-key",
            description=f"Audit records of {args.scope.spec}",
            policy=key_policy(args.scope, tuple(self.log_group_names.values())),
            enable_key_rotation=True,
            # The longest there is: whoever schedules the deletion of the key takes six years of records with it.
            deletion_window_in_days=30,
            tags=args.scope.tags(f"{args.scope.spec}-audit", args.tags),
            opts=opts,
        )
        aws.kms.Alias(f"{name}-key-alias", name=f"alias/{args.scope.spec}-audit", target_key_id=key.key_id, opts=opts)
        return key

    def _log_group(
        self, name: str, args: AuditStoreArgs, purpose: str, opts: pulumi.ResourceOptions
    ) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            f"{name}-{purpose}",
            name=self.log_group_names[purpose],
            kms_key_id=self.key_arn,
            retention_in_days=names.log_retention(args.retention_days),
            tags=args.scope.tags(self.log_group_names[purpose], args.tags),
            opts=opts,
        )
