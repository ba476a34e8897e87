"""Policies of the audit store: key, bucket, log groups and the roles that deliver to them. Pure.

Every service principal is bound to this account (one exception, see `writer_trust`), so that nobody else can have the
service write here, or use the key, on their behalf [IAM User Guide, "The confused deputy problem"].
"""

from __future__ import annotations

from typing import Any

from zt_ai.aws.audit import names
from zt_ai.aws.naming import Scope, partition
from zt_ai.aws.plan.policy_json import document, service, statement
from zt_ai.aws.plan.service_actions import Condition

DELIVERY = "delivery.logs.amazonaws.com"
CLOUDTRAIL = "cloudtrail.amazonaws.com"
CLOUDWATCH = "cloudwatch.amazonaws.com"
FLOW_LOGS = "vpc-flow-logs.amazonaws.com"


def key_policy(scope: Scope, log_groups: tuple[str, ...] = ()) -> str:
    """Who may use the audit key. `*` as resource means this key: the policy is attached to it.

    - the account itself, so that IAM policies can grant more [KMS Developer Guide, "Default key policy"];
    - log delivery to S3 [CloudWatch Logs User Guide, "Enable logging from AWS services": Amazon S3 bucket server-side
      encryption];
    - CloudTrail [CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail"];
    - CloudWatch Logs, for the named groups [CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS
      KMS"];
    - alarms that publish to an encrypted topic [SNS Developer Guide, "Key management": compatibility between event
      sources from AWS services and encrypted topics].
    """
    this_key = ("*",)
    statements = [
        statement("Administer", ("kms:*",), this_key, principal={"AWS": scope.arn("iam", "root", region=False)}),
        statement("DeliverLogs", _USE_KEY, this_key, principal=service(DELIVERY), condition=_delivery_source(scope)),
        statement(
            "EncryptTrail",
            ("kms:GenerateDataKey*",),
            this_key,
            principal=service(CLOUDTRAIL),
            condition={
                "StringEquals": {"aws:SourceArn": names.trail_arn(scope)},
                "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": _any_region_trail(scope)},
            },
        ),
        # The bucket has an S3 Bucket Key, for which CloudTrail needs Decrypt too.
        statement(
            "CheckForTrail",
            ("kms:Decrypt", "kms:DescribeKey"),
            this_key,
            principal=service(CLOUDTRAIL),
            condition=_trail_source(scope),
        ),
        statement(
            "PublishAlarms",
            ("kms:Decrypt", "kms:GenerateDataKey*"),
            this_key,
            principal=service(CLOUDWATCH),
            condition=_alarm_source(scope),
        ),
    ]
    if log_groups:
        groups = tuple(names.log_group_arn(scope, name) for name in sorted(log_groups))
        context: Condition = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": groups}}
        principal = service(f"logs.{scope.region}.amazonaws.com")
        statements.append(statement("EncryptLogGroups", _USE_KEY, this_key, principal=principal, condition=context))
    return document(statements)


def bucket_policy(scope: Scope) -> str:
    """Who may write to the audit bucket, and over TLS only.

    - log delivery for flow logs, resolver query logs and Network Firewall, each below its own folder [VPC User Guide,
      "Amazon S3 bucket permissions for flow logs"; Route 53 Developer Guide, "AWS resources that you can send VPC
      Resolver query logs to"; Network Firewall Developer Guide, "Amazon Simple Storage Service"];
    - CloudTrail, for this trail only [CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail"].

    The policy has no `NotAction` and no `NotPrincipal`: log delivery refuses a bucket with one [CloudWatch Logs User
    Guide, "Logs sent to Amazon S3"].
    """
    bucket = names.bucket_arn(scope)
    objects = tuple(f"{bucket}/{prefix}/AWSLogs/{scope.account}/*" for prefix in names.DELIVERY_PREFIXES)
    owned: Condition = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    return document(
        [
            statement(
                "RefusePlainHttp",
                ("s3:*",),
                (bucket, f"{bucket}/*"),
                principal="*",
                condition={"Bool": {"aws:SecureTransport": "false"}},
                effect="Deny",
            ),
            statement(
                "CheckBeforeDelivery",
                ("s3:GetBucketAcl", "s3:ListBucket"),
                (bucket,),
                principal=service(DELIVERY),
                condition=_delivery_source(scope),
            ),
            statement(
                "DeliverLogs",
                ("s3:PutObject",),
                objects,
                principal=service(DELIVERY),
                condition=_both(_delivery_source(scope), owned),
            ),
            statement(
                "CheckBeforeTrail",
                ("s3:GetBucketAcl",),
                (bucket,),
                principal=service(CLOUDTRAIL),
                condition=_trail_source(scope),
            ),
            statement(
                "WriteTrail",
                ("s3:PutObject",),
                (f"{bucket}/{names.TRAIL_PREFIX}/AWSLogs/{scope.account}/*",),
                principal=service(CLOUDTRAIL),
                condition=_both(_trail_source(scope), owned),
            ),
        ]
    )


