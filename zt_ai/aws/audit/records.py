"""Records of the traffic of a VPC: flow logs and DNS queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.audit import names
from zt_ai.aws.audit.log_writer import log_writer
from zt_ai.aws.audit.policies import FLOW_LOGS
from zt_ai.aws.naming import Scope
from zt_ai.builders.options import child_options

# Version 5 fields: the addresses behind a NAT or a firewall, the direction and the way a packet took [VPC User Guide,
# "Flow log records": available fields].
FLOW_LOG_FIELDS = (
    "version", "account-id", "vpc-id", "subnet-id", "interface-id", "instance-id", "srcaddr", "dstaddr", "srcport",
    "dstport", "protocol", "packets", "bytes", "start", "end", "action", "log-status", "tcp-flags", "pkt-srcaddr",
    "pkt-dstaddr", "flow-direction", "traffic-path", "pkt-src-aws-service", "pkt-dst-aws-service", "reject-reason",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """What `FlowLogs` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    bucket_arn: str
    """ARN of the bucket that keeps all records."""
    rejects_log_group: str
    """Name of an existing log group that gets refused traffic, for alarms."""
    tags: Mapping[str, str] = field(default_factory=dict)


class FlowLogs(pulumi.ComponentResource):
    """All traffic of a VPC to the write-once bucket, and what was refused to a log group within a minute.

    Attributes:
        all_traffic, rejected: the two flow logs.
    """

    all_traffic: aws.ec2.FlowLog
    rejected: aws.ec2.FlowLog

    def __init__(self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:FlowLogs", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        self.all_traffic = aws.ec2.FlowLog(
            f"{name}-all",
            vpc_id=args.vpc_id,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=f"{args.bucket_arn}/{names.FLOW_LOGS_PREFIX}/",
            log_format=" ".join(f"${{{word}}}" for word in FLOW_LOG_FIELDS),
            max_aggregation_interval=60,
            destination_options=aws.ec2.FlowLogDestinationOptionsArgs(
                file_format="plain-text", hive_compatible_partitions=False, per_hour_partition=True
            ),
            tags=scope.tags(f"{scope.spec}-all", args.tags),
            opts=child,
        )
        role, access = log_writer(
            f"{name}-delivery", scope, FLOW_LOGS, log_group=args.rejects_log_group, tags=args.tags, opts=child
        )
        self.rejected = aws.ec2.FlowLog(
            f"{name}-rejected",
            vpc_id=args.vpc_id,
            traffic_type="REJECT",
            log_destination_type="cloud-watch-logs",
            log_destination=names.log_group_arn(scope, args.rejects_log_group),
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            tags=scope.tags(f"{scope.spec}-rejected", args.tags),
            opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[access])),
        )
        self.register_outputs({"allTrafficId": self.all_traffic.id, "rejectedId": self.rejected.id})


@dataclass(frozen=True, kw_only=True)
class DnsQueryLogsArgs:
    """What `DnsQueryLogs` is made from."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    bucket_arn: str
    """ARN of the bucket that keeps all records."""
    tags: Mapping[str, str] = field(default_factory=dict)


class DnsQueryLogs(pulumi.ComponentResource):
    """Every DNS query of a VPC, with what the DNS firewall did to it, to the write-once bucket.

    Attributes:
        config: the query log configuration.
    """

    config: aws.route53.ResolverQueryLogConfig

    def __init__(self, name: str, args: DnsQueryLogsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:DnsQueryLogs", name, None, opts)
        child = child_options(self, opts)
        config_name = f"{args.scope.spec}-dns-queries"
        self.config = aws.route53.ResolverQueryLogConfig(
            name,
            name=config_name,
            destination_arn=f"{args.bucket_arn}/{names.DNS_PREFIX}",
            tags=args.scope.tags(config_name, args.tags),
            opts=child,
        )
        aws.route53.ResolverQueryLogConfigAssociation(
            f"{name}-vpc", resolver_query_log_config_id=self.config.id, resource_id=args.vpc_id, opts=child
        )
        self.register_outputs({"configId": self.config.id})


@dataclass(frozen=True, kw_only=True)
class TrafficRecordsArgs:
    """What `TrafficRecords` is made from; see `FlowLogsArgs`."""

    scope: Scope
    vpc_id: pulumi.Input[str]
    bucket_arn: str
    rejects_log_group: str
    tags: Mapping[str, str] = field(default_factory=dict)


class TrafficRecords(pulumi.ComponentResource):
    """Flow logs and DNS query logs of one VPC. The store they go to must be ready: pass `AuditStore.ready` in
    `opts.depends_on`.

    Attributes:
        flow_logs, dns_queries: the two parts.
    """

    flow_logs: FlowLogs
    dns_queries: DnsQueryLogs

    def __init__(self, name: str, args: TrafficRecordsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:TrafficRecords", name, None, opts)
        child = child_options(self, opts)
        flows = FlowLogsArgs(
            scope=args.scope,
            vpc_id=args.vpc_id,
            bucket_arn=args.bucket_arn,
            rejects_log_group=args.rejects_log_group,
            tags=args.tags,
        )
        queries = DnsQueryLogsArgs(scope=args.scope, vpc_id=args.vpc_id, bucket_arn=args.bucket_arn, tags=args.tags)
        self.flow_logs = FlowLogs(f"{name}-flows", flows, child)
        self.dns_queries = DnsQueryLogs(f"{name}-dns", queries, child)
        self.register_outputs({})
