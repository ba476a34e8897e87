"""A plan in which every access is recorded and kept, with a handle on each resource to take away or change."""

from __future__ import annotations

import json
from typing import Any

from tests.verify.handmade import ACCOUNT, REGION, SETTINGS, SIX_YEARS, Plan, allow, deny, document, make_intent
from zt_ai.verify.aws.audit import audit_claim
from zt_ai.verify.model import Claim

BUCKET = "clinic-audit"
BUCKET_ARN = f"arn:aws:s3:::{BUCKET}"
BOUND: dict[str, Any] = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
DELIVERY = {"Service": "delivery.logs.amazonaws.com"}
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
S3_DATA = {"type": "AWS::S3::Object", "values": ["arn:aws:s3:::records/"]}


class AuditPlan(Plan):
    """Everything that claim 7 looks at, as the builder would write it: ARNs as text, ids as references."""

    def __init__(self) -> None:
        super().__init__()
        self.vpc = self.add("ec2/vpc:Vpc", "main", cidrBlock="10.0.0.0/16")
        self.subnet = self.add("ec2/subnet:Subnet", "data-a", vpcId=self.vpc, tags={"zt-ai:zone": "data"})
        self.subnet_b = self.add("ec2/subnet:Subnet", "data-b", vpcId=self.vpc, tags={"zt-ai:zone": "data"})
        self.key = self.add("kms/key:Key", "audit", policy=key_policy(), deletionWindowInDays=30)
        self.bucket = self.add("s3/bucket:Bucket", "audit", bucket=BUCKET, objectLockEnabled=True)
        self.versioning = self.add(
            "s3/bucketVersioning:BucketVersioning",
            "audit",
            bucket=self.bucket,
            versioningConfiguration={"status": "Enabled"},
        )
        self.lock = self.add(
            "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
            "audit",
            bucket=BUCKET,
            rule={"defaultRetention": {"mode": "COMPLIANCE", "days": SIX_YEARS}},
        )
        self.public = self.add(
            "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "audit",
            bucket=self.bucket,
            **dict.fromkeys(
                ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
            ),
        )
        self.encryption = self.add(
            "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            "audit",
            bucket=self.bucket,
            rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": self.key}}],
        )
        self.policy = self.add("s3/bucketPolicy:BucketPolicy", "audit", bucket=self.bucket, policy=bucket_policy())
        self.flow_log = self.add(
            "ec2/flowLog:FlowLog",
            "main",
            vpcId=self.vpc,
            trafficType="ALL",
            logDestinationType="s3",
            logDestination=f"{BUCKET_ARN}/flow-logs/",
        )
        self.query_config = self.add(
            "route53/resolverQueryLogConfig:ResolverQueryLogConfig", "main", destinationArn=f"{BUCKET_ARN}/dns-queries"
        )
        self.query_association = self.add(
            "route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
            "main",
            resolverQueryLogConfigId=self.query_config,
            resourceId=self.vpc,
        )
        self.group = self.add(
            "cloudwatch/logGroup:LogGroup",
            "alerts",
            name="/clinic/alerts",
            retentionInDays=SIX_YEARS,
            kmsKeyId=self.key,
        )
        self.firewall = self.add("networkfirewall/firewall:Firewall", "main", name="clinic-egress", vpcId=self.vpc)
        self.firewall_logging = self.add(
            "networkfirewall/loggingConfiguration:LoggingConfiguration",
            "main",
            firewallArn=self.firewall,
            loggingConfiguration={
                "logDestinationConfigs": [
                    {"logType": "FLOW", "logDestinationType": "S3", "logDestination": {"bucketName": BUCKET}},
                    {
                        "logType": "ALERT",
                        "logDestinationType": "CloudWatchLogs",
                        "logDestination": {"logGroup": "/clinic/alerts"},
                    },
                ]
            },
        )
        self.trail = self.add(
            "cloudtrail/trail:Trail",
            "main",
            s3BucketName=BUCKET,
            isMultiRegionTrail=True,
            enableLogFileValidation=True,
            kmsKeyId=self.key,
            eventSelectors=[{"readWriteType": "All", "includeManagementEvents": True, "dataResources": [S3_DATA]}],
        )
        self.task = self.add("ecs/taskDefinition:TaskDefinition", "proxy", tags={"zt-ai:workload": "egress-proxy"})
        self.containers({"awslogs-group": "/clinic/alerts", "awslogs-region": REGION})

    def containers(self, options: dict[str, str] | None, driver: str = "awslogs") -> None:
        """What the proxy's container does with what it writes."""
        logging = {"logConfiguration": {"logDriver": driver, "options": options}} if options is not None else {}
        self.change(self.task, containerDefinitions=json.dumps([{"name": "proxy", **logging}]))

    def claim(self, *, days: int = SIX_YEARS) -> Claim:
        """Claim 7 about the plan as it is now."""
        return audit_claim(self.graph(), make_intent(days=days), SETTINGS)


def bucket_policy(*more: dict[str, Any]) -> str:
    """The bucket's policy, with more statements."""
    return document(
        deny("*", "s3:*", [BUCKET_ARN, f"{BUCKET_ARN}/*"], Bool={"aws:SecureTransport": "false"}),
        allow(DELIVERY, "s3:PutObject", f"{BUCKET_ARN}/*", **BOUND),
        allow(CLOUDTRAIL, "s3:PutObject", f"{BUCKET_ARN}/cloudtrail/*", **BOUND),
        *more,
    )


def key_policy(*more: dict[str, Any]) -> str:
    """The key's policy, with more statements."""
    using = ["kms:Decrypt", "kms:GenerateDataKey*"]
    return document(allow(ROOT, "kms:*"), allow(DELIVERY, using, **BOUND), allow(CLOUDTRAIL, using, **BOUND), *more)


def through(claim: Claim) -> set[str]:
    """The URNs that all witnesses name."""
    return {urn for witness in claim.witnesses for urn in witness.through}