def delivery_to_log_group(scope: Scope, log_group: str) -> str:
    """Resource policy of CloudWatch Logs for deliveries to one group.

    AWS would write a wider one by itself when a logging configuration is made by somebody who may do so [CloudWatch
    Logs User Guide, "Logs sent to CloudWatch Logs"].
    """
    streams = f"{names.log_group_arn(scope, log_group)}:log-stream:*"
    actions = ("logs:CreateLogStream", "logs:PutLogEvents")
    return document(
        [statement("DeliverLogs", actions, (streams,), principal=service(DELIVERY), condition=_delivery_source(scope))]
    )


def writer_trust(scope: Scope, principal: str) -> str:
    """Trust of a role that writes to a log group, for `FLOW_LOGS` or `CLOUDTRAIL`.

    Flow logs are held to this account [VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs"].
    CloudTrail is not: its document shows no condition and one is reported to stop the delivery [CloudTrail User Guide,
    "Role policy document for CloudTrail to use CloudWatch Logs for monitoring"; prowler-cloud/prowler issue 4714].
    `iam:PassRole` binds the role to this account all the same.
    """
    condition: Condition = {}
    if principal == FLOW_LOGS:
        source = scope.arn("ec2", "vpc-flow-log/*")
        condition = {"StringEquals": {"aws:SourceAccount": scope.account}, "ArnLike": {"aws:SourceArn": source}}
    entry = statement("Assume", ("sts:AssumeRole",), (), principal=service(principal), condition=condition)
    del entry["Resource"]  # a trust policy has none: the role itself is the resource
    return document([entry])


def writer_policy(scope: Scope, log_group: str) -> str:
    """What such a role may do: write to the streams of one group. The group exists already, so nothing creates one."""
    group = names.log_group_arn(scope, log_group)
    return document(
        [
            statement("Write", ("logs:CreateLogStream", "logs:PutLogEvents"), (f"{group}:log-stream:*",)),
            statement("FindStreams", ("logs:DescribeLogStreams",), (f"{group}:*",)),
            statement("FindGroup", ("logs:DescribeLogGroups",), (names.log_group_arn(scope, "*"),)),
        ]
    )


def topic_policy(scope: Scope) -> str:
    """Who may publish to the alarm topic: the alarms of this account [CloudWatch User Guide, "Using Amazon CloudWatch
    alarms":
    notifying users on alarm changes]. The account itself may manage it.
    """
    topic = (names.topic_arn(scope),)
    account: dict[str, Any] = {"AWS": scope.arn("iam", "root", region=False)}
    manage = ("sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:SetTopicAttributes", "sns:Subscribe")
    return document(
        [
            statement(
                "PublishAlarms", ("sns:Publish",), topic, principal=service(CLOUDWATCH), condition=_alarm_source(scope)
            ),
            statement("Manage", manage, topic, principal=account),
            statement(
                "RefusePlainHttp",
                ("sns:Publish",),
                topic,
                principal="*",
                condition={"Bool": {"aws:SecureTransport": "false"}},
                effect="Deny",
            ),
        ]
    )


_USE_KEY = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")


def _delivery_source(scope: Scope) -> Condition:
    return {"StringEquals": {"aws:SourceAccount": scope.account}, "ArnLike": {"aws:SourceArn": scope.arn("logs", "*")}}


def _trail_source(scope: Scope) -> Condition:
    return {"StringEquals": {"aws:SourceArn": names.trail_arn(scope)}}


def _any_region_trail(scope: Scope) -> str:
    return f"arn:{partition(scope.region)}:cloudtrail:*:{scope.account}:trail/{names.trail_name(scope)}"


def _alarm_source(scope: Scope) -> Condition:
    return {
        "StringEquals": {"aws:SourceAccount": scope.account},
        "ArnLike": {"aws:SourceArn": scope.arn("cloudwatch", f"alarm:{scope.spec}-*")},
    }


def _both(first: Condition, second: Condition) -> Condition:
    """Conditions of two statements in one: all of them must hold."""
    return {operator: {**first.get(operator, {}), **second.get(operator, {})} for operator in {*first, *second}}
