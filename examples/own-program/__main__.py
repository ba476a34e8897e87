"""A program that zt-ai did not write: its own VPC, with write-once records and a closed resolver from zt-ai.

Each component works alone. This program needs no zone specification; it names what the components cannot know.
"""

import pulumi
import pulumi_aws as aws

from zt_ai.aws import AuditStore, AuditStoreArgs, DnsFirewall, DnsFirewallArgs, TrafficRecords, TrafficRecordsArgs
from zt_ai.aws.naming import Scope

SCOPE = Scope(spec="imaging", account="111122223333", region="us-east-1")

vpc = aws.ec2.Vpc("imaging", cidr_block="10.60.0.0/16", enable_dns_hostnames=True, tags={"Name": "imaging"})
readers = aws.ec2.Subnet("readers", vpc_id=vpc.id, cidr_block="10.60.1.0/24", availability_zone="us-east-1a")

store = AuditStore("imaging-audit", AuditStoreArgs(scope=SCOPE, retention_days=2200))
TrafficRecords(
    "imaging-records",
    TrafficRecordsArgs(
        scope=SCOPE,
        vpc_id=vpc.id,
        bucket_arn=store.bucket_arn,
        rejects_log_group=store.log_group_names["rejected-traffic"],
    ),
    pulumi.ResourceOptions(depends_on=store.ready),
)
resolver = DnsFirewall(
    "imaging-dns",
    DnsFirewallArgs(scope=SCOPE, vpc_id=vpc.id, domains=["s3.us-east-1.amazonaws.com"]),
)

pulumi.export("audit_bucket", store.bucket_name)
pulumi.export("dns_rule_group", resolver.rule_group_id)
