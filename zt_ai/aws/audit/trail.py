"""CloudTrail: who called which AWS API, and which calls an endpoint's policy refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.audit import names
from zt_ai.aws.audit.log_writer import log_writer
from zt_ai.aws.audit.policies import CLOUDTRAIL
from zt_ai.aws.audit.selectors import Selector, selectors
from zt_ai.aws.naming import Scope
from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class TrailArgs:
    """What `Trail` is made from. The bucket, its policy and the key must exist: pass them in `opts.depends_on`."""

    scope: Scope
    bucket_name: str
    key_arn: pulumi.Input[str]
    log_group_name: str
    """Log group for the alarms on refused calls."""
    data_buckets: tuple[str, ...] = ()
    """Names of buckets whose object reads and writes are recorded."""
    tags: Mapping[str, str] = field(default_factory=dict)


class Trail(pulumi.ComponentResource):
    """A trail of all regions with log file validation, to the write-once bucket and to a log group.

    Attributes:
        trail: the resource. arn: its ARN, known beforehand.
    """

    trail: aws.cloudtrail.Trail
    arn: str

    def __init__(self, name: str, args: TrailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:Trail", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        role, access = log_writer(
            f"{name}-delivery", scope, CLOUDTRAIL, log_group=args.log_group_name, tags=args.tags, opts=child
        )
        trail_name = names.trail_name(scope)
        self.arn = names.trail_arn(scope)
        self.trail = aws.cloudtrail.Trail(
            name,
            name=trail_name,
            s3_bucket_name=args.bucket_name,
            s3_key_prefix=names.TRAIL_PREFIX,
            kms_key_id=args.key_arn,
            # CloudTrail wants the form with `:*` [CloudTrail API Reference, "CreateTrail": CloudWatchLogsLogGroupArn].
            cloud_watch_logs_group_arn=f"{names.log_group_arn(scope, args.log_group_name)}:*",
            cloud_watch_logs_role_arn=role.arn,
            enable_logging=True,
            enable_log_file_validation=True,
            include_global_service_events=True,
            is_multi_region_trail=True,
            advanced_event_selectors=[_as_input(s) for s in selectors(scope, args.data_buckets)],
            tags=scope.tags(trail_name, args.tags),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[access])),
        )
        self.register_outputs({"arn": self.arn})


def _as_input(selector: Selector) -> aws.cloudtrail.TrailAdvancedEventSelectorArgs:
    fields = [
        aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs(field=f.field, **{f.operator: list(f.values)})
        for f in selector.fields
    ]
    return aws.cloudtrail.TrailAdvancedEventSelectorArgs(name=selector.name, field_selectors=fields)
