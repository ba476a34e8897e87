"""The AWS components as other languages see them: arguments are plain values, lists and maps, outputs likewise.

Each class here only translates: the resources are made by the component of the same name in `zt_ai.aws`, as its one child.
"""

# The engine's analysis reads annotations at run time, so they must not be postponed to strings here.
from collections.abc import Mapping
from typing import Any, Optional, TypedDict

import pulumi

from zt_ai import aws
from zt_ai.aws.audit import names as audit_names
from zt_ai.aws.naming import Scope
from zt_ai.builders.hosted import known, specification

PACKAGE = "zt-ai-aws"


def _token(component: str) -> str:
    return f"{PACKAGE}:index:{component}"


def _scope(args: Mapping[str, Any]) -> Scope:
    return Scope(known(args, "prefix"), known(args, "account"), known(args, "region"))


class SegmentedArchitectureArgs(TypedDict):
    """A zone specification, as a file or written out. Exactly one of the two is given."""

    file: Optional[str]
    """Path of a zone specification in YAML, from the folder of the program."""
    specification: Optional[dict[str, Any]]
    """The specification itself, with the keys of the YAML form."""


class SegmentedArchitecture(pulumi.ComponentResource):
    """Network, identities, audit store, egress path, proxy and alarms of one zone specification on AWS."""

    vpc_id: pulumi.Output[str]
    """Id of the VPC."""
    security_group_ids: pulumi.Output[dict[str, list[str]]]
    """Groups that an interface of each workload must carry."""
    role_arns: pulumi.Output[dict[str, str]]
    """IAM role of each workload."""
    audit_bucket: pulumi.Output[str]
    """Bucket that keeps all records."""
    proxy_name: pulumi.Output[Optional[str]]
    """Host name of the egress proxy inside the VPC; empty where no provider is called."""

    def __init__(
        self, name: str, args: SegmentedArchitectureArgs, opts: Optional[pulumi.ResourceOptions] = None
    ) -> None:
        spec = specification(args)
        super().__init__(_token("SegmentedArchitecture"), name, None, opts)
        built = aws.SegmentedArchitecture(
            name, aws.SegmentedArchitectureArgs(spec=spec), pulumi.ResourceOptions(parent=self)
        )
        self.vpc_id = built.vpc_id
        groups = {workload: list(built.groups.of_workload(workload)) for workload in [*spec.runs, "egress-proxy"]}
        self.security_group_ids = pulumi.Output.from_input(groups)
        self.role_arns = pulumi.Output.from_input(dict(built.identities.role_arns))
        self.audit_bucket = pulumi.Output.from_input(built.audit.bucket_name)
        self.proxy_name = pulumi.Output.from_input(built.proxy_name)
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "securityGroupIds": self.security_group_ids,
                "roleArns": self.role_arns,
                "auditBucket": self.audit_bucket,
                "proxyName": self.proxy_name,
            }
        )


class AuditStoreArgs(TypedDict):
    """Where records are kept."""

    prefix: str
    """Beginning of every resource's name."""
    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS region."""
    retention_days: int
    """How long records are kept, write-once."""
    data_buckets: Optional[list[str]]
    """Buckets whose object reads and writes are recorded."""


class AuditStore(pulumi.ComponentResource):
    """A write-once bucket under a key of its own, with log groups and a CloudTrail trail."""

    bucket_arn: pulumi.Output[str]
    """ARN of the bucket that keeps all records."""
    key_arn: pulumi.Output[str]
    """ARN of the KMS key of all records."""
    rejected_traffic_log_group: pulumi.Output[str]
    """Name of the log group for refused traffic, for `TrafficRecords`."""

    def __init__(self, name: str, args: AuditStoreArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(_token("AuditStore"), name, None, opts)
        built = aws.AuditStore(
            name,
            aws.AuditStoreArgs(
                scope=_scope(args),
                retention_days=int(known(args, "retention_days")),
                data_buckets=tuple(known(args, "data_buckets") or ()),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.bucket_arn = pulumi.Output.from_input(built.bucket_arn)
        self.key_arn = built.key_arn
        self.rejected_traffic_log_group = pulumi.Output.from_input(built.log_group_names["rejected-traffic"])
        self.register_outputs(
            {
                "bucketArn": self.bucket_arn,
                "keyArn": self.key_arn,
                "rejectedTrafficLogGroup": self.rejected_traffic_log_group,
            }
        )


class TrafficRecordsArgs(TypedDict):
    """The records of a VPC's traffic."""

    prefix: str
    """Beginning of every resource's name; the one given to the `AuditStore`."""
    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS region."""
    vpc_id: pulumi.Input[str]
    """The VPC."""


class TrafficRecords(pulumi.ComponentResource):
    """Flow logs and DNS query logs of one VPC into an `AuditStore` of the same prefix, which it has to depend on."""

    def __init__(self, name: str, args: TrafficRecordsArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(_token("TrafficRecords"), name, None, opts)
        scope = _scope(args)
        aws.TrafficRecords(
            name,
            aws.TrafficRecordsArgs(
                scope=scope,
                vpc_id=args["vpc_id"],
                bucket_arn=audit_names.bucket_arn(scope),
                rejects_log_group=audit_names.log_group_name(scope, audit_names.REJECTED_TRAFFIC),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


class DnsFirewallArgs(TypedDict):
    """The names that a VPC may resolve."""

    prefix: str
    """Beginning of every resource's name."""
    account: str
    """AWS account, twelve digits."""
    region: str
    """AWS region."""
    vpc_id: pulumi.Input[str]
    """The VPC."""
    domains: list[str]
    """Names that may be resolved; everything else is refused."""


class DnsFirewall(pulumi.ComponentResource):
    """A DNS firewall that answers the listed names and no others, and fails closed."""

    rule_group_id: pulumi.Output[str]
    """Id of the rule group."""

    def __init__(self, name: str, args: DnsFirewallArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(_token("DnsFirewall"), name, None, opts)
        built = aws.DnsFirewall(
            name,
            aws.DnsFirewallArgs(scope=_scope(args), vpc_id=args["vpc_id"], domains=list(known(args, "domains"))),
            pulumi.ResourceOptions(parent=self),
        )
        self.rule_group_id = built.rule_group_id
        self.register_outputs({"ruleGroupId": self.rule_group_id})


COMPONENTS: list[type[pulumi.ComponentResource]] = [SegmentedArchitecture, AuditStore, TrafficRecords, DnsFirewall]
